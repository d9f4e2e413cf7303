"""Every kind of damage to every file of an index: never a wrong answer without a word, never the end of the process."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from index_damage import (
    PAGE,
    Case,
    Specimen,
    byte_cases,
    held_open,
    linked,
    make_specimen,
    verdict,
    whole_file_cases,
    zeroed,
)
from index_worker import Worker
from index_world import SCALE, expected_contents, same, scaled

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

SHARED = "dealqa.sqlite-shm"

MENDED_EACH = max(1, round(12 / SCALE))
"""Of the cases where damage was found, each so-manieth is mended as well: it takes seconds."""


@pytest.fixture(scope="module")
def specimen(tmp_path_factory: pytest.TempPathFactory, worker: Worker) -> Specimen:
    return make_specimen(tmp_path_factory.mktemp("specimen"), worker)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory, worker: Worker) -> Specimen:
    return make_specimen(tmp_path_factory.mktemp("logged"), worker, logged=True)


def swapped(folder: Path) -> None:
    """Give each of two generations the other's folder."""
    one, other = sorted(folder.iterdir())
    one.rename(folder / "between")
    other.rename(one)
    (folder / "between").rename(other)


def try_all(cases: list[Case], specimen: Specimen, worker: Worker, folder: Path, tally: Counter[str],
            *, seconds: tuple[float, ...] = (2.0, 0.0), plain: bool = False) -> None:  # fmt: skip
    """Do each damage to a copy, open it with and without time for checks, and mend some with `dealqa index`."""
    wrong: list[str] = []
    found = 0
    expected = expected_contents(specimen.settings)
    for case in cases:
        settings = specimen.copy(folder / "case")
        case.damage(settings.index / case.file)
        outcomes = []
        for check_seconds in seconds:
            outcome = verdict(worker.look(settings, check_seconds=check_seconds), specimen)
            outcomes.append(outcome)
            tally[outcome] += 1
            if outcome.startswith("WRONG"):
                wrong.append(f"{case.name} ({check_seconds:g} s): {outcome}")
        if any(outcome != "the same answers" for outcome in outcomes):
            found += 1
            if found % MENDED_EACH == 1 or MENDED_EACH == 1:
                mended = worker.build(settings, options={"rebuild": not plain})
                after = worker.look(settings, contents=True, check=True)
                tally["mended"] += 1
                if after.get("notices") or not same(after.get("contents"), expected):
                    wrong.append(f"{case.name}: not mended: {mended} {after.get('notices')} {after.get('error')}")
    shutil.rmtree(folder / "case")
    assert not wrong, "\n".join(wrong)


def sampled(file: str, specimen: Specimen, each: int, chance: random.Random) -> list[Case]:
    """The first bytes, the head of each page, and some places in each page."""
    size = (specimen.settings.index / file).stat().st_size
    offsets = [*range(100), *range(100, 112)]
    for page in range(0, size, PAGE):
        offsets += [page + chance.randrange(12), *(page + chance.randrange(PAGE) for _ in range(each))]
    return byte_cases(file, size, offsets, chance)


def test_a_damaged_database_never_answers_wrongly_without_a_word(specimen, worker, tmp_path, tally):
    chance = random.Random(1)  # noqa: S311
    file = "dealqa.sqlite"
    size = (specimen.settings.index / file).stat().st_size
    cases = [*sampled(file, specimen, scaled(3), chance), *whole_file_cases(file)]
    cases += [Case(f"{file} zeros at {at}", file, zeroed(at, PAGE)) for at in range(0, size, PAGE)]
    try_all(cases, specimen, worker, tmp_path, tally)


