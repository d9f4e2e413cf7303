"""What may be said of a quote and what may not: by hand-written claims, and by altering true statements."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from guard_statements import ALTERED, CORPUS, REPHRASED, Statement, altered_citations, same_deal, sentence, statements
from hypothesis import given, settings
from hypothesis import strategies as st

from dealqa.citing import objection
from dealqa.deals import Deal, Registry, load_registry
from dealqa.guards import Source, unsupported_claim

CLAIMS = tomllib.loads(Path(__file__).with_name("guard_claims.toml").read_text(encoding="utf-8"))["claim"]
SEED = 20_261_124
WORDS = [
    "not",
    "no",
    "never",
    "may",
    "will",
    "up",
    "to",
    "at",
    "least",
    "£45m",
    "45%",
    "Leeds",
    "Hull",
    "The",
    "LEP",
    "2012/13",
    "5",
    "July",
    "2012",
    "a",
    "year",
    "half",
    "of",
    "million",
    "and",
    ",",
    ";",
    "|",
    "(",
    ")",
    ".",
    "signed",
    "agreed",
    "proposed",
    "refused",
    "nobody",
    "25",
    "years",
    "one",
    "hundred",
    "“",
    "*",
    "_",
    "-",
    "–",
    "£",
    "%",
    "è",
    "İ",
    "ﬁ",
    "١",
]


def source(claim: dict[str, str]) -> Source:
    above = claim.get("above", "")
    return Source(claim["quote"], claim.get("header", ""), above, f"{claim['quote']}\n{above}")


def said(key: str) -> list[tuple[str, Source]]:
    return [(text, source(claim)) for claim in CLAIMS for text in claim[key]]


@pytest.mark.parametrize(("text", "cited"), said("true"))
def test_what_follows_from_a_quote_stands(text, cited):
    assert unsupported_claim(text, [cited]) is None


@pytest.mark.parametrize(("text", "cited"), said("false"))
def test_what_does_not_follow_from_a_quote_is_objected_to(text, cited):
    assert unsupported_claim(text, [cited])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Hull keeps up to £40m.", "its figure GBP 40000000 is not in what it cites"),
        ("Hull keeps £45m.", "it leaves out “up to” before GBP 45000000"),
        ("Hull keeps at least £45m.", "its “at least” GBP 45000000 is not in what it cites"),
        ("Hull keeps up to £45m a year.", "what its figure GBP 45000000 is a rate of is not what it cites says"),
        ("Hull keeps up to £45m for 9 homes.", "what its figure 9 counts is not what it cites says"),
        ("Leeds keeps up to £45m.", "its place 'leeds' is not in what it cites"),
        ("Hull keeps up to £45m for Nissan.", "its name 'Nissan' is not in what it cites"),
        ("Hull does not keep up to £45m.", "its “not” is not in what it cites"),
        ("Hull keeps up to £45m, and Hull lends to firms.", "it leaves out “never”"),
        ("Firms: Hull lends to firms.", "it affirms something that its quotes deny"),
        ("Hull will keep up to £45m for 9 jobs.", "its “will” is not in what it cites"),
    ],
)
def test_an_objection_says_what_is_wrong(text, reason):
    quote = "Hull keeps up to £45m for 9 jobs, and Hull never lends to firms."
    assert unsupported_claim(text, [Source(quote, document=quote)]) == reason


def test_a_deal_may_be_called_by_its_other_name_only_where_the_registry_says_so():
    bristol = Deal(
        "Bristol and the West of England City Deal",
        places=("Bristol", "Bath", "West of England"),
        aliases=("Bristol city region", "West of England"),
    )
    cited = [Source("The West of England keeps £45m.")]
    assert unsupported_claim("Bristol keeps £45m.", cited)
    assert unsupported_claim("Bristol keeps £45m.", cited, Registry((bristol,))) is None
    assert unsupported_claim("Bath keeps £45m.", cited, Registry((bristol,)))


def test_a_place_may_be_called_by_its_other_name():
    assert unsupported_claim("Hull keeps £45m.", [Source("Kingston upon Hull keeps £45m.")]) is None


def test_a_name_may_stand_in_the_title_above_the_quote():
    assert unsupported_claim("Leeds keeps £45m.", [Source("It keeps £45m.", above="Leeds City Deal")]) is None


def test_two_quotes_may_stand_one_after_the_other():
    first = Source("Hull keeps £45m for 9 jobs, as no other city did.")
    second = Source("It may not lend before May 2015, and it never will.")
    for cited in ([first, second], [second, first]):
        for text in (f"{first.quote} {second.quote}", f"{first.quote} {second.quote[:-1]}"):
            assert unsupported_claim(text, cited) is None
        assert unsupported_claim(f"{first.quote} It may lend before May 2015.", cited)


def test_a_sentence_that_nobody_could_check_is_objected_to():
    assert unsupported_claim("a " * 4000, [Source("b " * 4000)]) == "it is too long to be checked"


# --- altering true statements -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(CORPUS)


@pytest.fixture(scope="module")
def every_statement() -> list[Statement]:
    return statements()


def rejected(found: Sequence[Statement], registry: Registry) -> tuple[Counter[str], Counter[str]]:
    """How many true sentences there are of each kind, and how many of them are objected to."""
    asked: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for text, citation, document in found:
        for kind, rephrase in REPHRASED.items():
            said = rephrase(text)
            if said == text and rephrase is not str:
                continue
            asked[kind] += 1
            refused[kind] += objection(sentence(said), [citation], lambda _, d=document: d, registry) is not None
    return asked, refused


def missed(found: Sequence[Statement], registry: Registry) -> tuple[Counter[str], Counter[str]]:
    """How many altered statements there are of each kind, and how many of them stand."""
    draw = random.Random(SEED)  # noqa: S311 - alters sentences
    asked: Counter[str] = Counter()
    stood: Counter[str] = Counter()
    for text, citation, document in found:
        for kind, alter in ALTERED.items():
            said = alter(text, draw)
            if said == text or (kind == "city" and same_deal(text, said, registry)):
                continue
            asked[kind] += 1
            stood[kind] += objection(sentence(said), [citation], lambda _, d=document: d, registry) is None
        for kind, altered in altered_citations(citation, document, draw):
            asked[kind] += 1
            stood[kind] += objection(sentence(text), [altered], lambda _, d=document: d, registry) is None
    return asked, stood


def test_true_statements_are_not_rejected(every_statement, registry):
    asked, refused = rejected(every_statement, registry)
    assert asked.total() > 5000
    assert {kind: refused[kind] for kind in asked if refused[kind] > 0.01 * asked[kind]} == {}


def test_altered_statements_of_each_kind_are_caught(every_statement, registry):
    asked, stood = missed(every_statement, registry)
    assert sum(asked[kind] for kind in ALTERED) > 3000
    assert {kind: stood[kind] for kind in asked if stood[kind] > 0.01 * asked[kind]} == {}
    assert (stood["quote"], stood["offsets"]) == (0, 0)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join) | st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_every_text_is_supported_by_itself(text):
    assert unsupported_claim(f"{text} .", [Source(text, document=text)]) is None


@given(*[st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)] * 3)
@settings(max_examples=150, deadline=None)
def test_any_sentence_can_be_held_against_any_quote(text, quote, header):
    assert unsupported_claim(text, [Source(quote, header)]) != ""


@pytest.mark.parametrize(
    "part",
    ["1", "1,", "1 ", "1 000 ", "one hundred ", "twenty-", "half a ", "£", "-", "up to ", "no not ", "Aa ", "may will ",
     "2012/13 ", "£1.2bn ", "Leeds ", "a year ", "a further ", "n't ", "**", "a a a £5m "],
)  # fmt: skip
def test_long_texts_of_one_part_are_checked_in_the_end(part):
    text = (part * 4000)[:3900]
    assert unsupported_claim(text + "x", [Source(text[1:])]) != ""


@pytest.mark.parametrize("quote", ["0`1", "0``1", "0`A"])
def test_a_backtick_within_a_word_is_no_mark(quote):
    assert Source(quote).one_line == quote
