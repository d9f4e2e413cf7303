"""Tables of a Word file: rows as they read once all changes are accepted, and the tables that stand in their cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml import etree

from dealqa.reading.blocks import one_line
from dealqa.reading.colours import Colour
from dealqa.reading.left_out import LeftOut
from dealqa.reading.tables import Row
from dealqa.reading.word_runs import ParagraphText, RunReader, unwrapped
from dealqa.reading.word_styles import Styles, ground_of, is_on

__all__ = ["CellText", "TableReader", "TableText"]

_PARAGRAPH, _TABLE, _ROW, _CELL, _VALUE = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:val")
_MOST_COLUMNS = 200
_REPEATED = 300  # characters of a cell that stands in several rows


@dataclass(slots=True)
class CellText:
    """What a cell, or a note, says on one line.

    Attributes:
        inner: the tables in it, with the colour behind them.
        paragraphs: what was read of its paragraphs, for what hangs on them.
    """

    text: str = ""
    inner: list[tuple[etree._Element, Colour | None]] = field(default_factory=list)
    paragraphs: list[ParagraphText] = field(default_factory=list)


@dataclass(slots=True)
class TableText:
    """A table's rows, and what else stands in them, as in `CellText`."""

    rows: list[Row] = field(default_factory=list)
    inner: list[tuple[etree._Element, Colour | None]] = field(default_factory=list)
    paragraphs: list[ParagraphText] = field(default_factory=list)


class TableReader:
    """Reads tables and counts what it leaves out."""

    def __init__(self, styles: Styles, runs: RunReader, left_out: LeftOut) -> None:
        self._styles = styles
        self._runs = runs
        self._left_out = left_out

    def read(self, table: etree._Element, behind: Colour | None) -> TableText:
        """A table's rows without those that are deleted or hidden."""
        found = TableText()
        above: list[str] = []
        ground = None if self._styles.is_shaded(table) else behind
        for tr in unwrapped(table, self._left_out):
            if tr.tag != _ROW:
                continue
            properties = tr.find(qn("w:trPr"))
            if properties is not None and properties.find(qn("w:del")) is not None:
                self._left_out.deletions += 1
                continue
            if is_on(properties, "w:hidden"):
                self._left_out.hide("marked_hidden", "".join(text.text or "" for text in tr.iter(qn("w:t"))))
                continue
            self._left_out.insertions += properties is not None and properties.find(qn("w:ins")) is not None
            above = self._cells(tr, above, ground, found)
            found.rows.append(Row(tuple(above), header=is_on(properties, "w:tblHeader")))
        return found

    def cell(self, parent: etree._Element, behind: Colour | None) -> CellText:
        """What the paragraphs of a cell or a note say, on one line."""
        found = CellText()
        text = ""
        for element in unwrapped(parent, self._left_out):
            if element.tag == _PARAGRAPH:
                read = self._runs.read(element, behind)
                mark = element.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}")
                text += read.text if mark is not None else f"{read.text} "
                if read.notes or read.boxes or read.charts or read.diagrams:
                    found.paragraphs.append(read)
            elif element.tag == _TABLE:
                found.inner.append((element, behind))
        found.text = one_line(text)
        return found

    def _cells(self, tr: etree._Element, above: list[str], ground: Colour | None, found: TableText) -> list[str]:
        cells: list[str] = []
        for tc in unwrapped(tr, self._left_out):
            if tc.tag != _CELL or len(cells) > _MOST_COLUMNS:
                continue
            properties = tc.find(qn("w:tcPr"))
            cell = self.cell(tc, ground_of(properties).get("ground", ground))
            text = cell.text
            if properties is not None and properties.find(qn("w:cellDel")) is not None:
                self._left_out.deletions += 1
                cell, text = CellText(), ""
            merge = None if properties is None else properties.find(qn("w:vMerge"))
            if merge is not None and merge.get(_VALUE) != "restart" and len(cells) < len(above):
                text = above[len(cells)]  # the cell above reaches down: each row says what it belongs to
                text = text if len(text) <= _REPEATED else ""
            cells += [text, *[""] * (_grid_span(properties) - 1)]
            found.inner += cell.inner
            found.paragraphs += cell.paragraphs
        return cells


def _grid_span(properties: etree._Element | None) -> int:
    span = None if properties is None else properties.find(qn("w:gridSpan"))
    value = (span.get(_VALUE) or "1") if span is not None else "1"
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1
    return min(max(number, 1), _MOST_COLUMNS)
