"""Build, publish and open the index: SQLite holds the truth, Chroma is derived from it.

index/
dealqa.sqlite        documents, passages, vectors, the full-text index, one row a generation; every row is hashed
chroma/<generation>/ the vectors once more, in the form that Chroma searches; can always be derived again
CURRENT              the name of the generation that is live; replaced atomically
lock                 held by the one process that writes; `lock.holder` names it

The modules, in the order in which a run comes by them:
lock → writing → scan → plan → staging → commit → deriving (derive, canaries: in a child process) → publish; purge.
And for a reader: opening → verify, view → reader. All of them stand on schema, rows and vector_store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dealqa.index.opening import open_index
from dealqa.index.publish import live_generation, published_at
from dealqa.index.reader import Index, StoredPassage

if TYPE_CHECKING:
    from dealqa.index.build import IndexReport, build_index
    from dealqa.index.purging import PurgeReport, purge
    from dealqa.index.scan import Failure

__all__ = [
    "Failure",
    "Index",
    "IndexReport",
    "PurgeReport",
    "StoredPassage",
    "build_index",
    "live_generation",
    "open_index",
    "published_at",
    "purge",
]


def __getattr__(name: str) -> Any:
    # Building needs the parsers of all formats; whoever only asks need not wait for them.
    if name not in __all__:
        raise AttributeError(f"module 'dealqa.index' has no attribute {name!r}")
    from dealqa.index import build, purging, scan

    return next(getattr(module, name) for module in (build, purging, scan) if hasattr(module, name))
