"""What a person reads in the terminal. Text of documents is shown as it is: never as markup, never as a command."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from dealqa.answering.wording import with_numbers
from dealqa.cli.reports import index_lines, pass_lines, status_lines
from dealqa.coverage import counted, extent, visible
from dealqa.types import Answer, Citation, Question

if TYPE_CHECKING:
    from dealqa.cli.findings import Finding
    from dealqa.config import Settings
    from dealqa.index import Index, IndexReport, PurgeReport
    from dealqa.watching import Pass

__all__ = [
    "progress",
    "say",
    "show",
    "show_answer",
    "show_findings",
    "show_index_report",
    "show_pass",
    "show_purge_report",
    "show_status",
]


INDENT = "    "

MOST_DEALS = 3
"""How many of the deals that a question may mean are named."""

PIPE_WIDTH = 10_000
"""Columns when the output is no terminal: whoever reads it next wraps it, if at all."""


def _console() -> Console:
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(file=sys.stdout, markup=False, highlight=False, width=width)


def show(renderable: RenderableType) -> None:
    """Print something that rich can render."""
    _console().print(renderable)


def say(sentence: str) -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error, one line a stage; nothing when that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage)
            bar.update(tasks[stage], completed=done, total=total)

        yield report


def show_answer(answer: Answer) -> None:
    """The answer, its notices, its sources and a line on how it came about."""
    parts: list[RenderableType] = []
    if answer.question.deals:
        parts.append(Text(_understood(answer.question), style="dim"))
    if answer.refusal is not None:
        parts.append(Text("Not in these documents.", style="bold"))
        parts.append(Text(answer.refusal.message))
        if answer.refusal.nearest:
            parts.append(Text("\nThe nearest things that they do say (no answer to the question):"))
            parts.extend(_citation(citation) for citation in answer.refusal.nearest)
    else:
        parts.extend(_said(answer))
        parts.extend([Text(""), *(_citation(citation) for citation in answer.citations)])
    parts.extend(Text(f"Note: {notice}", style="italic") for notice in answer.notices)
    total = answer.timings_ms.get("total", 0.0)
    about = [f"confidence {answer.confidence:.2f}", f"{total:.0f} ms", f"generation {answer.generation}"]
    if answer.author:
        about.append(f"in the words of {answer.author}, each statement checked")
    if answer.dropped:
        about.append(f"{counted(answer.dropped, 'statement')} not shown, for want of evidence")
    parts.append(Text("\n" + " · ".join(about), style="dim"))
    show(Group(*parts))


def _said(answer: Answer) -> Iterator[RenderableType]:
    """The answer itself, its figure in front; a comparison is a table, statements that differ are a list."""
    if answer.compared:
        table = Table(box=None, show_header=False, pad_edge=False)
        for side, sentence in answer.comparison:
            told = with_numbers(sentence.text, sentence.citations) if sentence else "not stated"
            table.add_row(Text(side, style="bold"), Text(told))
        yield table
    elif answer.conflict:
        for sentence in answer.sentences:
            yield Text(f"• {with_numbers(sentence.text, sentence.citations)}", style="bold")
    else:
        if answer.short:
            yield Text(answer.short, style="bold")
        yield Text(answer.text, style="bold")


def _understood(question: Question) -> str:
    """Which deals a question was taken to mean."""
    shown = question.deals[:MOST_DEALS]
    more = len(question.deals) - len(shown)
    return f"Understood: {', '.join(shown)}{f' and {more} more' if more else ''}\n"


def _citation(citation: Citation) -> RenderableType:
    where = citation.document if citation.page is None else f"{citation.document}, page {citation.page}"
    headings = [heading for heading in citation.heading_path if heading != citation.title]
    title = " › ".join([f"[{citation.number}] {citation.title}", *headings])
    return Group(Text(title), Text(_indented(where), style="dim"), Text(_indented(f"“{citation.quote}”")))


def _indented(text: str) -> str:
    width = _console().width
    return textwrap.fill(" ".join(text.split()), width, initial_indent=INDENT, subsequent_indent=INDENT)


def show_index_report(report: IndexReport, settings: Settings) -> None:
    """What indexing did, and what was not read."""
    for line in index_lines(report, settings):
        say(line)


def show_pass(made: Pass, settings: Settings) -> None:
    """What one pass of the watcher did, as one line that begins with the time; what was not read on lines below."""
    now = time.strftime("%H:%M:%S")
    if made.report is None:
        say(f"{now}  Nothing was indexed: {made.error}")
        return
    report = made.report
    if report.withheld:
        say(f"{now}  Nothing was published, since not every file could be read (--strict).")
    elif not report.published:
        say(f"{now}  Up to date: {report.holds()}.")
    else:
        say(f"{now}  {report.changes()} in {made.seconds:.1f} s: {report.holds()}.")
    for line in pass_lines(report, settings):
        say(f"  {line}")


def show_purge_report(report: PurgeReport, settings: Settings) -> None:
    """What purging removed."""
    if report.files_removed:
        say(f"Deleted {counted(report.files_removed, 'removed file')}: what was removed cannot be put back any more.")
    if not report.documents_removed:
        say(f"There is no trace of removed documents in {settings.index}.")
        return
    mib = (report.bytes_before - report.bytes_after) / 1024**2
    say(
        f"Removed every trace of {counted(report.documents_removed, 'document')} from {settings.index};"
        f" it is {mib:.1f} MiB smaller."
    )


def show_status(index: Index, settings: Settings) -> None:
    """The documents of the live generation as a table, what there is to know of them, and what could not be read."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("document", "date", "status"):
        table.add_column(name)
    for name in ("pages", "characters", "passages"):
        table.add_column(name, justify="right")
    table.add_column("read")
    for info in index.documents:
        numbers = (f"{info.pages:,}" if info.pages else "", f"{info.characters:,}", f"{info.passages:,}")
        cells = (visible(info.path), info.date or "", info.status or "", *numbers, extent(info))
        table.add_row(*(Text(cell) for cell in cells))
    show(table)
    for line in status_lines(index, settings):
        say(line)


def show_findings(findings: Sequence[Finding]) -> None:
    """Each finding on a line, with what to do under it."""
    marks = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
    for finding in findings:
        say(f"{marks[finding.severity]}  {finding.name}: {finding.message}")
        if finding.remedy:
            say(f"         → {finding.remedy}")
