"""HTML: the main content's visible text, in reading order; nothing is fetched and nothing runs."""

from __future__ import annotations

import codecs
import re
from itertools import count

from lxml import etree
from lxml import html as lxml_html

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import JoinedBlocks, Parsed, one_line
from dealqa.reading.cleaning import clean, cleaning_warnings, printable
from dealqa.reading.decoding import decode
from dealqa.reading.html_spans import HIDING_ATTRIBUTES, HIDING_TAGS, INLINE_TAGS, is_hidden
from dealqa.reading.metadata import parse_date, parse_status
from dealqa.reading.tables import Row, add_table
from dealqa.types import BlockKind

__all__ = ["parse_html"]

_DROPPED = HIDING_TAGS | {"head", "aside", "del", "select", "textarea", "audio", "video", "canvas", "embed", "dialog"}
_LANDMARKS = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog"})
_HEAD_OF_PAGE = frozenset({"header", "footer"})
_CONTENT = frozenset({"main", "article", "section"})
_ENOUGH_TEXT = 0.25
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I)
_SITE = re.compile(r"\s+(?:[|–—»·]|-|::)\s+")
_DATE_NAMES = (
    "date dc.date dc.date.issued dcterms.date dcterms.issued dcterms.created article:published_time pubdate "
    "publishdate publish-date publication_date publication-date datepublished citation_publication_date "
    "govuk:first-published-at"
)
_MOST_COLUMNS = 200


