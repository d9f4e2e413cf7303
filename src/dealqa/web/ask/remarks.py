"""What readers think of answers: each remark is a line of a file, a candidate for a case of the evaluation."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from dealqa.types import Answer
from dealqa.web.ask.tools import COMMENT

__all__ = ["CANDIDATES", "Remarks", "Verdict"]

CANDIDATES: Final = Path("evals", "candidates.jsonl")
"""Where the candidates are kept, beside the suites that some of them will become part of."""

Verdict = Literal["up", "down"]


class Remarks:
    """A file of remarks, one JSON object a line; what was written is never changed. Safe to use from several threads.

    A line holds `at` (ISO 8601, UTC), `question`, `history`, `answer` (the answer contract), `verdict`, `comment`,
    `reader` and `generation`.
    """

    def __init__(self, path: Path = CANDIDATES) -> None:
        self._path = path
        self._lock = threading.Lock()

    def add(self, answer: Answer, history: Sequence[str], verdict: Verdict, comment: str, reader: str) -> None:
        """Write one remark to the disk.

        Raises:
            OSError: it cannot be written.
        """
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "question": answer.question.text,
                "history": list(history),
                "answer": answer.to_dict(),
                "verdict": verdict,
                "comment": comment.strip()[:COMMENT],
                "reader": reader,
                "generation": answer.generation,
            },
            ensure_ascii=False,
        )
        # Half a character of a surrogate pair cannot be written; whoever sent one meant none.
        written = (line + "\n").encode("utf-8", "replace")
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(written)
                file.flush()
                os.fsync(file.fileno())
