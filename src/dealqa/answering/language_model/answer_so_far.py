"""What of a language model's answer stands so far: statements are checked as they come, and shown or objected to."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dealqa.answering.draft import Corpus, Draft
from dealqa.answering.language_model.checking import Checked, Cited, check
from dealqa.answering.language_model.prompting import Prompt
from dealqa.answering.language_model.statements import Statement
from dealqa.answering.language_model.support.completeness import left_out
from dealqa.answering.weighing.kinds_of_answer import figure_asked_for, has_answer_type
from dealqa.terms import STOP_WORDS
from dealqa.types import AnswerSentence, Question

__all__ = ["AnswerSoFar"]

RELEVANT: Final = 0.5
"""The least probability of a sentence that a statement rests on, as a share of the extractive answer's: below it the
statement may be true and beside the point."""

_INSTEAD: Final = "What is shown are the documents' own sentences."


class AnswerSoFar:
    """The statements that stand, as they come."""

    def __init__(self, question: Question, draft: Draft, prompt: Prompt, corpus: Corpus, author: str) -> None:
        self._question, self._extractive, self._prompt, self._corpus = question, draft, prompt, corpus
        self._author = author
        self._numbers: dict[Cited, int] = {}
        self._repaired = 0
        self.sentences: list[AnswerSentence] = []
        self.objections: list[tuple[str, str]] = []

    def add(self, statement: Statement, *, again: bool = False) -> bool:
        """Check a statement; whether it is shown."""
        checked = check(statement, self._prompt.given, self._corpus, self._question.resolved)
        objection = (
            checked.objection
            or self._beside_the_point(checked)
            or self._not_what_is_sought(checked)
            or self._incomplete(checked)
        )
        if objection is not None:
            if not again:
                self.objections.append((checked.text[:300], objection))
            return False
        if any(checked.text == sentence.text for sentence in self.sentences):
            return False
        for cited in checked.cited:
            self._numbers.setdefault(cited, len(self._numbers) + 1)
        numbers = tuple(self._numbers[cited] for cited in checked.cited)
        self.sentences.append(AnswerSentence(checked.text, numbers))
        self._repaired += again
        return True

    def draft(self, notices: tuple[str, ...] = ()) -> Draft:
        """The answer so far, in the model's words."""
        return replace(
            self._extractive,
            sentences=tuple(self.sentences),
            citations=tuple(cited.citation(number) for cited, number in self._numbers.items()),
            notices=(*self._extractive.notices, *notices),
            short=figure_asked_for(self._question, self.sentences[0].text) if len(self.sentences) == 1 else "",
            author=self._author,
            dropped=self._dropped(),
        )

    def so_far(self) -> Draft:
        """What can be shown while more may come."""
        return self.draft() if self.sentences else self._extractive

    def whole(self, problem: str = "") -> Draft:
        """The answer when nothing more comes: the extractive one if nothing stands.

        Args:
            problem: what went wrong with the model, in a sentence.
        """
        if self.sentences:
            return self.draft((f"{problem} Its answer may not be complete.",) if problem else ())
        why = problem or (
            "What the language model wrote could not be verified."
            if self.objections
            else "The language model gave no answer."
        )
        notices = (*self._extractive.notices, f"{why} {_INSTEAD}")
        return replace(self._extractive, notices=notices, dropped=self._dropped())

    def _dropped(self) -> int:
        return max(0, len(self.objections) - self._repaired)

    def _not_what_is_sought(self, checked: Checked) -> str | None:
        """Whether the extractive answer has a name or a figure of the kind that is asked for, and this has none."""
        if not self._gives_it(" ".join(sentence.text for sentence in self._extractive.sentences)):
            return None
        if any(self._gives_it(text) for text in (checked.text, *(sentence.text for sentence in self.sentences))):
            return None
        return "it does not give what was asked for"

    def _gives_it(self, text: str) -> bool:
        # A name at the beginning of a sentence counts as one unless it is an ordinary word.
        begins = text.partition(" ")[0].lower() in STOP_WORDS
        is_sought, is_there = has_answer_type(self._question, text if begins else f"– {text}")
        return is_sought and is_there

    def _incomplete(self, checked: Checked) -> str | None:
        for cited in checked.cited:
            sentence = cited.hit.passage.sentence_text(cited.span)
            if name := left_out(checked.text, sentence, self._question.resolved):
                return f"it leaves out “{name}”, which the passage names together with what it gives"
        return None

    def _beside_the_point(self, checked: Checked) -> str | None:
        least = RELEVANT * self._extractive.confidence
        read = self._extractive.read
        quoted = [(one.document_id, one.start, one.end) for one in self._extractive.citations]
        for cited in checked.cited:
            document, (start, end) = cited.document_id, cited.span
            if any(of == document and begun < end and start < ended for of, begun, ended in quoted):
                return None
            if read.get((document, cited.span), 0.0) >= least:
                return None
        return "it does not answer the question"
