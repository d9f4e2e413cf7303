"""A sentence is about a place when it names that place, and not the words of another one."""

from __future__ import annotations

import pytest
from core_corpus import hit_of

from dealqa.answering.weighing.about import ABOUT_ANOTHER, About
from dealqa.deals import Registry
from dealqa.understanding import analyse


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("North Somerset voted against it.", 1.0),
        ("Bath and North East Somerset accepted it.", ABOUT_ANOTHER),
        ("Bath and North East Somerset and North Somerset accepted it.", 1.0),
    ],
)
def test_the_words_of_another_place_do_not_name_the_place_that_is_asked_about(text, covered):
    about = About(analyse("Did North Somerset accept it?"), Registry.empty(), lambda _: 5.0)
    assert about.coverage(text, hit_of(text), "").names == covered
