"""The five formats of the demonstration corpus. The same paper gives the same bytes, whenever and wherever.

Nothing takes the time from the clock, and nothing is compressed, because compressors differ between versions of zlib.
"""

from __future__ import annotations

import html
import io
import re
import textwrap
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from papers import Block, Inline, Run, Source, parse, plain
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

_PAGE = Path(__file__).resolve().parent / "sources" / "page.html"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

# --- PDF -------------------------------------------------------------------------------------------------------------

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
        frame = Frame(_MARGIN, _BOTTOM, A4[0] - 2 * _MARGIN, A4[1] - _BOTTOM - 2.6 * cm, 0, 0, 0, 0)
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
    """A paged paper: running header, page numbers, footnotes at the foot of the page that calls them."""
    blocks, notes = parse(source.text)
    story: list[Flowable] = [Paragraph(html.escape(source.head["title"]), _TITLE)]
    story += [Paragraph(html.escape(line), _BODY) for line in source.facts_line]
    story.append(Spacer(1, 8))
    for block in blocks:
        story.extend(_pdf_block(block))
    file = io.BytesIO()
    _Paper(file, source, notes).build(story)
    return file.getvalue()


# --- DOCX ------------------------------------------------------------------------------------------------------------


def _docx_runs(paragraph: Any, runs: Inline) -> None:
    for run in runs:
        paragraph.add_run(run.text).bold = run.bold or None
        if run.note is not None:
            paragraph.add_run(run.note).font.superscript = True


def _docx_block(document: DocxDocument, block: Block) -> None:
    if block.kind == "heading":
        document.add_heading(plain(block.cells[0][0]), level=block.level - 1)
    elif block.kind == "table":
        table = document.add_table(rows=0, cols=len(block.cells[0]), style="Table Grid")
        for number, row in enumerate(block.cells):
            for cell, runs in zip(table.add_row().cells, row, strict=True):
                _docx_runs(cell.paragraphs[0], tuple(Run(run.text, number == 0 or run.bold) for run in runs))
        document.add_paragraph()
    else:
        style = {"paragraph": None, "bullets": "List Bullet", "numbers": "List Number"}[block.kind]
        for row in block.cells:
            _docx_runs(document.add_paragraph(style=style), row[0])


def _slim(document: DocxDocument) -> None:
    """Drop what the default template brings and no paper uses: it is most of an uncompressed file."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", "Table Grid"):
            style.delete()
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("stylesWithEffects"):
            del document.part.rels[key]


def render_docx(source: Source) -> bytes:
    """A Word document with styles for headings, lists and tables, and the notes at its end."""
    blocks, notes = parse(source.text)
    document = docx.Document()
    _slim(document)
    document.styles["Normal"].font.size = Pt(11)
    document.sections[0].header.paragraphs[0].text = source.head.get("running", source.head["title"])
    moment = datetime.fromisoformat(f"{source.head['date']}-01-01"[:10])
    core = document.core_properties
    core.title, core.author, core.subject = source.head["title"], "dealqa", source.head["kind"]
    core.created = core.modified = core.last_printed = moment
    core.last_modified_by, core.revision, core.comments = "dealqa", 1, ""
    document.add_heading(source.head["title"], level=0)
    for line in source.facts_line:
        document.add_paragraph(line)
    for block in blocks:
        if notes and block.kind == "heading" and plain(block.cells[0][0]) == "References":
            document.add_heading("Notes", level=1)
            for label, runs in notes.items():
                document.add_paragraph(f"{label} {plain(runs)}")
        _docx_block(document, block)
    packed, file = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _ZIP_TIME), old.read(name))
    return file.getvalue()


# --- HTML ------------------------------------------------------------------------------------------------------------


def _html_runs(runs: Inline) -> str:
    parts = []
    for run in runs:
        text = html.escape(run.text, quote=False)
        parts.append(f"<strong>{text}</strong>" if run.bold else text)
        if run.note is not None:
            parts.append(f'<sup><a href="#note-{run.note}">{run.note}</a></sup>')
    return "".join(parts)


def _html_block(block: Block) -> str:
    if block.kind == "heading":
        return f"<h{block.level}>{_html_runs(block.cells[0][0])}</h{block.level}>"
    if block.kind == "paragraph":
        return f"<p>{_html_runs(block.cells[0][0])}</p>"
    if block.kind == "table":
        tags = ["th"] + ["td"] * (len(block.cells) - 1)
        rows = (
            "<tr>" + "".join(f"<{tag}>{_html_runs(cell)}</{tag}>" for cell in row) + "</tr>"
            for tag, row in zip(tags, block.cells, strict=True)
        )
        return "<table>\n" + "\n".join(rows) + "\n</table>"
    tag = "ul" if block.kind == "bullets" else "ol"
    return f"<{tag}>\n" + "\n".join(f"<li>{_html_runs(row[0])}</li>" for row in block.cells) + f"\n</{tag}>"


def render_html(source: Source) -> bytes:
    """A page as a council's site would serve it: a cookie banner and navigation around the paper itself."""
    blocks, notes = parse(source.text)
    body = [_html_block(block) for block in blocks]
    if notes:
        items = "\n".join(f'<li id="note-{label}">{_html_runs(runs)}</li>' for label, runs in notes.items())
        body.append(f'<h2>Notes</h2>\n<ol class="notes">\n{items}\n</ol>')
    title, (kind, day, status) = html.escape(source.head["title"]), source.facts_line
    page = _PAGE.read_text(encoding="utf-8")
    values = {"TITLE": title, "KIND": kind, "DAY": day, "STATUS": status, "BODY": "\n".join(body)}
    values["DATE"] = str(source.head["date"])
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda match: values[match.group(1)], page).encode()


# --- Markdown and plain text -----------------------------------------------------------------------------------------


def render_md(source: Source) -> bytes:
    """The source's own Markdown under its title."""
    kind, day, status = source.facts_line
    return f"# {source.head['title']}\n\n{kind}  \n{day}  \n{status}\n\n{source.text}".encode()


def render_txt(source: Source) -> bytes:
    """Plain text, wrapped at 90 columns, headings underlined."""
    title = source.head["title"]
    lines = [title, "=" * len(title), "", *source.facts_line, ""]
    for block in parse(source.text)[0]:
        for number, row in enumerate(block.cells, 1):
            text = "   ".join(plain(cell) for cell in row)
            if block.kind == "heading":
                lines += [text, "-" * len(text), ""]
                continue
            lead = {"bullets": "- ", "numbers": f"{number}. "}.get(block.kind, "")
            lines += [*textwrap.wrap(lead + text, 90, subsequent_indent=" " * len(lead), break_long_words=False), ""]
    return "\n".join(lines).encode()


RENDERERS = {".pdf": render_pdf, ".docx": render_docx, ".html": render_html, ".md": render_md, ".txt": render_txt}
