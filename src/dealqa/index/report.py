"""What a run of the indexer did: counted from what is live now and what was live before."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dealqa.coverage import Totals, counted, totals_of
from dealqa.index.plan import Plan
from dealqa.index.publish import live_generation, stored_generations
from dealqa.index.rows import INFO_COLUMNS, info_from_row
from dealqa.index.scan import Failure
from dealqa.index.schema import ALIVE
from dealqa.index.staging import Staging
from dealqa.types import DocumentInfo

__all__ = ["IndexReport", "make_report"]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What `build_index` did.

    Attributes:
        generation: the live generation's id; "" when nothing could be published yet.
        published: False when nothing had changed, or when nothing was to be published because of failures.
        documents: in the live generation; likewise `passages`.
        embedded: passages that went through the model; the others' vectors were reused.
        duplicates: paths that hold the same bytes as an indexed document.
        warnings: of the documents that were read in this run.
        read: the documents that were read in this run, with how far each was read.
        totals: sums over the documents of the live generation, with the failures of this run.
        registry: what the registry of deals names and the folder does not hold, a sentence each.
        withheld: whether a new generation was not published because some file failed (`strict`).
        seconds: by stage.
    """

    generation: str
    documents: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    embedded: int
    duplicates: int
    failures: tuple[Failure, ...]
    warnings: tuple[str, ...]
    published: bool
    read: tuple[DocumentInfo, ...] = ()
    totals: Totals = field(default_factory=Totals)
    registry: tuple[str, ...] = ()
    withheld: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)

    def holds(self) -> str:
        """What the live generation holds: "56 documents, 912 passages"."""
        return f"{counted(self.documents, 'document')}, {counted(self.passages, 'passage')}"

    def changes(self) -> str:
        """What became of the documents: "1 added, 2 removed, 53 unchanged"."""
        numbers = (
            (self.added, "added"),
            (self.changed, "changed"),
            (self.removed, "removed"),
            (self.unchanged, "unchanged"),
        )
        return ", ".join(f"{number:,} {what}" for number, what in numbers if number) or "nothing changed"


def make_report(
    connection: sqlite3.Connection,
    folder: Path,
    plan: Plan,
    staging: Staging,
    *,
    published: bool,
    withheld: bool,
    registry: tuple[str, ...],
    seconds: Mapping[str, float],
) -> IndexReport:
    """The report of a run that has come to its end.

    Args:
        connection, folder: of the index, after publication.
        plan: `living` is what was indexed before.
        staging: what was read and embedded.
        published, withheld, registry, seconds: see `IndexReport`.
    """
    live = live_generation(folder)
    number = next((one.number for one in stored_generations(connection) if one.id == live), 0)
    infos = [
        info_from_row(row)
        for row in connection.execute(
            f"SELECT {INFO_COLUMNS} FROM documents d WHERE {ALIVE} ORDER BY d.path", {"generation": number}
        )
    ]
    then = {row.path: document_id for document_id, row in plan.living.items()}
    now = {paths[0]: document_id for document_id, paths in plan.locations().items()}
    newly = {path for _, path in staging.rows}
    both = then.keys() & now.keys()
    changed = {path for path in both if then[path] != now[path] or path in newly}
    read = tuple(info for info in infos if info.path in newly)
    return IndexReport(
        generation=live or "",
        documents=len(infos),
        passages=sum(info.passages for info in infos),
        added=len(now.keys() - then.keys()),
        changed=len(changed),
        removed=len(then.keys() - now.keys()),
        unchanged=len(both - changed),
        embedded=staging.embedded,
        duplicates=sum(len(info.duplicates) for info in infos),
        failures=tuple(plan.failures),
        warnings=tuple(f"{info.path}: {warning}" for info in read for warning in info.warnings),
        published=published,
        read=read,
        totals=totals_of(infos, len(plan.failures)),
        registry=registry,
        withheld=withheld,
        seconds=seconds,
    )
