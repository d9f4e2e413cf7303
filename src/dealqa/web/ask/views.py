"""The page: its layout, and which event does what. What happens is in `events`, what is shown in `conversation`."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from dealqa.web.ask.conversation import conversation
from dealqa.web.ask.events import Events
from dealqa.web.ask.remarks import Remarks
from dealqa.web.evidence.pages import EvidencePages
from dealqa.web.evidence.panel import empty_panel
from dealqa.web.shelf import Shelf

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["PAGES_HELD", "TITLE", "build_page", "theme"]

TITLE: Final = "dealqa"

_WAITING: Final = 32
"""How many questions may wait; beyond that Gradio answers that the server is busy."""

_STATE_SECONDS: Final = 3600
"""How long a conversation is kept on the server after its page was closed."""

PAGES_HELD: Final = 100
"""How many pages the server knows, those used last. Gradio holds what it sent to each, some hundred KB, long after it
was closed, and up to 10,000 of them. The browser of one that is pushed out still has its questions."""

_TELL_OF_EVIDENCE: Final = "watch('value', () => document.dispatchEvent(new Event('dealqa:evidence')));"


def build_page(
    assistant: Assistant,
    shelf: Shelf | None = None,
    remarks: Remarks | None = None,
    pages: EvidencePages | None = None,
) -> gr.Blocks:
    """The page over an open assistant, ready to be mounted.

    Args:
        shelf: where answers are kept for their export.
        remarks: where the readers' verdicts go.
        pages: shows the pages of PDFs beside their quotes; without it they are not shown.
    """
    events = Events(assistant, shelf, remarks, pages)
    masthead_shown, welcome_shown = events.arrive()

    # The conversation is our own HTML and not gr.Chatbot: that one renders what an answer says as Markdown or HTML
    # whatever it is told (its sanitiser keeps remote images), strips the attributes a citation link needs, and has
    # an unlabelled button. gr.HTML with its default template puts in `value` as it is and updates the page in
    # place, so the log stays one element and a screen reader hears only what is new. The template must stay the
    # default: in one with {{…}}, Gradio runs a `${…}` of the text that is put in as JavaScript.
    page: gr.Blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(600, 3600))
    with page:
        turns = gr.State(value=(), time_to_live=_STATE_SECONDS)
        masthead = _html(masthead_shown, "masthead")
        with gr.Row(elem_id="workbench", equal_height=False):
            with gr.Column(elem_id="ask", min_width=0):
                script = (files("dealqa.web") / "assets" / "page.js").read_text(encoding="utf-8")
                log = _html(conversation(()), "conversation", script)
                welcome = _html(welcome_shown, "welcome")
                offers = _html("", "suggestions")
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
                    stop = gr.Button("Stop", variant="secondary", elem_id="stop-button", min_width=0)
                    clear = gr.Button("New", variant="secondary", elem_id="clear-button", min_width=0)
            with gr.Column(elem_id="side", min_width=0):
                side = _html(empty_panel(), "evidence", _TELL_OF_EVIDENCE)

        private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        shown = [turns, log, side, question, masthead, offers]
        asking: dict[str, Any] = {"outputs": shown, "concurrency_id": "assistant", "concurrency_limit": 2, **private}
        # "always_last" and not "once": Enter pressed while an answer is still being written is kept, and what then
        # stands in the box is asked next; a second press on the same question finds the box empty and asks nothing.
        on_enter = gr.on(
            [question.submit, ask.click], events.ask, [question, turns], trigger_mode="always_last", **asking
        )
        asked = [
            on_enter,
            *(
                listen(handler, [turns], trigger_mode="once", **asking)
                for listen, handler in (
                    (log.ask_example, events.ask_example),
                    (log.ask_suggested, events.ask_suggested),
                    (log.ask_instead, events.ask_instead),
                    (log.leave_out, events.leave_out),
                    (log.put_back, events.put_back),
                )
            ),
            log.restore(events.restore, None, trigger_mode="once", **asking),
        ]
        for event in asked:
            # Only this part of the page is written: the reader may ask on while suggestions are looked for.
            event.then(events.suggest, [turns], [offers], concurrency_id="suggesting", concurrency_limit=1, **private)
        stop.click(events.stop, [turns], [turns, log], cancels=asked, queue=False, **private)
        log.remark(events.remark, [turns], [turns, log], trigger_mode="once", concurrency_limit=4, **private)
        log.open_evidence(events.open_evidence, [turns], [side], concurrency_limit=8, **private)
        clear.click(events.clear, None, shown, queue=False, **private)
        # The page as it is delivered is as old as the server; the index may have changed since.
        gr.on([page.load, clear.click], events.arrive, None, [masthead, welcome], queue=False, **private)

    page.queue(max_size=_WAITING, api_open=False)
    page.state_session_capacity = PAGES_HELD  # an argument of `launch` only, which is not what starts it here
    return page


def _html(shown: str, element: str, script: str | None = None) -> Any:
    return gr.HTML(shown, elem_id=element, js_on_load=script, apply_default_css=False)


def theme() -> gr.themes.Base:
    """Gradio's plainest theme, its colours and fonts taken from the tokens of assets/tokens.css."""
    fonts = ("Source Sans 3", "system-ui", "sans-serif")
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
