"""Asking every question of a suite and keeping what came back."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dealqa.config import Settings
from dealqa.errors import DealqaError, IndexCorrupt, IndexMismatch
from dealqa.evaluation.cases import EvalCase, Suite
from dealqa.evaluation.contract import HITS, Prediction
from dealqa.evaluation.evidence import is_judgeable, resolve
from dealqa.evaluation.judging import Judgement, judge
from dealqa.types import Document, DocumentInfo

if TYPE_CHECKING:  # this room loads numerical libraries, which `dealqa --help` must not wait for
    from dealqa.assistant import Assistant

__all__ = ["EvalRun", "Outcome", "Progress", "ask_suite", "default_output", "models_of", "run_suite", "settings_for"]

Progress = Callable[[str, int, int], None]
"""Called with a stage ("asking", or a stage of indexing), how much of it is done, and how much there is."""

KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case.

    Attributes:
        case: with evidence whose offsets hold in the indexed documents.
        prediction: the answer contract with 64 hits; None when the question ended in an error.
        error: the error's kind and message; None when there was none.
        latency_ms: of `Assistant.ask` alone; None when the question ended in an error.
    """

    case: EvalCase
    prediction: Prediction | None
    error: str | None
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class EvalRun:
    """A suite, asked.

    Attributes:
        outcomes: one for each case, in the suite's order.
        texts: by path, the stored texts of the documents that are cited or hold evidence.
        not_located: ids of the cases with evidence that is in no indexed document.
        documents: how many are indexed, like `passages`.
        unreadable: paths of the files in the corpus that could not be read.
        seconds: wall time of "ask" and, if the index was brought up to date first, of "index".
    """

    suite: Suite
    outcomes: tuple[Outcome, ...]
    texts: Mapping[str, str]
    not_located: tuple[str, ...]
    generation: str
    model: str
    documents: int
    passages: int
    unreadable: tuple[str, ...]
    seconds: Mapping[str, float]

    def judge(self) -> Judgement:
        """The run, judged."""
        return judge(
            [outcome.case for outcome in self.outcomes],
            [outcome.prediction for outcome in self.outcomes],
            self.texts,
            latencies_ms=[outcome.latency_ms for outcome in self.outcomes],
        )


def settings_for(suite: Suite, settings: Settings) -> Settings:
    """The settings that the suite is asked with: its own corpus and an index of its own, if it has a corpus.

    That index lies in the cache under a name made of the corpus' path and of what an index depends on, so that it is
    used again when nothing changed, and two models can be compared without building it anew each time.
    """
    if suite.corpus is None:
        return settings
    corpus = suite.corpus.resolve()
    parts = (str(corpus), settings.model, str(settings.passage_tokens))
    key = hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()[:KEY_DIGITS]
    return settings.model_copy(
        update={"corpus": corpus, "index": settings.cache / "evals" / f"{_slug(suite.name)}-{key}"}
    )


def run_suite(suite: Suite, settings: Settings, *, progress: Progress | None = None) -> EvalRun:
    """Brings the index up to date, asks every question of the suite in order, and keeps the answers.

    A question that ends in a `DealqaError` becomes a failed case; it does not end the run. The suite's own index (see
    `settings_for`) is rebuilt when it does not fit; that of the settings never is.

    Raises:
        CorpusError: the documents are missing, or none of them can be read.
        StoreError: the index of the settings does not fit, is damaged or is locked.
        ModelError: the embedding model is missing or damaged.
    """
    from dealqa.assistant import Assistant

    tell = progress or _silent
    chosen = settings_for(suite, settings)
    started = time.perf_counter()
    _bring_up_to_date(chosen, own=suite.corpus is not None, tell=tell)
    indexed = time.perf_counter() - started
    with Assistant(chosen) as assistant:
        run = ask_suite(suite, assistant, progress=progress)
    return replace(run, seconds={"index": round(indexed, 3), **run.seconds})


