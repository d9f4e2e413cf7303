"""Files made to do harm, each small on disk; built by the tests, never kept."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

from reading_files import a_docx, a_pdf, a_pptx, an_xlsx

MIB = 1024 * 1024
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def raw_pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1, with a sound table of places."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj " % number + body + b" endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return out + b"trailer <</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, root, start)


def pdf_of_content(content: bytes, filters: bytes = b"") -> bytes:
    """A PDF of one page with this content stream."""
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources <</Font <</F1 "
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> >> >> >>",
        b"<</Length %d %s>> stream\n" % (len(content), filters) + content + b"\nendstream",
    )


def deflated(repeated: bytes, times: int) -> bytes:
    """`repeated * times`, deflated piece by piece."""
    packer = zlib.compressobj(9)
    piece = repeated * max(1, MIB // len(repeated))
    rounds = times * len(repeated) // len(piece)
    return b"".join(packer.compress(piece) for _ in range(rounds)) + packer.flush()


def nested_flate() -> bytes:
    """A gigabyte of blanks, deflated twice: two kilobytes."""
    return pdf_of_content(zlib.compress(deflated(b" ", 1024 * MIB), 9), b"/Filter [/FlateDecode /FlateDecode]")


def many_operators() -> bytes:
    """Five million times a letter, each shown by an operator of its own."""
    shown = deflated(b"BT /F1 9 Tf 50 50 Td (a) Tj ET\n", 5_000_000)
    return pdf_of_content(shown, b"/Filter /FlateDecode")


def page_tree_loop() -> bytes:
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 5>>",
        b"<</Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 5>>",
    )


def deep_array() -> bytes:
    return raw_pdf(b"<</Type /Catalog /Pages 2 0 R>>", b"[" * 20_000 + b"]" * 20_000)


def many_pages() -> bytes:
    """A PDF that says it has six thousand pages, and has them."""
    kids = b" ".join(b"3 0 R" for _ in range(6_000))
    return raw_pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [" + kids + b"] /Count 6000>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]>>",
    )


def rezipped(source: bytes, changes: dict[str, bytes]) -> bytes:
    """The container with some parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in changes:
                after.writestr(name, before.read(name))
        for name, content in changes.items():
            after.writestr(name, content)
    return buffer.getvalue()


def word_file(body: bytes, declaration: bytes = b"") -> bytes:
    text = b'<?xml version="1.0"?>' + declaration + b"<w:document " + WORD.encode() + b"><w:body>" + body
    document = text + b"</w:body></w:document>"
    return rezipped(a_docx(lambda word: word.add_paragraph("Text.")), {"word/document.xml": document})


