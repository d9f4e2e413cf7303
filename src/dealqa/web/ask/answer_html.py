"""An answer as HTML: its sentences with their citations, a comparison, a conflict, a refusal."""

from __future__ import annotations

from collections.abc import Sequence

from dealqa.types import Answer, AnswerSentence, Citation
from dealqa.web.ask.turns import citation_name, citation_target
from dealqa.web.markup import text

__all__ = ["answer_html"]


def answer_html(turn: int, answer: Answer, shown: int | None = None) -> str:
    """What an answer says, without what is noted about it.

    Args:
        turn: its number in the conversation, from 1.
        shown: how many sentences are shown so far; None for all.
    """
    if answer.refused:
        return _refusal(turn, answer)
    cited = {citation.number: citation for citation in answer.citations}
    if answer.compared:
        return _comparison(turn, answer, cited)
    sentences = answer.sentences[:shown]
    if answer.conflict:
        items = "".join(f"<li>{_sentence(turn, sentence, cited)}</li>" for sentence in sentences)
        return f'<ul class="answer statements" dir="auto">{items}</ul>'
    short = f'<strong class="short">{text(answer.short)}</strong> ' if answer.short else ""
    return f'<p class="answer" dir="auto">{short}{_joined(turn, sentences, cited)}</p>'


def _joined(turn: int, sentences: Sequence[AnswerSentence], cited: dict[int, Citation]) -> str:
    return " ".join(_sentence(turn, sentence, cited) for sentence in sentences)


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
