"""Word files: changes taken as accepted, hidden text left out, everything in order."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reading_files import a_docx, assert_blocks_are_sound, texts

from dealqa.errors import UnreadableDocument

W = nsdecls("w")


def run(text: str) -> str:
    return f"<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>"


def with_body(*paragraphs: str) -> bytes:
    """A Word file with these elements as its body."""

    def fill(word):
        for i, paragraph in enumerate(paragraphs):
            word.element.body.insert(i, parse_xml(paragraph.replace(">", f" {W}>", 1)))

    return a_docx(fill)


def test_headings_paragraphs_lists_and_tables_come_in_order(read):
    def fill(word):
        word.add_heading("The deal", 0)
        word.add_heading("Skills", 1)
        word.add_paragraph("Leeds gains.")
        word.add_paragraph("one", style="List Bullet")
        table = word.add_table(rows=2, cols=3)
        for row, values in zip(table.rows, [("City", "Lead", "Years"), ("Leeds", "Council", "4")], strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value

    document = read("deal.docx", a_docx(fill))
    assert [block.kind for block in document.blocks] == [
        "title",
        "heading",
        "paragraph",
        "list_item",
        "table_row",
        "table_row",
    ]
    assert texts(document)[-1] == "Leeds | Council | 4"
    assert document.blocks[-1].table_header == "City | Lead | Years"
    assert document.blocks[-1].heading_path == ("Skills",)
    assert document.title == "The deal"
    assert_blocks_are_sound(document)


def test_tracked_insertions_are_kept_and_deletions_left_out(read):
    changed = (
        f"<w:p>{run('Cap is ')}<w:del w:id='1' w:author='a'><w:r><w:delText>10%</w:delText></w:r></w:del>"
        f"<w:ins w:id='2' w:author='a'>{run('15%')}</w:ins>{run(' of price.')}</w:p>"
    )
    document = read("deal.docx", with_body(changed))
    assert texts(document) == ["Cap is 15% of price."]
    assert "1 insertions were kept and 1 deletions" in document.warnings[0]


def test_text_in_hyperlinks_and_content_controls_is_read(read):
    held = f"<w:sdt><w:sdtContent>{run(' and held')}</w:sdtContent></w:sdt>"
    linked = f"<w:p><w:hyperlink w:anchor='x'>{run('linked')}</w:hyperlink>{held}</w:p>"
    control = f"<w:sdt><w:sdtContent><w:p>{run('in a control')}</w:p></w:sdtContent></w:sdt>"
    assert texts(read("deal.docx", with_body(linked, control))) == ["linked and held", "in a control"]


def test_hidden_text_is_left_out_and_reported(read):
    hidden = f"<w:p>{run('Seen.')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
    document = read("deal.docx", with_body(hidden))
    assert texts(document) == ["Seen."]
    assert "Hidden text" in document.warnings[0]


def test_a_deleted_paragraph_mark_joins_two_paragraphs(read):
    first = f"<w:p><w:pPr><w:rPr><w:del w:id='1' w:author='a'/></w:rPr></w:pPr>{run('The cap ')}</w:p>"
    assert texts(read("deal.docx", with_body(first, f"<w:p>{run('is 15%.')}</w:p>"))) == ["The cap is 15%."]


def test_a_bold_line_is_a_heading(read):
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Growth in Bristol</w:t></w:r></w:p>"
    assert texts(read("deal.docx", with_body(bold, f"<w:p>{run('Text.')}</w:p>")), "heading") == ["Growth in Bristol"]


def test_a_merged_cell_stands_in_each_of_its_rows(read):
    def fill(word):
        table = word.add_table(rows=2, cols=2)
        table.cell(0, 0).merge(table.cell(1, 0)).text = "Leeds"
        table.cell(0, 1).text, table.cell(1, 1).text = "1", "2"

    assert texts(read("deal.docx", a_docx(fill))) == ["Leeds | 1", "Leeds | 2"]


LEVELS = """<w:abstractNum w:abstractNumId='90'>
  <w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>
  <w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%1.%2)'/></w:lvl>
  <w:lvl w:ilvl='2'><w:start w:val='1'/><w:numFmt w:val='upperRoman'/><w:lvlText w:val='(%3)'/></w:lvl>
  <w:lvl w:ilvl='3'><w:start w:val='1'/><w:numFmt w:val='bullet'/><w:lvlText w:val='o'/></w:lvl>
  <w:lvl w:ilvl='4'><w:start w:val='1'/><w:numFmt w:val='cardinalText'/><w:lvlText w:val='%5'/></w:lvl>
