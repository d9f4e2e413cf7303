"""Check the suite of city_deals against the documents that it is asked over.

Run `python evals/city_deals/check.py` to check, `--write` to fill in `start`, `end` and `page` of every evidence first.
Every quote must stand in its document as dealqa reads it; offsets are half-open code points of `Document.text`, which
for Markdown and plain text is the file itself. Exit code 1 when something is wrong, with one line for each thing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dealqa.errors import DealqaError
from dealqa.evaluation.matching import contains
from dealqa.reading import SUFFIXES, read_document
from dealqa.types import Document

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent.parent / "docs_corpus"
QUESTIONS, FACTS = HERE / "questions.jsonl", HERE / "facts.jsonl"
CLASSES = ("SF", "NUM", "DUR", "REV", "CMP", "AGG", "RSK", "WHO", "FUP", "NA", "FP", "TMP")
CASES_A_CLASS, CASES, REFUSALS = 22, 320, 44
MAX_BYTES = 10_000_000
FIELDS = {"id", "question", "answers", "answerable", "evidence", "scope", "meta"}

Case = dict[str, Any]
Place = tuple[int, int, int | None]


def rows(path: Path) -> list[Case]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def document(path: str) -> Document:
    """A document of the corpus, read once; DealqaError when it cannot be read."""
    return read_document(CORPUS, path, max_bytes=MAX_BYTES)


def places(read: Document, quote: str) -> list[Place]:
    """Where a quote stands in a document, whatever the white space: start, end and, in a PDF, the page."""
    pattern = re.compile(r"\s+".join(re.escape(word) for word in quote.split()))
    found = []
    for match in pattern.finditer(read.text):
        page = next((page.number for page in read.pages if page.start <= match.start() < page.end), None)
        found.append((match.start(), match.end(), page))
    return found


def is_text_file(path: str) -> bool:
    """Whether offsets are offsets into the file itself."""
    return path.endswith((".md", ".txt"))


def is_readable(path: str) -> bool:
    """Whether dealqa has a reader for files of this kind; if not, their quotes have no offsets yet."""
    return Path(path).suffix in SUFFIXES


def fill(cases: Sequence[Case]) -> None:
    """Set start, end and page of every evidence to the first place where its quote stands.

    In a text file the quote itself is set as well, so that it equals the file's characters, line breaks included.
    """
    for case in cases:
        for evidence in case["evidence"]:
            if not is_readable(evidence["doc"]):
                continue
            read = document(evidence["doc"])
            found = places(read, evidence["text"])
            if found:
                evidence["start"], evidence["end"], evidence["page"] = found[0]
                if is_text_file(evidence["doc"]):
                    evidence["text"] = read.text[found[0][0] : found[0][1]]


def evidence_problems(name: str, evidence: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one quote: not there, or not where it says."""
    if not is_readable(evidence["doc"]):
        if not (CORPUS / evidence["doc"]).is_file():
            yield f"{name}: {evidence['doc']} does not exist."
        return
    try:
        read = document(evidence["doc"])
    except DealqaError as error:
        yield f"{name}: {error}"
        return
    found = places(read, evidence["text"])
    if not found:
        yield f"{name}: {evidence['doc']} does not say: {evidence['text']}"
    elif "start" in evidence and (evidence["start"], evidence["end"], evidence["page"]) not in found:
        yield f"{name}: the quote from {evidence['doc']} stands at {found[0]}; run with --write."
    elif not is_text_file(evidence["doc"]) or "start" not in evidence:
        return
    elif read.text[evidence["start"] : evidence["end"]] != evidence["text"]:
        yield f"{name}: the quote from {evidence['doc']} is not the file's own characters; run with --write."


def case_problems(case: Case) -> Iterator[str]:
    """What is wrong with one case by itself."""
    name, meta = case["id"], case["meta"]
    if missing := FIELDS - set(case):
        yield f"{name}: the fields {sorted(missing)} are missing."
    if meta["class"] not in CLASSES or meta["split"] not in ("dev", "test"):
        yield f"{name}: the class or the split is unknown."
    if case["answerable"] == (meta["class"] in ("NA", "FP")):
        yield f"{name}: cases of the classes NA and FP must be refused, all others answered."
    if case["answerable"] and not (case["answers"] and case["evidence"] and meta["required"]):
        yield f"{name}: an answer, a quote or the required items are missing."
    quotes = " ".join(evidence["text"] for evidence in case["evidence"])
    for item in meta["required"]:
        if not any(contains(quotes, one) for one in item):
            yield f"{name}: the required item {item} is in none of the quotes."


