import json
import random
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from training.deal_pairs import deal_pairs
from training.deal_pairs.facts import draw_fact, in_general, lacks_answer, near, states
from training.deal_pairs.names import draw_who, real_places
from training.deal_pairs.recipes import comparison, direct, reverse, why, yes_or_no
from training.deal_pairs.report import CUES, auroc, best_by, first_word, report, summary
from training.deal_pairs.templates import DATA, Family, Forms, families, fill, read, slots_of
from training.deal_pairs.values import DRAWERS, draw_value
from training.deal_pairs.wording import lowered, with_articles, with_slip

ROOT = Path(__file__).resolve().parents[2]
FAMILIES = sorted(families())
SLOTS = {"p", "ps", "at", "deal", "which", "who", "v", "thing", "asked", "q", "n", "date", "w"}


def choices(seed):
    return random.Random(seed)  # noqa: S311 - repeatable, no secret


def fact_of(name, seed=1):
    return draw_fact(families()[name], choices(f"{name}:{seed}"))


def text_of(passage):
    return " ".join(passage).casefold()


def says(value, text):
    """Whether one of the forms stands in the text, and not as a part of a longer figure."""
    return any(re.search(rf"(?<![\w,.-]){re.escape(form.casefold())}(?![\w]|[,.]\d)", text) for form in value.forms)


def test_a_seed_gives_the_same_pairs_again():
    assert list(deal_pairs(3, 500)) == list(deal_pairs(3, 500))


def test_another_seed_gives_other_pairs():
    assert set(deal_pairs(3, 200)).isdisjoint(deal_pairs(4, 200))


def test_a_longer_run_begins_with_the_pairs_of_a_shorter_one():
    assert list(deal_pairs(3, 700))[:300] == list(deal_pairs(3, 300))


def test_as_many_pairs_are_made_as_were_asked_for():
    assert [len(list(deal_pairs(1, number))) for number in (0, 1, 17)] == [0, 1, 17]


def test_no_slot_is_left_open(pairs):
    assert [pair for pair in pairs if "{" in " ".join(pair[:3]) or "}" in " ".join(pair[:3])] == []


def test_question_heading_and_sentence_are_never_empty(pairs):
    assert [
        pair for pair in pairs if not (pair.question.strip() and pair.heading.strip() and pair.sentence.strip())
    ] == []


def test_no_pair_stands_twice_in_its_group(pairs):
    assert [pair for pair, count in Counter(pair[:3] + pair[5:] for pair in pairs).items() if count > 1] == []


def test_no_pair_has_both_labels(pairs):
    labels = defaultdict(set)
    for pair in pairs:
        labels[pair[:3]].add(pair.label)
    assert [pair for pair, found in labels.items() if len(found) > 1] == []


def test_every_kind_has_one_label(pairs):
    labels = defaultdict(set)
    for pair in pairs:
        labels[pair.kind].add(pair.label)
    assert {kind for kind, found in labels.items() if len(found) > 1} == set()


def test_every_shape_of_question_has_both_labels(pairs):
    labels = defaultdict(set)
    for pair in pairs:
        labels[pair.kind.partition(":")[0]].add(pair.label)
    assert {shape for shape, found in labels.items() if found != {0, 1}} == set()


def test_a_question_mostly_stands_with_both_labels(pairs):
    labels = defaultdict(set)
    for pair in pairs:
        labels[pair.question].add(pair.label)
    assert sum(found == {0, 1} for found in labels.values()) > 0.97 * len(labels)


def test_two_in_five_pairs_have_the_label_1(pairs):
    assert 0.38 < sum(pair.label for pair in pairs) / len(pairs) < 0.46


@pytest.mark.parametrize("cue", CUES)
def test_a_simple_cue_hardly_tells_the_label(pairs, cue):
    area = auroc([CUES[cue](pair) for pair in pairs], [pair.label for pair in pairs])
    assert 0.3 < area < 0.7


def test_the_first_word_of_a_question_hardly_tells_the_label(pairs):
    assert best_by(pairs, first_word) < 0.6


