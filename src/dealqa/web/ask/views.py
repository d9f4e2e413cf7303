"""The page: its layout and what happens on it. What is shown is rendered in `render` and `evidence`."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from dealqa.errors import DealqaError, GenerationGone
from dealqa.snapshot import Snapshot
from dealqa.types import Answer
from dealqa.web.ask.conversation import Turn, conversation, evidence_of, header
from dealqa.web.evidence.panel import Selection, empty_panel, panel

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["EXAMPLES", "Events", "build_page", "offered_examples", "theme"]

logger = logging.getLogger(__name__)

TITLE: Final = "dealqa"

EXAMPLES: Final = (
    ("What does Bristol retain?", "Bristol"),
    ("How big is Nottingham's venture capital fund?", "Nottingham"),
    ("Which cities have growth hubs?", "Growth Hub"),
    ("What does Cardiff retain?", "Bristol"),  # meant to be refused: it shows what happens then
)
"""Questions to start with, each with words that a document must hold for it to be offered."""

_DOCUMENTS_SEARCHED: Final = 200
"""In how many documents the words of the examples are looked for, so that a big corpus does not delay the start."""

_WAITING: Final = 32
"""How many questions may wait; beyond that Gradio answers that the server is busy."""

_HISTORY: Final = 20
"""How many earlier questions a follow-up is understood from."""

_STATE_SECONDS: Final = 3600
"""How long a conversation is kept on the server after its page was closed."""

_TELL_OF_EVIDENCE: Final = "watch('value', () => document.dispatchEvent(new Event('dealqa:evidence')));"

Turns = tuple[Turn, ...]


def build_page(assistant: Assistant) -> gr.Blocks:
    """The page over an open assistant, ready to be mounted."""
    events = Events(assistant)
    masthead_shown, log_shown = events.arrive(())

    # The conversation is our own HTML and not gr.Chatbot: that one renders what an answer says as Markdown or HTML
    # whatever it is told (its sanitiser keeps remote images), strips the attributes a citation link needs, and has
    # an unlabelled button. gr.HTML with its default template puts in `value` as it is and updates the page in
    # place, so the log stays one element and a screen reader hears only what is new. The template must stay the
    # default: in one with {{…}}, Gradio runs a `${…}` of the text that is put in as JavaScript.
    page: gr.Blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(600, 3600))
    with page:
        turns = gr.State(value=(), time_to_live=_STATE_SECONDS)
        masthead = gr.HTML(masthead_shown, elem_id="masthead", js_on_load=None, apply_default_css=False)
        with gr.Row(elem_id="workbench", equal_height=False):
            with gr.Column(elem_id="ask", min_width=0):
                log = gr.HTML(
                    log_shown,
                    elem_id="conversation",
                    js_on_load=(files("dealqa.web") / "assets" / "page.js").read_text(encoding="utf-8"),
                    apply_default_css=False,
                )
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        label="Your question",
                        placeholder="Ask a question",
                        lines=1,
                        max_lines=4,
                        container=False,
                        show_label=False,
                        autofocus=True,
                        elem_id="question",
                    )
                    ask = gr.Button("Ask", variant="primary", elem_id="ask-button", min_width=0)
                    clear = gr.Button("Clear", variant="secondary", elem_id="clear-button", min_width=0)
            with gr.Column(elem_id="side", min_width=0):
                side = gr.HTML(empty_panel(), elem_id="evidence", js_on_load=_TELL_OF_EVIDENCE, apply_default_css=False)

        private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asked = {
            "outputs": [turns, log, side, question, masthead],
            "concurrency_id": "assistant",
            "concurrency_limit": 2,
        }
        # "always_last" and not "once": Enter pressed while an answer is still being written is kept, and what then
        # stands in the box is asked next; a second press on the same question finds the box empty and asks nothing.
        gr.on(
            [question.submit, ask.click], events.ask, [question, turns], trigger_mode="always_last", **asked, **private
        )
        log.ask_example(events.ask_example, [turns], trigger_mode="once", **asked, **private)
        log.open_evidence(events.open_evidence, [turns], [side], concurrency_limit=8, **private)
        clear.click(events.clear, None, [turns, log, side, question, masthead], queue=False, **private)
        # The page as it is delivered is as old as the server; the index may have changed since.
        page.load(events.arrive, [turns], [masthead, log], queue=False, **private)

    page.queue(max_size=_WAITING, api_open=False)
    return page


def offered_examples(snapshot: Snapshot) -> dict[int, str]:
    """The examples whose words occur in the documents, by their place in `EXAMPLES`; none for another subject.

    Raises:
        GenerationGone: newer generations took the snapshot's place meanwhile.
    """
    wanted = {words for _, words in EXAMPLES}
    for document in snapshot.documents[:_DOCUMENTS_SEARCHED]:
        if not wanted:
            break
        body = snapshot.document(document.id).text.casefold()
        wanted = {words for words in wanted if words.casefold() not in body}
    return {number: question for number, (question, words) in enumerate(EXAMPLES) if words not in wanted}


def theme() -> gr.themes.Base:
    """Gradio's plainest theme, its colours taken from the tokens of assets/style.css and its fonts from the system."""
    fonts = ("system-ui", "sans-serif")
    look = gr.themes.Base(font=fonts, font_mono=("ui-monospace", "monospace"))
    tokens = {
        "body_background_fill": "paper",
        "body_text_color": "ink",
        "background_fill_primary": "sheet",
        "background_fill_secondary": "paper",
        "border_color_primary": "line",
        "input_background_fill": "sheet",
        "input_border_color": "edge",
        "input_border_color_focus": "accent",
        "input_placeholder_color": "ink-soft",
        "button_primary_background_fill": "accent",
        "button_primary_background_fill_hover": "accent-strong",
        "button_primary_text_color": "on-accent",
        "button_secondary_background_fill": "sheet",
        "button_secondary_background_fill_hover": "paper",
        "button_secondary_text_color": "ink",
    }
    values = {name: f"var(--{token})" for name, token in tokens.items()}
    return look.set(**values, **{f"{name}_dark": value for name, value in values.items()})


