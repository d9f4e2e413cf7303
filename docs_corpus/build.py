"""Render the demonstration corpus: `sources/*.md` into PDF, DOCX, HTML, Markdown and plain text.

Run `python docs_corpus/build.py` to write the documents, `--check` to learn whether the committed ones are current
(exit code 1 when they are not). The same sources give the same bytes, whenever and wherever the script runs: nothing
takes the time from the clock, and nothing is compressed, because compressors differ between versions of zlib.

A source begins with a TOML header between two `+++` lines (title, path, kind, date, status, deals, sources) and goes
on in Markdown: headings, paragraphs of one line each, lists, tables, **bold**, footnotes `[^1]`. A marker such as
`{BRS-03}` after a sentence says which fact of the fact base the sentence states; markers are not rendered, but
written with their sentences to `evals/city_deals/facts.jsonl`.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import re
import sys
import textwrap
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import docx
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt
from markdown_it import MarkdownIt
from markdown_it.token import Token
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, ListFlowable, ListItem, PageTemplate, Paragraph
from reportlab.platypus import Spacer, Table, TableStyle

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
FACTS = HERE.parent / "evals" / "city_deals" / "facts.jsonl"
SUFFIXES = (".pdf", ".docx", ".html", ".md", ".txt")
STATUSES = ("proposed", "agreed", "revised", "result")
ABOUT = (
    "This paper was written for the dealqa demonstration corpus from the public sources listed above. "
    "It was not issued by any council, partnership or department."
)
# Facts that nobody could check against a source: they may not be stated anywhere in the corpus.
UNVERIFIED = frozenset(
    "PRG-36 PRG-37 BRS-25 BRS-26 MAN-18 MAN-19 LIV-24 LIV-25 NCL-17 NOT-11 NOT-12 BIR-14 SCW-16 SCW-17 DEV-31 DEV-32 "
    "DEV-33".split()
)

_HEADER = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n+(.*)\Z", re.DOTALL)
_MARKER = re.compile(r" ?\{([A-Z]{3,4}-\d\d(?:, ?[A-Z]{3,4}-\d\d)*)\}")
_FOOTNOTE = re.compile(r"^\[\^(\w+)\]: (.*)$", re.MULTILINE)
_REFERENCE = re.compile(r"\[\^(\w+)\]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£“(])")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; `note` is the label of a footnote that is called after it."""

    text: str
    bold: bool = False
    note: str | None = None


