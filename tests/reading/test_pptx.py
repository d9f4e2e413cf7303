"""PowerPoint files: slides as pages, texts in reading order, nothing that is hidden."""

from __future__ import annotations

import io
from copy import deepcopy

import pytest
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches
from reading_files import a_pptx, assert_blocks_are_sound, texts

from dealqa.errors import UnreadableDocument
from dealqa.types import HiddenText

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"

TITLE_SLIDE, TITLE_AND_TEXT, TITLE_ONLY, BLANK = 0, 1, 5, 6


def slide_with(deck, layout, *placeholders):
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    for placeholder, text in zip(slide.placeholders, placeholders, strict=False):
        placeholder.text = text
    return slide


def box(slide, left, top, text):
    shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
    shape.text_frame.text = text
    return shape


def test_slides_are_pages_and_their_titles_headings(read):
    def fill(deck):
        slide_with(deck, TITLE_SLIDE, "The Bristol deal", "A short account")
        slide_with(deck, TITLE_AND_TEXT, "Growth", "one\ntwo")

    document = read("deal.pptx", a_pptx(fill))
    assert [(b.kind, b.page) for b in document.blocks] == [
        ("title", 1), ("paragraph", 1), ("heading", 2), ("list_item", 2), ("list_item", 2),
    ]  # fmt: skip
    assert document.title == "The Bristol deal"
    assert document.blocks[-1].heading_path == ("Growth",)
    assert document.text[document.pages[1].start : document.pages[1].end] == "Growth\n\none\ntwo"
    assert (document.pages[0].width, document.pages[0].height) == (720, 540)
    assert_blocks_are_sound(document)


def test_texts_are_read_from_top_to_bottom_and_left_to_right(read):
    def fill(deck):
        slide = slide_with(deck, BLANK)
        for left, top, text in ((5, 3, "four"), (1, 3.05, "three"), (5, 1, "two"), (1, 1.1, "one")):
            box(slide, left, top, text)

    assert texts(read("deal.pptx", a_pptx(fill))) == ["one", "two", "three", "four"]


def test_texts_of_a_group_stay_together(read):
    def fill(deck):
        slide = slide_with(deck, BLANK)
        box(slide, 1, 2, "middle")
        group = slide.shapes.add_group_shape()
        for top, text in ((1, "first"), (3, "second")):
            group.shapes.add_textbox(Inches(1), Inches(top), Inches(2), Inches(0.5)).text_frame.text = text

    assert texts(read("deal.pptx", a_pptx(fill))) == ["first", "second", "middle"]


def test_lower_levels_are_list_items(read):
    def fill(deck):
        frame = box(slide_with(deck, BLANK), 1, 1, "It gains:").text_frame
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = "powers", 1

    document = read("deal.pptx", a_pptx(fill))
    assert [block.kind for block in document.blocks] == ["paragraph", "list_item"]


def test_a_table_is_read_row_by_row_with_its_header(read):
    def fill(deck):
        slide = slide_with(deck, TITLE_ONLY, "Amounts")
        table = slide.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(4), Inches(2)).table
        for r, row in enumerate([("City", "Amount"), ("Leeds", "£400m"), ("", "£1bn")]):
            for c, text in enumerate(row):
                table.cell(r, c).text = text
        table.cell(1, 0).merge(table.cell(2, 0))

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document, "table_row") == ["City | Amount", "Leeds | £400m", "Leeds | £1bn"]
    assert document.blocks[-1].table_header == "City | Amount"
    assert document.blocks[-1].page == 1


def test_notes_are_footnotes_of_their_slide(read):
    def fill(deck):
        slide = slide_with(deck, TITLE_ONLY, "Amounts")
        slide.notes_slide.notes_text_frame.text = "Say that it is not a grant."

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document, "footnote") == ["Say that it is not a grant."]
    assert document.blocks[-1].heading_path == ("Amounts", "Speaker's notes")


