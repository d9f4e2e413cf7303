"""Mail messages (.eml): who wrote to whom and when, what was written, and the files that came with it."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import count

from dealqa.errors import UnreadableDocument
from dealqa.reading.blocks import JoinedBlocks, Parsed
from dealqa.reading.cleaning import clean, cleaning_warnings, printable
from dealqa.reading.html import parse_html
from dealqa.reading.left_out import LeftOut
from dealqa.reading.mail_parts import Attachment, MailParts, header_text
from dealqa.reading.plain import parse_plain

__all__ = ["Attachment", "Mail", "parse_mail"]

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_OF_A_MESSAGE = (*_SHOWN, "Sender", "Message-ID", "Received", "Return-Path", "MIME-Version")
_QUOTED = re.compile(r"[ \t]{0,3}((?:>[ \t]?)+)")
_MAX_QUOTE = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """A message and what came with it.

    Attributes:
        parsed: the message itself: its headers, a line each, then its text.
        attachments: files to be read as documents of their own, messages that were forwarded among them.
        problems: parts that cannot be read, each with its reason; their path is that of the message, "/", their name.
    """

    parsed: Parsed
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[UnreadableDocument, ...] = ()


def parse_mail(data: bytes, path: str) -> Mail:
    """A mail message with its text, its attached files and what of it cannot be read.

    The plain text is read, or the HTML where there is none; what was quoted from earlier messages is kept, without the
    marks in front of its lines. Nothing is fetched.

    Raises:
        UnreadableDocument: corrupt: it is no message, or its parts are nested too deep.
    """
    try:
        message = email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf"), policy=email.policy.compat32)
        if not any(name in message for name in _OF_A_MESSAGE):
            raise _corrupt(path)
        parts = MailParts(path)
        parts.take(message)
    except (RecursionError, MessageError, LookupError, ValueError, TypeError, AttributeError) as err:
        raise _corrupt(path) from err
    writer = _Writer(path)
    writer.headers(message)
    for is_html, text in parts.texts:
        (writer.html if is_html else writer.plain)(text)
    return Mail(
        parsed=writer.parsed(message, parts), attachments=tuple(parts.attachments), problems=tuple(parts.problems)
    )


def _corrupt(path: str) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        "corrupt",
        f"The file {printable(path)} cannot be read as a mail message.",
        hint="Save the message anew from the mail program, as .eml.",
    )


class _Writer:
    """Puts the text of a message together."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._blocks = JoinedBlocks()
        self._left_out = LeftOut()
        self._groups = count(1)
        self._warnings: list[str] = []

    def headers(self, message: Message) -> None:
        for name in _SHOWN:
            value = header_text(message, name)
            if value:
                self._blocks.add("paragraph", f"{name}: {value}", group=0)

    def plain(self, text: str) -> None:
        """Add plain text: short lines alone are greetings and names there, not headings."""
        self._copy(parse_plain(_unquoted(clean(text.replace("\r\n", "\n")).text), has_fields=False), headings=False)

    def html(self, text: str) -> None:
        try:
            parsed = parse_html(text.encode("utf-8", "replace"), self._path)
        except UnreadableDocument:
            self._left_out.gaps.append("The HTML of the message could not be read.")
            return
        self._copy(parsed, headings=True)
        for hidden in parsed.coverage.hidden:
            self._left_out.hide(hidden.kind, hidden.characters)
        self._left_out.insertions += parsed.coverage.insertions
        self._left_out.deletions += parsed.coverage.deletions
        self._left_out.gaps += parsed.coverage.gaps

    def _copy(self, parsed: Parsed, *, headings: bool) -> None:
        group, end = next(self._groups), 0
        for block in parsed.blocks:
            if parsed.text[end : block.start] != "\n":
                group = next(self._groups)
            end = block.end
            kind = block.kind if headings or block.level is None else "paragraph"
            self._blocks.add(
                "heading" if kind == "title" else kind,
                parsed.text[block.start : block.end],
                level=block.level or 1,
                table_header=block.table_header,
                group=group if kind in ("table_row", "list_item") else None,
            )
        self._left_out.tables += parsed.coverage.tables

    def parsed(self, message: Message, parts: MailParts) -> Parsed:
        blocks, left_out = self._blocks, self._left_out
        left_out.hide("zero_width", blocks.hidden)
        left_out.count_unread(
            Counter({f"part of the kind {kind}": n for kind, n in parts.unnamed.items() if kind != "image"})
        )
        if not parts.texts:
            left_out.remarks.append("The message itself has no text.")
        return Parsed(
            text=blocks.text(),
            blocks=tuple(blocks.blocks),
            title=header_text(message, "Subject") or None,
            date=_date(message),
            warnings=(*left_out.warnings(), *cleaning_warnings(blocks.removed, blocks.normalised, blocks.lookalikes)),
            coverage=left_out.coverage(),
        )


def _date(message: Message) -> str | None:
    """The day of the Date header, where it was written."""
    try:
        return parsedate_to_datetime(header_text(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _unquoted(text: str) -> str:
    """The text without ">" in front of quoted lines; where the depth of quotation changes, a paragraph ends."""
    lines: list[str] = []
    before = 0
    for line in text.split("\n"):
        match = _QUOTED.match(line)
        depth = min(match.group(1).count(">"), _MAX_QUOTE) if match else 0
        body = line[match.end() :] if match else line
        if depth != before and line.strip():
            lines.append("")
            before = depth
        lines.append(body)
    return "\n".join(lines)
