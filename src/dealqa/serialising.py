"""Documents as JSON and back, compact: for the database, and for what a reading process hands over."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from typing import Any

from dealqa.types import Block, Box, Coverage, Document, HiddenText, Page, RecognisedPage

__all__ = [
    "blocks_from_json",
    "blocks_to_json",
    "coverage_from_json",
    "coverage_to_json",
    "document_from_json",
    "document_to_json",
    "pages_from_json",
    "pages_to_json",
]


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def blocks_to_json(blocks: Sequence[Block]) -> str:
    """Blocks as one JSON array of arrays."""
    return _dump(
        [
            [
                block.kind,
                block.start,
                block.end,
                block.heading_path,
                block.level,
                block.page,
                block.table_header,
                [[box.page, box.left, box.bottom, box.right, box.top] for box in block.boxes],
            ]
            for block in blocks
        ]
    )


def blocks_from_json(text: str) -> tuple[Block, ...]:
    """The inverse of `blocks_to_json`."""
    return tuple(
        Block(kind, start, end, tuple(path), level, page, header, tuple(Box(*box) for box in boxes))
        for kind, start, end, path, level, page, header, boxes in json.loads(text)
    )


def pages_to_json(pages: Sequence[Page]) -> str:
    """Pages as one JSON array of arrays."""
    return _dump([[page.number, page.start, page.end, page.width, page.height] for page in pages])


def pages_from_json(text: str) -> tuple[Page, ...]:
    """The inverse of `pages_to_json`."""
    return tuple(Page(*page) for page in json.loads(text))


def coverage_to_json(coverage: Coverage) -> str:
    """How far a file was read, as one JSON object."""
    return _dump(
        {
            "unread_pages": coverage.unread_pages,
            "recognised": [[page.page, page.confidence] for page in coverage.recognised],
            "tables": coverage.tables,
            "hidden": [[hidden.kind, hidden.characters, hidden.page] for hidden in coverage.hidden],
            "insertions": coverage.insertions,
            "deletions": coverage.deletions,
            "gaps": coverage.gaps,
        }
    )


@functools.lru_cache(maxsize=256)  # most files were read wholly, and have the same one
def coverage_from_json(text: str) -> Coverage:
    """The inverse of `coverage_to_json`."""
    value = json.loads(text)
    return Coverage(
        unread_pages=tuple(value["unread_pages"]),
        recognised=tuple(RecognisedPage(*page) for page in value["recognised"]),
        tables=value["tables"],
        hidden=tuple(HiddenText(*hidden) for hidden in value["hidden"]),
        insertions=value["insertions"],
        deletions=value["deletions"],
        gaps=tuple(value["gaps"]),
    )


def document_to_json(document: Document) -> str:
    """A document with everything it has."""
    return _dump(
        {
            "id": document.id,
            "path": document.path,
            "title": document.title,
            "text": document.text,
            "blocks": blocks_to_json(document.blocks),
            "sha256": document.sha256,
            "pages": pages_to_json(document.pages),
            "date": document.date,
            "status": document.status,
            "deals": document.deals,
            "warnings": document.warnings,
            "coverage": coverage_to_json(document.coverage),
        }
    )


def document_from_json(text: str) -> Document:
    """The inverse of `document_to_json`."""
    value = json.loads(text)
    return Document(
        id=value["id"],
        path=value["path"],
        title=value["title"],
        text=value["text"],
        blocks=blocks_from_json(value["blocks"]),
        sha256=value["sha256"],
        pages=pages_from_json(value["pages"]),
        date=value["date"],
        status=value["status"],
        deals=tuple(value["deals"]),
        warnings=tuple(value["warnings"]),
        coverage=coverage_from_json(value["coverage"]),
    )
