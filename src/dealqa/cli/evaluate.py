"""`dealqa eval`: ask a suite, judge it, compare it with an earlier run, and write what was found."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from dealqa.cli import terminal
from dealqa.config import Settings
from dealqa.errors import ConfigError, IndexMissing
from dealqa.evaluation import (
    GATE_FILE,
    Comparison,
    GateFailure,
    Judgement,
    baselines_for,
    compare,
    default_output,
    gate_failures,
    load_gate,
    load_run,
    load_suite,
    metrics_to_dict,
    page,
    render,
    run_suite,
    verdict_to_dict,
    write_baseline,
    write_example,
    write_json,
    write_page,
    write_run,
)
from dealqa.index import open_index
from dealqa.types import Document

__all__ = ["GATE_FAILED", "evaluate", "init"]

GATE_FAILED = 4
DOCUMENTS_LOOKED_AT = 20  # for an example of a suite


def init(folder: Path, settings: Settings) -> int:
    """Write an example of a suite, about the documents that are indexed if any are, and say how to go on."""
    written = write_example(folder, _some_documents(settings))
    terminal.say(f"Written: {', '.join(map(str, written))}")
    terminal.say(f"Change the questions, then run: dealqa eval --suite {folder}")
    return 0


def _some_documents(settings: Settings) -> list[Document]:
    try:
        index = open_index(settings.index)
    except IndexMissing:
        return []
    try:
        return [index.document(info.id) for info in index.documents[:DOCUMENTS_LOOKED_AT]]
    finally:
        index.close()


def evaluate(options: argparse.Namespace, settings: Settings) -> int:
    """Ask, judge, compare and write; 4 when the gate objects."""
    if options.gate is not None and options.compare is None:
        raise ConfigError("--gate was given without --compare.", hint="Name the earlier run with --compare RUN.")
    suite = load_suite(options.suite, options.split)
    earlier = load_run(options.compare) if options.compare is not None else None  # a slip is told before the work
    gate_file = _gate_file(options)
    gate = load_gate(gate_file) if gate_file is not None else None
    with terminal.progress() as report:
        run = run_suite(suite, settings, progress=report)
    judgement = run.judge()
    comparison = compare(earlier, _rows(judgement)) if earlier is not None else None
    objections = gate_failures(gate, comparison) if gate is not None and comparison is not None else None

    baselines = baselines_for(suite)
    folder = options.out or default_output(suite)
    write_run(run, judgement, folder, baselines, comparison, objections)
    written = [folder / "predictions.jsonl", folder / "verdicts.jsonl", folder / "metrics.json"]
    if options.json is not None:
        write_json(metrics_to_dict(run, judgement, baselines, comparison, objections), options.json)
        written.append(options.json)
    if options.html is not None:
        write_page(page(run, judgement, comparison, objections), options.html)
        written.append(options.html)
    if options.write_baseline is not None:
        write_baseline(run, judgement, options.write_baseline)
        written.append(options.write_baseline)
    terminal.show(render(run, judgement, baselines, comparison))
    terminal.say(f"\nWritten: {', '.join(map(str, written))}")
    return _tell_gate(comparison, objections, gate_file)


def _rows(judgement: Judgement) -> list[dict[str, object]]:
    return [verdict_to_dict(verdict) for verdict in judgement.verdicts]


def _gate_file(options: argparse.Namespace) -> Path | None:
    if options.compare is None:
        return None
    if options.gate is not None:
        return Path(options.gate)
    return GATE_FILE if GATE_FILE.is_file() else None


def _tell_gate(comparison: Comparison | None, objections: Sequence[GateFailure] | None, gate_file: Path | None) -> int:
    if comparison is None:
        return 0
    if objections is None:
        terminal.say(f"There is no gate: {GATE_FILE} is not here, and --gate names no other file.")
        return 0
    if not objections:
        terminal.say(f"The gate {gate_file} is passed.")
        return 0
    terminal.say(f"The gate {gate_file} is failed:")
    for objection in objections:
        terminal.say(f"  {objection.message}")
    return GATE_FAILED
