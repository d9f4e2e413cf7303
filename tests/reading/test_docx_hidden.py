"""Word files: what nobody sees, what was changed, and what stands beside the body."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reading_files import a_docx, assert_blocks_are_sound, texts

from dealqa.errors import UnreadableDocument

W = nsdecls("w")
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def deleted(text: str) -> str:
    return f"<w:del w:id='1' w:author='a'><w:r><w:delText>{text}</w:delText></w:r></w:del>"


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def with_body(*elements: str, fill=lambda word: None) -> bytes:
    """A Word file with these elements as its body."""

    def build(word):
        for i, element in enumerate(elements):
            word.element.body.insert(i, parse_xml(element.replace(">", f" {W} {MC} {MATHS} {VML} {W14}>", 1)))
        fill(word)

    return a_docx(build)


def hidden(document) -> list[tuple[str, int]]:
    return [(found.kind, found.characters) for found in document.coverage.hidden]


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ("<w:vanish/>", "marked_hidden"),
        ("<w:vanish w:val='true'/>", "marked_hidden"),
        ("<w:specVanish/>", "marked_hidden"),
        ("<w:color w:val='FFFFFF'/>", "faint"),
        ("<w:color w:val='FEFEFE'/>", "faint"),
        ("<w:color w:val='000000'/><w:shd w:val='clear' w:fill='000000'/>", "faint"),
        ("<w:color w:val='FFFFFF'/><w:highlight w:val='white'/>", "faint"),
        ("<w:highlight w:val='black'/>", "covered"),
        ("<w:color w:val='auto'/><w:highlight w:val='black'/>", "covered"),
        ("<w:sz w:val='2'/>", "tiny"),
        ("<w14:textFill><w14:noFill/></w14:textFill>", "invisible"),
    ],
)
def test_hidden_text_is_left_out_and_counted_by_its_kind(read, properties, kind):
    document = read("deal.docx", with_body(paragraph(run("Seen."), run(" 55M", properties))))
    assert texts(document) == ["Seen."]
    assert hidden(document) == [(kind, 3)]


@pytest.mark.parametrize(
    "properties",
    [
        "<w:vanish w:val='0'/>",
        "<w:webHidden/>",
        "<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='1F3864'/>",
        "<w:color w:val='FFFFFF'/><w:highlight w:val='blue'/>",
        "<w:color w:val='FFFFFF'/><w:highlight w:val='black'/>",
        "<w:color w:val='auto'/><w:shd w:val='clear' w:fill='000000'/>",
        "<w:color w:val='FFFFFF'/><w:shd w:val='pct50' w:fill='FFFFFF'/>",
        "<w:color w:val='A6A6A6'/>",
        "<w:sz w:val='12'/>",
    ],
)
def test_text_that_may_be_seen_is_read(read, properties):
    document = read("deal.docx", with_body(paragraph(run("seen", properties))))
    assert texts(document) == ["seen"]
    assert hidden(document) == []


def test_white_text_on_dark_paragraphs_cells_and_tables_is_read(read):
    white = "<w:color w:val='FFFFFF'/>"
    dark = "<w:shd w:val='clear' w:fill='000080'/>"
    table = f"<w:tbl>{row(cell(paragraph(run('two', white)), dark), cell(paragraph(run('gone', white))))}</w:tbl>"
    document = read("deal.docx", with_body(paragraph(run("one", white), properties=dark), table))
    assert texts(document) == ["one", "two |"]
    assert hidden(document) == [("faint", 4)]


@pytest.mark.parametrize("kind", ["paragraph", "character"])
def test_a_style_hides_text_also_through_the_style_it_is_based_on(read, kind):
    def fill(word):
        base = f"<w:style {W} w:type='{kind}' w:styleId='Base'><w:rPr><w:vanish/></w:rPr></w:style>"
        child = f"<w:style {W} w:type='{kind}' w:styleId='Child'><w:basedOn w:val='Base'/></w:style>"
        for style in (base, child):
            word.styles.element.append(parse_xml(style))

    named = paragraph(run("secret"), properties="<w:pStyle w:val='Child'/>")
    if kind == "character":
        named = paragraph(run("secret", "<w:rStyle w:val='Child'/>"))
    document = read("deal.docx", with_body(paragraph(run("Seen.")), named, fill=fill))
    assert texts(document) == ["Seen."]
    assert hidden(document) == [("marked_hidden", 6)]


def test_a_moved_paragraph_is_read_where_it_was_moved_to(read):
    gone = "<w:p><w:moveFrom w:id='1' w:author='a'><w:r><w:t>The cap.</w:t></w:r></w:moveFrom></w:p>"
    here = "<w:p><w:moveTo w:id='2' w:author='a'><w:r><w:t>The cap.</w:t></w:r></w:moveTo></w:p>"
    document = read("deal.docx", with_body(gone, paragraph(run("Between.")), here))
    assert texts(document) == ["Between.", "The cap."]
    assert (document.coverage.insertions, document.coverage.deletions) == (1, 1)


def test_deleted_rows_and_cells_are_left_out_and_counted(read):
    change = "<w:del w:id='1' w:author='a'/>"
    rows = (
        row(cell(paragraph(run("Leeds"))), cell(paragraph(run("4M")))),
        row(cell(paragraph(run("Hull"))), cell(paragraph(run("9M"))), properties=change),
        row(cell(paragraph(run("York"))), cell(paragraph(run("7M")), "<w:cellDel w:id='2' w:author='a'/>")),
        row(cell(paragraph(run("Bath"))), cell(paragraph(run("1M"))), properties="<w:ins w:id='3' w:author='a'/>"),
        row(cell(paragraph(run("Ryde"))), cell(paragraph(run("2M"))), properties="<w:hidden/>"),
    )
    document = read("deal.docx", with_body(f"<w:tbl>{''.join(rows)}</w:tbl>"))
    assert texts(document) == ["Leeds | 4M", "York |", "Bath | 1M"]
    assert (document.coverage.insertions, document.coverage.deletions) == (1, 2)
    assert hidden(document) == [("marked_hidden", 6)]


def test_a_change_inside_a_cell_is_taken_as_accepted(read):
    changed = paragraph(run("Cap is "), deleted("10%"), f"<w:ins w:id='2' w:author='a'>{run('15%')}</w:ins>")
    table = f"<w:tbl>{row(cell(changed), cell(paragraph(run('of price'))))}</w:tbl>"
    assert texts(read("deal.docx", with_body(table))) == ["Cap is 15% | of price"]


def test_a_table_in_a_cell_is_a_table_of_its_own(read):
    inner = f"<w:tbl>{row(cell(paragraph(run('Leeds'))), cell(paragraph(run('4M'))))}</w:tbl>"
    table = f"<w:tbl>{row(cell(paragraph(run('Amounts')) + inner + '<w:p/>'), cell(paragraph(run('2012'))))}</w:tbl>"
    document = read("deal.docx", with_body(table))
    assert texts(document) == ["Amounts | 2012", "Leeds | 4M"]
    assert document.coverage.tables == 2


def test_the_code_of_a_field_is_no_text_but_its_result_is(read):
    def mark(kind):
        return f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>"

    code = "<w:r><w:instrText>IF secret</w:instrText></w:r>" + run("secret")
    field = mark("begin") + code + mark("separate") + run("£4m") + mark("end")
    assert texts(read("deal.docx", with_body(paragraph(run("It gains "), field, run("."))))) == ["It gains £4m."]


def test_of_two_renderings_one_is_read(read):
    both = f"<mc:AlternateContent><mc:Choice>{run('once')}</mc:Choice><mc:Fallback>{run('once')}</mc:Fallback>"
    blocks = f"<mc:AlternateContent><mc:Choice>{paragraph(run('too'))}</mc:Choice></mc:AlternateContent>"
    document = read("deal.docx", with_body(paragraph(both + "</mc:AlternateContent>"), blocks))
    assert texts(document) == ["once", "too"]


def test_every_text_box_of_a_drawing_is_read_with_its_tables(read):
    table = f"<w:tbl>{row(cell(paragraph(run('Leeds'))), cell(paragraph(run('4M'))))}</w:tbl>"
    boxes = "".join(
        f"<v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape>"
        for inner in (paragraph(run("One.")), paragraph(run("Two.")) + table)
    )
    document = read("deal.docx", with_body(paragraph(run("Body."), f"<w:r><w:pict>{boxes}</w:pict></w:r>")))
    assert texts(document) == ["Body.", "One.", "Two.", "Leeds | 4M"]


def test_a_formula_and_content_controls_in_tables_are_read(read):
    formula = "<m:oMath><m:r><m:t>CPI + 1%</m:t></m:r></m:oMath>"
    control = f"<w:sdt><w:sdtContent>{cell(paragraph(run('held')))}</w:sdtContent></w:sdt>"
    held = f"<w:sdt><w:sdtContent>{row(control, cell(paragraph(run('4M'))))}</w:sdtContent></w:sdt>"
    document = read("deal.docx", with_body(paragraph(run("It rises by "), formula, run(".")), f"<w:tbl>{held}</w:tbl>"))
    assert texts(document) == ["It rises by CPI + 1%.", "held | 4M"]


def test_headers_and_footers_are_read_once_where_they_say_something_new(read):
    def fill(word):
        word.add_paragraph("The Leeds deal")
        section = word.sections[0]
        section.header.paragraphs[0].text = "DRAFT – version 2"
        section.footer.paragraphs[0].text = "Page 1 of 3"
        section.footer.add_paragraph("The Leeds deal")
        section.first_page_header.paragraphs[0].text = "Not shown, there is no other first page"
        word.add_section().header.paragraphs[0].text = "DRAFT – version 2"

    document = read("deal.docx", a_docx(fill))
    assert texts(document) == ["The Leeds deal", "DRAFT – version 2"]
    assert document.blocks[-1].kind == "footnote"


def test_a_watermark_is_read(read):
    def fill(word):
        mark = f"<w:r {W} {VML}><w:pict><v:shape><v:textpath string='CONFIDENTIAL'/></v:shape></w:pict></w:r>"
        word.sections[0].header.paragraphs[0]._p.append(parse_xml(mark))

    assert texts(read("deal.docx", with_body(paragraph(run("Body.")), fill=fill))) == ["Body.", "CONFIDENTIAL"]


def test_comments_are_not_read_and_mentioned(read):
    def fill(word):
        word.add_comment(word.paragraphs[0].runs, text="secret", author="Ann")

    document = read("deal.docx", with_body(paragraph(run("Body.")), fill=fill))
    assert texts(document) == ["Body."]
    assert "Comments in the margin were not read: 1." in document.warnings
    assert document.coverage.complete


def test_struck_through_text_is_read_and_mentioned(read):
    document = read("deal.docx", with_body(paragraph(run("Cap is "), run("10%", "<w:strike/>"), run(" 15%."))))
    assert texts(document) == ["Cap is 10% 15%."]
    assert "Text that is struck through was read: 1 times." in document.warnings


def test_embedded_files_are_gaps(read):
    body = with_body(paragraph(run("Body."), "<w:r><w:object/></w:r>"), "<w:altChunk></w:altChunk>")
    assert read("deal.docx", body).coverage.gaps == ("Not read: 2 embedded files.",)


def picture(word):
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (9, 9)).save(buffer, "PNG")
    word.add_picture(io.BytesIO(buffer.getvalue()))


def test_a_picture_is_mentioned_and_is_a_gap_only_where_there_is_hardly_any_text(read):
    full = read("deal.docx", with_body(paragraph(run("Leeds gains a lot. " * 20)), fill=picture))
    bare = read("deal.docx", with_body(paragraph(run("Scan.")), fill=picture))
    assert "Pictures were not read: 1." in full.warnings
    assert full.coverage.complete
    assert not bare.coverage.complete


def test_a_file_of_pictures_only_is_refused_with_its_reason(read):
    with pytest.raises(UnreadableDocument) as caught:
        read("deal.docx", with_body(fill=picture))
    assert caught.value.reason == "no_text"


CHART = """<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart><c:plotArea><c:barChart>
<c:ser><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>Grant</c:v></c:pt></c:strCache></c:strRef></c:tx>
<c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>Leeds</c:v></c:pt></c:strCache></c:strRef></c:cat>
<c:val><c:numRef><c:numCache><c:formatCode>0%</c:formatCode><c:pt idx="0"><c:v>0.25</c:v></c:pt></c:numCache>
</c:numRef></c:val>
</c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"""
C = "xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'"
R = "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
DRAWN = f"<w:r {R}><w:drawing><c:chart {C} r:id='NAME'/></w:drawing></w:r>"


def test_a_chart_is_read_from_its_figures(read):
    drawing = DRAWN.replace("NAME", "rId99")
    data = with_part(with_body(paragraph(run("Body."), drawing)), "chart", CHART.encode())
    document = read("deal.docx", data)
    assert texts(document) == ["Body.", "| Grant", "Leeds | 25%"]
    assert document.coverage.complete


def test_a_chart_without_figures_is_a_gap(read):
    drawing = DRAWN.replace("NAME", "rId98")
    document = read("deal.docx", with_body(paragraph(run("Body."), drawing)))
    assert document.coverage.gaps == ("Not read: 1 chart.",)


def test_a_declaration_in_a_part_is_refused_whatever_its_name(read):
    notes = f'<!DOCTYPE x [<!ENTITY e "55M">]><w:footnotes {W}><w:footnote w:id="5"/></w:footnotes>'
    data = with_part(with_body(paragraph(run("Body."))), "footnotes", notes.encode(), suffix="bin")
    with pytest.raises(UnreadableDocument) as caught:
        read("deal.docx", data)
    assert caught.value.reason == "hidden_markup"


def test_a_note_is_read_once(read):
    notes = f"<w:footnotes {W}><w:footnote w:id='5'>{paragraph(run('The note.'))}</w:footnote></w:footnotes>".encode()
    reference = "<w:r><w:footnoteReference w:id='5'/></w:r>"
    data = with_body(paragraph(run("One."), reference), paragraph(run("Two."), reference))
    document = read("deal.docx", with_part(data, "footnotes", notes))
    assert texts(document) == ["One.", "The note.", "Two."]


def with_part(data: bytes, name: str, content: bytes, suffix: str = "xml") -> bytes:
    """The Word file with one more part."""
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"
    relation = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            part = source.read(entry)
            if entry == "[Content_Types].xml":
                override = f'<Override PartName="/word/{name}.{suffix}" ContentType="{kind}"/></Types>'
                part = part.replace(b"</Types>", override.encode())
            elif entry == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rId99" Type="{relation}" Target="{name}.{suffix}"/></Relationships>'
                part = part.replace(b"</Relationships>", link.encode())
            target.writestr(entry, part)
        target.writestr(f"word/{name}.{suffix}", content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60,
        "<w:sdt><w:sdtContent>" * 100 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 100,
    ],
    ids=["tables", "controls"],
)
def test_deep_nesting_is_read(read, body):
    assert "Seen." in texts(read("deal.docx", with_body(paragraph(run("Seen.")), body)))


def test_nesting_beyond_all_bounds_is_corrupt(read):
    deep = b"<w:sdt>" * 400 + b"</w:sdt>" * 400
    with pytest.raises(UnreadableDocument) as caught:
        read("deal.docx", with_body_bytes(deep))
    assert caught.value.reason == "corrupt"


def with_body_bytes(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(with_body())) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.namelist():
            part = source.read(entry)
            target.writestr(entry, part.replace(b"<w:body>", b"<w:body>" + content))
    return buffer.getvalue()


@pytest.mark.timeout(60)
def test_a_note_that_is_referred_to_thousands_of_times_does_not_multiply(read):
    notes = f"<w:footnotes {W}><w:footnote w:id='5'>{paragraph(run('x' * 100_000))}</w:footnote></w:footnotes>"
    references = "<w:r><w:footnoteReference w:id='5'/></w:r>" * 5_000
    document = read("deal.docx", with_part(with_body(paragraph(run("One."), references)), "footnotes", notes.encode()))
    assert len(document.text) < 200_000
    assert_blocks_are_sound(document)
