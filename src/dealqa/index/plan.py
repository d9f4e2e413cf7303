"""Which documents an index should hold: every content once, under the first of its paths."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dealqa.errors import CorpusError
from dealqa.index.scan import Contents, Failure, FileState, Scan
from dealqa.index.schema import ALIVE
from dealqa.types import Document

__all__ = ["Living", "Plan", "living_documents", "make_plan", "nothing_readable"]

UNRECOGNISED = ", pages unrecognised"
"""Added to the versions of a file that has pages without text, read where there was no text recognition."""

STILL_THERE = frozenset({"forbidden", "too_large"})
"""Reasons for not opening a file that say nothing against what was read of it before."""


@dataclass(frozen=True, slots=True)
class Living:
    """A document row of the latest generation."""

    key: int
    path: str
    duplicates: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What the folder holds, as far as it is known without reading, and what has to be read to know the rest.

    Attributes:
        files: by path, as they are now.
        copies: path → the first path with the same bytes, which alone is read.
        contents: path of a file → the documents in it; what is read is added.
        read: the paths of files to be read, in order.
        kept: paths whose last readable version stays; → its record.
        versions: how documents are read, split and embedded now.
        recognition: tells whether pages without text can be read from their image; asked only where there are some.
        unrecognised: paths of files with pages that text recognition might read, and that was not there.
        living: id → row of the latest generation.
    """

    files: dict[str, FileState]
    copies: dict[str, str]
    contents: dict[str, Contents]
    read: list[str]
    failures: list[Failure]
    living: dict[str, Living]
    versions: str
    recognition: Callable[[], bool]
    unrecognised: set[str] = field(default_factory=set)
    kept: dict[str, FileState] = field(default_factory=dict)

    def locations(self) -> dict[str, list[str]]:
        """Where each document lies: id → its paths, the one that it goes by first.

        A file of its own comes before an attachment, then the order of the paths counts.
        """
        found: dict[str, set[tuple[bool, str]]] = {}
        for path, contents in self.contents.items():
            for inner, document_id in contents:
                found.setdefault(document_id, set()).add((inner != path, inner))
        for copy, original in self.copies.items():
            for inner, document_id in self.contents.get(original, ()):
                found.setdefault(document_id, set()).add((inner != original, copy + inner[len(original) :]))
        return {document_id: [path for _, path in sorted(paths)] for document_id, paths in found.items()}

    def file_of(self, document_path: str) -> str:
        """The file that a document path lies in, or is."""
        path = document_path
        while path not in self.files and "/" in path:
            path = path.rpartition("/")[0]
        return self.copies.get(path, path)

    def take(self, path: str, documents: Sequence[Document]) -> None:
        """Note what a file turned out to hold."""
        self.contents[path] = tuple((document.path, document.id) for document in documents)
        file = self.files[path]
        below = path + "/"
        self.failures = [failure for failure in self.failures if not failure.path.startswith(below)]
        if any(document.coverage.unread_pages for document in documents) and not self.recognition():
            self.unrecognised.add(path)
        if documents[0].sha256 != file.sha256:  # it was changed after it was hashed
            self.files[path] = replace(file, sha256=documents[0].sha256, seen=0)
            self.read += [copy for copy, original in self.copies.items() if original == path]
            self.copies = {copy: original for copy, original in self.copies.items() if original != path}

    def read_what_moved(self, added: Collection[tuple[str, str]]) -> None:
        """Documents that go by another path than before are to be read again: the path may be part of their titles.

        Args:
            added: (id, path) of the documents that were read in this run.
        """
        for document_id, paths in self.locations().items():
            row = self.living.get(document_id)
            file = self.file_of(paths[0])
            moved = (row is None or row.path != paths[0]) and (document_id, paths[0]) not in added
            if moved and file in self.contents and file not in self.kept:
                del self.contents[file]
                self.read.append(file)
        self.read.sort()

    def versions_of(self, path: str) -> str:
        """How the documents of a file were read: as all are, but perhaps without text recognition."""
        return self.versions + UNRECOGNISED * (path in self.unrecognised)

    def keep(self, failure: Failure, recorded: FileState | None) -> Failure:
        """Let the last readable version of a file stay in the index, if there is one that lies nowhere else now."""
        if recorded is None or not recorded.contents:
            return failure
        if any(file.sha256 == recorded.sha256 for path, file in self.files.items() if path != recorded.path):
            return failure
        self.contents[recorded.path] = recorded.contents
        self.kept[recorded.path] = recorded
        return replace(failure, message=f"{failure.message} Its last readable version stays in the index.")


def nothing_readable(corpus: Path, failures: Iterable[Failure]) -> CorpusError:
    """The error for a folder with nothing in it that could be indexed."""
    for failure in failures:
        return CorpusError(
            f"Nothing in {corpus} could be read; the first reason: {failure.message}",
            hint="What was indexed before is untouched.",
        )
    return CorpusError(
        f"There are no documents in {corpus}.",
        hint="Put .pdf, .docx, .html, .md, .xlsx, .csv, .pptx, .eml or .txt files there, or use --corpus.",
    )


def living_documents(connection: sqlite3.Connection, generation: int) -> dict[str, Living]:
    """The documents of a generation by their ids."""
    rows = connection.execute(
        f"SELECT d.key, d.id, d.path, d.duplicates FROM documents d WHERE {ALIVE}", {"generation": generation}
    )
    return {row["id"]: Living(row["key"], row["path"], tuple(json.loads(row["duplicates"]))) for row in rows}


def make_plan(
    found: Scan,
    known: Mapping[str, FileState],
    living: dict[str, Living],
    failures: list[Failure],
    *,
    versions: str,
    recognition: Callable[[], bool],
    rebuild: bool,
) -> Plan:
    """Compare the folder with what is recorded of it.

    Args:
        failures: what the walk over the folder could not take.
        versions: names how documents are read, split and embedded now; documents of other versions are read again.
        recognition: see `Plan`; files that were read when there was none are read again.
        rebuild: read everything again.
    """
    originals: dict[str, str] = {}
    copies: dict[str, str] = {}
    for path in sorted(found.files):
        first = originals.setdefault(found.files[path].sha256, path)
        if first != path:
            copies[path] = first
    plan = Plan(found.files, copies, {}, [], [*failures, *found.failures], living, versions, recognition)
    for path in sorted(originals.values()):
        file = found.files[path]
        unrecognised = file.versions == versions + UNRECOGNISED
        if file.contents and not rebuild and (file.versions == versions or (unrecognised and not recognition())):
            plan.contents[path] = file.contents
            if unrecognised:
                plan.unrecognised.add(path)
        else:
            plan.read.append(path)
    if not rebuild:
        _keep_unopened(plan, known)
        plan.read_what_moved(frozenset())
    return plan


def _keep_unopened(plan: Plan, known: Mapping[str, FileState]) -> None:
    """Documents whose files are there and cannot be opened, or whose folder cannot, stay as they were indexed."""
    for number, failure in enumerate(plan.failures):
        if failure.reason not in STILL_THERE:
            continue
        below = failure.path + "/"
        for path, recorded in known.items():
            if path == failure.path or (path.startswith(below) and path not in plan.files):
                told = plan.keep(failure, recorded)
                if path in plan.kept:
                    plan.failures[number] = told
