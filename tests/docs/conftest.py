"""A folder like a fresh clone in which `dealqa index` has been run once, for the commands and code of the pages."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Clone:
    folder: Path
    ran: dict[str, tuple[str, int]] = field(default_factory=dict)

    def run(self, command: str) -> tuple[str, int]:
        """What the command prints on both its outputs, and its exit code; the same command is run once only."""
        if command not in self.ran:
            path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env={**os.environ, "PATH": path},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            self.ran[command] = (done.stdout, done.returncode)
        return self.ran[command]


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs") / "dealqa"
    folder.mkdir()
    for name in ("docs_corpus", "evals"):
        (folder / name).symlink_to(ROOT / name)
    if (ROOT.parent / "shared").is_dir():
        (folder.parent / "shared").symlink_to(ROOT.parent / "shared")
    made = Clone(folder)
    printed, code = made.run("dealqa index")
    assert code in (0, 2), printed  # 2: some papers cannot be read yet, the others can be asked
    return made
