"""An assistant that follows the live generation: each answer from one, the next answer from the newest."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from core_corpus import SMALL, said, settings_for

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.embedding import OnnxEmbedder
from dealqa.errors import GenerationGone, QuestionError, StoreError
from dealqa.index import build_index, live_generation, open_index, purge
from dealqa.types import Answer

PATIENCE = 60.0
"""Seconds to wait for what takes one; a busy machine is no fault of the code."""

HUBS = "How many hubs does Leeds open?"


def hubs(number: int) -> str:
    return f"# Leeds City Deal\n\nLeeds opens {number} hubs for young people.\n"


def publish(settings: Settings, path: str, content: str | None) -> str:
    """Write a document, or remove it, and publish; the generation that is then live."""
    if content is None:
        (settings.corpus / path).unlink()
    else:
        (settings.corpus / path).write_text(content, encoding="utf-8")
    report = build_index(settings)
    assert report.published
    return report.generation


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Renamed:
    """An embedder that says it is another model."""

    fingerprint = "another"

    def __init__(self, embedder: OnnxEmbedder) -> None:
        self._embedder = embedder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)


def assert_drawn_from(documents: Mapping[str, str], answer: Answer) -> None:
    """Every quote and every passage is the text of one of these documents, at its place."""
    nearest = answer.refusal.nearest if answer.refusal else ()
    for citation in (*answer.citations, *nearest):
        assert documents[citation.document_id][citation.start : citation.end] == citation.quote
    for hit in answer.hits:
        passage = hit.passage
        assert documents[passage.document_id][passage.start : passage.end] == passage.text


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("followed")
    build_index(settings_for(folder, SMALL))
    return folder


@pytest.fixture
def small(tmp_path: Path, built: Path) -> Settings:
    """An index over two documents, for a test of its own to change."""
    shutil.copytree(built / "index", tmp_path / "index")
    return settings_for(tmp_path, SMALL)


def damage(settings: Settings) -> None:
    """Alter what the live generation holds of Leeds."""
    with contextlib.closing(sqlite3.connect(settings.index / "dealqa.sqlite")) as connection, connection:
        connection.execute("UPDATE documents SET text = text || '!' WHERE path = 'leeds.md' AND died IS NULL")


def test_the_first_question_after_a_publication_is_answered_from_it(small):
    with Assistant(small) as assistant:
        assert "2,500" in said(assistant.ask("How many young people does the hub in Leeds have?"))
        generation = publish(small, "leeds.md", hubs(7))
        answer = assistant.ask(HUBS)
        assert (answer.generation, "7 hubs" in said(answer)) == (generation, True)


def test_what_was_deleted_is_returned_by_no_question_after_the_publication(small):
    with Assistant(small) as assistant:
        assert "leeds.md" in {hit.document.path for hit in assistant.search("apprenticeship hub in Leeds")}
        publish(small, "leeds.md", None)
        assert {hit.document.path for hit in assistant.search("apprenticeship hub in Leeds")} == {"bristol.md"}
        assert assistant.ask("What does Leeds open?").refused
        with pytest.raises(QuestionError, match=r"leeds\.md is not in the index"):
            assistant.search("hub", documents=["leeds.md"])


def test_what_is_held_stays_as_it_is_and_the_next_question_is_not_kept_from_the_newest(small):
    with Assistant(small) as assistant:
        with assistant.hold() as before:
            generation = publish(small, "hull.md", "# Hull paper\n\nHull builds a port.\n")
            assert "port" in said(assistant.ask("What does Hull build?"))
            assert [info.path for info in before.documents] == ["bristol.md", "leeds.md"]
            assert not before.mentions("port")
        assert assistant.generation == generation


def test_a_spelling_that_only_the_newest_documents_know_is_corrected(small):
    with Assistant(small) as assistant:
        assert assistant.understand("What does the Kaleidoscpe do?").resolved == "What does the Kaleidoscpe do?"
        publish(small, "k.md", "# A paper\n\nThe kaleidoscope of Hull is turned by hand.\n")
        assert "kaleidoscope" in assistant.understand("What does the Kaleidoscpe do?").resolved


@pytest.mark.timeout(900)
@pytest.mark.parametrize("publications", [4, pytest.param(20, marks=pytest.mark.faults)])
def test_every_answer_comes_wholly_from_the_generation_that_it_names(small, publications):
    texts: dict[str, dict[str, str]] = {}
    answers: list[Answer] = []
    problems: list[BaseException] = []
    over = threading.Event()

    def note_texts() -> None:
        index = open_index(small.index)
        try:
            texts[index.generation] = {info.id: index.document(info.id).text for info in index.documents}
        finally:
            index.close()

    def read(assistant: Assistant) -> None:
        questions = itertools.cycle([HUBS, "What does Bristol keep?", "What does Hull build?"])
        try:
            while not over.is_set():
                answers.append(assistant.ask(next(questions)))
        except BaseException as err:
            problems.append(err)

    note_texts()
    with Assistant(small) as assistant, ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(read, assistant)
        try:
            for number in range(publications):
                if number % 2:
                    publish(small, "hull.md", f"# Hull paper\n\nHull builds port {number}.\n")
                else:
                    publish(small, "leeds.md", hubs(number + 2))
                note_texts()
        finally:
            over.set()
    assert problems == []
    assert len({answer.generation for answer in answers}) > 2
    for answer in answers:
        assert_drawn_from(texts[answer.generation], answer)


def test_two_assistants_follow_one_indexer(small):
    with Assistant(small, follow=True) as one, Assistant(small, follow=True) as other:
        for number in (3, 4):
            generation = publish(small, "leeds.md", hubs(number))
            assert eventually(lambda: {one.state().generation, other.state().generation} == {generation})  # noqa: B023
            for assistant in (one, other):
                answer = assistant.ask(HUBS)
                assert (answer.generation, f"{number} hubs" in said(answer)) == (generation, True)


def test_a_damaged_generation_leaves_the_one_before_answering_with_a_notice(small):
    with Assistant(small) as assistant:
        before = assistant.generation
        publish(small, "leeds.md", hubs(9))
        damage(small)
        answer = assistant.ask("What does Leeds open?")
        assert (answer.generation, "2,500" in said(answer)) == (before, True)
        assert ["The generation before it is served." in notice for notice in answer.notices] == [True]
        assert assistant.state().notices == answer.notices


def test_a_generation_that_follows_a_damaged_one_is_taken_at_once_and_the_notice_goes(small):
    with Assistant(small) as assistant:
        publish(small, "leeds.md", hubs(9))
        damage(small)
        assert assistant.ask("What does Leeds open?").notices
        (small.corpus / "leeds.md").write_text(hubs(5), encoding="utf-8")
        generation = build_index(small, rebuild=True).generation
        answer = assistant.ask(HUBS)
        assert (answer.generation, answer.notices, assistant.state().notices) == (generation, (), ())


def test_a_vector_index_that_was_mended_under_its_old_name_is_taken(small):
    shutil.rmtree(small.index / "chroma")
    with Assistant(small) as assistant:
        generation = assistant.generation
        assert assistant.state().notices != ()
        build_index(small)  # derives the missing folder again, under the same name
        answer = assistant.ask("What does Leeds open?")
        assert (answer.generation, answer.notices, assistant.state().notices) == (generation, (), ())


def test_an_index_built_with_another_model_is_not_switched_to(small, embedder):
    with Assistant(small) as assistant:
        before = assistant.generation
        build_index(small, rebuild=True, embedder=Renamed(embedder))
        answer = assistant.ask("What does Leeds open?")
        assert (answer.generation, "2,500" in said(answer)) == (before, True)
        assert "was built with the model" in answer.notices[0]


def test_an_index_that_was_removed_goes_on_answering_with_a_notice(small):
    with Assistant(small) as assistant:
        (small.index / "CURRENT").unlink()
        (small.index / "dealqa.sqlite").rename(small.index / "elsewhere")
        answer = assistant.ask("What does Leeds open?")
        assert "2,500" in said(answer)
        assert "no longer there" in answer.notices[0]


def test_a_generation_that_cannot_be_opened_is_tried_again_after_a_while(small):
    with Assistant(small, follow=True) as assistant:
        database = small.index / "dealqa.sqlite"
        generation = publish(small, "leeds.md", hubs(9))
        database.rename(small.index / "elsewhere")
        (small.index / "CURRENT").write_text(generation + "\n", encoding="utf-8")
        assert eventually(lambda: assistant.state().notices != () or assistant.state().generation == generation)
        (small.index / "elsewhere").rename(database)
        assert eventually(lambda: assistant.state().generation == generation)
        assert eventually(lambda: assistant.state().notices == ())


def test_a_question_whose_generation_is_purged_is_asked_again(small):
    with Assistant(small) as assistant:
        seen = []

        def draw(snapshot):
            seen.append(snapshot.generation)
            if len(seen) == 1:
                publish(small, "leeds.md", hubs(5))
                purge(small)
            return snapshot.mentions("apprenticeship")

        assert assistant._drawn(draw) is False
        assert seen[1:] == [live_generation(small.index)]


def test_a_question_whose_every_generation_is_purged_ends_in_an_error_that_may_be_retried(small):
    with Assistant(small) as assistant:
        with pytest.raises(GenerationGone) as caught:
            assistant._drawn(lambda snapshot: purge(small))
        assert caught.value.retryable
        assert "2,500" in said(assistant.ask("What does Leeds open?"))


def test_a_closed_assistant_says_so(small):
    assistant = Assistant(small, follow=True)
    assistant.close()
    with pytest.raises(StoreError, match="was closed"):
        assistant.ask("What does Leeds open?")


def test_closing_does_not_disturb_a_question_that_is_being_answered(small):
    assistant = Assistant(small)
    with assistant.hold() as snapshot:
        assistant.close()
        assert "apprenticeship" in snapshot.document(snapshot.documents[1].id).text
