import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# `training` is no part of the package; its scripts are run from the root of the repository.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


@pytest.fixture(scope="session")
def pairs():
    from training.deal_pairs import deal_pairs  # it is found only once the path is set

    return list(deal_pairs(7, 8000))


TOO_CLOSE = 0.6
"""So much of their words (Jaccard) no training question shares with a question that figures are reported on."""


def _told(text):
    return frozenset(re.findall(r"[a-z0-9]+", text.lower()))


@pytest.fixture(scope="session")
def close_to_a_test_question():
    """Which of some questions are nearly one of the test split, written out where it is a follow-up.

    Those of a few words are left out: "And Leeds?" is anybody's.
    """
    from training.questions import load

    cases = [case for case in load(Path("evals/city_deals/questions.jsonl")) if case["meta"]["split"] == "test"]
    wordings = [text for case in cases for text in (case["question"], case["meta"].get("standalone")) if text]

    def close(questions, longer_than=5):
        tested = [told for told in map(_told, wordings) if len(told) > longer_than]
        asked = [(question, _told(question)) for question in questions]
        return [
            question
            for question, one in asked
            for other in tested
            if len(one) >= TOO_CLOSE * len(other) and len(one & other) >= TOO_CLOSE * len(one | other)
        ]

    return close