def test_a_damaged_log_of_the_database_never_answers_wrongly_without_a_word(logged, worker, tmp_path, tally):
    chance = random.Random(2)  # noqa: S311
    file = "dealqa.sqlite-wal"
    size = (logged.settings.index / file).stat().st_size
    offsets = [*range(0, 56, 3), *(chance.randrange(size) for _ in range(scaled(60)))]
    cases = [*byte_cases(file, size, offsets, chance), *whole_file_cases(file)]
    cases += [Case(f"{file} zeros", file, zeroed(at, PAGE + 24)) for at in range(32, size, (size // 12) or 1)]
    try_all(cases, logged, worker, tmp_path, tally)


def shared_index_of(log: Specimen, folder: Path) -> bytes:
    """What readers and a writer share in memory of the log: the content of the file while somebody reads."""
    settings = log.copy(folder)
    with held_open(settings):
        return (settings.index / SHARED).read_bytes()


def test_a_damaged_index_of_the_log_is_made_anew_and_changes_no_answer(logged, worker, tmp_path, tally):
    """It is no truth: SQLite makes it from the log when the first reader comes."""
    chance = random.Random(6)  # noqa: S311
    sound = shared_index_of(logged, tmp_path / "shared")
    damaged = {
        "empty": b"",
        "half": sound[: len(sound) // 2],
        "zeros": bytes(len(sound)),
        "noise": chance.randbytes(32768),
    }
    for offset in [*range(0, 136, 5), *(chance.randrange(len(sound)) for _ in range(scaled(20)))]:
        damaged[f"byte {offset}"] = bytes([*sound[:offset], sound[offset] ^ 0xFF, *sound[offset + 1 :]])
    for name, content in {"sound": sound, **damaged}.items():
        settings = logged.copy(tmp_path / "case")
        (settings.index / SHARED).write_bytes(content)
        outcome = verdict(worker.look(settings), logged)
        tally[outcome] += 1
        assert outcome == "the same answers", f"{name}: {outcome}"


def test_a_database_damaged_below_its_log_never_answers_wrongly_without_a_word(logged, worker, tmp_path, tally):
    chance = random.Random(3)  # noqa: S311
    cases = sampled("dealqa.sqlite", logged, 1, chance)[100:]
    try_all([*cases, *whole_file_cases("dealqa.sqlite")], logged, worker, tmp_path, tally)


def test_a_damaged_pointer_is_told(specimen, worker, tmp_path, tally):
    chance = random.Random(4)  # noqa: S311
    cases = [*byte_cases("CURRENT", 100, list(range(20)), chance), *whole_file_cases("CURRENT")]
    try_all(cases, specimen, worker, tmp_path, tally, plain=True)


def test_a_damaged_vector_index_is_told_and_derived_again(specimen, worker, tmp_path, tally):
    chance = random.Random(5)  # noqa: S311
    cases: list[Case] = []
    folder = specimen.settings.index / "chroma" / specimen.live
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            file, size = path.relative_to(specimen.settings.index).as_posix(), path.stat().st_size
            offsets = sorted({0, size - 1, *(chance.randrange(max(size, 1)) for _ in range(scaled(6)))})
            cases += [*byte_cases(file, size, offsets, chance), *whole_file_cases(file)]
            cases += [Case(f"{file} linked", file, linked)]
            cases += [Case(f"{file} zeros", file, zeroed(size // 3, 512))] if size else []
    foreign = f"chroma/{specimen.live}/foreign.bin"
    cases.append(Case("a foreign file", foreign, lambda path: path.write_bytes(b"foreign")))
    cases.append(Case("a foreign link", foreign, lambda path: path.symlink_to("/etc")))
    cases.append(Case("a foreign folder", "chroma/foreign", lambda path: path.mkdir()))
    cases.append(Case("a link to a foreign folder", "chroma/foreign", lambda path: path.symlink_to("/etc")))
    cases.append(Case("two generations swapped", "chroma", swapped))
    cases.append(Case("the folder is gone", f"chroma/{specimen.live}", shutil.rmtree))
    cases.append(Case("all folders are gone", "chroma", shutil.rmtree))
    try_all(cases, specimen, worker, tmp_path, tally, seconds=(2.0,), plain=True)
