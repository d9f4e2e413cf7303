"""Evaluation: a suite of questions is asked, judged without a language model, and reported.

>>> from dealqa.evaluation import load_suite, run_suite, write_run  # doctest: +SKIP
>>> run = run_suite(load_suite(Path("evals/city_deals"), "dev"), load_settings())  # doctest: +SKIP
>>> write_run(run, run.judge(), Path("out"))  # doctest: +SKIP
"""

from dealqa.evaluation.baselines import PUBLISHED, Baseline, baselines_for, load_baselines
from dealqa.evaluation.cases import EvalCase, Evidence, Suite, load_suite
from dealqa.evaluation.causes import CAUSES, Cause
from dealqa.evaluation.comparison import Comparison, compare, load_run
from dealqa.evaluation.estimates import Estimate
from dealqa.evaluation.example import write_example
from dealqa.evaluation.gate import GATE_FILE, Gate, GateFailure, gate_failures, load_gate
from dealqa.evaluation.judging import METRICS, Judgement, Metric, Verdict, judge, verdict_to_dict
from dealqa.evaluation.page import page, write_page
from dealqa.evaluation.report import metrics_to_dict, write_baseline, write_json, write_run
from dealqa.evaluation.run import EvalRun, Outcome, ask_suite, default_output, run_suite, settings_for
from dealqa.evaluation.tables import render

__all__ = [
    "CAUSES",
    "GATE_FILE",
    "METRICS",
    "PUBLISHED",
    "Baseline",
    "Cause",
    "Comparison",
    "Estimate",
    "EvalCase",
    "EvalRun",
    "Evidence",
    "Gate",
    "GateFailure",
    "Judgement",
    "Metric",
    "Outcome",
    "Suite",
    "Verdict",
    "ask_suite",
    "baselines_for",
    "compare",
    "default_output",
    "gate_failures",
    "judge",
    "load_baselines",
    "load_gate",
    "load_run",
    "load_suite",
    "metrics_to_dict",
    "page",
    "render",
    "run_suite",
    "settings_for",
    "verdict_to_dict",
    "write_baseline",
    "write_example",
    "write_json",
    "write_page",
    "write_run",
]
