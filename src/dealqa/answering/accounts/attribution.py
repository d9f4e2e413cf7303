"""Who a sentence says something after, and whether it tells of a plan or of a change."""

from __future__ import annotations

import re

from dealqa.terms import stem

__all__ = ["attributions", "differently_told", "foretells", "supposes", "told_by_others", "without_attribution"]

_REPORTED = re.compile(
    r"\b(?:according to|press|newspapers?|magazines?|local paper|media|journalists?|commentators?|reported"
    r"|(?:sources?|reports?|papers?|versions?) (?:says?|puts?|said|gives?|gave)|by the [a-z ]{0,20}statement"
    r"|(?:said|says|say) that|wrote|writes|quoted|claim(?:s|ed)|credit(?:s|ed)|print(?:s|ed)"
    r"|(?:page|website|leaflet|announcement|statement|release|letter) "
    r"(?:gives|gave|puts|put|says|said|speaks|spoke))\b",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:press|papers?|media|reports?|reported|sources?|statements?|said|says?|wrote|writes|quoted|claim(?:s|ed)?"
    r"|print(?:s|ed)|pages?|websites?|gives?|gave|given|puts?|speaks?|spoke|releases?|documents?|figures?|numbers?"
    r"|word(?:s|ed|ing)|versions?|later|earlier|current(?:ly)?|now|still|first|originally|announced|newer|older"
    r"|forecasts?|expect(?:s|ed)|january|february|march|april|may|june|july|august|september|october|november"
    r"|december)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:revamp(?:s|ed)?|revis(?:es|ed)|replac(?:es|ed)|supersed(?:es|ed)|no longer|not any longer|instead|in the end"
    r"|since then|originally|at first|first papers|turned out)\b",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"\b(?:forecasts?|expect(?:s|ed|ation)?|plan(?:s|ned)?|propos(?:es|ed|al)|aims?|targets?|promis(?:es|ed)"
    r"|(?:is|are|was|were) to|to be|will|would|could)\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(r"\b(?:would|could|might|may)\b(?! \d)", re.IGNORECASE)


def attributions(text: str) -> frozenset[str]:
    """The words by which a sentence gives what it says as somebody's account, by their stems; empty if it does not."""
    return frozenset(" ".join(map(stem, found.split())) for found in _REPORTED.findall(text.lower()))


def told_by_others(one: str, other: str) -> bool:
    """Whether the first of two sentences is somebody's account, and the other nobody's, or somebody else's."""
    said = attributions(one)
    return bool(said) and said.isdisjoint(attributions(other))


def differently_told(one: str, other: str) -> bool:
    """Whether only one of two sentences tells of a change, or whose accounts they are tells them apart."""
    changed = [_CHANGED.search(text) is None for text in (one, other)]
    return changed[0] != changed[1] or told_by_others(one, other) or told_by_others(other, one)


def foretells(text: str) -> bool:
    """Whether a sentence says what is to be, or was to be."""
    return _FORECAST.search(text) is not None


def supposes(text: str) -> bool:
    """Whether a sentence says what would or might be, rather than what is or is planned."""
    return _SUPPOSED.search(text) is not None


def without_attribution(text: str) -> str:
    """A sentence without the words that say who tells it, in what, and when."""
    return _TELLING.sub(" ", text)
