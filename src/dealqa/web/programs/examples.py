"""Examples of what is sent and what comes back, for the description and for the page "/api"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["ANSWER", "PASSAGE_ID", "REQUESTS"]

REQUESTS: Final[Mapping[str, dict[str, Any]]] = {
    "ask": {"question": "What does Bristol retain?"},
    "search": {"question": "growth in business rates", "limit": 5},
    "compare": {"questions": ["How much is invested?", "When was it signed?"], "by": "deals"},
}
"""Operation → a request that can be sent as it stands."""

DOCUMENT_ID: Final = "d0123456789abcdef"

PASSAGE_ID: Final = "p0123456789abcdef"

_CITATION: Final = {
    "number": 1,
    "document": "bristol.md",
    "title": "Bristol City Deal",
    "page": None,
    "heading_path": ["Bristol City Deal", "Business rates"],
    "start": 78,
    "end": 173,
    "quote": "Bristol retains 100% of the growth in business rates in five enterprise areas for 25 years.",
}

ANSWER: Final[Mapping[str, Any]] = {
    "question": "What does Bristol retain?",
    "resolved_question": "What does Bristol retain?",
    "understood": {
        "deals": ["Bristol City Deal"],
        "places": ["Bristol"],
        "names": [],
        "answer_type": "any",
        "figures": [],
        "premises": [],
    },
    "answer": "Bristol retains 100% of the growth in business rates in five enterprise areas for 25 years. [1]",
    "short": "",
    "refused": False,
    "refusal": None,
    "confidence": 0.97,
    "sentences": [
        {
            "text": "Bristol retains 100% of the growth in business rates in five enterprise areas for 25 years.",
            "citations": [1],
        }
    ],
    "comparison": [],
    "conflict": False,
    "author": "",
    "dropped": 0,
    "citations": [_CITATION],
    "hits": [
        {
            "rank": 1,
            "document": "bristol.md",
            "start": 78,
            "end": 242,
            "page": None,
            "score": 0.93,
            "bears": True,
            "also": [],
            "deals": [],
        }
    ],
    "notices": [],
    "generation": "g-0123456789abcdef",
    "timings_ms": {"retrieve": 12.1, "answer": 20.4, "total": 35.0},
}
"""An answer as `ask` gives it."""
