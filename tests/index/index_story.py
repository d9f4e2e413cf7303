"""A random story of an index: its documents come, change and go, runs are killed, and it is compared with the truth."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from index_worker import Worker
from index_world import debris_of, document_text, expected_contents, make_world, same

from dealqa.index.faults import CRASH_POINTS

STEPS = {
    "add": 14,
    "edit": 18,
    "rename": 10,
    "move": 8,
    "delete": 10,
    "duplicate": 8,
    "touch": 6,
    "reindex": 8,
    "kill_at_a_point": 6,
    "kill_at_random": 3,
    "reopen": 2,
    "purge": 2,
    "strict": 2,
    "rebuild": 1,
}
"""What happens, and how often."""


class Story:
    """One index and what befalls it; the same seed tells the same story, but for where random kills strike.

    A document that stays, so that the folder is never taken for another one, and one marker a version: a word that
    stands in that version only, and must not be found once the version is gone.
    """

    def __init__(self, seed: int, folder: Path, worker: Worker, tally: Counter[str]) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.worker = worker
        self.tally = tally
        self.settings = make_world(folder, documents=9, sections=2)
        self.marks = 0
        self.markers: list[str] = []
        self.told: list[str] = [f"seed {seed}"]
        self.published: dict[str, Any] | None = None
        self.recover()

    def _files(self) -> list[Path]:
        """All documents but the one that stays."""
        return sorted(path for path in self.settings.corpus.rglob("*.md") if path.name != "paper-0.md")

    def _text(self) -> str:
        self.marks += 1
        marker = "zq" + "".join(chr(ord("a") + int(digit)) for digit in str(self.marks)) + "qz"
        self.markers.append(marker)
        return document_text(self.chance.randrange(10_000), self.chance.randint(1, 3), marker)

    def _new_path(self) -> Path:
        folder = self.chance.choice(["", "annex", "papers/old"])
        path = self.settings.corpus / folder / f"{self.chance.choice('abcdefgh')}-{self.chance.randrange(40)}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def step(self) -> None:
        """Something happens."""
        name = self.chance.choices(list(STEPS), list(STEPS.values()))[0]
        self.tally[name] += 1
        self.told.append(name)
        getattr(self, name)()

    def add(self) -> None:
        self._new_path().write_text(self._text(), encoding="utf-8")

    def edit(self) -> None:
        files = self._files()
        if files:
            path = self.chance.choice(files)
            if self.chance.random() < 0.5:
                path.write_text(self._text(), encoding="utf-8")
            else:
                text = path.read_text(encoding="utf-8")
                path.write_text(text.replace("agreed", "settled", 1) + "\nOne more line.\n", encoding="utf-8")

    def rename(self) -> None:
        files = self._files()
        if files:
            path = self.chance.choice(files)
            path.rename(path.with_name(f"renamed-{self.chance.randrange(1000)}.md"))

    def move(self) -> None:
        files = self._files()
        if files:
            self.chance.choice(files).rename(self._new_path())

    def delete(self) -> None:
        files = self._files()
        if files:
            self.chance.choice(files).unlink()

    def duplicate(self) -> None:
        files = self._files()
        if files:
            self._new_path().write_bytes(self.chance.choice(files).read_bytes())

    def touch(self) -> None:
        files = self._files()
        if files:
            when = self.chance.choice([0, time.time(), time.time() + 10**7])
            os.utime(self.chance.choice(files), (when, when))

    def reindex(self) -> None:
        self.recover()

    def reopen(self) -> None:
        self.expect_one_of([self.published])

    def purge(self) -> None:
        before = self.published
        said = self.worker.purge(self.settings)
        assert "error" not in said, said
        self.expect_one_of([before])

    def strict(self) -> None:
        broken = self.settings.corpus / "broken.md"
        broken.write_bytes(b"\x00\x01\x02 no text" * 40)
        said = self.worker.build(self.settings, options={"strict": True})
        broken.unlink()
        assert said["withheld"] and not said["published"], said
        self.expect_one_of([self.published])

    def rebuild(self) -> None:
        self.recover(rebuild=True)

    def kill_at_a_point(self) -> None:
        point = self.chance.choice(CRASH_POINTS)
        self.told.append(point)
        job = {"crash_at": point}
        self._killed(job)

    def kill_at_random(self) -> None:
        self._killed({"kill_after": self.chance.uniform(0.0, 3.0)})

    def _killed(self, job: dict[str, Any]) -> None:
        self.edit()
        before, after = self.published, expected_contents(self.settings)
        if self.chance.random() < 0.15:
            said = self.worker.purge(self.settings, **_for_purge(job))
        else:
            said = self.worker.build(self.settings, **job)
        self.tally["killed" if said.get("signal") or said.get("error") else "not struck"] += 1
        self.expect_one_of([before, after])
        self.recover()

    def recover(self, **options: object) -> None:
        """A run that is left alone: afterwards the index is as one made from nothing."""
        said = self.worker.build(self.settings, options=options)
        assert "error" not in said and "signal" not in said and not said["failures"], said
        self.expect_one_of([expected_contents(self.settings)])
        left = debris_of(self.settings)
        assert not left, left
        self.tally["compared with one made from nothing"] += 1

    def expect_one_of(self, states: list[dict[str, Any] | None]) -> None:
        """Open the index: it is sound, wholly in one of some states, and finds nothing of what is in none of them."""
        said = self.worker.look(self.settings, contents=True, check=True, markers=self.markers)
        assert "error" not in said and "signal" not in said, said
        assert said["notices"] == [], said["notices"]
        found = [state for state in states if same(state, said["contents"])]
        assert found, f"the index is in none of {len(states)} expected states: {difference(states, said)}"
        self.published = found[0]
        alive = "".join(path.read_text(encoding="utf-8") for path in self.settings.corpus.rglob("*.md"))
        if len(states) == 1 and same(self.published, expected_contents(self.settings)):
            stale = [word for word, count in said["marked"].items() if count and word not in alive]
            assert not stale, f"found though deleted: {stale}"
            self.tally["deleted versions asked for and not found"] += sum(word not in alive for word in said["marked"])


def _for_purge(job: dict[str, Any]) -> dict[str, Any]:
    """The same way to be killed, for a purge."""
    return {"environment": {"DEALQA_CRASH_AT": job["crash_at"]}} if "crash_at" in job else job


def difference(states: list[dict[str, Any] | None], said: dict[str, Any]) -> str:
    """Where what was found differs from each state, shortly."""
    parts: list[str] = []
    found = said["contents"]
    for state in states:
        if state is None:
            parts.append("nothing")
            continue
        paths = state["documents"].keys() ^ found["documents"].keys()
        both = state["documents"].keys() & found["documents"].keys()
        changed = [path for path in both if not same(state["documents"][path], found["documents"][path])]
        words = [word for word in state["words"] if state["words"][word] != found["words"].get(word)]
        chroma = len(set(state["chroma"]) ^ set(found["chroma"]))
        parts.append(f"paths {sorted(paths)}, changed {changed[:3]}, words {words[:3]}, chroma {chroma}")
    return "; ".join(parts)