def test_hidden_slides_keep_their_number_and_are_left_out_and_reported(read):
    def fill(deck):
        for number in (1, 2, 3):
            slide = slide_with(deck, TITLE_ONLY, f"Slide number {number}")
            if number == 2:
                slide._element.set("show", "0")

    document = read("deal.pptx", a_pptx(fill))
    assert [(text, b.page) for text, b in zip(texts(document), document.blocks, strict=True)] == [
        ("Slide number 1", 1), ("Slide number 3", 3),
    ]  # fmt: skip
    assert len(document.pages) == 3
    assert "Hidden slides were left out: 2." in document.warnings
    assert document.coverage.hidden == (HiddenText("marked_hidden", 12, page=2),)


def test_hidden_texts_and_texts_off_the_slide_are_left_out_and_reported(read):
    def fill(deck):
        slide = slide_with(deck, BLANK)
        box(slide, 1, 1, "seen")
        box(slide, 40, 1, "off the slide")
        box(slide, 1, 2, "hidden")._element.nvSpPr.cNvPr.set("hidden", "1")

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document) == ["seen"]
    assert document.coverage.hidden == (HiddenText("marked_hidden", 6, page=1), HiddenText("off_page", 11, page=1))
    assert document.warnings == (
        "Hidden text was left out: 6 characters marked as hidden, 11 characters beside the page.",
    )


def test_a_shape_without_a_form_is_read(read):
    def fill(deck):
        properties = box(slide_with(deck, BLANK), 1, 1, "seen")._element.spPr
        properties.remove(properties.find("{http://schemas.openxmlformats.org/drawingml/2006/main}prstGeom"))

    assert texts(read("deal.pptx", a_pptx(fill))) == ["seen"]


def test_a_chart_is_read_from_its_figures(read):
    def fill(deck):
        slide = slide_with(deck, TITLE_ONLY, "Amounts by city")
        data = CategoryChartData(number_format='"£"0"m"')
        data.categories = ["Leeds", "Hull"]
        data.add_series("Grant", (400, 12.4))
        data.add_series("Loan", (1, None))
        chart = slide.shapes.add_chart(
            XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(4), Inches(3), data
        ).chart
        chart.chart_title.text_frame.text = "What they get"

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document)[1:] == ["What they get", "| Grant | Loan", "Leeds | £400m | £1m", "Hull | £12m |"]
    assert document.blocks[-1].table_header == "| Grant | Loan"
    assert document.coverage.complete


def test_a_diagram_is_read_from_its_texts(read):
    points = "".join(
        f'<dgm:pt type="{kind}"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for kind, text in (("doc", "no text"), ("node", "Bid"), ("parTrans", "no text"), ("node", "Deal"))
    )
    names = (
        'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    )

    def fill(deck):
        slide = slide_with(deck, TITLE_ONLY, "The way to a deal")
        data = f"<dgm:dataModel {names}>{points}</dgm:dataModel>".encode()
        part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, data)
        relation = slide.part.relate_to(part, f"{RELATIONS}/diagramData")
        frame = slide.shapes.add_table(1, 1, 0, 0, 9, 9)._element
        graphic = frame.find(".//{*}graphicData")
        graphic.remove(graphic[0])
        graphic.set("uri", "diagram")
        graphic.append(parse_xml(f'<dgm:relIds {names} xmlns:r="{RELATIONS}" r:dm="{relation}"/>'))

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document, "list_item") == ["Bid", "Deal"]
    assert document.coverage.complete


def test_a_graphic_without_data_is_a_gap(read):
    def fill(deck):
        frame = slide_with(deck, TITLE_ONLY, "Amounts").shapes.add_table(1, 1, 0, 0, 9, 9)._element
        graphic = frame.find(".//{*}graphicData")
        graphic.set("uri", "something else")
        graphic.remove(graphic[0])

    assert read("deal.pptx", a_pptx(fill)).coverage.gaps == ("Not read: 1 chart or diagram.",)


