"""An example of a suite for `dealqa eval --init`: it runs at once, and its comments say what to change.

Where documents are indexed already, the example asks about some of them: a first sentence of each is the evidence, and
nothing is known of the answer. Where none are, it brings a document of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dealqa.errors import SuiteError
from dealqa.evaluation.cases import CORPUS_FOLDER
from dealqa.evaluation.report import write_text
from dealqa.evaluation.rows import COMMENT_MARK, QUESTIONS_FILE
from dealqa.sentences import split_sentences
from dealqa.types import Document

__all__ = ["DRAFTED", "write_example"]

DRAFTED = 3
"""About how many documents of an index an example asks."""

SHORTEST, LONGEST = 40, 300  # characters of a sentence that is worth asking for
LOOKED_INTO = 60  # blocks of a document, from its beginning

EXAMPLE_DOCUMENT = "example-deal.md"
EXAMPLE_TEXT = """# Example Growth Deal

## Money

The Example Growth Deal sets up an investment fund of £45 million. The councils keep all of the growth in business
rates for 25 years.

## Members

The fund is shared by three councils: Northam, Easton and Westbury.
"""

EXAMPLE_CASES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (
        'A fact. Each of "answers" is right: figures are compared by value, words without capitals and articles.\n'
        '"evidence" is a quote from the document; where it stands ("start", "end") is looked up when left out.',
        {
            "id": "fund",
            "question": "How large is the investment fund?",
            "answerable": True,
            "answers": ["£45 million", "£45m"],
            "evidence": [
                {
                    "doc": EXAMPLE_DOCUMENT,
                    "text": "The Example Growth Deal sets up an investment fund of £45 million.",
                }
            ],
            "split": "dev",
            "meta": {"class": "amount"},
        },
    ),
    (
        'A list. All of "required" must be in the answer; an item may be a list of alternatives.',
        {
            "id": "members",
            "question": "Which councils share the fund?",
            "answerable": True,
            "answers": [],
            "required": ["Northam", "Easton", ["Westbury", "West Bury"]],
            "evidence": [
                {
                    "doc": EXAMPLE_DOCUMENT,
                    "text": "The fund is shared by three councils: Northam, Easton and Westbury.",
                }
            ],
            "split": "dev",
            "meta": {"class": "list"},
        },
    ),
    (
        'A follow-up: "history" holds the questions that were asked before.',
        {
            "id": "rates",
            "question": "For how long do they keep the growth in business rates?",
            "answerable": True,
            "answers": ["25 years"],
            "history": ["Which councils share the fund?"],
            "evidence": [
                {
                    "doc": EXAMPLE_DOCUMENT,
                    "text": "The councils keep all of the growth in business rates for 25 years.",
                }
            ],
            "split": "test",
            "meta": {"class": "follow-up"},
        },
    ),
)

REFUSED: tuple[str, Mapping[str, Any]] = (
    "A question that the documents do not answer: it must be refused.",
    {
        "id": "refuse",
        "question": "What does a first-class ticket to Mars cost?",
        "answerable": False,
        "split": "test",
        "meta": {"class": "unanswerable"},
    },
)

README = """# An evaluation suite

`questions.jsonl` holds one question a line, as JSON; lines that begin with `#` are comments. Ask it with

    dealqa eval --suite {folder}

{documents}

Twenty questions that people really ask say more than two hundred that were made up: take them from your mail. Give each
a short right answer and the sentence of the documents that says so; add some that the documents do not answer. Give
every other question the split `test`, change nothing on account of it, and look at `--split dev` while you work.

After a change: `dealqa eval --suite {folder} --compare RUN`, RUN being the folder that the run before was written to
(`--out`). `--html report.html` shows every failure with the passage that should have been found.

The same as a table: a CSV file with the columns `question` and `answer` is a suite too.
"""

OWN_DOCUMENTS = """It brings a document of its own in `corpus/`. Put your documents there; or delete the folder, and \
the documents and the index
of your settings are asked."""
INDEXED_DOCUMENTS = """It asks the documents of your index. The example's questions were made from their headings: \
replace them."""


def write_example(folder: Path, documents: Sequence[Document] = ()) -> tuple[Path, ...]:
    """Writes an example of a suite: `questions.jsonl`, `README.md` and, without documents, a `corpus/` to ask.

    Args:
        folder: where it goes; it is made if need be.
        documents: what the questions are to be about, as they are indexed.

    Returns:
        The files that were written.

    Raises:
        SuiteError: there is a suite already, or the folder cannot be written to.
    """
    questions = folder / QUESTIONS_FILE
    if questions.exists():
        raise SuiteError(f"There is a suite already: {questions}.", hint="Name another folder.")
    drafted = _drafted(documents)
    about = INDEXED_DOCUMENTS if drafted else OWN_DOCUMENTS
    files = {
        questions: _lines([*(drafted or EXAMPLE_CASES), REFUSED]),
        folder / "README.md": README.format(folder=folder, documents=about),
    }
    if not drafted:
        files[folder / CORPUS_FOLDER / EXAMPLE_DOCUMENT] = EXAMPLE_TEXT
    for path, text in files.items():
        write_text(path, text)
    return tuple(files)


def _lines(cases: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    parts = []
    for comment, case in cases:
        parts += [f"{COMMENT_MARK} {line}" for line in comment.split("\n")]
        parts.append(json.dumps(case, ensure_ascii=False))
    return "\n".join(parts) + "\n"


def _drafted(documents: Sequence[Document]) -> list[tuple[str, Mapping[str, Any]]]:
    cases: list[tuple[str, Mapping[str, Any]]] = []
    for document in documents:
        case = _draft(document, len(cases) + 1)
        if case is not None:
            comment = 'Replace the question by one that your readers ask, and write its answer into "answers".'
            cases.append((comment, case))
        if len(cases) == DRAFTED:
            break
    return cases


def _draft(document: Document, number: int) -> dict[str, Any] | None:
    """A question about the first section of a document that begins with a sentence; None when there is none."""
    for block in document.blocks[:LOOKED_INTO]:
        heading = block.heading_path[-1] if block.heading_path else ""
        if block.kind != "paragraph" or not heading or heading == document.title:
            continue
        start, end = split_sentences(document.text, block.start, block.end)[0]
        if not SHORTEST <= end - start <= LONGEST:
            continue
        place = {"doc": document.path, "text": document.text[start:end], "start": start, "end": end}
        return {
            "id": f"example-{number}",
            "question": f"What does “{document.title}” say about {heading}?",
            "answerable": True,
            "answers": [],
            "evidence": [place],
            "split": "dev",
            "meta": {"class": "fact"},
        }
    return None
