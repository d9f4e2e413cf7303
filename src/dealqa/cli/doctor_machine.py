"""What `dealqa doctor` looks at outside the index: the environment, its rights and its room."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sqlite3
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import dealqa
from dealqa.cli.findings import Finding
from dealqa.config import Settings
from dealqa.coverage import counted, listed

__all__ = ["disk", "machine", "packages", "permissions", "python", "reading", "sqlite", "text_recognition"]

TESTED_PYTHON = (3, 11)
MIB = 1024 * 1024
GIB = 1024 * MIB
LOW_DISK = 500 * MIB
"""Bytes free below which indexing may fail half-way: a generation is written beside the one that is live."""
LOW_MEMORY = 2 * GIB
SHOWN = ("chromadb", "onnxruntime", "tokenizers", "pypdfium2", "lxml", "gradio", "langchain-core")
"""The packages whose version tells most when something is wrong."""


def python(_: Settings) -> list[Finding]:
    """The version of Python."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, dealqa {dealqa.__version__}"
    if sys.version_info[:2] == TESTED_PYTHON:
        return [Finding("python", "ok", found)]
    remedy = "It may well work; if not, use Python 3.11, on which dealqa is tested."
    return [Finding("python", "warning", found, remedy)]


def sqlite(_: Settings) -> list[Finding]:
    """Whether Python's SQLite can search texts."""
    connection = sqlite3.connect(":memory:")
    try:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    finally:
        connection.close()
    if "ENABLE_FTS5" in options:
        return [Finding("sqlite", "ok", f"{sqlite3.sqlite_version} with full-text search")]
    remedy = "Use a Python whose SQLite was built with FTS5."
    return [Finding("sqlite", "error", f"SQLite {sqlite3.sqlite_version} has no full-text search.", remedy)]


def packages(_: Settings) -> list[Finding]:
    """Whether everything is installed that dealqa needs."""
    needed = [line for line in requires("dealqa") or () if "extra ==" not in line]
    names = [match.group() for line in needed if (match := re.match(r"[\w.-]+", line))]
    found: dict[str, str] = {}
    missing: list[str] = []
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            missing.append(name)
    details = tuple(f"{name} {number}" for name, number in sorted(found.items()))
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        message = f"{listed(missing)} {verb} not installed."
        return [Finding("packages", "error", message, "Install dealqa anew, for example with `make`.", details)]
    shown = ", ".join(f"{name} {found[name]}" for name in SHOWN if name in found)
    return [Finding("packages", "ok", f"all {len(found)} are there, among them {shown}", details=details)]


def machine(_: Settings) -> list[Finding]:
    """Cores and memory, as far as this process may use them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.is_file() and (text := limit.read_text(encoding="ascii").strip()).isdecimal():
        memory = min(memory, int(text))
    message = f"{counted(cores, 'core')}, {memory / GIB:.1f} GiB of memory"
    if memory < LOW_MEMORY:
        return [Finding("machine", "warning", message, "Large folders of documents may need 2 GiB.")]
    return [Finding("machine", "ok", message)]


def permissions(settings: Settings) -> list[Finding]:
    """Whether the documents can be read, and the index and the cache be written."""
    findings = []
    if not settings.corpus.is_dir():
        message = f"There is no folder of documents called {settings.corpus}: nothing can be indexed."
        remedy = "Name the folder with --corpus or DEALQA_CORPUS when you index; questions need only the index."
        findings.append(Finding("permissions", "warning", message, remedy))
    elif not os.access(settings.corpus, os.R_OK | os.X_OK):
        message = f"The folder of documents {settings.corpus} may not be read."
        findings.append(Finding("permissions", "warning", message, "Give yourself permission to read it."))
    for what, folder in (("index", settings.index), ("cache", settings.cache)):
        there = _nearest(folder)
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            message = f"The folder of the {what}, {folder}, may not be written."
            remedy = f"Give yourself permission to write in {there}, or set DEALQA_{what.upper()} to another folder."
            findings.append(Finding("permissions", "warning", message, remedy))
    if settings.index.is_dir() and settings.index.stat().st_mode & 0o002:
        message = f"Everybody on this machine may write in the index {settings.index}."
        findings.append(Finding("permissions", "warning", message, f"Run `chmod o-w {settings.index}`."))
    return findings or [
        Finding("permissions", "ok", "the documents can be read, the index and the cache can be written")
    ]


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    folder = folder.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def disk(settings: Settings) -> list[Finding]:
    """Room where the index is, and where readers keep their copy of a part of it."""
    held = sum(path.stat().st_size for path in settings.index.rglob("*") if path.is_file())
    places = {
        f"where the index {settings.index} is": settings.index,
        "for temporary files": Path(tempfile.gettempdir()),
    }
    free = {where: shutil.disk_usage(_nearest(folder)).free for where, folder in places.items()}
    message = ", ".join(f"{room / GIB:.1f} GiB free {where}" for where, room in free.items())
    message += f"; the index takes {held / MIB:,.0f} MiB" if held else ""
    if min(free.values()) < max(LOW_DISK, 2 * held):
        return [Finding("disk", "warning", message, "Free some space before you index: it may not be enough.")]
    return [Finding("disk", "ok", message)]


def text_recognition(settings: Settings) -> list[Finding]:
    """Whether scanned pages can be read."""
    from dealqa.reading.ocr import find_recogniser

    name = "text recognition"
    if settings.ocr == "off":
        message = "off, as the setting ocr says: pages without text are reported and not read"
        return [Finding(name, "ok", message)]
    recogniser = find_recogniser(settings)
    if recogniser is None:
        message = "Tesseract is not installed: pages without text are reported and not read."
        return [Finding(name, "warning", message, "Install it (Debian: tesseract-ocr) and index again.")]
    return [Finding(name, "ok", f"{recogniser.name} {recogniser.version}")]


def reading(_: Settings) -> list[Finding]:
    """How well the processes that read files are locked in."""
    from dealqa.reading import cage_strength

    message = cage_strength()
    if "kernel refuses network" in message:
        return [Finding("reading", "ok", message)]
    remedy = "Index only files that you trust, or index on Linux, where the kernel itself locks them in."
    return [Finding("reading", "warning", f"{message} The kernel does not help with it here.", remedy)]
