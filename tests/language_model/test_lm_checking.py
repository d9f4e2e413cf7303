"""Of what is not true nothing is shown, whether a model quotes or not; of what is true next to nothing is lost."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest
from guard_statements import ALTERED, CORPUS, FORMATS, REPHRASED, same_deal

from dealqa.answering.language_model.checking import Checked, check
from dealqa.answering.language_model.statements import Statement
from dealqa.answering.wording import readable
from dealqa.deals import Registry, load_registry
from dealqa.errors import UnreadableDocument
from dealqa.passages import split_document
from dealqa.reading import read_document
from dealqa.types import Block, Document, DocumentInfo, Hit

SEED = 20261129
SAMPLE = 500
"""Sentences of the papers; each is altered in every way that it can be."""


class Papers:
    """What an answerer asks of the corpus, of the papers that a statement cites."""

    def __init__(self, documents: dict[str, Document], registry: Registry) -> None:
        self._documents, self.registry = documents, registry
        self.documents: tuple[DocumentInfo, ...] = ()

    def document(self, document_id: str) -> Document:
        return self._documents[document_id]

    def idf(self, stem: str) -> float:
        raise NotImplementedError(stem)

    def mentions(self, phrase: str) -> bool:
        raise NotImplementedError(phrase)


class Said(NamedTuple):
    """A true sentence, its words as they stand in the document, and its passage."""

    text: str
    quote: str
    hit: Hit


@cache
def said() -> tuple[Papers, list[Said]]:
    documents: dict[str, Document] = {}
    found: list[Said] = []
    for path in sorted(CORPUS.rglob("*")):
        name = path.relative_to(CORPUS).as_posix()
        if path.suffix not in FORMATS or name.startswith("sources/") or name == "README.md":
            continue
        try:
            document = read_document(CORPUS, name, max_bytes=10**8)
        except UnreadableDocument:
            continue  # a scan, which takes text recognition
        documents[document.id] = document
        info = DocumentInfo(document.id, document.path, document.title, None, None, (), document.sha256, 1, 0, 1, ())
        for passage in split_document(document, max_tokens=250, count_tokens=lambda ts: [len(t) // 4 for t in ts]):
            hit = Hit(passage, info, 1, 1.0)
            for span in passage.sentences:
                quote = passage.sentence_text(span)
                text = readable(quote, hit)
                if len(text.split()) >= 4 and "http" not in text and "www." not in text:
                    found.append(Said(text, quote, hit))
    drawn = random.Random(SEED).sample(found, SAMPLE)  # noqa: S311 - chooses sentences
    return Papers(documents, load_registry(CORPUS)), drawn


def checked(text: str, one: Said, *, quoted: bool) -> Checked:
    papers, _ = said()
    return check(Statement(text, (1,), (one.quote,) if quoted else ()), (one.hit,), papers)


def one_sentence(text: str) -> tuple[Hit, Papers]:
    document = Document("d1", "a.md", "A paper", text, (Block("paragraph", 0, len(text)),), "0" * 64)
    info = DocumentInfo("d1", "a.md", "A paper", None, None, (), "", 1, 0, 1, ())
    (passage,) = split_document(document, max_tokens=250, count_tokens=lambda ts: [len(t) // 4 for t in ts])
    return Hit(passage, info, 1, 1.0), Papers({"d1": document}, Registry.empty())


@pytest.mark.parametrize("quoted", [True, False], ids=["with its quote", "without a quote"])
def test_of_what_is_not_true_nothing_is_shown(quoted: bool) -> None:
    papers, sample = said()
    draw = random.Random(SEED)  # noqa: S311 - alters sentences
    asked: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for one in sample:
        for kind, alter in ALTERED.items():
            text = alter(one.text, draw)
            if text == one.text or (kind == "city" and same_deal(one.text, text, papers.registry)):
                continue
            asked[kind] += 1
            shown[kind] += checked(text, one, quoted=quoted).objection is None
    assert asked.total() > 1_000
    assert shown.total() <= 0.01 * asked.total(), (shown, asked)


@pytest.mark.parametrize("quoted", [True, False], ids=["with its quote", "without a quote"])
def test_of_what_is_true_next_to_nothing_is_lost(quoted: bool) -> None:
    _, sample = said()
    asked: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for one in sample:
        for kind, rephrase in REPHRASED.items():
            text = rephrase(one.text)
            if text == one.text and rephrase is not str:
                continue
            asked[kind] += 1
            lost[kind] += checked(text, one, quoted=quoted).objection is not None
    assert asked.total() > 1_000
    assert lost.total() <= 0.02 * asked.total(), (lost, asked)


def test_what_a_statement_cites_is_the_whole_sentence_around_its_quote() -> None:
    papers, sample = said()
    one = max(sample, key=lambda said: len(said.quote))
    part = one.quote[: len(one.quote) // 2].rsplit(" ", 1)[0]
    found = check(Statement(one.text, (1,), (part,)), (one.hit,), papers)
    assert found.objection is None
    (cited,) = found.cited
    assert cited.citation(1).quote == one.quote


def test_half_a_sentence_that_says_the_opposite_of_the_whole_does_not_carry_a_statement() -> None:
    hit, papers = one_sentence("The deal has not, as the minister admitted, been signed by all five councils.")
    statement = Statement("The deal has been signed by all five councils.", (1,), ("been signed by all five councils",))
    found = check(statement, (hit,), papers)
    assert found.objection is not None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("…", "says nothing"),
        ("a " * 400, "too long"),
        ("See https://example.org for more.", "address"),
        ("[Click here](x) to read on.", "address"),
        ("<img src=x> is kept.", "address"),
        ("Write to ann@example.org.", "address"),
    ],
)
def test_a_statement_with_what_leads_a_reader_away_is_objected_to(text: str, reason: str) -> None:
    _, sample = said()
    assert reason in (checked(text, sample[0], quoted=False).objection or "")


@pytest.mark.parametrize(
    "text",
    [
        "The bridge over the river is 8½ miles long.",
        "The offices at İskele and Zürich were opened in 2014.",
        "The first quarter of 2019 was the best for the fund.",
        "The fund rose in 2017/2018 and 2018/2019, to 337 and 359 thousand.",
    ],
)
def test_a_sentence_carries_itself(text: str) -> None:
    hit, papers = one_sentence(text)
    assert check(Statement(text, (1,), (text,)), (hit,), papers).objection is None


def test_a_statement_in_words_of_its_own_is_objected_to() -> None:
    _, sample = said()
    found = checked("Tigers sleep under green umbrellas while singing.", sample[0], quoted=True)
    assert found.objection is not None
