"""What a follow-up leaves out, put back in from the questions before it.

By rules that can be read. A question comes out as it went in unless it is plain that it leans on an earlier one; then
either a place of the earlier question is changed ("And Nottingham?"), or what the earlier one was about is added in
brackets ("How long does it last (Bristol retain)?"), or stands where the pronoun stood ("How much is Nottingham's
venture capital fund?").
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from dealqa.deals import Registry
from dealqa.terms import content_words, words
from dealqa.understanding.leaning import ATTRIBUTES, MOST_WORDS, PRONOUN, content_of, leaning, with_topic
from dealqa.understanding.names import Subject, proper_names, subjects
from dealqa.understanding.topics import lead_of, topic_of, without_subjects
from dealqa.understanding.wording import asking

__all__ = ["earlier_turns", "resolve", "resolve_follow_up"]

MOST_TURNS = 8
"""How many turns back a follow-up may lead."""

LONGEST = 400
"""Characters: a longer question says itself what it is about."""

_CHANGE = re.compile(
    r"^\W*(?:(?:(?:and|or|but|so|ok(?:ay)?|then|also|now|right)\b[ ,]*)+(?:what about|how about|what of)?|what about"
    r"|how about|what of|(?:the )?same (?:question )?(?:for|with|of|in)"
    r"|(?:no|sorry|actually|rather|instead|oops)\b[ ,]*"
    r"(?:no[, ]+)?(?:i mean(?:t)?|make that|try)?|i mean(?:t)?|make that|try)[ ,:–—-]+"
    r"(?:(?:is it |was it )?(?:the )?same (?:question |thing )?(?:for|in|with|of) )?(?P<rest>.{1,120}?)[\s?.!]*$",
    re.IGNORECASE,
)
_LITTLE = re.compile(r"^(?:(?:in|for|with|at|of|by|to|on|from|as for|the|a|an|their|its|about)\s+)+", re.IGNORECASE)
_AROUND = frozenset(
    words(
        "in for with at of by to on from around near the a an and or one ones deal deals city region then instead"
        " please too also as well there s now case place only its their equivalent counterpart"
    )
)
"""What may stand beside a name where nothing but the place is changed: "and the Swansea one then?"."""

_BARE = re.compile(
    r"^\W*(?:(?:and|but|so|ok|then)\b[ ,]*)*(?P<word>(?:since|until|till|by|from|for|over|in|to|at|with|of) "
    r"(?:when|whom|what|how long|how much|how many|where)|why(?: not| so| is that| was that)?|how(?: so| come)?"
    r"|when(?: exactly)?|where(?: exactly)?|who|whose|what for|how much|how many|how long|how big|how often)\s*[?!.]*$",
    re.IGNORECASE,
)
_POLITE = frozenset(
    words(
        "thanks thank you very much cheers great good nice cool perfect ok okay hi hello bye yes no right fine so a lot"
    )
)
_QUESTION_BEGINNINGS = frozenset(
    words(
        "what which when where how who whom whose why is are was were does do did has have had can could will would"
        " must should may might over since until if whether by within"
    )
)
_POINTED = re.compile(r"\b(?P<which>first|second|third|fourth|1st|2nd|3rd|last|former|latter|other)\b", re.IGNORECASE)
_ORDER = {
    **dict.fromkeys(("first", "1st", "former"), 0),
    **dict.fromkeys(("second", "2nd"), 1),
    **dict.fromkeys(("third", "3rd"), 2),
    "fourth": 3,
    **dict.fromkeys(("last", "latter", "other"), -1),
}
_POINTS = re.compile(
    r"\b(?:the )?(?:first|second|third|fourth|1st|2nd|3rd|last|other)(?: one| of (?:them|these|those|the two)|(?=\W*$))"
    r"|\bthe (?:former|latter|other|second|third)\b"
    r"(?! (?:wave|round|phase|year|time|half|quarter|part|bit|people|kind))",
    re.IGNORECASE,
)


def earlier_turns(history: Sequence[str]) -> list[str]:
    """The earlier questions that a follow-up may lean on, of long ones the sentence that asks."""
    return [turn if len(turn) <= LONGEST else asking(turn) for turn in history[-MOST_TURNS:]]


def resolve(turns: Sequence[str], registry: Registry | None = None) -> str:
    """The last of several questions of a conversation, with what it leaves out put back in from those before it.

    Args:
        turns: as typed, oldest first, at least one; see `earlier_turns`.
        registry: tells the deals from other names.
    """
    registry = registry or Registry.empty()
    earlier = ""
    chosen: list[str] = []  # what "the second one" may point at: the places that were last named side by side
    for turn in turns[:-1]:
        resolved = _resolved(turn.strip(), earlier, chosen, registry)
        if topic_of(resolved) and not _is_polite(turn):
            earlier = resolved if len(resolved) <= LONGEST else asking(resolved)
            named = _texts(resolved, registry)
            chosen = named if len(named) > 1 else [*[name for name in chosen if name not in named], *named]
    return _resolved(turns[-1].strip(), earlier, chosen, registry)


def resolve_follow_up(question: str, earlier: str, registry: Registry | None = None) -> str:
    """`resolve` for one earlier question; "" for none."""
    return resolve([earlier, question] if earlier else [question], registry)


def _is_polite(turn: str) -> bool:
    """Whether a turn is nothing but "thanks" or the like."""
    return all(word in _POLITE for word in words(turn))


def _texts(text: str, registry: Registry) -> list[str]:
    return list(dict.fromkeys(text[one.start : one.end] for one in subjects(text, registry)))


def _resolved(question: str, earlier: str, chosen: Sequence[str], registry: Registry) -> str:
    if not earlier or not question or len(question) > LONGEST or _is_polite(question):
        return question
    if (bare := _BARE.match(question)) is not None:
        return with_topic(bare["word"].capitalize(), earlier)
    if (pointed := _pointed_at(question, earlier, chosen, registry)) is not None:
        return pointed
    if (changed := _changed(question, earlier, registry)) is not None:
        return changed
    return leaning(question, earlier, registry)


def _pointed_at(question: str, earlier: str, chosen: Sequence[str], registry: Registry) -> str | None:
    """For "the second one" the question with the place that it points at, among those last named side by side."""
    points = _POINTS.search(question)
    if points is None or len(chosen) < 2 or subjects(question, registry):
        return None
    which = _POINTED.search(points.group())
    place = _ORDER[which["which"].lower()] if which is not None else 0
    if place >= len(chosen):
        return None
    name = chosen[place]
    rest = _CHANGE.match(question)
    if rest is not None and not content_of(question.replace(points.group(), "")):
        return _with_other_name(earlier, name, registry)  # "and the second one?"
    asked = question[: points.start()] + name + question[points.end() :]
    topic = topic_of(earlier)
    about = without_subjects(topic, subjects(topic, registry))
    return f"{asked.rstrip('?!. ')} ({about})?" if about else asked


def _changed(question: str, earlier: str, registry: Registry) -> str | None:
    """A question in which another place, name or attribute takes the place of one of the earlier question's."""
    match = _CHANGE.match(question)
    rest = _LITTLE.sub("", match["rest"] if match is not None else question.rstrip("?!. "))
    named = subjects(rest, registry)
    if named and not _beside(rest, named):
        return _with_other_name(earlier, rest[named[0].start : named[-1].end], registry)
    if match is None or named or _begins_a_question(rest):
        return None
    if _is_name(rest):
        return _with_other_name(earlier, rest, registry)
    if not content_words(rest) or PRONOUN.search(match["rest"]) or len(words(rest)) > MOST_WORDS:
        return None
    lead = lead_of(earlier)
    asked = f"{lead} {rest}" if lead.lower() == "how many" and words(rest)[-1] not in ATTRIBUTES else rest
    return with_topic(asked[:1].upper() + asked[1:], earlier)


