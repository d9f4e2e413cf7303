"""The answer contract: the JSON object that Python, the command line, HTTP and MCP all give."""

import dataclasses
import json

import pytest

from dealqa import types
from dealqa.types import Answer, AnswerSentence, Citation, DocumentInfo, Hit, Passage, Premise, Question, Refusal

TEXT = "The fund holds £40 million. It opens in May."
QUOTE = "The fund holds £40 million."

INFO = DocumentInfo(
    id="d0123456789abcdef",
    path="deals/fund.pdf",
    title="The fund",
    date="2012-07",
    status="agreed",
    deals=("Anytown",),
    sha256="0" * 64,
    characters=len(TEXT),
    pages=1,
    passages=1,
    warnings=(),
)
PASSAGE = Passage("p1", INFO.id, 0, len(TEXT), TEXT, "The fund > Money", ("Money",), 1, ((0, 27), (28, 44)))
CITATION = Citation(1, INFO.id, INFO.path, INFO.title, 1, ("Money",), 0, len(QUOTE), QUOTE)
ANSWER = Answer(
    text=f"{QUOTE} [1]",
    sentences=(AnswerSentence(QUOTE, (1,)),),
    citations=(CITATION,),
    question=Question(
        "How much does it hold?",
        "How much does the fund of £40m in Leeds hold?",
        names=("Leeds", "The Fund"),
        places=("Leeds",),
        deals=("Leeds City Deal",),
        figures=("GBP 40000000",),
        answer_type="amount",
        organisations=("HM Treasury",),
        premises=(Premise("figure", "£40m", "GBP 40000000"),),
    ),
    generation="g1",
    confidence=0.970049,
    hits=tuple(Hit(PASSAGE, INFO, rank, 1 / (rank + 2)) for rank in range(1, 13)),
    notices=("The document is from 2012.",),
    timings_ms={"retrieve": 12.14, "total": 35.0},
)
REFUSAL = Answer(
    text="No document mentions Atlantis.",
    sentences=(),
    citations=(),
    question=Question("What does Atlantis get?", "What does Atlantis get?"),
    generation="g1",
    confidence=0.01,
    refusal=Refusal("unknown_place", "No document mentions Atlantis.", nearest=(CITATION,)),
)

CITATION_IN_JSON = {
    "number": 1,
    "document": "deals/fund.pdf",
    "title": "The fund",
    "page": 1,
    "heading_path": ["Money"],
    "start": 0,
    "end": 27,
    "quote": QUOTE,
}


def test_an_answer_is_the_object_that_the_contract_describes():
    assert ANSWER.to_dict(hits=1) == {
        "question": "How much does it hold?",
        "resolved_question": "How much does the fund of £40m in Leeds hold?",
        "understood": {
            "deals": ["Leeds City Deal"],
            "places": ["Leeds"],
            "names": ["The Fund", "HM Treasury"],
            "answer_type": "amount",
            "figures": ["GBP 40000000"],
            "premises": [{"kind": "figure", "text": "£40m", "value": "GBP 40000000"}],
        },
        "answer": "The fund holds £40 million. [1]",
        "short": "",
        "refused": False,
        "refusal": None,
        "confidence": 0.97,
        "sentences": [{"text": QUOTE, "citations": [1]}],
        "comparison": [],
        "conflict": False,
        "author": "",
        "dropped": 0,
        "citations": [CITATION_IN_JSON],
        "hits": [
            {
                "rank": 1,
                "document": "deals/fund.pdf",
                "start": 0,
                "end": 44,
                "page": 1,
                "score": 0.333333,
                "bears": True,
                "also": [],
                "deals": ["Anytown"],
            }
        ],
        "notices": ["The document is from 2012."],
        "generation": "g1",
        "timings_ms": {"retrieve": 12.1, "total": 35.0},
    }


def test_a_refusal_is_the_same_object_with_its_reason_and_no_citations():
    contract = REFUSAL.to_dict()
    assert contract.keys() == ANSWER.to_dict().keys()
    assert (contract["refused"], contract["citations"], contract["sentences"]) == (True, [], [])
    assert contract["refusal"] == {
        "reason": "unknown_place",
        "message": "No document mentions Atlantis.",
        "nearest": [CITATION_IN_JSON],
    }


@pytest.mark.parametrize("answer", [ANSWER, REFUSAL])
def test_the_object_survives_json_unchanged(answer):
    assert json.loads(json.dumps(answer.to_dict())) == answer.to_dict()


@pytest.mark.parametrize(("asked", "given"), [(None, 10), (3, 3), (64, 12), (0, 0)])
def test_the_best_hits_are_given_ten_unless_asked_otherwise(asked, given):
    hits = (ANSWER.to_dict() if asked is None else ANSWER.to_dict(hits=asked))["hits"]
    assert [hit["rank"] for hit in hits] == list(range(1, given + 1))


def test_a_sentence_of_a_passage_is_found_by_its_place_in_the_document():
    later = dataclasses.replace(PASSAGE, start=100, end=144, sentences=((100, 127), (128, 144)))
    assert [later.sentence_text(span) for span in later.sentences] == [QUOTE, "It opens in May."]


@pytest.mark.parametrize("value", [INFO, PASSAGE, CITATION, ANSWER, REFUSAL.refusal, ANSWER.question])
def test_values_cannot_be_changed(value):
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, "something else")


def test_every_dataclass_is_exported():
    declared = {
        name for name, value in vars(types).items() if dataclasses.is_dataclass(value) and isinstance(value, type)
    }
    assert declared <= set(types.__all__)


def test_what_was_not_meant_can_be_taken_out_of_a_question():
    asked = ANSWER.question.without(["leeds city deal", "GBP 40000000", "amount", "HM Treasury", "Atlantis"])
    assert asked.understood() == {
        "deals": [],
        "places": ["Leeds"],
        "names": ["The Fund"],
        "answer_type": "any",
        "figures": [],
        "premises": [],
    }
    assert asked.resolved == ANSWER.question.resolved


def test_a_place_that_was_not_meant_is_no_name_either():
    asked = ANSWER.question.without(["Leeds"])
    assert (asked.places, asked.names, asked.deals) == ((), ("The Fund",), ("Leeds City Deal",))


@pytest.mark.parametrize(
    ("kind", "compared", "sought"), [("amount", "any", "amount"), ("comparison", "duration", "duration")]
)
def test_of_a_comparison_each_side_is_sought(kind, compared, sought):
    assert Question("Is it?", "Is it?", answer_type=kind, compared=compared).sought == sought
