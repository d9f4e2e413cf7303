"""The paged format of the demonstration corpus: PDF in one column, in two, or as pictures of pages.

Nothing takes the time from the clock, and nothing is compressed, because compressors differ between versions of zlib.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from typing import Any

from papers import Block, Inline, Source, parse, plain
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    ListFlowable,
    ListItem,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)
from scans import scanned

_BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10.5, leading=14.5, spaceAfter=7)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8.5, leading=10.5, spaceAfter=2)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9, leading=11.5, spaceAfter=0)
_HEAD_CELL = ParagraphStyle("head", parent=_CELL, fontName="Times-Bold")
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Helvetica-Bold", fontSize=19, leading=24, spaceAfter=8)
_HEADINGS = {
    2: ParagraphStyle(
        "h2", parent=_BODY, fontName="Helvetica-Bold", fontSize=13, leading=17, spaceBefore=10, keepWithNext=1
    ),
    3: ParagraphStyle(
        "h3", parent=_BODY, fontName="Helvetica-Bold", fontSize=11, leading=14, spaceBefore=6, keepWithNext=1
    ),
}
_BULLET: dict[str, Any] = {
    "leftIndent": 20,
    "bulletFontName": "Times-Roman",
    "bulletFontSize": 10.5,
}
_MARGIN, _BOTTOM = 2.4 * cm, 3.6 * cm
_TOP, _GUTTER, _TITLE_HEIGHT = A4[1] - 2.6 * cm, 0.8 * cm, 5.2 * cm
_COLUMN = (A4[0] - 2 * _MARGIN - _GUTTER) / 2


class _Noted(Paragraph):  # type: ignore[misc]
    """A paragraph that remembers the footnotes it calls, and moves to the next page as a whole."""

    notes: tuple[str, ...] = ()

    def split(self, *_: Any) -> list[Flowable]:
        return []


class _Paper(BaseDocTemplate):  # type: ignore[misc]
    """Pages with a running header, a page number, and the footnotes that the page's paragraphs call."""

    def __init__(self, file: io.BytesIO, source: Source, notes: dict[str, Inline]) -> None:
        super().__init__(
            file, pagesize=A4, invariant=1, pageCompression=0,
            title=source.head["title"], author="dealqa", subject=source.head["kind"],
        )  # fmt: skip
        self._running = f"{source.head.get('running', source.head['title'])}"
        self._footer = f"{source.head['kind']}, {source.day}"
        self._notes = notes
        self._called: list[str] = []
        if source.layout == "columns":
            title = Frame(_MARGIN, _TOP - _TITLE_HEIGHT, A4[0] - 2 * _MARGIN, _TITLE_HEIGHT, 0, 0, 0, 0)
            first = [title, *_columns(_TOP - _TITLE_HEIGHT - _BOTTOM)]
            self.addPageTemplates(
                [
                    PageTemplate("first", frames=first, onPageEnd=self._finish),
                    PageTemplate("later", frames=_columns(_TOP - _BOTTOM), onPageEnd=self._finish),
                ]
            )
        else:
            frame = Frame(_MARGIN, _BOTTOM, A4[0] - 2 * _MARGIN, _TOP - _BOTTOM, 0, 0, 0, 0)
            self.addPageTemplates([PageTemplate(frames=[frame], onPageEnd=self._finish)])

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        self._called.extend(getattr(flowable, "notes", ()))

    def _finish(self, canvas: Any, _: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8.5)
        canvas.drawString(_MARGIN, A4[1] - 1.6 * cm, self._running)
        canvas.drawString(_MARGIN, 1.3 * cm, self._footer)
        canvas.drawRightString(A4[0] - _MARGIN, 1.3 * cm, f"Page {canvas.getPageNumber()}")
        canvas.setLineWidth(0.4)
        canvas.line(_MARGIN, A4[1] - 1.8 * cm, A4[0] - _MARGIN, A4[1] - 1.8 * cm)
        y = _BOTTOM - 0.4 * cm
        if self._called:
            canvas.line(_MARGIN, y + 3, _MARGIN + 4 * cm, y + 3)
        for label in self._called:
            note = Paragraph(f"<super size=6 rise=3>{label}</super> {html.escape(plain(self._notes[label]))}", _SMALL)
            y -= note.wrap(A4[0] - 2 * _MARGIN, y)[1]
            note.drawOn(canvas, _MARGIN, y)
        self._called.clear()


def _columns(height: float) -> list[Frame]:
    """Two columns of this height above the foot of the page."""
    return [Frame(_MARGIN + number * (_COLUMN + _GUTTER), _BOTTOM, _COLUMN, height, 0, 0, 0, 0) for number in (0, 1)]


def _pdf_paragraph(runs: Inline, style: ParagraphStyle) -> Paragraph:
    parts = []
    for run in runs:
        text = html.escape(run.text)
        parts.append(f"<b>{text}</b>" if run.bold else text)
        if run.note is not None:
            parts.append(f"<super size=7 rise=4>{run.note}</super>")
    paragraph = _Noted("".join(parts), style)
    paragraph.notes = tuple(run.note for run in runs if run.note is not None)
    return paragraph


def _pdf_block(block: Block) -> Iterator[Flowable]:
    if block.kind == "heading":
        yield _pdf_paragraph(block.cells[0][0], _HEADINGS[min(block.level, 3)])
    elif block.kind == "paragraph":
        yield _pdf_paragraph(block.cells[0][0], _BODY)
    elif block.kind == "table":
        styles = [_HEAD_CELL] + [_CELL] * (len(block.cells) - 1)
        rows = [[_pdf_paragraph(cell, style) for cell in row] for style, row in zip(styles, block.cells, strict=True)]
        table = Table(rows, repeatRows=1, spaceBefore=4, spaceAfter=10)
        grid = [
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e4e9f0")),
        ]
        table.setStyle(TableStyle([*grid, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
        yield table
    else:
        for number, row in enumerate(block.cells, 1):
            mark = f"{number}." if block.kind == "numbers" else "•"
            item = ListItem(_pdf_paragraph(row[0], _BODY))
            yield ListFlowable([item], bulletType="bullet", start=mark, **_BULLET)


def render_pdf(source: Source) -> bytes:
    """A paged paper: running header, page numbers, footnotes at the foot of the page that calls them.

    With the layout "columns" the text below the title runs in two columns; with "scan" only pictures of the pages are
    left.
    """
    blocks, notes = parse(source.text)
    story: list[Flowable] = [Paragraph(html.escape(source.head["title"]), _TITLE)]
    story += [Paragraph(html.escape(line), _BODY) for line in source.facts_line]
    if source.layout == "columns":
        story += [NextPageTemplate("later"), FrameBreak()]
    else:
        story.append(Spacer(1, 8))
    for block in blocks:
        story.extend(_pdf_block(block))
    file = io.BytesIO()
    _Paper(file, source, notes).build(story)
    return scanned(file.getvalue(), source.head["title"]) if source.layout == "scan" else file.getvalue()
