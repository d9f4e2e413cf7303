"""Which passages are searched, how they are spread over documents, and how those that say the same are merged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_corpus import hit_of, settings_for

from dealqa.assistant import Assistant
from dealqa.index import build_index
from dealqa.naming import nicknames
from dealqa.retrieval import Weights, weighed
from dealqa.terms import related, stem, synonyms

LONG = "# Leeds City Deal\n\n" + "\n\n".join(
    f"## Part {number}\n\nThe transport fund of Leeds pays for road number {number}, which is {number} miles long."
    for number in range(1, 30)
)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """One long document that speaks of transport funds on each page, and four short ones that do once."""
    short = {
        f"{name}.md": f"# {name.title()} paper\n\nA transport fund is also planned in {name.title()}.\n"
        for name in ("york", "hull", "derby", "bath")
    }
    settings = settings_for(tmp_path_factory.mktemp("crowded"), {"long.md": LONG, **short})
    build_index(settings)
    with Assistant(settings) as assistant:
        yield assistant


def test_no_document_takes_more_than_its_share_of_the_passages(crowded):
    hits = crowded.search("transport fund", limit=8)
    assert sum(hit.document.path == "long.md" for hit in hits) == 4
    assert len({hit.document.path for hit in hits}) == 5


def test_a_document_that_is_asked_alone_gives_all_its_passages(crowded):
    assert len(crowded.search("transport fund", documents=["long.md"], limit=10)) == 10


def test_the_first_passages_do_not_depend_on_how_many_are_asked_for(crowded):
    few, many = (crowded.search("transport fund", limit=limit) for limit in (4, 12))
    assert [hit.passage.id for hit in few] == [hit.passage.id for hit in many][:4]


def test_passages_that_say_the_same_are_one_hit_that_names_both_documents(tmp_path):
    text = (
        "The Leeds deal keeps 50% of the growth in business rates in one zone, for ten years, as the councils agreed."
    )
    documents = {
        "first.md": f"# Paper of 2012\n\n{text}\n",
        "again.md": f"# Paper of 2013\n\n{text.replace('as the', 'as all the')}\n",
        "other.md": f"# Paper on York\n\n{text.replace('Leeds', 'York')}\n",
        "later.md": f"# Paper of 2014\n\n{text.replace('50%', '60%')}\n",
    }
    settings = settings_for(tmp_path, documents)
    build_index(settings)
    with Assistant(settings) as assistant:
        hits = assistant.search("What does the Leeds deal keep?")
        answer = assistant.ask("What share of the growth does the Leeds deal keep?")
    found = {hit.document.path: {info.path for info in hit.also} for hit in hits}
    merged = {"first.md", "again.md"} & found.keys()
    assert len(merged) == 1 and found[merged.pop()] | {"x"} in ({"first.md", "x"}, {"again.md", "x"})
    assert found["other.md"] == found["later.md"] == set()
    assert any("Nearly the same passage stands in" in notice for notice in answer.notices)


@pytest.mark.parametrize("part", ["fused_dense", "fused_lexical"])
def test_a_search_that_counts_nothing_is_left_out(part, crowded):
    with Assistant(crowded.settings, weights=replace(Weights(), **{part: 0.0})) as assistant:
        assert assistant.search("transport fund in York")[0].document.path == "york.md"


def test_passages_are_ordered_by_what_their_sentences_were_found_to_say():
    hits = [replace(hit_of(text, document=text), rank=rank) for rank, text in enumerate("abc", start=1)]
    order = weighed(hits, {hits[2].passage.id: 0.9, hits[0].passage.id: 0.1})
    assert [(hit.document.path, hit.rank, hit.bears) for hit in order] == [
        ("c", 1, True), ("a", 2, False), ("b", 3, False)
    ]  # fmt: skip


def test_where_nothing_was_weighed_the_order_stays():
    hits = [replace(hit_of(text, document=text), rank=rank) for rank, text in enumerate("ab", start=1)]
    assert [hit.document.path for hit in weighed(hits, {})] == ["a", "b"]


def test_a_document_that_a_good_passage_names_by_its_title_comes_next():
    def titled(text, title):
        hit = hit_of(text, document=f"{title}.md")
        return replace(hit, document=replace(hit.document, title=title))

    hits = [
        titled("The harbour was built by the Northport Dock Company (1890).", "Northport Harbour"),
        *(titled(f"Other things, number {i}.", f"Other Paper {i}") for i in range(5)),
        titled("The company was founded by Ann Bell.", "Northport Dock Company (firm)"),
        titled("The harbour.", "Harbour"),
    ]
    order = [hit.document.title for hit in weighed(hits, {})]
    assert order[:4] == [*(hit.document.title for hit in hits[:3]), "Northport Dock Company (firm)"]
    assert order[4:] == [hit.document.title for hit in (*hits[3:6], hits[7])]


@pytest.mark.parametrize(
    ("nation", "of_it"), [("scotland", "scottish"), ("wales", "welsh"), ("england", "english"), ("ireland", "irish")]
)
def test_what_is_of_a_nation_is_one_word_with_it(nation, of_it):
    assert stem(of_it) == stem(nation)


@pytest.mark.parametrize(
    ("said", "meant"),
    [("northern irish", "Northern Ireland"), ("american", "United States"), ("yanks", "United States")],
)
def test_what_is_of_a_nation_without_a_word_of_its_own_is_a_nickname(said, meant):
    assert [found.values for found in nicknames().find(said)] == [(meant,)]


def test_words_of_nearly_the_same_meaning_cover_a_term_but_may_not_stand_for_it_in_an_answer():
    assert stem("step") in related()[stem("tranche")] and stem("step") not in synonyms().get(stem("tranche"), ())
    assert synonyms()[stem("keep")] <= related()[stem("keep")]