class Events:
    """What the page does with the assistant; one method an event."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._offered: tuple[str, dict[int, str]] = ("", {})

    def arrive(self, turns: Turns) -> tuple[str, str]:
        """The masthead and the conversation of a page that is being opened."""
        return self._masthead(), self._log(turns)

    def ask(self, question: str | None, turns: Turns) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then what came of it; the box is emptied with the first step only."""
        if question is None or not question.strip():
            yield (gr.skip(),) * 5
            return
        yield gr.skip(), self._log((*turns, Turn(question))), gr.skip(), "", gr.skip()
        turns = (*turns, self.answered(question, turns))
        yield turns, self._log(turns), self._first_evidence(turns), gr.skip(), self._masthead()

    def ask_example(self, turns: Turns, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Ask one of the examples."""
        number = _whole_number(event, "number")
        question = EXAMPLES[number][0] if number is not None and number < len(EXAMPLES) else ""
        yield from self.ask(question, turns)

    def open_evidence(self, turns: Turns, event: gr.EventData) -> Any:
        """Show one citation of one turn; a link that leads to none (the page is older than the server) is explained."""
        turn, number = _whole_number(event, "turn"), _whole_number(event, "number")
        if turn is None or number is None or not 1 <= turn <= len(turns) or turns[turn - 1].answer is None:
            return empty_panel("This conversation is no longer held by the server. Ask again to see the evidence.")
        return self._evidence(turn, turns[turn - 1].answer, number)

    def clear(self) -> tuple[Any, ...]:
        """An empty page."""
        return (), self._log(()), empty_panel(), "", self._masthead()

    def answered(self, question: str, turns: Turns) -> Turn:
        """The question with its answer, or with a plain sentence about why there is none; it never raises."""
        history = [turn.question for turn in turns if turn.answer is not None][-_HISTORY:]
        try:
            return Turn(question, answer=self._assistant.ask(question, history))
        except DealqaError as err:
            return Turn(question, problem=str(err))
        except Exception:
            # The boundary to the reader: nobody is helped by a traceback on the page, and it may hold a secret.
            error_id = secrets.token_hex(4)
            logger.exception("Error %s while answering a question of %d characters", error_id, len(question))
            return Turn(
                question,
                problem=f"Something went wrong on our side. Try again; if it happens again, the log says more "
                f"under the error id {error_id}.",
            )

    def _masthead(self) -> str:
        return header(len(self._assistant.documents()))

    def _log(self, turns: Turns) -> str:
        if turns:
            return conversation(turns, documents=0)  # the welcome alone says how many there are
        with self._assistant.hold() as snapshot:
            generation, examples = self._offered
            if generation != snapshot.generation:
                try:
                    examples = offered_examples(snapshot)
                    self._offered = (snapshot.generation, examples)
                except GenerationGone:
                    examples = {}
            return conversation((), documents=len(snapshot.documents), examples=examples)

    def _first_evidence(self, turns: Turns) -> str:
        answer = turns[-1].answer
        if answer is None:
            return empty_panel()
        evidence = evidence_of(answer)
        if not evidence:
            return empty_panel("There is nothing in the documents to show for this question.")
        return self._evidence(len(turns), answer, evidence[0].number)

    def _evidence(self, turn: int, answer: Answer | None, number: int) -> str:
        evidence = evidence_of(answer) if answer is not None else ()
        chosen = next((citation for citation in evidence if citation.number == number), None)
        if chosen is None:
            return empty_panel("There is no such citation.")
        try:
            document = self._assistant.document(chosen.document_id)
        except KeyError:
            gone = (
                "This document is no longer in the index; it was when the answer was given. It was removed or has "
                "changed since. Ask again to see what there is now."
            )
            return panel(Selection(turn, evidence, chosen, None, problem=gone))
        except DealqaError as err:
            return panel(Selection(turn, evidence, chosen, None, problem=str(err)))
        return panel(Selection(turn, evidence, chosen, document))


def _whole_number(event: gr.EventData, name: str) -> int | None:
    """A number that the page sent, or None when what it sent is none: the page is not to be trusted."""
    sent = event._data
    value = sent.get(name) if isinstance(sent, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
