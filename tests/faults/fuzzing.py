"""Files damaged at random, the same ones in every run: the seed is the format and a number."""

from __future__ import annotations

import copy
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

from lxml import etree

__all__ = ["damaged"]

_PIECES = (
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # half of a surrogate pair, in UTF-8
    b"\xf0\x9f\x92",  # an emoji cut short
    b"\xe2\x80\xae",  # writes from right to left
    b"<![CDATA[",
    b"-->",
    b"<table>" * 50,
    b"&#x110000;",
    b"|" * 300,
    b'"' * 99,
    b"\r\n\r\n",
    b">>" * 20,
    b"[[[[(((",
    b"% 0 obj endobj stream",
    b"=?utf-8?b?////?=",
    b"9" * 400,
    b"-2147483649",
    b"1e999",
)
_NUMBER = re.compile(rb"-?\d+")
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483648", b"-2147483648", b"18446744073709551616", b"1e308", b"NaN")
_VALUES = (
    "",
    "0",
    "-1",
    "1",
    "9",
    "65536",
    "-2147483649",
    "1e999",
    "NaN",
    "true",
    "x",
    "rId1",
    "A1",
    "ZZZ9999999",
    "ä€😀",
)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def damaged(sound: bytes, suffix: str, number: int) -> bytes:
    """The file with one to four kinds of damage."""
    chance = random.Random(f"{suffix} {number}")  # noqa: S311 - no secret
    if sound.startswith(b"PK") and chance.random() < 0.7:
        return _inside_container(sound, chance)
    if sound.startswith(b"%PDF") and chance.random() < 0.5:
        return _inside_stream(sound, chance)
    return _hurt(sound, chance)


def _hurt(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        data = chance.choice(_DAMAGE)(data, chance)
    return data


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20, 200))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _take_out(data: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(data) + 1), chance.choice((1, 7, 100, 3_000))
    return data[:start] + data[start + length :]


def _put_in(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = chance.choice((*_PIECES, chance.randbytes(30)))
    return data[:start] + piece + data[start:]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(data) + 1), chance.choice((3, 50, 2_000))
    piece = data[start : start + length]
    return data[:start] + piece * chance.choice((2, 5, 40)) + data[start + length :]


def _blank(data: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(data) + 1), chance.choice((4, 64, 1_024))
    end = min(len(data), start + length)
    return data[:start] + chance.choice((b"\0", b"\xff", b" ")) * (end - start) + data[end:]


def _other_number(data: bytes, chance: random.Random) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = chance.choice(found)
    return data[: match.start()] + chance.choice(_NUMBERS) + data[match.end() :]


_DAMAGE: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip,
    _flip,
    _cut,
    _take_out,
    _put_in,
    _repeat,
    _blank,
    _other_number,
    _other_number,
)


def _inside_container(data: bytes, chance: random.Random) -> bytes:
    """Damage parts of an Office file and pack it again, so that the parsers behind the container are reached."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        of_text = [name for name in names if re.search(r"document|sheet|slide\d|shared|styles|number|rels|Types", name)]
        hurt = {chance.choice(of_text or names) for _ in range(chance.randint(1, 3))}
        for name in names:
            content = source.read(name)
            if name in hurt and chance.random() < 0.05:
                continue
            if name in hurt:
                content = _rearranged(content, chance) if chance.random() < 0.8 else _hurt(content, chance)
            target.writestr(name, content)
    return buffer.getvalue()


def _rearranged(content: bytes, chance: random.Random) -> bytes:
    """XML that is still well-formed, with elements and values where they do not belong."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError:
        return content
    for _ in range(chance.choice((1, 2, 5, 20))):
        elements = list(root.iter(etree.Element))
        one, other = chance.choice(elements), chance.choice(elements)
        match chance.randrange(6):
            case 0 if one.getparent() is not None:
                one.getparent().remove(one)
            case 1:
                other.append(copy.deepcopy(one))
            case 2 if one.getparent() is not None:
                one.addnext(copy.deepcopy(other))
            case 3 if one.attrib:
                one.set(chance.choice(list(one.attrib)), chance.choice(_VALUES))
            case 4 if one.attrib:
                del one.attrib[chance.choice(list(one.attrib))]
            case _:
                one.text = chance.choice(_VALUES)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _inside_stream(data: bytes, chance: random.Random) -> bytes:
    """Damage what a stream of a PDF unpacks to."""
    streams = [match for match in _STREAM.finditer(data) if match.group(1).startswith((b"x\x9c", b"x\xda", b"x\x01"))]
    if not streams:
        return _hurt(data, chance)
    match = chance.choice(streams)
    try:
        content = zlib.decompress(match.group(1))
    except zlib.error:
        return _hurt(data, chance)
    packed = zlib.compress(_hurt(content, chance))
    return data[: match.start(1)] + packed + data[match.end(1) :]
