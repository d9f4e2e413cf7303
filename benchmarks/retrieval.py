"""How good retrieval and answers are on public question sets, beside the baselines.

    .venv/bin/python benchmarks/retrieval.py [--suites DIR] [--suite NAME ...] [--write]

The question sets are not part of the repository. Their documents are indexed the first time, which takes minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from _report import SHARED, finish, machine, missing, parser, table

from dealqa import load_settings
from dealqa.evaluation import Judgement, baselines_for, load_suite, run_suite

COLUMNS = {
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "mrr": "MRR",
    "recall@5": "all evidence @5",
    "recall@10": "all evidence @10",
    "best_sentence": "best sentence",
    "refusal_recall": "refused rightly",
    "false_refusal": "refused wrongly",
    "auroc": "AUROC",
}
NOT_MEASURED = "–"
SUITES = ("squad2", "tatqa", "hotpotqa")


def figure(value: float | None) -> str:
    """A figure as it stands in the table."""
    return NOT_MEASURED if value is None else f"{value:.3f}"


def means(judgement: Judgement) -> dict[str, float | None]:
    """What a run reached, by metric."""
    return {name: estimate.mean for name, estimate in judgement.metrics.items()}


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--suites", type=Path, default=SHARED / "bench", help="default: ../shared/bench")
    arguments.add_argument("--suite", action="append", help="only this one; may be repeated (default: all three)")
    options = arguments.parse_args()
    if missing(options.suites):
        return 0
    facts = machine()
    rows: list[tuple[str, ...]] = []
    said: list[str] = []
    for name in options.suite or SUITES[: 1 if options.quick else None]:
        suite = load_suite(options.suites / name)
        run = run_suite(suite, load_settings())
        judgement = run.judge()
        for baseline in baselines_for(suite):
            figures = (figure(baseline.figures.get(metric)) for metric in COLUMNS)
            rows.append((f"{name}: {baseline.system}", *figures))
        reached = means(judgement)
        rows.append((f"{name}: **dealqa**", *(figure(reached[metric]) for metric in COLUMNS)))
        said.append(f"{name}: {len(suite.cases)} questions of {run.documents} documents, {run.passages} passages")
    body = f"{'; '.join(said)}.\n\n{table(('system', *COLUMNS.values()), rows)}"
    finish("retrieval", facts, body, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
