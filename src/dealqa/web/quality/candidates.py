"""What readers said of answers: candidates for cases of a suite, for editors to look through."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dealqa.coverage import counted, visible
from dealqa.web.markup import page, text
from dealqa.web.quality.links import CANDIDATES_PATH, QUALITY_PATH
from dealqa.web.quality.overview import STYLES
from dealqa.web.quality.said import said
from dealqa.web.quality.words import day_and_time
from dealqa.web.readers import Reader

__all__ = ["Candidates", "candidates_page", "read_candidates"]

_VERDICTS: Final = {"down": "Not helpful", "up": "Helpful"}

_SHOWN: Final = 200
"""How many candidates are shown, the newest."""

_ABOUT: Final = (
    '<p class="soft">What readers said of answers on the page “Ask”. A question that was answered badly makes a good '
    "case: write it into a suite, with the right answer.</p>"
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Remarks of readers.

    Attributes:
        rows: the newest first.
        total: how many there are of this verdict.
        broken: how many lines of the file are none.
        problem: why the file cannot be read; "" when it can, or is not there.
    """

    rows: tuple[Mapping[str, Any], ...] = ()
    total: int = 0
    broken: int = 0
    problem: str = ""


def read_candidates(file: Path, verdict: str = "") -> Candidates:
    """The remarks in a file.

    Args:
        file: one JSON object a line, with "at", "question", "history", "answer", "verdict", "comment" and "reader".
        verdict: only those: "down" or "up"; "" for all.
    """
    rows: deque[Mapping[str, Any]] = deque(maxlen=_SHOWN)
    total = broken = 0
    try:
        with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            for line in lines:
                row = _row(line)
                if row is None:
                    broken += bool(line.strip())
                elif not verdict or row["verdict"] == verdict:
                    total += 1
                    rows.append(row)
    except FileNotFoundError:
        return Candidates()
    except OSError as err:
        return Candidates(problem=f"{file} cannot be read: {err.strerror}.")
    return Candidates(tuple(reversed(rows)), total, broken)


def candidates_page(candidates: Candidates, verdict: str, file: Path, reader: Reader) -> str:
    """The whole page as HTML."""
    notes = []
    if candidates.problem:
        notes.append(candidates.problem)
    if candidates.broken:
        lines = counted(candidates.broken, "line")
        notes.append(f"{lines} of {file} cannot be read and {'is' if candidates.broken == 1 else 'are'} left out.")
    told = "".join(f"<li>{text(visible(note))}</li>" for note in notes)
    notices = f'<ul class="notices">{told}</ul>' if told else ""
    items = "".join(_item(row) for row in candidates.rows)
    none = "" if candidates.problem else "<p>Nobody has said anything of this kind yet.</p>"
    more = candidates.total - len(candidates.rows)
    older = (
        f'<p class="soft">{more:,} older ones are not shown; they stand in {text(visible(str(file)))}.</p>'
        if more
        else ""
    )
    listed = f'<h2>{counted(candidates.total, "remark")}</h2><ol class="cases">{items}</ol>{older}' if items else none
    back = f'<p class="way"><a href="{QUALITY_PATH}">Back to the figures</a></p>'
    body = f"{back}{_ABOUT}{_filter(verdict)}{notices}{listed}"
    return page("What readers said", body, reader=reader, current="Quality", styles=STYLES)


def _row(line: str) -> Mapping[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or not isinstance(row.get("question"), str) or row.get("verdict") not in _VERDICTS:
        return None
    return row


def _filter(verdict: str) -> str:
    choices = {"": "all remarks"} | {name: words.lower() for name, words in _VERDICTS.items()}
    options = "".join(
        f'<option value="{value}"{" selected" if value == verdict else ""}>{words}</option>'
        for value, words in choices.items()
    )
    select = f'<select id="verdict" name="verdict">{options}</select>'
    return (
        f'<form class="row choice" role="search" action="{CANDIDATES_PATH}"><span class="field">'
        f'<label for="verdict">Remarks</label>{select}</span><button>Filter</button></form>'
    )


def _item(row: Mapping[str, Any]) -> str:
    kind = "answer" if row["verdict"] == "down" else "right"
    comment, history, answer = row.get("comment"), row.get("history"), row.get("answer")
    remark = f'<p class="remark" dir="auto">“{text(comment)}”</p>' if isinstance(comment, str) and comment else ""
    asked = [question for question in history if isinstance(question, str)] if isinstance(history, list) else []
    before = "".join(f'<li dir="auto">{text(question)}</li>' for question in asked)
    earlier = f'<p class="soft small">Asked before:</p><ol class="history">{before}</ol>' if before else ""
    given = said(answer) if isinstance(answer, dict) else '<p class="soft">The answer was not kept.</p>'
    return (
        f'<li class="card">{earlier}<h3 dir="auto">{text(row["question"])}</h3>'
        f'<p class="small"><strong class="kind {kind}">{_VERDICTS[row["verdict"]]}</strong> '
        f'<span class="soft">{_who_and_when(row)}</span></p>{remark}'
        f"<details><summary>What dealqa said</summary>{given}</details></li>"
    )


def _who_and_when(row: Mapping[str, Any]) -> str:
    parts = []
    reader, at, generation = row.get("reader"), row.get("at"), row.get("generation")
    if isinstance(reader, str) and reader:
        parts.append(reader)
    if isinstance(at, str):
        try:
            parts.append(day_and_time(datetime.fromisoformat(at).astimezone()))
        except (ValueError, OverflowError):
            parts.append(at)
    if isinstance(generation, str) and generation:
        parts.append(f"generation {generation}")
    return text(visible(" · ".join(parts)))
