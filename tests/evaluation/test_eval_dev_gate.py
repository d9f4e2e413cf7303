"""The gate on the dev split: today's answers against the committed baseline, and that it notices what it must notice.

The index is built on the first run and kept in `.scratch/cache`, so that later runs take some seconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.evaluation import (
    Comparison,
    EvalRun,
    Suite,
    ask_suite,
    compare,
    gate_failures,
    load_gate,
    load_run,
    metrics_to_dict,
    verdict_to_dict,
    write_run,
)
from dealqa.evaluation.comparison import EarlierRun
from dealqa.index import Index
from dealqa.retrieval import Weights

ROOT = Path(__file__).resolve().parents[2]
BASELINE = ROOT / "evals" / "baseline" / "city_deals-dev"
GATE = ROOT / "evals" / "gate.toml"

ADVICE = """
The answers to the dev split became worse than {baseline}:
  {objections}
To look at it:     dealqa eval --split dev --compare {baseline} --html report.html
If it is on purpose, write the baseline anew and commit it with the change:
                   dealqa eval --split dev --write-baseline {baseline}"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # the first run builds the index

Prediction = dict[str, Any]


def rows(run: EvalRun) -> list[dict[str, Any]]:
    return [verdict_to_dict(verdict) for verdict in run.judge().verdicts]


def beside(healthy: EvalRun, broken: EvalRun) -> Comparison:
    return compare(EarlierRun("the run before", tuple(rows(healthy))), rows(broken))


def objected(healthy: EvalRun, broken: EvalRun) -> list[str]:
    return [failure.metric for failure in gate_failures(load_gate(GATE), beside(healthy, broken))]


def objected_beside_the_baseline(broken: EvalRun) -> set[str]:
    """For faults that take another run: the healthy one is committed, and the cases that both have are compared."""
    comparison = compare(load_run(BASELINE), rows(broken))
    return {failure.metric for failure in gate_failures(load_gate(GATE), comparison)}


def changed(run: EvalRun, change: Callable[[Prediction], Prediction]) -> EvalRun:
    """The run with every answer changed after it was given, as a faulty assistant would have given it."""
    outcomes = [
        outcome if outcome.prediction is None else replace(outcome, prediction=change(dict(outcome.prediction)))
        for outcome in run.outcomes
    ]
    return replace(run, outcomes=tuple(outcomes))


def some_of(run: EvalRun) -> EvalRun:
    """Every fourth case: enough where a fault shows in all of them."""
    return replace(run, suite=some_cases(run.suite), outcomes=run.outcomes[::4])


def some_cases(suite: Suite) -> Suite:
    return replace(suite, cases=suite.cases[::4])


def test_the_dev_split_is_not_answered_worse_than_in_the_baseline(dev_run: EvalRun) -> None:
    comparison = compare(load_run(BASELINE), rows(dev_run))
    objections = gate_failures(load_gate(GATE), comparison)
    shown = "\n  ".join(objection.message for objection in objections)
    assert not objections, ADVICE.format(baseline=BASELINE.relative_to(ROOT), objections=shown)


def test_the_baseline_is_small_and_holds_no_timings() -> None:
    files = [path for path in BASELINE.iterdir() if path.is_file()]
    cases = len((BASELINE / "verdicts.jsonl").read_text(encoding="utf-8").splitlines())
    assert sum(path.stat().st_size for path in files) < 1_640 * cases
    assert not {"latency_ms", "seconds"} & json.loads((BASELINE / "metrics.json").read_text(encoding="utf-8")).keys()


