"""The page "Quality": what it says of an evaluation, which questions it shows, and to whom."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from dealqa.assistant import Assistant
from dealqa.evaluation import ask_suite, load_suite, write_baseline, write_run
from dealqa.web.quality.cases import HIDDEN, cases_of, kind_of
from dealqa.web.quality.routes import add_quality_page
from dealqa.web.quality.runs import estimate_in, find_runs
from dealqa.web.quality.words import GROUPS, REST, figure
from dealqa.web.readers import SCOPE, Reader

HELD_BACK = "Which trains are planned every half an hour?"
RUN = "runs/paper-dev"
EVIDENCE = {
    "doc": "bristol.md",
    "text": "Bristol retains 100% of the growth in business rates in five enterprise areas",
}


def case(name: str, question: str, *, answers: tuple[str, ...] = (), kind: str = "fact", **more: Any) -> dict[str, Any]:
    entry = {"id": name, "question": question, "answerable": bool(answers), "answers": list(answers)}
    return entry | {"split": "dev", "meta": {"class": kind}} | more


def suite(hostile: str) -> list[dict[str, Any]]:
    return [
        case("right", "What does Bristol retain?", answers=("25 years",), evidence=[EVIDENCE]),
        case("wrong", "How big is the venture capital fund of Nottingham?", answers=("£90 million",), kind="amount"),
        case("refused", "What does Cardiff retain?", answers=("all of it",), evidence=[EVIDENCE]),
        case("answered", "How big is Nottingham's venture capital fund?", kind="nothing"),
        case("refuses", "What does a ticket to Mars cost?", kind="nothing"),
        case("follow-up", "For how long?", answers=("99 years",), history=["What does Bristol retain?"]),
        case("hostile", f"What is the hub of Leeds called, {hostile}?", answers=(hostile,), kind=hostile),
        case("secret", HELD_BACK, answers=("trains",), split="test"),
    ]


def written(folder: Path, cases: list[dict[str, Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(entry) + "\n" for entry in cases)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, assistant: Assistant, hostile: str) -> Path:
    """A folder of suites with one suite, and runs over its split dev, its split test and all of it."""
    evals = tmp_path_factory.mktemp("quality") / "evals"
    folder = written(evals / "paper", suite(hostile))
    for split in ("dev", "test", None):
        run = ask_suite(load_suite(folder, split), assistant)
        write_run(run, run.judge(), evals / "runs" / f"paper-{split or 'all'}")
        if split == "dev":
            write_baseline(run, run.judge(), evals / "baseline" / "paper-dev")
    for number, name in enumerate(("paper-all", "paper-test", "paper-dev")):  # the last is the newest
        os.utime(evals / "runs" / name / "metrics.json", (1_700_000_000 + number, 1_700_000_000 + number))
    return evals


@pytest.fixture
def evals(asked: Path, tmp_path: Path) -> Path:
    """The folder once more, for a test of its own to change."""
    shutil.copytree(asked, tmp_path / "evals")
    for name in ("paper-all", "paper-test", "paper-dev"):
        shutil.copystat(asked / "runs" / name / "metrics.json", tmp_path / "evals" / "runs" / name / "metrics.json")
    return tmp_path / "evals"


class Site:
    """The page over a folder of suites, for an editor unless it is said otherwise."""

    def __init__(self, assistant: Assistant, evals: Path, role: str = "editor") -> None:
        self._app = FastAPI()
        self.evaluator = add_quality_page(self._app, assistant, evals)

        @self._app.middleware("http")
        async def asking(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
            request.scope[SCOPE] = Reader("Rob", "reader" if role == "reader" else "editor")
            return await go_on(request)

    def send(self, method: str, address: str, **more: Any) -> httpx.Response:
        async def talk() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, address, **more)

        return asyncio.run(talk())

    def page(self, address: str = "/quality", **parameters: str) -> str:
        response = self.send("GET", address, params=parameters)
        assert response.status_code == 200, response.text
        return response.text


@pytest.fixture
def site(assistant: Assistant, evals: Path) -> Site:
    return Site(assistant, evals)


@pytest.fixture
def reading(assistant: Assistant, evals: Path) -> Site:
    """The page as a reader sees it who is no editor."""
    return Site(assistant, evals, "reader")


def changed(file: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    state = file.stat()
    file.write_text(json.dumps(content), encoding="utf-8")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns + 1))


# What is said of an evaluation.


def test_the_newest_evaluation_is_shown_with_suite_split_generation_and_model(site: Site, assistant: Assistant) -> None:
    page = site.page()
    assert "paper, dev (the questions for tuning)" in page
    assert assistant.generation in page
    assert assistant.settings.model in page
    assert f'<option value="{RUN}" selected>' in page


def test_how_many_came_out_right_is_the_first_sentence(site: Site, asked: Path) -> None:
    metrics = json.loads((asked / RUN / "metrics.json").read_text(encoding="utf-8"))
    right = metrics["n"] - len(metrics["failures"])
    assert f"Of {metrics['n']} questions, {right} came out right" in site.page()


def test_another_evaluation_can_be_chosen(site: Site) -> None:
    assert "test (never tuned on)" in site.page(run="runs/paper-test")


@pytest.mark.parametrize("key", ["runs/nothing", "../../etc", "runs/../runs/paper-dev", "/", "\0"])
def test_what_is_no_evaluation_is_not_looked_for_on_the_disk(site: Site, key: str) -> None:
    response = site.send("GET", "/quality", params={"run": key})
    assert (response.status_code, "There is no such evaluation" in response.text) == (404, True)


def test_figures_stand_in_words_with_the_term_the_interval_and_how_many_were_judged(site: Site, asked: Path) -> None:
    entry = json.loads((asked / RUN / "metrics.json").read_text(encoding="utf-8"))["metrics"]["correct"]
    row = site.page().partition("All in all right: answered rightly, or rightly refused <span")[2].partition("</tr>")[0]
    assert ">correct</span>" in row
    assert f'<td class="number">{figure(entry["mean"], is_share=True)}</td>' in row
    assert f'<td class="number">{entry["n"]}</td>' in row
    assert f"{figure(entry['low'], is_share=True)} to {figure(entry['high'], is_share=True)}" in row


def test_every_metric_of_the_evaluation_has_its_place_once(asked: Path) -> None:
    shown = [told.metric for _, metrics in GROUPS.values() for told in metrics] + [told.metric for told in REST]
    metrics = json.loads((asked / RUN / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    assert sorted(shown) == sorted(metrics)


def test_classes_of_question_have_a_row_each(site: Site) -> None:
    table = site.page().partition('id="classes"')[2].partition("</table>")[0]
    assert '<th scope="row" dir="auto">amount</th><td class="number">1</td>' in table


def test_plots_have_a_name_and_their_figures_as_a_table(site: Site) -> None:
    page = site.page()
    assert '<svg class="plot"' in page
    assert "<title>Risk and coverage. Of all answers that were given" in page
    assert page.count("The figures as a table") == 2


def test_it_is_compared_with_the_baseline_when_there_is_no_run_before_it(site: Site) -> None:
    page = site.page()
    assert "Compared with baseline/paper-dev" in page
    assert "Of the 7 questions that both have, the same ones came out right, and no figure changed." in page


def test_runs_of_another_split_are_not_compared(site: Site) -> None:
    assert "There is no other evaluation of the same questions" in site.page(run="runs/paper-test")


def test_what_changed_since_the_run_before_is_named_with_the_question(site: Site, evals: Path) -> None:
    verdicts = evals / "baseline" / "paper-dev" / "verdicts.jsonl"
    rows = [json.loads(line) for line in verdicts.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        if row["id"] == "right":
            row["cause"] = "wrong_figure"
            row["scores"]["correct"] = 0.0
    verdicts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    page = site.page()
    assert "1 came out right that had not, 0 went wrong that had been right" in page
    assert "Right now, wrong before: 1" in page
    assert ">What does Bristol retain?</a>" in page


# The single questions.


def test_all_that_went_wrong_is_listed_and_nothing_else(site: Site, asked: Path) -> None:
    page = site.page("/quality/cases", run=RUN)
    rows = [json.loads(line) for line in (asked / RUN / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]
    failed = {row["id"] for row in rows if row["cause"] is not None}
    assert {"wrong", "refused", "answered"} <= failed
    assert page.count('<li class="card">') == len(failed)


@pytest.mark.parametrize(
    ("kind", "words"), [("answer", "Wrong answer."), ("refused", "Wrongly refused."), ("answered", "Wrongly answered.")]
)
def test_the_list_is_filtered_by_what_came_of_it(site: Site, kind: str, words: str) -> None:
    page = site.page("/quality/cases", run=RUN, kind=kind)
    assert page.count(f'<strong class="kind {kind}">{words}') == page.count('<strong class="kind') > 0


def test_the_list_is_filtered_by_class(site: Site) -> None:
    page = site.page("/quality/cases", run=RUN, **{"class": "amount"})
    assert "How big is the venture capital fund of Nottingham?" in page
    assert "What does Cardiff retain?" not in page


def test_a_filter_that_nothing_fits_says_so(site: Site) -> None:
    page = site.page("/quality/cases", run=RUN, kind="answered", **{"class": "amount"})
    assert "No question fits this filter." in page


def test_a_case_shows_what_was_expected_and_what_was_said_with_its_quote(site: Site) -> None:
    page = site.page("/quality/case", run=RUN, id="wrong")
    assert "£90 million" in page.partition('id="expected"')[2].partition("</section>")[0]
    said = page.partition('id="said"')[2]
    assert "Nottingham has a venture capital fund of £45 million" in said.partition("<blockquote")[2]
    assert "nottingham.md" in said


def test_a_case_that_was_refused_shows_that_it_was(site: Site) -> None:
    page = site.page("/quality/case", run=RUN, id="refused")
    assert "<strong>Refused.</strong>" in page
    assert "Bristol retains 100% of the growth" in page.partition('id="expected"')[2]


def test_a_case_that_should_have_been_refused_says_so(site: Site) -> None:
    page = site.page("/quality/case", run=RUN, id="answered")
    assert "A refusal: the documents do not answer this." in page
    assert "The documents do not answer this, and yet an answer was given." in page


def test_a_follow_up_is_shown_with_what_was_asked_before(site: Site) -> None:
    asked_before = site.page("/quality/case", run=RUN, id="follow-up").partition('<ol class="history">')[2]
    assert asked_before.startswith('<li dir="auto">What does Bristol retain?</li>')


def test_each_metric_of_a_case_is_told_in_words(site: Site) -> None:
    points = site.page("/quality/case", run=RUN, id="right").partition('<dl class="points">')[2]
    assert "An answerable question gets the right answer <span class='term'>answer match</span></dt><dd>yes" in points


def test_the_next_and_the_previous_case_are_of_the_list_it_was_opened_from(site: Site) -> None:
    first = site.page("/quality/case", run=RUN, id="wrong")
    assert 'rel="prev"' not in first
    assert "id=refused" in first.partition('rel="next" href="')[2].partition('"')[0]
    alone = site.page("/quality/case", run=RUN, id="wrong", **{"class": "amount"})
    assert "1 of 1" in alone
    assert 'rel="next"' not in alone


def test_a_case_that_is_not_there_is_said(site: Site) -> None:
    response = site.send("GET", "/quality/case", params={"run": RUN, "id": "nothing"})
    assert (response.status_code, "There is no such question" in response.text) == (404, True)


def test_a_question_that_was_rewritten_is_marked(site: Site, evals: Path, hostile: str) -> None:
    cases = suite(hostile)
    cases[1] |= {"answers": ["£45 million"]}
    written(evals / "paper", cases)
    assert "This question was rewritten after it had been asked" in site.page("/quality/case", run=RUN, id="wrong")


# The split test.


def test_figures_of_the_test_split_are_shown_and_none_of_its_questions(site: Site) -> None:
    page = site.page(run="runs/paper-test")
    assert "The main figures" in page
    assert HIDDEN in page
    assert HELD_BACK not in page


@pytest.mark.parametrize("address", ["/quality/cases", "/quality/case"])
@pytest.mark.parametrize("run", ["runs/paper-test", "runs/paper-all"])
def test_no_question_of_the_test_split_is_shown_at_any_address(site: Site, address: str, run: str) -> None:
    for kind in ("", "right", "answer", "refused"):
        response = site.send("GET", address, params={"run": run, "id": "secret", "kind": kind})
        assert (HIDDEN in response.text, HELD_BACK in response.text, "secret" in response.text) == (True, False, False)


def test_a_run_over_the_whole_suite_shows_the_questions_for_tuning(site: Site) -> None:
    assert "How big is the venture capital fund of Nottingham?" in site.page("/quality/cases", run="runs/paper-all")


def test_a_run_over_a_whole_suite_that_is_gone_shows_no_questions(site: Site, evals: Path) -> None:
    shutil.rmtree(evals / "paper")
    page = site.page("/quality/cases", run="runs/paper-all")
    assert "it is not known which are of the test split" in page
    assert "Nottingham" not in page


def test_a_split_that_nobody_knows_is_treated_like_the_test_split(site: Site, evals: Path) -> None:
    changed(evals / RUN / "metrics.json", lambda content: content.update(split="Test "))
    assert HIDDEN in site.page("/quality/cases", run=RUN)


# What is not there, not whole, or of another version.


def test_without_a_folder_of_suites_it_says_how_to_make_one(assistant: Assistant, tmp_path: Path) -> None:
    page = Site(assistant, tmp_path / "evals").page()
    assert "There is no folder “" in page
    assert "dealqa eval --init" in page


def test_without_an_evaluation_it_offers_to_make_one(site: Site, evals: Path) -> None:
    shutil.rmtree(evals / "runs")
    shutil.rmtree(evals / "baseline")
    page = site.page()
    assert "There is no evaluation yet." in page
    assert '<option value="paper" selected>paper</option>' in page


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "it has no metrics.json"),
        ("{", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", "holds no figures"),
        ('{"metrics": 3}', "holds no figures"),
        ("\udcff", "it is no JSON"),
    ],
)
def test_a_broken_run_is_named_and_the_others_are_shown(
    site: Site, evals: Path, content: str | None, reason: str
) -> None:
    folder = evals / "runs" / "broken"
    folder.mkdir()
    if content is not None:
        (folder / "metrics.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    page = site.page()
    assert "runs/broken cannot be shown" in page
    assert reason in page
    assert "came out right" in page


def test_a_metric_that_an_older_version_did_not_measure_is_said_to_be_not_measured(site: Site, evals: Path) -> None:
    changed(evals / RUN / "metrics.json", lambda content: content["metrics"].pop("hit@1"))
    row = site.page().partition("The right passage is first <span")[2].partition("</tr>")[0]
    assert "not measured" in row


def test_a_run_without_anything_but_metrics_is_shown(site: Site, evals: Path) -> None:
    folder = evals / "runs" / "old"
    folder.mkdir()
    (folder / "metrics.json").write_text('{"metrics": {}}', encoding="utf-8")
    page = site.page(run="runs/old")
    assert "of an unnamed suite" in page
    assert "not recorded" in page
    assert "this run has kept no curves" in page


@pytest.mark.parametrize(
    "entry",
    [None, 3, {"mean": "1"}, {"mean": True, "n": 1}, {"mean": float("nan"), "n": 1}, {"mean": 0.5, "n": "many"}],
)
def test_what_is_no_figure_is_not_measured(entry: Any) -> None:
    assert estimate_in({"hit@1": entry}, "hit@1") is None


def test_verdicts_of_another_version_are_told_and_the_figures_shown(site: Site, evals: Path) -> None:
    (evals / RUN / "verdicts.jsonl").write_text('{"id": "right"}\n', encoding="utf-8")
    page = site.page()
    assert "Single questions are not shown: verdicts.jsonl is missing, damaged or of another version" in page
    assert "Not compared with baseline/paper-dev" in page
    assert str(evals) not in page
    assert "The main figures" in page


def test_damaged_answers_are_counted_and_the_rest_shown(site: Site, evals: Path) -> None:
    with (evals / RUN / "predictions.jsonl").open("a", encoding="utf-8") as file:
        file.write("nonsense\n[]\n")
    page = site.page("/quality/case", run=RUN, id="wrong")
    assert "2 of its lines cannot be read" in page
    assert "£45 million" in page


@pytest.mark.parametrize(
    "answer",
    [
        {"citations": 3, "sentences": "x", "hits": None},
        {"refused": True, "refusal": "no"},
        {"refused": True, "refusal": {"nearest": [3, {"quote": 3}]}},
        {"sentences": [{"text": 1, "citations": 5}, 7], "citations": [{"page": "x"}]},
        {"error": 5},
    ],
)
def test_an_answer_of_an_unknown_form_breaks_nothing(site: Site, evals: Path, answer: dict[str, Any]) -> None:
    line = json.dumps({"id": "wrong", **answer}) + "\n"
    (evals / RUN / "predictions.jsonl").write_text(line, encoding="utf-8")
    assert "What dealqa said" in site.page("/quality/case", run=RUN, id="wrong")


def test_a_baseline_has_cases_without_answers(site: Site) -> None:
    page = site.page("/quality/case", run="baseline/paper-dev", id="wrong")
    assert "This run has kept no answers" in page
    assert "£90 million" in page


def test_a_run_that_is_being_written_is_no_run(evals: Path) -> None:
    (evals / "runs" / ".new-paper").mkdir()
    assert find_runs(evals).broken == ()


def test_the_kind_of_a_question_that_ended_in_an_error_is_an_error() -> None:
    assert kind_of({"cause": "error", "answerable": True, "refused": None}) == "error"


# Nothing becomes markup.


@pytest.mark.parametrize("address", ["/quality", "/quality/cases", "/quality/case", "/quality/candidates"])
def test_nothing_in_a_question_an_answer_or_a_name_becomes_markup(
    site: Site, evals: Path, hostile: str, address: str
) -> None:
    changed(evals / RUN / "metrics.json", lambda content: content.update(model=hostile, generation=hostile))
    (evals / "runs" / "<script>").mkdir()
    (evals / "candidates.jsonl").write_text(remark(hostile, answer={"answer": hostile}), encoding="utf-8")
    page = site.page(address, run=RUN, id="hostile", **({} if "case" not in address else {"class": hostile}))
    assert "<img" not in page
    assert page.count("<script") == page.count('<script type="module" src="/dealqa/')
    assert "&lt;script&gt;" in page


# Who may do what.


def test_a_reader_sees_the_figures_and_the_questions_and_no_button(reading: Site) -> None:
    page = reading.page()
    assert "What went wrong" in page
    assert "Ask them" not in page
    assert "/quality/candidates" not in page


@pytest.mark.parametrize(
    ("method", "address"), [("POST", "/quality/run"), ("POST", "/quality/stop"), ("GET", "/quality/candidates")]
)
def test_only_an_editor_asks_stops_and_sees_remarks(reading: Site, method: str, address: str) -> None:
    response = reading.send(method, address, headers={"Origin": "http://127.0.0.1"}, data={"suite": "paper"})
    assert response.status_code == 403
    assert reading.evaluator.state() is None


@pytest.mark.parametrize("address", ["/quality/run", "/quality/stop"])
@pytest.mark.parametrize("origin", ["", "null", "http://evil.example"])
def test_a_form_on_another_site_starts_and_stops_nothing(site: Site, address: str, origin: str) -> None:
    response = site.send("POST", address, headers={"Origin": origin}, data={"suite": "paper"})
    assert response.status_code == 403
    assert site.evaluator.state() is None


@pytest.mark.parametrize("name", ["", "nothing", "../evals/paper", "paper/", "runs"])
def test_a_suite_that_is_not_there_is_not_asked(site: Site, name: str) -> None:
    response = site.send("POST", "/quality/run", headers={"Origin": "http://127.0.0.1"}, data={"suite": name})
    assert response.status_code == 404
    assert site.evaluator.state() is None


# What readers said.


def remark(question: str, **more: Any) -> str:
    content = {"at": "2025-11-20T10:00:00+00:00", "question": question, "history": [], "answer": {}, "verdict": "down"}
    return json.dumps(content | {"comment": "", "reader": "Rob", "generation": "g"} | more) + "\n"


def test_remarks_are_listed_with_the_newest_first(site: Site, evals: Path) -> None:
    lines = remark("Older?", comment="Too long.") + remark("Newer?", history=["Before?"], verdict="up")
    (evals / "candidates.jsonl").write_text(lines, encoding="utf-8")
    page = site.page("/quality/candidates")
    assert page.index("Newer?") < page.index("Older?")
    assert "“Too long.”" in page
    assert ">Before?</li>" in page
    assert "Rob · 20 November 2025" in page


def test_remarks_are_filtered_by_what_was_said(site: Site, evals: Path) -> None:
    (evals / "candidates.jsonl").write_text(remark("Bad?") + remark("Good?", verdict="up"), encoding="utf-8")
    page = site.page("/quality/candidates", verdict="down")
    assert ("Bad?" in page, "Good?" in page) == (True, False)


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", '{"question": 3, "verdict": "up"}', '{"question": "x"}', "[" * 9_999]
)
def test_a_line_that_is_no_remark_is_counted_and_left_out(site: Site, evals: Path, line: str) -> None:
    (evals / "candidates.jsonl").write_text(f"{line}\n\n{remark('Whole?')}", encoding="utf-8")
    page = site.page("/quality/candidates")
    assert "1 line of " in page
    assert "cannot be read and is left out" in page
    assert "Whole?" in page


def test_a_remark_with_odd_values_is_shown_as_far_as_it_goes(site: Site, evals: Path) -> None:
    odd = remark("Odd?", at="yesterday", history=[3, "so"], answer="x", comment=4, reader=None)
    (evals / "candidates.jsonl").write_text(odd, encoding="utf-8")
    page = site.page("/quality/candidates")
    assert "yesterday" in page
    assert "The answer was not kept." in page


def test_without_remarks_the_page_says_so(site: Site) -> None:
    assert "Nobody has said anything of this kind yet." in site.page("/quality/candidates")


def test_a_file_of_remarks_that_cannot_be_read_is_said(site: Site, evals: Path) -> None:
    (evals / "candidates.jsonl").mkdir()
    assert "cannot be read" in site.page("/quality/candidates")


def test_the_cases_of_a_run_are_those_of_its_file(asked: Path) -> None:
    run = find_runs(asked).named(RUN)
    assert run is not None
    assert [case.id for case in cases_of(run, asked).cases] == [
        "right", "wrong", "refused", "answered", "refuses", "follow-up", "hostile",
    ]  # fmt: skip
