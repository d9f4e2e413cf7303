"""Which files of a folder are documents, and which things in it cannot be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pathspec

from dealqa.errors import CorpusError, UnreadableDocument, UnsafePath
from dealqa.reading.cleaning import printable
from dealqa.reading.decoding import decode
from dealqa.reading.opening import bad_name, read_bytes, too_large
from dealqa.reading.sniffing import SUFFIXES, unsupported

__all__ = ["IGNORE_FILE", "PASSED_OVER", "Walk", "walk_corpus"]

PASSED_OVER = frozenset(
    {".py", ".pyc", ".toml", ".json", ".jsonl", ".yaml", ".yml", ".ini", ".cfg", ".lock", ".css", ".js", ".ico"}
)
"""Suffixes of files that often lie beside documents and are no documents: passed over without a word."""

IGNORE_FILE = ".dealqaignore"
_IGNORE_FILE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Walk:
    """A look over a folder of documents.

    Attributes:
        files: the documents, relative to the folder, "/" between parts, sorted.
        problems: one error for each thing that looks like a document and cannot be one.
    """

    files: tuple[str, ...]
    problems: tuple[CorpusError, ...]


def walk_corpus(root: Path, *, max_bytes: int) -> Walk:
    """All documents under `root`.

    Passed over without a word: names that begin with "." or "~$", `__pycache__`, the suffixes in `PASSED_OVER`,
    what `.dealqaignore` at the root names (patterns as in `.gitignore`), and links to places inside the folder,
    whose targets are found under their own names.

    Raises:
        CorpusError: the folder is missing, is no folder, may not be read, or its ignore file makes no sense.
    """
    try:
        folder = root.resolve(strict=True)
    except (OSError, RuntimeError) as err:
        raise CorpusError(
            f"The folder of documents {printable(str(root))} does not exist.",
            hint="Give the folder with --corpus, or put documents there.",
        ) from err
    if not folder.is_dir():
        raise CorpusError(
            f"{printable(str(root))} is not a folder.", hint="Give the folder that the documents are in, not a file."
        )
    if not os.access(folder, os.R_OK | os.X_OK):
        raise CorpusError(
            f"The folder of documents {printable(str(root))} may not be read.",
            hint="Give yourself permission to read it.",
        )
    search = _Search(folder, max_bytes, _ignored(folder))
    search.folder("")
    return Walk(files=tuple(sorted(search.files)), problems=tuple(search.problems))


class _Search:
    """One pass over a folder; collects as it goes."""

    def __init__(self, root: Path, max_bytes: int, ignored: pathspec.GitIgnoreSpec) -> None:
        self.root = root
        self.max_bytes = max_bytes
        self.ignored = ignored
        self.files: list[str] = []
        self.problems: list[CorpusError] = []

    def folder(self, prefix: str) -> None:
        pending = [prefix]
        while pending:
            here = pending.pop()
            folders = []
            for entry in self._entries(here):
                path = here + entry.name
                if self._hidden(entry, path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path + "/")
                else:
                    self._file(entry, path)
            pending.extend(reversed(folders))

    def _entries(self, prefix: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / prefix) as entries:
                yield from sorted(entries, key=lambda entry: entry.name)
        except PermissionError:
            self.problems.append(
                UnreadableDocument(
                    prefix.rstrip("/"),
                    "forbidden",
                    f"The folder {printable(prefix)} may not be read.",
                    hint="Give yourself permission to read it.",
                )
            )
        except OSError as err:
            self.problems.append(
                UnreadableDocument(
                    prefix.rstrip("/"),
                    "vanished",
                    f"The folder {printable(prefix)} cannot be read: {err.strerror}.",
                    hint="Index again when it is back.",
                )
            )

    def _hidden(self, entry: os.DirEntry[str], path: str) -> bool:
        if entry.name.startswith((".", "~$")) or entry.name == "__pycache__":
            return True
        folder = entry.is_dir(follow_symlinks=False)
        return self.ignored.match_file(path + "/" if folder else path)

    def _file(self, entry: os.DirEntry[str], path: str) -> None:
        suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - the name may not be valid Unicode
        if suffix in PASSED_OVER:
            return
        problem = self._problem(entry, path, suffix)
        if problem is not None:
            self.problems.append(problem)
        elif not entry.is_symlink():
            self.files.append(path)

    def _problem(self, entry: os.DirEntry[str], path: str, suffix: str) -> CorpusError | None:
        name = printable(path)
        if problem := bad_name(path):
            return problem
        if entry.is_symlink():
            return self._link_problem(path)
        if not entry.is_file(follow_symlinks=False):
            return UnsafePath(path, f"{name} is no ordinary file.", hint="Only ordinary files in the folder are read.")
        if suffix not in SUFFIXES:
            return unsupported(path, suffix)
        try:
            size = entry.stat(follow_symlinks=False).st_size
        except OSError:  # gone since it was listed
            return UnreadableDocument(path, "vanished", f"The file {name} is no longer there.", hint="Index again.")
        return too_large(path, size, self.max_bytes) if size > self.max_bytes else None

    def _link_problem(self, path: str) -> CorpusError | None:
        try:
            inside = (self.root / path).resolve(strict=True).is_relative_to(self.root)
        except (OSError, RuntimeError):
            return UnreadableDocument(
                path, "vanished", f"The link {printable(path)} leads nowhere.", hint="Remove it, or mend it."
            )
        if inside:
            return None
        return UnsafePath(
            path,
            f"{printable(path)} is a link that leads out of the folder of documents.",
            hint="Put the file itself in the folder; links are not followed.",
        )


def _ignored(folder: Path) -> pathspec.GitIgnoreSpec:
    if not os.path.lexists(folder / IGNORE_FILE):
        return pathspec.GitIgnoreSpec.from_lines([])
    text, _ = decode(read_bytes(folder, IGNORE_FILE, max_bytes=_IGNORE_FILE_BYTES), IGNORE_FILE)
    try:
        return pathspec.GitIgnoreSpec.from_lines(text.lstrip("\ufeff").splitlines())
    except ValueError as err:
        raise CorpusError(
            f"The file {IGNORE_FILE} holds a pattern that makes no sense: {err}", hint="Patterns are as in .gitignore."
        ) from err
