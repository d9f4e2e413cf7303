import io
import re
import tomllib
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pptx
import pytest

from dealqa.errors import UnreadableDocument
from dealqa.reading import SUFFIXES, read_document, walk_corpus

MAX_BYTES = 10_000_000
PROMISED = {".pdf": 12, ".docx": 10, ".html": 8, ".md": 12, ".txt": 1, ".pptx": 1}


@pytest.fixture(scope="session")
def scans(sources):
    return {source.path for source in sources if source.layout == "scan"}


@pytest.fixture(scope="session")
def readable(sources, scans):
    """The papers that can be read: what is scanned needs text recognition."""
    return [source for source in sources if source.path not in scans and Path(source.path).suffix in SUFFIXES]


@pytest.fixture(scope="session")
def documents(build, scans):
    files = set(walk_corpus(build.HERE, max_bytes=MAX_BYTES).files) - scans
    return {path: read_document(build.HERE, path, max_bytes=MAX_BYTES) for path in sorted(files)}


@pytest.fixture(scope="session")
def registry(build):
    return tomllib.loads((build.HERE / "deals.toml").read_text(encoding="utf-8"))


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


def test_the_corpus_holds_the_promised_number_of_each_format(sources):
    formats = Counter(Path(source.path).suffix for source in sources)
    assert {suffix: formats[suffix] for suffix, count in PROMISED.items() if formats[suffix] < count} == {}


def test_the_corpus_holds_at_least_45_documents_two_of_them_tables_without_text(sources):
    assert len(sources) >= 45
    assert sum(Path(source.path).suffix in (".xlsx", ".csv") for source in sources) >= 2


def test_two_documents_have_two_columns_and_two_are_scanned(sources):
    layouts = Counter(source.layout for source in sources)
    assert layouts["columns"] >= 2
    assert layouts["scan"] >= 2


def test_the_counts_by_format_are_printed(build, capsys):
    assert build.main(["--counts"]) == 0
    assert re.search(r"^\.pdf +\d+  \(2 in two columns, 2 scanned\)$", capsys.readouterr().out, re.MULTILINE)


def test_the_readme_counts_the_papers_of_each_format(build, sources):
    formats = Counter(Path(source.path).suffix for source in sources)
    names = {".md": "Markdown", ".txt": "plain text"}
    page = (build.HERE / "README.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| ([A-Za-z ]+) \| (\d+) \|", page, re.MULTILINE))
    assert table == {names.get(kind, kind[1:].upper()): str(count) for kind, count in formats.items()}


def test_the_corpus_is_at_most_six_megabytes(build, sources):
    assert sum((build.HERE / source.path).stat().st_size for source in sources) <= 6_000_000


def test_the_index_sees_exactly_the_documents_that_have_a_source(documents, readable):
    assert sorted(documents) == sorted(source.path for source in readable)


def test_a_scanned_paper_is_reported_as_unreadable(build, scans):
    for path in sorted(scans):
        with pytest.raises(UnreadableDocument, match="scanned"):
            read_document(build.HERE, path, max_bytes=MAX_BYTES)


def test_a_scanned_paper_is_smaller_than_400_kilobytes(build, scans):
    assert {path for path in scans if (build.HERE / path).stat().st_size >= 400_000} == set()


def test_every_fact_of_a_scanned_paper_stands_in_a_readable_document_too(papers, sources, scans, facts):
    marked = {
        fact
        for source in sources
        if source.path in scans
        for group in re.findall(r"\{([A-Z]{3,4}-\d\d(?:, ?[A-Z]{3,4}-\d\d)*)\}", source.body)
        for fact in re.split(r", ?", group)
    }
    assert marked
    assert marked - {fact["fact"] for fact in facts} == set()


def test_a_tracked_change_is_read_as_if_it_were_accepted(documents, build):
    path = "preston/mid-term-review-2019.docx"
    with zipfile.ZipFile(build.HERE / path) as packed:
        inside = packed.read("word/document.xml").decode()
    assert "<w:delText" in inside
    assert "gives the total of the deal as £434m, of which" in documents[path].text
    assert "£450m" not in documents[path].text


def test_a_paper_in_two_columns_is_read_column_by_column(documents):
    text = documents["wave-2/youth-measures-2015.pdf"].text
    assert text.index("ElevateMe") < text.index("Youth Job Centre") < text.index("200 young offenders")


