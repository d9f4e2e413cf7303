"""The written formats of the demonstration corpus; PDF is in `paged.py`, spreadsheets and slides are in `office.py`.

The same paper gives the same bytes, whenever and wherever.
"""

from __future__ import annotations

import html
import io
import re
import textwrap
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from office import moment, render_csv, render_pptx, render_xlsx, repacked
from paged import render_pdf
from papers import Block, Inline, Run, Source, parse, plain

_PAGE = Path(__file__).resolve().parent / "sources" / "page.html"

# --- DOCX ------------------------------------------------------------------------------------------------------------


def _tracked(paragraph: Any, run: Run) -> None:
    """Add a run as a change that nobody has accepted yet."""
    change = OxmlElement("w:ins" if run.change == "+" else "w:del")
    for name, value in (("w:id", "1"), ("w:author", "Reviewer"), ("w:date", "2019-01-01T00:00:00Z")):
        change.set(qn(name), value)
    added = paragraph.add_run(run.text)
    if run.change == "-":
        for text in added._r.findall(qn("w:t")):
            text.tag = qn("w:delText")
            text.set(qn("xml:space"), "preserve")
    change.append(added._r)
    paragraph._p.append(change)


def _docx_runs(paragraph: Any, runs: Inline) -> None:
    for run in runs:
        if run.change:
            _tracked(paragraph, run)
            continue
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
    core = document.core_properties
    core.title, core.author, core.subject = source.head["title"], "dealqa", source.head["kind"]
    core.created = core.modified = core.last_printed = moment(source)
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
    packed = io.BytesIO()
    document.save(packed)
    return repacked(packed)


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


RENDERERS = {
    ".pdf": render_pdf,
    ".docx": render_docx,
    ".html": render_html,
    ".md": render_md,
    ".txt": render_txt,
    ".xlsx": render_xlsx,
    ".csv": render_csv,
    ".pptx": render_pptx,
}
