"""A paper as a PDF: notes after each turn, with links from a number to its note and back."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, HRFlowable, PageTemplate, Spacer, Table
from reportlab.platypus import Paragraph as Set

from dealqa.exporting.characters import is_right_to_left, shortened
from dealqa.exporting.paper import Block, Comparison, Heading, Listing, Note, Notes, Paper, Paragraph, Told
from dealqa.exporting.pdf_fonts import LACKING, SANS, SANS_BOLD, Ink
from dealqa.exporting.pdf_lines import TurnedParagraph
from dealqa.exporting.pdf_styles import DEEP, LINE, MARGIN, SIDE_WIDTH, SOFT, STYLES, TABLE, WIDTH, mirrored
from dealqa.exporting.right_to_left import has_right_to_left

__all__ = ["as_pdf"]

_TOTAL: Final = "pages"
"""The name of the form that holds how many pages there are: each page shows it, and the last one says it."""

_REPLACED: Final = (
    f"Characters that this file has no font for stand as {LACKING}. An export for Word or as Markdown keeps them."
)

_LOCK: Final = threading.Lock()
"""reportlab keeps its fonts for all of the process: one file is made at a time."""

_NUMBERS: Final = 90
"""Room for "Page 100 of 120" beside the title at the foot of a page, in points."""

_FEW: Final = 8
"""Characters that have room in any case."""

_FOOT: Final = 42
"""Height of the line at the foot of a page, in points."""


def as_pdf(paper: Paper) -> bytes:
    """The bytes of a PDF file."""
    out = io.BytesIO()
    with _LOCK:
        ink = Ink()
        story = list(_Story(ink).of(paper))
        _File(out, paper).build(story)
    return out.getvalue()


class _Story:
    """Turns blocks into what reportlab sets."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._marked: set[int] = set()

    def of(self, paper: Paper) -> Iterator[Flowable]:
        """The whole paper."""
        yield self._line("title", paper.title)
        for fact in paper.facts:
            yield self._line("fact", fact)
        yield Spacer(1, 10)
        for block in paper.blocks:
            yield from self._block(block)
        yield Spacer(1, 16)
        yield HRFlowable(width="100%", thickness=0.5, color=LINE, spaceAfter=4)
        yield self._line("closing", paper.closing)
        if self._ink.lacking:
            yield self._line("closing", _REPLACED)

    def _block(self, block: Block) -> Iterator[Flowable]:
        match block:
            case Heading():
                yield self._line(f"heading{block.level}", block.text)
            case Paragraph():
                yield self._paragraph(block)
            case Listing("statements"):
                for item in block.items:
                    yield _set(self._told(item, "statement"), STYLES["statement"], item.text, bullet="•")
            case Listing():
                for item in block.items:
                    yield self._set("nearest", f"“{self._told(item, 'nearest', close='”')}", item.text)
            case Comparison():
                yield self._comparison(block)
            case Notes():
                yield HRFlowable(width="24%", thickness=0.5, color=LINE, hAlign="LEFT", spaceBefore=8, spaceAfter=4)
                for note in block.notes:
                    yield self._note(note)

    def _line(self, style: str, text: str) -> Flowable:
        return self._set(style, self._ink.text(text, STYLES[style].fontName), text)

    def _set(self, style: str, markup: str, text: str) -> Flowable:
        return _set(markup, mirrored(STYLES[style]) if is_right_to_left(text) else STYLES[style], text)

    def _paragraph(self, block: Paragraph) -> Flowable:
        label = f'<font name="{SANS_BOLD}">{self._ink.text(block.label, SANS_BOLD)}</font> ' if block.label else ""
        markup = label + " ".join(self._told(part, block.kind) for part in block.parts)
        return self._set(block.kind, markup, " ".join(part.text for part in block.parts))

    def _told(self, told: Told, style: str, *, close: str = "") -> str:
        return f"{self._ink.text(told.text, STYLES[style].fontName)}{close}{self._marks(told.notes)}"

    def _marks(self, numbers: tuple[int, ...]) -> str:
        return f'<super rise="3.2" size="7">{",".join(map(self._mark, numbers))}</super>' if numbers else ""

    def _mark(self, number: int) -> str:
        anchor = "" if number in self._marked else f'<a name="mark{number}"/>'
        self._marked.add(number)
        return f'{anchor}<a href="#note{number}" color="{DEEP}"><font name="{SANS}">{number}</font></a>'

    def _comparison(self, block: Comparison) -> Flowable:
        rows = [[self._line("head", "Compared"), self._line("head", "What the documents say")]]
        for side, told in block.rows:
            stated = (
                self._set("cell", self._told(told, "cell"), told.text) if told else self._line("missing", "not stated")
            )
            rows.append([self._line("side", side), stated])
        return Table(rows, (SIDE_WIDTH, WIDTH - SIDE_WIDTH), style=TABLE, repeatRows=1, splitInRow=1, spaceAfter=6)

    def _note(self, note: Note) -> Flowable:
        ink = self._ink
        markup = (
            f'<a name="note{note.number}"/><font name="{SANS_BOLD}">{ink.text(note.title, SANS_BOLD)}</font>'
            f"{ink.text(note.place, SANS)}{ink.text(f'“{note.quote}”', SANS)}{ink.text(note.origin, SANS)}"
            f' <a href="#mark{note.number}" color="{DEEP}">↑</a>'
        )
        said = f"{note.title} {note.place} {note.quote}"
        return _set(markup, STYLES["note"], said, bullet=str(note.number))