def a_picture():
    buffer = io.BytesIO()
    Image.new("L", (9, 9)).save(buffer, "PNG")
    return io.BytesIO(buffer.getvalue())


def test_a_slide_with_a_picture_and_no_text_is_an_unread_page(read):
    def fill(deck):
        slide_with(deck, TITLE_ONLY, "Amounts").shapes.add_picture(a_picture(), 0, 0)
        slide_with(deck, BLANK).shapes.add_picture(a_picture(), 0, 0)
        slide_with(deck, BLANK)

    document = read("deal.pptx", a_pptx(fill))
    assert document.coverage.unread_pages == (2,)
    assert "Pictures were not read: 2." in document.warnings


def test_slides_of_pictures_only_are_refused_with_their_reason(read):
    with pytest.raises(UnreadableDocument) as caught:
        read("deal.pptx", a_pptx(lambda deck: slide_with(deck, BLANK).shapes.add_picture(a_picture(), 0, 0)))
    assert caught.value.reason == "no_text"


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ('<a:rPr sz="100" XMLNS/>', "tiny"),
        ("<a:rPr XMLNS><a:noFill/></a:rPr>", "invisible"),
        ('<a:rPr XMLNS><a:solidFill><a:srgbClr><a:alpha val="0"/></a:srgbClr></a:solidFill></a:rPr>', "invisible"),
        ('<a:rPr XMLNS><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr>', "faint"),
        ('<a:rPr XMLNS><a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:rPr>', "faint"),
    ],
)  # fmt: skip
def test_text_that_cannot_be_seen_is_left_out_and_counted(read, properties, kind):
    def fill(deck):
        slide = slide_with(deck, BLANK)
        box(slide, 1, 1, "seen")
        colour(box(slide, 1, 2, "55M"), properties)

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document) == ["seen"]
    assert document.coverage.hidden == (HiddenText(kind, 3, page=1),)


def colour(shape, properties):
    run = shape.text_frame.paragraphs[0].runs[0]._r
    run.insert(0, parse_xml(properties.replace("XMLNS", f'xmlns:a="{DRAWING}"')))


def test_white_text_over_a_picture_or_in_a_dark_shape_is_read(read):
    white = '<a:rPr XMLNS><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:rPr>'

    def fill(deck):
        slide = slide_with(deck, BLANK)
        slide.shapes.add_picture(a_picture(), 0, 0, Inches(4), Inches(4))
        colour(box(slide, 1, 1, "over a picture"), white)
        dark = box(slide, 5, 5, "in a dark shape")
        dark.fill.solid()
        dark.fill.fore_color.rgb = RGBColor(0, 0, 128)
        colour(dark, white)

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document) == ["over a picture", "in a dark shape"]
    assert document.coverage.hidden == ()


def test_a_shape_in_two_renderings_is_read_once(read):
    def fill(deck):
        shape = box(slide_with(deck, BLANK), 1, 1, "once")._element
        tree = shape.getparent()
        both = parse_xml(
            f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}"><mc:Choice/><mc:Fallback/></mc:AlternateContent>'
        )
        tree.append(both)
        both[1].append(deepcopy(shape))
        both[0].append(shape)

    assert texts(read("deal.pptx", a_pptx(fill))) == ["once"]


def test_a_slide_that_is_shown_several_times_is_refused(read):
    def fill(deck):
        slide_with(deck, TITLE_ONLY, "Amounts")
        slides = deck.slides._sldIdLst
        slides.append(deepcopy(slides[0]))
        slides[1].set("id", "999")

    with pytest.raises(UnreadableDocument) as caught:
        read("deal.pptx", a_pptx(fill))
    assert caught.value.reason == "corrupt"


def test_a_line_break_stays_in_its_paragraph(read):
    def fill(deck):
        box(slide_with(deck, BLANK), 1, 1, "one\vtwo")

    assert texts(read("deal.pptx", a_pptx(fill))) == ["one\ntwo"]
