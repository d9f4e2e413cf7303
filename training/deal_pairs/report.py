"""How the labels are spread over the kinds of pairs, and how well cues that need no reading predict them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from training.deal_pairs.templates import Pair

_WORD = re.compile(r"[a-z0-9£%]+")
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][a-z]+")
_EMPTY = frozenset(
    """
    a an and are as at be by can did do does for from has have how in is it its many much of on or the there to was
    were what when where which who whose why will with
    """.split()  # noqa: SIM905 - a list of words reads better as a text
)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def overlap(pair: Pair) -> float:
    """Share of the question's words, empty ones left out, that stand in the heading or the sentence."""
    asked = _words(pair.question) - _EMPTY
    return len(asked & _words(f"{pair.heading} {pair.sentence}")) / max(1, len(asked))


def overlap_with_sentence(pair: Pair) -> float:
    """The same without the heading."""
    asked = _words(pair.question) - _EMPTY
    return len(asked & _words(pair.sentence)) / max(1, len(asked))


def place_named(pair: Pair) -> float:
    """Share of the question's names, by their capital letter, that stand in the heading or the sentence."""
    names = {name.casefold() for name in _NAME.findall(" " + pair.question)}
    return len(names & _words(f"{pair.heading} {pair.sentence}")) / max(1, len(names))


def figures_shared(pair: Pair) -> float:
    """How many figures of the question stand in the sentence."""
    asked = {word for word in _words(pair.question) if any(sign.isdigit() for sign in word)}
    return float(len(asked & _words(pair.sentence)))


CUES: dict[str, Callable[[Pair], float]] = {
    "word overlap with heading and sentence": overlap,
    "word overlap with the sentence": overlap_with_sentence,
    "names of the question found": place_named,
    "figures of the question found": figures_shared,
    "a figure in the sentence": lambda pair: float(any(sign.isdigit() for sign in pair.sentence)),
    "length of the sentence": lambda pair: float(len(pair.sentence)),
    "length of the question": lambda pair: float(len(pair.question)),
    "a question mark": lambda pair: float("?" in pair.question),
    "a table row": lambda pair: float(" | " in pair.sentence),
    "a negation in the sentence": lambda pair: float(bool({"no", "not", "never"} & _words(pair.sentence))),
}


def auroc(scores: Sequence[float], labels: Sequence[int]) -> float:
    """The chance that a pair with label 1 has a higher score than one with label 0; ties count half.

    Raises:
        ValueError: only one label occurs.
    """
    positives = sum(labels)
    if positives in (0, len(labels)):
        raise ValueError("Both labels are needed; make more pairs.")
    by_score: dict[float, list[int]] = defaultdict(list)
    for score, label in zip(scores, labels, strict=True):
        by_score[score].append(label)
    below, total = 0, 0.0
    for score in sorted(by_score):
        here = by_score[score]
        negatives = len(here) - sum(here)
        total += sum(here) * (below + negatives / 2)
        below += negatives
    return total / (positives * (len(labels) - positives))


def first_word(pair: Pair) -> str:
    """The first word of the question."""
    return pair.question.split(" ")[0].casefold()


def best_by(pairs: Sequence[Pair], key: Callable[[Pair], str]) -> float:
    """AUROC of the share of label 1 among the pairs with the same key: what the key alone can tell, at best."""
    sums: dict[str, list[int]] = defaultdict(list)
    for pair in pairs:
        sums[key(pair)].append(pair.label)
    return auroc([sum(sums[key(pair)]) / len(sums[key(pair)]) for pair in pairs], [pair.label for pair in pairs])


def simple_reading(pair: Pair) -> str:
    """Several cues in one: names found, a figure in the sentence, figures of the question found, word overlap."""
    figure = any(sign.isdigit() for sign in pair.sentence)
    return f"{place_named(pair):.0f} {figure} {figures_shared(pair):.0f} {overlap_with_sentence(pair):.1f}"


def summary(pairs: Sequence[Pair]) -> str:
    """Tables in Markdown: shapes of question with their number and share of label 1, and the AUROC of each cue."""
    shapes: dict[str, list[int]] = defaultdict(list)
    for pair in pairs:
        shapes[pair.kind.partition(":")[0]].append(pair.label)
    labels = [pair.label for pair in pairs]
    lines = ["| shape | pairs | label 1 |", "| --- | --- | --- |"]
    lines += [f"| {shape} | {len(here)} | {sum(here) / len(here):.2f} |" for shape, here in sorted(shapes.items())]
    lines += [f"| all | {len(labels)} | {sum(labels) / len(labels):.2f} |", "", "| cue | AUROC |", "| --- | --- |"]
    lines += [f"| {name} | {auroc([cue(pair) for pair in pairs], labels):.3f} |" for name, cue in CUES.items()]
    lines.append(f"| first word of the question, at best | {best_by(pairs, first_word):.3f} |")
    lines.append(f"| names, figures and overlap together, at best | {best_by(pairs, simple_reading):.3f} |")
    return "\n".join(lines) + "\n"


def report(pairs: Sequence[Pair]) -> str:
    """The kinds with their number and share of label 1, then the summary."""
    kinds: dict[str, list[int]] = defaultdict(list)
    for pair in pairs:
        kinds[pair.kind].append(pair.label)
    lines = ["| kind | pairs | label 1 |", "| --- | --- | --- |"]
    lines += [f"| {kind} | {len(here)} | {sum(here) / len(here):.2f} |" for kind, here in sorted(kinds.items())]
    return "\n".join(lines) + "\n\n" + summary(pairs)
