"""Workbooks and files with separated values: rows with their headers, as they are shown, nothing that is hidden."""

from __future__ import annotations

import datetime
import io
import zipfile

import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
from reading_files import an_xlsx, assert_blocks_are_sound, texts

from dealqa.errors import UnreadableDocument
from dealqa.types import HiddenText

TABLE = [
    ("City", "Fund", "Amount"),
    ("Bristol", "Development fund", 1_000_000_000),
    ("Leeds", "Transport", 400_000_000),
]


def filled(*rows, change=lambda sheet: None):
    """A workbook of one sheet with these rows."""

    def fill(book):
        sheet = book.active
        for row in rows:
            sheet.append(row)
        change(sheet)

    return an_xlsx(fill)


def test_a_row_is_one_block_and_carries_its_header(read):
    document = read("amounts.xlsx", filled(*TABLE))
    assert [block.kind for block in document.blocks] == ["table_row"] * 3
    assert texts(document) == [
        "City | Fund | Amount", "Bristol | Development fund | 1000000000", "Leeds | Transport | 400000000",
    ]  # fmt: skip
    assert [block.table_header for block in document.blocks] == ["", *["City | Fund | Amount"] * 2]
    assert_blocks_are_sound(document)


def test_values_are_as_the_sheet_shows_them(read):
    def change(sheet):
        for cell, value, shown_as in (("A1", 45e6, '"£"#,##0'), ("B1", 0.25, "0%"), ("C1", 0.1 + 0.2, "General")):
            sheet[cell], sheet[cell].number_format = value, shown_as
        sheet["D1"] = datetime.date(2012, 7, 5)

    assert texts(read("a.xlsx", filled(change=change))) == ["£45,000,000 | 25% | 0.3 | 2012-07-05"]


def test_the_names_of_several_sheets_are_headings(read):
    def fill(book):
        book.active.title = "Wave 1"
        book.active.append(("Bristol", 1))
        book.create_sheet("Wave 2").append(("Sunderland", 2))

    document = read("a.xlsx", an_xlsx(fill))
    assert texts(document, "heading") == ["Wave 1", "Wave 2"]
    assert document.blocks[-1].heading_path == ("Wave 2",)


def test_the_name_of_an_only_sheet_says_nothing(read):
    assert texts(read("a.xlsx", filled(*TABLE)), "heading") == []


def test_a_line_above_the_table_is_the_title_and_one_below_a_paragraph(read):
    document = read("a.xlsx", filled(("Amounts of the deals",), (), *TABLE, (), ("Source: the deals' own texts.",)))
    assert document.title == "Amounts of the deals"
    assert [block.kind for block in document.blocks] == ["title", *["table_row"] * 3, "paragraph"]
    assert document.blocks[2].table_header == "City | Fund | Amount"


def test_date_and_status_rows_are_read(read):
    rows = (("Amounts of the deals",), ("Date:", datetime.date(2012, 7, 5)), ("Status", "agreed"), (), *TABLE)
    document = read("a.xlsx", filled(*rows))
    assert (document.date, document.status) == ("2012-07-05", "agreed")


def test_a_table_that_goes_on_after_an_empty_row_keeps_its_header(read):
    document = read("a.xlsx", filled(*TABLE, (), ("Total", "all of them", 1_400_000_000)))
    assert document.blocks[-1].table_header == "City | Fund | Amount"


def test_a_bold_row_after_an_empty_one_begins_another_table(read):
    def change(sheet):
        for cell in sheet[5]:
            cell.font = Font(bold=True)

    rows = (*TABLE, (), ("City", "Lead", "Term"), ("Leeds", "the council", "four years"))
    assert read("a.xlsx", filled(*rows, change=change)).blocks[-1].table_header == "City | Lead | Term"


def test_a_first_row_with_values_is_no_header(read):
    assert read("a.xlsx", filled(*TABLE[1:])).blocks[-1].table_header == ""


def test_two_lines_of_heads_are_put_together(read):
    rows = (("Item", "Paid", None, "Planned", None), (None, 2018, 2019, 2018, 2019), ("Roads", 4, 5, 6, 7))

    def change(sheet):
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("D1:E1")

    document = read("a.xlsx", filled(*rows, change=change))
    assert document.blocks[-1].table_header == "Item | Paid 2018 | Paid 2019 | Planned 2018 | Planned 2019"


def test_years_may_head_columns(read):
    document = read("a.xlsx", filled(("City", 2012, 2013), ("Leeds", 1, 2)))
    assert document.blocks[-1].table_header == "City | 2012 | 2013"