def parse_html(data: bytes, path: str) -> Parsed:
    """Blocks of an HTML page's main content.

    Left out: scripts, styles, navigation, page headers and footers, asides, forms, comments, deleted and hidden text.

    Raises:
        UnreadableDocument: the bytes cannot be decoded, or hold no element.
    """
    text, warnings = _decode(data, path)
    source = clean(text)
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(source.text.encode("utf-8"), parser=parser)
    except etree.ParserError:  # no element and no text: only a comment, for example
        return Parsed(text="", blocks=())
    except etree.XMLSyntaxError as err:
        raise _corrupt(path) from err
    try:
        title, date, status = _title(root), _date(root), _status(root)
        hidden = _prune(root)
        writer = _Writer()
        writer.write(_main(root))
    except ValueError as err:  # lxml: a name in the page that cannot be one
        raise _corrupt(path) from err
    return Parsed(
        text=writer.blocks.text(),
        blocks=tuple(writer.blocks.blocks),
        title=title,
        date=date,
        status=status,
        warnings=(
            *warnings,
            *cleaning_warnings(source.removed, source.normalised),
            *((f"Hidden parts that a reader does not see were left out: {hidden}.",) if hidden else ()),
        ),
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
            name = match.group(1).decode("ascii").lower()
            try:
                return data.decode("cp1252" if name in ("iso-8859-1", "latin1", "ascii") else name), ()
            except (LookupError, UnicodeDecodeError):  # the page is wrong about itself
                return decode(data, path)
    return decode(data, path)


def _prune(root: lxml_html.HtmlElement) -> int:
    """Take out what is no text of the document; returns how many parts were there but hidden."""
    hidden = 0
    for element in list(root.iter(etree.Element)):
        if element.getparent() is None or element.tag == "body":
            continue
        if _is_hidden(element):
            hidden += bool(element.text_content().strip())
            element.drop_tree()
        elif _is_aside(element) or _is_note_mark(element):
            element.drop_tree()
    return hidden


def _is_hidden(element: lxml_html.HtmlElement) -> bool:
    return is_hidden({name: value for name in HIDING_ATTRIBUTES if (value := element.get(name)) is not None})


def _is_aside(element: lxml_html.HtmlElement) -> bool:
    """Whether an element stands beside the content: navigation, the page's header and footer, controls."""
    if element.tag == "form":  # some systems put the whole page into one
        return element.find(".//h1") is None and element.find(".//h2") is None and element.find(".//main") is None
    if element.tag in _DROPPED or (element.get("role") or "").lower() in _LANDMARKS:
        return True
    return element.tag in _HEAD_OF_PAGE and not any(parent.tag in _CONTENT for parent in element.iterancestors())


def _is_note_mark(element: lxml_html.HtmlElement) -> bool:
    """Whether this is the raised number of a footnote, which would run into the word before it."""
    if element.tag != "sup" and element.get("role") != "doc-noteref":
        return False
    linked = element.tag == "a" or element.find(".//a") is not None
    return linked and re.fullmatch(r"[\[(]?[\d*†‡]{1,4}[\])]?", element.text_content().strip()) is not None


def _main(root: lxml_html.HtmlElement) -> lxml_html.HtmlElement:
    body = root.find("body")
    body = root if body is None else body
    whole = len(one_line(body.text_content()))
    mains = [*root.iter("main"), *root.xpath("//*[@role='main']")]
    articles = list(root.iter("article"))
    for element in (*mains, *(articles if len(articles) == 1 else ())):
        if len(one_line(element.text_content())) >= max(1, _ENOUGH_TEXT * whole):
            return element
    return body


def _title(root: lxml_html.HtmlElement) -> str | None:
    headings = [one_line(h1.text_content()) for h1 in root.iter("h1") if not _is_hidden(h1)]
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
    """Walks over an element and adds its blocks."""

    def __init__(self) -> None:
        self.blocks = JoinedBlocks()
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._term = ""
        self._groups = count()
        self._group: int | None = None

    def write(self, root: lxml_html.HtmlElement) -> None:
        skipped: lxml_html.HtmlElement | None = None
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if skipped is None and event == "start":
                if element.tag == "table" and not _is_layout(element):
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

    def _enter(self, element: lxml_html.HtmlElement) -> None:
        if element.tag == "br":
            self._pieces.append("\n")
        elif element.tag not in INLINE_TAGS:
            self._flush()
            self._open.append(str(element.tag))
            if element.tag in ("ul", "ol", "dl") and self._group is None:
                self._group = next(self._groups)
        self._say(element.text)

    def _leave(self, element: lxml_html.HtmlElement) -> None:
        if element.tag in INLINE_TAGS or element.tag == "br":
            return
        self._flush()
        self._open.pop()
        if element.tag == "dl":
            self._add("list_item", self._term)
            self._term = ""
        if not any(tag in ("ul", "ol", "dl") for tag in self._open):
            self._group = None

    def _say(self, text: str | None) -> None:
        if text:
            self._pieces.append(text if "pre" in self._open else re.sub(r"\s+", " ", text))

    def _flush(self) -> None:
        text = "".join(self._pieces)
        self._pieces = []
        if not text.strip():
            return
        for tag in reversed(self._open):
            if re.fullmatch("h[1-6]", tag):
                self.blocks.add("heading", one_line(text), level=int(tag[1]))
                return
            if tag == "dt":
                self._term = f"{self._term} / {one_line(text)}".removeprefix(" / ")
                return
            if tag == "dd":
                self._add("list_item", f"{self._term}: {text}" if self._term else text)
                self._term = ""
                return
            if tag == "li":
                self._add("list_item", text)
                return
        self._add("paragraph", text)

    def _add(self, kind: BlockKind, text: str) -> None:
        for part in re.split(r"\n[ \t]*\n\s*", text):
            lines = (one_line(line) for line in part.split("\n"))
            self.blocks.add(kind, "\n".join(line for line in lines if line), group=self._group)


def _is_layout(table: lxml_html.HtmlElement) -> bool:
    """Whether a table only arranges the page."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return True
    return (
        any(next(table.iter(tag), None) is not None for tag in ("h1", "h2", "h3")) or len(list(table.iter("table"))) > 1
    )


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
            if down > 1:
                pending[len(cells)] = (text, down - 1)
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
