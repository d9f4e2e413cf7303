"""`dealqa doctor`: is everything as it should be, and if not, what to do."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import dealqa
from dealqa.config import Settings
from dealqa.errors import DealqaError

__all__ = ["Finding", "examine"]

Severity = Literal["ok", "warning", "error"]

TESTED_PYTHON = (3, 11)
LOW_DISK = 500 * 1024 * 1024
"""Bytes free below which indexing may fail half-way: a generation is written beside the one that is live."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    severity: Severity
    message: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at the environment, the settings, the model, the index and the disk, in this order."""
    findings = [_python(), _sqlite(), _settings(settings)]
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("model", _model),
        ("index", _index),
        ("documents", _documents),
    )
    for name, check in checks:
        try:
            findings.append(Finding(name, "ok", check(settings)))
        except DealqaError as err:
            findings.append(Finding(name, "error", err.message, err.hint))
    findings.append(_disk(settings))
    return findings


def _python() -> Finding:
    found = platform.python_version()
    if sys.version_info[:2] == TESTED_PYTHON:
        return Finding("python", "ok", f"{found}, dealqa {dealqa.__version__}")
    return Finding(
        "python", "warning", f"{found}; dealqa is tested on 3.11", "It may well work; if not, use Python 3.11."
    )


def _sqlite() -> Finding:
    with sqlite3.connect(":memory:") as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if "ENABLE_FTS5" in options:
        return Finding("sqlite", "ok", f"{sqlite3.sqlite_version} with full-text search")
    return Finding("sqlite", "error", "Python's SQLite has no FTS5.", "Use a Python whose SQLite was built with FTS5.")


def _settings(settings: Settings) -> Finding:
    shown = ", ".join(f"{name}={value}" for name, value in settings.model_dump(mode="json").items())
    return Finding("settings", "ok", shown)


def _model(settings: Settings) -> str:
    from dealqa.embedding import load_embedder, locate_model

    source = locate_model(settings)
    embedder = load_embedder(settings)
    embedder.embed_question("Does it run?")
    return (
        f"{source.name} from the {source.origin}, SHA-256 {source.sha256[:12]}…,"
        f" {embedder.dimension} dimensions, {embedder.max_tokens} tokens"
    )


def _index(settings: Settings) -> str:
    from dealqa.assistant import Assistant

    with Assistant(settings) as assistant:
        assistant.check()
        documents = assistant.documents()
        passages = sum(info.passages for info in documents)
        return f"{len(documents)} documents, {passages} passages, generation {assistant.generation}; its parts agree"


def _documents(settings: Settings) -> str:
    from dealqa.errors import CorpusError
    from dealqa.index import open_index

    index = open_index(settings.index)
    try:
        failures = index.failures()
    finally:
        index.close()
    if failures:
        path, _, message = failures[0]
        raise CorpusError(
            f"{len(failures)} files were not read; the first is {path}: {message}",
            hint="`dealqa status` lists them all.",
        )
    return "all files were read"


def _disk(settings: Settings) -> Finding:
    folder = settings.index.absolute()
    while not folder.exists():
        folder = Path(folder).parent
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1024**3:.1f} GiB free where {settings.index} is"
    if free < LOW_DISK:
        return Finding("disk", "warning", shown, "Free some space before you index.")
    return Finding("disk", "ok", shown)