def test_hidden_sheets_rows_and_columns_are_left_out_and_reported(read):
    def fill(book):
        sheet = book.active
        for row in (*TABLE, ("hidden", "row", 1)):
            sheet.append((*row, "hidden column"))
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["D"].hidden = True
        other = book.create_sheet("Secret")
        other.append(("hidden sheet",))
        other.sheet_state = "hidden"

    document = read("a.xlsx", an_xlsx(fill))
    assert "hidden" not in document.text
    assert document.coverage.hidden == (HiddenText("marked_hidden", 12 * 4 + 10 + 11),)
    assert any("Secret" in warning for warning in document.warnings)
    assert any(warning.startswith("Hidden rows") and warning.endswith("1.") for warning in document.warnings)
    assert any(warning.startswith("Hidden columns") and warning.endswith("1.") for warning in document.warnings)


def styled(**styles):
    """A sheet whose cell B1 holds 55 and looks as said."""

    def change(sheet):
        sheet["A1"], sheet["B1"] = "Amount", 55
        for name, value in styles.items():
            setattr(sheet["B1"], name, value)

    return filled(change=change)


@pytest.mark.parametrize(
    ("styles", "kind"),
    [
        ({"number_format": ";;;"}, "marked_hidden"),
        ({"font": Font(color="FFFFFFFF")}, "faint"),
        ({"font": Font(color="FF000000"), "fill": PatternFill("solid", fgColor="FF000000")}, "faint"),
        ({"font": Font(size=1)}, "tiny"),
    ],
)
def test_a_cell_that_cannot_be_seen_is_left_out_and_counted(read, styles, kind):
    document = read("a.xlsx", styled(**styles))
    assert texts(document) == ["Amount"]
    assert document.coverage.hidden == (HiddenText(kind, 2),)


@pytest.mark.parametrize(
    "styles",
    [
        {"font": Font(color="FFFFFFFF"), "fill": PatternFill("solid", fgColor="FF1F3864")},
        {"font": Font(color="FFFFFFFF"), "fill": PatternFill("darkGrid")},
        {"font": Font(color="FF808080")},
        {"number_format": "0;-0;;@"},
    ],
)
def test_a_cell_that_may_be_seen_is_read(read, styles):
    document = read("a.xlsx", styled(**styles))
    assert texts(document) == ["Amount | 55"]
    assert document.coverage.hidden == ()


def test_white_headers_of_a_table_with_a_style_are_read(read):
    def change(sheet):
        sheet["A1"].font = Font(color="FFFFFFFF")
        sheet.add_table(Table(displayName="Amounts", ref="A1:C3"))

    assert texts(read("a.xlsx", filled(*TABLE, change=change)))[0] == "City | Fund | Amount"


def test_text_boxes_are_gaps_and_charts_pictures_and_comments_are_mentioned(read):
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["Leeds", 3])
        sheet.insert_textbox("D4", "not in a cell")
        sheet.write_comment("A1", "secret")
        chart = book.add_chart({"type": "pie"})
        chart.add_series({"values": "=Sheet1!$B$1:$B$1"})
        sheet.insert_chart("H4", chart)
    document = read("a.xlsx", buffer.getvalue())
    assert document.coverage.gaps == ("Not read: 1 text box.",)
    assert document.warnings == (
        "Charts were not read, only the cells that they draw: 1.",
        "Comments were not read: 1.",
    )


def test_tables_are_counted(read):
    assert read("a.xlsx", filled(*TABLE, (), ("a line",), (), ("x", "y"))).coverage.tables == 2
    assert read("a.csv", "City,Amount\nLeeds,4\n").coverage.tables == 1


def test_a_merged_cell_stands_in_each_of_its_rows(read):
    def change(sheet):
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B1:C1")

    rows = (("City", "Fund and amount", None), ("Leeds", "Transport", 1), (None, "Skills", 2))
    assert texts(read("a.xlsx", filled(*rows, change=change))) == [
        "City | Fund and amount |",
        "Leeds | Transport | 1",
        "Leeds | Skills | 2",
    ]


def test_a_formula_without_a_stored_value_is_reported(read):
    document = read("a.xlsx", filled(*TABLE, ("Total", "", "=SUM(C2:C3)")))
    assert "SUM" not in document.text
    (gap,) = document.coverage.gaps
    assert gap.startswith("Formulas on the sheet 'Sheet' have no stored value: 1.")


