"""Pairs on what terms and abbreviations mean."""

from __future__ import annotations

import random
from collections.abc import Iterator

from training.deal_pairs.facts import Passage
from training.deal_pairs.names import Who, draw_who, general_heading, heading_of
from training.deal_pairs.recipes import Line
from training.deal_pairs.templates import read
from training.deal_pairs.wording import question, sentence


def _under(heading_who: Who, template: str, rng: random.Random, slots: dict[str, str]) -> Passage:
    text = sentence(template, heading_who, rng, slots, plain=True)
    return heading_of(heading_who, rng) if rng.random() < 0.5 else general_heading("city", rng), text


def term_lines(rng: random.Random) -> Iterator[Line]:
    """Pairs on a term: what it means, sentences that only use it, and the meaning of another term."""
    words = read("wordings")["term"]
    table, other = rng.sample(read("terms")["term"], 2)
    who = draw_who("city", rng)
    for _ in range(2):
        asked = question(rng.choice(words["questions"]), who, rng, {"term": table["name"]})
        right = {"term": table["name"], "meaning": rng.choice(table["means"])}
        wrong = {"term": other["name"], "meaning": rng.choice(other["means"])}
        yield asked, _under(who, rng.choice(words["statements"]), rng, right), 1, "term:defines"
        yield asked, _under(who, rng.choice(table["uses"]), rng, right), 0, "term:only_uses"
        if rng.random() < 0.5:
            yield asked, _under(who, rng.choice(words["statements"]), rng, wrong), 0, "term:other_term"
        else:
            yield asked, _under(who, rng.choice(words["statements"]), rng, right), 1, "term:defines"


def acronym_lines(rng: random.Random) -> Iterator[Line]:
    """Pairs on an invented abbreviation."""
    words = read("wordings")["term"]
    who = draw_who("city", rng)

    def invented() -> tuple[str, str]:
        parts = [rng.choice(words[use]) for use in ("firsts", "seconds", "thirds")]
        return "".join(part[0] for part in parts), " ".join(parts)

    short, long = invented()
    other_short, other_long = invented()
    while other_short == short:
        other_short, other_long = invented()
    asked = question(rng.choice(words["acronym_questions"]), who, rng, {"short": short})
    slots = {"short": short, "long": long, "long_other": other_long}
    wrong = {"short": other_short, "long": other_long}
    yield asked, _under(who, rng.choice(words["acronym_statements"]), rng, slots), 1, "acronym:spells_out"
    yield asked, _under(who, rng.choice(words["acronym_uses"]), rng, slots), 0, "acronym:only_uses"
    yield asked, _under(who, rng.choice(words["acronym_statements"]), rng, wrong), 0, "acronym:other"
    if rng.random() < 0.6:
        yield asked, _under(who, rng.choice(words["acronym_statements"]), rng, slots), 1, "acronym:spells_out"
