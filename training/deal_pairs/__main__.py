"""Write invented training pairs on deals as JSON lines, or report on them.

.venv/bin/python -m training.deal_pairs --number 20000 --seed 1 --out FILE.jsonl
.venv/bin/python -m training.deal_pairs --number 20000 --seed 1 --report
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from training.deal_pairs.groups import deal_pairs
from training.deal_pairs.report import report


def main() -> int:
    """Run the command; the exit status is 0."""
    parser = argparse.ArgumentParser(
        prog="python -m training.deal_pairs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--number", type=int, default=20000, help="how many pairs")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives other pairs")
    parser.add_argument("--out", type=Path, help="the file to write, one JSON object a line")
    parser.add_argument(
        "--report", action="store_true", help="print the kinds, the labels and what simple cues predict"
    )
    arguments = parser.parse_args()
    if not arguments.out and not arguments.report:
        parser.error("nothing to do: give --out FILE, --report, or both")
    pairs = list(deal_pairs(arguments.seed, arguments.number))
    if arguments.out:
        lines = (json.dumps(pair._asdict(), ensure_ascii=False) + "\n" for pair in pairs)
        with arguments.out.open("w", encoding="utf-8") as file:
            file.writelines(lines)
    if arguments.report:
        sys.stdout.write(report(pairs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
