"""A disk that fills up at any moment: the old index answers, nothing is left over, and a rerun succeeds."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from index_worker import Worker
from index_world import debris_of, document_text, expected_contents, make_world, same, scaled

from dealqa.config import Settings

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk is for the superuser")


class Disk:
    """A disk in memory whose size can be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")

    def used(self) -> int:
        """Bytes."""
        status = os.statvfs(self.folder)
        return (status.f_blocks - status.f_bfree) * status.f_frsize

    def resize(self, size: int) -> None:
        """Give it another size in bytes, not below what is used."""
        subprocess.run(["mount", "-o", f"remount,size={max(size, 4096)}", str(self.folder)], check=True)

    def close(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    made.close()


def change(settings: Settings, number: int) -> None:
    for at in range(6):
        text = document_text(5000 + 10 * number + at, 6)
        (settings.corpus / f"paper-{at}.md").write_text(text, encoding="utf-8")


def no_debris(settings: Settings) -> None:
    """Nothing that a reader would see, no folder half written; what the next run needs may stay."""
    left = [path.name for path in settings.index.rglob("*.new")]
    assert left == []


def old_or_new(settings: Settings, worker: Worker, states: list[dict[str, Any]]) -> int:
    said = worker.look(settings, contents=True)
    assert "error" not in said, said
    assert said["notices"] == [], said
    found = [number for number, state in enumerate(states) if same(state, said["contents"])]
    assert found, "neither the old index nor the new one"
    return found[0]


@needs_root
def test_a_disk_that_is_full_at_any_size_spoils_nothing(worker, tmp_path, disk, tally):
    settings = make_world(tmp_path / "world", documents=9, sections=4)
    settings = settings.model_copy(update={"index": disk.folder / "index"})
    assert worker.build(settings)["published"]
    start = disk.used()
    change(settings, 0)
    worker.build(settings)
    needed = disk.used() - start
    sizes = scaled(20)
    for number in range(sizes):
        before = expected_contents(settings)
        change(settings, number + 1)
        after = expected_contents(settings)
        disk.resize(disk.used() + round(needed * 4 * number / sizes))
        said = worker.build(settings)
        tally[said.get("error", "published")] += 1
        assert said.get("error", "StorageFull") == "StorageFull", said
        assert "signal" not in said, said
        no_debris(settings)
        state = old_or_new(settings, worker, [before, after])
        assert state == 0 or "error" not in said
        disk.resize(64 * 1024 * 1024)
        again = worker.build(settings)
        assert "error" not in again, again
        assert old_or_new(settings, worker, [after]) == 0
        assert debris_of(settings) == []


@needs_root
def test_a_first_run_on_a_full_disk_leaves_no_index_and_a_rerun_succeeds(worker, tmp_path, disk, tally):
    settings = make_world(tmp_path / "world", documents=9, sections=4)
    settings = settings.model_copy(update={"index": disk.folder / "index"})
    for number in range(scaled(6)):
        disk.resize(8192 + number * 40_000)
        said = worker.build(settings)
        tally[said.get("error", "published")] += 1
        assert said.get("error", "StorageFull") == "StorageFull", said
        no_debris(settings)
        looked = worker.look(settings)
        assert looked.get("error") == "IndexMissing" or "error" not in said, looked
        disk.resize(64 * 1024 * 1024)
    assert "error" not in worker.build(settings)
    assert old_or_new(settings, worker, [expected_contents(settings)]) == 0


@needs_root
def test_a_full_temporary_folder_is_told_and_spoils_nothing(worker, tmp_path, disk, tally):
    settings = make_world(tmp_path / "world", documents=9, sections=2)
    assert worker.build(settings)["published"]
    for size in (4096, 65_536, 163_840, 200_704, 262_144):
        disk.resize(size)
        said = worker.look(settings, environment={"TMPDIR": str(disk.folder)})
        tally[said.get("error", "served")] += 1
        assert said.get("error", "StorageFull") == "StorageFull", said
        assert "signal" not in said, said
        assert list(disk.folder.iterdir()) == []
    assert old_or_new(settings, worker, [expected_contents(settings)]) == 0


def test_files_that_may_not_grow_spoil_nothing(worker, tmp_path, tally):
    settings = make_world(tmp_path / "world", documents=9, sections=4)
    assert worker.build(settings)["published"]
    largest = max(path.stat().st_size for path in settings.index.rglob("*") if path.is_file())
    for number in range(scaled(20)):
        before = expected_contents(settings)
        change(settings, number + 1)
        after = expected_contents(settings)
        said = worker.build(settings, file_limit=4096 + round(largest * 3 * number / scaled(20)))
        tally[said.get("error", "published")] += 1
        assert said.get("error", "StorageFull") == "StorageFull", said
        assert "signal" not in said, said
        no_debris(settings)
        old_or_new(settings, worker, [before, after])
        again = worker.build(settings)
        assert "error" not in again, again
        assert old_or_new(settings, worker, [after]) == 0
        assert debris_of(settings) == []


def test_the_command_line_says_that_the_disk_is_full(tmp_path, worker):
    settings = make_world(tmp_path / "world", documents=3)
    command = [sys.executable, "-m", "dealqa.cli", "index", "--corpus", settings.corpus, "--index", settings.index]
    done = subprocess.run(
        [*map(str, command)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )
    assert done.returncode == 2, done
    assert "is full" in done.stderr
    assert "Free some space" in done.stderr
