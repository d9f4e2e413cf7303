"""What `dealqa index` and `dealqa status` have to tell: lines for a person, values for a program."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dealqa.config import Settings
from dealqa.coverage import (
    counted,
    document_data,
    document_line,
    failure_data,
    failure_sentence,
    recognition_here,
    totals_of,
)

if TYPE_CHECKING:
    from dealqa.index import Index, IndexReport

__all__ = ["index_data", "index_lines", "pass_lines", "status_data", "status_lines"]

MOST_LINES = 20
"""How many documents, and how many failures, `dealqa index` lists; `dealqa status` lists them all."""


def index_lines(report: IndexReport, settings: Settings) -> list[str]:
    """What a run of the indexer did, what of its documents was not read, and what the index holds now."""
    return [_done(report, settings), *_particulars(report, settings), *_totals_lines(report)]


def pass_lines(report: IndexReport, settings: Settings) -> list[str]:
    """What was not read in one pass of the watcher, and what to do about it."""
    return [line.strip() for line in _particulars(report, settings) if line]


def _particulars(report: IndexReport, settings: Settings) -> list[str]:
    recognition = recognition_here(settings.ocr)
    found = [line for info in report.read if (line := document_line(info, recognition))]
    failures = [failure_sentence(failure.path, failure.reason, failure.message) for failure in report.failures]
    return [
        *_section(f"Worth knowing about {counted(len(found), 'document')}:", found, MOST_LINES),
        *_section(f"Not read: {counted(len(failures), 'file')}.", failures, MOST_LINES),
        *_section("The registry of deals:", report.registry, MOST_LINES),
    ]


def _done(report: IndexReport, settings: Settings) -> str:
    held = f"{report.holds()} in {settings.index}"
    if report.withheld:
        failed = counted(len(report.failures), "file")
        stays = f"the index stays as it was ({held})" if report.generation else "there is no index yet"
        return (
            f"Nothing was published, as --strict asks: {failed} could not be read; {stays}."
            " Mend or remove what is named below, or index without --strict."
        )
    if not report.published:
        return f"Up to date: {held}."
    seconds = sum(report.seconds.values())
    embedded = counted(report.embedded, "passage")
    return f"Indexed {held} in {seconds:.1f} s ({report.changes()}; {embedded} embedded)."


def _section(title: str, lines: Sequence[str], most: int | None = None) -> list[str]:
    if not lines:
        return []
    shown = lines[:most]
    beyond = len(lines) - len(shown)
    more = [f"  … and {beyond:,} more; `dealqa status` lists them all."] if beyond else []
    return ["", title, *(f"  {line}" for line in shown), *more]


def _totals_lines(report: IndexReport) -> list[str]:
    there, amiss = report.totals.lines()
    if not (amiss or report.published):
        return []
    return ["", f"In the index: {there}.", *([f"To note: {amiss}."] if amiss else ["Everything was read."])]


def index_data(report: IndexReport, settings: Settings) -> dict[str, Any]:
    """The report of a run for programs: its fields, with the notes on each document that was read."""
    recognition = recognition_here(settings.ocr)
    return {
        **dataclasses.asdict(report),
        "read": [document_data(info, recognition) for info in report.read],
        "failures": [failure_data(failure.path, failure.reason, failure.message) for failure in report.failures],
    }


def status_lines(index: Index, settings: Settings) -> list[str]:
    """What stands under the table of documents: what to know of them, what was not read, and the sums."""
    recognition = recognition_here(settings.ocr)
    documents, failures = index.documents, index.failures()
    found = [line for info in documents if (line := document_line(info, recognition))]
    there, amiss = totals_of(documents, len(failures)).lines()
    return [
        *_section(f"Worth knowing about {counted(len(found), 'document')}:", found),
        *_section(f"Not read: {counted(len(failures), 'file')}.", [failure_sentence(*failure) for failure in failures]),
        *_section("The index needs attention:", index.notices),
        "",
        f"{there}.",
        f"To note: {amiss}." if amiss else "Everything was read.",
        f"Generation {index.generation}, model {index.manifest['model']}.",
    ]


def status_data(index: Index, settings: Settings) -> dict[str, Any]:
    """The live generation for programs."""
    recognition = recognition_here(settings.ocr)
    failures = index.failures()
    return {
        "generation": index.generation,
        "model": index.manifest["model"],
        "notices": list(index.notices),
        "totals": dataclasses.asdict(totals_of(index.documents, len(failures))),
        "documents": [document_data(info, recognition) for info in index.documents],
        "failures": [failure_data(*failure) for failure in failures],
    }
