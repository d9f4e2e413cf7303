"""What there is to say of one document, or of one file that was not read."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Sequence
from typing import Any, Literal

from dealqa.coverage.wording import capital, counted, listed, pages_named, visible
from dealqa.types import Coverage, DocumentInfo, HiddenKind, HiddenText, RecognisedPage

__all__ = [
    "Recognition",
    "by_doubt",
    "document_data",
    "document_line",
    "document_notes",
    "extent",
    "failure_data",
    "failure_sentence",
    "paths_named",
    "recognised",
    "recognition_here",
]

Recognition = Literal["ready", "missing", "off"]
"""Whether scanned pages can be read here: tesseract is installed, is not, or is not to be used."""

_MOST_PATHS = 3
_DOUBTFUL = 0.7
"""Confidence of text recognition below which every word is in doubt, not only figures."""

_HIDDEN: dict[HiddenKind, str] = {
    "invisible": "drawn without ink",
    "tiny": "too small to see",
    "faint": "in the colour of its background",
    "covered": "covered by something",
    "off_page": "off the page",
    "marked_hidden": "marked as hidden",
    "zero_width": "made of characters without a shape",
}

_TOLD: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("unread_pages", re.compile(r"Pages? [\d, ]+(and \d+ more )?without text")),
    ("recognised", re.compile(r"Pages? [\d, ]+(and \d+ more )?read from the (picture|text layer)")),
    ("hidden", re.compile(r"Hidden text was left out:|\d+ invisible characters? (was|were) removed")),
    ("insertions", re.compile(r"The file has tracked changes:")),
    ("deletions", re.compile(r"The file has tracked changes:")),
)
"""Warnings of the readers that say what a field of `Coverage` says, too: it is told once."""

_REMEDIES = {
    "changing": "Index again when the file is finished.",
    "corrupt": "Get the file anew, or open it in its program and save it.",
    "crashed": "Open the file in its program and save it anew.",
    "empty": "Remove the file, or put the document there.",
    "encrypted": "Save a copy without the password and index again.",
    "forbidden": "Give yourself permission to read the file.",
    "hidden_markup": "Open the file in its program and save it anew.",
    "no_text": "Install tesseract (Debian: tesseract-ocr) and index again.",
    "out_of_memory": "Split the file, or raise the setting read_memory_mib.",
    "timeout": "Split the file, or raise the setting read_seconds.",
    "too_large": "Split the file, or raise the setting that the message names.",
    "undecodable": "Save the file as plain text in UTF-8.",
    "unsafe": "Put the file itself into the folder of documents.",
    "unsupported": "Save the document in a format that is read, for example as .pdf or .docx.",
    "vanished": "Index again.",
}
"""What to do about a file that was not read, by the reason, where the message itself does not say it."""


def recognition_here(ocr: str) -> Recognition:
    """Whether scanned pages can be read here.

    Args:
        ocr: the setting of this name.
    """
    if ocr == "off":
        return "off"
    return "ready" if shutil.which("tesseract") else "missing"


def document_notes(info: DocumentInfo, recognition: Recognition = "ready") -> tuple[str, ...]:
    """What there is to say of how a document was read, and what to do about it, a sentence each; mostly nothing."""
    coverage = info.coverage
    found = [
        *_unread(coverage, recognition),
        *coverage.gaps,
        *(f"{capital(recognised(pages))}." for pages in by_doubt(coverage.recognised)),
        *_hidden(coverage.hidden),
        *_tracked(coverage),
        *_other_warnings(info),
    ]
    if info.duplicates:
        found.append(f"The same document also lies at {paths_named(info.duplicates)}.")
    return tuple(dict.fromkeys(found))


def _unread(coverage: Coverage, recognition: Recognition) -> list[str]:
    if not coverage.unread_pages:
        return []
    one = len(coverage.unread_pages) == 1
    has = f"{capital(pages_named(coverage.unread_pages))} {'has' if one else 'have'} no text"
    read = "was not read" if one else "were not read"
    if recognition == "ready":
        look = "look at it, and scan it anew" if one else "look at them, and scan them anew"
        return [f"{has} and {read} (blank, or a poor scan?): {look} if there is text."]
    remedy = "install tesseract (Debian: tesseract-ocr)" if recognition == "missing" else 'set ocr to "auto"'
    return [f"{has} and {read} ({'a scan' if one else 'scans'}?): {remedy} and index again."]


def by_doubt(pages: Sequence[RecognisedPage]) -> list[list[RecognisedPage]]:
    """Pages with a confidence, and those whose text came with the scan and was taken as it is: confidence 0."""
    return [part for part in ([p for p in pages if p.confidence > 0], [p for p in pages if p.confidence <= 0]) if part]


def recognised(pages: Sequence[RecognisedPage], of: str = "") -> str:
    """A clause on pages that were read from their image.

    Args:
        of: put behind the pages' numbers.
    """
    one = len(pages) == 1
    which = f"{pages_named(page.page for page in pages)}{of} {'is a scan' if one else 'are scans'}"
    low, high = (round(100 * of_all(page.confidence for page in pages)) for of_all in (min, max))
    if high <= 0:
        return f"{which} that came with {'its' if one else 'their'} text, unchecked: check figures against the page"
    figure = f"{low}%" if low == high else f"{low}% to {high}%"
    what = "figures" if low >= 100 * _DOUBTFUL else "every word"
    return f"{which} read by text recognition (confidence {figure}): check {what} against the page"


def _hidden(hidden: Sequence[HiddenText]) -> list[str]:
    parts = []
    for kind, why in _HIDDEN.items():
        of_kind = [one for one in hidden if one.kind == kind]
        if of_kind:
            pages = [one.page for one in of_kind if one.page is not None]
            where = f" on {pages_named(pages)}" if pages else ""
            parts.append(f"{counted(sum(one.characters for one in of_kind), 'character')} {why}{where}")
    return [f"Hidden text was left out: {listed(parts)}."] if parts else []


def _tracked(coverage: Coverage) -> list[str]:
    if not (coverage.insertions or coverage.deletions):
        return []
    kept = counted(coverage.insertions, "insertion")
    dropped = counted(coverage.deletions, "deletion")
    return [f"Tracked changes are taken as accepted: {kept} kept, {dropped} left out."]


def _other_warnings(info: DocumentInfo) -> list[str]:
    told = [pattern for name, pattern in _TOLD if getattr(info.coverage, name)]
    return [warning for warning in info.warnings if not any(pattern.match(warning) for pattern in told)]


def paths_named(paths: Sequence[str]) -> str:
    """Paths in a sentence; a long list is cut."""
    shown = [visible(path) for path in paths[:_MOST_PATHS]]
    beyond = [f"{counted(len(paths) - _MOST_PATHS, 'other place')}"] if len(paths) > _MOST_PATHS else []
    return listed([*shown, *beyond])


def document_line(info: DocumentInfo, recognition: Recognition = "ready") -> str:
    """All that there is to say of a document on one line that begins with its path; "" when there is nothing."""
    notes = document_notes(info, recognition)
    return f"{visible(info.path)}: {visible(' '.join(notes))}" if notes else ""


def extent(info: DocumentInfo) -> str:
    """How far a document was read, in a few words: "all", or "part: 2 of 14 pages unread"."""
    coverage = info.coverage
    parts = []
    if coverage.unread_pages:
        pages = counted(info.pages, "page") if info.pages else counted(len(coverage.unread_pages), "page")
        parts.append(f"{len(coverage.unread_pages)} of {pages} unread" if info.pages else f"{pages} unread")
    if coverage.gaps:
        parts.append(counted(len(coverage.gaps), "omission"))
    how = f"part: {', '.join(parts)}" if parts else "all"
    return f"{how}, {counted(len(coverage.recognised), 'scanned page')}" if coverage.recognised else how


def failure_sentence(path: str, reason: str, message: str) -> str:
    """Why a file was not read and what to do about it; it begins with the file's name where it can."""
    told = visible(message).removeprefix("The file ")
    name = visible(path)
    if name not in told:
        told = f"{name}: {told}"
    advised = ". " in told.replace(name, "").removesuffix("Its last readable version stays in the index.").strip()
    return told if advised or reason not in _REMEDIES else f"{told} {_REMEDIES[reason]}"


def failure_data(path: str, reason: str, message: str) -> dict[str, str]:
    """A file that was not read, for programs."""
    remedy = _REMEDIES.get(reason, "Look at the file, and index again.")
    return {"path": path, "reason": reason, "message": message, "remedy": remedy}


def document_data(info: DocumentInfo, recognition: Recognition = "ready") -> dict[str, Any]:
    """What there is to say of a document, for programs: its fields, how far it was read, and the notes."""
    data = dataclasses.asdict(info)
    data["coverage"]["complete"] = info.coverage.complete
    return {**data, "notes": list(document_notes(info, recognition))}
