"""What a question takes for granted: its figures, what is said to have happened, the statement it is built on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dealqa.figures import Figure, figures
from dealqa.terms import stem, words
from dealqa.types import AnswerType, Premise
from dealqa.understanding.wording import asking, plain

__all__ = ["premises", "statuses"]

_STATUSES = {
    stem(form): base
    for base, forms in {
        "abandon": "abandon abandoned axe axed drop dropped",
        "abolish": "abolish abolished dissolve dissolved disband disbanded",
        "agree": "agree agreed approve approved ratify ratified",
        "announce": "announce announced unveil unveiled",
        "ban": "ban banned forbid forbidden prohibit prohibited",
        "cancel": "cancel cancelled canceled",
        "collapse": "collapse collapsed",
        "complete": "complete completed finish finished",
        "cut": "cut slash slashed reduce reduced halve halved",
        "delay": "delay delayed postpone postponed",
        "double": "double doubled triple tripled",
        "end": "end ended terminate terminated expire expired close closed",
        "exclude": "exclude excluded",
        "extend": "extend extended prolong prolonged",
        "fail": "fail failed miss missed",
        "fall": "fall fell fallen drop shrink shrank",
        "grow": "grow grew grown increase increased rise rose risen",
        "merge": "merge merged",
        "move": "move moved relocate relocated transfer transferred",
        "open": "open opened launch launched",
        "praise": "praise praised welcome welcomed",
        "privatise": "privatise privatised",
        "reach": "reach reached achieve achieved exceed exceeded",
        "raise": "raise raised",
        "refuse": "refuse refused reject rejected decline declined rubbish rubbished",
        "rename": "rename renamed",
        "repay": "repay repaid",
        "replace": "replace replaced supersede superseded",
        "reverse": "reverse reversed overturn overturned",
        "revise": "revise revised renegotiate renegotiated amend amended",
        "scrap": "scrap scrapped",
        "sell": "sell sold",
        "sign": "sign signed",
        "stop": "stop stopped halt halted suspend suspended freeze frozen pause paused",
        "sue": "sue sued",
        "withdraw": "withdraw withdrew withdrawn quit",
    }.items()
    for form in forms.split()
}
"""Stem of a word that says what became of something → the word that stands for it and its like."""

_PHRASES = {
    r"\bpull(?:ed|s)? out\b": "withdraw",
    r"\bturn(?:ed|s)? (?:(?:it|them|this|that) )?down\b": "refuse",
    r"\b(?:hand(?:ed|s)?|g[ai]ve|given|pa(?:y|id)|sent) (?:\S+ ){0,3}back\b": "repay",
    r"\bthr(?:ow|ew|own) out\b": "refuse",
    r"\bleft out\b": "exclude",
    r"\bcalled off\b": "cancel",
    r"\bwound up\b": "end",
}

_NO_END = re.compile(
    r"\b(?:in|at|by|to|towards?|until|till|before|from) the (?:very )?end\b|\bend(?:s|ed|ing)? up\b|\bat the end of\b",
    re.IGNORECASE,
)
"""Ends at which nothing ended: "what happened in the end?"."""

_WISHED = re.compile(
    r"\b(?:would|should|i['’]d|we['’]d) (?:also |very much |really )?(?:welcome|like|love)\b", re.IGNORECASE
)
"""What whoever asks would like says nothing of what happened."""

_ASKS_FOR = r"(?:why|when|where|how|since when|until when|by when|how come|what|which|who|whom|whose)"
_AUXILIARY = r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|must|should)"
_CLAIM = re.compile(
    rf"^(?:(?:and|but|so|then) )*(?:for |by |in |on |since |until )?(?:why|when|where|how|how come|how long ago)"
    rf"(?: on earth| exactly)? {_AUXILIARY}(?P<not> not)? (?P<claim>.+)$",
    re.IGNORECASE,
)
_INDIRECT = re.compile(rf"^(?:why|how come) (?!(?:{_AUXILIARY}|not)\b)(?P<claim>\S+ .+)$", re.IGNORECASE)
_CAUSED = re.compile(
    r"^(?:(?:and|but|so) )*what (?:made|caused|led|prompted|drove|forced) (?P<claim>.+)$", re.IGNORECASE
)
_GRANTED = re.compile(
    r"\b(?:given(?: the fact)? that|now that|seeing (?:as|that)|considering(?: that)?|although|even though|though"
    r"|because)"
    r" (?P<claim>(?:[^,?;.]|[.,](?=\d)){6,200})|^since (?P<first>(?:[^,?;]|,(?=\d)){6,200}),",
    re.IGNORECASE,
)
_WH = re.compile(rf"\b{_ASKS_FOR}\b", re.IGNORECASE)
_OR = re.compile(r"(?:\bor\b|/|\bbetween\b)", re.IGNORECASE)
_HYPOTHETICAL = re.compile(r"^(?:if|whether|suppose|assuming)\b", re.IGNORECASE)


def premises(question: str, kind: AnswerType) -> tuple[Premise, ...]:
    """What a question takes for granted, in the order claims, statuses, figures; empty for one that only asks.

    "Did it fail?" and "50% or 100%?" take nothing for granted: they ask for just that.

    Args:
        question: as resolved.
        kind: what it asks for, `answer_type`.
    """
    text = plain(question)
    asked = asking(question)
    found = list(_claims(text, asked, kind))
    asks = kind == "yes_no" or not _WH.search(asked)  # what is asked is not said
    said = " ; ".join(claim.text for claim in found) if asks else text
    found += [Premise("status", word, base) for word, base in statuses(said)]
    found += [Premise("figure", said[one.start : one.end], one.value) for one in _granted_figures(said)]
    return tuple(dict.fromkeys(found))


def _claims(text: str, asked: str, kind: AnswerType) -> Iterator[Premise]:
    for match in _GRANTED.finditer(text):
        yield _claim(match["claim"] or match["first"])
    for pattern in (_CLAIM, _INDIRECT, _CAUSED):
        built = pattern.match(asked)
        if built is not None and kind != "yes_no":
            yield _claim(built["claim"], denied=bool(built.groupdict().get("not")))
    told, _, rest = text.partition(". ")
    if rest and not told.endswith("?") and not _WH.search(told) and not _HYPOTHETICAL.match(told) and figures(told):
        yield _claim(told)  # "Liverpool's first pot is £130m. How much of that is new?"


def _claim(text: str, *, denied: bool = False) -> Premise:
    tidy = _tidy(text)
    return Premise("claim", tidy, f"not: {tidy}" if denied else tidy)


def _tidy(claim: str) -> str:
    return " ".join(claim.split()).strip(" ?!.,;:\"'")


def statuses(text: str) -> Iterator[tuple[str, str]]:
    """(as written, base form) of what is said to have happened."""
    for pattern, base in _PHRASES.items():
        phrase = re.search(pattern, text, re.IGNORECASE)
        if phrase is not None:
            yield phrase.group(), base
            text = text[: phrase.start()] + " ; " + text[phrase.end() :]
    for word in dict.fromkeys(words(_NO_END.sub(" ", _WISHED.sub(" ", text)))):
        base_form = _STATUSES.get(stem(word))
        if base_form is not None:
            yield word, base_form


def _granted_figures(text: str) -> Iterator[Figure]:
    """Money, percentages, durations and counts that are said and not offered for choice; years only say when."""
    found = [one for one in figures(text) if one.kind not in ("year", "date")]
    for i, one in enumerate(found):
        beside = [
            other
            for other in (found[max(i - 1, 0) : i] + found[i + 1 : i + 2])
            if _OR.search(text[min(one.end, other.end) : max(one.start, other.start)])
        ]
        if not beside:
            yield one