def test_two_runs_on_the_same_index_differ_in_timings_only(
    dev_suite: Suite, dev_run: EvalRun, city_settings: Settings, tmp_path: Path
) -> None:
    with Assistant(city_settings) as another:
        again = ask_suite(some_cases(dev_suite), another)
    before = replace(some_of(dev_run), not_located=again.not_located)
    for name, run in (("1", before), ("2", again)):
        timeless = changed(run, lambda prediction: prediction | {"timings_ms": {}})
        write_run(timeless, run.judge(), tmp_path / name)
    for name in ("predictions.jsonl", "verdicts.jsonl"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
    first, second = (metrics_to_dict(run, run.judge()) for run in (before, again))
    assert {name for name in first if first[name] != second[name]} <= {"latency_ms", "seconds"}


class WithoutLexicalSearch:
    """An index in which the lexical search finds no passage; everything else is the index's own."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def match(self, terms: Iterable[str], limit: int, documents: Sequence[str] | None = None) -> list[Any]:
        return []


class WithoutFullText(WithoutLexicalSearch):
    """An index whose full text is empty: no word occurs anywhere."""

    def passage_frequency(self, term: str) -> int:
        return 0


class CrippledAssistant(Assistant):
    def __init__(self, settings: Settings, without: type[WithoutLexicalSearch]) -> None:
        self._without = without
        super().__init__(settings)

    def _open(self) -> Any:
        return self._without(super()._open())


@pytest.mark.faults
def test_switching_lexical_search_off_fails_the_share_of_wrong_documents(
    dev_suite: Suite, city_settings: Settings
) -> None:
    with CrippledAssistant(city_settings, WithoutLexicalSearch) as assistant:
        broken = ask_suite(dev_suite, assistant)
    assert "wrong_document@5" in objected_beside_the_baseline(broken)


@pytest.mark.faults
def test_ranking_by_the_likeness_of_passages_alone_fails_the_first_passage(
    dev_suite: Suite, city_settings: Settings
) -> None:
    likeness = Weights(sentence_cosine=0.0, coverage=0.0, lexical=0.0, sentence_coverage=0.0, deals=0.0)
    with Assistant(city_settings.model_copy(update={"evidence_model": False}), weights=likeness) as assistant:
        broken = ask_suite(dev_suite, assistant)
    assert {"hit@1", "mrr"} <= objected_beside_the_baseline(broken)


@pytest.mark.faults
def test_an_empty_full_text_fails_the_share_of_false_refusals(dev_suite: Suite, city_settings: Settings) -> None:
    with CrippledAssistant(city_settings, WithoutFullText) as assistant:
        broken = ask_suite(some_cases(dev_suite), assistant)
    assert {"correct", "false_refusal"} <= objected_beside_the_baseline(broken)


def test_offsets_that_are_five_characters_off_fail_the_validity_of_quotes(dev_run: EvalRun) -> None:
    def shift(prediction: Prediction) -> Prediction:
        moved = [one | {"start": one["start"] + 5, "end": one["end"] + 5} for one in prediction["citations"]]
        return prediction | {"citations": moved}

    failed = objected(dev_run, changed(dev_run, shift))
    assert failed[0] == "quote_validity"
    assert {"citation_precision", "citation_recall"} <= set(failed)


def test_figures_that_are_altered_fail_the_match_of_figures(dev_run: EvalRun) -> None:
    def alter(prediction: Prediction) -> Prediction:
        sentences = [one | {"text": _other_figures(one["text"])} for one in prediction["sentences"]]
        return prediction | {"sentences": sentences, "answer": _other_figures(prediction["answer"])}

    failed = objected(dev_run, changed(dev_run, alter))
    assert "figure_match" in failed
    assert not {"hit@1", "mrr", "quote_validity", "refusal_recall"} & set(failed)


def _other_figures(text: str) -> str:
    return re.sub(r"(?<!\[)\d+", lambda digits: str(int(digits[0]) + 1), text)


def test_answering_what_is_to_be_refused_fails_the_recall_of_refusals(dev_run: EvalRun) -> None:
    def answer_anyway(prediction: Prediction) -> Prediction:
        if not prediction["refused"]:
            return prediction
        quotes = [one | {"number": 1} for one in prediction["refusal"]["nearest"][:1]]
        text = quotes[0]["quote"] if quotes else "Yes."
        sentence = {"text": text, "citations": [1] if quotes else []}
        answered = {"refused": False, "refusal": None, "answer": text, "sentences": [sentence], "citations": quotes}
        return prediction | answered

    failed = objected(dev_run, changed(dev_run, answer_anyway))
    assert "refusal_recall" in failed
    assert not {"hit@1", "mrr", "quote_validity"} & set(failed)


def test_the_healthy_run_beside_itself_passes(dev_run: EvalRun) -> None:
    assert objected(dev_run, dev_run) == []
