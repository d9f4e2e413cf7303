"""What a sentence says around a clause that is lifted out of it: that it is not so, only if, or only somebody's words.

"It is untrue that Leeds keeps 93%" does not say that Leeds keeps 93%; nor do "Suppose that …", "… if the vote is won",
"Answer: …", "For the spelling test: …". What stands in front of a clause and behind it decides what it is worth, so
that a statement which leaves it out needs a sentence whose frame is known to be harmless.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from dealqa.answering.plain import plain
from dealqa.figures import figures
from dealqa.places import find_places
from dealqa.terms import STOP_WORDS, stem, words

__all__ = ["frame_left_out", "is_asserted", "row_frame_left_out", "says_false"]

_TOKEN = re.compile(r"[^\W_]+(?:['’][a-z]+)?%?|[£$€]\S+|[^\w\s]")

_THAT = re.compile(r"(?:([\w’']+)\W+)?\bthat\b", re.IGNORECASE)
_FACTIVE: Final = frozenset(
    [
        "found",
        "finds",
        "shows",
        "showed",
        "shown",
        "confirms",
        "confirmed",
        "means",
        "ensures",
        "ensured",
        "so",
        "such",
        "now",
    ]
)
"""Verbs whose "that" is followed by a fact, and words that make no sentence of what follows."""

_OBJECTS: Final = frozenset(["it", "them", "him", "her", "us", "me", "you"])
"""What may stand between the verb and its "that": "you prefer it that"."""

_CONDITION = re.compile(
    r"\b(?:if|unless|whether|provided(?! (?:for|by|with|in|to)\b)|providing that"
    r"|suppose[ds]?|supposing|assuming|imagine|pretend|lest|as though"
    r"|otherwise|in the event|in case|subject to|(?:as|so) long as|once|hypothetical(?:ly)?|depending|on condition"
    r"|pending|until|till|or so)\b|^should\b|\b(?:every|any|no)\s?(?:one|body|thing) (?:but|except|other than)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(r"[:=<>|{}\[\]]")
"""Behind a colon or a mark of a machine stands what somebody said, an example, or the value of a label."""

_DATED = re.compile(
    r"^(?:\d{1,2}(?:st|nd|rd|th)?\W+)?(?:[A-Z][a-z]{2,8}\W+)?(?:\d{4}|\d{1,3}[.)])\W*:?\s*(?:the|an?)?$"
)
"""A label that only says when, or which number in a list."""

_BEGINS = re.compile(r"[“\"]?(?:(?:the|an?)\b)?", re.IGNORECASE)
"""What a statement has before its first content word, if it begins with the name of a thing."""

_WHEN = re.compile(r"^(?:\d{1,2}(?:st|nd|rd|th)? )?(?:[A-Z][a-z]{2,8} )?\d{4}: (?=.)")
"""The same in front of what else is left out."""

_IN_WORDS = re.compile(r"^In (?:(?:other|plain|short|simple) )?words\W*(?:the|an?)?$", re.IGNORECASE)
"""What the author says again, and not what somebody else said."""

_SOMEBODYS = re.compile(
    r"\b(?:claims?|claimed|thinks?|thought|believes?|believed|alleges?|alleged|insists?|insisted|hopes?|hoped|says?|said"
    r"|states?|stated|writes?|wrote|heard|told|words?)\b\W*(?:\w+(?:\W+|$)){0,2}$"
    r"|\bin the (?:world|eyes|minds?|view|opinion|imagination) of\b",
    re.IGNORECASE,
)
"""Right before a clause: whose words it is."""

_DENIED_THAT = re.compile(r"\b(?:no|not|never|nothing|nobody|none|without)\b[^.;]{0,40}\bthat\b", re.IGNORECASE)
_IF = re.compile(
    r"\b(?:if|unless|provided(?! (?:for|by|with|in|to)\b)|suppose[ds]?|supposing|assuming|imagine|pretend"
    r"|in the event|subject to|hypothetical(?:ly)?)\b"
    r"|^should\b",
    re.IGNORECASE,
)

_WHERE = re.compile(r"^(?:in|for|at)\b[^,]*,(?: the| an?)?$", re.IGNORECASE)

_NEAR: Final = 4
"""Words between a "that" and the clause which depends on it."""

_DENIED = re.compile(r"\b(?:no|not|never|nothing|nobody|none|neither|without|hardly|lacks?)\b|n['’]t\b", re.IGNORECASE)

_ANOTHER = re.compile(r"(?<!\b(?:the|and|for) )(?<!\b(?:in|of|by|to|at) )(?<!\b(?:with|from) )\b([A-Z][a-z]+)$")
"""A name right before the verb, which is then what somebody else does: "Leeds' neighbour York keeps"."""

_PUT_BETWEEN = re.compile(
    r"\b(?:tell|let|have|make|ask|say|hear|want)\b (?:to )?(?:them|him|her|everyone|everybody|people|it|all)\b|\bsay\b",
    re.IGNORECASE,
)

_BEHIND = re.compile(
    r"^[\s,]*(?:[(\[–—“\"~]|-(?!\w))|^:\W*(?:\w+\W*){1,3}$|\baccording to\b"
    r"|,[^,]{0,30}\b(?:says?|said|reckon(?:s|ed)?|claim(?:s|ed)?|thinks?|thought)\.?$"
    r"|^\W*(?:is|was|are|were|comes?|came)\b(?!;)|\bor\b(?= so\b| rather\b)"
    r"|^, (?:an?|the|so|as|or) [\w’' ]{1,40}$|^[^”\"’]*[”\"’] (?:is|was)\b",
    re.IGNORECASE,
)
_FALSE = re.compile(
    r"\b(?:untrue|false|falsely|falsehoods?|wrong|wrongly|errors?|erroneous(?:ly)?|mistakes?|mistaken(?:ly)?|myths?"
    r"|forged|forge[rd]?s?|forgery|forgeries|fakes?|faked|jokes?|hoax(?:es)?|contrary to|rumours?|fool(?:s|ed)?"
    r"|refut\w+|pretend\w*|imagin\w+|fiction\w*|fantas\w+|invented|slogans?|in vain|misquot\w+|disproved?|misprint\w*"
    r"|nonsense|incorrect(?:ly)?|inaccurate(?:ly)?|untruths?|from the truth|liars?|satire"
    r"|not true|isn['’]t true|made-up|supposed(?:ly)?|not so)\b",
    re.IGNORECASE,
)


def frame_left_out(statement: str, sentence: str) -> str | None:
    """What a sentence puts around a clause and a statement leaves out, where that may change what the clause is worth.

    Args:
        sentence: of running text; a row of a table has no frame, but heads.
    """
    said, whole = plain(statement), plain(sentence)
    if "?" in whole and "?" not in said:
        return "?"
    if set(words(whole)) <= set(words(said)):
        return None
    if (false := _FALSE.search(whole)) and not _FALSE.search(said):
        return false.group()
    lead, gaps, tail = _around(said, whole)
    if (begins := _BEGINS.match(said)) and begins.group() and lead.lower().endswith(begins.group().lower()):
        lead = lead[: -len(begins.group())]
    if tail[:1] in ("”", '"') and said.rstrip(" .").endswith(tail[:1]):
        tail = tail[1:]
    kept = " ".join(words(said))
    for left in (lead, *gaps, tail):
        if (condition := _CONDITION.search(left)) and condition.group().lower() not in kept:
            return condition.group()
    return _lead(lead, said) or next(filter(None, (_gap(gap, said) for gap in gaps)), None) or _tail(tail, said)


def is_asserted(sentence: str) -> bool:
    """Whether what a sentence says can stand without it: it asks nothing, denies no clause, and sets no condition."""
    whole = plain(sentence)
    denied = _DENIED_THAT.search(whole)
    return not (denied or "?" in whole or _FALSE.search(whole) or _IF.search(whole))


def row_frame_left_out(statement: str, row: str) -> str | None:
    """The word in a row of a table by which it says that another cell is not so, or only if."""
    for cue in (_FALSE, _CONDITION):
        if (found := cue.search(plain(row))) and not cue.search(plain(statement)):
            return found.group()
    return None


def says_false(text: str) -> str | None:
    """The word by which a heading or a neighbour says that something is not so."""
    found = _FALSE.search(plain(text))
    return found.group() if found else None


def _lead(lead: str, said: str) -> str | None:
    if _DATED.match(lead) or _IN_WORDS.match(lead) or (words(lead) and _begins(words(said), words(lead))):
        return None
    lead = _WHEN.sub("", lead)
    if _OPENS.search(lead) or lead.count('"') % 2 or _is_open(lead):
        return lead[-60:]
    if words_of := _SOMEBODYS.search(lead):
        return words_of.group()
    if lead.endswith(("–", "—", "-")):
        return lead[-60:]
    if _WHERE.match(lead) and find_places(words(lead)) and not find_places(words(said)):
        return lead[-60:]  # "In York, the deal is void" says so of York
    return _clause_of(lead.rpartition("; ")[2], said)


def _gap(gap: str, said: str) -> str | None:
    """What was taken out between two parts of a clause: "and have them hear that", of which the second part is left."""
    if found := _PUT_BETWEEN.search(gap):
        return found.group()
    if (other := _ANOTHER.search(gap)) and stem(other[1].lower()) not in {stem(word) for word in words(said)}:
        return other[1]
    return _clause_of(gap, said) if gap.rstrip().endswith("that") else None


def _clause_of(left_out: str, said: str) -> str | None:
    """What a clause with "that" depends on, where it may be no fact."""
    denied = _DENIED.search(left_out)
    for that in _THAT.finditer(left_out):
        verb = (that[1] or "").lower()
        if not verb or len(words(left_out[that.end() :])) > _NEAR:
            continue  # "that deal", or "the heat that gave the deal its name", of which the clause does not depend
        if (denied or verb not in _FACTIVE) and not (verb and verb not in _OBJECTS and verb in words(said)):
            return denied.group() if denied else that.group()
    return None


def _tail(tail: str, said: str) -> str | None:
    if not any(letter.isalnum() for letter in tail) or _begins(words(said)[::-1], words(tail)[::-1]):
        return None
    return tail[:60] if _BEHIND.search(tail.rstrip(".")) else None


def _begins(said: list[str], left_out: list[str]) -> bool:
    """Whether what seems to be left out is said after all: it has no content words to find it by."""
    return said[: len(left_out)] == left_out


def _is_open(text: str) -> bool:
    """Whether a quotation or a bracket was begun and not ended."""
    quoted = len(re.findall(r"(?<!\w)'(?=\w)", text)) > len(re.findall(r"(?<=[\w.,!?])'(?!\w)", text))
    return quoted or any(text.count(begin) > text.count(end) for begin, end in ("“”", "‘’", "()", "«»"))


def _around(said: str, sentence: str) -> tuple[str, list[str], str]:
    """What a sentence has before, between and behind the content words that a statement has in the same order."""
    own, theirs = _content(said), _content(sentence)
    matcher = SequenceMatcher(None, [one[0] for one in own], [one[0] for one in theirs], autojunk=False)
    shared = [theirs[at] for block in matcher.get_matching_blocks() for at in range(block.b, block.b + block.size)]
    if not shared:
        return sentence, [], ""
    gaps = [sentence[one[2] : other[1]].strip() for one, other in pairwise(shared)]
    return sentence[: shared[0][1]].strip(), gaps, sentence[shared[-1][2] :].strip()


def _content(text: str) -> list[tuple[str, int, int]]:
    """The content words of a text by their stems, and its figures by their values, with where they stand."""
    found = [(figure.value, figure.start, figure.end) for figure in figures(text)]
    taken = [(start, end) for _, start, end in found]
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        word = token.group().lower()
        if word[0].isalnum() and word not in STOP_WORDS and not any(a < end and start < b for a, b in taken):
            found.append((stem(re.sub(r"['’]s$", "", word).rstrip("%")), start, end))
    return sorted(found, key=lambda one: one[1])
