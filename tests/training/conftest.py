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
