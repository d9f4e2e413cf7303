import re
from collections import Counter
from pathlib import Path

import pytest

from dealqa.reading import read_document, walk_corpus

MAX_BYTES = 10_000_000


@pytest.fixture(scope="session")
def documents(build):
    files = walk_corpus(build.HERE, max_bytes=MAX_BYTES).files
    return {path: read_document(build.HERE, path, max_bytes=MAX_BYTES) for path in files}


def test_the_committed_documents_are_what_their_sources_give(build, capsys):
    assert build.main(["--check"]) == 0, capsys.readouterr().out


def test_the_same_sources_give_the_same_bytes_twice(build):
    assert build.build() == build.build()


def test_a_changed_document_is_reported_as_stale(build):
    files = build.build()
    path = next(path for path in files if path.suffix == ".pdf")
    assert build.stale({**files, path: files[path] + b" "}) == [f"{path.name} is not what its source gives."]


def test_a_missing_document_is_reported_as_stale(build, tmp_path):
    assert "new.pdf is missing." in build.stale({**build.build(), tmp_path / "new.pdf": b""})


def test_a_document_without_a_source_is_reported_as_stale(build):
    files = build.build()
    path = next(path for path in files if path.suffix == ".pdf")
    del files[path]
    assert build.stale(files) == [f"{path.relative_to(build.HERE)} has no source."]


def test_the_corpus_holds_the_promised_number_of_each_format(documents):
    formats = Counter(Path(path).suffix for path in documents)
    promised = {".pdf": 6, ".docx": 4, ".html": 4, ".md": 5, ".txt": 1}
    assert {suffix: formats[suffix] >= count for suffix, count in promised.items()} == dict.fromkeys(promised, True)


def test_the_index_sees_exactly_the_documents_that_have_a_source(documents, sources):
    assert sorted(documents) == sorted(source.path for source in sources)


def test_every_pdf_has_more_than_one_page(documents):
    assert [path for path, read in documents.items() if path.endswith(".pdf") and len(read.pages) < 2] == []


def test_every_paper_is_between_400_and_1200_words_long_before_its_references(sources):
    lengths = {source.name: len(source.text.split("## References")[0].split()) for source in sources}
    assert {name: words for name, words in lengths.items() if not 400 <= words <= 1200} == {}


def test_every_document_says_when_it_is_from_and_what_its_status_is(documents, sources):
    heads = {source.path: (source.head["date"], source.head["status"]) for source in sources}
    assert {path: (read.date, read.status) for path, read in documents.items()} == heads


def test_no_document_mentions_a_place_that_the_demonstration_must_refuse(documents):
    places = re.compile(r"cardiff|swansea|glasgow|edinburgh|belfast|scotland|wales|northern ireland", re.IGNORECASE)
    assert [path for path, read in documents.items() if places.search(read.text)] == []


def test_the_eight_deals_of_the_first_wave_each_have_a_document(sources):
    deals = {deal for source in sources if len(source.head["deals"]) == 1 for deal in source.head["deals"]}
    wave = {"bristol", "manchester", "leeds", "liverpool", "newcastle", "nottingham", "sheffield", "birmingham"}
    assert wave - deals == set()


def test_every_document_lists_all_its_sources(documents, sources):
    # a long address is broken at its hyphens where a line ends
    texts = {path: re.sub(r"[\s-]", "", read.text) for path, read in documents.items()}
    wanted = [(source.path, re.sub(r"[\s-]", "", line)) for source in sources for line in source.head["sources"]]
    assert [(path, line) for path, line in wanted if line not in texts[path]] == []


def test_no_document_is_without_a_source(sources):
    assert [source.path for source in sources if not source.head["sources"]] == []


def test_no_marker_of_a_fact_is_left_in_a_document(documents):
    assert [path for path, read in documents.items() if re.search(r"\{?[A-Z]{3,4}-\d\d\}", read.text)] == []


def test_no_document_carries_the_navigation_of_its_page(documents):
    assert [path for path, read in documents.items() if "cookies" in read.text] == []


def test_a_source_that_states_an_unverified_fact_is_refused(papers, tmp_path):
    path = tmp_path / "source.md"
    head = 'title = "T"\npath = "t/t.md"\nkind = "Note"\ndate = "2012"\nstatus = "agreed"\ndeals = []\nsources = []'
    path.write_text(f"+++\n{head}\n+++\n\nA sentence. {{BRS-25}}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="source states BRS-25, which is unverified"):
        list(papers.facts(papers.load(path)))


def test_a_source_without_a_header_is_refused(papers, tmp_path):
    path = tmp_path / "source.md"
    path.write_text("# Title\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no"):
        papers.load(path)
