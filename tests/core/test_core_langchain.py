"""LangChain's interfaces: documents with true offsets, embeddings, a runnable."""

from __future__ import annotations

import math

import pytest

from dealqa import Answer
from dealqa.errors import QuestionError
from dealqa.langchain import DealEmbeddings, DealRetriever


def test_retrieved_documents_can_be_reproduced_from_their_offsets(deals):
    found = DealRetriever(assistant=deals).invoke("growth in business rates")
    assert found
    stored = {info.path: deals.document(info.id).text for info in deals.documents()}
    for document in found:
        place = document.metadata
        assert stored[place["source"]][place["start"] : place["end"]] == document.page_content
    assert [document.metadata["rank"] for document in found] == list(range(1, len(found) + 1))
    assert [document.id for document in found] == [hit.passage.id for hit in deals.search("growth in business rates")]


def test_a_retriever_returns_as_many_documents_as_it_is_told(deals):
    assert len(DealRetriever(assistant=deals, k=2).invoke("growth")) == 2


def test_embeddings_are_lists_of_floats_of_unit_length(embedder):
    embeddings = DealEmbeddings(embedder)
    vectors = [*embeddings.embed_documents(["One text.", "Another one."]), embeddings.embed_query("A question?")]
    for vector in vectors:
        assert len(vector) == embedder.dimension
        assert {type(value) for value in vector} == {float}
        assert math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-5)
    assert embeddings.embed_documents([]) == []


def test_a_runnable_takes_a_question(deals):
    answer = deals.as_runnable().invoke("What does Bristol keep?")
    assert isinstance(answer, Answer)
    assert answer.text == deals.ask("What does Bristol keep?").text


def test_a_runnable_takes_a_question_with_its_history_and_documents(deals):
    runnable = deals.as_runnable()
    asked = {"question": "And Leeds?", "history": ["What does Bristol keep?"]}
    assert "50%" in runnable.invoke(asked).text
    assert runnable.invoke({**asked, "documents": ["bristol.md"]}).refused


def test_a_runnable_answers_several_questions_at_once(deals):
    questions = ["What does Bristol keep?", "What does Leeds keep?"]
    assert [answer.text for answer in deals.as_runnable().batch(questions)] == [deals.ask(q).text for q in questions]


def test_a_runnable_raises_our_errors(deals):
    with pytest.raises(QuestionError):
        deals.as_runnable().invoke("")
