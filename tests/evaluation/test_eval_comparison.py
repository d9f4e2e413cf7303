from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dealqa.errors import SuiteError
from dealqa.evaluation import compare, gate_failures, load_gate, load_run
from dealqa.evaluation.comparison import Comparison, EarlierRun
from dealqa.evaluation.gate import Gate, GateRule
from dealqa.evaluation.judging import METRICS, SET_METRICS

NAMES = [metric.name for metric in METRICS if metric.name not in SET_METRICS]


def row(number: int, cause: str | None = None, confidence: float = 0.5, **scores: float | None) -> dict[str, Any]:
    """A verdict in which only the given scores were judged."""
    return {
        "id": f"q{number}",
        "gold": f"g{number}",
        "class": None,
        "answerable": number % 2 == 0,
        "refused": False,
        "confidence": confidence,
        "cause": cause,
        "scores": dict.fromkeys(NAMES) | scores,
    }


def compared(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Comparison:
    return compare(EarlierRun("before", tuple(before)), after)


def objections(before: list[dict[str, Any]], after: list[dict[str, Any]], **rule: Any) -> list[str]:
    gate = Gate((GateRule("correct", **rule),))
    return [failure.metric for failure in gate_failures(gate, compared(before, after))]


def test_the_difference_of_two_runs_is_that_of_their_means_on_the_shared_cases() -> None:
    before = [row(i, correct=float(i < 6)) for i in range(10)]
    after = [row(i, correct=float(i < 4)) for i in range(10)]
    change = compared(before, after).changes["correct"]
    assert (change.before, change.after, change.difference) == (0.6, 0.4, -0.2)
    assert (change.gains, change.losses) == ((), ("q4", "q5"))


def test_the_interval_of_a_difference_is_paired() -> None:
    # Each case loses the same, so that pairing leaves no width, however much the cases differ.
    before = [row(i, correct=i / 10) for i in range(10)]
    after = [row(i, correct=i / 10 - 0.1) for i in range(10)]
    change = compared(before, after).changes["correct"]
    assert (change.low, change.high) == (-0.1, -0.1)


def test_the_interval_is_near_that_of_the_normal_approximation() -> None:
    # Differences of -1 in 20 of 200 cases: -0.1 ± 1.96 · sqrt(0.1 · 0.9 / 200) = -0.1 ± 0.042.
    before = [row(i, correct=1.0) for i in range(200)]
    after = [row(i, correct=float(i >= 20)) for i in range(200)]
    change = compared(before, after).changes["correct"]
    assert (change.low, change.high) == pytest.approx((-0.142, -0.058), abs=0.01)


def test_a_run_beside_itself_has_not_changed() -> None:
    rows = [row(i, correct=float(i % 3 == 0), wrong_answer=float(i % 3 != 0), confidence=i / 10) for i in range(10)]
    for change in compared(rows, rows).changes.values():
        assert change.difference in (None, 0.0)
        assert not change.is_beyond_chance


def test_metrics_of_a_set_of_cases_are_compared_too() -> None:
    before = [row(i, confidence=0.9 if i % 2 == 0 else 0.1) for i in range(10)]
    after = [row(i, confidence=0.1 if i % 2 == 0 else 0.9) for i in range(10)]
    change = compared(before, after).changes["auroc"]
    assert (change.before, change.after, change.loss) == (1.0, 0.0, 1.0)


def test_where_less_is_better_more_is_a_loss() -> None:
    before, after = [row(i, false_refusal=0.0) for i in range(4)], [row(i, false_refusal=1.0) for i in range(4)]
    change = compared(before, after).changes["false_refusal"]
    assert (change.difference, change.loss, change.losses) == (1.0, 1.0, ("q0", "q1", "q2", "q3"))


def test_a_metric_is_judged_on_the_cases_that_each_run_can_judge() -> None:
    # Refused before, answered wrongly now: the share of wrong answers rises, though no case was judged in both.
    before = [row(0, wrong_answer=0.0), row(1, wrong_answer=None)]
    after = [row(0, wrong_answer=0.0), row(1, wrong_answer=1.0)]
    change = compared(before, after).changes["wrong_answer"]
    assert (change.before, change.after, change.losses) == (0.0, 0.5, ())


def test_cases_are_listed_by_what_became_of_them() -> None:
    before = [row(0), row(1, "not_retrieved"), row(2, "error"), row(3)]
    after = [row(0, "wrong_figure"), row(1), row(2, "false_refusal"), row(3)]
    comparison = compared(before, after)
    assert [(case.id, case.before, case.after) for case in comparison.broken] == [("q0", None, "wrong_figure")]
    assert [case.id for case in comparison.repaired] == ["q1"]
    assert [case.id for case in comparison.moved] == ["q2"]


def test_only_cases_with_the_same_question_and_gold_are_compared() -> None:
    before = [row(0, correct=1.0), row(1, correct=1.0), row(2, correct=1.0)]
    after = [row(0, correct=1.0), row(1, correct=0.0) | {"gold": "new"}, row(3, correct=0.0)]
    comparison = compared(before, after)
    assert (comparison.shared, comparison.total) == (1, 3)
    assert (comparison.rewritten, comparison.only_before, comparison.only_after) == (("q1",), ("q2",), ("q3",))
    assert comparison.changes["correct"].difference == 0.0


def test_runs_without_a_case_in_common_cannot_be_compared() -> None:
    with pytest.raises(SuiteError, match="no case in common"):
        compared([row(0)], [row(1)])


def test_a_comparison_as_json_holds_only_json_types() -> None:
    comparison = compared([row(0, correct=1.0)], [row(0, "error", correct=0.0)])
    assert json.loads(json.dumps(comparison.to_dict())) == comparison.to_dict()


def test_the_gate_objects_to_a_loss_beyond_its_interval() -> None:
    before = [row(i, correct=1.0) for i in range(100)]
    assert objections(before, [row(i, correct=float(i >= 20)) for i in range(100)]) == ["correct"]
    assert objections(before, before) == []


def test_the_gate_lets_a_loss_pass_that_may_be_chance() -> None:
    before = [row(i, correct=float(i % 2)) for i in range(20)]
    one_lost = [*before[:1], row(1, correct=0.0), *before[2:]]
    assert objections(before, one_lost) == []


def test_a_strict_rule_objects_to_a_loss_that_may_be_chance() -> None:
    before = [row(i, correct=float(i % 2)) for i in range(20)]
    one_lost = [*before[:1], row(1, correct=0.0), *before[2:]]
    assert objections(before, one_lost, strict=True) == ["correct"]
    assert objections(before, one_lost, strict=True, tolerated_loss=0.05) == []


def test_a_tolerated_loss_passes_even_when_it_is_beyond_chance() -> None:
    before = [row(i, correct=1.0) for i in range(100)]
    after = [row(i, correct=float(i >= 20)) for i in range(100)]
    assert objections(before, after, tolerated_loss=0.25) == []


def test_the_gate_never_objects_to_a_gain() -> None:
    before = [row(i, correct=0.0) for i in range(100)]
    assert objections(before, [row(i, correct=1.0) for i in range(100)], strict=True) == []


def test_a_metric_with_nothing_left_to_judge_does_not_pass() -> None:
    assert objections([row(0, correct=1.0)], [row(0, correct=None)]) == ["correct"]


def test_the_gate_means_nothing_when_few_cases_are_shared() -> None:
    before = [row(0, correct=1.0)]
    assert objections(before, [row(0, correct=1.0), row(1, correct=1.0)]) == ["shared"]


def test_the_message_names_the_metric_the_figures_and_the_cases() -> None:
    before = [row(i, correct=1.0) for i in range(4)]
    after = [row(i, correct=0.0) for i in range(4)]
    (failure,) = gate_failures(Gate((GateRule("correct"),)), compared(before, after))
    assert failure.message.startswith("correct went from 1.000 to 0.000 (difference -1.000")
    assert failure.message.endswith("worse in q0, q1, q2, q3")


def test_the_gates_own_file_is_read() -> None:
    gate = load_gate(Path(__file__).resolve().parents[2] / "evals" / "gate.toml")
    rules = {rule.metric: rule for rule in gate.rules}
    assert rules["quote_validity"].strict
    assert {"hit@1", "figure_match", "refusal_recall", "citation_precision"} <= rules.keys()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[metric", "not valid TOML"),
        ("", "names no [[metric]]"),
        ("metrics = 1", "no key called 'metrics'"),
        ('[[metric]]\nname = "hits"\nbetter = "higher"', "no metric called 'hits'"),
        ('[[metric]]\nname = "mrr"\nbetter = "lower"', '"better" of mrr must be "higher"'),
        ('[[metric]]\nname = "mrr"', '"better" of mrr must be "higher"'),
        ('[[metric]]\nname = "mrr"\nbetter = "higher"\ntolerated_loss = -1', "not negative"),
        ('[[metric]]\nname = "mrr"\nbetter = "higher"\nstrict = 1', "true or false"),
        ('[[metric]]\nname = "mrr"\nbetter = "higher"\nloss = 1', "and no others"),
        ('[[metric]]\nname = "mrr"\nbetter = "higher"\n' * 2, "named twice"),
        ('least_shared = 2\n[[metric]]\nname = "mrr"\nbetter = "higher"', "from 0 to 1"),
    ],
)
def test_a_malformed_gate_is_named_with_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError, match=r"gate\.toml") as caught:
        load_gate(file)
    assert words in str(caught.value)


