"""The page "Compare": the form, what is asked of whom and told to whom, the table, its evidence and its files."""

from __future__ import annotations

import csv
import io
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import docx
import httpx
import openpyxl
import pytest
import uvicorn
from awaiting import PATIENCE, awaited
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.errors import QuestionError
from dealqa.index import build_index
from dealqa.matrix import MOST_CELLS, Row
from dealqa.web.compare.form import Choice, form_page
from dealqa.web.compare.orders import MOST_QUESTIONS, Draft, Order, key_of, order_of
from dealqa.web.compare.routes import LARGEST_FORM, add_compare_page
from dealqa.web.compare.run_page import run_page
from dealqa.web.compare.runs import NoRoom, Run, Runs, StillAsking
from dealqa.web.compare.said import SHORT, said_by, shortened
from dealqa.web.evidence.pages import EvidencePages
from dealqa.web.readers import SCOPE, Reader

SIGNED = "When was the deal signed?"
JOBS = "How many jobs does the deal bring?"
HUB = "What is the apprenticeship hub called?"
SEA = "How deep is the harbour?"

ADA, BEN = Reader("ada", "reader"), Reader("ben", "reader")

DOCUMENTS = {
    "swansea.md": "# Swansea City Deal\n\nThe Swansea deal was signed in July 2012.\n\n## Work\n\n"
    "The Swansea deal brings 5,200 jobs.\n",
    "swansea-review.md": "# Swansea review\n\n## Work\n\nThe Swansea deal brings 7,850 jobs.\n",
    "leeds.md": "# Leeds City Deal\n\nThe Leeds deal was signed in March 2013.\n",
}


class Named:
    """Middleware that takes a reader's name from a header, as if they had signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for name, value in scope.get("headers", ()):
            if name == b"x-reader":
                scope[SCOPE] = Reader(value.decode("ascii"), "reader")
        await self._app(scope, receive, send)


@dataclass
class Site:
    """A running app that has the page "Compare" and nothing else."""

    address: str
    assistant: Assistant

    def get(self, path: str, reader: str = "ada") -> httpx.Response:
        return httpx.get(f"{self.address}{path}", headers={"X-Reader": reader}, timeout=PATIENCE)

    def post(
        self, path: str, data: dict[str, object] | None = None, reader: str = "ada", **headers: str
    ) -> httpx.Response:
        sent = {"Origin": self.address, "X-Reader": reader} | headers
        return httpx.post(f"{self.address}{path}", data=data, headers=sent, timeout=PATIENCE)

    def keys(self, noun: str) -> list[str]:
        """The keys of all rows that the form offers."""
        return re.findall(rf'name="{noun}" value="([0-9a-f]+)"', self.get("/compare").text)

    def begin(self, *questions: str, by: str = "deals", reader: str = "ada") -> str:
        """The address of a comparison of all rows."""
        order = {"questions": "\n".join(questions), "by": by, by[:-1]: self.keys(by[:-1])}
        response = self.post("/compare", order, reader)
        assert response.status_code == 303, response.text
        return response.headers["location"]

    def ended(self, path: str, reader: str = "ada") -> str:
        """The page of a comparison when it has ended."""
        return awaited(lambda: page if "<progress" not in (page := self.get(path, reader).text) else "")


@contextmanager
def compared(assistant: Assistant) -> Iterator[Site]:
    app = FastAPI()
    app.add_middleware(Named)
    pages = EvidencePages(assistant)
    runs = add_compare_page(app, assistant, pages)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        awaited(lambda: server.started)
        try:
            yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", assistant)
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            runs.close()
            pages.close()


def settings_of(folder: Path, documents: dict[str, str]) -> Settings:
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, body in documents.items():
        (corpus / name).write_text(body, encoding="utf-8")
    settings = Settings(corpus=corpus, index=folder / "index", cache=Path(os.environ["DEALQA_CACHE"]), ocr="off")
    build_index(settings)
    return settings


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two documents that disagree and one more."""
    with Assistant(settings_of(tmp_path_factory.mktemp("compare"), DOCUMENTS)) as assistant, compared(assistant) as at:
        yield at