def form_problems(case: Case) -> Iterator[str]:
    """What is wrong with the groups of a case, or with the conversation that it belongs to."""
    name, meta = case["id"], case["meta"]
    if {index for group in meta["groups"] for index in group} != set(range(len(case["evidence"]))):
        yield f"{name}: the groups do not cover the evidence."
    for group in meta["groups"]:
        if not any(is_readable(case["evidence"][index]["doc"]) for index in group):
            yield f"{name}: a part of the answer stands in no document that can be read."
    if bool(case.get("history")) != bool(meta.get("standalone")):
        yield f"{name}: a follow-up says in meta.standalone how it would be asked alone, and nothing else does."
    if (meta["class"] == "FUP") != bool(case.get("history")):
        yield f"{name}: follow-ups, and only follow-ups, have a history."


def premise_problems(case: Case) -> Iterator[str]:
    """What is wrong with a case that must be refused."""
    if case["answerable"]:
        return
    if case["answers"]:
        yield f"{case['id']}: a case that must be refused has an answer."
    if bool(case["meta"].get("correction")) != bool(case["evidence"]):
        yield f"{case['id']}: a correction and the quote that supports it go together."


def suite_problems(cases: Sequence[Case]) -> Iterator[str]:
    """What is wrong with the cases as a set."""
    for name, count in Counter(case["id"] for case in cases).items():
        if count > 1:
            yield f"{name}: the id is used {count} times."
    classes = Counter(case["meta"]["class"] for case in cases)
    refusals = sum(not case["answerable"] for case in cases)
    if len(cases) < CASES or refusals < REFUSALS:
        yield f"There are {len(cases)} cases, of which {refusals} must be refused; {CASES} and {REFUSALS} are promised."
    for name in CLASSES:
        splits = Counter(case["meta"]["split"] for case in cases if case["meta"]["class"] == name)
        unfair = splits["test"] - splits["dev"] > 3 or 3 * splits["test"] < classes[name]
        if classes[name] < CASES_A_CLASS or unfair:
            yield f"The class {name} has {classes[name]} cases, split {dict(splits)}."


def problems(cases: Sequence[Case], facts: Sequence[Case]) -> list[str]:
    """Everything that is wrong with the suite and with the list of facts, in sentences."""
    wrong = list(suite_problems(cases))
    for case in cases:
        wrong.extend([*case_problems(case), *form_problems(case), *premise_problems(case)])
        for evidence in case["evidence"]:
            wrong.extend(evidence_problems(case["id"], evidence))
    for fact in facts:
        wrong.extend(evidence_problems(fact["fact"], fact))
    return wrong


def summary(cases: Sequence[Case], facts: Sequence[Case]) -> str:
    """Counts by class and by split, and the number of facts and documents."""
    lines = [f"{'class':6} {'cases':>5} {'dev':>4} {'test':>5} {'refuse':>7}"]
    for name in (*CLASSES, "all"):
        chosen = [case for case in cases if name in ("all", case["meta"]["class"])]
        splits = Counter(case["meta"]["split"] for case in chosen)
        refusals = sum(not case["answerable"] for case in chosen)
        lines.append(f"{name:6} {len(chosen):5} {splits['dev']:4} {splits['test']:5} {refusals:7}")
    unread = sorted({fact["doc"] for fact in facts if not is_readable(fact["doc"])})
    lines += [f"{path} is not readable yet: its quotes have no offsets." for path in unread]
    covered, documents = len({fact["fact"] for fact in facts}), len({fact["doc"] for fact in facts})
    return "\n".join([*lines, f"{covered} facts are stated in {documents} documents."])


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, or fill in and check; the exit code is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description="Check evals/city_deals against docs_corpus.")
    parser.add_argument("--write", action="store_true", help="fill in start, end and page of every evidence first")
    options = parser.parse_args(arguments)
    cases, facts = rows(QUESTIONS), rows(FACTS)
    if options.write:
        fill(cases)
        text = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
        QUESTIONS.write_text(text, encoding="utf-8")
    wrong = problems(cases, facts)
    sys.stdout.write("".join(f"{line}\n" for line in (wrong or [summary(cases, facts)])))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
