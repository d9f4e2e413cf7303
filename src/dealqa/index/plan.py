"""What a run of the indexer has to do: the difference between the folder and the latest generation."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dealqa.config import Settings
from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.index.schema import ALIVE
from dealqa.reading import read_document
from dealqa.types import Document

__all__ = ["Failure", "Plan", "failure_of", "make_plan", "nothing_readable", "read_planned"]

Change = Literal["added", "changed", "unchanged"]

STILL_THERE = frozenset({"forbidden", "too_large"})
"""Reasons for not reading a file that say nothing against what was read of it before."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the index, and why."""

    path: str
    reason: str
    message: str


@dataclass(slots=True)
class Plan:
    """The difference between the folder and the latest generation.

    Attributes:
        read: path → why it is read ("unchanged": only its list of duplicates is another one).
        replaced: path → key of the document row that the newly read document takes the place of.
        gone: keys of the rows of documents that are no longer in the folder.
        duplicates: path → other paths with the same bytes.
        elsewhere: changed paths whose indexed content now lies under another path.
        counts: how many documents were added, changed, or are unchanged.
    """

    read: dict[str, Change] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    duplicates: dict[str, list[str]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    counts: dict[Change, int] = field(default_factory=lambda: {"added": 0, "changed": 0, "unchanged": 0})


def failure_of(problem: CorpusError, path: str = "") -> Failure:
    """A problem with a file as it is reported."""
    reason = problem.reason if isinstance(problem, UnreadableDocument) else "unsafe"
    return Failure(path=getattr(problem, "path", path), reason=reason, message=str(problem))


def nothing_readable(corpus: Path, failures: Sequence[Failure]) -> CorpusError:
    """The error for a folder with nothing in it that could be indexed."""
    if failures:
        return CorpusError(
            f"Nothing in {corpus} could be read; the first reason: {failures[0].message}",
            hint="What was indexed before is untouched.",
        )
    return CorpusError(
        f"There are no documents in {corpus}.",
        hint="Put .pdf, .docx, .html, .md, .xlsx, .csv, .pptx or .txt files there, or use --corpus.",
    )


def make_plan(
    connection: sqlite3.Connection,
    settings: Settings,
    files: Sequence[str],
    failures: list[Failure],
    *,
    versions: str,
    generation: int,
    rebuild: bool,
) -> Plan:
    """Compare the folder's files, by their content, with the documents of a generation.

    Args:
        files: relative paths.
        failures: what is known to be unreadable already; a file that cannot be opened is added.
        versions: names how documents are read, split and embedded now; documents of other versions are read again.
        rebuild: read everything again.

    Raises:
        CorpusError: nothing that is indexed is in the folder, so that it is probably the wrong one.
    """
    plan = Plan(failures=failures)
    original: dict[str, str] = {}  # content hash → the path under which it is indexed
    for path in files:
        try:
            with (settings.corpus / path).open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as err:
            plan.failures.append(Failure(path, "forbidden", f"{path} cannot be read: {err.strerror}."))
            continue
        first = original.setdefault(sha256, path)
        if first != path:
            plan.duplicates.setdefault(first, []).append(path)

    rows = connection.execute(
        f"SELECT key, path, sha256, versions, duplicates FROM documents d WHERE {ALIVE}",  # a constant
        {"generation": generation},
    )
    known: dict[str, sqlite3.Row] = {row["path"]: row for row in rows}
    indexed = len(known)
    for sha256, path in sorted(original.items(), key=lambda pair: pair[1]):
        row = known.pop(path, None)
        change = _change(row, sha256, versions, plan.duplicates.get(path, []), rebuild)
        if change is None:
            plan.counts["unchanged"] += 1
            continue
        plan.read[path] = change
        if row is not None:
            plan.replaced[path] = row["key"]
            if row["sha256"] != sha256 and row["sha256"] in original:
                plan.elsewhere.add(path)
    if not rebuild:
        _keep_unreadable(plan, known, original)
    plan.gone = [row["key"] for row in known.values()]
    if plan.gone and not rebuild and len(plan.gone) == indexed:
        raise CorpusError(
            f"None of the {indexed} indexed documents is in {settings.corpus}: this would empty the index.",
            hint="Name another folder with --index, or replace everything with --rebuild.",
        )
    return plan


def _keep_unreadable(plan: Plan, known: dict[str, sqlite3.Row], original: Mapping[str, str]) -> None:
    """Take out of `known` the documents whose files are still there and cannot be read: they stay as indexed.

    But not those whose content now lies under another path: the same content is never indexed twice.
    """
    for number, failure in enumerate(plan.failures):
        if failure.reason not in STILL_THERE:
            continue
        below = failure.path + "/"
        kept = [path for path in known if path == failure.path or path.startswith(below)]
        kept = [path for path in kept if known[path]["sha256"] not in original]
        for path in kept:
            del known[path]
        if kept:
            plan.failures[number] = _kept(failure)


def _kept(failure: Failure) -> Failure:
    return Failure(failure.path, failure.reason, f"{failure.message} Its last readable version stays in the index.")


def _change(row: sqlite3.Row | None, sha256: str, versions: str, duplicates: list[str], rebuild: bool) -> Change | None:
    if row is None:
        return "added"
    if rebuild or row["sha256"] != sha256 or row["versions"] != versions:
        return "changed"
    return "unchanged" if json.loads(row["duplicates"]) != duplicates else None


def read_planned(
    settings: Settings, plan: Plan, progress: Callable[[str, int, int], None], *, keep_replaced: bool
) -> list[Document]:
    """Read what is to be read; what fails becomes a failure and, where possible, stays as it was indexed before.

    Args:
        keep_replaced: whether the last readable version of a file that cannot be read any more may stay.

    Raises:
        CorpusError: nothing at all could be read.
    """
    documents: list[Document] = []
    for done, (path, change) in enumerate(plan.read.items()):
        progress("reading", done, len(plan.read))
        try:
            documents.append(read_document(settings.corpus, path, max_bytes=settings.max_file_bytes))
        except CorpusError as err:
            failure = failure_of(err, path)
            if path in plan.replaced and keep_replaced and path not in plan.elsewhere:
                del plan.replaced[path]
                failure = _kept(failure)
            plan.failures.append(failure)
        else:
            plan.counts[change] += 1
    progress("reading", len(plan.read), len(plan.read))
    if plan.read and not documents and not plan.counts["unchanged"]:
        raise nothing_readable(settings.corpus, plan.failures)
    return documents
