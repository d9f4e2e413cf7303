"""Build, publish and open the index: SQLite holds the truth, Chroma is derived from it.

index/
dealqa.sqlite        documents, passages, vectors, the full-text index, one row a generation
chroma/<generation>/ the vectors once more, in the form that Chroma searches; can always be derived again
CURRENT              the name of the generation that is live; replaced atomically
lock                 held by the one process that writes; its text names the holder
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dealqa.index.reader import Index, StoredPassage, live_generation, open_index, published_at

if TYPE_CHECKING:
    from dealqa.index.build import IndexReport, build_index
    from dealqa.index.plan import Failure

__all__ = [
    "Failure",
    "Index",
    "IndexReport",
    "StoredPassage",
    "build_index",
    "live_generation",
    "open_index",
    "published_at",
]


def __getattr__(name: str) -> Any:
    # Building needs the parsers of all formats; whoever only asks need not wait for them.
    if name not in __all__:
        raise AttributeError(f"module 'dealqa.index' has no attribute {name!r}")
    from dealqa.index import build

    return getattr(build, name)
