"""What a language model's answers are worth with the guards, without them, and beside the extractive ones.

    .venv/bin/python benchmarks/language_model.py --url http://127.0.0.1:8081/v1 --name smollm2 [--sample 60]
        [--attacks 60] [--kept FILE] [--write]

The dev questions of evals/city_deals, or a sample of them drawn with a fixed seed, asked three times over: of the
extractive answerer, of the model with its guards, and of the same model as it writes (every question is sent, whatever
it states is shown, and nothing is asked again). Both are sent the same prompts; what was written once is not asked for
twice, with --kept not even by a later run, so that a change of the guards is measured in a minute. The server must be
running (any that speaks OpenAI's protocol); without one nothing is measured. Times are given only by a run that asks
for everything itself.

Wrong statements: sentences of answers that are wrong, or that answer what the documents do not say, for each 100
questions. Invented: sentences with a number or a name that stands in none of the passages that were found. This is a
plain look at letters, which shares nothing with the guards.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from _report import ROOT, finish, machine, median, parser, percentile, table
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

from dealqa.answering.language_model import load_chat_model
from dealqa.answering.language_model.answerer import LanguageModelAnswerer, messages_of
from dealqa.answering.language_model.statements import StatementReader
from dealqa.assistant import Assistant
from dealqa.config import LanguageModelSettings, load_settings
from dealqa.errors import LanguageModelError
from dealqa.evaluation import EvalRun, Judgement, ask_suite, load_suite
from dealqa.index import build_index
from dealqa.types import Answer, AnswerSentence, Citation, Refusal

SEED = 20261129
SEEN = 120
"""So many dev questions, drawn with this seed, were looked at while the guards were made."""

SECONDS = 120
FOUND = 20
"""Passages that are found for a question; those that are sent are the first of them."""

_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
"""Within a sentence, where a capital is no beginning."""


class Recorded(BaseChatModel):
    """A model whose output is kept, so that both ways of using it see the same; and how long it took."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: BaseChatModel
    kept: dict[str, list[str]] = Field(default_factory=dict)
    file: Path | None = None
    first: list[float] = Field(default_factory=list)
    whole: list[float] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "recorded"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **options: Any,
    ) -> Iterator[ChatGenerationChunk]:
        told = "\0".join([str(options.get("response_format")), *(str(message.content) for message in messages)])
        key = hashlib.sha256(told.encode()).hexdigest()
        if key not in self.kept:
            parts: list[str] = []
            began = time.perf_counter()
            self.kept[key] = parts  # what is broken off, because it repeats itself, is kept as far as it came
            try:
                for chunk in self.model.stream(messages, **options):
                    if not parts:
                        self.first.append(time.perf_counter() - began)
                    parts.append(str(chunk.text))
                    yield ChatGenerationChunk(message=AIMessageChunk(content=parts[-1]))
            finally:
                self.whole.append(time.perf_counter() - began)
                self._keep(key, parts)
            return
        for part in self.kept[key]:
            yield ChatGenerationChunk(message=AIMessageChunk(content=part))

    def _keep(self, key: str, parts: Sequence[str]) -> None:
        if self.file is not None:
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([key, parts]) + "\n")

    def _generate(self, *arguments: Any, **options: Any) -> ChatResult:
        raise NotImplementedError


class Unguarded(Assistant):
    """Shows whatever the model states: no refusal comes before it, and nothing is checked."""

    def __init__(self, settings: Any, model: BaseChatModel) -> None:
        super().__init__(settings)
        self.writer = LanguageModelAnswerer(settings.llm, model)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        *,
        documents: Sequence[str] | None = None,
        without: Collection[str] = (),
        hits: int = 10,
    ) -> Answer:
        """The answer as the model gives it."""
        with self.hold() as snapshot:
            asked = self.understand(question, history, without=without, snapshot=snapshot)
            found = self._answers.found(snapshot, asked, documents, max(hits, FOUND))
            draft = self._answers.drafted(snapshot, asked, found, documents)
            prompt = self.writer.prompt(asked, draft, found)
            reader = StatementReader()
            statements = []
            try:
                for part in self.writer.asker.stream(messages_of(prompt), seconds=SECONDS):
                    statements += reader.feed(part)
            except LanguageModelError as err:
                print(f"{err.message} ({question})", file=sys.stderr)
            statements += reader.end()
            citations: list[Citation] = []
            sentences = []
            for statement in statements:
                numbers = []
                for named in statement.passages:
                    if 1 <= named <= len(prompt.given):
                        hit = prompt.given[named - 1]
                        citations.append(_whole(hit, len(citations) + 1))
                        numbers.append(len(citations))
                sentences.append(AnswerSentence(statement.text, tuple(numbers)))
            refusal = None if sentences else Refusal("no_evidence", "The model stated nothing.")
            text = " ".join(sentence.text for sentence in sentences)
            return Answer(
                text or "The model stated nothing.",
                tuple(sentences),
                tuple(citations) if sentences else (),
                asked,
                snapshot.generation,
                draft.confidence,
                refusal,
                tuple(found[:hits]),
                author=self.settings.llm.model,
            )


