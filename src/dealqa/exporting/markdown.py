"""A paper as Markdown with footnotes, as GitHub, Pandoc and most editors read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dealqa.exporting.paper import Block, Comparison, Heading, Listing, Note, Notes, Paper, Paragraph, Told

__all__ = ["as_markdown", "plain"]

_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|!~$&^=@])")
"""Characters that mean something wherever they stand, in CommonMark or in one of its usual extensions."""

_ADDRESS: Final = re.compile(r"(?<=\S)\.(?=[^\W\d])|:(?=[^\W\d]|/)")
"""What makes an address of words: "www.example.org" and "https:" are links to many readers without any mark."""

_FIRST: Final = re.compile(r"^(\d{1,9})([.)])|^([-+:])")
"""What makes a list of a line that begins with it."""


def as_markdown(paper: Paper) -> bytes:
    """The bytes of a Markdown file in UTF-8."""
    parts = [f"# {_within(paper.title)}", "  \n".join(plain(fact) for fact in paper.facts)]
    for block in paper.blocks:
        parts += _block(block)
    parts += ["---", plain(paper.closing)]
    return ("\n\n".join(parts) + "\n").encode("utf-8")


def plain(text: str) -> str:
    """Text on one line as Markdown that shows it as it is: no mark of it means anything."""
    return _FIRST.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", _within(text))


def _within(text: str) -> str:
    """Text that does not stand at the beginning of a line."""
    text = _ADDRESS.sub(r"\\\g<0>", _MARKS.sub(r"\\\1", text))
    # GitHub makes a link of an e-mail address even where its "@" is escaped; a space without width keeps it from that.
    return re.sub(r"(?<=\S)\\@(?=\S)", "\u200b\\@", text)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * (block.level + 1)} {_within(block.text)}"
        case Paragraph():
            yield _paragraph(block)
        case Listing("statements"):
            yield "\n".join(f"- {_told(item)}" for item in block.items)
        case Listing():
            yield "\n>\n".join(f"> “{plain(item.text)}”{_marks(item)}" for item in block.items)
        case Comparison():
            rows = [f"| {plain(side)} | {_told(told) if told else '*not stated*'} |" for side, told in block.rows]
            yield "\n".join(["| Compared | What the documents say |", "| --- | --- |", *rows])
        case Notes():
            yield "\n\n".join(_note(note) for note in block.notes)


def _paragraph(block: Paragraph) -> str:
    said = " ".join(_told(part) for part in block.parts)
    if block.kind == "short":
        return f"**{said}**"
    return f"*{block.label}* {said}" if block.label else said


def _told(told: Told) -> str:
    return f"{plain(told.text)}{_marks(told)}"


def _marks(told: Told) -> str:
    return "".join(f"[^{number}]" for number in told.notes)


def _note(note: Note) -> str:
    return f"[^{note.number}]: {plain(note.title + note.place)}“{plain(note.quote)}”{plain(note.origin)}"
