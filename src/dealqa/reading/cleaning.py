"""Take out of a text what a reader cannot see, and say how much that was."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Cleaned", "clean", "cleaning_warnings", "printable"]

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters; tab and line ends stay
    "\u00ad"  # soft hyphen
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # a joiner and fillers that have no shape
    "\u061c\u200e\u200f"  # direction marks
    "\u180b-\u180f"  # Mongolian selectors
    "\u200b\u2060-\u2064\ufeff"  # zero-width characters, byte order mark
    "\u202a-\u202e\u2066-\u206f"  # direction overrides and isolates
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors, which can smuggle bytes
    "\ufff9-\ufffb\ufffe\uffff"  # annotation marks and non-characters
    "\U000e0000-\U000e007f"  # tags: a whole hidden alphabet
    "\ud800-\udfff"  # surrogates, which cannot be stored
    "]"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_BLACK_FLAG = "\U0001f3f4"
_FLAGS = re.compile(
    _BLACK_FLAG
    + "(?:"
    + "|".join("".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("gbeng", "gbsct", "gbwls"))
    + ")\U000e007f"
)
"""The flags of England, Scotland and Wales: the only tags that are seen."""
_JOINED_SCRIPTS = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua8ff\ua980-\ua9df\ufb50-\ufdff\ufe70-\ufefc]"
)
"""Scripts whose letters take another shape with a joiner: Arabic and its kin, those of India and South-East Asia."""
_SMUGGLING = re.compile(
    "[\U000e0000-\U000e007f]+"
    "|(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]+"
    "|[\ufe00-\ufe0f]{2,}"
    "|[\u200b-\u200f\u2060-\u2064\ufeff]{4,}"
)
"""Invisible characters that can spell something; a lone one is how a word processor breaks lines."""
_LOOKALIKE = "аеорсухіјѕԁԛԝАВЕКМНОРСТУХІЈЅοΟΑΒΕΖΗΙΚΜΝΡΤΥΧ"
_OTHER_ALPHABETS = re.compile("[\u0370-\u052f]")
_MIXED = re.compile(f"[A-Za-z][{_LOOKALIKE}]|[{_LOOKALIKE}][A-Za-z]")
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text in Unicode NFC without invisible characters.

    Attributes:
        removed: how many invisible characters were taken out.
        normalised: whether NFC or the unusual line ends changed anything besides.
        hidden: how many of the removed could spell a message that nobody sees: tags, runs of selectors and of
            zero-width characters.
        lookalikes: words that mix Latin letters with Cyrillic or Greek ones of the same shape; they stay as they are.
    """

    text: str
    removed: int
    normalised: bool
    hidden: int = 0
    lookalikes: int = 0


def clean(text: str) -> Cleaned:
    """The text as a reader sees it; cleaning it again changes nothing.

    Joiners stay where they shape letters (Persian, Hindi) or join emoji. Unusual line ends (form feed, U+2028 and the
    like) become a line feed, one for one.
    """
    if text.isascii():
        visible = _INVISIBLE.sub("", text)
        plain = _LINE_ENDS.sub("\n", visible)
        return Cleaned(text=plain, removed=len(text) - len(visible), normalised=plain != visible)
    visible = _JOINERS.sub(_kept_joiner, _without_invisible(text))
    normal = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", visible))
    removed = len(text) - len(visible)
    return Cleaned(
        text=normal,
        removed=removed,
        normalised=normal != visible,
        hidden=sum(len(match.group()) for match in _SMUGGLING.finditer(_FLAGS.sub("", text))) if removed else 0,
        lookalikes=_mixed_words(normal) if _OTHER_ALPHABETS.search(normal) else 0,
    )


def _without_invisible(text: str) -> str:
    if _BLACK_FLAG not in text:
        return _INVISIBLE.sub("", text)
    pieces: list[str] = []
    begin = 0
    for flag in _FLAGS.finditer(text):
        pieces += [_INVISIBLE.sub("", text[begin : flag.start()]), flag.group()]
        begin = flag.end()
    return "".join([*pieces, _INVISIBLE.sub("", text[begin:])])


def _kept_joiner(match: re.Match[str]) -> str:
    """A joiner alone between what it joins or parts; "" for any other."""
    joiner, text = match.group(), match.string
    before, after = _letter_before(text, match.start()), _letter_after(text, match.end())
    shaped = [_JOINED_SCRIPTS.search(letter) is not None for letter in (before, after)]
    if joiner == "\u200c":
        return joiner if all(shaped) else ""
    if joiner == "\u200d" and (any(shaped) or (_is_pictograph(before[-1:]) and _is_pictograph(after[:1]))):
        return joiner
    return ""


def _letter_before(text: str, end: int) -> str:
    """The character before a place with all its marks, whose order normalising may change."""
    start = end
    while start and unicodedata.combining(text[start - 1]):
        start -= 1
    return text[max(start - 1, 0) : end]


def _letter_after(text: str, start: int) -> str:
    """The character after a place, or all marks there."""
    end = start
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return text[start : max(end, start + 1)]


def _is_pictograph(char: str) -> bool:
    return char > "\u2190" and unicodedata.category(char) in ("So", "Sk")  # Sk: the colours of skin


def _mixed_words(text: str) -> int:
    words, end = 0, 0
    for match in _MIXED.finditer(text):
        between = text[end : match.start()]
        words += not end or (bool(between) and not between.isalnum())
        end = match.end()
    return words


def cleaning_warnings(removed: int, normalised: bool, lookalikes: int = 0) -> tuple[str, ...]:
    """What to tell the reader of a document about the cleaning; empty when nothing was changed."""
    warnings: list[str] = []
    if removed:
        noun = "character was" if removed == 1 else "characters were"
        warnings.append(f"{removed} invisible {noun} removed; offsets count the text without them.")
    if normalised:
        warnings.append("Some characters were written in their usual form (Unicode NFC, plain line ends).")
    if lookalikes:
        warnings.append(
            f"Words that mix Latin letters with others that look the same: {lookalikes}; a search may miss them."
        )
    return tuple(warnings)


def printable(name: str) -> str:
    """A file name that is safe to show: control characters and undecodable bytes become a question mark."""
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "?", name)