def attacked(llm: LanguageModelSettings, model: BaseChatModel, number: int) -> str:
    """How often an order in a document is carried out, with the guards and without, in words.

    Args:
        number: of the sixty documents of tests/language_model/attacks.py, spread over its forms.
    """
    sys.path.insert(0, str(ROOT / "tests" / "language_model"))
    from attacks import CITIES, FORMS, QUESTION, documents, succeeded

    chosen = [(city, form) for city in CITIES for form in range(1, len(FORMS) + 1)][:number]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for path, text in documents().items():
            (corpus / path).write_text(text, encoding="utf-8")
        settings = load_settings(corpus=corpus, index=Path(folder) / "index", ocr="off", llm=llm)
        build_index(settings)
        counts = []
        for assistant in (Assistant(settings, chat_model=model), Unguarded(settings, model)):
            with assistant:
                answers = [
                    assistant.ask(QUESTION.format(city=city), documents=[f"{city.lower()}-{form:02}.md"])
                    for city, form in chosen
                ]
            counts.append(sum(bool(answer.author) and succeeded(answer.text) for answer in answers))
    intervals = [f"{count} of {number} (95% at most {_at_most(count, number):.1%})" for count in counts]
    return f"Orders in documents carried out: {intervals[0]} with the guards, {intervals[1]} as it writes."


def _at_most(count: int, number: int) -> float:
    """The upper end of the exact (Clopper-Pearson) one-sided interval of a share, by bisection."""
    low, high = count / number, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(math.comb(number, k) * middle**k * (1 - middle) ** (number - k) for k in range(count + 1))
        low, high = (middle, high) if below > 0.05 else (low, middle)
    return low


def _whole(hit: Any, number: int) -> Citation:
    passage, info = hit.passage, hit.document
    place = (passage.page, passage.heading_path, passage.start, passage.end, passage.text)
    return Citation(number, info.id, info.path, info.title, *place)


def invented(prediction: Mapping[str, Any], passages: str) -> int:
    """The sentences with a number or a name that stands in no passage."""
    return sum(
        any(token not in passages for token in (*_NUMBER.findall(text), *_NAME.findall(text)))
        for text in (sentence["text"] for sentence in prediction["sentences"])
    )