def test_a_missing_gate_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="cannot be read"):
        load_gate(tmp_path / "none.toml")


def write_rows(folder: Path, *rows: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "verdicts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    (folder / "metrics.json").write_text("{}", encoding="utf-8")
    return folder


def test_a_run_is_found_by_its_folder_and_by_its_files(tmp_path: Path) -> None:
    folder = write_rows(tmp_path / "run", row(0))
    for path in (folder, folder / "verdicts.jsonl", folder / "metrics.json"):
        assert [one["id"] for one in load_run(path).rows] == ["q0"]


def test_a_folder_without_a_run_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"verdicts\.jsonl is missing"):
        load_run(tmp_path)


@pytest.mark.parametrize("bad", [{"id": "q0"}, [], {**row(0), "scores": 3}])
def test_a_line_that_is_no_verdict_is_named(tmp_path: Path, bad: Any) -> None:
    with pytest.raises(SuiteError, match="line 2: this is no verdict"):
        load_run(write_rows(tmp_path / "run", row(0), bad))


def test_a_metric_that_an_older_run_does_not_know_fails_the_gate() -> None:
    before = [row(0, correct=1.0)]
    del before[0]["scores"]["correct"]
    assert objections(before, [row(0, correct=1.0)]) == ["correct"]


def test_the_interval_of_a_difference_needs_no_case_that_both_judge() -> None:
    draw = np.random.default_rng(8)
    before = [row(i, wrong_answer=float(draw.random() < 0.3) if i % 2 else None) for i in range(40)]
    after = [row(i, wrong_answer=None if i % 2 else float(draw.random() < 0.3)) for i in range(40)]
    change = compared(before, after).changes["wrong_answer"]
    assert change.low is not None
    assert change.high is not None
    assert change.difference is not None
    assert change.low < change.difference < change.high