</w:abstractNum>"""


def numbered(*items: tuple[int, int]) -> bytes:
    """A Word file of one paragraph for each list and level; list 92 counts anew from 7."""

    def fill(word):
        lists = word.part.numbering_part.element
        lists.insert(0, parse_xml(LEVELS.replace(">", f" {W}>", 1)))
        anew = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride>"
        for number, override in ((91, ""), (92, anew)):
            lists.append(parse_xml(f"<w:num {W} w:numId='{number}'><w:abstractNumId w:val='90'/>{override}</w:num>"))
        for place, (number, level) in enumerate(items):
            properties = f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{number}'/></w:numPr>"
            paragraph = f"<w:p {W}><w:pPr>{properties}</w:pPr>{run('text')}</w:p>"
            word.element.body.insert(place, parse_xml(paragraph))

    return a_docx(fill)


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([(91, 0), (91, 0)], ["3. text", "4. text"]),
        ([(91, 0), (91, 1), (91, 1), (91, 0), (91, 1)], ["3. text", "3.a) text", "3.b) text", "4. text", "4.a) text"]),
        ([(91, 2), (91, 2), (91, 2), (91, 2)], ["(I) text", "(II) text", "(III) text", "(IV) text"]),
        ([(91, 0), (92, 0), (92, 0)], ["3. text", "7. text", "8. text"]),
        ([(91, 3), (91, 4), (99, 0), (0, 0)], ["text"] * 4),
    ],
)
def test_automatic_numbers_are_those_that_word_shows(read, items, found):
    assert texts(read("deal.docx", numbered(*items))) == found


def test_the_numbers_of_a_list_style_are_read(read):
    def fill(word):
        for text in ("first", "second"):
            word.add_paragraph(text, style="List Number")
        word.add_paragraph("a bullet", style="List Bullet")

    assert texts(read("deal.docx", a_docx(fill))) == ["1. first", "2. second", "a bullet"]


def rezipped(change) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(a_docx(lambda word: word.add_paragraph("Text."))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        change(target)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("word/bomb.xml", b"<a/>" + b" " * 60_000_000, "too_large"),
        ("word/extra.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "hidden_markup"),
        ("word/extra.xml", b"<!--" + b"x" * 6_000 + b"--><!DOCTYPE a><a/>", "hidden_markup"),
        ("../outside.xml", b"<a/>", "corrupt"),
    ],
)
def test_a_container_that_means_harm_is_refused_before_it_is_opened(read, name, content, reason):
    with pytest.raises(UnreadableDocument) as caught:
        read("deal.docx", rezipped(lambda target: target.writestr(name, content)))
    assert caught.value.reason == reason


def test_a_container_with_too_many_parts_is_refused(read):
    def fill(target):
        for i in range(10_001):
            target.writestr(f"x/{i}", b"")

    with pytest.raises(UnreadableDocument) as caught:
        read("deal.docx", rezipped(fill))
    assert caught.value.reason == "too_large"


def test_another_office_file_named_docx_is_corrupt(read):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("hello.txt", "no Word file")
    with pytest.raises(UnreadableDocument) as caught:
        read("deal.docx", buffer.getvalue())
    assert caught.value.reason == "corrupt"