@pytest.fixture(scope="module")
def finished(site: Site) -> str:
    """The address of a comparison that has ended."""
    path = site.begin(SIGNED, JOBS, SEA)
    site.ended(path)
    return path


@pytest.fixture
def runs(assistant: Assistant) -> Iterator[Runs]:
    opened = Runs(assistant)
    yield opened
    opened.close()


def long_order(assistant: Assistant) -> Order:
    """So many cells that a test is quicker than they are."""
    return order_of(Draft("\n".join(f"How large is fund {number}?" for number in range(MOST_QUESTIONS))), assistant)


def short_order(assistant: Assistant) -> Order:
    return order_of(Draft(SIGNED), assistant)


def in_the_middle(run: Run) -> bool:
    return run.state == "asking" and len(run.matrix().cells) > 0


def row_of(page: str, label: str) -> list[str]:
    """The cells of a row as HTML."""
    (row,) = [part for part in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if re.search(rf">{label}<", part)]
    return re.findall(r"<td.*?</td>", row, re.DOTALL)


# The form.


def test_the_form_offers_all_deals_and_all_documents_chosen(site):
    page = site.get("/compare").text
    assert len(re.findall(r'name="deal" value="[0-9a-f]{32}" checked', page)) == 2
    assert len(re.findall(r'name="document" value="[0-9a-f]{32}" checked', page)) == len(DOCUMENTS)
    assert 'value="deals" id="by-deals" checked' in page


def test_an_example_is_put_in_without_a_script(site):
    page = site.get("/compare?example=1").text
    assert re.search(r"<textarea[^>]*>\n?When was the deal signed\?</textarea>", page)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"questions": " \n\n", "by": "deals"}, "There is no question yet."),
        ({"questions": SIGNED, "by": "deals"}, "No deals are chosen."),
        ({"questions": SIGNED, "by": "documents"}, "No documents are chosen."),
        ({"questions": SIGNED, "by": "deals", "deal": "0" * 32}, "no longer there"),
        ({"questions": "\n".join(f"Is it {n}?" for n in range(MOST_QUESTIONS + 1))}, f"the limit is {MOST_QUESTIONS}"),
    ],
)
def test_what_cannot_be_asked_is_said_and_the_form_keeps_what_was_typed(order, said, site):
    response = site.post("/compare", order)
    assert response.status_code == 422
    assert said in re.search(r'<div class="problem" role="alert">.*?</div>', response.text, re.DOTALL)[0]
    assert order["questions"].strip() in response.text.replace("\r\n", "\n")


def test_a_question_that_is_too_long_is_named_before_anything_is_asked(site):
    question = "Why " + "so " * site.assistant.settings.max_question_chars
    response = site.post("/compare", {"questions": f"{SIGNED}\n{question}", "deal": site.keys("deal")})
    assert response.status_code == 422 and "It begins “Why so so" in response.text


def test_a_form_that_is_too_large_is_not_read(site):
    assert site.post("/compare", {"questions": "a" * LARGEST_FORM}).status_code == 413


