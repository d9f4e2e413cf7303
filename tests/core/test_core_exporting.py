"""Exports: what is in the file is what the answer holds, in all three formats, whatever the texts are."""

from __future__ import annotations

import dataclasses
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from markdown_it import MarkdownIt

from dealqa.assistant import Assistant
from dealqa.cli import main
from dealqa.errors import ConfigError, QuestionError
from dealqa.exporting import FORMATS, Exported, export, write_export
from dealqa.exporting.right_to_left import joined, visual_order
from dealqa.types import Answer, AnswerSentence, Citation, Question, Refusal

AT = datetime(2026, 11, 29, 2, 42, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script> ![x](http://evil.example/a.png) [l](javascript:x) =cmd|'/c calc'!A0 www.evil.example "
    "https://evil.example a@evil.example <img src=x onerror=1> & &amp; {{x}} $x$ :smile: `c` *b* _i_ ~~s~~ [^1] \\ # h"
)
ODD = (
    "emoji \N{GRINNING FACE}, marks e\u0301 q\u0303, NUL \x00, bell \x07, halves \ud800 \udfff, no characters \ufffe "
    "\uffff \ufdd0, turned \u202egnp.exe\u202c, lines \u2028 \x85 \x0b \x1c, \N{ARABIC LETTER MEEM}, "
    "\N{CJK RADICAL WATER TWO}"
)
ARABIC = "اتفقت المدينة على 100% من نمو الأسعار التجارية لمدة 25 سنة (حتى 2037)، كما ورد في الوثيقة."


def cited(number: int, quote: str, *, path: str = "a.md", title: str = "Title", start: int = 0) -> Citation:
    return Citation(number, f"d-{path}", path, title, None, (title, "Section"), start, start + len(quote), quote)


def turn_of(question: str, *sentences: AnswerSentence, citations: tuple[Citation, ...] = (), **more) -> Exported:
    text = " ".join(sentence.text for sentence in sentences)
    resolved = Question(question, more.pop("resolved", question))
    return Exported(question, Answer(text, sentences, citations, resolved, "g-1", 0.9, **more), AT)


OURS = {"heading", "paragraph", "inline", "hr", "text", "hardbreak", "em", "strong"}
"""What there is in the Markdown of an answer without a list or a table."""

HOSTILE_TURN = turn_of(
    HOSTILE,
    AnswerSentence(HOSTILE, (1,)),
    AnswerSentence("1. A number, or is it", (1, 2)),
    citations=(cited(1, HOSTILE, path=HOSTILE, title=HOSTILE), cited(2, "- a list?", start=400)),
    notices=(HOSTILE, "- a list?", "> a quotation?"),
    short=HOSTILE,
    resolved=f"What {HOSTILE}",
)
ODD_TURN = turn_of(ODD, AnswerSentence(ODD, (1,)), citations=(cited(1, ODD, path=ODD, title=ODD),), notices=(ODD,))
TWO_SENTENCES = AnswerSentence("A.", (1,)), AnswerSentence("B.", (2, 1))
TWO_QUOTES = turn_of("Q?", *TWO_SENTENCES, citations=(cited(1, "a"), cited(2, "b", start=5)))
BARE_REFUSAL = turn_of("Where is Atlantis?", refusal=Refusal("no_evidence", "No document mentions Atlantis."))


@pytest.fixture(scope="module")
def turns(deals: Assistant) -> list[Exported]:
    """A conversation with an answer, a follow-up, a comparison, a conflict and a refusal."""
    asked = ["What does Bristol keep?", "And how long?", "How much is the venture capital fund of Nottingham?",
             "Compare the signing of the Bristol and Leeds deals", "What does Cardiff keep?"]  # fmt: skip
    answers = [deals.ask(question, asked[:place]) for place, question in enumerate(asked)]
    found = [
        Exported(question, answer, AT + timedelta(minutes=place))
        for place, (question, answer) in enumerate(zip(asked, answers, strict=True))
    ]
    quotes = tuple(dataclasses.replace(one, number=place) for place, one in enumerate(_quotes(answers[:3]), start=1))
    sentences = tuple(AnswerSentence(one.quote, (one.number,)) for one in quotes)
    differ = dataclasses.replace(
        answers[0], sentences=sentences, citations=quotes, conflict=True, notices=("The documents differ on this.",)
    )
    nearest = dataclasses.replace(
        answers[4],
        refusal=Refusal("no_evidence", "No document mentions Cardiff.", nearest=quotes),
        hits=answers[0].hits,
    )
    return [*found, Exported("How much?", differ, AT), Exported("And Cardiff?", nearest, AT)]


def _quotes(answers: list[Answer]) -> list[Citation]:
    found = {(one.document_id, one.start, one.end): one for answer in answers for one in answer.citations}
    return list(found.values())


def words_of(text: str) -> str:
    """Text with white space evened out and without what is not seen."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u200b", "").split())


def markdown_tokens(data: bytes) -> list:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(data.decode("utf-8"))
    return [*tokens, *(child for token in tokens for child in token.children or ())]


def words_of_markdown(data: bytes) -> str:
    kinds = {"text": None, "text_special": None, "softbreak": "\n", "hardbreak": "\n"}
    blocks = []
    for token in MarkdownIt("commonmark").enable("table").parse(data.decode("utf-8")):
        if token.type == "inline":
            blocks.append(
                "".join(kinds[child.type] or child.content for child in token.children if child.type in kinds)
            )
    return words_of("\n".join(blocks))


def footnotes_of(data: bytes) -> list:
    part = docx.Document(io.BytesIO(data)).part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
    root = docx.oxml.parse_xml(part.blob)
    return [note for note in root if note.get(qn("w:type")) is None]


def runs_of(element) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def words_of_docx(data: bytes) -> str:
    body = docx.Document(io.BytesIO(data)).element.body
    paragraphs = [*body.iter(qn("w:p")), *footnotes_of(data)]
    return words_of("\n".join(map(runs_of, paragraphs)))


def words_of_pdf(data: bytes) -> str:
    file = pypdfium2.PdfDocument(data)
    return words_of("\n".join(page.get_textpage().get_text_range() for page in file))


READERS: Mapping[str, Callable[[bytes], str]] = {
    "md": words_of_markdown,
    "docx": words_of_docx,
    "pdf": words_of_pdf,
}


def said(text: str, words: str, format_name: str) -> bool:
    """Whether a text is in a file. A PDF breaks lines and pages: there it is looked for without white space."""
    text = words_of(text)
    return "".join(text.split()) in "".join(words.split()) if format_name == "pdf" else text in words


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_file_says_what_the_answers_say(turns, format_name):
    words = READERS[format_name](export(turns, format_name))
    expected = [turn.question for turn in turns]
    for answer in (turn.answer for turn in turns):
        expected += [answer.short, answer.refusal.message if answer.refusal else ""]
        expected += [sentence.text for sentence in answer.sentences]
        nearest = answer.refusal.nearest if answer.refusal else ()
        expected += [f"“{one.quote}”" for one in (*answer.citations, *nearest)]
        expected += [part for one in answer.citations for part in (one.title, one.document)]
        expected += [notice for notice in answer.notices if not notice.startswith("Understood as: ")]
        expected += list(answer.compared)
    assert [text for text in expected if not said(text, words, format_name)] == []


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_file_holds_no_figure_that_the_answers_do_not_hold(turns, format_name):
    words = READERS[format_name](export(turns, format_name))
    allowed = (
        f"{[turn.question for turn in turns]} {[turn.answer.to_dict() for turn in turns]} {AT:%d %Y} 02 42 43 44 45 46"
    )
    numbers = {str(number) for number in range(1, 40)}  # of turns, notes and pages
    dates = {part for turn in turns for hit in turn.answer.hits for part in (hit.document.date or "").split("-")}
    known = set(re.findall(r"\d+", allowed)) | numbers | dates
    assert set(re.findall(r"\d+", words.replace("g-1", ""))) - known == set()


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_turns_give_the_same_bytes(turns, format_name):
    assert export(turns, format_name) == export(turns, format_name)


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize(
    "turn",
    [
        HOSTILE_TURN,
        ODD_TURN,
        BARE_REFUSAL,
        turn_of("", short=""),
        turn_of("word " * 10_000, AnswerSentence("w" * 5_000, (1,)), citations=(cited(1, "q" * 3_000),)),
        turn_of("Compare", AnswerSentence("w " * 5_000, (1, 1, 9), ("A", "B")), citations=(cited(1, "q"),),
                compared=("A", "B", "C" * 300)),
        turn_of(ARABIC, AnswerSentence(ARABIC, (1,)), citations=(cited(1, ARABIC),), resolved=f"In short: {ARABIC}"),
    ],
    ids=["hostile", "odd", "refusal", "empty", "long", "wide", "arabic"],
)  # fmt: skip
def test_whatever_the_texts_are_the_file_can_be_read(turn, format_name):
    assert READERS[format_name](export([turn], format_name))


@pytest.mark.parametrize("format_name", FORMATS)
def test_hostile_text_is_shown_as_it_is(format_name):
    assert said(HOSTILE, READERS[format_name](export([HOSTILE_TURN], format_name)), format_name)


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_hundred_turns_have_notes_that_run_through(turns, format_name):
    words = READERS[format_name](export([turns[0]] * 100, format_name))
    assert said("100. What does Bristol keep?", words, format_name)


def test_nothing_of_a_text_is_markup_in_markdown():
    for turn in (HOSTILE_TURN, ODD_TURN):
        kinds = {token.type for token in markdown_tokens(export([turn], "md"))}
        assert {kind.removesuffix("_open").removesuffix("_close") for kind in kinds} <= OURS


@pytest.mark.parametrize("mark", ["http://", "https://", "www.", "a@", "a\\@", "javascript:", "evil.example"])
def test_no_address_in_markdown_is_one_that_a_reader_would_make_a_link_of(mark):
    assert mark not in export([HOSTILE_TURN], "md").decode("utf-8")


def test_each_note_of_markdown_is_marked_and_defined(turns):
    text = export(turns, "md").decode("utf-8")
    defined = re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE)
    assert defined == [str(number) for number in range(1, len(defined) + 1)]
    assert set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(defined)


def test_a_quote_cited_twice_in_a_turn_has_one_note():
    assert "A.[^1] B.[^2][^1]" in export([TWO_QUOTES], "md").decode("utf-8")


def test_the_notes_of_the_next_turn_count_on():
    turn = turn_of("Q?", AnswerSentence("A.", (1,)), citations=(cited(1, "a"),))
    text = export([turn, turn], "md").decode("utf-8")
    assert "A.[^1]" in text and "A.[^2]" in text


def test_word_has_real_footnotes_in_the_order_of_their_marks(turns):
    data = export(turns, "docx")
    body = docx.Document(io.BytesIO(data)).element.body
    marks = [mark.get(qn("w:id")) for mark in body.iter(qn("w:footnoteReference"))]
    assert marks == [str(number) for number in range(1, len(marks) + 1)]
    assert [note.get(qn("w:id")) for note in footnotes_of(data)] == marks


def test_a_note_that_word_marks_twice_has_one_mark_and_a_reference_to_it():
    twice = turn_of("Q?", AnswerSentence("A.", (1,)), AnswerSentence("B.", (1,)), citations=(cited(1, "a"),))
    body = docx.Document(io.BytesIO(export([twice], "docx"))).element.body
    assert len(list(body.iter(qn("w:footnoteReference")))) == 1
    (field,) = body.iter(qn("w:fldSimple"))
    (name,) = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert name in field.get(qn("w:instr")) and runs_of(field) == "1"


def test_word_knows_title_language_and_time_and_no_person(turns):
    about = docx.Document(io.BytesIO(export(turns, "docx"))).core_properties
    assert (about.title, about.language, about.author) == ("What does Bristol keep?", "en-GB", "dealqa")
    assert about.last_modified_by == about.comments == ""
    assert about.created == about.modified == max(turn.at for turn in turns)


def test_word_has_headings_and_a_table_of_its_own_styles(turns):
    file = docx.Document(io.BytesIO(export(turns, "docx")))
    assert {"Title", "Heading 1", "Heading 2"} <= {paragraph.style.name for paragraph in file.paragraphs}
    compared = next(turn.answer for turn in turns if turn.answer.compared)
    (table,) = file.tables
    assert table.style.name == "Table Grid"
    assert [row.cells[0].text for row in table.rows][1:] == list(compared.compared)


def test_what_is_not_stated_of_a_side_is_said_in_its_row():
    turn = turn_of("Compare", AnswerSentence("A is 1.", (1,), ("A",)), citations=(cited(1, "a"),), compared=("A", "B"))
    table = docx.Document(io.BytesIO(export([turn], "docx"))).tables[0]
    assert table.rows[2].cells[1].text == "not stated"


def test_nothing_in_the_archive_of_a_word_file_has_a_time_of_its_own(turns):
    with zipfile.ZipFile(io.BytesIO(export(turns, "docx"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_pdf_says_its_title_and_is_as_old_as_its_answers(turns):
    about = pypdfium2.PdfDocument(export(turns, "pdf")).get_metadata_dict()
    assert about["Title"] == "What does Bristol keep?"
    assert about["CreationDate"].startswith(f"D:{max(turn.at for turn in turns):%Y%m%d%H%M%S}")


def test_every_font_of_a_pdf_is_embedded(turns):
    for page in pypdfium2.PdfDocument(export([*turns, HOSTILE_TURN, ODD_TURN], "pdf")):
        fonts = [pdfium.FPDFTextObj_GetFont(one) for one in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT], max_depth=3)]
        assert fonts and all(pdfium.FPDFFont_GetIsEmbedded(font) for font in fonts)


def test_each_number_of_a_pdf_leads_to_its_note_and_back():
    data = export([TWO_QUOTES], "pdf")
    # Three marks in the text, and from each of two notes a way back; nothing leads out of the file.
    assert data.count(b"/Subtype /Link") == 5
    assert b"/URI" not in data


def test_the_pages_of_a_pdf_are_numbered(turns):
    file = pypdfium2.PdfDocument(export(turns, "pdf"))
    for number, page in enumerate(file, start=1):
        assert f"Page {number} of {len(file)}" in words_of(page.get_textpage().get_text_range())


def test_the_questions_are_the_outline_of_a_pdf(turns):
    outline = [entry.get_title() for entry in pypdfium2.PdfDocument(export(turns, "pdf")).get_toc() if not entry.level]
    assert outline == [f"{place}. {turn.question}" for place, turn in enumerate(turns, start=1)]


def test_what_no_font_has_is_told_in_a_pdf():
    turn = turn_of("Q?", AnswerSentence("\N{CUNEIFORM SIGN A} is 1.", (1,)), citations=(cited(1, "a"),))
    words = words_of_pdf(export([turn], "pdf"))
    assert "■ is 1." in words and "no font for" in words


def test_a_refusal_says_so_and_marks_what_is_near_as_no_answer(turns):
    words = words_of_markdown(export(turns[-1:], "md"))
    assert "Not in these documents No document mentions Cardiff." in words
    assert "They do not answer the question." in words


def test_statements_that_differ_are_a_list_behind_their_notice(turns):
    differing = turns[-2]
    text = export([differing], "md").decode("utf-8")
    notice, *rest = text.partition("The documents differ on this.")[1:]
    assert notice and rest[0].count("\n- ") == len(differing.answer.sentences)


def test_a_question_that_was_understood_otherwise_says_as_what(turns):
    follow_up = turns[1]
    assert follow_up.answer.question.resolved != follow_up.question
    words = words_of_markdown(export([follow_up], "md"))
    assert words.count(f"Understood as: {follow_up.answer.question.resolved}") == 1


def test_the_date_of_a_document_is_told_where_it_is_known(turns):
    dated = turns[0].answer
    info = dataclasses.replace(dated.hits[0].document, id=dated.citations[0].document_id, date="2012-07-05")
    hits = tuple(dataclasses.replace(hit, document=info) for hit in dated.hits[:1])
    turn = dataclasses.replace(turns[0], answer=dataclasses.replace(dated, hits=hits))
    assert "(5 July 2012)" in words_of_markdown(export([turn], "md"))


@pytest.mark.parametrize("date", ["", "2012", "2012-13", "soon", "2012-xx-01", "2012-07-05-01"])
def test_a_date_that_is_none_stays_as_it_is(turns, date):
    dated = turns[0].answer
    info = dataclasses.replace(dated.hits[0].document, id=dated.citations[0].document_id, date=date)
    hits = tuple(dataclasses.replace(hit, document=info) for hit in dated.hits[:1])
    turn = dataclasses.replace(turns[0], answer=dataclasses.replace(dated, hits=hits))
    assert (f"({date})" if date else "Section") in words_of_markdown(export([turn], "md")) or not date


def test_answers_of_several_generations_name_them_all():
    one = turn_of("Q?", AnswerSentence("A.", (1,)), citations=(cited(1, "a"),))
    other = dataclasses.replace(one, answer=dataclasses.replace(one.answer, generation="g-2"))
    words = words_of_markdown(export([one, other], "md"))
    assert "Index generations g-1, g-2" in words
    assert "Index generation g-1." in words and "Index generation g-2." in words


def test_without_a_turn_there_is_nothing_to_export():
    with pytest.raises(QuestionError, match="no answer"):
        export([], "md")


def test_arabic_letters_are_joined_and_stand_as_they_are_seen():
    assert joined("لا بيت", lambda _: True) == "\ufefb \ufe91\ufef4\ufe96"
    assert "".join(one for _, one in visual_order("אב (12.5) גד", right_to_left=True)) == "דג (12.5) בא"
    assert "".join(one for _, one in visual_order("in אב 12, yes", right_to_left=False)) == "in 12 בא, yes"


def test_a_letter_without_its_shape_in_the_font_stays_a_letter():
    assert joined("بيت", lambda _: False) == "بيت"


@pytest.mark.parametrize("ending", FORMATS)
def test_the_command_line_writes_a_file(deal_settings, tmp_path, ending):
    path = tmp_path / f"answer.{ending}"
    path.write_text("old", encoding="utf-8")
    arguments = ["ask", "What does Bristol keep?", "--index", str(deal_settings.index), "--out", str(path)]
    assert main(arguments) == 0
    assert "100%" in READERS[ending](path.read_bytes())
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(("name", "told"), [("answer.odt", ".md, .docx, .pdf"), ("none/answer.md", "no folder")])
def test_a_file_that_cannot_be_written_is_told_before_the_work(tmp_path, capsys, name, told):
    arguments = ["ask", "What does Bristol keep?", "--index", str(tmp_path / "none"), "--out", str(tmp_path / name)]
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_a_file_in_the_way_is_a_clear_error_and_leaves_nothing_behind(tmp_path):
    path: Path = tmp_path / "answer.md"
    path.mkdir()
    with pytest.raises(ConfigError, match="cannot be written"):
        write_export([BARE_REFUSAL], path)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_whose_words_an_answer_is_in_is_said():
    own = turn_of("How much?", AnswerSentence("It keeps 100%.", (1,)), citations=(cited(1, "It keeps 100%."),))
    written = dataclasses.replace(own, answer=dataclasses.replace(own.answer, author="a small model"))
    said = "the words of a small model; each statement was checked against the sentence that its note quotes"
    assert "the words of" not in export([own], "md").decode("utf-8")
    assert f"In {said}" in export([written], "md").decode("utf-8")
    assert f"Some answers are in {said}" in export([own, written], "md").decode("utf-8")
