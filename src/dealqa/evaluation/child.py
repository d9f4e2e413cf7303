"""The process that asks a suite for the web app: `python -m dealqa.evaluation.child`.

Its order (`updating.child_side`) holds "settings", "suite" (the suite's folder or CSV file), "runs" (the folder that
runs are written into) and "stamp" (the end of the run's name). In the end it says {"finished", "cases"}, the name of
the run and how many questions were asked, or {"failed", "hint"}.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dealqa.config import Settings
from dealqa.errors import DealqaError, SuiteError
from dealqa.evaluation.baselines import baselines_for
from dealqa.evaluation.cases import Suite, load_suite
from dealqa.evaluation.report import write_run
from dealqa.evaluation.run import default_output, run_suite
from dealqa.updating.child_side import Say, begin

__all__ = ["UNFINISHED", "main"]

UNFINISHED = ".new-"
"""How the name of a run begins that is being written."""


def main(arguments: Sequence[str]) -> int:
    """Ask one suite as `dealqa eval` does; nothing when standard input is closed without an order.

    Args:
        arguments: the id of the process that wants it, and whose end ends this one.
    """
    say, line = begin(int(arguments[0]))
    if not line:
        return 0
    order = json.loads(line)
    settings = Settings.model_validate(order["settings"])
    try:
        run, cases = _evaluate(Path(order["suite"]), settings, Path(order["runs"]), order["stamp"], say)
    except DealqaError as err:
        say({"failed": err.message, "hint": err.hint})
        return 1
    say({"finished": run, "cases": cases})
    return 0


def _evaluate(folder: Path, settings: Settings, runs: Path, stamp: str, say: Say) -> tuple[str, int]:
    suite = _part_for_tuning(folder)
    run = run_suite(suite, settings, progress=lambda stage, done, total: _tell(say, stage, done, total))
    _tell(say, "judging", 0, 0)
    name = f"{default_output(suite).name}-{stamp}"
    unfinished = runs / f"{UNFINISHED}{name}"
    try:
        # Renamed when it is complete: nobody finds half a run.
        write_run(run, run.judge(), unfinished, baselines_for(suite))
        unfinished.rename(runs / name)
    except OSError as err:
        raise SuiteError(f"The run {runs / name} cannot be written: {err.strerror}.") from err
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return name, len(suite.cases)


def _tell(say: Say, stage: str, done: int, total: int) -> None:
    say({"stage": stage, "done": done, "total": total})


def _part_for_tuning(folder: Path) -> Suite:
    """The split dev; of a suite that has none, all questions but those of the split test, which are not asked here."""
    suite = load_suite(folder)
    if any(case.split == "dev" for case in suite.cases):
        return load_suite(folder, "dev")
    cases = tuple(case for case in suite.cases if case.split != "test")
    if not cases:
        raise SuiteError(
            f"All questions of {suite.name} are of the split test, which is not asked from this page.",
            hint=f"Ask them on the command line: dealqa eval --suite {folder} --split test.",
        )
    return replace(suite, cases=cases)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
