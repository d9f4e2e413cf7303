"""Predictions in the form of the answer contract, written out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dealqa.evaluation import EvalCase, Evidence

TEXT = "Bristol keeps the growth. It lasts 25 years. Leeds waits."
TEXTS = {"a.txt": TEXT, "b.txt": "Nothing of note happens here at all."}

FIRST = Evidence("a.txt", "Bristol keeps the growth.", 0, 25)
SECOND = Evidence("a.txt", "It lasts 25 years.", 26, 44)


def case(**fields: Any) -> EvalCase:
    return EvalCase(**({"id": "q", "question": "?", "answerable": True} | fields))


def hit(document: str, start: int, end: int, page: int | None = None) -> dict[str, Any]:
    return {"rank": 0, "document": document, "start": start, "end": end, "page": page, "score": 1.0}


def citation(start: int, end: int, document: str = "a.txt", quote: str | None = None) -> dict[str, Any]:
    text = TEXTS[document][start:end] if quote is None else quote
    return {"number": 1, "document": document, "start": start, "end": end, "page": None, "quote": text}


def prediction(**fields: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "answer": "",
        "refused": False,
        "refusal": None,
        "confidence": 0.5,
        "sentences": [],
        "citations": [],
        "hits": [],
    }
    return plain | fields


def answer(text: str, *citations: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """One sentence that all the citations stand behind."""
    return answers((text, citations), **fields)


def answers(*sentences: tuple[str, Sequence[dict[str, Any]]], **fields: Any) -> dict[str, Any]:
    """Sentences, each with its citations."""
    numbered: list[dict[str, Any]] = []
    given = []
    for text, citations in sentences:
        numbers = range(len(numbered) + 1, len(numbered) + len(citations) + 1)
        numbered += [one | {"number": number} for one, number in zip(citations, numbers, strict=True)]
        given.append({"text": text, "citations": list(numbers)})
    whole = " ".join(f"{one['text']} {''.join(f'[{n}]' for n in one['citations'])}".strip() for one in given)
    return prediction(answer=whole, sentences=given, citations=numbered, **fields)


def refusal(*nearest: dict[str, Any], **fields: Any) -> dict[str, Any]:
    reason = {"reason": "no_evidence", "message": "Not in these documents.", "nearest": list(nearest)}
    return prediction(answer="Not in these documents.", refused=True, refusal=reason, **fields)