def test_the_stored_value_of_a_formula_is_read(read):
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_string("A1", "Total")
        sheet.write_formula("B1", "=1+2", None, 3)
    document = read("a.xlsx", buffer.getvalue())
    assert (texts(document), document.warnings) == (["Total | 3"], ())


def test_what_a_workbook_says_of_its_size_is_not_believed(read):
    source = zipfile.ZipFile(io.BytesIO(filled(*TABLE)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name).replace(b'<dimension ref="A1:C3"', b'<dimension ref="A1:A1"')
            target.writestr(name, content)
    assert len(texts(read("a.xlsx", buffer.getvalue()))) == 3


def test_a_workbook_with_a_style_beyond_all_bounds_is_corrupt(read):
    source = zipfile.ZipFile(io.BytesIO(filled(*TABLE)))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b'fontId="0"', b'fontId="999999999999"'))
    with pytest.raises(UnreadableDocument) as caught:
        read("a.xlsx", buffer.getvalue())
    assert caught.value.reason == "corrupt"


def test_a_row_far_down_and_a_column_far_right_do_not_take_for_ever(read):
    def change(sheet):
        sheet["A1048576"] = "last row"
        sheet["XFD1"] = "last column"

    document = read("a.xlsx", filled(("first", "cell"), change=change))
    assert texts(document) == ["first | cell", "last row"]
    assert any("first 256 columns" in gap for gap in document.coverage.gaps)


def test_there_is_a_limit_to_the_rows(read, monkeypatch):
    monkeypatch.setattr("dealqa.reading.xlsx.MAX_ROWS", 2)
    document = read("a.xlsx", filled(*TABLE))
    assert len(document.blocks) == 2
    assert document.coverage.gaps == ("Only the first 2 rows were read.",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deal.csv", "City,Amount\nBristol,£1bn\nLeeds,£400m\n"),
        ("deal.csv", "City;Amount\nBristol;£1bn\nLeeds;£400m\n"),
        ("deal.csv", "City\tAmount\r\nBristol\t£1bn\r\nLeeds\t£400m\r\n"),
        ("deal.csv", "sep=|\nCity|Amount\nBristol|£1bn\nLeeds|£400m\n"),
        ("deal.tsv", "City\tAmount\nBristol\t£1bn\nLeeds\t£400m\n"),
        ("deal.csv", "City,Amount\nBristol,£1bn\nLeeds,£400m\n".encode("utf-16")),
        ("deal.csv", "City,Amount\nBristol,£1bn\nLeeds,£400m\n".encode("cp1252")),
        ("deal.csv", "\ufeffCity,Amount\nBristol,£1bn\nLeeds,£400m\n"),
    ],
)
def test_separated_values_are_rows_whatever_separates_them(read, name, content):
    document = read(name, content)
    assert texts(document, "table_row") == ["City | Amount", "Bristol | £1bn", "Leeds | £400m"]
    assert document.blocks[-1].table_header == "City | Amount"
    assert document.title == "Deal"
    assert_blocks_are_sound(document)


def test_a_quoted_cell_may_hold_separators_and_lines(read):
    document = read("deal.csv", 'City,Says\nBristol,"first line,\nsecond ""line"""\n')
    assert texts(document)[-1] == 'Bristol | first line, second "line"'


def test_sentences_with_commas_do_not_hide_a_semicolon(read):
    content = "City;Says\nBristol;It keeps rates, in five areas, for 25 years\nLeeds;Nothing, so far\n"
    assert texts(read("deal.csv", content))[-1] == "Leeds | Nothing, so far"


def test_offsets_of_separated_values_count_in_the_rows_put_together(read):
    document = read("deal.csv", "City,Amount\nBristol,£1bn\n")
    assert document.text == "City | Amount\nBristol | £1bn"


def test_a_quotation_mark_that_is_never_closed_is_a_clear_error(read):
    with pytest.raises(UnreadableDocument, match="separated values") as caught:
        read("deal.csv", 'City,Says\nBristol,"' + "x" * 200_000)
    assert caught.value.reason == "corrupt"


def test_there_is_a_limit_to_the_rows_of_separated_values(read, monkeypatch):
    monkeypatch.setattr("dealqa.reading.separated.MAX_ROWS", 2)
    document = read("deal.csv", "City,Amount\nBristol,1\nLeeds,2\n")
    assert len(document.blocks) == 2
    assert document.coverage.gaps == ("Only the first 2 rows were read.",)
