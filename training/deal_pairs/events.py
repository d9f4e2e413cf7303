"""Pairs on what a city did: signed or refused, kept or scrapped. Both verbs occur in questions as in sentences."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from training.deal_pairs.facts import Passage, reasons
from training.deal_pairs.names import Who, draw_who, general_heading, heading_of
from training.deal_pairs.recipes import Line
from training.deal_pairs.templates import read
from training.deal_pairs.values import draw_value
from training.deal_pairs.wording import question, sentence


@dataclass(frozen=True, slots=True)
class Event:
    """What `who` did (`verb`: past and infinitive), what the contrary would be, and another city."""

    name: str
    who: Who
    rival: Who
    thing: str
    verb: tuple[str, str]
    contrary: tuple[str, str]
    rng: random.Random

    def slots(self, contrary: bool = False) -> dict[str, str]:
        """The slots of templates for events."""
        past, infinitive = self.contrary if contrary else self.verb
        return {"object": self.thing, "past": past, "inf": infinitive}

    def ask(self, use: str) -> str:
        """A question of this shape."""
        template = self.rng.choice(read("wordings")["event"][use])
        return question(template, self.who, self.rng, self.slots())

    def told(self, use: str, contrary: bool = False, rival: bool = False, clause: str = "") -> Passage:
        """A passage of this kind, perhaps with a clause at its end."""
        rng, who = self.rng, self.rival if rival else self.who
        slots = self.slots(contrary)
        if use == "dated":
            slots["date"] = rng.choice(draw_value("date", rng).forms)
        pronoun = rng.random() < 0.35
        template = rng.choice(read("wordings")["event"][use])
        text = sentence(template, who, rng, slots, pronoun=pronoun, plain=bool(clause))
        heading = heading_of(who, rng) if pronoun or rng.random() < 0.5 else general_heading("city", rng)
        return heading, f"{text.rstrip('.')}{clause}." if clause else text


def draw_event(rng: random.Random) -> Event:
    """An invented event; the contrary of the usual is as likely as the usual."""
    table = rng.choice(read("events")["event"])
    verbs = [tuple(table["yes"]), tuple(table["no"])]
    rng.shuffle(verbs)
    who = draw_who("city", rng)
    return Event(
        table["name"], who, draw_who("city", rng, (who,)), rng.choice(table["object"]), verbs[0], verbs[1], rng
    )


def event_lines(event: Event) -> Iterator[Line]:
    """Pairs on the date, the reason and the truth of the event."""
    shapes = event.rng.sample([_when, _why, _did, _which], 3)
    for shape in shapes:
        yield from shape(event)


def _clause(event: Event) -> str:
    words = read("wordings")["why"]["clauses"]
    return str(event.rng.choice(words)).format(reason=event.rng.choice(reasons()))


def _when(event: Event) -> Iterator[Line]:
    asked = event.ask("when_questions")
    yield asked, event.told("dated"), 1, "when:dated"
    yield asked, event.told("dated", contrary=True), 0, "when:false_premise"
    yield event.rng.choice(
        [
            (asked, event.told("plain", clause=_clause(event)), 0, "when:lacks_answer"),
            (asked, event.told("open"), 0, "when:lacks_answer"),
            (asked, event.told("dated", rival=True), 0, "when:other_city"),
        ]
    )


def _why(event: Event) -> Iterator[Line]:
    asked = event.ask("why_questions")
    yield asked, event.told("plain", clause=_clause(event)), 1, "why:reason"
    yield asked, event.told("plain", contrary=True, clause=_clause(event)), 0, "why:false_premise"
    yield event.rng.choice(
        [
            (asked, event.told("dated"), 0, "why:lacks_reason"),
            (asked, event.told("open"), 0, "why:lacks_answer"),
            (asked, event.told("denied"), 0, "why:false_premise"),
            (asked, event.told("plain", rival=True, clause=_clause(event)), 0, "why:other_city"),
        ]
    )


def _did(event: Event) -> Iterator[Line]:
    asked, rng = event.ask("did_questions"), event.rng
    yield asked, event.told(rng.choice(("plain", "dated"))), 1, "did:states"
    yield asked, event.told("denied"), 1, "did:negated"
    yield asked, event.told("plain", contrary=True), 1, "did:states_otherwise"
    yield asked, event.told("open"), 0, "did:open"
    yield asked, event.told("open", rival=rng.random() < 0.4), 0, "did:open"
    yield asked, event.told(rng.choice(("plain", "denied")), rival=True), 0, "did:other_city"


def _which(event: Event) -> Iterator[Line]:
    asked, rng = event.ask("who_questions"), event.rng
    yield asked, event.told(rng.choice(("plain", "dated"))), 1, "which:states"
    yield asked, event.told("denied", rival=rng.random() < 0.5), 0, "which:negated"
    if rng.random() < 0.5:
        yield asked, event.told(rng.choice(("plain", "dated")), contrary=True), 0, "which:contrary"
    else:
        yield asked, event.told("open"), 0, "which:open"
