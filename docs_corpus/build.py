"""Render the demonstration corpus: `sources/*.md` into the formats that people file.

Run `python docs_corpus/build.py` to write the documents, `--check` to learn whether the committed ones are current
(exit code 1 when they are not), `--counts` to count them by format. The sentences that state a fact go to
`evals/city_deals/facts.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from papers import SUFFIXES, Source, facts, load
from renderers import RENDERERS

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
FACTS = HERE.parent / "evals" / "city_deals" / "facts.jsonl"


def build() -> dict[Path, bytes]:
    """Every file that this script is the author of, with its bytes; ValueError names a source that is wrong."""
    sources = [load(path) for path in sorted(SOURCES.glob("*.md"))]
    files = {HERE / source.path: RENDERERS[Path(source.path).suffix](source) for source in sources}
    rows = sorted((row for source in sources for row in facts(source)), key=lambda row: (row["fact"], row["doc"]))
    files[FACTS] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    return files


def stale(files: dict[Path, bytes]) -> list[str]:
    """What differs between the files as they should be and as they lie there, in sentences."""
    present = {path for path in HERE.glob("*/*") if path.parent != SOURCES and path.suffix in SUFFIXES}
    wrong = [f"{path.relative_to(HERE)} has no source." for path in sorted(present - set(files))]
    for path, content in files.items():
        if not path.is_file():
            wrong.append(f"{path.name} is missing.")
        elif path.read_bytes() != content:
            wrong.append(f"{path.name} is not what its source gives.")
    return wrong


def counts(sources: Sequence[Source]) -> str:
    """How many documents there are of each format, and how many deals and facts they speak of."""
    formats = Counter(Path(source.path).suffix for source in sources)
    layouts = Counter(source.layout for source in sources if source.layout)
    lines = [f"{suffix:6} {formats[suffix]:3}" for suffix in SUFFIXES]
    lines[0] += f"  ({layouts['columns']} in two columns, {layouts['scan']} scanned)"
    stated = {row["fact"] for source in sources for row in facts(source)}
    return "\n".join([*lines, f"{'all':6} {len(sources):3}", f"{len(stated)} facts are stated."])


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, or with `--check` compare; the exit code is 1 when something is not current."""
    parser = argparse.ArgumentParser(description="Render docs_corpus/sources into the demonstration corpus.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is not current")
    parser.add_argument("--counts", action="store_true", help="write nothing; print the documents of each format")
    options = parser.parse_args(arguments)
    if options.counts:
        sys.stdout.write(counts([load(path) for path in sorted(SOURCES.glob("*.md"))]) + "\n")
        return 0
    files = build()
    if options.check:
        wrong = stale(files)
        sys.stdout.write("".join(f"{line}\n" for line in wrong) or f"{len(files)} files are current.\n")
        return 1 if wrong else 0
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    sys.stdout.write(f"{len(files)} files written.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