def _beside(rest: str, named: Sequence[Subject]) -> list[str]:
    """What a change says besides its names: of "the Swansea one" nothing."""
    return [word for word in words(without_subjects(rest, named)) if word not in _AROUND]


def _is_name(rest: str) -> bool:
    """Whether this is nothing but a proper name that is no place that we know."""
    parts = rest.split()
    capital = all(part[:1].isupper() or part.lower() in _AROUND for part in parts)
    return len(parts) <= 5 and capital and rest[:1].isupper()


def _begins_a_question(rest: str) -> bool:
    return any(word in _QUESTION_BEGINNINGS for word in words(rest)[:1])


def _with_other_name(earlier: str, name: str, registry: Registry) -> str:
    """The earlier question with this name in the place of its own; of several that stand apart, of the last one."""
    name = re.sub(r"['’]s$", "", name)
    found = subjects(earlier, registry)
    longer = [old for old in proper_names(earlier) if any(earlier[one.start : one.end] in old for one in found)]
    if len(longer) == 1 == len(found) and not subjects(name, registry) and len(words(name)) > 1:
        return earlier.replace(longer[0], name, 1)  # the bypass for the "Preston Distributor", not for Preston
    if found:
        joined = all(_is_joint(earlier[one.end : other.start]) for one, other in itertools.pairwise(found))
        first, last = found[0] if joined else found[-1], found[-1]
        return earlier[: first.start] + name + earlier[last.end :]
    for old in proper_names(earlier):
        if old in earlier:
            return earlier.replace(old, name, 1)
    return f"{earlier.rstrip('?!. ')} ({name})?"


def _is_joint(between: str) -> bool:
    return between.strip(" ,").lower() in ("", "and", "or", "&", "and the", "or the")
