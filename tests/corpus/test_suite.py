import copy
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Both sides of each disagreement between the sources: a fact and words of the sentence that states that side.
DISAGREEMENTS = {
    "the period of the Bristol fund": (("BRS-07", "25 years"), ("BRS-08", "30 years")),
    "the size of the Birmingham fund": (("BIR-01", "£1.5bn"), ("BIR-10", "£2bn")),
    "the life sciences money in Birmingham": (("BIR-06", "£20m"), ("BIR-08", "£24m")),
    "the opening of the institute in Birmingham": (("BIR-13", "June 2015"), ("BIR-09", "5 October 2016")),
    "Earn Back": (("MAN-05", "GVA"), ("MAN-17", "3 November 2014")),
    "apprenticeships in Leeds": (("LDS-04", "15,000"), ("LDS-08", "2,500")),
    "the value of the Youth Contract in Leeds": (("LDS-09", "£5.6m"), ("LDS-12", "£4.6m")),
    "the scope of the Youth Contract in Leeds": (("LDS-13", "1,102"), ("LDS-12", "2,600")),
    "the funds of Leeds": (("LDS-01", "£1bn"), ("LDS-07", "£200m")),
    "the growth of the Enterprise Zone in Liverpool": (("LIV-06", "LEP"), ("LIV-22", "Mayoral Development Zones")),
    "the fall of youth unemployment in Liverpool": (("LIV-16", "34%"), ("LIV-16", "1,205")),
    "plan and result in Newcastle": (("NCL-01", "£92m"), ("NCL-13", "£23.7m")),
    "apprenticeships in Sheffield": (("SHF-12", "4,000"), ("SHF-11", "did not rise")),
    "the Growth Deal of Sheffield": (("DEV-04", "£320m"), ("DEV-04", "£295.2m")),
    "the total in Preston": (("PRE-10", "£434m"), ("PRE-07", "£450m")),
    "government's share in Preston": (("PRE-06", "£130m"), ("PRE-09", "central government")),
    "private money in Tees Valley": (("TEE-01", "£28m"), ("TEE-02", "£10m")),
    "private money in the Black Country": (("BLK-02", "£120m"), ("BLK-02", "£130m")),
    "jobs in Norwich": (("NOR-05", "40,000"), ("NOR-01", "19,000")),
    "jobs at the park in Sunderland": (("SUN-02", "5,200"), ("SUN-06", "7,850")),
    "the heat network in Stoke": (("STK-02", "45 GWh"), ("STK-06", "49 GWh")),
    "jobs in Cambridge": (("CAM-05", "45,000"), ("CAM-10", "44,000")),
    "the state of the money for Cambridge": (("CAM-03", "depend"), ("CAM-09", "final £200m")),
    "jobs in Glasgow": (("SCW-02", "28,000 jobs"), ("SCW-02", "29,000")),
    "the total in Edinburgh": (("SCW-10", "£1.1bn"), ("SCW-10", "£1.3bn")),
    "jobs in Swansea": (("SCW-08", "9,700"), ("SCW-08", "896")),
    "the total in West Yorkshire": (("DEV-21", "£1.8bn"), ("DEV-21", "£1.1bn")),
    "the pilots of rates retention": (("BRR-02", "2017"), ("BRR-05", "2023")),
}

# Words that say nothing about the content of a question.
EMPTY = frozenset(
    """
    a about all an and any are as at be by can did do does for from get had has have how in is it its many much of on
    or our over so that the their them there they this to under up was were what when where which who whose why will
    with would you your
    """.split()  # noqa: SIM905 - a list of words reads better as a text
)
SHINGLE, CONTENT = 5, 3


def words(text):
    return re.findall(r"[a-z0-9£%]+(?:[.,]\d+)*", text.casefold().replace("'s", " s").replace("’", "'"))


def shingles(question):
    """Five words in a row, at least three of which say something."""
    asked = words(question)
    runs = (asked[start : start + SHINGLE] for start in range(len(asked) - SHINGLE + 1))
    return {" ".join(run) for run in runs if sum(word not in EMPTY for word in run) >= CONTENT}


def files_below(folder):
    """Code, settings and data; what is not text, and styling, cannot be fitted to a question."""
    kinds = {".py", ".txt", ".json", ".toml", ".yaml", ".html", ".js"}
    return [path for path in sorted(folder.rglob("*")) if path.suffix in kinds]


def package_files():
    """What ships."""
    return files_below(ROOT / "src" / "dealqa")


def training_files():
    """What weights that ship are fitted on."""
    return files_below(ROOT / "training")


def names_of_bodies(root):
    """The registry of deals as one text: five words of the name of a council are no wording of a question."""
    return " ".join(words((root / "docs_corpus" / "deals.toml").read_text(encoding="utf-8")))


