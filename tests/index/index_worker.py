"""Talk to `index_driver.py`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from dealqa.config import Settings

DRIVER = Path(__file__).with_name("index_driver.py")


class Worker:
    """A process that works on indexes; a context manager. Each job runs in a child of its own.

    Args:
        folder: its current folder.
        **environment: variables that it has besides ours.
    """

    def __init__(self, folder: Path | None = None, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=folder,
            env={**os.environ, **environment},
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *details: object) -> None:
        self._process.__exit__(*details)

    def _call(self, do: str, settings: Settings, **job: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        places = {"corpus": str(settings.corpus), "index": str(settings.index)}
        self._process.stdin.write(json.dumps({"do": do, **places, **job}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def build(self, settings: Settings, *, crash_at: str = "", **job: Any) -> dict[str, Any]:
        """`build_index`; `kill_after` (seconds) or `flush_delay` (seconds after Chroma began to write) end it."""
        environment = {"DEALQA_CRASH_AT": crash_at} if crash_at else {}
        return self._call("build", settings, environment={**environment, **job.pop("environment", {})}, **job)

    def purge(self, settings: Settings, **job: Any) -> dict[str, Any]:
        """`purge`."""
        return self._call("purge", settings, **job)

    def look(self, settings: Settings, **job: Any) -> dict[str, Any]:
        """Open the index and ask it; with `contents`, all that it holds."""
        return self._call("look", settings, **job)
