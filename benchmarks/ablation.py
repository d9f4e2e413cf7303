"""What each part of searching and answering is worth: the same questions with one part left out at a time.

    .venv/bin/python benchmarks/ablation.py [--suites DIR] [--suite NAME ...] [--write]

Asked are the dev split of evals/city_deals and the public question sets (not part of the repository; without them the
dev split alone). A part that helps nowhere has to go.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from _report import ROOT, SHARED, finish, machine, parser, table

from dealqa import Assistant, Settings, load_settings
from dealqa.evaluation import Suite, ask_suite, load_suite
from dealqa.evaluation.run import settings_for
from dealqa.index import build_index
from dealqa.retrieval import Weights

SETS = ("squad2", "tatqa", "hotpotqa")
COLUMNS = {
    "hit@1": "hit@1",
    "hit@5": "hit@5",
    "mrr": "MRR",
    "recall@10": "evidence @10",
    "wrong_document@5": "wrong documents @5",
    "best_sentence": "best sentence",
    "answer_match": "answers right",
    "refusal_recall": "refused rightly",
    "false_refusal": "refused wrongly",
    "auroc": "AUROC",
}
FULL = Weights()
PARTS: dict[str, tuple[Weights, bool]] = {
    "all parts": (FULL, True),
    "without the evidence model": (FULL, False),
    "without the lexical search": (replace(FULL, fused_lexical=0.0, lexical=0.0), True),
    "without the dense search": (replace(FULL, fused_dense=0.0), True),
    "without sentence evidence": (replace(FULL, sentence_cosine=0.0, sentence_coverage=0.0), True),
    "without coverage of terms": (replace(FULL, coverage=0.0, sentence_coverage=0.0), True),
    "without the registry's documents": (replace(FULL, deals=0.0), True),
    "without a limit to a document's share": (replace(FULL, share=1.0), True),
}
"""What is left out → the weights, and whether the evidence model reads."""


def suites(folder: Path, names: list[str] | None) -> Iterator[tuple[str, Suite, Settings]]:
    """Each suite with the settings that it is asked with, its index brought up to date."""
    settings = load_settings(index=ROOT / ".scratch" / "ablation-index", ocr="off")
    if not names or "city_deals" in names:
        yield "city_deals dev", load_suite(ROOT / "evals" / "city_deals", "dev"), settings
    for name in SETS:
        if (not names or name in names) and (folder / name).is_dir():
            suite = load_suite(folder / name)
            yield name, suite, settings_for(suite, load_settings())


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--suites", type=Path, default=SHARED / "bench", help="default: ../shared/bench")
    arguments.add_argument("--suite", action="append", help="only this one; may be repeated (default: all)")
    arguments.add_argument("--part", action="append", choices=PARTS, help="only this; may be repeated")
    options = arguments.parse_args()
    facts = machine()
    rows: list[tuple[str, ...]] = []
    for name, suite, settings in suites(options.suites, options.suite):
        build_index(settings)
        for part in options.part or list(PARTS)[: 2 if options.quick else None]:
            weights, reads = PARTS[part]
            with Assistant(settings.model_copy(update={"evidence_model": reads}), weights=weights) as assistant:
                reached = ask_suite(suite, assistant).judge().metrics
            figures = (reached[metric].mean for metric in COLUMNS)
            row = (f"{name}: {part}", *("–" if figure is None else f"{figure:.3f}" for figure in figures))
            rows.append(row)
            print(" ".join(row), file=sys.stderr, flush=True)
    finish("ablation", facts, table(("suite: what is left out", *COLUMNS.values()), rows), write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
