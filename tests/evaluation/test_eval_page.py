from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from eval_contract import FIRST, SECOND, TEXTS, answer, case, citation, hit, refusal

from dealqa.errors import SuiteError
from dealqa.evaluation import CAUSES, EvalRun, Outcome, Suite, compare, page, verdict_to_dict, write_page
from dealqa.evaluation.comparison import EarlierRun
from dealqa.evaluation.gate import GateFailure
from dealqa.evaluation.plots import bar_plot, calibration_plot, histogram, line_plot

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m"
VOID = {"meta", "br"}


def run_of(question: str = "How long?") -> EvalRun:
    text = f"{TEXTS['a.txt']} {question}"
    outcomes = (
        Outcome(
            case(id="q1", question=question, evidence=(SECOND,), answers=("25 years",), case_class="duration"),
            answer("It lasts 25 years.", citation(26, 44), hits=[hit("a.txt", 20, 57)], confidence=0.9),
            None,
            12.0,
        ),
        Outcome(
            case(id="q2", question=question, evidence=(FIRST,), answers=(question,), case_class="amount"),
            answer("Leeds waits.", citation(45, 57), hits=[hit("b.txt", 0, 5), hit("a.txt", 0, 30)], confidence=0.4),
            None,
            14.0,
        ),
        Outcome(case(id="q3", question=question, answers=("x",), history=(question,)), None, f"Oops: {question}", None),
        Outcome(case(id="q4", question=question, answerable=False), refusal(citation(0, 25)), None, 14.0),
    )
    return EvalRun(
        suite=Suite(question, Path("s"), tuple(outcome.case for outcome in outcomes), split="dev"),
        outcomes=outcomes,
        texts=TEXTS | {"a.txt": text},
        not_located=(question,),
        generation="g1",
        model=question,
        documents=2,
        passages=3,
        unreadable=(question,),
        seconds={"ask": 1.0},
    )


def shown(run: EvalRun) -> str:
    return page(run, run.judge())


class Outline(HTMLParser):
    """The elements of a page; complains about tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed() -> None:
    assert Outline(shown(run_of())).open == []


def test_nothing_on_the_page_is_fetched_or_run() -> None:
    text = shown(run_of())
    outline = Outline(text)
    assert not outline.tags & {"script", "img", "link", "iframe", "object", "form"}
    assert not {name for name in outline.attributes if name in ("src", "srcset") or name.startswith("on")}
    assert set(re.findall(r'href="([^"]*)"', text)) == {"#plots", "#classes", "#metrics", "#failures"}
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_text_of_suites_and_documents_is_never_markup() -> None:
    text = shown(run_of(HOSTILE))
    assert "script" not in Outline(text).tags
    assert "&lt;script&gt;alert(1)" in text
    assert "\x1b" not in text


def test_a_failure_shows_question_expected_got_and_the_passage_that_should_have_been_found() -> None:
    text = shown(run_of("Who keeps the growth?"))
    card = text[text.index('<article class="failure">') :]
    card = next(part for part in card.split("</article>") if "q2" in part)
    for words in ("Who keeps the growth?", "Expected", "Leeds waits.", "Should have found", "first found at rank 2"):
        assert words in card
    assert "<mark>Bristol keeps the growth.</mark> It lasts 25 years." in card


def test_failures_are_grouped_by_cause() -> None:
    run = run_of()
    text = shown(run)
    for cause, count in run.judge().causes.items():
        assert f'<h3 id="{cause}">{cause.replace("_", " ").capitalize()} ({count})</h3>' in text
        assert CAUSES[cause][1:] in text


def test_a_run_without_failures_says_so() -> None:
    run = run_of()
    good = replace(run, outcomes=run.outcomes[:1])
    assert "No case failed." in shown(good)


def test_a_run_of_errors_only_has_a_page() -> None:
    run = replace(run_of(), outcomes=run_of().outcomes[2:3])
    assert Outline(shown(run)).open == []


def test_the_comparison_and_the_gate_are_shown() -> None:
    run = run_of()
    judgement = run.judge()
    rows = [verdict_to_dict(verdict) for verdict in judgement.verdicts]
    before = [row | {"cause": None, "scores": row["scores"] | {"correct": 1.0}} for row in rows]
    comparison = compare(EarlierRun("<old>", tuple(before)), rows)
    text = page(run, judgement, comparison, [GateFailure("correct", "correct <fell>")])
    assert "&lt;old&gt;" in text
    assert "The gate is failed." in text
    assert "correct &lt;fell&gt;" in text
    assert "Lost (2)" in text
    assert Outline(text).open == []


def test_a_passed_gate_is_told() -> None:
    run = run_of()
    rows = [verdict_to_dict(verdict) for verdict in run.judge().verdicts]
    assert "The gate is passed" in page(run, run.judge(), compare(EarlierRun("before", tuple(rows)), rows), [])


def test_a_page_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SuiteError, match="cannot be written"):
        write_page("x", tmp_path / "file" / "report.html")


def elements(plot: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(plot).iter(tag))  # noqa: S314 - made by us


def test_a_line_has_a_mark_for_each_point_at_its_place() -> None:
    plot = line_plot([(0.0, 0.0), (0.5, 0.2), (1.0, 0.4)], title="t", across="a", up="u")
    marks = [(float(mark.attrib["cx"]), float(mark.attrib["cy"])) for mark in elements(plot, "circle")]
    assert [x for x, _ in marks] == [52.0, 249.0, 446.0]
    assert [y for _, y in marks] == [256.0, 135.0, 14.0]  # the axis ends at 0.4


def test_each_value_is_in_one_bar_of_the_histogram() -> None:
    plot = histogram([1.0, 2.0, 2.1, 99.0], title="t", across="ms", up="n")
    counts = [int((bar.find("title").text or "").rpartition(" ")[2]) for bar in elements(plot, "rect")]  # type: ignore[union-attr]
    assert len(counts) == 20
    assert sum(counts) == 4
    assert (counts[0], counts[19]) == (3, 1)


def test_a_bar_is_as_long_as_its_figure() -> None:
    plot = bar_plot([("a", 0.5, 0.2, 0.8, 4), ("b", 1.0, None, None, 1), ("c", None, None, None, 0)], title="t")
    widths = [float(bar.attrib["width"]) for bar in elements(plot, "rect")]
    assert widths[0] == pytest.approx(widths[1] / 2)
    assert "nothing to judge" in plot


def test_the_labels_of_plots_are_escaped() -> None:
    plots = (
        bar_plot([(HOSTILE.replace("\x1b", ""), 0.5, 0.2, 0.8, 4)], title="<t>"),
        line_plot([(0.5, 0.5)], title="<t>", across="<a>", up="<u>"),
        calibration_plot([(0.5, 0.5, 3)], title="<t>", across="<a>", up="<u>"),
        histogram([], title="<t>", across="<a>", up="<u>"),
    )
    for plot in plots:
        assert elements(plot, "title")[0].text == "<t>"
