"""HTML: the main content's visible text, in reading order; nothing is fetched and nothing runs."""

from __future__ import annotations

import codecs
import re
from itertools import count, islice

from lxml import etree
from lxml import html as lxml_html

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.charsets import decode_as
from dealqa.reading.cleaning import clean, cleaning_warnings, printable
from dealqa.reading.decoding import decode
from dealqa.reading.html_pruning import above, is_marked_hidden, prune
from dealqa.reading.html_spans import INLINE_TAGS
from dealqa.reading.html_styles import declarations, hiding_kind
from dealqa.reading.metadata import parse_date, parse_status
from dealqa.reading.tables import Row, add_table
from dealqa.types import BlockKind

__all__ = ["parse_html"]

_ENOUGH_TEXT = 0.25
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I)
_SITE = re.compile(r"\s+(?:[|–—»·]|-|::)\s+")
_DATE_NAMES = (
    "date dc.date dc.date.issued dcterms.date dcterms.issued dcterms.created article:published_time pubdate "
    "publishdate publish-date publication_date publication-date datepublished citation_publication_date "
    "govuk:first-published-at"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = frozenset({"ul", "ol", "dl"})
_ROLES = _HEADINGS | {"dt", "dd", "li"}
_MOST_COLUMNS = 200
_MOST_TITLES = 20
_REPEATED = 300  # characters of a cell that stands in several rows


def parse_html(data: bytes, path: str) -> Parsed:
    """Blocks of an HTML page's main content.

    Left out: scripts, styles, navigation, page headers and footers, asides, forms, comments, deleted text, and hidden
    text, which is counted. Embedded pages and recordings are gaps.

    Raises:
        UnreadableDocument: the bytes cannot be decoded, or hold no element.
    """
    text, warnings = _decode(data, path)
    source = clean(text)
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml_html.document_fromstring(source.text.encode("utf-8"), parser=parser)
    except etree.ParserError:  # no element and no text: only a comment, for example
        return Parsed(text="", blocks=())
    except etree.XMLSyntaxError as err:
        raise _corrupt(path) from err
    try:
        title, date, status = _title(root), _date(root), _status(root)
        left_out = prune(root)
        writer = _Writer(above(root, "table", "h1", "h2", "h3"))
        writer.write(_main(root))
    except ValueError as err:  # lxml: a name in the page that cannot be one
        raise _corrupt(path) from err
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        left_out.gaps.append("The page is nested too deep: what stands after that place was not read.")
    left_out.hide("zero_width", source.hidden)
    left_out.tables = writer.blocks.tables
    return Parsed(
        text=writer.blocks.text(),
        blocks=tuple(writer.blocks.blocks),
        title=title,
        date=date,
        status=status,
        warnings=(
            *warnings,
            *cleaning_warnings(source.removed, source.normalised, source.lookalikes),
            *left_out.warnings(),
        ),
        coverage=left_out.coverage(),
    )


def _corrupt(path: str) -> UnreadableDocument:
    return UnreadableDocument(
        path, "corrupt", f"The file {printable(path)} cannot be read as HTML.", hint="Save the page anew."
    )


def _decode(data: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    """The text, by byte order mark, UTF-8, the page's own word, or Windows-1252, in this order."""
    match = _CHARSET.search(data[:4096])
    if match and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)) and b"\0" not in data:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            text = decode_as(data, match.group(1).decode("ascii"))
            if text is not None:  # else the page is wrong about itself
                return text, ()
    return decode(data, path)


