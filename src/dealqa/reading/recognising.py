"""Text recognition for what a child has read: it draws the pages, the recogniser reads them, it reads the file again.

The recogniser is a program of its own, which the cage does not let a child start; so the parent starts it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading.answers import Nonsense
from dealqa.reading.child import Child
from dealqa.reading.cleaning import printable
from dealqa.reading.file_reading import FileReading
from dealqa.reading.frames import Frame
from dealqa.reading.ocr import PageImage, RecognisedWord, Recogniser
from dealqa.reading.read import Recognised

__all__ = ["has_pictures", "recognise", "with_remarks", "words_from_json", "words_to_json"]

_MOST_PIXELS = 16_000_000
_MOST_PAGES = 100_000
_DPI = (10.0, 10_000.0)


def has_pictures(outcome: FileReading | CorpusError) -> bool:
    """Whether pages of this file, or of one inside it, may be pictures of text."""
    if not isinstance(outcome, FileReading):
        return isinstance(outcome, UnreadableDocument) and outcome.reason == "no_text"
    coverages = (document.coverage for document in outcome.documents)
    silent = any(problem.reason == "no_text" for problem in outcome.problems)
    return silent or any(coverage.unread_pages or coverage.recognised for coverage in coverages)


def recognise(
    child: Child, path: str, recogniser: Recogniser
) -> tuple[dict[str, dict[int, tuple[RecognisedWord, ...]]], dict[str, list[str]]]:
    """The words on the pictures of the file that the child has read last, by path and page; and what went wrong.

    Args:
        path: of that file; the paths of files inside it begin with it.

    Returns:
        Words, and by path a sentence for each page that could not be recognised.

    Raises:
        ChildEnded: the child died over it.
        Nonsense: what it says cannot be true.
    """
    frame = child.ask({"task": "find pictures"}, b"")
    words: dict[str, dict[int, tuple[RecognisedWord, ...]]] = {}
    remarks: dict[str, list[str]] = {}
    for pdf, pages in _pictures(frame, path).items():
        for page in pages:
            drawn = child.ask({"task": "draw", "path": pdf, "page": page}, b"")
            if "error" in drawn.header:
                remarks.setdefault(pdf, []).append(f"The picture of page {page} could not be drawn.")
                continue
            try:
                words.setdefault(pdf, {})[page] = recogniser.words(_picture(drawn, page))
            except CorpusError as err:
                remarks.setdefault(pdf, []).append(printable(str(err)))
    return words, remarks


def with_remarks(
    outcome: FileReading | UnreadableDocument, remarks: Mapping[str, Sequence[str]]
) -> FileReading | UnreadableDocument:
    """The outcome with what went wrong among the warnings of the documents that it is about."""
    if not isinstance(outcome, FileReading) or not remarks:
        return outcome
    documents = tuple(
        replace(document, warnings=(*document.warnings, *remarks.get(document.path, ())))
        for document in outcome.documents
    )
    return FileReading(documents, outcome.problems)


def words_to_json(words: Mapping[str, Mapping[int, Sequence[RecognisedWord]]]) -> bytes:
    """Recognised words for a child."""
    value = {
        path: [[page, [_numbers(word) for word in found]] for page, found in pages.items()]
        for path, pages in words.items()
    }
    return json.dumps(value).encode("ascii")


def words_from_json(encoded: bytes) -> Recognised:
    """The inverse of `words_to_json`."""
    return {
        path: {page: tuple(_word(*values) for values in found) for page, found in pages}
        for path, pages in json.loads(encoded).items()
    }


def _word(
    text: str, left: float, bottom: float, right: float, top: float, confidence: float, line: list[int]
) -> RecognisedWord:
    return RecognisedWord(text, left, bottom, right, top, confidence, (line[0], line[1], line[2]))


def _numbers(word: RecognisedWord) -> list[Any]:
    return [word.text, word.left, word.bottom, word.right, word.top, word.confidence, word.line]


def _pictures(frame: Frame, path: str) -> dict[str, list[int]]:
    """The pages to draw; nothing when the child could not say."""
    if "error" in frame.header:
        return {}
    pictures = frame.header.get("pictures")
    if not isinstance(pictures, dict):
        raise Nonsense("no list of pictures")
    for pdf, pages in pictures.items():
        if pdf != path and not pdf.startswith(f"{path}/"):
            raise Nonsense("pictures of another file")
        if not isinstance(pages, list) or len(pages) > _MOST_PAGES or any(type(page) is not int for page in pages):
            raise Nonsense("pages that are no numbers")
    return pictures


def _picture(frame: Frame, page: int) -> PageImage:
    """A picture in the one form that is given on to the recogniser."""
    width, height, dpi = (frame.header.get(name) for name in ("width", "height", "dpi"))
    if type(width) is not int or type(height) is not int or not isinstance(dpi, (int, float)):
        raise Nonsense("a picture without a size")
    if width < 1 or height < 1 or width * height > _MOST_PIXELS or not math.isfinite(dpi):
        raise Nonsense("a picture of an impossible size")
    head = b"P5 %d %d 255\n" % (width, height)
    if not frame.body.startswith(head) or len(frame.body) != len(head) + width * height or not _DPI[0] < dpi < _DPI[1]:
        raise Nonsense("a picture that is none")
    return PageImage(page, width, height, float(dpi), frame.body)
