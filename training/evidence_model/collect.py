"""Ask the public training sets' questions and write down the sentences that might answer them, right or not.

    .venv/bin/python -m training.evidence_model.collect --train ../shared/train --out .scratch/evidence

Each line of `<set>.jsonl` is one question with its candidate sentences, as the evidence model will see them: those that
the features of `dealqa.answering.weighing.evidence` put first, and all that answer it. The texts stay outside the
repository.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.questions import SETS, dev_cases, is_held, is_right, load, with_misplaced

from dealqa.answering.weighing.answerability import WITHOUT, answerability
from dealqa.answering.weighing.evidence import gather
from dealqa.answering.weighing.evidence_text import sentence_in_context
from dealqa.answering.weighing.ranking import PASSAGES
from dealqa.assistant import Assistant
from dealqa.config import Settings, load_settings
from dealqa.index import build_index

SEED = 20261124
CANDIDATES = 24


def asked(settings: Settings, cases: list[dict[str, Any]], held: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Each question with its candidates.

    Args:
        held: ids of the cases that nothing is trained on.
    """
    build_index(settings)
    model = answerability(WITHOUT)
    with Assistant(settings) as assistant:
        for case in cases:
            question = assistant.understand(case["question"], case.get("history", ()))
            documents = [case["scope"]] if case["scope"] else None
            hits = assistant.search(question, documents=documents, limit=PASSAGES)
            with assistant.hold() as snapshot:
                found = gather(question, hits, snapshot)
            found.sort(key=lambda item: (-model.preference(item), item.hit.rank, item.span))
            candidates = []
            for rank, item in enumerate(found):
                right = bool(case["answerable"] and is_right(case, item))
                if rank >= CANDIDATES and not right:
                    continue
                sentence, around = sentence_in_context(item.hit, item.span)
                candidates.append({"sentence": sentence, "around": around, "label": int(right)})
            if candidates:
                yield {
                    "question": question.resolved,
                    "answerable": bool(case["answerable"]),
                    "answers": case["answers"],
                    "candidates": candidates,
                    "split": case["meta"].get("split", ""),
                    "class": case["meta"].get("class", ""),
                    "id": case["id"],
                    "held": case["id"] in held,
                }


def main() -> int:
    """Write one file a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".scratch/evidence"))
    parser.add_argument("--sets", nargs="+", default=[*SETS, "dev"])
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    random.seed(SEED)
    for name in arguments.sets:
        index = arguments.out / f"index-{name}"
        if name == "dev":
            cases = dev_cases()
            settings = load_settings(corpus=Path("docs_corpus"), index=index, ocr="off", evidence_model=False)
            held = frozenset(case["id"] for case in cases)
        else:
            cases = load(arguments.train / name / "questions.jsonl")
            held = frozenset(case["id"] for case in cases if is_held(name, case))
            random.shuffle(cases)
            cases = with_misplaced(cases)
            settings = load_settings(
                corpus=arguments.train / name / "corpus", index=index, ocr="off", evidence_model=False
            )
        with (arguments.out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for line in asked(settings, cases, held):
                file.write(json.dumps(line) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
