"""A stand-in."""

from collections.abc import Callable
from dataclasses import dataclass

from dealqa.config import Settings


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What was removed."""

    generation: str
    documents_removed: int
    bytes_before: int
    bytes_after: int


def purge(settings: Settings, *, progress: Callable[[str, int, int], None] | None = None) -> PurgeReport:
    """A stand-in."""
    raise NotImplementedError