def test_the_workbook_holds_a_header_and_a_row_for_each_amount(build):
    content = (build.HERE / "wave-2" / "amounts-2015.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["Money"]
    rows = list(sheet.values)
    assert rows[0] == ("Deal", "What", "Amount", "Year")
    assert ("Hull and Humber", "additional government funding", "£9.2m", 2013) in rows


def test_the_slides_have_a_title_each(build):
    content = (build.HERE / "nations" / "briefing-slides-2022.pptx").read_bytes()
    titles = [slide.shapes.title.text for slide in pptx.Presentation(io.BytesIO(content)).slides]
    assert "Cardiff Capital Region" in titles
    assert "" not in titles


def test_every_pdf_has_more_than_one_page(documents):
    assert [path for path, read in documents.items() if path.endswith(".pdf") and len(read.pages) < 2] == []


def test_every_written_paper_is_between_400_and_1200_words_long_before_its_references(sources):
    written = [source for source in sources if not source.path.endswith((".xlsx", ".csv", ".pptx"))]
    lengths = {source.name: len(source.text.split("## References")[0].split()) for source in written}
    assert {name: words for name, words in lengths.items() if not 400 <= words <= 1200} == {}


def test_every_document_with_room_for_it_says_when_it_is_from_and_what_its_status_is(documents, readable):
    written = [source for source in readable if Path(source.path).suffix != ".csv"]
    heads = {source.path: (source.head["date"], source.head["status"]) for source in written}
    assert {path: (documents[path].date, documents[path].status) for path in heads} == heads


def test_no_document_mentions_a_place_that_the_questions_ask_for_in_vain(sources):
    places = re.compile(r"dundee|exeter|carlisle|lincoln|gloucester(?!shire)|newport|stirling", re.IGNORECASE)
    assert [source.path for source in sources if places.search(source.text)] == []


def test_the_eight_deals_of_the_first_wave_each_have_a_document(sources):
    deals = {deal for source in sources if len(source.head["deals"]) == 1 for deal in source.head["deals"]}
    wave = {"bristol", "manchester", "leeds", "liverpool", "newcastle", "nottingham", "sheffield", "birmingham"}
    assert wave - deals == set()


def test_every_document_with_room_for_it_lists_all_its_sources(documents, readable):
    # a long address is broken at its hyphens where a line ends
    texts = {path: re.sub(r"[\s-]", "", read.text) for path, read in documents.items()}
    written = [source for source in readable if Path(source.path).suffix != ".csv"]
    wanted = [(source.path, re.sub(r"[\s-]", "", line)) for source in written for line in source.head["sources"]]
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


def test_a_layout_that_nobody_knows_is_refused(papers, tmp_path):
    path = tmp_path / "source.md"
    head = 'title = "T"\npath = "t/t.pdf"\nkind = "Note"\ndate = "2012"\nstatus = "agreed"\ndeals = []\nsources = []'
    path.write_text(f'+++\n{head}\nlayout = "spiral"\n+++\n\nA sentence.\n', encoding="utf-8")
    with pytest.raises(ValueError, match="its layout is none of"):
        papers.load(path)


def test_the_registry_lists_for_each_deal_the_documents_whose_source_names_it(registry, sources):
    named = {}
    for source in sources:
        for deal in source.head["deals"]:
            named.setdefault(deal, set()).add(source.path)
    listed = {name: set(deal["documents"]) for name, deal in registry["deals"].items()}
    assert {**listed, "programme": set(registry["programme"]["documents"])} == named


def test_every_document_of_the_registry_exists(registry, build):
    listed = {path for deal in registry["deals"].values() for path in deal["documents"]}
    listed |= set(registry["programme"]["documents"])
    assert {path for path in listed if not (build.HERE / path).is_file()} == set()


def test_every_document_belongs_to_a_deal_or_to_the_programme(sources):
    assert [source.path for source in sources if not source.head["deals"]] == []


def test_no_two_deals_have_a_name_or_an_alias_in_common(registry):
    names = Counter(name.casefold() for deal in registry["deals"].values() for name in {deal["name"], *deal["aliases"]})
    assert [name for name, count in names.items() if count > 1] == []


def test_every_deal_of_the_registry_has_a_wave_places_and_parties(registry):
    wanted = {"name", "wave", "places", "aliases", "parties", "documents"}
    assert {name: wanted - set(deal) for name, deal in registry["deals"].items() if wanted - set(deal)} == {}


def test_every_date_of_the_registry_is_a_year_a_month_or_a_day(registry):
    fields = ("offered", "announced", "agreed", "heads_of_terms", "signed", "starts", "ends")
    dates = [(name, deal[field]) for name, deal in registry["deals"].items() for field in fields if field in deal]
    assert [entry for entry in dates if not re.fullmatch(r"20\d\d(-[01]\d(-[0-3]\d)?)?", entry[1])] == []
