"""The same question of the same index has the same answer in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from index_world import scaled

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]  # sixty processes, of two to three seconds each

QUESTIONS = ("What does Bristol keep?", "Which cities keep growth?", "What does Cardiff keep?")
PAPERS = {
    "bristol.md": "# Bristol City Deal\n\nBristol keeps 100% of the growth in business rates for 25 years.\n",
    "leeds.md": "# Leeds City Deal\n\nLeeds keeps 50% of the growth in business rates for 10 years.\n",
    "york.md": "# York City Deal\n\nYork keeps 40% of the growth in business rates for 12 years.\n",
}


def ask(folder: Path, question: str, seed: int) -> str:
    """What a process of its own answers, without the times it took."""
    environment = {
        **os.environ,
        "DEALQA_CORPUS": str(folder / "corpus"),
        "DEALQA_INDEX": str(folder / "index"),
        "PYTHONHASHSEED": str(seed),
    }
    command = [sys.executable, "-m", "dealqa.cli", "ask", question, "--json"]
    run = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert run.returncode in (0, 3), run.stderr  # 3: the answer is a refusal
    return json.dumps({name: value for name, value in json.loads(run.stdout).items() if name != "timings_ms"})


def test_twenty_processes_give_the_same_answer_to_the_byte(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in PAPERS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    environment = {**os.environ, "DEALQA_CORPUS": str(corpus), "DEALQA_INDEX": str(tmp_path / "index")}
    subprocess.run([sys.executable, "-m", "dealqa.cli", "index"], env=environment, check=True, capture_output=True)
    for question in QUESTIONS:
        assert len({ask(tmp_path, question, seed) for seed in range(scaled(20))}) == 1
