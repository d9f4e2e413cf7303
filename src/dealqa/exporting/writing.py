"""The formats, and an export as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from dealqa.errors import ConfigError
from dealqa.exporting.composing import Exported, compose
from dealqa.exporting.markdown import as_markdown
from dealqa.exporting.paper import Paper
from dealqa.exporting.pdf import as_pdf
from dealqa.exporting.word import as_docx
from dealqa.matrix.writing import write_whole

__all__ = ["FORMATS", "MEDIA_TYPES", "Format", "checked_path", "export", "write_export"]

Format = Literal["md", "docx", "pdf"]

FORMATS: Final[Mapping[Format, Callable[[Paper], bytes]]] = {"md": as_markdown, "docx": as_docx, "pdf": as_pdf}
"""Format, which is a file's ending as well → what makes the file's content."""

MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def export(turns: Sequence[Exported], format: Format) -> bytes:  # it is the word for it
    """Turns of a conversation as one file; the same turns always give the same bytes.

    Raises:
        QuestionError: there is no turn.
    """
    return FORMATS[format](compose(turns))


def checked_path(path: Path) -> Format:
    """The format that a file's ending stands for, before any work is done.

    Raises:
        ConfigError: it stands for none, or the file's folder is not there.
    """
    for name in FORMATS:
        if path.suffix.lower() == f".{name}":
            if not path.parent.is_dir():
                raise ConfigError(f"There is no folder {path.parent}.", hint="Make it first, or name another file.")
            return name
    endings = ", ".join(f".{name}" for name in FORMATS)
    raise ConfigError(f"An answer cannot be written as {path.name!r}.", hint=f"Give the file one of: {endings}.")


def write_export(turns: Sequence[Exported], path: Path) -> None:
    """Write turns into a file; its ending says in which format. A file that is there is replaced whole.

    Raises:
        ConfigError: see `checked_path`; or the file cannot be written.
        QuestionError: there is no turn.
    """
    write_whole(path, export(turns, checked_path(path)))
