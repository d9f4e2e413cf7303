"""The parts of a mail message: which are its text, which are files attached to it, which cannot be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

from dealqa.errors import UnreadableDocument, UnreadableReason
from dealqa.reading.blocks import one_line
from dealqa.reading.charsets import decode_as, decode_declared
from dealqa.reading.cleaning import clean, printable

__all__ = ["MAX_ATTACHMENTS", "MAX_ATTACHMENT_BYTES", "Attachment", "MailParts", "header_text"]

MAX_ATTACHMENTS = 200
"""Files that are taken from one message; the others are reported."""
MAX_ATTACHMENT_BYTES = 256 * 1024 * 1024
"""Bytes that the files of one message may have together."""

_MAX_PARTS = 2_000
_MAX_HEADER = 20_000
_MAX_NAME = 120
_STUB = 0.2
"""A plain text this much shorter than the HTML beside it only says that there is HTML."""
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "message/global": ".eml",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/tab-separated-values": ".tsv",
}
_PASSED_OVER = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "message/delivery-status",
    "message/disposition-notification",
)
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MESSAGES = ("message/rfc822", "message/global")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_CARDS = {
    "text/calendar": "an invitation to a calendar",
    "application/ics": "an invitation to a calendar",
    "text/vcard": "an address card",
    "text/x-vcard": "an address card",
    "text/directory": "an address card",
    "message/external-body": "only the address of a file that lies elsewhere",
    "message/partial": "one piece of a message that was sent in pieces",
}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message.

    Attributes:
        name: one part of a path, safe to use and unlike the names of the message's other files.
    """

    name: str
    data: bytes