def stating(facts, fact, wanted):
    return {row["doc"] for row in facts if row["fact"] == fact and wanted in row["text"]}


@pytest.fixture
def spoilt(cases):
    """Copies of the cases, to be damaged."""
    return copy.deepcopy(cases)


def answerable(cases):
    return next(case for case in cases if case["answerable"])


def test_the_suite_and_its_facts_are_in_order(check, cases, facts):
    assert check.problems(cases, facts) == []


def test_there_are_at_least_320_cases(cases):
    assert len(cases) >= 320


def test_every_class_has_at_least_22_cases(check, cases):
    counts = Counter(case["meta"]["class"] for case in cases)
    assert {name: counts[name] for name in check.CLASSES if counts[name] < 22} == {}


def test_the_readme_counts_the_cases_of_each_class(check, cases):
    page = (check.HERE / "README.md").read_text(encoding="utf-8")
    counts = Counter(case["meta"]["class"] for case in cases)
    assert dict(re.findall(r"^\| ([A-Z]+) \|.*\| (\d+) \|$", page, re.MULTILINE)) == {
        name: str(count) for name, count in counts.items()
    }
    assert f"holds {len(cases)} questions" in page


def test_at_least_44_cases_must_be_refused(cases):
    assert sum(not case["answerable"] for case in cases) >= 44


def test_every_verified_fact_is_stated_in_a_document_that_can_be_read(papers, check, facts):
    stated = {fact["fact"] for fact in facts if check.is_readable(fact["doc"])}
    assert papers.VERIFIED - stated == set()


def test_there_are_352_verified_facts(papers):
    assert len(papers.VERIFIED) == 352


@pytest.mark.parametrize("topic", DISAGREEMENTS)
def test_the_sides_of_a_disagreement_stand_in_different_documents(facts, topic):
    (one, words_of_one), (other, words_of_other) = DISAGREEMENTS[topic]
    first, second = stating(facts, one, words_of_one), stating(facts, other, words_of_other)
    assert any(here != there for here in first for there in second)


def test_a_question_on_a_disagreement_needs_a_quote_of_each_side(cases):
    # where one sentence gives all the figures there is one group
    alone = {case["id"] for case in cases if case["meta"]["class"] == "TMP" and len(case["meta"]["groups"]) < 2}
    assert len(alone) <= 3


class Wordings(dict):
    """Five words in a row of the test questions, and the case that each is from."""

    def __repr__(self):  # a failing test shows the runs that are repeated, not all the others
        return f"<{len(self)} runs>"


@pytest.fixture(scope="module")
def wordings(cases):
    asked = {}
    for case in cases:
        if case["meta"]["split"] == "test":
            for question in (case["question"], *case.get("history", ()), case["meta"].get("standalone", "")):
                asked.update(dict.fromkeys(shingles(question), case["id"]))
    names = names_of_bodies(ROOT)
    return Wordings((run, case) for run, case in asked.items() if run not in names)


def repeated(wordings, text):
    """The runs of test questions that stand in the text."""
    said = words(text)
    runs = {" ".join(said[start : start + SHINGLE]) for start in range(len(said) - SHINGLE + 1)}
    return {(wordings[run], run) for run in runs & wordings.keys()}


@pytest.mark.parametrize("files", [package_files, training_files])
def test_neither_code_nor_data_repeats_the_wording_of_a_test_question(wordings, files):
    found = {(path.name, *hit) for path in files() for hit in repeated(wordings, path.read_text(encoding="utf-8"))}
    assert found == set()


def is_more_than_a_name(run):
    """Whether enough words say something besides a place: pairs for training are about places of the whole list."""
    lines = (ROOT / "src" / "dealqa" / "data" / "places.txt").read_text(encoding="utf-8").splitlines()
    places = {word for line in lines if not line.startswith("#") for word in words(line)}
    return sum(word not in EMPTY | places for word in run.split()) >= CONTENT