def repeated_paragraphs(megabytes: int) -> bytes:
    paragraph = b"<w:p><w:r><w:t>" + b"Bristol keeps its rates. " * 40 + b"</w:t></w:r></w:p>"
    return word_file(paragraph * (megabytes * MIB // len(paragraph)))


def steady_repetition() -> bytes:
    """Nearly as much Word text as the limits on containers let through: 48 MiB, compressed about 75 times."""
    noise, out = random.Random(0), bytearray()  # noqa: S311 - no secret
    while len(out) < 48 * MIB:
        letters = "".join(noise.choices("abcdefghijklmnopqrstuvwxyz", k=48)).encode("ascii")
        out += paragraph(letters + b" a" * 1_500)
    return word_file(bytes(out))


def many_paragraphs() -> bytes:
    """A Word file of nearly a million paragraphs, a digit each."""
    noise = random.Random(0)  # noqa: S311 - no secret
    return word_file(b"".join(paragraph(b"%d" % noise.randrange(10)) for _ in range(900_000)))


ENTITIES = b"".join(
    b'<!ENTITY l%d "%s">' % (number, b"&l%d;" % (number - 1) * 10 if number else b"lol") for number in range(9)
)
LAUGHS = b"<!DOCTYPE w:document [" + ENTITIES + b"]>"
OUTSIDE = b'<!DOCTYPE w:document [<!ENTITY out SYSTEM "file:///etc/hostname">]>'


def paragraph(text: bytes) -> bytes:
    return b"<w:p><w:r><w:t>" + text + b"</w:t></w:r></w:p>"


def laughs() -> bytes:
    return word_file(paragraph(b"The cap is &l8;15%"), LAUGHS)


def outside_entity(kind: str) -> bytes:
    """An Office file with a part that names a file outside."""
    declared = b'<!DOCTYPE a [<!ENTITY out SYSTEM "file:///etc/hostname">]>'
    if kind == "docx":
        return word_file(paragraph(b"Host: &out;"), OUTSIDE)
    source, part = {
        "xlsx": (an_xlsx(lambda book: book.active.append(["Text", "more"])), "xl/worksheets/sheet1.xml"),
        "pptx": (a_pptx(lambda deck: deck.slides.add_slide(deck.slide_layouts[0])), "ppt/slides/slide1.xml"),
    }[kind]
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        content = archive.read(part)
    start = content.index(b"?>") + 2 if content.startswith(b"<?xml") else 0
    return rezipped(source, {part: content[:start] + declared + content[start:]})


def declared_in(encoding: str) -> bytes:
    """A Word file whose text declares an entity, in an encoding that hides the declaration from a plain look."""
    text = '<?xml version="1.0" encoding="{}"?><!DOCTYPE w:document [<!ENTITY cap "10">]><w:document {}><w:body>{}'
    body = "<w:p><w:r><w:t>The cap is &cap;%.</w:t></w:r></w:p></w:body></w:document>"
    written = text.format(encoding, WORD, body)
    if encoding == "utf-7":
        head, _, rest = written.partition("?>")
        content = (head + "?>").encode("ascii") + rest.replace("<!", "+ADwAIQ-").encode("ascii")
    else:
        content = written.encode(encoding)
    return rezipped(a_docx(lambda word: word.add_paragraph("Text.")), {"word/document.xml": content})


def under_another_name() -> bytes:
    """A Word file whose text, with a declaration, lies in a part that is not called .xml."""
    source = a_docx(lambda word: word.add_paragraph("Text."))
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        types = archive.read("[Content_Types].xml").replace(b"/word/document.xml", b"/word/document.bin")
        relations = archive.read("_rels/.rels").replace(b"word/document.xml", b"word/document.bin")
        text = b'<?xml version="1.0"?>' + OUTSIDE + b"<w:document " + WORD.encode() + b"><w:body>"
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations,
        "word/document.bin": text + paragraph(b"Host: &out;") + b"</w:body></w:document>",
    }
    return rezipped(source, parts)


def with_names(*names: str) -> bytes:
    """A Word file with additional parts of these names; the same name may come twice."""
    buffer = io.BytesIO(a_docx(lambda word: word.add_paragraph("Text.")))
    with zipfile.ZipFile(buffer, "a") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"<a/>")
    return buffer.getvalue()


def overlapping(parts: int = 300) -> bytes:
    """Parts that lie inside each other: each one's data begin with the next one's header, quoted."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = kernel.compress(b"a" * (2 * MIB)) + kernel.flush()
    checksum, names = zlib.crc32(b"a" * (2 * MIB)), [b"word/%d.xml" % i for i in range(parts)]
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, checksum, len(packed), 2 * MIB, len(names[0]), 0)
    data = local + names[0] + packed
    central = b"".join(
        struct.pack(
            "<IHHHHHHIIIHHHHHII",
            *(0x02014B50, 20, 20, 0, 8, 0, 33, checksum, len(packed), 2 * MIB, len(name), 0, 0, 0, 0, 0, 0),
        )
        + name
        for name in names
    )
    return data + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, parts, parts, len(central), len(data), 0)


def said_to_be_encrypted() -> bytes:
    """A Word file whose parts carry the mark of a password."""
    data = bytearray(a_docx(lambda word: word.add_paragraph("Text.")))
    place = 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 8] |= 1
        place += 4
    return bytes(data)


def truncated_pdf() -> bytes:
    data = a_pdf([(72, 700, 11, "Bristol keeps its rates.")])
    return data[: len(data) // 4]
