"""Values as rows and back, each row with a hash of what is in it, so that damage is found where it is read."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dealqa.errors import IndexCorrupt
from dealqa.index.schema import DATABASE, REBUILD
from dealqa.serialising import (
    blocks_from_json,
    blocks_to_json,
    coverage_from_json,
    coverage_to_json,
    pages_from_json,
    pages_to_json,
)
from dealqa.types import Document, DocumentInfo, Passage

__all__ = [
    "DOCUMENT_COLUMNS",
    "INFO_COLUMNS",
    "digest",
    "document_from_row",
    "document_values",
    "info_from_row",
    "passage_from_row",
    "passage_values",
    "sound",
    "vector_values",
    "vectors_from_row",
]

INFO_COLUMNS = (
    "d.id, d.path, d.title, d.date, d.status, d.deals, d.sha256, d.pages, d.warnings, d.coverage, d.duplicates,"
    " d.characters, d.passages"
)

DOCUMENT_COLUMNS = (
    "id",
    "path",
    "title",
    "date",
    "status",
    "sha256",
    "deals",
    "warnings",
    "coverage",
    "duplicates",
    "versions",
    "characters",
    "passages",
    "words",
    "pages",
    "blocks",
    "text",
)
"""The columns of a document that its digest covers, in the digest's order."""

_LONG_WORD = re.compile(r"[^\W\d_]{7,}")
"""What a misspelt word of a question may have been meant to be; shorter words have too many neighbours."""

_PASSAGE_COLUMNS = ("id", "start", "end", "page", "sentences", "heading_path", "context", "text")


def digest(*parts: str | bytes) -> str:
    """A hash of some parts, for finding damage and for naming content; each part's length counts."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        # Damage may turn text or bytes into a number, which has no encoding.
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def _of(values: Any) -> str:
    return digest(*("" if value is None else str(value) for value in values))


def generation_digest(row: Any) -> str:
    """The digest of a generation's columns."""
    return _of(row[name] for name in ("number", "id", "created", "content", "manifest", "derived"))


def document_values(
    document: Document, passages: Sequence[Passage], *, duplicates: list[str], versions: str
) -> dict[str, str | int | None]:
    """A document's columns, its digest included, all but `born` and `died`."""
    values: dict[str, str | int | None] = {
        "id": document.id,
        "path": document.path,
        "title": document.title,
        "date": document.date,
        "status": document.status,
        "sha256": document.sha256,
        "deals": json.dumps(document.deals, ensure_ascii=False),
        "warnings": json.dumps(document.warnings, ensure_ascii=False),
        "coverage": coverage_to_json(document.coverage),
        "duplicates": json.dumps(duplicates, ensure_ascii=False),
        "versions": versions,
        "characters": len(document.text),
        "passages": len(passages),
        "words": " ".join(sorted(_long_words(passages))),
        "pages": pages_to_json(document.pages),
        "blocks": blocks_to_json(document.blocks),
        "text": document.text,
    }
    return {**values, "digest": document_digest(values)}


def _long_words(passages: Sequence[Passage]) -> set[str]:
    found: set[str] = set()
    for passage in passages:
        found.update(_LONG_WORD.findall(passage.text.lower()))
    return found


def document_digest(row: Any) -> str:
    """The digest of a document's columns."""
    return _of(row[name] for name in DOCUMENT_COLUMNS)


def passage_values(passage: Passage, vector_name: str) -> dict[str, str | int | None]:
    """A passage's columns, its digest included, all but `document` and `vector`."""
    values: dict[str, str | int | None] = {
        "id": passage.id,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "sentences": json.dumps(passage.sentences, separators=(",", ":")),
        "heading_path": json.dumps(passage.heading_path, ensure_ascii=False),
        "context": passage.context,
        "text": passage.text,
    }
    return {**values, "digest": passage_digest(values, vector_name)}


def passage_digest(row: Any, vector_name: str) -> str:
    """The digest of a passage's columns and of the name of its vectors."""
    return _of([*(row[name] for name in _PASSAGE_COLUMNS), vector_name])


def vector_values(name: str, vector: npt.NDArray[np.float32], sentences: npt.NDArray[np.float32]) -> dict[str, Any]:
    """The columns of a passage's vectors: float32 for the passage, half of that for its sentences."""
    blob, parts = vector.astype(np.float32).tobytes(), sentences.astype(np.float16).tobytes()
    return {"name": name, "vector": blob, "sentence_vectors": parts, "digest": digest(name, blob, parts)}


def sound(row: sqlite3.Row, *, vectors: bool = False, passage: bool = False, document: bool = False) -> bool:
    """Whether what the row holds is what was written.

    Args:
        row: with the columns of what is to be checked; a joined passage has its own digest as `passage_digest` and
            that of its vectors as `vector_digest`, the name of its vectors as `name`.
    """
    if document and row["digest"] != document_digest(row):
        return False
    if passage and row["passage_digest"] != passage_digest(row, row["name"]):
        return False
    return not vectors or row["vector_digest"] == digest(row["name"], row["vector"], row["sentence_vectors"])


def damaged(folder: Any, what: str) -> IndexCorrupt:
    """The error for a row that does not hold what was written."""
    return IndexCorrupt(f"{folder / DATABASE} is damaged: {what} is not what was written.", hint=REBUILD)


def document_from_row(row: sqlite3.Row) -> Document:
    """A stored document with its text, blocks and pages."""
    return Document(
        id=row["id"],
        path=row["path"],
        title=row["title"],
        text=row["text"],
        blocks=blocks_from_json(row["blocks"]),
        sha256=row["sha256"],
        pages=pages_from_json(row["pages"]),
        date=row["date"],
        status=row["status"],
        deals=tuple(json.loads(row["deals"])),
        warnings=tuple(json.loads(row["warnings"])),
        coverage=coverage_from_json(row["coverage"]),
    )


def info_from_row(row: sqlite3.Row) -> DocumentInfo:
    """What there is to say of a document."""
    return DocumentInfo(
        id=row["id"],
        path=row["path"],
        title=row["title"],
        date=row["date"],
        status=row["status"],
        deals=_texts(row["deals"]),
        sha256=row["sha256"],
        characters=row["characters"],
        pages=len(_texts(row["pages"])),
        passages=row["passages"],
        warnings=_texts(row["warnings"]),
        duplicates=_texts(row["duplicates"]),
        coverage=coverage_from_json(row["coverage"]),
    )


def _texts(text: str) -> tuple[Any, ...]:
    """A JSON array; nearly all of them are empty, and an index may have many."""
    return () if text == "[]" else tuple(json.loads(text))


def passage_from_row(row: sqlite3.Row, document_id: str) -> Passage:
    """A stored passage without its vectors."""
    return Passage(
        id=row["id"],
        document_id=document_id,
        start=row["start"],
        end=row["end"],
        text=row["text"],
        context=row["context"],
        heading_path=tuple(json.loads(row["heading_path"])),
        page=row["page"],
        sentences=tuple((start, end) for start, end in json.loads(row["sentences"])),
    )


def vectors_from_row(row: sqlite3.Row, dimension: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The stored vectors as float32: (dimension,) and (number of sentences, dimension)."""
    vector = np.frombuffer(row["vector"], dtype=np.float32)
    parts = np.frombuffer(row["sentence_vectors"], dtype=np.float16).reshape(-1, dimension)
    return vector, parts.astype(np.float32)
