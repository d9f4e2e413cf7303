"""What happens on the page; one method an event. What the page sends is looked at before it is believed."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from dealqa.errors import DealqaError, GenerationGone
from dealqa.snapshot import Snapshot
from dealqa.types import Answer, AnswerSentence
from dealqa.web.ask.conversation import conversation, header, suggestions, welcome
from dealqa.web.ask.payloads import kept_turns, text_sent, whole_number
from dealqa.web.ask.remarks import Remarks, Verdict
from dealqa.web.ask.suggesting import suggested
from dealqa.web.ask.tools import COMMENT
from dealqa.web.ask.turns import Turn, Turns, chips_of, evidence_of, history_of
from dealqa.web.evidence.originals import is_inside_mail
from dealqa.web.evidence.pages import EvidencePages
from dealqa.web.evidence.panel import Selection, empty_panel, panel
from dealqa.web.readers import EVERYBODY, SCOPE, Reader
from dealqa.web.shelf import Shelf

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["EXAMPLES", "Events", "offered_examples"]

logger = logging.getLogger(__name__)

EXAMPLES: Final = (
    ("What does Bristol retain?", "Bristol"),
    ("How big is Nottingham's venture capital fund?", "Nottingham"),
    ("Which cities have growth hubs?", "Growth Hub"),
    ("What does Cardiff retain?", "Bristol"),  # meant to be refused: it shows what happens then
)
"""Questions to start with, each with words that a document must hold for it to be offered."""

_DOCUMENTS_SEARCHED: Final = 200
"""In how many documents the words of the examples are looked for, so that a big corpus does not delay the start."""

Step = tuple[Any, ...]
"""What one step changes: the turns, the conversation, the evidence, the box, the top of the page, the suggestions."""


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


class Events:
    """What the page does with the assistant."""

    def __init__(
        self,
        assistant: Assistant,
        shelf: Shelf | None = None,
        remarks: Remarks | None = None,
        pages: EvidencePages | None = None,
    ) -> None:
        self._assistant = assistant
        self._shelf = shelf or Shelf()
        self._remarks = remarks or Remarks()
        self._pages = pages
        self._offered: tuple[str, dict[int, str]] = ("", {})

    def arrive(self, request: gr.Request | None = None) -> tuple[str, str]:
        """The masthead and the welcome of a page that is being opened.

        Nothing of the conversation: this may reach the page when a first question was already asked there.
        """
        return self._masthead(_reader(request)), self._welcome()

    def ask(self, question: str | None, turns: Turns, request: gr.Request | None = None) -> Iterator[Step]:
        """Show the question at once, then what came of it; the box is emptied with the first step only."""
        if question is None or not question.strip():
            yield _step()
            return
        yield from self._asking(Turn(question), len(turns), turns, _reader(request))

    def ask_example(self, turns: Turns, event: gr.EventData, request: gr.Request | None = None) -> Iterator[Step]:
        """Ask one of the examples."""
        number = whole_number(event, "number")
        question = EXAMPLES[number][0] if number is not None and number < len(EXAMPLES) else ""
        yield from self.ask(question, turns, request)

    def ask_suggested(self, turns: Turns, event: gr.EventData, request: gr.Request | None = None) -> Iterator[Step]:
        """Ask what was suggested; to the server it is a question like any other."""
        yield from self.ask(text_sent(event, "question"), turns, request)

    def ask_instead(self, turns: Turns, event: gr.EventData, request: gr.Request | None = None) -> Iterator[Step]:
        """Ask what the reader put in place of a question as it was understood; the answer takes the old one's place."""
        place, meant = _place(event, turns), text_sent(event, "question")
        if place is None or not meant.strip():
            yield _step()
            return
        yield from self._asking(Turn(turns[place].question, instead=meant), place, turns, _reader(request))

    def leave_out(self, turns: Turns, event: gr.EventData, request: gr.Request | None = None) -> Iterator[Step]:
        """Ask a question again without one of the things that it was understood to mean."""
        place, number = _place(event, turns), whole_number(event, "number")
        answer = None if place is None else turns[place].answer
        chips = chips_of(answer.question) if answer is not None else ()
        if place is None or number is None or number >= len(chips):
            yield _step()
            return
        asked = turns[place]
        without = (*asked.without, chips[number].value)
        yield from self._asking(
            Turn(asked.question, instead=asked.instead, without=without), place, turns, _reader(request)
        )

    def put_back(self, turns: Turns, event: gr.EventData, request: gr.Request | None = None) -> Iterator[Step]:
        """Ask a question again with all that was left out of it."""
        place = _place(event, turns)
        if place is None:
            yield _step()
            return
        asked = turns[place]
        yield from self._asking(Turn(asked.question, instead=asked.instead), place, turns, _reader(request))

    def restore(self, event: gr.EventData, request: gr.Request | None = None) -> Iterator[Step]:
        """Ask a conversation that the browser kept once more, from the documents as they are now."""
        turns = kept_turns(event)
        yield _step(turns=turns, log=conversation(turns), side=empty_panel(), suggested="")
        for place, turn in enumerate(turns):
            *_, answered = self.answers(turn, turns[:place], _reader(request))
            turns = (*turns[:place], answered, *turns[place + 1 :])
            yield _step(turns=turns, log=conversation(turns))
        if turns:
            yield _step(side=self._first_evidence(turns, len(turns) - 1))

    def stop(self, turns: Turns) -> tuple[Turns, str]:
        """Say of what was still being looked for that it was stopped."""
        turns = tuple(_stopped(turn) if turn.working else turn for turn in turns)
        return turns, conversation(turns)

    def suggest(self, turns: Turns) -> Any:
        """What could be asked next."""
        try:
            return suggestions(suggested(self._assistant, turns))
        except DealqaError as err:  # the next question will say it; an offer that cannot be made needs no message
            logger.info("No questions were suggested: %s", err)
            return ""

    def remark(self, turns: Turns, event: gr.EventData, request: gr.Request | None = None) -> tuple[Any, Any]:
        """Note what the reader thinks of an answer."""
        place, said = _place(event, turns), text_sent(event, "verdict")
        answer = None if place is None else turns[place].answer
        verdict: Verdict | None = "up" if said == "up" else "down" if said == "down" else None
        if place is None or answer is None or verdict is None:
            return gr.skip(), gr.skip()
        comment = text_sent(event, "comment")[:COMMENT]
        try:
            self._remarks.add(answer, history_of(turns[:place]), verdict, comment, _reader(request).name)
        except OSError as err:
            logger.warning("A remark could not be written: %s", err)
            gr.Warning("The remark could not be kept: the server cannot write to its file of candidates.")
            return gr.skip(), gr.skip()
        turns = (*turns[:place], replace(turns[place], verdict=verdict), *turns[place + 1 :])
        return turns, conversation(turns)

    def open_evidence(self, turns: Turns, event: gr.EventData) -> Any:
        """Show one citation of one turn; a link that leads to none (the page is older than the server) is explained."""
        place, number = _place(event, turns), whole_number(event, "number")
        if place is None or number is None or turns[place].answer is None:
            return empty_panel("This conversation is no longer held by the server. Ask again to see the evidence.")
        return self._evidence(place + 1, turns[place].answer, number)

    def clear(self, request: gr.Request | None = None) -> Step:
        """An empty page."""
        return (), conversation(()), empty_panel(), "", self._masthead(_reader(request)), ""

    def answers(self, turn: Turn, before: Turns, reader: Reader = EVERYBODY) -> Iterator[Turn]:
        """The question with its answer as it comes, or with a plain sentence about why there is none; it never raises.

        Without a language model there is one step; the last one is whole.
        """
        history = [] if turn.instead else history_of(before)
        try:
            with contextlib.closing(self._assistant.stream(turn.asked, history, without=turn.without)) as answers:
                for answer in answers:
                    if answer.partial:
                        yield replace(turn, answer=answer)
                    else:
                        kept = self._shelf.put(turn.asked, answer, reader)
                        yield replace(turn, answer=kept.answer, id=kept.id)
        except DealqaError as err:
            yield replace(turn, problem=str(err))
        except Exception:
            # The boundary to the reader: nobody is helped by a traceback on the page, and it may hold a secret.
            error_id = secrets.token_hex(4)
            logger.exception("Error %s while answering a question of %d characters", error_id, len(turn.asked))
            yield replace(
                turn,
                problem=f"Something went wrong on our side. Try again; if it happens again, the log says more "
                f"under the error id {error_id}.",
            )

    def _asking(self, turn: Turn, place: int, turns: Turns, reader: Reader) -> Iterator[Step]:
        """Ask a turn, a new one or in place of an old one: how it is understood is shown first, then what is found."""

        def all_with(one: Turn) -> Turns:
            return (*turns[:place], one, *turns[place + 1 :])

        new = all_with(turn)
        box = "" if place == len(turns) else gr.skip()
        yield _step(turns=new, log=conversation(new), box=box, suggested="")
        understood = self._understanding(turn, turns[:place])
        if understood is not None:
            yield _step(log=conversation(all_with(understood)))
        done = turn
        shown_so_far: tuple[AnswerSentence, ...] = ()
        for done in self.answers(turn, turns[:place], reader):
            if done.working and done.answer is not None and done.answer.sentences != shown_so_far:
                shown_so_far = done.answer.sentences
                so_far = all_with(done)  # kept as far as it is, for whoever stops here
                yield _step(turns=so_far, log=conversation(so_far), side=self._first_evidence(so_far, place))
            elif done.working:
                yield _step()
        for shown in range(1, len(done.answer.sentences) if done.answer else 0):
            yield _step(log=conversation(all_with(replace(done, shown=shown))))
        new = all_with(done)
        yield _step(
            turns=new, log=conversation(new), side=self._first_evidence(new, place), masthead=self._masthead(reader)
        )

    def _understanding(self, turn: Turn, before: Turns) -> Turn | None:
        history = [] if turn.instead else history_of(before)
        try:
            return replace(turn, understood=self._assistant.understand(turn.asked, history, without=turn.without))
        except DealqaError:
            return None  # the answer says what is wrong

    def _masthead(self, reader: Reader) -> str:
        return header(len(self._assistant.documents()), reader)

    def _welcome(self) -> str:
        with self._assistant.hold() as snapshot:
            generation, examples = self._offered
            if generation != snapshot.generation:
                try:
                    examples = offered_examples(snapshot)
                    self._offered = (snapshot.generation, examples)
                except GenerationGone:
                    examples = {}
            return welcome(len(snapshot.documents), examples)

    def _first_evidence(self, turns: Turns, place: int) -> str:
        answer = turns[place].answer
        if answer is None:
            return empty_panel()
        evidence = evidence_of(answer)
        if not evidence:
            return empty_panel("There is nothing in the documents to show for this question.")
        return self._evidence(place + 1, answer, evidence[0].number)

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
        pages = self._pages.shown(document, (chosen.start, chosen.end)) if self._pages is not None else ()
        has_file = not is_inside_mail(document.path)
        return panel(Selection(turn, evidence, chosen, document, pages=pages, has_file=has_file))


def _step(
    *,
    turns: Any = None,
    log: str | None = None,
    side: str | None = None,
    box: Any = None,
    masthead: str | None = None,
    suggested: str | None = None,
) -> Step:
    """A step that changes what is given and leaves the rest as it is."""
    return tuple(gr.skip() if value is None else value for value in (turns, log, side, box, masthead, suggested))


def _stopped(turn: Turn) -> Turn:
    """A question that was stopped; what was verified by then stays."""
    if turn.answer is None:
        return replace(turn, problem="Stopped before there was an answer.")
    notices = (*turn.answer.notices, "Stopped while the language model was writing.")
    return replace(turn, answer=replace(turn.answer, partial=False, notices=notices))


def _place(event: gr.EventData, turns: Turns) -> int | None:
    """The place of the turn that the page names by its number; None where there is none."""
    number = whole_number(event, "turn")
    return number - 1 if number is not None and 1 <= number <= len(turns) else None


def _reader(request: gr.Request | None) -> Reader:
    """Who sent an event; without a server around it (in a test) everybody."""
    if request is None or request.request is None:
        return EVERYBODY
    found = request.request.scope.get(SCOPE, EVERYBODY)
    return found if isinstance(found, Reader) else EVERYBODY