def row(name: str, run: EvalRun, judged: Judgement, seconds: Sequence[float], passages: Mapping[str, str]) -> list[str]:
    """The figures of one way to answer."""
    metrics = judged.metrics
    predictions = [(outcome.case, outcome.prediction) for outcome in run.outcomes if outcome.prediction is not None]
    wrong = [
        outcome.prediction
        for outcome, verdict in zip(run.outcomes, judged.verdicts, strict=True)
        if outcome.prediction is not None and verdict.scores["wrong_answer"] == 1
    ]
    statements = sum(len(prediction["sentences"]) for prediction in wrong)
    its_own = sum(len(prediction["sentences"]) for prediction in wrong if prediction["author"])
    made_up = sum(invented(prediction, passages[case.id]) for case, prediction in predictions)
    dropped = sum(prediction["dropped"] for _, prediction in predictions)
    written = sum(bool(prediction["author"]) for _, prediction in predictions)
    asked = sum("language_model" in prediction["timings_ms"] for _, prediction in predictions)
    names = ("answer_match", "citation_precision", "citation_recall", "refusal_precision", "refusal_recall")
    figures = ("–" if metrics[one].mean is None else f"{metrics[one].mean:.3f}" for one in names)
    per_hundred = 100 / max(1, len(predictions))
    time_taken = f"{median(seconds):.1f} / {percentile(seconds, 0.95):.1f} s" if seconds else "–"
    counts = (
        f"{statements * per_hundred:.1f}",
        f"{its_own * per_hundred:.1f}",
        f"{made_up * per_hundred:.1f}",
        f"{written} of {asked}" if asked else str(written),
        str(dropped),
    )
    return [name, *figures, *counts, time_taken]


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    url = os.environ.get("LLM_URL", "")
    arguments.add_argument("--url", default=url, help="of a running server, with /v1 at its end (default: $LLM_URL)")
    arguments.add_argument("--name", default="local", help="the model's name, for the table")
    arguments.add_argument("--sample", type=int, default=0, help="so many of the dev questions (default: all)")
    arguments.add_argument(
        "--fresh", action="store_true", help="draw them from those that the guards were not made with"
    )
    arguments.add_argument("--passages", type=int, default=4, help="that it is given at most")
    arguments.add_argument("--attacks", type=int, default=0, help="ask so many of the sixty hostile documents, too")
    arguments.add_argument("--kept", type=Path, help="a file of what the model wrote, read first and added to")
    arguments.add_argument("--plain", action="store_true", help="do not ask the server for JSON of a given form")
    options = arguments.parse_args()
    if not options.url:
        print("Nothing was measured: there is no model. Name its server with --url or LLM_URL.", file=sys.stderr)
        return 0
    facts = machine()
    llm = LanguageModelSettings(
        model=f"openai:{options.name}", base_url=options.url, seconds=SECONDS, passages=options.passages, retries=0,
        show_extractive_first=False, structured=not options.plain,
    )  # fmt: skip
    settings = load_settings(index=ROOT / ".scratch" / "ablation-index", ocr="off")
    build_index(settings)
    whole = load_suite(ROOT / "evals" / "city_deals", "dev")
    places = list(range(len(whole.cases)))
    seen = random.Random(SEED).sample(places, min(SEEN, len(places)))  # noqa: S311 - draws a sample
    if options.fresh:
        places = sorted(set(places) - set(seen))
    number = min(options.sample or (12 if options.quick else len(places)), len(places))
    chosen = sorted(random.Random(SEED).sample(places, number))  # noqa: S311 - draws a sample
    suite = replace(whole, cases=tuple(whole.cases[place] for place in chosen))
    model = Recorded(model=load_chat_model(llm), file=options.kept)
    if options.kept is not None and options.kept.exists():
        with options.kept.open(encoding="utf-8") as lines:
            model.kept.update(json.loads(line) for line in lines)
    timed = not model.kept
    with_model = settings.model_copy(update={"llm": llm})
    rows = []

    def told(stage: str, done: int, total: int) -> None:
        print(f"\r{stage} {done} of {total} ", end="", file=sys.stderr, flush=True)

    with Assistant(settings) as assistant:
        extractive = ask_suite(suite, assistant)
        passages = {
            case.id: "\n".join(
                f"{hit.document.title} {hit.passage.context} {hit.passage.text}"
                for hit in assistant.search(assistant.understand(case.question, case.history), limit=FOUND)
            )
            for case in suite.cases
        }
    rows.append(row("extractive", extractive, extractive.judge(), _seconds(extractive), passages))
    with Assistant(with_model, chat_model=model) as assistant:
        guarded = ask_suite(suite, assistant, progress=told)
    judged = guarded.judge()
    rows.append(row(f"{options.name}, guarded", guarded, judged, _seconds(guarded) if timed else [], passages))
    for outcome, verdict in zip(guarded.outcomes, judged.verdicts, strict=True):
        if outcome.prediction is not None and outcome.prediction["author"]:
            right = "wrong" if verdict.scores["wrong_answer"] == 1 else "right"
            print(f"\n{right}: {outcome.case.question} {outcome.prediction['answer']}", file=sys.stderr)
    first = [
        1e-3 * outcome.prediction["timings_ms"]["first_statement"]
        for outcome in guarded.outcomes
        if outcome.prediction is not None and "first_statement" in outcome.prediction["timings_ms"]
    ]
    with Unguarded(with_model, model) as assistant:
        unguarded = ask_suite(suite, assistant, progress=told)
    rows.append(row(f"{options.name}, as it writes", unguarded, unguarded.judge(), [], passages))
    head = ["", "answers right", "citation precision", "citation recall", "refusal precision", "refusal recall",
            "wrong statements / 100", "of these in its words", "invented / 100", "in its words, of those asked",
            "dropped", "p50 / p95"]  # fmt: skip
    which = "dev questions that the guards were not made with" if options.fresh else "dev questions"
    body = f"{number} of the {len(whole.cases)} {which}.\n\n{table(head, rows)}"
    if first and timed:
        body += f"\n\nTo the first verified statement: {median(first):.1f} s (p95 {percentile(first, 0.95):.1f} s)."
    if model.whole and timed:
        body += (
            f" The model's first word: {median(model.first):.1f} s, its last: {median(model.whole):.1f} s (medians)."
        )
    if options.attacks:
        body += f"\n\n{attacked(llm, model, options.attacks)}"
    finish(f"language model {options.name}", facts, body, write=options.write)
    return 0


def _seconds(run: EvalRun) -> list[float]:
    return [outcome.latency_ms / 1000 for outcome in run.outcomes if outcome.latency_ms is not None]


if __name__ == "__main__":
    sys.exit(main())
