"""Build, publish and open the index: SQLite holds the truth, Chroma is derived from it.

index/
  dealqa.sqlite        documents, passages, vectors, the full-text index, one row a generation
  chroma/<generation>/ the vectors once more, in the form that Chroma searches; can always be derived again
  CURRENT              the name of the generation that is live; replaced atomically
  lock                 held by the one process that writes; its text names the holder
"""

from dealqa.index.build import Failure, IndexReport, build_index
from dealqa.index.reader import Index, StoredPassage, open_index

__all__ = ["Failure", "Index", "IndexReport", "StoredPassage", "build_index", "open_index"]
