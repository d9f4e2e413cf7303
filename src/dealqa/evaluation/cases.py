"""An evaluation suite: questions with the answers and the evidence that a good assistant finds.

A suite is a folder with `questions.jsonl` (one JSON object a line) and, optionally, `corpus/` with the documents that
the questions are about and `baselines.json` with figures to stand beside ours. A CSV file with the columns `question`
and `answer` is a suite too. `evals/README.md` describes the format for users.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from dealqa.errors import SuiteError
from dealqa.evaluation.rows import QUESTIONS_FILE, read_csv, read_jsonl

__all__ = ["QUESTIONS_FILE", "SPLITS", "EvalCase", "Evidence", "Suite", "load_suite"]

CORPUS_FOLDER = "corpus"
SPLITS = ("dev", "test")
TEXT_SUFFIXES = frozenset({".txt", ".md"})  # formats whose offsets are offsets into the file itself

KEYS = frozenset(
    {
        "id",
        "question",
        "answers",
        "answerable",
        "evidence",
        "scope",
        "meta",
        "history",
        "tags",
        "split",
        "required",
        "groups",
    }
)
EVIDENCE_KEYS = frozenset({"doc", "text", "start", "end", "page"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote that supports the gold answer.

    Attributes:
        doc: path relative to the corpus folder.
        start: half-open code-point offsets `[start, end)` of `text`; None together with `end` when not known (PDFs).
        page: 1-based; None for formats without pages.
    """

    doc: str
    text: str
    start: int | None = None
    end: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class EvalCase:
    """One question and what is known of its right answer.

    Attributes:
        answers: alternatives, any of which is right; may be empty although `answerable` is true (then only the
            evidence is judged).
        required: the items that a list must hold, each with its alternatives; empty when the answer is no list.
        groups: places in `evidence`, put together where they say the same: one piece of a group is enough, and every
            group is needed; empty means that every piece is needed.
        scope: the one document that the question is asked of; None means the whole corpus.
        history: earlier questions of the conversation, oldest first.
        case_class: what kind of question this is, from `meta.class`; "" when the suite names no classes.
        split: "dev" or "test"; "" when the suite is not split.
    """

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    required: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()
    scope: str | None = None
    history: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    case_class: str = ""
    split: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[tuple[Evidence, ...], ...]:
        """What must be found: the evidence by groups, each piece a group of its own unless `groups` says more."""
        if not self.groups:
            return tuple((piece,) for piece in self.evidence)
        return tuple(tuple(self.evidence[place] for place in group) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Suite:
    """Questions, and the folder of documents that they are about (None: the documents of the settings)."""

    name: str
    folder: Path
    cases: tuple[EvalCase, ...]
    corpus: Path | None = None
    split: str | None = None


class _Flaw(Exception):
    """What is wrong with one line; `load_suite` adds the file and the line."""


def load_suite(folder: Path, split: str | None = None) -> Suite:
    """The suite in a folder or a CSV file, every line checked.

    Quotes with offsets into text files of the suite's own corpus are compared with the file.

    Args:
        folder: the suite's folder, or the path of a CSV file.
        split: "dev" or "test" keeps the cases of that split only.

    Raises:
        SuiteError: the folder or file is missing, has no cases, or a line is malformed; the message names the file,
            the line and what is wrong with it.
    """
    if split is not None and split not in SPLITS:
        raise SuiteError(f"There is no split called {split!r}.", hint=f"The splits are {' and '.join(SPLITS)}.")
    if folder.suffix.lower() == ".csv":
        source, corpus = folder, None
        rows = read_csv(source)
    else:
        source = folder / QUESTIONS_FILE
        corpus = folder / CORPUS_FOLDER if (folder / CORPUS_FOLDER).is_dir() else None
        rows = read_jsonl(source)

    texts: dict[Path, str] = {}
    seen: dict[str, int] = {}
    cases: list[EvalCase] = []
    for line, row in rows:
        try:
            case = _case(row)
            if case.id in seen:
                raise _Flaw(f"the id {case.id!r} was already used on line {seen[case.id]}")
            if corpus is not None:
                _check_against_corpus(case, corpus, texts)
        except _Flaw as err:
            raise SuiteError(f"{source}, line {line}: {err}.", hint="evals/README.md describes the format.") from err
        seen[case.id] = line
        cases.append(case)
    if not cases:
        raise SuiteError(f"{source} holds no questions.", hint="Write one JSON object a line; see evals/README.md.")
    chosen = tuple(case for case in cases if split is None or case.split == split)
    if not chosen:
        raise SuiteError(
            f"{source} holds no case of the split {split!r}.",
            hint='Leave --split out, or give the cases a "split" of "dev" or "test".',
        )
    name = folder.resolve().stem if folder.suffix.lower() == ".csv" else folder.resolve().name
    return Suite(name, folder, chosen, corpus, split)


def _case(row: Any) -> EvalCase:
    if not isinstance(row, dict):
        raise _Flaw("a case must be a JSON object")
    _only(row, KEYS, "key")
    meta = row.get("meta") or {}
    if not isinstance(meta, dict):
        raise _Flaw('"meta" must be an object')
    answerable = row.get("answerable")
    if not isinstance(answerable, bool):
        raise _Flaw('"answerable" must be true or false')
    answers = _strings(row.get("answers"), "answers")
    if answers and not answerable:
        raise _Flaw('a case that is not answerable cannot have "answers"')
    split = row.get("split") or meta.get("split") or ""
    if split not in ("", *SPLITS):
        raise _Flaw(f'"split" must be "dev" or "test", not {split!r}')
    scope = row.get("scope")
    if scope is not None:
        _path(scope, "scope")
    evidence = row.get("evidence") or []
    if not isinstance(evidence, list):
        raise _Flaw('"evidence" must be a list')
    return EvalCase(
        id=_string(row.get("id"), "id"),
        question=_string(row.get("question"), "question"),
        answerable=answerable,
        answers=answers,
        required=_required(row.get("required", meta.get("required"))),
        evidence=tuple(_evidence(entry) for entry in evidence),
        groups=_groups(row.get("groups", meta.get("groups")), len(evidence)),
        scope=scope,
        history=_strings(row.get("history"), "history"),
        tags=_strings(row.get("tags"), "tags"),
        case_class=_string(meta["class"], "meta.class") if meta.get("class") is not None else "",
        split=split,
        meta=meta,
    )


def _evidence(entry: Any) -> Evidence:
    if not isinstance(entry, dict):
        raise _Flaw('each entry of "evidence" must be an object')
    _only(entry, EVIDENCE_KEYS, "key of evidence")
    text = _string(entry.get("text"), "evidence.text")
    doc = _path(entry.get("doc"), "evidence.doc")
    start, end, page = (_whole_number(entry.get(name), f"evidence.{name}") for name in ("start", "end", "page"))
    if (start is None) != (end is None):
        raise _Flaw('"start" and "end" of evidence are both given or both null')
    if start is not None and end is not None and end - start != len(text):
        raise _Flaw(f"the evidence is {len(text)} characters long, but its offsets [{start}, {end}) say {end - start}")
    if page == 0:
        raise _Flaw("pages are counted from 1")
    return Evidence(doc, text, start, end, page)


def _required(value: Any) -> tuple[tuple[str, ...], ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _Flaw('"required" must be a list of items, each a string or a list of alternatives')
    items = tuple(_strings([item] if isinstance(item, str) else item, "required") for item in value)
    if not all(items):
        raise _Flaw('an item of "required" has no alternatives')
    return items


def _groups(value: Any, pieces: int) -> tuple[tuple[int, ...], ...]:
    if value is None or value == []:
        return ()
    if not isinstance(value, list) or not all(isinstance(group, list) and group for group in value):
        raise _Flaw('"groups" must be a list of lists of places in "evidence"')
    places = [_whole_number(place, "groups") for group in value for place in group]
    if set(places) != set(range(pieces)):
        raise _Flaw(f'"groups" must name all of the {pieces} pieces of evidence, counted from 0, and nothing else')
    return tuple(tuple(group) for group in value)


def _check_against_corpus(case: EvalCase, corpus: Path, texts: dict[Path, str]) -> None:
    for doc in {evidence.doc for evidence in case.evidence} | ({case.scope} if case.scope else set()):
        if not (corpus / doc).is_file():
            raise _Flaw(f"there is no document {doc!r} in {corpus}")
    for evidence in case.evidence:
        path = corpus / evidence.doc
        if evidence.start is None or path.suffix.lower() not in TEXT_SUFFIXES:
            continue
        if path not in texts:
            texts[path] = _read_corpus_text(path)
        if texts[path][evidence.start : evidence.end] != evidence.text:
            raise _Flaw(f"{evidence.doc}[{evidence.start}:{evidence.end}] is not the evidence's text")


def _read_corpus_text(path: Path) -> str:
    # utf-8 and not utf-8-sig: a byte-order mark counts as a character of the offsets.
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except (OSError, UnicodeDecodeError) as err:
        raise _Flaw(f"the document {path} cannot be read as UTF-8") from err


def _only(row: Mapping[str, Any], allowed: Iterable[str], what: str) -> None:
    unknown = sorted(set(row) - set(allowed))
    if unknown:
        raise _Flaw(f"there is no {what} called {unknown[0]!r}; known are {', '.join(sorted(allowed))}")


def _string(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Flaw(f'"{name}" must be a string that is not empty')
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise _Flaw(f'"{name}" holds half a character (a lone surrogate)')
    return value


def _strings(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _Flaw(f'"{name}" must be a list of strings')
    return tuple(_string(entry, name) for entry in value)


def _path(value: Any, name: str) -> str:
    path = PurePosixPath(_string(value, name))
    if path.is_absolute() or ".." in path.parts or "\\" in value:
        raise _Flaw(f'"{name}" must be a path inside the corpus folder with "/" between its parts, not {value!r}')
    return str(path)


def _whole_number(value: Any, name: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _Flaw(f'"{name}" must be a whole number or null')
    return value
