"""Two that index at once, documents that change while they are indexed, and many of them."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from index_worker import Worker
from index_world import debris_of, document_text, expected_contents, make_world, same, scaled

from dealqa.config import Settings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]


def sound(settings: Settings, worker: Worker) -> bool:
    """Whether the index is as one made from nothing."""
    said = worker.look(settings, contents=True, check=True)
    return said.get("notices") == [] and same(said["contents"], expected_contents(settings))


def test_of_two_that_index_at_once_one_works_and_the_other_is_told_who(worker, tmp_path, tally):
    settings = make_world(tmp_path / "world", documents=4, sections=2)
    assert worker.build(settings)["published"]
    chance = random.Random(11)  # noqa: S311
    longest = 0.0
    with Worker() as second, ThreadPoolExecutor(1) as pool:
        for number in range(scaled(20)):
            (settings.corpus / "paper-1.md").write_text(document_text(3000 + number, 2), encoding="utf-8")
            first = pool.submit(worker.build, settings)
            for _ in range(5):
                time.sleep(chance.uniform(0, 0.3))
                said = second.build(settings)
                tally[said.get("error", "indexed")] += 1
                if "error" in said:
                    longest = max(longest, said["took"])
                    assert said["error"] == "IndexLocked", said
                    assert f"on {socket.gethostname()}" in said["message"], said
            done = first.result()
            assert done.get("error", "IndexLocked") == "IndexLocked", done
            assert "error" not in worker.build(settings)
            assert sound(settings, worker)
    assert debris_of(settings) == []
    tally[f"told after at most {longest:.1f} s"] += 1
    assert tally["IndexLocked"] > 0


def test_a_lock_is_free_again_as_soon_as_its_holder_was_killed(worker, tmp_path, tally):
    settings = make_world(tmp_path / "world", documents=2, sections=1)
    for _ in range(scaled(20)):
        assert worker.build(settings, crash_at="locked")["signal"]
        assert "error" not in worker.build(settings)
        tally["free again"] += 1


def test_documents_that_change_while_they_are_indexed_end_up_as_they_are(worker, tmp_path, tally):
    settings = make_world(tmp_path / "world", documents=12, sections=2)
    assert worker.build(settings)["published"]
    for number in range(scaled(10)):
        ended = threading.Event()
        writer = threading.Thread(target=_keep_writing, args=(settings, number, ended))
        writer.start()
        try:
            during = worker.build(settings)
        finally:
            ended.set()
            writer.join()
        tally[during.get("error", "indexed")] += 1
        tally["files reported as changing"] += len(during.get("failures", []))
        assert "error" not in during, during
        looked = worker.look(settings, check=True)
        assert looked.get("notices") == [], looked
        after = worker.build(settings)
        assert "error" not in after and not after["failures"], after
        assert sound(settings, worker)


def _keep_writing(settings: Settings, number: int, ended: threading.Event) -> None:
    chance = random.Random(number)  # noqa: S311
    while not ended.is_set():
        path = settings.corpus / f"paper-{chance.randrange(12)}.md"
        text = document_text(chance.randrange(10_000), 2)
        if chance.random() < 0.5:  # in place, in two steps: half a file can be seen
            with path.open("w", encoding="utf-8") as file:
                file.write(text[:200])
                file.flush()
                time.sleep(0.001)
                file.write(text[200:])
        else:
            scratch = path.with_suffix(".tmp")
            scratch.write_text(text, encoding="utf-8")
            scratch.replace(path)
        time.sleep(0.002)


def test_a_thousand_tiny_files_are_indexed_and_looked_at_again_for_nothing(worker, tmp_path, tally):
    settings = make_world(tmp_path / "world", documents=1, sections=1)
    count = scaled(1000)
    for number in range(count):
        path = settings.corpus / f"folder-{number % 20}" / f"tiny-{number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(document_text(10_000 + number, 1), encoding="utf-8")
        os.utime(path, (1, 1))
    first: dict[str, Any] = worker.build(settings)
    assert first["published"] and first["failures"] == []
    again = worker.build(settings)
    assert (again["published"], again["embedded"]) == (False, 0)
    assert sound(settings, worker)
    _note(tally, first, again)


def _note(tally: Counter[str], first: dict[str, Any], again: dict[str, Any]) -> None:
    tally[f"indexed in {first['took']:.1f} s, looked at again in {again['took']:.2f} s"] += 1
