"""The conversation as HTML: pure functions from turns to escaped text.

Nothing that comes from a document, a question or an error is ever markup here: every such string goes through
`text`, and what it returns is the only thing that is put between tags or into an attribute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dealqa.coverage import counted
from dealqa.types import Answer, Question
from dealqa.web.ask.answer_html import answer_html
from dealqa.web.ask.tools import conversation_tools, turn_tools
from dealqa.web.ask.turns import Chip, Turn, Turns, chips_of, citation_name, citation_target, evidence_of
from dealqa.web.markup import navigation, text
from dealqa.web.readers import EVERYBODY, Reader

__all__ = [
    "Turn",
    "citation_name",
    "citation_target",
    "conversation",
    "evidence_of",
    "header",
    "suggestions",
    "welcome",
]

_QUESTION_SHOWN: Final = 600
"""Characters of a question that are shown; what is pasted by mistake can be far longer."""

_QUESTION_KEPT: Final = 5_000
"""Characters of a question that the browser keeps; a longer one is not kept at all."""

_NO_EXAMPLES: Mapping[int, str] = MappingProxyType({})


def header(documents: int, reader: Reader = EVERYBODY) -> str:
    """The top of the page: the way to the other pages, and for those who cannot see it what this one is.

    The reader's name stands in it for the page's script, which keeps conversations by it.
    """
    count = "1 document" if documents == 1 else f"{documents:,} documents"
    return (
        f'<header class="masthead" data-reader="{text(reader.name)}">{navigation("Ask", reader, "question")}'
        f'<h1 class="unseen">Ask {count}</h1></header>'
    )


def conversation(turns: Turns) -> str:
    """All turns; an empty log without any."""
    shown = "".join(_turn(number, turn) for number, turn in enumerate(turns, 1))
    log = f'<div class="log" role="log" aria-live="polite" aria-label="Conversation">{shown}</div>'
    return conversation_tools(turns) + log


def suggestions(questions: Sequence[str]) -> str:
    """Questions that the documents answer, as buttons; "" without any."""
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="suggested" data-suggested dir="auto">{text(question)}</button></li>'
        for question in questions
    )
    return f'<section class="suggestions" aria-label="Questions that could come next"><ul>{buttons}</ul></section>'


def welcome(documents: int, examples: Mapping[int, str] = _NO_EXAMPLES) -> str:
    """What to do while nothing was asked; the page hides it as soon as there is a turn.

    Args:
        documents: how many can be asked; without any the reader is told how to add some.
        examples: questions that are offered as buttons, by their numbers.
    """
    if documents == 0:
        return (
            '<section class="welcome"><h2>No documents yet</h2>'
            '<p>The index is empty. Add documents on the page <a href="/documents">Documents</a>, and load this page '
            "again.</p></section>"
        )
    buttons = "".join(
        f'<li><button type="button" class="example" data-example="{number}">{text(question)}</button></li>'
        for number, question in examples.items()
    )
    offer = f'<h3>For example</h3><ul class="examples">{buttons}</ul>' if buttons else ""
    count = "1 document" if documents == 1 else f"{documents:,} documents"
    return (
        '<section class="welcome"><h2>What do you want to know?</h2>'
        f'<p>Every sentence of an answer is quoted from one of <a href="/documents">{count}</a>, and you can open the '
        f"place where it stands. What the documents do not say is not answered.</p>{offer}</section>"
    )


def _turn(number: int, turn: Turn) -> str:
    asked = turn.question if len(turn.question) <= _QUESTION_SHOWN else turn.question[:_QUESTION_SHOWN] + "…"
    question = f'<h2 class="question" dir="auto" id="turn-{number}">{text(asked)}</h2>'
    if turn.problem is not None:
        body = f'<div class="problem"><p>{text(turn.problem)}</p></div>'
    elif turn.answer is None:
        body = (
            _understood(number, turn, turn.understood) if turn.understood else ""
        ) + '<p class="working">Looking through the documents<span aria-hidden="true" class="dots"></span></p>'
    else:
        body = _understood(number, turn, turn.answer.question) + _answer(number, turn, turn.answer)
    # What the browser keeps of a conversation, to ask it again after a reload; what was pasted by mistake is not kept.
    question_kept = turn.question if len(turn.question) <= _QUESTION_KEPT else ""
    kept = json.dumps({"question": question_kept, "instead": turn.instead, "without": list(turn.without)})
    return (
        f'<article class="turn" aria-labelledby="turn-{number}" data-turn="{number}" data-kept="{text(kept)}">'
        f"{question}{body}</article>"
    )


def _understood(number: int, turn: Turn, question: Question) -> str:
    """How a question was understood: in other words where it differs, and by what it names, each of which can go.

    While its answer is being looked for nothing can be changed, and no button says so.
    """
    chips = "".join(
        f'<li class="chip"><span class="kind">{chip.kind}</span> <span dir="auto">{text(chip.label)}</span>'
        f"{'' if turn.working else _leave_out(number, place, chip)}</li>"
        for place, chip in enumerate(chips_of(question))
    )
    back = (
        f'<li class="chip"><button type="button" class="back-in" data-put-back data-turn="{number}">Put back what was '
        f"left out ({len(turn.without)})</button></li>"
        if turn.without and not turn.working
        else ""
    )
    listed = f'<ul class="chips" aria-label="Understood">{chips}{back}</ul>' if chips or back else ""
    return _resolved(number, turn, question) + listed


def _leave_out(number: int, place: int, chip: Chip) -> str:
    return (
        f'<button type="button" data-leave-out="{place}" data-turn="{number}" '
        f'aria-label="Leave out: {text(chip.label)}" title="Leave out">×</button>'
    )


def _resolved(number: int, turn: Turn, question: Question) -> str:
    resolved = question.resolved
    if not resolved or (not turn.instead and _alike(resolved, turn.question)):
        return ""
    if turn.working:
        return f'<div class="resolved">Understood as: <q dir="auto">{text(resolved)}</q></div>'
    return (
        f'<div class="resolved">Understood as: <q dir="auto">{text(resolved)}</q> '
        f'<button type="button" class="tool" data-edit aria-expanded="false" aria-controls="instead-{number}">Change'
        f'</button><form class="instead" id="instead-{number}" data-turn="{number}" hidden>'
        f'<label for="meant-{number}" class="unseen">What you mean</label>'
        f'<input id="meant-{number}" type="text" value="{text(resolved)}" dir="auto">'
        '<button type="submit" class="tool">Ask this</button></form></div>'
    )


def _alike(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _answer(number: int, turn: Turn, answer: Answer) -> str:
    said = answer_html(number, answer, turn.shown)
    if turn.shown is not None:
        return said
    if answer.partial:
        return said + (
            '<p class="working">The language model is writing; what it says is shown once it has been checked'
            '<span aria-hidden="true" class="dots"></span></p>'
        )
    return said + _notices(answer) + _small_print(answer) + turn_tools(number, turn)


def _notices(answer: Answer) -> str:
    told = f"Understood as: {answer.question.resolved}"  # it stands under the question already
    lines = "".join(f"<li>{text(notice)}</li>" for notice in answer.notices if notice != told)
    if not lines:
        return ""
    return f'<ul class="notices" aria-label="Notices">{lines}</ul>'


def _small_print(answer: Answer) -> str:
    parts = [] if answer.refused else [f"Confidence {answer.confidence:.0%}"]
    total = answer.timings_ms.get("total")
    if total is not None:
        parts.append(f"{total:.0f} ms" if total < 1000 else f"{total / 1000:.1f} s")
    parts.append(f"index {answer.generation}")
    if answer.author:
        parts.append(f"in the words of {answer.author}, each statement checked")
    if answer.dropped:
        parts.append(f"{counted(answer.dropped, 'statement')} not shown, for want of evidence")
    return f'<p class="small-print">{text(" · ".join(parts))}</p>'
