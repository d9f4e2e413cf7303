"""The single cases of a run: what went wrong, what was expected, and which of them may be looked at.

Cases of the split test are never among them. Whoever sees which questions of it fail will tune on them, and then its
figures say nothing any more.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from dealqa.errors import SuiteError
from dealqa.evaluation.cases import QUESTIONS_FILE, EvalCase, Suite, load_suite
from dealqa.evaluation.comparison import VERDICTS_FILE, load_run
from dealqa.evaluation.judging import fingerprint
from dealqa.evaluation.report import PREDICTIONS_FILE
from dealqa.web.quality.runs import Run

__all__ = ["HIDDEN", "KINDS", "Case", "Cases", "Wanted", "cases_of", "classes_in", "kind_of", "neighbours", "suites_in"]

HIDDEN: Final = "The questions of the test split are not shown, so that nobody tunes on them."

KINDS: Final = {
    "answer": "Wrong answer",
    "document": "Wrong document",
    "refused": "Wrongly refused",
    "answered": "Wrongly answered",
    "error": "Ended in an error",
    "right": "Right",
}
"""What can have come of a case, as a reader sees it; why is another matter (`words.CAUSE_WORDS`)."""

_HITS: Final = 5
"""How many of a prediction's passages are kept in memory; 64 stand in the file."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a run.

    Attributes:
        verdict: its line of `verdicts.jsonl`.
        prediction: the answer contract as far as the file has it, or {"error"}; empty when the run has none.
        gold: what was expected; None when the suite does not have the case any more.
        rewritten: whether the suite's case is not the one that was asked.
        kind: a name of `KINDS`.
    """

    id: str
    verdict: Mapping[str, Any]
    prediction: Mapping[str, Any]
    gold: EvalCase | None
    rewritten: bool
    kind: str

    @property
    def case_class(self) -> str:
        """The class of question; "" when there is none."""
        value = self.verdict.get("class")
        return value if isinstance(value, str) else ""

    @property
    def question(self) -> str:
        """The question as it was asked; "" when it is known neither from the run nor from the suite."""
        asked = self.prediction.get("question")
        if isinstance(asked, str) and asked:
            return asked
        return self.gold.question if self.gold is not None and not self.rewritten else ""


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of a run that may be looked at.

    Attributes:
        cases: in the suite's order.
        reason: why there are none, or not all; "" when nothing is held back.
    """

    cases: tuple[Case, ...] = ()
    reason: str = ""

    def named(self, name: str) -> Case | None:
        """The case with this id."""
        return next((case for case in self.cases if case.id == name), None)

    def counts(self) -> Counter[str]:
        """How many there are of each kind."""
        return Counter(case.kind for case in self.cases)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a reader wants to see.

    Attributes:
        kind: of `KINDS`; "" for all that went wrong.
        case_class: "" for all.
    """

    kind: str = ""
    case_class: str = ""

    def chosen(self, cases: Cases) -> tuple[Case, ...]:
        """Those of the cases, in their order."""
        return tuple(
            case
            for case in cases.cases
            if (case.kind == self.kind if self.kind else case.kind != "right")
            and (not self.case_class or case.case_class == self.case_class)
        )

    def query(self) -> dict[str, str]:
        """As parameters of an address."""
        given = {"kind": self.kind, "class": self.case_class}
        return {name: value for name, value in given.items() if value}


def cases_of(run: Run, evals: Path) -> Cases:
    """The cases of a run that may be looked at.

    Args:
        run: of the split dev all cases; of a run over a whole suite those that the suite does not say are of the split
            test; of any other none.
        evals: the folder of suites.
    """
    if run.split not in ("", "dev"):
        return Cases(reason=HIDDEN)
    suite, problem = _suite(evals, run.suite)
    if suite is None and not run.split:
        return Cases(
            reason=f"Single questions are not shown: {problem}, so it is not known which are of the test split."
        )
    gold = {} if suite is None else {case.id: case for case in suite.cases}
    try:
        rows = [row for row in load_run(run.folder).rows if isinstance(row["id"], str)]
    except SuiteError:  # its message names folders of the server
        why = f"{VERDICTS_FILE} is missing, damaged or of another version of dealqa"
        return Cases(reason=f"Single questions are not shown: {why}.")
    predictions, damaged = _predictions(run.folder / PREDICTIONS_FILE)
    cases = tuple(_case(row, predictions, gold.get(row["id"])) for row in rows if not _is_test(gold, row["id"]))
    notes = []
    if len(cases) < len(rows):
        notes.append(HIDDEN)
    if suite is None:
        notes.append(f"What was expected is not known: {problem}.")
    if damaged:
        notes.append(f"{PREDICTIONS_FILE} is damaged: {damaged} of its lines cannot be read.")
    if not predictions:
        notes.append("This run has kept no answers, only what was found of them.")
    return Cases(cases, " ".join(notes))


def kind_of(verdict: Mapping[str, Any]) -> str:
    """What came of a case: a name of `KINDS`."""
    cause = verdict.get("cause")
    if cause is None:
        return "right"
    if cause == "error" or verdict.get("refused") is None:
        return "error"
    if not verdict.get("answerable"):
        return "answered"
    if verdict["refused"]:
        return "refused"
    return "document" if cause == "wrong_document" else "answer"


def suites_in(evals: Path) -> tuple[Path, ...]:
    """The suites in a folder: folders with questions, and tables."""
    try:
        found = sorted(evals.iterdir())
    except OSError:
        return ()
    return tuple(path for path in found if path.suffix.lower() == ".csv" or (path / QUESTIONS_FILE).is_file())


def _is_test(gold: Mapping[str, EvalCase], name: str) -> bool:
    return name in gold and gold[name].split == "test"


def _case(row: Mapping[str, Any], predictions: Mapping[str, Mapping[str, Any]], gold: EvalCase | None) -> Case:
    prediction = predictions.get(row["id"], {})
    rewritten = gold is not None and fingerprint(gold) != row["gold"]
    return Case(row["id"], row, prediction, gold, rewritten, kind_of(row))


def _suite(evals: Path, name: str) -> tuple[Suite | None, str]:
    """A suite by its name, or why there is none."""
    for path in suites_in(evals):
        if name in (path.name, path.stem if path.suffix.lower() == ".csv" else path.name):
            source = path if path.is_file() else path / QUESTIONS_FILE
            try:
                state = source.stat()
                return _loaded(path, state.st_mtime_ns, state.st_size), ""
            except (SuiteError, OSError):
                return None, f"the suite {name} cannot be read"
    return None, f"the suite {name} is not in the folder “{evals.name}”"


@lru_cache(maxsize=4)
def _loaded(folder: Path, _changed: int, _size: int) -> Suite:
    return load_suite(folder)


def _predictions(file: Path) -> tuple[Mapping[str, Mapping[str, Any]], int]:
    """What was said, by the case's id, and how many lines could not be read."""
    try:
        state = file.stat()
        return _parsed(file, state.st_mtime_ns, state.st_size)
    except OSError:  # a baseline keeps none
        return {}, 0


@lru_cache(maxsize=2)
def _parsed(file: Path, _changed: int, _size: int) -> tuple[Mapping[str, Mapping[str, Any]], int]:
    found: dict[str, Mapping[str, Any]] = {}
    damaged = 0
    with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                damaged += bool(line.strip())
                continue
            hits = row.get("hits")
            found[row["id"]] = row | {"hits": hits[:_HITS] if isinstance(hits, list) else []}
    return found, damaged


def neighbours(cases: Sequence[Case], name: str) -> tuple[Case | None, Case | None, int]:
    """The case before and the case after one, and its place counted from 1; 0 when it is not among them."""
    place = next((number for number, case in enumerate(cases, start=1) if case.id == name), 0)
    if not place:
        return None, None, 0
    before = cases[place - 2] if place > 1 else None
    return before, cases[place] if place < len(cases) else None, place


def classes_in(cases: Cases) -> Iterator[str]:
    """The classes of question that there are, in order."""
    yield from sorted({case.case_class for case in cases.cases if case.case_class})
