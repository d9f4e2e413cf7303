"""Evaluation: a suite of questions is asked, judged without a language model, and reported.

>>> from dealqa.evaluation import load_suite, run_suite, write_run  # doctest: +SKIP
>>> run = run_suite(load_suite(Path("evals/city_deals"), "dev"), load_settings())  # doctest: +SKIP
>>> write_run(run, run.judge(), Path("out"))  # doctest: +SKIP
"""

from dealqa.evaluation.baselines import PUBLISHED, Baseline, baselines_for, load_baselines
from dealqa.evaluation.cases import EvalCase, Evidence, Suite, load_suite
from dealqa.evaluation.causes import CAUSES, Cause
from dealqa.evaluation.estimates import Estimate
from dealqa.evaluation.judging import METRICS, Judgement, Metric, Verdict, judge
from dealqa.evaluation.report import metrics_to_dict, render, write_json, write_run
from dealqa.evaluation.run import EvalRun, Outcome, ask_suite, default_output, run_suite, settings_for

__all__ = [
    "CAUSES",
    "METRICS",
    "PUBLISHED",
    "Baseline",
    "Cause",
    "Estimate",
    "EvalCase",
    "EvalRun",
    "Evidence",
    "Judgement",
    "Metric",
    "Outcome",
    "Suite",
    "Verdict",
    "ask_suite",
    "baselines_for",
    "default_output",
    "judge",
    "load_baselines",
    "load_suite",
    "metrics_to_dict",
    "render",
    "run_suite",
    "settings_for",
    "write_json",
    "write_run",
]
