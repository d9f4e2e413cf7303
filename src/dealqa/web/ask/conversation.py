"""The conversation as HTML: pure functions from turns to escaped text.

Nothing that comes from a document, a question or an error is ever markup here: every such string goes through
`text`, and what it returns is the only thing that is put between tags or into an attribute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from dealqa.types import Answer, AnswerSentence, Citation
from dealqa.web.markup import navigation, text
from dealqa.web.readers import EVERYBODY, Reader

__all__ = ["Turn", "citation_name", "citation_target", "conversation", "evidence_of", "header"]

_QUESTION_SHOWN = 600
"""Characters of a question that are shown; what is pasted by mistake can be far longer."""

_NO_EXAMPLES: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation, as typed, and what came of it; neither answer nor problem means: working.

    Attributes:
        problem: one or two plain sentences about why there is no answer.
    """

    question: str
    answer: Answer | None = None
    problem: str | None = None


def evidence_of(answer: Answer) -> tuple[Citation, ...]:
    """What the reader can open: the citations of an answer, the nearest statements of a refusal."""
    return answer.refusal.nearest if answer.refusal is not None else answer.citations


def citation_name(citation: Citation) -> str:
    """What a citation is called in words: title and page, else title and innermost heading (not escaped)."""
    if citation.page is not None:
        return f"{citation.title}, page\N{NO-BREAK SPACE}{citation.page}"
    if citation.heading_path and citation.heading_path[-1] != citation.title:
        return f"{citation.title}, {citation.heading_path[-1]}"
    return citation.title


def citation_target(turn: int, citation: Citation) -> str:
    """The hash that opens a citation; it names the turn, so that an old answer's links open its own evidence."""
    return f"#cite-{turn}-{citation.number}"


def header(documents: int, reader: Reader = EVERYBODY) -> str:
    """The top of the page: the way to the other pages, and for those who cannot see it what this one is."""
    count = "1 document" if documents == 1 else f"{documents:,} documents"
    return f'<header class="masthead">{navigation("Ask", reader)}<h1 class="unseen">Ask {count}</h1></header>'


def conversation(turns: Sequence[Turn], *, documents: int, examples: Mapping[int, str] = _NO_EXAMPLES) -> str:
    """The whole conversation, or the welcome when there is none yet.

    The log comes first and is there from the start: the page is updated in place, and a screen reader announces
    only what is added to a log that it already knows.
    """
    shown = "".join(_turn(number, turn) for number, turn in enumerate(turns, 1))
    log = f'<div class="log" role="log" aria-live="polite" aria-label="Conversation">{shown}</div>'
    return log if turns else log + _welcome(documents, examples)


def _welcome(documents: int, examples: Mapping[int, str]) -> str:
    if documents == 0:
        return (
            '<section class="welcome"><h2>No documents yet</h2>'
            "<p>The index is empty. Put documents into the corpus folder, bring the index up to date on the page "
            '<a href="/documents">Documents</a>, and load this page again.</p></section>'
        )
    buttons = "".join(
        f'<li><button type="button" class="example" data-example="{number}">{text(question)}</button></li>'
        for number, question in examples.items()
    )
    offer = f'<h3>For example</h3><ul class="examples">{buttons}</ul>' if buttons else ""
    return (
        '<section class="welcome"><h2>What do you want to know?</h2>'
        "<p>Every sentence of an answer is quoted from a document, and you can open the place where it stands. "
        f"What the documents do not say is not answered.</p>{offer}</section>"
    )


def _turn(number: int, turn: Turn) -> str:
    asked = turn.question if len(turn.question) <= _QUESTION_SHOWN else turn.question[:_QUESTION_SHOWN] + "…"
    question = f'<h2 class="question" dir="auto" id="turn-{number}">{text(asked)}</h2>'
    if turn.problem is not None:
        body = f'<div class="problem"><p>{text(turn.problem)}</p></div>'
    elif turn.answer is None:
        body = '<p class="working">Looking through the documents<span aria-hidden="true" class="dots"></span></p>'
    else:
        body = _resolved(turn.question, turn.answer) + _answer(number, turn.answer)
    return f'<article class="turn" aria-labelledby="turn-{number}">{question}{body}</article>'


def _resolved(typed: str, answer: Answer) -> str:
    resolved = answer.question.resolved
    if not resolved or " ".join(resolved.split()).casefold() == " ".join(typed.split()).casefold():
        return ""
    return f'<p class="resolved">Understood as: <q dir="auto">{text(resolved)}</q></p>'


def _answer(turn: int, answer: Answer) -> str:
    said = _refusal(turn, answer) if answer.refused else _sentences(turn, answer)
    return said + _notices(answer) + _small_print(answer)


def _sentences(turn: int, answer: Answer) -> str:
    cited = {citation.number: citation for citation in answer.citations}
    if answer.compared:
        return _comparison(turn, answer, cited)
    if answer.conflict:
        items = "".join(f"<li>{_sentence(turn, sentence, cited)}</li>" for sentence in answer.sentences)
        return f'<ul class="answer statements" dir="auto">{items}</ul>'
    short = f'<strong class="short">{text(answer.short)}</strong> ' if answer.short else ""
    sentences = " ".join(_sentence(turn, sentence, cited) for sentence in answer.sentences)
    return f'<p class="answer" dir="auto">{short}{sentences}</p>'


def _comparison(turn: int, answer: Answer, cited: dict[int, Citation]) -> str:
    """A row for each side; what the documents do not state of a side is said in its row."""
    rows = "".join(
        f'<tr><th scope="row" dir="auto">{text(side)}</th><td dir="auto">'
        + (_sentence(turn, sentence, cited) if sentence else '<span class="missing">not stated</span>')
        + "</td></tr>"
        for side, sentence in answer.comparison
    )
    return f'<table class="answer comparison"><tbody>{rows}</tbody></table>'


def _sentence(turn: int, sentence: AnswerSentence, cited: dict[int, Citation]) -> str:
    marks = "".join(_mark(turn, cited[number]) for number in sentence.citations if number in cited)
    return f'<span class="sentence">{text(sentence.text)}\N{NO-BREAK SPACE}{marks}</span>'


def _mark(turn: int, citation: Citation) -> str:
    return (
        f'<a class="cite" href="{citation_target(turn, citation)}" '
        f'aria-label="Citation {citation.number}: {text(citation_name(citation))}">'
        f'<span class="bracket">[</span>{citation.number}<span class="bracket">]</span></a>'
    )


def _refusal(turn: int, answer: Answer) -> str:
    if answer.refusal is None:
        return ""
    nearest = "".join(
        f'<li><a class="nearest" href="{citation_target(turn, citation)}">'
        f'<q dir="auto">{text(citation.quote)}</q><span class="source">{text(citation_name(citation))}</span></a></li>'
        for citation in answer.refusal.nearest
    )
    near = f'<h4>The nearest things they do say</h4><ol class="nearest-list">{nearest}</ol>' if nearest else ""
    return (
        '<div class="refusal"><h3>Not in these documents</h3>'
        f'<p dir="auto">{text(answer.refusal.message)}</p>{near}</div>'
    )


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
    return f'<p class="small-print">{text(" · ".join(parts))}</p>'
