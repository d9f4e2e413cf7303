"""A word of the question that the documents say there was none of contradicts it; a comparison does not."""

from __future__ import annotations

import pytest
from core_corpus import candidate_of

from dealqa.answering.contradicting import contradiction
from dealqa.understanding import analyse


def test_what_there_was_none_of_contradicts_a_question() -> None:
    found = contradiction(
        analyse("Why did the referendum in Northport fail?"),
        [candidate_of("The council of Northport decided without a referendum.")],
    )
    assert found is not None and found[0] == "referendum"


@pytest.mark.parametrize(
    "text", ["No harbour is larger than that of Northport.", "There was no tram, and the harbour was widened."]
)
def test_what_is_only_compared_or_is_something_else_contradicts_nothing(text: str) -> None:
    assert contradiction(analyse("What does the harbour of Northport cost?"), [candidate_of(text)]) is None