def ask_suite(suite: Suite, assistant: Assistant, *, progress: Progress | None = None) -> EvalRun:
    """Asks every question of the suite in order, of an index as it is, and keeps the answers.

    A question that ends in a `DealqaError` becomes a failed case; it does not end the run.
    """
    tell = progress or _silent
    library = _Library(assistant)
    cases = [library.place(case) for case in suite.cases]
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    tell("asking", 0, len(cases))
    for case in cases:
        outcomes.append(_ask(assistant, case))
        tell("asking", len(outcomes), len(cases))
    asked = time.perf_counter() - started
    for outcome in outcomes:
        library.read_cited(outcome.prediction)
    documents = assistant.documents()
    return EvalRun(
        suite=replace(suite, cases=tuple(cases)),
        outcomes=tuple(outcomes),
        texts=library.texts,
        not_located=tuple(case.id for case in cases if not all(map(is_judgeable, case.evidence))),
        generation=assistant.generation,
        model=models_of(assistant.settings),
        documents=len(documents),
        passages=sum(info.passages for info in documents),
        unreadable=tuple(path for path, _, _ in assistant.failures()),
        seconds={"ask": round(asked, 3)},
    )


def models_of(settings: Settings) -> str:
    """The embedding model, and with which evidence models it was asked where that is not as it comes."""
    if not settings.evidence_model:
        return f"{settings.model}, without the evidence model"
    return f"{settings.model}, with the larger evidence model" if settings.larger_evidence_model else settings.model


def _bring_up_to_date(settings: Settings, *, own: bool, tell: Progress) -> None:
    from dealqa.index import build_index

    try:
        build_index(settings, progress=tell)
    except (IndexMismatch, IndexCorrupt):
        if not own:
            raise
        # Only a cache that nobody else relies on: what does not fit is built anew.
        build_index(settings, rebuild=True, progress=tell)


def _ask(assistant: Assistant, case: EvalCase) -> Outcome:
    documents = None if case.scope is None else [case.scope]
    started = time.perf_counter()
    try:
        answer = assistant.ask(case.question, case.history, documents=documents, hits=HITS)
    except DealqaError as err:
        return Outcome(case, None, f"{type(err).__name__}: {err}", None)
    latency_ms = (time.perf_counter() - started) * 1000
    return Outcome(case, answer.to_dict(hits=HITS), None, latency_ms)


class _Library:
    """The indexed documents as far as they are needed: a suite asks of a few of many."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._known: dict[str, DocumentInfo] = {}
        for info in assistant.documents():
            # The same bytes under several paths are one document; hits and citations name its first path.
            for path in (info.path, *info.duplicates):
                self._known[path] = info
        self._read: dict[str, Document] = {}

    @property
    def texts(self) -> dict[str, str]:
        """The texts read so far, by path."""
        return {path: document.text for path, document in self._read.items()}

    def place(self, case: EvalCase) -> EvalCase:
        """The case with the paths and offsets that hold in the index."""
        evidence = []
        for piece in case.evidence:
            document = self._document(piece.doc)
            text = None if document is None else document.text
            pages = {} if document is None else {page.number: (page.start, page.end) for page in document.pages}
            evidence.append(replace(resolve(piece, text, pages), doc=self._path(piece.doc)))
        scope = None if case.scope is None else self._path(case.scope)
        return replace(case, evidence=tuple(evidence), scope=scope)

    def read_cited(self, prediction: Prediction | None) -> None:
        """Reads the documents that a prediction quotes, in an answer or beside a refusal."""
        if prediction is not None:
            for quote in (*prediction["citations"], *((prediction["refusal"] or {}).get("nearest") or ())):
                self._document(quote["document"])

    def _path(self, path: str) -> str:
        return self._known[path].path if path in self._known else path

    def _document(self, path: str) -> Document | None:
        if path not in self._known:
            return None
        info = self._known[path]
        if info.path not in self._read:
            self._read[info.path] = self._assistant.document(info.id)
        return self._read[info.path]


def _slug(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)[:40] or "suite"


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def default_output(suite: Suite) -> Path:
    """Where a run is written when no folder is named: `evals/runs/` and the suite's name, in the current folder."""
    return Path("evals") / "runs" / (_slug(suite.name) + (f"-{suite.split}" if suite.split else ""))
