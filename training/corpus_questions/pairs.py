"""Write down, for the questions on the demonstration corpus, the sentences that might answer them, right or not.

    .venv/bin/python -m training.corpus_questions.pairs --index index --out .scratch/evidence [--sets first joint]

`first.jsonl`, `second.jsonl` and `third.jsonl` beside this file hold, for each sentence, questions that it answers and
near misses: questions that look as if it answered them. `joint.jsonl` holds questions that several sentences answer,
each of them or each in part: accounts that differ, items of a list, sides of a comparison. They were written for the
evidence model with a large language model's help, without a look at evals/, in other words than the papers'. The file
written here, `corpus.jsonl`, has the form of `training.evidence_model.collect`.

The candidates of a question are those that dealqa's features put first, as for the public sets. Sentences that state
the same fact as the one that a question was written on (evals/city_deals/facts.jsonl, or the same figure or mostly the
same words) are left out, since they may answer as well. Of a near miss only the sentences of that passage are taken:
another paper may answer it after all. So it is with a question that several answer: what does not is what was written
down as such, and what the features put far behind.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.questions import load

from dealqa.answering.weighing.answerability import WITHOUT, answerability
from dealqa.answering.weighing.evidence import Evidence, gather
from dealqa.answering.weighing.evidence_text import sentence_in_context
from dealqa.answering.weighing.kinds_of_answer import figures_asked_for
from dealqa.answering.weighing.ranking import PASSAGES, standing
from dealqa.assistant import Assistant
from dealqa.config import load_settings
from dealqa.snapshot import Snapshot
from dealqa.terms import stems
from dealqa.types import Question

ROUNDS = tuple(Path(__file__).with_name(name) for name in ("first.jsonl", "second.jsonl", "third.jsonl"))
"""The questions in the order in which they were written: the second ones are further from the sentences' words, and
hold more near misses; the third ones are of more shapes."""

JOINT = Path(__file__).with_name("joint.jsonl")
"""Questions that several sentences answer."""

FACTS = Path("evals/city_deals/facts.jsonl")
CANDIDATES = 24

FAR = 12
"""What the features put behind so many others hardly answers a question that several sentences answer."""


def asked(assistant: Assistant, lines: list[dict[str, Any]], facts: dict[str, set[str]]) -> Iterator[dict[str, Any]]:
    """Each question of which the sentence is found at all, with its candidates.

    Args:
        facts: the ids of the facts that a sentence states, by its words.
    """
    with assistant.hold() as snapshot:
        for number, line in enumerate(lines):
            for answered, wording in _wordings(line):
                question = assistant.understand(wording)
                found = _found(assistant, snapshot, question)
                source = next((item for item in found if _is_source(item, line)), None)
                if source is None:
                    continue
                candidates = []
                if answered:
                    same = _say_the_same(question, source, found[:CANDIDATES], facts)
                    chosen = [item for i, item in enumerate(found[:CANDIDATES]) if i not in same and item is not source]
                    candidates.append(_candidate(source, right=True))
                else:
                    chosen = [item for item in found if item.hit.passage.id == source.hit.passage.id]
                candidates += [_candidate(item, right=False) for item in chosen]
                yield _row(question, candidates, f"corpus-{number}")


def asked_of_several(
    assistant: Assistant, lines: list[dict[str, Any]], facts: dict[str, set[str]]
) -> Iterator[dict[str, Any]]:
    """Each question of which at least two of the sentences are found, with these and others.

    Args:
        facts: see `asked`.
    """
    with assistant.hold() as snapshot:
        for number, line in enumerate(lines):
            question = assistant.understand(line["question"])
            found = _found(assistant, snapshot, question)
            right = [item for item in found if any(_is_source(item, one) for one in line["by"])]
            if len(right) < 2:
                continue
            same = frozenset().union(*(_say_the_same(question, one, found[:CANDIDATES], facts) for one in right))
            wrong = [item for item in found if any(_is_source(item, one) for one in line["not"])]
            far = [item for i, item in enumerate(found[:CANDIDATES]) if i >= FAR and i not in same]
            wrong += [item for item in far if item not in right and item not in wrong]
            candidates = [_candidate(item, right=True) for item in right]
            candidates += [_candidate(item, right=False) for item in wrong]
            yield _row(question, candidates, f"joint-{number}")


def _found(assistant: Assistant, snapshot: Snapshot, question: Question) -> list[Evidence]:
    found = gather(question, assistant.search(question, limit=PASSAGES), snapshot)
    model = answerability(WITHOUT)
    return sorted(found, key=lambda item: (-model.preference(item), item.hit.rank, item.span))


def _row(question: Question, candidates: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return {
        "question": question.resolved,
        "answerable": any(one["label"] for one in candidates),
        "answers": [],
        "candidates": candidates,
        "id": name,
        "held": False,
    }


def _wordings(line: dict[str, Any]) -> list[tuple[bool, str]]:
    return [*((True, one) for one in line["answered"]), *((False, one) for one in line["near"])]


def _candidate(item: Evidence, *, right: bool) -> dict[str, Any]:
    sentence, around = sentence_in_context(item.hit, item.span)
    return {"sentence": sentence, "around": around, "label": int(right)}


def _is_source(item: Evidence, line: dict[str, Any]) -> bool:
    return item.hit.document.path == line["doc"] and " ".join(item.text.split()) == line["sentence"]


def _say_the_same(
    question: Question, source: Evidence, found: list[Evidence], facts: dict[str, set[str]]
) -> frozenset[int]:
    """Which of the sentences may answer as well as the one that the question was written on."""
    told = facts.get(" ".join(source.text.split()), set())
    same = set()
    for i, item in enumerate(found):
        both = (source, item)
        stood = standing(
            [stems(one.text) for one in both],
            [figures_asked_for(question, one.text) for one in both],
            ["one", "other"],
            [0.0, 0.0],
        )
        if stood[0][1] > 0 or not told.isdisjoint(facts.get(" ".join(item.text.split()), set())):
            same.add(i)
    return frozenset(same)


def stated(rows: list[dict[str, Any]]) -> dict[str, set[str]]:
    """The ids of the facts that each sentence states, by its words."""
    facts: dict[str, set[str]] = {}
    for row in rows:
        facts.setdefault(" ".join(row["text"].split()), set()).add(row["fact"])
    return facts


def main() -> int:
    """Write the file and say how many questions there are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=load_settings().index, help="of the demonstration corpus")
    parser.add_argument("--out", type=Path, default=Path(".scratch/evidence"))
    names = [file.stem for file in (*ROUNDS, JOINT)]
    parser.add_argument("--sets", nargs="+", choices=names, default=names, help="which questions")
    arguments = parser.parse_args()
    questions = [line for file in ROUNDS if file.stem in arguments.sets for line in load(file)]
    several = load(JOINT) if JOINT.stem in arguments.sets else []
    facts = stated(load(FACTS))
    with Assistant(load_settings(index=arguments.index, evidence_model=False)) as assistant:
        lines = [*asked(assistant, questions, facts), *asked_of_several(assistant, several, facts)]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (arguments.out / "corpus.jsonl").write_text(text, encoding="utf-8")
    of = sum(len(_wordings(line)) for line in questions) + len(several)
    sys.stdout.write(f"of {len(lines):,} of {of:,} questions the sentences are among those that are found\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