def test_there_are_at_least_60_families():
    assert len(FAMILIES) >= 60


def test_every_family_has_templates_for_every_use():
    lacking = [
        (name, use) for name in FAMILIES for use in Forms.__dataclass_fields__ if not families()[name].all_of(use)
    ]
    assert lacking == []


@pytest.mark.parametrize(("use", "own", "in_all"), [("statements", 4, 6), ("questions", 3, 10), ("evasive", 2, 10)])
def test_every_family_has_enough_templates(use, own, in_all):
    few = [
        name
        for name, family in families().items()
        if len(set(getattr(family.own, use))) < own or len(set(family.all_of(use))) < in_all
    ]
    assert few == []


def test_families_use_known_slots_only():
    texts = [one for family in families().values() for use in Forms.__dataclass_fields__ for one in family.all_of(use)]
    assert {slot for one in texts for slot in slots_of(one)} <= SLOTS


def test_every_statement_holds_the_value_and_a_name():
    texts = {one for family in families().values() for one in family.all_of("statements")}
    assert {one for one in texts if "v" not in slots_of(one) or not slots_of(one) & {"p", "at", "deal", "ps"}} == set()


def test_no_evasive_sentence_holds_the_value():
    assert {one for family in families().values() for one in family.all_of("evasive") if "v" in slots_of(one)} == set()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_statement_under_its_heading_holds_the_place_and_the_value(name):
    for seed in range(12):
        fact = fact_of(name, seed)
        text = text_of(states(fact))
        assert fact.who.name.casefold() in text
        if fact.family.value != "option":
            assert says(fact.value, text)


@pytest.mark.parametrize("name", [name for name in FAMILIES if families()[name].value not in ("option", "number")])
def test_what_lacks_the_answer_does_not_hold_the_value(name):
    for seed in range(12):
        fact = fact_of(name, seed)
        for passage in (lacks_answer(fact), in_general(fact)):
            assert not says(fact.value, passage[1].casefold())


@pytest.mark.parametrize("name", FAMILIES)
def test_a_look_alike_is_of_another_attribute(name):
    fact = fact_of(name)
    assert name not in fact.family.near
    assert fact.family.near
    assert fact.who.name.casefold() in text_of(near(fact))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sentence_under_a_false_premise_differs_from_what_the_question_says(name):
    for seed in range(12):
        lines = list(why(fact_of(name, seed)))
        right, wrong = (next(line for line in lines if line[3] == kind) for kind in ("why:reason", "why:false_premise"))
        fact = fact_of(name, seed)
        assert right[0] == wrong[0]
        if fact.family.value != "option":
            assert says(fact.value, text_of(right[1]))
            assert not says(fact.value, wrong[1][1].casefold())
            assert says(fact.other, wrong[1][1].casefold())


@pytest.mark.parametrize("recipe", [direct, yes_or_no, reverse, comparison], ids=lambda recipe: recipe.__name__)
def test_a_passage_that_answers_names_who_is_asked_about(recipe):
    for name in FAMILIES:
        fact = fact_of(name, recipe.__name__)
        names = (
            (fact.who.name.casefold(), fact.rival.name.casefold())
            if recipe is comparison
            else (fact.who.name.casefold(),)
        )
        for _, passage, label, _ in recipe(fact):
            assert not label or any(one in text_of(passage) for one in names)


def test_the_sentence_of_another_city_leaves_out_the_one_that_is_asked_about(pairs):
    kinds = ("direct:other_city", "direct:other_heading")
    # a question in capitals or small letters has no names to be told by
    for pair in pairs:
        if pair.kind in kinds and not pair.question.isupper() and not pair.question.islower():
            asked = [place for place in real_places() if re.search(rf"\b{re.escape(place)}\b", pair.question)]
            assert not any(re.search(rf"\b{re.escape(place)}\b", f"{pair.heading} {pair.sentence}") for place in asked)


def test_an_aside_uses_known_slots_only():
    texts = [one for table in read("asides")["aside"] for use in ("statements", "questions") for one in table[use]]
    assert {slot for one in texts for slot in slots_of(one)} <= SLOTS - {"v", "w", "q"}


