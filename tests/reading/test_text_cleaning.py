"""What is taken out of a text, and what stays because it is seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealqa.reading.cleaning import clean

TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore")
SCOTLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbsct") + "\U000e007f"

REMOVED = [
    *range(0x00, 0x09), *range(0x0E, 0x20), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0), 0xAD, 0x61C,
    *range(0x180B, 0x1810), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065),
    *range(0x2066, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080),
    *range(0xE0100, 0xE01F0), 0x3164,
]  # fmt: skip


@pytest.mark.parametrize("code", REMOVED, ids=hex)
def test_a_character_without_a_shape_is_removed(code):
    cleaned = clean(f"fo{chr(code)}ur")
    assert (cleaned.text, cleaned.removed) == ("four", 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [("e\u0301", "\u00e9"), ("\u212b", "\u00c5"), ("a\x0bb", "a\nb"), ("a\u2028b", "a\nb"), ("a\x85b", "a\nb")],
)
def test_a_character_is_brought_to_its_usual_form(written, read):
    cleaned = clean(written)
    assert cleaned.text == read
    assert cleaned.normalised


@pytest.mark.parametrize(
    "text",
    [
        "اتفاقية المدينة بقيمة ٤٠٠ مليون",
        "הסכם העיר בסך 400 מיליון",
        "می\u200cخواهم نامه\u200cای بنویسم",
        "क्\u200dष और क्\u200cष हिन्दी में",
        "ශ්\u200dරී ලංකා",
        "മലയാളം ന്\u200d",
        "👩\u200d👩\u200d👧 and 👩🏽\u200d💻 at work",
        f"{SCOTLAND} in Edinburgh",
        "Kraków, Łódź, 東京, Αθήνα, Москва",
        "£1m – “agreed” · 15 % ≥ 10 %",
    ],
)
def test_scripts_and_emoji_survive(text):
    normal = unicodedata.normalize("NFC", text)
    cleaned = clean(normal)
    assert (cleaned.text, cleaned.removed, cleaned.hidden, cleaned.lookalikes) == (normal, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"fine{TAGS}", 6),
        (f"{SCOTLAND}{TAGS}", 6),
        ("a\u200b\u200c\u200b\u200c\u200b", 5),
        ("a\ufe00\ufe01\ufe0f", 3),
        ("a\U000e0121\U000e0122", 2),
        ("\ufeffa\u200bb\u00adc\u200e", 0),
        ("❤\ufe0f", 0),
        ("葛\U000e0100", 0),
    ],
)
def test_characters_that_can_spell_a_message_are_counted_as_hidden(text, hidden):
    assert clean(text).hidden == hidden


@pytest.mark.parametrize("text", ["a\u200db", "\u200d", "x \u200c", "ab\u200c\u200d\u200c", "م\u200c\u200c\u200cن"])
def test_a_joiner_that_joins_nothing_is_removed(text):
    assert "\u200c" not in clean(text).text
    assert "\u200d" not in clean(text).text


@pytest.mark.parametrize(("text", "words"), [("раypal and Вristol", 2), ("Bristol Москва", 0), ("Сity", 1)])
def test_words_with_letters_of_another_alphabet_are_counted_and_stay(text, words):
    cleaned = clean(text)
    assert (cleaned.text, cleaned.lookalikes) == (text, words)


@settings(max_examples=600, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("aeм\u0301مک\u200c\u200d\u200b\ufe0f👩🏽\U0001f3f4\U000e0067\U000e007f्क\u00ad\n"))
)
def test_cleaning_again_changes_nothing_whatever_is_joined(text):
    once = clean(text)
    again = clean(once.text)
    assert (again.text, again.removed) == (once.text, 0)


def test_words_with_mixed_alphabets_are_mentioned(read):
    assert "mix Latin letters" in read("deal.txt", "The Вristol deal is agreed.").warnings[0]


def test_smuggled_characters_are_reported_as_hidden(read):
    document = read("deal.txt", f"The deal is agreed.{TAGS}")
    assert [(hidden.kind, hidden.characters) for hidden in document.coverage.hidden] == [("zero_width", 6)]