def _main(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    body = root.find("body")
    body = root if body is None else body
    whole = len(one_line(body.text_content()))
    mains = [*islice(root.iter("main"), _MOST_TITLES), *root.xpath("//*[@role='main']")[:_MOST_TITLES]]
    articles = list(islice(root.iter("article"), 2))
    for element in (*mains, *(articles if len(articles) == 1 else ())):
        if len(one_line(element.text_content())) >= max(1, _ENOUGH_TEXT * whole):
            return element
    return body


def _is_hidden(element: lxml_html.HtmlElement) -> bool:
    return is_marked_hidden(element) or hiding_kind(declarations(element.get("style") or "")) is not None


def _title(root: lxml_html.HtmlElement) -> str | None:
    seen = (h1 for h1 in islice(root.iter("h1"), _MOST_TITLES) if not _is_hidden(h1))
    headings = [one_line(h1.text_content()) for h1 in seen]
    headings = [heading for heading in headings if heading]
    title = one_line(root.findtext(".//title") or "")
    for heading in headings:
        if heading.lower() in title.lower():
            return heading
    if title:
        return _SITE.split(title)[0] or title
    return headings[0] if headings else None


def _date(root: lxml_html.HtmlElement) -> str | None:
    names = _DATE_NAMES.split()
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        if name in names and (date := parse_date(meta.get("content") or "")):
            return date
    for time in root.iter("time"):
        if date := parse_date(time.get("datetime") or ""):
            return date
    return None


def _status(root: lxml_html.HtmlElement) -> str | None:
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() in ("status", "dcterms.status"):
            return parse_status(meta.get("content") or "")
    return None


class _Writer:
    """Walks over an element and adds its blocks.

    Args:
        layout: the elements that hold tables or high headings; such a table only arranges the page.
    """

    def __init__(self, layout: set[lxml_html.HtmlElement]) -> None:
        self.blocks = JoinedBlocks()
        self._layout = layout
        self._pieces: list[str] = []
        self._roles = [""]  # of each open element: the innermost of _ROLES that it is or stands in
        self._lists = self._pre = 0
        self._term = ""
        self._groups = count()
        self._group: int | None = None

    def write(self, root: lxml_html.HtmlElement) -> None:
        skipped: lxml_html.HtmlElement | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is None and event == "start":
                if element.tag == "table" and not self._is_layout(element):
                    self._flush()
                    self.blocks.add("paragraph", one_line("".join(element.xpath("./caption//text()"))))
                    add_table(self.blocks, _rows(element), group=next(self._groups))
                    skipped = element
                else:
                    self._enter(element)
            elif event == "end" and (skipped is None or element is skipped):
                if skipped is None:
                    self._leave(element)
                skipped = None
                if element is not root:
                    self._say(element.tail)
        self._flush()

    def _is_layout(self, table: lxml_html.HtmlElement) -> bool:
        return table in self._layout or (table.get("role") or "").lower() in ("presentation", "none")

    def _enter(self, element: lxml_html.HtmlElement) -> None:
        tag = str(element.tag)
        if tag == "br":
            self._pieces.append("\n")
        elif tag not in INLINE_TAGS:
            self._flush()
            self._roles.append(tag if tag in _ROLES else self._roles[-1])
            self._pre += tag == "pre"
            if tag in _LISTS:
                self._lists += 1
                self._group = next(self._groups) if self._group is None else self._group
        self._say(element.text)

    def _leave(self, element: lxml_html.HtmlElement) -> None:
        tag = str(element.tag)
        if tag in INLINE_TAGS or tag == "br":
            return
        self._flush()
        self._roles.pop()
        self._pre -= tag == "pre"
        self._lists -= tag in _LISTS
        if tag == "dl":
            self._add("list_item", self._term)
            self._term = ""
        if not self._lists:
            self._group = None

    def _say(self, text: str | None) -> None:
        if text:
            self._pieces.append(text if self._pre else re.sub(r"\s+", " ", text))

    def _flush(self) -> None:
        text = "".join(self._pieces)
        self._pieces = []
        if not text.strip():
            return
        role = self._roles[-1]
        if role in _HEADINGS:
            self.blocks.add("heading", one_line(text), level=int(role[1]))
        elif role == "dt":
            if len(self._term) > _REPEATED:
                self._add("list_item", self._term)
                self._term = ""
            self._term = f"{self._term} / {one_line(text)}".removeprefix(" / ")
        elif role == "dd":
            self._add("list_item", f"{self._term}: {text}" if self._term else text)
            self._term = ""
        else:
            self._add("list_item" if role == "li" else "paragraph", text)

    def _add(self, kind: BlockKind, text: str) -> None:
        for part in re.split(r"\n[ \t]*\n\s*", text):
            lines = (one_line(line) for line in part.split("\n"))
            self.blocks.add(kind, "\n".join(line for line in lines if line), group=self._group)


def _rows(table: lxml_html.HtmlElement) -> list[Row]:
    """A table's rows; a cell over several rows stands in each of them, one over several columns in the first."""
    rows: list[Row] = []
    pending: dict[int, tuple[str, int]] = {}  # column: text and rows left of a cell that reaches down
    for tr in table.iter("tr"):
        cells: list[str] = []
        own = [cell for cell in tr if cell.tag in ("td", "th")]
        for cell in own:
            _fill_down(cells, pending)
            text, wide, down = _cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan")
            if down > 1 and len(text) <= _REPEATED:
                pending[len(cells)] = (text, down - 1)
            elif down > 1:
                pending[len(cells)] = ("", down - 1)
            cells += [text, *[""] * (wide - 1)]
            if len(cells) > _MOST_COLUMNS:
                break
        _fill_down(cells, pending)
        rows.append(Row(tuple(cells), header=bool(own) and all(cell.tag == "th" for cell in own)))
    return rows


def _fill_down(cells: list[str], pending: dict[int, tuple[str, int]]) -> None:
    while len(cells) in pending:
        column = len(cells)
        text, left = pending.pop(column)
        cells.append(text)
        if left > 1:
            pending[column] = (text, left - 1)


def _span(cell: lxml_html.HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _MOST_COLUMNS) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _cell_text(cell: lxml_html.HtmlElement) -> str:
    pieces: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag not in INLINE_TAGS:
            pieces.append(" ")
        if event == "start":
            pieces.append(element.text or "")
        elif element is not cell:
            pieces.append(element.tail or "")
    return one_line("".join(pieces))
