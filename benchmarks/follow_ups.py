"""How much a follow-up finds of what the same question finds when it is written out by hand.

    .venv/bin/python benchmarks/follow_ups.py [--split dev|test] [--write]

Asked are the cases of evals/city_deals that have a history and, in `meta.standalone`, the question as it would be asked
without one. `recall@5`: share of all gold evidence that the first five passages overlap; `hit@k` leaves out passages
that the answer says do not bear on the question.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from _report import ROOT, finish, machine, parser, table

from dealqa import Assistant, load_settings
from dealqa.evaluation import Suite, ask_suite, load_suite
from dealqa.index import build_index

METRICS = ("recall@5", "recall@10", "hit@1", "hit@5", "answer_match")


def written_out(suite: Suite) -> Suite:
    """The same cases, asked by hand without their history."""
    cases = (replace(case, question=str(case.meta["standalone"]), history=()) for case in suite.cases)
    return replace(suite, cases=tuple(cases))


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--split", choices=("dev", "test"), default="test")
    options = arguments.parse_args()
    facts = machine()
    settings = load_settings(index=ROOT / ".scratch" / "ablation-index", ocr="off")
    build_index(settings)
    whole = load_suite(ROOT / "evals" / "city_deals", options.split)
    cases = tuple(case for case in whole.cases if case.history and case.meta.get("standalone") and case.answerable)
    suite = replace(whole, cases=cases)
    with Assistant(settings) as assistant:
        reached = {
            "as a follow-up": ask_suite(suite, assistant).judge().metrics,
            "written out by hand": ask_suite(written_out(suite), assistant).judge().metrics,
        }
    rows = [
        (f"{options.split}: {name}", *(f"{metrics[one].mean or 0.0:.3f}" for one in METRICS))
        for name, metrics in reached.items()
    ]
    shares = (
        (reached["as a follow-up"][one].mean or 0.0) / (reached["written out by hand"][one].mean or 1.0)
        for one in METRICS
    )
    rows.append((f"{options.split}: share", *(f"{share:.0%}" for share in shares)))
    finish("follow_ups", facts, f"{len(cases)} questions.\n\n{table(('asked', *METRICS), rows)}", write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
