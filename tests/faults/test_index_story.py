"""A thousand things happen to an index; after each recovery it is as one made from nothing."""

from __future__ import annotations

import pytest
from index_story import Story
from index_world import scaled

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

STORIES = 10


@pytest.mark.parametrize("seed", range(STORIES))
def test_whatever_happens_the_index_becomes_as_one_made_from_nothing(seed, worker, tmp_path, tally):
    story = Story(seed, tmp_path / "world", worker, tally)
    try:
        for _ in range(scaled(1000) // STORIES or 1):
            story.step()
        story.recover()
    except AssertionError as err:
        raise AssertionError(f"{err}\nThe story: {', '.join(story.told)}") from err
