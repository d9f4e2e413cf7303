"""PowerPoint files: slides as pages, texts in reading order, nothing that is hidden."""

from __future__ import annotations

from pptx.util import Inches
from reading_files import a_pptx, assert_blocks_are_sound, texts

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


def test_hidden_texts_and_texts_off_the_slide_are_left_out_and_reported(read):
    def fill(deck):
        slide = slide_with(deck, BLANK)
        box(slide, 1, 1, "seen")
        box(slide, 40, 1, "off the slide")
        box(slide, 1, 2, "hidden")._element.nvSpPr.cNvPr.set("hidden", "1")

    document = read("deal.pptx", a_pptx(fill))
    assert texts(document) == ["seen"]
    assert "Texts that are hidden or off the slide were left out: 2." in document.warnings


def test_a_shape_without_a_form_is_read(read):
    def fill(deck):
        properties = box(slide_with(deck, BLANK), 1, 1, "seen")._element.spPr
        properties.remove(properties.find("{http://schemas.openxmlformats.org/drawingml/2006/main}prstGeom"))

    assert texts(read("deal.pptx", a_pptx(fill))) == ["seen"]


def test_charts_are_reported(read):
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    def fill(deck):
        slide = slide_with(deck, TITLE_ONLY, "Amounts by city")
        chart = CategoryChartData()
        chart.categories = ["Leeds"]
        chart.add_series("Amount", (400,))
        slide.shapes.add_chart(XL_CHART_TYPE.PIE, Inches(1), Inches(2), Inches(4), Inches(3), chart)

    assert "Charts and diagrams were not read: 1." in read("deal.pptx", a_pptx(fill)).warnings


def test_a_line_break_stays_in_its_paragraph(read):
    def fill(deck):
        box(slide_with(deck, BLANK), 1, 1, "one\vtwo")

    assert texts(read("deal.pptx", a_pptx(fill))) == ["one\ntwo"]
