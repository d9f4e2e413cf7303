"""What can be done with an answer: copy it, link to it, hand it on, say whether it is right."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urlencode

from dealqa.types import Answer
from dealqa.web.ask.turns import Turn, Turns, citation_name, evidence_of
from dealqa.web.markup import text

__all__ = ["COMMENT", "conversation_tools", "plain_text", "turn_tools"]

COMMENT: Final = 2_000
"""Characters of a remark that are kept."""

FORMATS: Final = {"docx": "Word", "pdf": "PDF", "md": "Markdown"}
"""The formats of an export by what the reader calls them; see `dealqa.web.export`."""

_LINKED: Final = 1_500
"""Characters of a question that a link holds; servers and mail programs cut longer addresses off."""


def conversation_tools(turns: Turns) -> str:
    """The bar above a conversation: earlier ones, a new one, and the export of this one.

    The lists of conversations are the browser's own and are put in by the page's script.
    """
    kept = [turn.id for turn in turns if turn.id]
    export = f'<div class="export">Export: {_exports(kept)}</div>' if kept else ""
    return (
        '<div class="conversation-tools"><button type="button" class="tool" data-history hidden>Conversations</button>'
        f"{export}</div>"
    )


def turn_tools(number: int, turn: Turn) -> str:
    """The row under an answer."""
    if turn.answer is None:
        return ""
    link = ""
    if len(turn.answer.question.resolved) <= _LINKED:
        link = f'<a class="tool" data-link href="/?q={quote(turn.answer.question.resolved)}">Link to this question</a>'
    export = f'<span class="export">Export: {_exports([turn.id])}</span>' if turn.id else ""
    return (
        f'<div class="tools"><button type="button" class="tool" data-copy>Copy</button>{link}{export}'
        f"{_verdict(number, turn)}"
        f'<pre class="plain-text" hidden>{text(plain_text(turn.question, turn.answer))}</pre></div>'
    )


def _exports(ids: list[str]) -> str:
    answers = [("answer", one) for one in ids]
    return " ".join(
        f'<a class="tool" download href="/export?{text(urlencode([("format", name), *answers]))}">{label}</a>'
        for name, label in FORMATS.items()
    )


def _verdict(number: int, turn: Turn) -> str:
    if turn.verdict:
        said = "Noted as right." if turn.verdict == "up" else "Noted as wrong, with the question, for the evaluation."
        return f'<span class="said">Thank you. {said}</span>'
    return (
        f'<span class="verdict" role="group" aria-label="Is this answer right?">Right? '
        f'<button type="button" class="tool" data-verdict="up" data-turn="{number}">Yes</button> '
        f'<button type="button" class="tool" data-verdict="down" data-turn="{number}" aria-expanded="false" '
        f'aria-controls="remark-{number}">No</button></span>'
        f'<form class="remark" id="remark-{number}" data-turn="{number}" hidden>'
        f'<label for="comment-{number}">What is wrong with it? (may be left empty)</label>'
        f'<textarea id="comment-{number}" rows="2" maxlength="{COMMENT}"></textarea>'
        '<button type="submit" class="tool">Send</button></form>'
    )


def plain_text(question: str, answer: Answer) -> str:
    """An answer with its sources as plain text, for the clipboard."""
    said = answer.text
    if answer.compared:
        said = "\n".join(
            f"{side}: {sentence.text + _numbers(sentence.citations) if sentence else 'not stated'}"
            for side, sentence in answer.comparison
        )
    lines = [question, "", f"Not in these documents. {said}" if answer.refused else said]
    evidence = evidence_of(answer)
    if evidence:
        lines += ["", "The nearest things they do say:" if answer.refused else "Sources:"]
        lines += [f"[{one.number}] {citation_name(one)} ({one.document}): “{one.quote}”" for one in evidence]
    notices = [notice for notice in answer.notices if not notice.startswith("Understood as: ")]
    if notices:
        lines += ["", *notices]
    return "\n".join([*lines, "", f"dealqa, index {answer.generation}"])


def _numbers(citations: tuple[int, ...]) -> str:
    return "".join(f" [{number}]" for number in citations)