@dataclass(slots=True)
class MailParts:
    """A message taken apart.

    Attributes:
        texts: what the message itself says, in order: whether it is HTML, and the text.
        problems: the parts that cannot be read.
        unnamed: parts without a name that were passed over, by their kind.
    """

    path: str
    texts: list[tuple[bool, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[UnreadableDocument] = field(default_factory=list)
    unnamed: Counter[str] = field(default_factory=Counter)
    _names: set[str] = field(default_factory=set)
    _bytes: int = 0

    def take(self, message: Message) -> None:
        """Take a message apart.

        Raises:
            RecursionError: its parts are nested hundreds deep.
        """
        for count, part in enumerate(_leaves(message)):
            if count >= _MAX_PARTS:
                self._refuse("the rest", "too_large", f"it has more than {_MAX_PARTS:,} parts", "Split the message.")
                return
            self._take_part(part)

    def _take_part(self, part: Message) -> None:
        kind, name = part.get_content_type(), _filename(part)
        if kind in _PASSED_OVER:
            return
        if kind in _SMIME or kind == "multipart/encrypted":
            self._sealed(part, name)
        elif kind in _TNEF or name.lower() == "winmail.dat":
            self._refuse(
                name or "winmail.dat", "unsupported", "Outlook packed the files of the message into it",
                "Open the message in Outlook and save the files beside it.",
            )  # fmt: skip
        elif kind in _CARDS:
            self._refuse(name or kind.replace("/", "-"), "unsupported", f"it is {_CARDS[kind]}", "Nothing needs doing.")
        elif _is_text(part, name):
            self.texts.append((kind == "text/html", _text(part)))
        elif name or part.get_content_disposition() == "attachment" or kind in _MESSAGES:
            if not _is_inline_picture(part):
                self._attach(part, name)
        else:
            self.unnamed[part.get_content_maintype()] += 1

    def _sealed(self, part: Message, name: str) -> None:
        signed = "signed" in str(part.get_param("smime-type", "")).lower()
        name = name or "smime.p7m"
        if signed:
            self._refuse(name, "unsupported", "the message is wrapped in its signature", "Save it without a signature.")
        else:
            self._refuse(name, "encrypted", "it is encrypted", "Open the message in the mail program and save it anew.")

    def _attach(self, part: Message, name: str) -> None:
        kind = part.get_content_type()
        name = self._unique(_safe_name(name or _subject(part), len(self.attachments) + 1, kind))
        if len(self.attachments) >= MAX_ATTACHMENTS:
            self._refuse(name, "too_large", f"more than {MAX_ATTACHMENTS} files are attached", "Split the message.")
            return
        data = _nested_bytes(part) if kind in _MESSAGES else _payload(part)
        self._bytes += len(data)
        if self._bytes > MAX_ATTACHMENT_BYTES:
            limit = f"the attached files have more than {MAX_ATTACHMENT_BYTES // 1024**2} MiB together"
            self._refuse(name, "too_large", limit, "Save the file beside the message.")
            return
        self.attachments.append(Attachment(name, data))

    def _refuse(self, name: str, reason: UnreadableReason, why: str, hint: str) -> None:
        name = printable(name)
        message = f"The part {name} of the message {printable(self.path)} was not read: {why}."
        self.problems.append(UnreadableDocument(f"{self.path}/{name}", reason, message, hint=hint))

    def _unique(self, name: str) -> str:
        stem, dot, suffix = name.rpartition(".")
        stem, suffix = (stem, dot + suffix) if stem else (name, "")
        candidate, number = name, 1
        while candidate.casefold() in self._names:
            number += 1
            candidate = f"{stem} ({number}){suffix}"
        self._names.add(candidate.casefold())
        return candidate


def header_text(message: Message, name: str) -> str:
    """A header as it is meant to be read, on one line; "" when it is missing. Several of the same name are joined."""
    values = [_decoded(str(value)) for key, value in message.raw_items() if key.lower() == name.lower()]
    return one_line(clean(", ".join(value for value in values if value.strip())).text)


def _decoded(value: str) -> str:
    """A raw header with its encoded words (RFC 2047) decoded; bytes that are no ASCII count as UTF-8."""
    raw = value[:_MAX_HEADER].encode("utf-8", "surrogateescape")
    text = decode_declared(raw, "utf-8").replace("\r", "").replace("\n", " ")
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (MessageError, ValueError):  # no base64, for example
        return text
    return "".join(_piece(piece, charset) for piece, charset in pieces)


def _piece(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    if charset is None:  # between encoded words; decode_header writes it so
        return piece.decode("raw-unicode-escape", errors="replace")
    return decode_declared(piece, charset)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; of alternatives the one that is read here."""
    whole = message.get_content_type() == "multipart/encrypted" or message.get_content_maintype() == "message"
    if whole or not message.is_multipart():
        yield message
        return
    children = message.get_payload()
    parts = [child for child in children if isinstance(child, Message)] if isinstance(children, list) else []
    if message.get_content_type() == "multipart/alternative":
        parts = _chosen(parts)
    for part in parts:
        yield from _leaves(part)


def _chosen(parts: list[Message]) -> list[Message]:
    """Of several forms of the same text the plain one, or HTML where the plain one says next to nothing."""
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    others = [
        part for part in parts if part.get_content_type() not in ("text/plain", "text/enriched", "text/x-amp-html")
    ]
    rich = [part for part in others if part.get_content_type() == "text/html" or part.is_multipart()]
    if not rich:
        return [*plain[-1:], *others]
    written = sum(len(_text(part).strip()) for part in plain[-1:])
    marked_up = sum(len(_payload(part)) for part in rich if not part.is_multipart())
    if written and (marked_up == 0 or written >= _STUB * _words_in(rich)):
        return [*plain[-1:], *(part for part in others if part not in rich or _holds_files(part))]
    return others


def _words_in(parts: list[Message]) -> int:
    """Roughly how many characters the HTML parts show."""
    texts = [_text(part) for part in parts if not part.is_multipart()]
    shown = ("".join(re.split(r"</?style\b", text, flags=re.I)[::2]) for text in texts)
    return sum(len(one_line(re.sub(r"<[^<>]*>", " ", text))) for text in shown)


def _holds_files(part: Message) -> bool:
    """Whether a form of the text (HTML with its pictures) also holds files that must not be lost with it."""
    return part.is_multipart() and any(child.get_content_disposition() == "attachment" for child in part.walk())


def _is_text(part: Message, name: str) -> bool:
    if part.get_content_type() not in ("text/plain", "text/html", "text/enriched"):
        return False
    return not name and part.get_content_disposition() != "attachment"


def _is_inline_picture(part: Message) -> bool:
    """Whether a picture belongs into the text (a logo): it is shown there, or the text can refer to it."""
    if part.get_content_maintype() != "image":
        return False
    disposition = part.get_content_disposition()
    return disposition == "inline" or (disposition is None and "content-id" in part)


def _filename(part: Message) -> str:
    try:
        return _decoded(part.get_filename("") or "")
    except (LookupError, ValueError, TypeError):  # RFC 2231 with an encoding that does not exist
        return f"attachment.{part.get_content_subtype()}"


def _subject(part: Message) -> str:
    """For a message inside the message: its subject."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return header_text(inner[0], "Subject")
    return ""


def _safe_name(name: str, number: int, kind: str) -> str:
    name = re.split(r"[/\\]", clean(name).text)[-1]
    name = one_line(_FORBIDDEN.sub("_", name)).strip(" .") or f"attachment {number}"
    stem, dot, suffix = name.rpartition(".")
    known = _SUFFIXES.get(kind, "")
    if known and (not dot or not re.fullmatch(r"\w{1,5}", suffix) or kind in _MESSAGES):
        stem, suffix = name.removesuffix(".eml") if kind in _MESSAGES else name, known[1:]
    elif not dot:
        return name[:_MAX_NAME]
    return f"{stem[:_MAX_NAME].rstrip(' .') or 'attachment'}.{suffix[:10]}"


def _payload(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone as far as it can be."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        return b""
    return data if isinstance(data, bytes) else b""


def _nested_bytes(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        try:
            return inner[0].as_bytes()
        except (ValueError, LookupError, TypeError, AttributeError, MessageError):  # headers that cannot be written
            return b""
    return _payload(part)


def _text(part: Message) -> str:
    data = _payload(part)
    try:
        charset = part.get_content_charset("") or ""
    except (LookupError, ValueError, TypeError):
        charset = ""
    if not charset and part.get_content_type() == "text/html":
        meta = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", data[:4096], re.I)
        charset = meta.group(1).decode("ascii") if meta and decode_as(data, meta.group(1).decode("ascii")) else ""
    return decode_declared(data, charset)
