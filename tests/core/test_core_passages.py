"""Passages: split on structure, whole sentences, within the real model's limit, exact, and nothing lost."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise

import pytest
from core_corpus import document_of, paragraphs
from hypothesis import given
from hypothesis import strategies as st

from dealqa.passages import embedding_text, split_document
from dealqa.reading import read_document
from dealqa.types import Block, Document, Passage

LIMIT = 256

LONG_SENTENCE = "The board meets " + "and the council pays " * 1250 + "in the end."
LONG_WORD = "x" * 3000
LONG_LINK = "https://example.org/" + "/".join(f"part{i}" for i in range(450))
CHINESE = "城市协议是政府与地方之间的协议，地方因此得到更多的权力和资金。" * 60

AWKWARD = {
    "a sentence of five thousand words": LONG_SENTENCE,
    "a word of three thousand letters": LONG_WORD,
    "an address of three thousand characters": LONG_LINK,
    "Chinese without a space": CHINESE,
    "signs that are many tokens each": "🏗️🚆💷" * 400,
    "combining marks": "é" * 1500,
    "hyphens": "one-" * 900,
    "figures": " ".join(str(i * 7919) for i in range(700)),
    "many short sentences": "It pays. " * 600,
}


@pytest.fixture
def split(embedder):
    def split_within(document: Document, max_tokens: int = LIMIT) -> tuple[Passage, ...]:
        return split_document(document, max_tokens=max_tokens, count_tokens=embedder.count_tokens)

    return split_within


@pytest.fixture
def read_md(tmp_path):
    def read(text: str) -> Document:
        (tmp_path / "paper.md").write_text(text, encoding="utf-8")
        return read_document(tmp_path, "paper.md", max_bytes=10_000_000)

    return read


def assert_exact(document: Document, passages: tuple[Passage, ...]) -> None:
    """What holds for every splitting: exact offsets, order, no overlap, sentences inside."""
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.document_id == document.id
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
        assert all(a < b for a, b in passage.sentences)
        assert all(x[1] <= y[0] for x, y in pairwise(passage.sentences))
    assert all(x.end <= y.start for x, y in pairwise(passages))


def visible(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("kind", AWKWARD)
def test_every_passage_with_its_context_is_within_the_models_limit(kind, embedder, split):
    document = document_of(AWKWARD[kind], paragraphs(AWKWARD[kind]))
    passages = split(document)
    assert max(embedder.count_tokens([embedding_text(passage)[0] for passage in passages])) <= LIMIT
    assert_exact(document, passages)
    assert visible("".join(passage.text for passage in passages)) == visible(AWKWARD[kind])


@pytest.mark.parametrize("tokens", [16, 24, 32, 64, 128])
@pytest.mark.parametrize("kind", ["many short sentences", "Chinese without a space", "figures"])
def test_a_smaller_limit_is_kept_as_well(kind, tokens, embedder, split):
    text = AWKWARD[kind][:3000]
    passages = split(document_of(text, paragraphs(text)), tokens)
    assert max(embedder.count_tokens([embedding_text(passage)[0] for passage in passages])) <= tokens
    assert visible("".join(passage.text for passage in passages)) == visible(text)


def test_very_long_headings_leave_most_of_the_room_to_the_text(embedder, split):
    headings = tuple(f"Heading {level} " + "on the powers of councils " * 40 for level in range(12))
    text = "The council pays for the road. " * 200
    document = document_of(text, paragraphs(text, headings), title="A very long title " * 60)
    passages = split(document)
    assert max(embedder.count_tokens([embedding_text(passage)[0] for passage in passages])) <= LIMIT
    assert all(embedder.count_tokens([passage.text])[0] > LIMIT / 2 for passage in passages[:-1])


def test_no_passage_runs_across_a_heading(read_md, split):
    document = read_md("# Paper\n\nFirst.\n\n## One\n\nSecond.\n\n### Deep\n\nThird.\n\n## Two\n\nFourth.\n\nFifth.\n")
    passages = split(document)
    assert [passage.text for passage in passages] == ["First.", "Second.", "Third.", "Fourth.\n\nFifth."]
    assert [passage.heading_path[-1] for passage in passages] == ["Paper", "One", "Deep", "Two"]


def test_the_context_is_the_title_and_the_headings_and_no_part_of_the_text(read_md, split):
    document = read_md("# Paper\n\n## One\n\n### Deep\n\nThird.\n")
    (passage,) = split(document)
    assert (passage.context, passage.text) == ("Paper > One > Deep", "Third.")


def test_sentences_stay_whole_where_a_passage_ends(split):
    sentences = [f"Sentence number {i} is about the roads of the council." for i in range(120)]
    text = " ".join(sentences)
    passages = split(document_of(text, paragraphs(text)))
    assert len(passages) > 1
    assert [passage.sentence_text(span) for passage in passages for span in passage.sentences] == sentences


def test_small_neighbours_under_one_heading_share_a_passage(split):
    text = "\n\n".join(f"Short paragraph {i}." for i in range(8))
    assert len(split(document_of(text, paragraphs(text)))) == 1


def test_a_long_paragraph_leaves_no_small_rest(split):
    text = " ".join(f"Sentence number {i} is about the roads of the council." for i in range(30))
    sizes = [len(passage.text) for passage in split(document_of(text, paragraphs(text)))]
    assert len(sizes) > 1
    assert min(sizes) > max(sizes) / 2


def test_a_heading_with_nothing_under_it_is_kept(read_md, split):
    document = read_md("# Paper\n\nText.\n\n## Bristol keeps 100% of its rates\n\n## Two\n\nMore.\n\n## The end\n")
    texts = [passage.text for passage in split(document)]
    assert any("Bristol keeps 100% of its rates" in text for text in texts)
    assert any("The end" in text for text in texts)


def test_hidden_text_between_two_blocks_is_in_no_passage(read_md, split):
    document = read_md("# Paper\n\nBefore it.\n\n<!-- Hidden: the answer is 42. -->\n\nAfter it.\n")
    passages = split(document)
    assert "Hidden" in document.text
    assert [passage.text for passage in passages] == ["Before it.", "After it."]


def test_every_word_of_every_block_that_is_no_heading_is_in_a_passage(read_md, split):
    source = (
        "# Paper\n\nIntro, with *stress* and a [link](https://example.org).\n\n## One\n\n- First item. And more.\n"
        "- Second item\n\n1. Step one\n2. Step two\n\n| Deal | Sum |\n|---|---|\n| Leeds | £5m |\n| Hull | £6m |\n\n"
        "> A quote.\n\n```\ncode stays\n```\n\nA note.[^1]\n\n[^1]: The note itself.\n"
    )
    document = read_md(source)
    passages = split(document)
    assert_exact(document, passages)
    covered = {i for passage in passages for a, b in passage.sentences for i in range(a, b)}
    for block in document.blocks:
        if block.kind not in ("title", "heading"):
            lost = [i for i in range(block.start, block.end) if i not in covered and not document.text[i].isspace()]
            assert not lost, (block.kind, document.text[block.start : block.end])


def test_rows_of_two_tables_share_no_passage(read_md, split):
    document = read_md("# Paper\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n| C | D |\n|---|---|\n| 3 | 4 |\n")
    header_of = {passage.text: passage.context.partition("\n")[2] for passage in split(document)}
    (first,) = (text for text in header_of if "1" in text)
    (second,) = (text for text in header_of if "3" in text)
    assert (header_of[first], header_of[second]) == ("A | B", "C | D")


def test_two_pages_share_no_passage(split):
    blocks = [Block("paragraph", 0, 9, page=1), Block("paragraph", 11, 20, page=2)]
    assert [passage.page for passage in split(document_of("Page one.\n\nPage two.", blocks))] == [1, 2]


def test_a_document_without_blocks_has_no_passages(split):
    assert split(document_of("Hidden.", [])) == ()


def test_the_same_document_gives_the_same_ids(split):
    document = document_of(LONG_SENTENCE, paragraphs(LONG_SENTENCE))
    ids = [passage.id for passage in split(document)]
    assert ids == [passage.id for passage in split(document)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "d1"},
        {"title": "Another paper"},
        {"text": " Text of it.", "blocks": (Block("paragraph", 1, 12),)},
        {"blocks": (Block("paragraph", 0, 11, ("A heading",)),)},
    ],
    ids=["document", "title", "offsets", "headings"],
)
def test_what_a_passage_is_made_of_makes_its_id(change, split):
    document = document_of("Text of it.", [Block("paragraph", 0, 11)])
    (before,) = split(document)
    (after,) = split(dataclasses.replace(document, **change))
    assert before.id != after.id


def test_another_limit_gives_other_ids(split):
    document = document_of("Text of it.", [Block("paragraph", 0, 11)])
    assert split(document)[0].id != split(document, 128)[0].id


def test_the_spans_of_the_embedded_text_are_the_sentences(split):
    text = "First one. Second one."
    (passage,) = split(document_of(text, paragraphs(text)))
    embedded, spans = embedding_text(passage)
    assert embedded == "A paper\nFirst one. Second one."
    assert [embedded[start:end] for start, end in spans] == ["First one.", "Second one."]


WORDS = st.sampled_from(["Leeds", "pays", "£5m", "e.g.", "hub.", "Why?", "城市协议", "x" * 300, "a-b-c", "\u00a0", "🏗️"])


@given(st.lists(st.lists(WORDS, min_size=1, max_size=60).map(" ".join), min_size=1, max_size=6), st.integers(16, 80))
def test_any_paragraphs_are_split_without_loss_and_within_the_limit(embedder, parts, tokens):
    text = "\n\n".join(part.strip() or "-" for part in parts)
    document = document_of(text, paragraphs(text))
    passages = split_document(document, max_tokens=tokens, count_tokens=embedder.count_tokens)
    assert_exact(document, passages)
    assert visible("".join(passage.text for passage in passages)) == visible(text)
    assert max(embedder.count_tokens([embedding_text(passage)[0] for passage in passages])) <= tokens
