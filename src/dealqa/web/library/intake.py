"""Files that were sent become files of the folder of documents, each under a name that nothing had."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dealqa.coverage import visible
from dealqa.errors import CorpusError, DealqaError, UnreadableDocument
from dealqa.index.removed import place_new
from dealqa.reading.opening import too_large
from dealqa.reading.sniffing import check_kind
from dealqa.web.evidence.originals import original_of
from dealqa.web.library.names import clean_name, suffix_of
from dealqa.web.library.receiving import PART, Received

if TYPE_CHECKING:
    from dealqa.assistant import Assistant

__all__ = ["UPLOADS", "Sent", "ready_folder", "settle"]

UPLOADS: Final = "uploads"
"""The folder for files that are sent, inside the folder of documents."""

_STALE_SECONDS: Final = 24 * 3600
"""An unfinished file of this age was left by a server that was killed."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a file that was sent.

    Attributes:
        name: as it was sent, safe to show.
        path: where it lies now, or where the same bytes lay already; empty when it was not taken.
        new: whether it was put there now.
        note: what to know besides: why it was not taken, or under which name it was.
    """

    name: str
    path: str = ""
    sha256: str = ""
    new: bool = False
    note: str = ""


def ready_folder(corpus: Path) -> Path:
    """The folder for files that are sent, made if it is not there; what was left unfinished in it long ago is deleted.

    Raises:
        CorpusError: it cannot be written to, or is a link.
    """
    folder = corpus.resolve() / UPLOADS
    try:
        if not folder.is_symlink():
            folder.mkdir(exist_ok=True)
        if folder.is_symlink() or not folder.is_dir():
            raise CorpusError(
                f"{UPLOADS} in the folder of documents is no folder of its own.", hint="Move it out of the way."
            )
        before = time.time() - _STALE_SECONDS
        for path in folder.glob(f"{PART}*"):
            if path.lstat().st_mtime < before:
                path.unlink(missing_ok=True)
    except OSError as err:
        raise CorpusError(
            f"The folder of documents cannot be written to: {err.strerror}.",
            hint="Give the server permission to write there.",
        ) from err
    return folder


def settle(assistant: Assistant, received: Sequence[Received]) -> list[Sent]:
    """Give each file its place; nothing unfinished is left behind. What is in a file is found out by the indexer."""
    settled: list[Sent] = []
    try:
        known = {info.sha256: info.id for info in assistant.documents()}
        for file in received:
            settled.append(_settled(assistant, file, known, settled))
    finally:
        for file in received:
            if file.part is not None:
                file.part.unlink(missing_ok=True)
    return settled


def _settled(assistant: Assistant, file: Received, known: dict[str, str], before: Sequence[Sent]) -> Sent:
    shown = visible(file.name)
    try:
        name = clean_name(file.name)
        if file.part is None:
            raise too_large(name, file.size, assistant.settings.max_file_bytes)
        if not file.size:
            raise UnreadableDocument(
                name, "empty", f"The file {name} is empty.", hint="Look whether it was copied wholly."
            )
        check_kind(file.head, suffix_of(name), name)
        there = _already(assistant, file, known, before, name)
        if there:
            return Sent(shown, there, file.sha256, note=f"It is there already, as {visible(there)}.")
        path = place_new(file.part, assistant.settings.corpus, f"{UPLOADS}/{name}")
    except OSError as err:
        return Sent(shown, note=f"It could not be written: {err.strerror}.")
    except DealqaError as err:
        return Sent(shown, note=visible(str(err)))
    return Sent(shown, path, file.sha256, new=True, note=_renamed(file.name, name, path))


def _already(assistant: Assistant, file: Received, known: dict[str, str], before: Sequence[Sent], name: str) -> str:
    """The path of a file with the same bytes; "" when there is none."""
    document = known.get(file.sha256)
    if document is not None:
        try:
            return original_of(assistant, document).path
        except (KeyError, CorpusError):
            pass  # it was deleted or changed since it was indexed, so this one is wanted
    earlier = next((sent.path for sent in before if sent.sha256 == file.sha256 and sent.path), "")
    return earlier or _same_name(assistant.settings.corpus, file, name)


def _same_name(corpus: Path, file: Received, name: str) -> str:
    """Likewise for a file that was sent before and is not indexed: not yet, or because it cannot be read."""
    lying = corpus / UPLOADS / name
    if lying.is_symlink() or not lying.is_file() or lying.stat().st_size != file.size or file.part is None:
        return ""
    with lying.open("rb") as read:
        return f"{UPLOADS}/{name}" if hashlib.file_digest(read, "sha256").hexdigest() == file.sha256 else ""


def _renamed(sent: str, name: str, path: str) -> str:
    kept = path.rpartition("/")[2]
    if kept != name:
        return f"There is another file called {name}: both are kept, this one as {kept}."
    return f"It is kept as {kept}." if kept != sent else ""