def test_two_of_the_drawn_never_share_a_word():
    rng = choices(5)
    for _ in range(500):
        one = draw_who("city", rng)
        other = draw_who("city", rng, (one,))
        assert set(one.name.split()).isdisjoint(other.name.split())


@pytest.mark.parametrize("kind", sorted(DRAWERS))
def test_two_values_of_a_fact_never_look_the_same(kind):
    rng = choices(kind)
    for _ in range(300):
        one = draw_value(kind, rng)
        other = draw_value(kind, rng, others=(one,))
        assert set(one.forms).isdisjoint(other.forms)


def test_a_slot_without_a_value_is_an_error():
    with pytest.raises(KeyError):
        fill("{p} keeps {v}.", {"p": "Leeds"})


def test_more_values_than_options_are_refused():
    one = draw_value("option", choices(1), [["by day", "daily"]])
    with pytest.raises(ValueError, match="write more options"):
        draw_value("option", choices(1), [["by day", "daily"]], (one,))


def test_a_becomes_an_before_a_vowel():
    assert with_articles("A enterprise zone, a unit, a one-stop shop and a hub") == (
        "An enterprise zone, a unit, a one-stop shop and a hub"
    )


def test_a_slip_leaves_names_and_figures_alone():
    assert {with_slip("Leeds £1,200m £45m", choices(seed)) for seed in range(20)} == {"Leeds £1,200m £45m"}


def test_a_slip_changes_one_word():
    before = ["how", "large", "is", "the", "transport", "fund"]
    after = with_slip(" ".join(before), choices(1)).split()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_a_name_keeps_its_capital_inside_a_sentence():
    assert lowered("Ashford keeps it.") == "Ashford keeps it."
    assert lowered("The fund is small.") == "the fund is small."


def test_auroc_counts_ties_half():
    assert auroc([1.0, 0.0], [1, 0]) == 1.0
    assert auroc([0.5, 0.5], [1, 0]) == 0.5


def test_auroc_needs_both_labels():
    with pytest.raises(ValueError, match="Both labels"):
        auroc([0.1], [1])


def test_the_report_has_a_row_for_each_kind(pairs):
    page = report(pairs)
    assert {pair.kind for pair in pairs if f"| {pair.kind} |" not in page} == set()


def test_the_figures_in_the_readme_are_those_of_the_generator():
    page = (ROOT / "training" / "README.md").read_text(encoding="utf-8")
    written = page.partition("<!-- pairs: begin -->\n")[2].partition("<!-- pairs: end -->")[0]
    # after a change: the last two tables of `python -m training.deal_pairs --number 20000 --seed 1 --report`
    assert written == summary(list(deal_pairs(1, 20000)))


def test_the_readme_counts_what_the_data_files_hold():
    page = (ROOT / "training" / "README.md").read_text(encoding="utf-8")
    events, terms, asides = len(read("events")["event"]), len(read("terms")["term"]), len(read("asides")["aside"])
    assert f"{len(FAMILIES)} families of attributes" in page
    assert f"{events} pairs of contrary events" in page
    assert f"{terms} terms" in page
    assert f"{asides} kinds of remarks" in page


def test_the_command_writes_the_pairs(tmp_path):
    target = tmp_path / "pairs.jsonl"
    command = [sys.executable, "-m", "training.deal_pairs", "--number", "50", "--seed", "2", "--out", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert rows == [pair._asdict() for pair in deal_pairs(2, 50)]


def test_the_generator_needs_no_training_library():
    code = "import sys, training.deal_pairs; print({'torch', 'numpy', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


def test_no_family_stands_in_a_file_that_is_not_read():
    written = {
        table["name"]
        for path in DATA.glob("*.toml")
        for table in tomllib.loads(path.read_text("utf-8")).get("family", ())
    }
    assert written == set(FAMILIES)


def test_families_are_made_of_what_the_files_say():
    assert isinstance(families()["rates_share"], Family)
    assert "Which city keeps" not in " ".join(families()["rates_share"].all_of("statements"))
