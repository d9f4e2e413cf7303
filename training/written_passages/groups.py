"""Passages that were written to train on, with their questions, as the evidence model sees them.

The files beside this one hold short factual passages, invented for this purpose with a large language model's help:
articles in the manner of an encyclopaedia, agreements, minutes, audits, reports, tables. Half of the questions on each
are answered by a sentence of it, and half only look as if they were. In `reworded.jsonl` those that are answered share
hardly a word with the sentence and the others share many; in `plain.jsonl` it is mostly the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.evidence_model.data import NO_SPAN, Group, answer_span
from training.questions import load

from dealqa.answering.evidence_model.pair_encoding import Pair, encode_pairs
from dealqa.answering.weighing.evidence_text import AROUND, BEFORE

__all__ = ["FILES", "HELD", "held_out", "written_groups"]

FILES = tuple(Path(__file__).with_name(f"{name}.jsonl") for name in ("passages", "reworded", "plain"))

HELD = 20
"""One passage in so many is held out, but of the reworded ones none."""


def held_out(file: Path) -> list[dict[str, Any]]:
    """The passages of a file that nothing is trained on."""
    return [] if file.stem == "reworded" else load(file)[::HELD]


def written_groups(tokenizer: Any, files: Sequence[Path] = FILES, *, held: bool) -> list[Group]:
    """Each question with all sentences of its passage.

    Args:
        held: those of the passages that nothing is trained on, or of the others.
    """
    passages = []
    for file in files:
        kept = held_out(file)
        passages += kept if held else [passage for passage in load(file) if passage not in kept]
    groups = []
    for passage in passages:
        sentences = passage["sentences"]
        for asked in passage["questions"]:
            pairs: tuple[Pair, ...] = tuple(
                (asked["question"], sentence, _around(passage["title"], sentences, i))
                for i, sentence in enumerate(sentences)
            )
            labels = [int(i in asked["answered_by"]) for i in range(len(sentences))]
            spans = [
                answer_span(tokenizer, asked["question"], sentence, [asked["answer"]])
                if label and "answer" in asked
                else NO_SPAN
                for sentence, label in zip(sentences, labels, strict=True)
            ]
            groups.append(Group("written", pairs, encode_pairs(tokenizer, pairs), labels, spans))
    return groups


def _around(title: str, sentences: Sequence[str], at: int) -> str:
    """What stands around a sentence, as `dealqa.answering.weighing.evidence_text.sentence_in_context` puts it."""
    before = [sentences[at - 1][-BEFORE:]] if at else []
    return " · ".join([title[-AROUND:], *before])