def test_no_pair_that_is_made_for_training_repeats_the_wording_of_a_test_question(wordings):
    pairs = subprocess.run(
        [sys.executable, "-m", "training.deal_pairs", "--number", "20000", "--seed", "1", "--out", "/dev/stdout"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    lines = [json.loads(line) for line in pairs.stdout.splitlines()]
    texts = {line[part] for line in lines for part in ("question", "heading", "sentence")}
    found = {hit for text in texts for hit in repeated(wordings, text)}
    assert {(case, run) for case, run in found if is_more_than_a_name(run)} == set()


def test_the_wording_of_a_question_would_be_found_in_code():
    code = 'EXAMPLE = "Which deal bets on deep geothermal heat?"'
    assert any(run in " ".join(words(code)) for run in shingles("which second-wave deal bets on deep geothermal heat"))


def test_what_everybody_says_is_no_wording_of_a_question():
    assert shingles("What is it that they have, and when did they get it?") == set()


def test_the_package_has_code_and_data_to_look_through():
    assert {".py", ".txt", ".json"} <= {path.suffix for path in package_files()}


def test_the_questions_of_one_conversation_are_in_one_split(cases):
    splits = {}
    for case in cases:
        if "history" in case:
            splits.setdefault(case["history"][0], set()).add(case["meta"]["split"])
    assert {first: split for first, split in splits.items() if len(split) > 1} == {}


def test_no_question_is_asked_twice(cases):
    asked = Counter((tuple(case.get("history", ())), case["question"].casefold()) for case in cases)
    assert [question for question, count in asked.items() if count > 1] == []


def test_no_fact_that_could_not_be_verified_is_used(papers, cases, facts):
    used = {fact["fact"] for fact in facts} | {fact for case in cases for fact in case["meta"]["facts"]}
    assert used & papers.UNVERIFIED == set()


def test_the_facts_of_a_case_are_stated_in_a_document(cases, facts):
    stated = {fact["fact"] for fact in facts}
    assert {case["id"]: case["meta"]["facts"] for case in cases if set(case["meta"]["facts"]) - stated} == {}


def test_bristol_and_the_west_of_england_are_named_in_the_sentence_of_the_first_demonstration(facts):
    quotes = [fact["text"] for fact in facts if fact["fact"] == "BRS-03"]
    words = ("Bristol", "West of England", "100%", "business rates", "five", "25 years")
    assert any(all(word in quote for word in words) for quote in quotes)


def test_a_quote_that_no_document_holds_is_reported(check, spoilt):
    answerable(spoilt)["evidence"][0]["text"] = "Bristol keeps nothing at all."
    assert any("does not say: Bristol keeps nothing at all." in line for line in check.problems(spoilt, []))


def test_an_offset_that_is_wrong_is_reported(check, spoilt):
    answerable(spoilt)["evidence"][0]["start"] += 5
    assert any("run with --write" in line for line in check.problems(spoilt, []))


def test_an_id_that_is_used_twice_is_reported(check, spoilt):
    spoilt[1]["id"] = spoilt[0]["id"]
    assert f"{spoilt[0]['id']}: the id is used 2 times." in check.problems(spoilt, [])


def test_a_required_item_that_no_quote_holds_is_reported(check, spoilt):
    answerable(spoilt)["meta"]["required"].append(["£9tn"])
    assert any("the required item ['£9tn']" in line for line in check.problems(spoilt, []))


def test_a_required_item_of_which_a_quote_holds_only_a_longer_word_is_reported(check, spoilt):
    case = answerable(spoilt)
    longest = max(re.findall(r"[a-z]+", case["evidence"][0]["text"]), key=len)
    case["meta"]["required"].append([longest[:-1]])
    assert any(f"the required item ['{longest[:-1]}']" in line for line in check.problems(spoilt, []))


def test_a_refusal_that_is_marked_as_answerable_is_reported(check, spoilt):
    case = next(case for case in spoilt if case["meta"]["class"] == "NA")
    case["answerable"] = True
    assert any(line.startswith(case["id"]) and "must be refused" in line for line in check.problems(spoilt, []))


def test_filling_in_gives_back_the_offsets_that_are_committed(check, cases, spoilt):
    for case in spoilt:
        for evidence in case["evidence"]:
            evidence.update(start=None, end=None, page=None, text=" ".join(evidence["text"].split()))
    check.fill(spoilt)
    assert spoilt == cases


def test_a_correction_without_a_quote_is_reported(check, spoilt):
    case = next(case for case in spoilt if case["meta"].get("correction"))
    case["evidence"], case["meta"]["groups"] = [], []
    assert f"{case['id']}: a correction and the quote that supports it go together." in check.problems(spoilt, [])


def test_a_follow_up_without_its_question_in_full_is_reported(check, spoilt):
    case = next(case for case in spoilt if case.get("history"))
    del case["meta"]["standalone"]
    assert any(line.startswith(case["id"]) and "meta.standalone" in line for line in check.problems(spoilt, []))


def test_a_case_that_only_an_unreadable_document_answers_is_reported(check, spoilt):
    case = answerable(spoilt)
    case["evidence"] = [{"doc": "x/table.ods", "text": "A | B", "start": None, "end": None, "page": None}]
    case["meta"]["groups"] = [[0]]
    assert any(line.startswith(case["id"]) and "can be read" in line for line in check.problems(spoilt, []))