def _set(markup: str, style: ParagraphStyle, said: str, *, bullet: str | None = None) -> Flowable:
    """A paragraph that says what `said` says."""
    return (TurnedParagraph if has_right_to_left(said) else Set)(markup, style, bulletText=bullet)


def _on_one_line(text: str, width: float) -> Flowable:
    """As much of a text as has room on a line of this width, in points."""
    most = len(text)
    while True:
        style = STYLES["foot"]
        line = _set(Ink().text(shortened(text, most), style.fontName), style, text)
        if line.wrap(width, A4[1])[1] <= style.leading or most < _FEW:
            return line
        most = most * 9 // 10


class _File(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no annotations
    """The pages: a title for the window, an outline of the questions, and numbers at the foot."""

    def __init__(self, out: io.BytesIO, paper: Paper) -> None:
        super().__init__(
            out, pagesize=A4, invariant=1, lang="en-GB", title=paper.title, author="dealqa", creator="dealqa",
            subject="; ".join(paper.facts), displayDocTitle=1,
        )  # fmt: skip
        width, height = A4
        frame = Frame(MARGIN, MARGIN, WIDTH, height - 2 * MARGIN, leftPadding=0, rightPadding=0, topPadding=0)
        self.addPageTemplates(PageTemplate(frames=[frame], onPage=self._foot))
        self._named = _on_one_line(paper.title, WIDTH - _NUMBERS)
        self._at = datetime.fromisoformat(paper.at)
        self._entries = 0
        self._right = width - MARGIN

    def beforeDocument(self) -> None:  # noqa: N802  # reportlab calls it so
        """Let the file be as old as its answers, not as reportlab's stand-in for a time."""
        self.canv._doc._timeStamp.YMDhms = self._at.timetuple()[:6]

    def _foot(self, canvas: Any, _: Any) -> None:
        canvas.saveState()
        canvas.setFont(SANS, 8)
        canvas.setFillColor(SOFT)
        self._named.drawOn(canvas, MARGIN, _FOOT - 2)
        canvas.drawRightString(self._right - 12, _FOOT, f"Page {canvas.getPageNumber()} of ")
        canvas.translate(self._right - 12, _FOOT)
        canvas.doForm(_TOTAL)
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802  # reportlab calls it so
        """Let each heading be in the outline."""
        level = {"heading1": 0, "heading2": 1}.get(getattr(getattr(flowable, "style", None), "role", ""))
        if level is None:
            return
        self._entries += 1
        key = f"part{self._entries}"
        self.canv.bookmarkHorizontal(key, 0, self.frame._y + flowable.height)
        self.canv.addOutlineEntry(flowable.getPlainText(), key, level if self._entries > 1 else 0)

    def _endBuild(self) -> None:  # noqa: N802  # reportlab calls it so
        canvas = self.canv
        canvas.beginForm(_TOTAL, 0, -4, 40, 12)
        canvas.setFont(SANS, 8)
        canvas.setFillColor(SOFT)
        canvas.drawString(0, 0, str(canvas.getPageNumber()))
        canvas.endForm()
        super()._endBuild()
