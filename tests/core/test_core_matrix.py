"""The matrix: every question of every row, each cell with its citations, and files that hold what was found."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import docx
import openpyxl
import pytest
from core_corpus import settings_for
from markdown_it import MarkdownIt

from dealqa.assistant import Assistant
from dealqa.cli import main
from dealqa.errors import ConfigError, QuestionError
from dealqa.index import build_index
from dealqa.matrix import Matrix, Row, cells_of, fill, rows_of_deals, rows_of_documents, write_matrix

SIGNED = "When was the deal signed?"
RATES = "What share of the growth in business rates does {deal} keep?"
SEA = "How deep is the harbour?"


@pytest.fixture(scope="module")
def matrix(deals: Assistant) -> Matrix:
    """Three questions of every deal of the small corpus."""
    with deals.hold() as snapshot:
        return fill(deals, snapshot, [SIGNED, RATES, SEA], rows_of_deals(snapshot))


def cell_of(matrix, row, question):
    (found,) = [cell for cell in matrix.cells if cell.row.label == row and cell.question == question]
    return found


def test_every_question_is_asked_of_every_deal(matrix):
    assert [(cell.row, cell.question) for cell in matrix.cells] == [
        (row, question) for row in matrix.rows for question in matrix.questions
    ]
    assert {"Bristol", "Leeds", "Manchester", "Nottingham"} <= {row.label for row in matrix.rows}
    assert matrix.asked == f"Asked of {len(matrix.rows)} of {len(matrix.rows)} deals"


@pytest.mark.parametrize(("deal", "date"), [("Bristol", "July 2012"), ("Leeds", "September 2012")])
def test_a_cell_answers_for_the_deal_of_its_row(matrix, deal, date):
    cell = cell_of(matrix, deal, SIGNED)
    assert cell.state == "answered" and date in cell.text
    assert all(deal.lower() in citation.document for citation in cell.answer.citations)


@pytest.mark.parametrize(("deal", "share"), [("Bristol", "100%"), ("Leeds", "50%")])
def test_a_place_holder_stands_for_the_deal_of_the_row(matrix, deal, share):
    assert share in cell_of(matrix, deal, RATES).text


def test_what_the_documents_do_not_say_of_a_deal_is_not_found(matrix):
    assert {cell.state for cell in matrix.cells if cell.question == SEA} == {"not found"}
    assert cell_of(matrix, "Leeds", SEA).text == "not found"


def test_every_answered_cell_is_cited(matrix):
    answered = [cell for cell in matrix.cells if cell.state != "not found"]
    assert answered and all(cell.answer.citations for cell in answered)


def test_all_cells_are_from_one_generation(matrix):
    assert {cell.answer.generation for cell in matrix.cells} == {matrix.generation}


def test_a_document_is_asked_alone(deals):
    with deals.hold() as snapshot:
        matrix = fill(deals, snapshot, ["When was the deal signed?"], rows_of_documents(snapshot))
    assert len(matrix.cells) == len(matrix.rows) == len(deals.documents())
    for cell in matrix.cells:
        assert {citation.document for citation in cell.answer.citations} <= {cell.row.document}


def test_a_deal_may_be_named_by_any_of_its_names(deals):
    with deals.hold() as snapshot:
        assert [row.deal for row in rows_of_deals(snapshot, ["leeds", "Leeds"])] == ["Leeds"]


def test_a_deal_that_the_registry_does_not_know_is_named(deals):
    with deals.hold() as snapshot, pytest.raises(QuestionError, match="Atlantis"):
        rows_of_deals(snapshot, ["Atlantis"])


def test_a_document_that_is_not_indexed_is_named(deals):
    with deals.hold() as snapshot, pytest.raises(QuestionError, match=r"nowhere\.md"):
        rows_of_documents(snapshot, ["nowhere.md"])


def test_a_corpus_without_deals_is_asked_by_document(tmp_path):
    settings = settings_for(tmp_path, {"lease.txt": "The lease runs for nine years."})
    build_index(settings)
    with (
        Assistant(settings) as assistant,
        assistant.hold() as snapshot,
        pytest.raises(QuestionError, match="--by documents"),
    ):
        rows_of_deals(snapshot)


def test_without_a_question_there_is_nothing_to_fill(deals):
    with deals.hold() as snapshot, pytest.raises(QuestionError, match="no question"):
        fill(deals, snapshot, [], rows_of_deals(snapshot))


def test_more_cells_than_memory_is_meant_for_are_refused_before_anything_is_asked(deals):
    told = []
    with deals.hold() as snapshot, pytest.raises(QuestionError, match="20,000"):
        rows = rows_of_deals(snapshot)
        fill(deals, snapshot, [SIGNED] * 20_001, rows, progress=lambda *step: told.append(step))
    assert told == []


def test_progress_counts_cells(deals):
    told = []
    with deals.hold() as snapshot:
        rows = rows_of_deals(snapshot, ["Leeds", "Bristol"])
        fill(deals, snapshot, [SIGNED, SEA], rows, progress=lambda *step: told.append(step))
    assert told == [("asking", done, 4) for done in (1, 2, 3, 4)]


def test_an_interrupt_keeps_what_was_asked_by_then(deals):
    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with deals.hold() as snapshot:
        rows = rows_of_deals(snapshot, ["Leeds", "Bristol"])
        matrix = fill(deals, snapshot, [SIGNED, SEA], rows, progress=interrupt)
    assert len(matrix.cells) == 3
    assert [row.label for row, _ in matrix.complete_rows] == ["Leeds"]
    assert matrix.asked == "Asked of 1 of 2 deals"


def test_cells_are_asked_one_by_one_as_they_are_taken(deals):
    with deals.hold() as snapshot:
        rows = [*rows_of_documents(snapshot, ["leeds.md"]), Row("nowhere", document="nowhere.md")]
        cells = cells_of(deals, snapshot, [SIGNED], rows)
        assert "September 2012" in next(cells).text
        with pytest.raises(QuestionError, match=r"nowhere\.md"):
            next(cells)


def test_a_matrix_understands_questions_as_its_generation_does_though_a_newer_one_is_live(tmp_path):
    settings = settings_for(
        tmp_path,
        {
            "a.md": "# Leeds City Deal\n\nThe Leeds deal was signed in July 2012.\n",
            "b.md": "# Hull City Deal\n\nThe Hull deal was signed in May 2013.\n",
        },
    )
    build_index(settings)
    with Assistant(settings) as assistant, assistant.hold() as snapshot:
        (settings.corpus / "a.md").unlink()
        build_index(settings)
        assert assistant.understand("When was the Leeds deal signed?").deals == ()
        matrix = fill(assistant, snapshot, ["When was the Leeds deal signed?"], rows_of_documents(snapshot, ["a.md"]))
    assert matrix.cells[0].answer.question.deals == ("Leeds",)


def test_a_workbook_has_the_answers_and_their_quotes(matrix, tmp_path):
    write_matrix(matrix, tmp_path / "deals.xlsx")
    book = openpyxl.load_workbook(tmp_path / "deals.xlsx")
    answers = [[cell.value for cell in row] for row in book["Answers"].iter_rows()]
    assert answers[0][1:] == list(matrix.questions)
    assert [row[0] for row in answers[1:]] == [row.label for row in matrix.rows]
    quotes = {row[3].value for row in book["Quotes"].iter_rows(min_row=2)}
    assert quotes == {" ".join(one.quote.split()) for cell in matrix.cells for one in cell.answer.citations}
    assert book["About"]["B1"].value == matrix.asked


def test_each_number_in_a_workbook_leads_to_its_quote(matrix, tmp_path):
    write_matrix(matrix, tmp_path / "deals.xlsx")
    book = openpyxl.load_workbook(tmp_path / "deals.xlsx")
    by_number = {row[0].value: row[3].value for row in book["Quotes"].iter_rows(min_row=2)}
    cell = cell_of(matrix, "Leeds", SIGNED)
    shown = next(row[1].value for row in book["Answers"].iter_rows(min_row=2) if row[0].value == "Leeds")
    number = "[" + shown.split("[")[1].split("]")[0] + "]"
    assert by_number[number] == " ".join(cell.answer.citations[0].quote.split())


def test_a_csv_file_has_a_line_for_each_quote_and_each_empty_cell(matrix, tmp_path):
    write_matrix(matrix, tmp_path / "deals.csv")
    text = (tmp_path / "deals.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == sum(max(1, len(cell.answer.citations)) for cell in matrix.cells)
    (line,) = [line for line in lines if line["row"] == "Leeds" and line["question"] == SIGNED]
    assert line["state"] == "answered" and line["document"] == "leeds.md" and "September 2012" in line["quote"]


def test_a_word_file_has_a_table_and_the_quotes(matrix, tmp_path):
    write_matrix(matrix, tmp_path / "deals.docx")
    file = docx.Document(str(tmp_path / "deals.docx"))
    (table,) = file.tables
    assert len(table.rows) == 1 + len(matrix.rows) and len(table.columns) == 1 + len(matrix.questions)
    told = "\n".join(paragraph.text for paragraph in file.paragraphs)
    assert matrix.asked in told and "leeds.md" in told


def test_a_markdown_file_has_a_row_for_each_deal(matrix, tmp_path):
    write_matrix(matrix, tmp_path / "deals.md")
    lines = (tmp_path / "deals.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in lines) == 2 + len(matrix.rows)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """A matrix of a document whose sentence is a formula and whose title is markup."""
    folder = tmp_path_factory.mktemp("hostile")
    text = "=HYPERLINK(1) is what the Leeds deal pays, <b>£7 million</b> | [x](javascript:1)."
    settings = settings_for(folder, {"=leeds.txt": f"Leeds <script> deal\n\n{text}\n"})
    build_index(settings)
    with Assistant(settings) as assistant, assistant.hold() as snapshot:
        return fill(assistant, snapshot, ["What does the Leeds deal pay?"], rows_of_documents(snapshot))


def test_a_sentence_like_a_formula_is_text_in_a_workbook(hostile, tmp_path):
    assert hostile.cells[0].text.startswith("=HYPERLINK")
    write_matrix(hostile, tmp_path / "m.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "m.xlsx")
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}


def test_no_field_of_a_csv_file_begins_like_a_formula(hostile, tmp_path):
    write_matrix(hostile, tmp_path / "m.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "m.csv").read_text(encoding="utf-8-sig"))))
    assert "'=leeds.txt" in rows[1]
    assert [field for row in rows for field in row if field[:1] in ("=", "+", "-", "@")] == []


def test_no_text_of_a_document_is_markup_in_a_markdown_file(hostile, tmp_path):
    write_matrix(hostile, tmp_path / "m.md")
    text = (tmp_path / "m.md").read_text(encoding="utf-8")
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert not {"<b", "<a", "<script", "<img"} & set(re.findall(r"<[a-z]+", html))
    (row,) = [line for line in text.splitlines() if "HYPERLINK" in line and line.startswith("|")]
    assert row.replace("\\|", "").count("|") == 3


def test_an_ending_that_is_not_known_is_named_with_those_that_are(matrix, tmp_path):
    with pytest.raises(ConfigError, match=r"\.xlsx"):
        write_matrix(matrix, tmp_path / "deals.pdf")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(matrix, tmp_path):
    (tmp_path / "deals.md").mkdir()
    with pytest.raises(ConfigError, match=r"deals\.md cannot be written"):
        write_matrix(matrix, tmp_path / "deals.md")
    assert [path.name for path in tmp_path.iterdir()] == ["deals.md"]


def command(settings, *arguments):
    return main(["matrix", "--index", str(settings.index), *map(str, arguments)])


def test_the_command_writes_the_files_and_says_how_far_it_got(deal_settings, tmp_path, capsys):
    out = tmp_path / "m.csv"
    assert command(deal_settings, SIGNED, "--deal", "Leeds", "--deal", "Bristol", "--out", out) == 0
    said = capsys.readouterr().out
    assert "Asked of 2 of 2 deals" in said and "September 2012" in said and str(out) in said
    assert out.is_file()


def test_the_command_reads_questions_from_a_file(deal_settings, tmp_path, capsys):
    (tmp_path / "q.txt").write_text(f"# questions\n\n{SIGNED}\n{SEA}\n", encoding="utf-8")
    assert command(deal_settings, "--questions", tmp_path / "q.txt", "--deal", "Leeds", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["questions"] == [SIGNED, SEA]
    assert [cell["state"] for cell in told["cells"]] == ["answered", "not found"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--deal", "Leeds"], "no question"),
        ([SIGNED, "--out", "m.pdf"], ".xlsx"),
        ([SIGNED, "--out", "no/such/folder/m.csv"], "no folder"),
        ([SIGNED, "--deal", "Leeds", "--by", "documents"], "by deal or by document"),
        ([SIGNED, "--document", "leeds.md", "--by", "deals"], "--by deals"),
        ([" ", "--deal", "Leeds"], "empty"),
        (["--questions", "no-such-file.txt"], "cannot be read"),
    ],
)
def test_what_was_asked_for_wrongly_is_said_and_nothing_is_asked(arguments, said, deal_settings, capsys):
    assert command(deal_settings, *arguments) == 2
    assert said in capsys.readouterr().err


def test_an_interrupted_command_writes_what_it_has_and_ends_with_130(deal_settings, tmp_path, monkeypatch):
    from contextlib import contextmanager

    from dealqa.cli import terminal

    @contextmanager
    def interrupting():
        def report(stage: str, done: int, total: int) -> None:
            if done == 1:
                raise KeyboardInterrupt

        yield report

    monkeypatch.setattr(terminal, "progress", interrupting)
    out = Path(tmp_path / "m.csv")
    assert command(deal_settings, SIGNED, "--deal", "Leeds", "--deal", "Bristol", "--out", out) == 130
    assert "September 2012" in out.read_text(encoding="utf-8-sig")
