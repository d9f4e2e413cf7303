"""The XML inside Office files: parsed without entities, and what charts and diagrams in it say."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import one_line
from dealqa.reading.cleaning import printable
from dealqa.reading.number_formats import shown
from dealqa.reading.tables import Row

__all__ = [
    "chart_rows",
    "chart_title",
    "check_declarations",
    "chosen",
    "diagram_texts",
    "local_name",
    "only_pictures",
    "parse_part",
]

_MOST_POINTS = 2_000
_MOST_SERIES = 50


def parse_part(blob: bytes, path: str) -> etree._Element:
    """The root of an XML part.

    Raises:
        UnreadableDocument: hidden_markup, see `check_declarations`.
        lxml.etree.LxmlError: the part is no well-formed XML, or nested more than 256 deep.
    """
    root = etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    check_declarations([root], path)
    return root


def check_declarations(roots: Iterable[etree._Element], path: str) -> None:
    """Pass when none of the parts has a document type declaration.

    Raises:
        UnreadableDocument: hidden_markup.
    """
    if any(root.getroottree().docinfo.internalDTD is not None for root in roots):
        raise UnreadableDocument(
            path,
            "hidden_markup",
            f"The file {printable(path)} holds a document type declaration, which Office files never do.",
            hint="It can hide or multiply text: open the file in its program and save it anew.",
        )


def only_pictures(path: str) -> UnreadableDocument:
    """The error for a file that shows pictures and has no text."""
    return UnreadableDocument(
        path,
        "no_text",
        f"The file {printable(path)} holds pictures and no text.",
        hint="Save it as a PDF: the text of its pages is read from their image if tesseract is installed.",
    )


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def chosen(alternatives: etree._Element) -> etree._Element | None:
    """The one of several renderings of the same thing (`mc:AlternateContent`) that is read."""
    children = {local_name(child): child for child in reversed(alternatives)}
    return children.get("Choice", children.get("Fallback"))


def chart_title(chart: etree._Element) -> str:
    """The title of a chart part; "" when it has none."""
    title = next((child for child in chart.iter("{*}chart") if local_name(child) == "chart"), chart).find("{*}title")
    return "" if title is None else one_line("".join(text.text or "" for text in title.iter("{*}t", "{*}v")))


def chart_rows(chart: etree._Element) -> list[Row]:
    """The figures that a chart part draws, as a table: a row for each category, a column for each series."""
    categories: dict[int, str] = {}
    names: list[str] = []
    columns: list[dict[int, str]] = []
    for series in list(chart.iter("{*}ser"))[:_MOST_SERIES]:
        for name in ("{*}cat", "{*}xVal"):
            categories = categories or _points(series.find(name))
        values = next((found for name in ("{*}val", "{*}yVal") if (found := series.find(name)) is not None), None)
        columns.append(_points(values))
        names.append(" ".join(_points(series.find("{*}tx")).values()))
    rows = [Row(("", *names), header=True)] if any(names) else []
    for index in sorted({index for column in (categories, *columns) for index in column}):
        rows.append(Row((categories.get(index, ""), *(column.get(index, "") for column in columns))))
    return rows


def _points(holder: etree._Element | None) -> dict[int, str]:
    """The stored points of a series by their index, as they are shown."""
    if holder is None:
        return {}
    number_format = next((element.text or "" for element in holder.iter("{*}formatCode")), "")
    points: dict[int, str] = {}
    for point in holder.iter("{*}pt"):
        value = point.find("{*}v")
        index = point.get("idx", "")
        if value is not None and index.isascii() and index.isdigit() and len(index) < 8 and len(points) < _MOST_POINTS:
            points[int(index)] = _value(one_line(value.text or ""), number_format)
    if not points:
        points = dict(enumerate(one_line(value.text or "") for value in holder.findall("{*}v")))
    return points


def _value(text: str, number_format: str) -> str:
    try:
        return shown(float(text), number_format) if number_format else text
    except (ValueError, ArithmeticError):
        return text


def diagram_texts(data: etree._Element) -> list[str]:
    """The texts of a diagram's data part (SmartArt), in the order in which they are stored."""
    texts: list[str] = []
    for point in data.iter("{*}pt"):
        body = point.find("{*}t")
        if body is not None and point.get("type", "node") in ("node", "asst"):
            paragraphs = ("".join(run.text or "" for run in paragraph.iter("{*}t")) for paragraph in body.iter("{*}p"))
            texts.append(one_line(" ".join(paragraphs)))
    return [text for text in texts if text]
