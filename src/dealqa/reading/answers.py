"""Take over what a reading process says it read, believing nothing: every offset, name and hash is checked.

A process that has been taken over by the file it read can say anything; what it says then is at worst a wrong text of
that one file, with sound offsets, under that file's own name.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from dealqa.errors import UnreadableDocument, UnreadableReason
from dealqa.reading.cleaning import printable
from dealqa.reading.file_reading import FileReading
from dealqa.reading.frames import Frame
from dealqa.serialising import document_from_json
from dealqa.types import Block, BlockKind, Box, Coverage, Document, HiddenKind, Page

__all__ = ["Nonsense", "taken_over", "unreadable"]

_MOST_DOCUMENTS = 10_000
_MOST_CHARACTERS = 2_000
_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_STATUSES = frozenset({None, "proposed", "agreed", "revised", "result"})
_HEX = re.compile("[0-9a-f]{64}")
_BLOCK_KINDS, _HIDDEN_KINDS, _REASONS = map(frozenset, map(get_args, (BlockKind, HiddenKind, UnreadableReason)))


class Nonsense(Exception):
    """An answer that no honest process gives."""


def taken_over(frame: Frame, path: str, data: bytes) -> FileReading:
    """The reading in an answer.

    Args:
        path, data: of the file that was asked about.

    Raises:
        Nonsense: the answer is not one that an honest process gives for this file.
    """
    try:
        lengths = [_count(length) for length in frame.header["documents"]]
        problems = [unreadable(problem, path) for problem in frame.header["problems"]]
        _true(1 <= len(lengths) <= _MOST_DOCUMENTS and len(problems) <= _MOST_DOCUMENTS)
        _true(sum(lengths) == len(frame.body))
        documents: list[Document] = []
        start = 0
        for length in lengths:
            documents.append(document_from_json(frame.body[start : start + length].decode("utf-8")))
            start += length
        sha256 = hashlib.sha256(data).hexdigest()
        _true(documents[0].path == path and documents[0].sha256 == sha256)
        _true(all(document.path.startswith(f"{path}/") for document in documents[1:]))
        for document in documents:
            _check_document(document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as err:
        raise Nonsense(f"an answer of the wrong form: {type(err).__name__}") from err
    return FileReading(tuple(documents), tuple(problems))


def unreadable(said: Any, path: str) -> UnreadableDocument:
    """The error that an answer names.

    Raises:
        Nonsense: it names none.
    """
    try:
        about, reason, message, hint = (said[name] for name in ("path", "reason", "message", "hint"))
        _texts((about, reason, message, hint))
    except (KeyError, TypeError, ValueError) as err:
        raise Nonsense("an error of the wrong form") from err
    _true(about == path or about.startswith(f"{path}/"))
    _true(reason in _REASONS and bool(message))
    return UnreadableDocument(about, reason, _sentence(message), hint=_sentence(hint))


def _sentence(text: str) -> str:
    return printable(text[:_MOST_CHARACTERS])


def _check_document(document: Document) -> None:
    length = len(document.text)
    _true(isinstance(document.sha256, str) and _HEX.fullmatch(document.sha256) is not None)
    _true(document.id == f"d{document.sha256[:16]}")
    _texts((document.path, document.title, document.text, *document.warnings, *document.deals))
    _true(bool(document.text.strip()) and bool(document.blocks))
    _true(document.date is None or _DATE.fullmatch(document.date) is not None)
    _true(document.status in _STATUSES)
    _check_pages(document.pages, length)
    _check_blocks(document.blocks, length)
    _check_coverage(document.coverage)


def _check_blocks(blocks: Sequence[Block], length: int) -> None:
    end = 0
    for block in blocks:
        _true(block.kind in _BLOCK_KINDS)
        _true(end <= _count(block.start) < _count(block.end) <= length)
        end = block.end
        _texts((block.table_header, *block.heading_path))
        for number in (block.level, block.page):
            _true(number is None or _count(number) > 0)
        for box in block.boxes:
            _check_box(box)


def _check_box(box: Box) -> None:
    _count(box.page)
    _numbers((box.left, box.bottom, box.right, box.top))


def _check_pages(pages: Sequence[Page], length: int) -> None:
    for page in pages:
        _true(_count(page.number) > 0 and _count(page.start) <= _count(page.end) <= length)
        _numbers((page.width, page.height))


def _check_coverage(coverage: Coverage) -> None:
    for number in (coverage.tables, coverage.insertions, coverage.deletions, *coverage.unread_pages):
        _count(number)
    for read in coverage.recognised:
        _count(read.page)
        _numbers((read.confidence,))
    for hidden in coverage.hidden:
        _true(hidden.kind in _HIDDEN_KINDS and (hidden.page is None or _count(hidden.page) > 0))
        _count(hidden.characters)
    _texts(coverage.gaps)


def _count(value: Any) -> int:
    _true(type(value) is int and value >= 0)
    return int(value)


def _numbers(values: Iterable[Any]) -> None:
    for value in values:
        _true(type(value) in (int, float) and math.isfinite(value))


def _texts(values: Iterable[Any]) -> None:
    """Every value is a string that can be stored: UnicodeEncodeError, a ValueError, when it cannot."""
    for value in values:
        _true(isinstance(value, str))
        value.encode("utf-8")


def _true(holds: bool) -> None:
    if not holds:
        raise Nonsense("an answer that cannot be true")