Inline = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list or a table: `cells[row][column]`; all but tables have one column."""

    kind: Literal["heading", "paragraph", "bullets", "numbers", "table"]
    cells: tuple[tuple[Inline, ...], ...]
    level: int = 0


@dataclass(frozen=True)
class Source:
    """One document before it is rendered."""

    name: str
    head: dict[str, Any]
    body: str

    @property
    def path(self) -> str:
        """Where the rendered document lies, relative to the corpus."""
        return str(self.head["path"])

    @property
    def day(self) -> str:
        """The date in words: "5 July 2012", "July 2012" or "2012"."""
        parts = [int(part) for part in str(self.head["date"]).split("-")]
        whole = date(*(parts + [1, 1])[:3])
        return [f"{whole:%Y}", f"{whole:%B %Y}", f"{whole.day} {whole:%B %Y}"][len(parts) - 1]

    @property
    def facts_line(self) -> tuple[str, str, str]:
        """What stands under the title of every document: kind, date and status."""
        return str(self.head["kind"]), f"Date: {self.day}", f"Status: {self.head['status']}"

    @property
    def text(self) -> str:
        """The Markdown with the references and without markers."""
        references = "\n".join(f"{number}. {line}" for number, line in enumerate(self.head["sources"], 1))
        return f"{_MARKER.sub('', self.body).strip()}\n\n## References\n\n{references}\n\n{ABOUT}\n"


def load(path: Path) -> Source:
    """Read one source file; ValueError when its header is not what it should be."""
    match = _HEADER.match(path.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{path.name} has no +++ header.")
    source = Source(path.stem, tomllib.loads(match.group(1)), match.group(2))
    missing = {"title", "path", "kind", "date", "status", "deals", "sources"} - set(source.head)
    if missing or source.head["status"] not in STATUSES or Path(source.path).suffix not in SUFFIXES:
        raise ValueError(f"The header of {path.name} is wrong: {', '.join(sorted(missing)) or 'status or path'}.")
    return source


def facts(source: Source) -> Iterator[dict[str, str]]:
    """The facts that a source states: fact id, document and the sentence, as it will read in the document."""
    for line in source.body.splitlines():
        start = 0
        for match in _MARKER.finditer(line):
            before = re.sub(r"^(?:[-*] |\d+\. |#+ |\[\^\w+\]: )", "", _MARKER.sub("", line[: match.start()]))
            sentence = _SENTENCE.split(_REFERENCE.sub("", before).strip())[-1]
            for fact in re.split(r", ?", match.group(1)):
                if fact in UNVERIFIED:
                    raise ValueError(f"{source.name} states {fact}, which is unverified.")
                yield {"fact": fact, "doc": source.path, "text": sentence}
            start = match.end()
        if "{" in line[start:]:
            raise ValueError(f"{source.name} has a marker that cannot be read: {line[start:]}")


def inline(token: Token) -> Inline:
    """The runs of one inline token."""
    runs: list[Run] = []
    bold = False
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open"
        elif child.type == "softbreak":
            runs.append(Run(" ", bold))
        elif child.type == "text":
            pieces = _REFERENCE.split(child.content)
            for text, note in zip(pieces[::2], [*pieces[1::2], None], strict=True):
                runs.append(Run(text, bold, note))
    return tuple(runs)


def parse(text: str) -> tuple[list[Block], dict[str, Inline]]:
    """The blocks and the footnotes of a Markdown text."""
    parser = MarkdownIt("commonmark").enable("table")
    notes = {label: inline(parser.parseInline(note)[0]) for label, note in _FOOTNOTE.findall(text)}
    blocks: list[Block] = []
    tokens = parser.parse(_FOOTNOTE.sub("", text))
    opening: list[Token] = []
    rows: list[list[Inline]] = []
    for token in tokens:
        if token.type == "inline":
            if token.level == 1:
                kind: Any = "heading" if opening[-1].type == "heading_open" else "paragraph"
                blocks.append(Block(kind, ((inline(token),),), int(opening[-1].tag[1:] or 0) if kind == "heading" else 0))
            elif opening[0].type == "table_open":
                rows[-1].append(inline(token))
            else:
                rows.append([inline(token)])
        elif token.nesting == 1:
            opening.append(token)
            if token.type == "tr_open":
                rows.append([])
        elif token.nesting == -1:
            closed = opening.pop().type
            if closed in _KINDS:
                blocks.append(Block(_KINDS[closed], tuple(tuple(row) for row in rows)))
                rows = []
    return blocks, notes


_KINDS: dict[str, Any] = {"bullet_list_open": "bullets", "ordered_list_open": "numbers", "table_open": "table"}


def plain(runs: Inline) -> str:
    """The runs as text, without footnote calls."""
    return "".join(run.text for run in runs)


# --- PDF -------------------------------------------------------------------------------------------------------------

_BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10.5, leading=14.5, spaceAfter=7)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8.5, leading=10.5, spaceAfter=2)
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=9, leading=11.5, spaceAfter=0)
_HEAD_CELL = ParagraphStyle("head", parent=_CELL, fontName="Times-Bold")
_TITLE = ParagraphStyle("title", parent=_BODY, fontName="Helvetica-Bold", fontSize=19, leading=24, spaceAfter=8)
_HEADINGS = {
    2: ParagraphStyle("h2", parent=_BODY, fontName="Helvetica-Bold", fontSize=13, leading=17, spaceBefore=10, keepWithNext=1),
    3: ParagraphStyle("h3", parent=_BODY, fontName="Helvetica-Bold", fontSize=11, leading=14, spaceBefore=6, keepWithNext=1),
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
        self._notes, self._called = notes, []
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
        grid = [("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#e4e9f0"))]
        table.setStyle(TableStyle([*grid, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
        yield table
    else:
        style = "1" if block.kind == "numbers" else "bullet"
        for number, row in enumerate(block.cells, 1):
            item = ListItem(_pdf_paragraph(row[0], _BODY), value=number if style == "1" else None)
            yield ListFlowable([item], bulletType=style, start=number if style == "1" else "•", leftIndent=18)


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
    document.styles["Normal"].font.size = Pt(11)  # type: ignore[attr-defined]
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
    page = (HERE / "sources" / "page.html").read_text(encoding="utf-8")
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


def build() -> dict[Path, bytes]:
    """Every file that this script is the author of, with its bytes; ValueError names a source that is wrong."""
    sources = [load(path) for path in sorted(SOURCES.glob("*.md"))]
    files = {HERE / source.path: RENDERERS[Path(source.path).suffix](source) for source in sources}
    rows = sorted((row for source in sources for row in facts(source)), key=lambda row: (row["fact"], row["doc"]))
    files[FACTS] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    return files


def stale(files: dict[Path, bytes]) -> list[str]:
    """What differs between the files as they should be and as they lie there, in sentences."""
    present = {path for path in HERE.glob("*/*") if path.parent != SOURCES and path.suffix in SUFFIXES}
    wrong = [f"{path.relative_to(HERE)} has no source." for path in sorted(present - set(files))]
    for path, content in files.items():
        if not path.is_file():
            wrong.append(f"{path.name} is missing.")
        elif path.read_bytes() != content:
            wrong.append(f"{path.name} is not what its source gives.")
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, or with `--check` compare; the exit code is 1 when something is not current."""
    parser = argparse.ArgumentParser(description="Render docs_corpus/sources into the demonstration corpus.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is not current")
    options = parser.parse_args(arguments)
    files = build()
    if options.check:
        wrong = stale(files)
        sys.stdout.write("".join(f"{line}\n" for line in wrong) or f"{len(files)} files are current.\n")
        return 1 if wrong else 0
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sys.stdout.write(f"{len(files)} files written.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