def test_more_cells_than_the_matrix_takes_are_refused_with_the_limit(tmp_path):
    papers = {f"p{number}.md": f"# Paper {number}\n\nIt says {number}.\n" for number in range(MOST_CELLS // 50 + 1)}
    with Assistant(settings_of(tmp_path, papers)) as assistant, pytest.raises(QuestionError, match="20,000"):
        order_of(Draft("\n".join(f"Is it {n}?" for n in range(50)), "documents"), assistant)


def test_documents_without_deals_are_compared_by_document(tmp_path):
    with (
        Assistant(settings_of(tmp_path, {"a.md": "# A paper\n\nIt says so.\n"})) as assistant,
        compared(assistant) as at,
    ):
        page = at.get("/compare").text
        assert "have no list of deals" in page and 'name="deal"' not in page
        assert "Asked of 1 of 1 document." in at.ended(at.begin("What does it say?", by="documents"))


def test_without_documents_there_is_a_way_to_the_page_that_takes_some_in():
    page = form_page(Choice((), ()), Draft(), ADA)
    assert "There are no documents yet" in page and 'href="/documents"' in page and "<textarea" not in page


def test_only_a_page_of_this_server_starts_or_stops_one(site, finished):
    order = {"questions": SIGNED, "deal": site.keys("deal")}
    assert site.post("/compare", order, Origin="http://elsewhere.example").status_code == 403
    assert site.post(f"{finished}/stop", Origin="http://elsewhere.example").status_code == 403


def test_questions_are_asked_once_each_and_without_empty_lines():
    assert Draft(f"  {SIGNED}\n\n{JOBS} \n{SIGNED}\n").lines == (SIGNED, JOBS)


def test_rows_have_keys_of_their_own_whatever_they_are_called():
    rows = [Row("A", deal="A"), Row("A", document="A"), Row("A", document="A\udcff"), Row("A", document="A\n")]
    assert len({key_of(row) for row in rows}) == len(rows)


# What came of it.


def test_it_says_of_how_many_it_was_asked_and_from_which_generation(site, finished):
    page = site.get(finished).text
    assert "Asked of 2 of 2 deals." in page
    assert f"<code>{site.assistant.generation}</code>" in page


def test_a_cell_says_what_the_documents_say_of_its_row(site, finished):
    assert "July 2012" in row_of(site.get(finished).text, "Swansea")[0]
    assert "March 2013" in row_of(site.get(finished).text, "Leeds")[0]


def test_what_is_not_found_is_marked_in_words(site, finished):
    assert ">not found<" in row_of(site.get(finished).text, "Leeds")[2]


def test_statements_that_disagree_are_all_shown_and_named_in_words(site, finished):
    cell = row_of(site.get(finished).text, "Swansea")[1]
    assert "Conflict" in cell and "5,200" in cell and "7,850" in cell
    assert cell.count(">Evidence<") == 2


def test_a_comparison_by_document_names_titles_and_paths(site):
    page = site.ended(site.begin(SIGNED, by="documents"))
    assert "Asked of 3 of 3 documents." in page
    assert 'Swansea review<span class="path">swansea-review.md</span>' in page


def test_cells_come_as_json_from_a_place_on(site, finished):
    told = site.get(f"{finished}/cells?from=4").json()
    assert (told["ended"], told["done"], told["total"]) == (True, 6, 6)
    assert [cell["at"] for cell in told["cells"]] == [4, 5]
    assert told["cells"][0]["of"].startswith(("Swansea: ", "Leeds: "))


def test_the_list_of_comparisons_leads_back_to_it(site, finished):
    page = site.get("/compare").text
    assert f'<a href="{finished}">3 questions of 2 deals</a>' in page and "finished" in page


def test_it_can_be_asked_again_with_changes(site, finished):
    page = site.get(f"/compare?like={finished.rpartition('/')[2]}").text
    assert f"{SIGNED}\n{JOBS}\n{SEA}</textarea>" in page


def test_a_long_sentence_is_cut_between_words():
    cut = shortened("word " * 100)
    assert len(cut) <= SHORT + 2 and cut.endswith("word …")


def test_what_leads_nowhere_any_more_says_so_and_leads_to_the_form(site):
    response = site.get("/compare/no-such-id")
    assert response.status_code == 404
    assert "no longer held" in response.text and 'href="/compare"' in response.text


@pytest.mark.parametrize("path", ["", "/cells", "/evidence?row=1&column=1&citation=1", "/export?format=csv"])
def test_nobody_else_gets_a_reader_s_comparison(path, site, finished):
    assert site.get(f"{finished}{path}").status_code == 200
    assert site.get(f"{finished}{path}", reader="ben").status_code == 404


def test_nobody_else_sees_it_in_a_list_or_stops_it(site, finished):
    assert finished not in site.get("/compare", reader="ben").text
    assert site.post(f"{finished}/stop", reader="ben").status_code == 404


# Its evidence.


def evidence_links(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="(/compare/[^"]*/evidence[^"]*)"', page)]


def test_every_link_of_the_table_opens_evidence(site, finished):
    links = evidence_links(site.get(finished).text)
    assert links
    assert {site.get(link).status_code for link in links} == {200}


def test_the_evidence_marks_the_quote_in_its_document(site, finished):
    page = site.get(evidence_links(row_of(site.get(finished).text, "Swansea")[0])[0]).text
    assert re.search(r"<mark[^>]*>The Swansea deal was signed in July 2012\.</mark>", page)


def test_the_evidence_has_no_link_that_only_the_page_ask_understands(site, finished):
    page = site.get(evidence_links(row_of(site.get(finished).text, "Swansea")[1])[0]).text
    assert 'href="#cite' not in page and 'href="#turn' not in page
    assert f'href="{finished}#cell-' in page
    assert len(set(evidence_links(page))) == 2


@pytest.mark.parametrize("query", ["", "row=9&column=1&citation=1", "row=1&column=1&citation=9", "row=x&column=-1"])
def test_evidence_that_is_not_there_is_a_page_that_leads_back(query, site, finished):
    response = site.get(f"{finished}/evidence?{query}")
    assert response.status_code == 404 and f'href="{finished}"' in response.text


def test_evidence_of_a_document_that_is_gone_says_so_and_the_table_says_that_things_changed(changing):
    with Assistant(changing) as assistant, compared(assistant) as at:
        path = at.begin("What does Bristol retain?", by="documents")
        link = evidence_links(row_of(at.ended(path), "Bristol City Deal")[0])[0]
        assert "have changed since it was started" not in at.get(path).text
        (changing.corpus / "bristol.md").unlink()
        build_index(changing)
        assert assistant.generation
        shown = at.get(link).text
        assert "have changed since it was started" in at.get(path).text
    assert "no longer in the index" in shown and "<mark" not in shown


# Its files.


@pytest.mark.parametrize(
    ("kind", "media"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("csv", "text/csv; charset=utf-8"),
        ("md", "text/markdown; charset=utf-8"),
    ],
)
def test_a_file_says_what_it_is_and_has_a_name(kind, media, site, finished):
    response = site.get(f"{finished}/export?format={kind}")
    assert response.headers["content-type"] == media
    assert re.fullmatch(rf'attachment; filename="comparison-[-0-9]+\.{kind}"', response.headers["content-disposition"])
    assert response.headers["cache-control"] == "no-store"


def test_the_workbook_has_the_table(site, finished):
    book = openpyxl.load_workbook(io.BytesIO(site.get(f"{finished}/export?format=xlsx").content))
    lines = [[cell.value for cell in row] for row in book["Answers"].iter_rows()]
    assert lines[0][1:] == [SIGNED, JOBS, SEA]
    assert {line[0] for line in lines[1:]} == {"Swansea", "Leeds"}


def test_the_word_file_has_the_table(site, finished):
    (table,) = docx.Document(io.BytesIO(site.get(f"{finished}/export?format=docx").content)).tables
    assert [cell.text for cell in table.rows[0].cells][1:] == [SIGNED, JOBS, SEA]


def test_the_csv_file_has_a_line_for_each_quote(site, finished):
    lines = list(csv.DictReader(io.StringIO(site.get(f"{finished}/export?format=csv").content.decode("utf-8-sig"))))
    assert {line["state"] for line in lines} == {"answered", "conflict", "not found"}


def test_another_format_is_refused_with_those_that_there_are(site, finished):
    response = site.get(f"{finished}/export?format=pdf")
    assert response.status_code == 422 and "xlsx" in response.text


# What documents hold is never markup.


def test_text_of_a_document_is_never_markup(address, hostile):
    form = {"questions": f"{HUB}\n{hostile}", "by": "documents"}
    page = httpx.get(f"{address}/compare").text
    form["document"] = re.findall(r'name="document" value="([0-9a-f]+)"', page)
    started = httpx.post(f"{address}/compare", data=form, headers={"Origin": address})
    where = f"{address}{started.headers['location']}"
    table = awaited(lambda: page if "<progress" not in (page := httpx.get(where).text) else "")
    links = evidence_links(row_of(table, "Leeds paper")[0])
    pages = [table, httpx.get(f"{address}/compare").text, httpx.get(f"{address}{links[0]}").text]
    assert "&lt;img src=x" in pages[2]
    assert [page for page in pages if "<img src=x" in page or "<script>window" in page] == []


# Asking.


def test_stopping_ends_it_before_the_next_cell_and_keeps_what_there_is(assistant, runs):
    run = runs.start(long_order(assistant), ADA)
    awaited(lambda: in_the_middle(run))
    known = len(run.matrix().cells)
    run.stop()
    awaited(lambda: run.ended)
    assert run.state == "stopped"
    assert known <= len(run.matrix().cells) < run.order.cells


def test_a_stopped_comparison_can_be_looked_at_and_had_as_a_file(address, assistant):
    page = httpx.get(f"{address}/compare").text
    order = {
        "questions": "\n".join(f"How large is fund {number}?" for number in range(MOST_QUESTIONS)),
        "deal": re.findall(r'name="deal" value="([0-9a-f]+)"', page),
    }
    path = httpx.post(f"{address}/compare", data=order, headers={"Origin": address}).headers["location"]
    assert httpx.get(f"{address}{path}/export?format=csv").status_code == 409
    awaited(lambda: httpx.get(f"{address}{path}/cells").json()["done"])
    assert httpx.post(f"{address}{path}/stop", headers={"Origin": address}).status_code == 303
    page = awaited(lambda: page if "<progress" not in (page := httpx.get(f"{address}{path}").text) else "")
    assert "It was stopped." in page and "not asked<" in page
    assert httpx.get(f"{address}{path}/export?format=csv").status_code == 200


def test_a_reader_has_one_asked_at_a_time_and_is_led_to_it(assistant, runs):
    run = runs.start(long_order(assistant), ADA)
    with pytest.raises(StillAsking) as caught:
        runs.start(short_order(assistant), ADA)
    assert caught.value.run is run
    assert runs.start(short_order(assistant), BEN) is not run


def test_one_that_waits_begins_when_another_has_ended(assistant):
    runs = Runs(assistant, at_once=1)
    try:
        first = runs.start(long_order(assistant), ADA)
        second = runs.start(short_order(assistant), BEN)
        awaited(lambda: in_the_middle(first))
        assert second.state == "waiting"
        first.stop()
        awaited(lambda: second.ended)
        assert second.state == "done"
    finally:
        runs.close()


def test_one_that_waits_can_be_stopped(assistant):
    runs = Runs(assistant, at_once=1)
    try:
        runs.start(long_order(assistant), ADA)
        second = runs.start(short_order(assistant), BEN)
        second.stop()
        assert second.state == "stopped"
    finally:
        runs.close()
    assert second.matrix().cells == ()


def test_the_oldest_that_has_ended_makes_room(assistant):
    runs = Runs(assistant, kept=2)
    try:
        made = []
        for _ in range(3):
            made.append(runs.start(short_order(assistant), ADA))
            awaited(lambda: made[-1].ended)
        assert runs.of(ADA) == (made[2], made[1])
        assert runs.get(made[0].id, ADA) is None
    finally:
        runs.close()


def test_what_has_not_ended_makes_no_room(assistant):
    runs = Runs(assistant, kept=1)
    try:
        runs.start(long_order(assistant), ADA)
        with pytest.raises(NoRoom):
            runs.start(short_order(assistant), BEN)
    finally:
        runs.close()


def test_closing_stops_all_of_them_and_takes_no_more(assistant):
    runs = Runs(assistant)
    run = runs.start(long_order(assistant), ADA)
    awaited(lambda: in_the_middle(run))
    runs.close()
    assert run.state == "stopped"
    with pytest.raises(NoRoom):
        runs.start(short_order(assistant), BEN)


def test_a_comparison_is_of_one_generation_though_a_newer_one_is_published_meanwhile(changing):
    with Assistant(changing) as assistant:
        runs = Runs(assistant)
        try:
            run = runs.start(long_order(assistant), ADA)
            awaited(lambda: in_the_middle(run))
            began = run.matrix().generation
            (changing.corpus / "hull.md").write_text("# Hull paper\n\nHull builds a port.\n", encoding="utf-8")
            build_index(changing)
            assert assistant.generation != began
            known = len(run.matrix().cells)
            awaited(lambda: run.ended or len(run.matrix().cells) > known)
        finally:
            runs.close()
        assert {cell.answer.generation for cell in run.matrix().cells} == {began}


def test_one_whose_rows_are_gone_when_it_begins_fails_with_a_sentence(changing):
    with Assistant(changing) as assistant:
        runs = Runs(assistant)
        try:
            order = order_of(Draft(SIGNED, "documents"), assistant)
            (changing.corpus / "leeds.md").unlink()
            build_index(changing)
            run = runs.start(order, ADA)
            awaited(lambda: run.ended)
        finally:
            runs.close()
    assert (run.state, run.problem) == (
        "failed",
        "Some of the documents that were chosen are no longer there. Choose again.",
    )


def test_one_that_failed_says_why_and_how_to_ask_again(assistant):
    run = Run(Order((SIGNED,), "deals", (Row("Atlantis", deal="Atlantis"),)), ADA)
    run.ask(assistant)
    page = run_page(run, 1, "", ADA)
    assert "It failed. Some of the deals that were chosen are no longer there." in page
    assert f'href="/compare?like={run.id}"' in page and "<progress" not in page


def test_a_long_table_is_shown_in_parts():
    rows = tuple(Row(f"Deal {number}", deal=f"Deal {number}") for number in range(25))
    run = Run(Order(tuple(f"Is it {number}?" for number in range(50)), "deals", rows), ADA)
    first, second = run_page(run, 1, "", ADA), run_page(run, 2, "", ADA)
    assert ">Deal 19<" in first and ">Deal 20<" not in first
    assert ">Deal 19<" not in second and ">Deal 24<" in second
    assert "Rows 21 to 25 of 25" in second and f'href="/compare/{run.id}">Earlier rows' in second


def test_without_a_script_the_page_loads_itself_until_it_is_told_not_to():
    run = Run(Order((SIGNED,), "deals", (Row("Leeds", deal="Leeds"),)), ADA)
    refresh = '<noscript><meta http-equiv="refresh"'
    assert refresh in run_page(run, 1, "", ADA)
    assert refresh not in run_page(run, 1, "", ADA, still=True)


def test_the_cells_that_are_kept_have_no_passages(assistant, runs):
    run = runs.start(short_order(assistant), ADA)
    awaited(lambda: run.ended)
    cells = run.matrix().cells
    assert cells and {cell.answer.hits for cell in cells} == {()}
    assert all(said_by(cell) for cell in cells)


def asking_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("dealqa-compare")}


def test_the_server_stops_what_is_asked_when_it_ends(changing, serving):
    before = asking_threads()
    with Assistant(changing) as assistant:
        with serving(assistant) as address:
            page = httpx.get(f"{address}/compare").text
            order = {
                "questions": "\n".join(f"How large is fund {number}?" for number in range(MOST_QUESTIONS)),
                "deal": re.findall(r'name="deal" value="([0-9a-f]+)"', page),
            }
            assert httpx.post(f"{address}/compare", data=order, headers={"Origin": address}).status_code == 303
            assert asking_threads() > before
        assert asking_threads() == before
