"""What a reading process says is believed only as far as it can be true."""

from __future__ import annotations

import hashlib
import json
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dealqa.config import Settings
from dealqa.errors import UnreadableDocument
from dealqa.reading import FileReading, Readers, child
from dealqa.reading.answers import Nonsense, taken_over, unreadable
from dealqa.reading.frames import Frame, FrameError, encode_head, receive
from dealqa.serialising import document_to_json
from dealqa.types import Block, Box, Coverage, Document, HiddenText, Page, RecognisedPage

DATA = b"Bristol keeps its rates."
SHA256 = hashlib.sha256(DATA).hexdigest()
BLOCK = Block("paragraph", 0, 24, ("A deal",), None, 1, "", (Box(1, 1.0, 2.0, 3.0, 4.5),))
SOUND = Document(
    id=f"d{SHA256[:16]}",
    path="a.txt",
    title="A deal",
    text=DATA.decode(),
    blocks=(BLOCK,),
    sha256=SHA256,
    pages=(Page(1, 0, 24, 595.0, 842.0),),
    date="2012-07",
    status="agreed",
    coverage=Coverage(recognised=(RecognisedPage(1, 0.5),), hidden=(HiddenText("tiny", 3, 1),)),
)


def answer(*documents: Document, problems: tuple[dict[str, str], ...] = ()) -> Frame:
    encoded = [document_to_json(document).encode("utf-8", "surrogatepass") for document in documents]
    return Frame({"documents": [len(part) for part in encoded], "problems": list(problems)}, b"".join(encoded))


def test_a_sound_answer_is_taken_over_as_it_is():
    inner = replace(SOUND, path="a.txt/b.txt", sha256="0" * 64, id="d" + "0" * 16)
    assert taken_over(answer(SOUND, inner), "a.txt", DATA) == FileReading((SOUND, inner))


@pytest.mark.parametrize(
    "false",
    [
        {"path": "b.txt"},
        {"sha256": "0" * 64, "id": "d" + "0" * 16},
        {"id": "d" + "0" * 16},
        {"text": ""},
        {"text": "Bristol \ud800 its rates."},
        {"title": None},
        {"title": 7},
        {"date": "yesterday"},
        {"status": "denied"},
        {"warnings": (1,)},
        {"blocks": ()},
        {"blocks": (replace(BLOCK, end=25),)},
        {"blocks": (replace(BLOCK, start=-1),)},
        {"blocks": (replace(BLOCK, start=24),)},
        {"blocks": (replace(BLOCK, start=True),)},
        {"blocks": (replace(BLOCK, end=20.0),)},
        {"blocks": (replace(BLOCK, end=12), replace(BLOCK, start=11))},
        {"blocks": (replace(BLOCK, kind="script"),)},
        {"blocks": (replace(BLOCK, page="1"),)},
        {"blocks": (replace(BLOCK, level=0),)},
        {"blocks": (replace(BLOCK, heading_path=(None,)),)},
        {"blocks": (replace(BLOCK, boxes=(Box(1, float("nan"), 0, 0, 0),)),)},
        {"blocks": (replace(BLOCK, boxes=(Box(1, float("inf"), 0, 0, 0),)),)},
        {"pages": (Page(1, 5, 4, 1.0, 1.0),)},
        {"pages": (Page(0, 0, 4, 1.0, 1.0),)},
        {"coverage": Coverage(tables=-1)},
        {"coverage": Coverage(unread_pages=("1",))},
        {"coverage": Coverage(gaps=(5,))},
        {"coverage": Coverage(hidden=(HiddenText("secret", 1, 1),))},
    ],
)
def test_an_answer_that_cannot_be_true_is_nonsense(false):
    with pytest.raises(Nonsense):
        taken_over(answer(replace(SOUND, **false)), "a.txt", DATA)


@pytest.mark.parametrize(
    "frame",
    [
        Frame({}, b""),
        Frame({"documents": [], "problems": []}, b""),
        Frame({"documents": [5], "problems": []}, b"[1,2]"),
        Frame({"documents": [2], "problems": []}, b"{}x"),
        Frame({"documents": [-2, 4], "problems": []}, b"{}"),
        Frame({"documents": "2", "problems": []}, b"{}"),
        Frame({"documents": [100_000], "problems": []}, b"[" * 100_000),
        answer(SOUND, SOUND),
        answer(SOUND, replace(SOUND, path="b.txt/a.txt")),
    ],
)
def test_an_answer_of_another_form_is_nonsense(frame):
    with pytest.raises(Nonsense):
        taken_over(frame, "a.txt", DATA)


@pytest.mark.parametrize(
    "false",
    [{"path": "b.txt"}, {"reason": "whim"}, {"reason": ["corrupt"]}, {"message": ""}, {"message": 5}, {"hint": None}],
)
def test_an_error_that_cannot_be_true_is_nonsense(false):
    said = {"path": "a.txt", "reason": "corrupt", "message": "It is broken.", "hint": "Mend it."}
    assert isinstance(unreadable(said, "a.txt"), UnreadableDocument)
    with pytest.raises(Nonsense):
        unreadable({**said, **false}, "a.txt")


def test_what_an_error_says_cannot_write_to_the_terminal():
    said = {"path": "a.txt", "reason": "corrupt", "message": "\x1b]52;c;aGk=\x07" + "x" * 9_000, "hint": "a\nb"}
    assert "\x1b" not in str(unreadable(said, "a.txt"))
    assert len(str(unreadable(said, "a.txt"))) < 3_000


def taker(data: bytes) -> Callable[[int], bytes]:
    rest = bytearray(data)

    def take(length: int) -> bytes:
        taken = bytes(rest[:length])
        del rest[:length]
        return taken

    return take


def test_a_frame_comes_back_as_it_was_sent():
    sent = encode_head({"path": "\ud800ä"}, 3) + b"abc"
    assert receive(taker(sent), max_body=3) == Frame({"path": "\ud800ä"}, b"abc")


@pytest.mark.parametrize(
    "sent",
    [
        encode_head({}, 4) + b"abcd",
        struct.pack(">IQ", 2**31, 0),
        struct.pack(">IQ", 3, 0) + b"[1]",
        struct.pack(">IQ", 3, 0) + b"{{{",
        struct.pack(">IQ", 3, 0) + b"\xff\xff\xff",
        struct.pack(">IQ", 90_000, 0) + b"[" * 90_000,
    ],
)
def test_a_frame_that_is_too_long_or_malformed_is_refused(sent):
    with pytest.raises(FrameError):
        receive(taker(sent), max_body=3)


ROGUE = """
import json, os, struct, sys, time
def send(header, body=b"", claimed=None):
    head = json.dumps(header).encode()
    os.write(1, struct.pack(">IQ", len(head), len(body) if claimed is None else claimed) + head + body)
send({"ready": []})
os.read(0, 1)
"""


@pytest.fixture
def with_rogue(tmp_path: Path, monkeypatch) -> Iterator[Callable[[str], FileReading | UnreadableDocument]]:
    """Read a file with a child that does something else."""

    def read(deed: str) -> FileReading | UnreadableDocument:
        def start(limits: child.ChildLimits) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-c", ROGUE + deed],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            )  # fmt: skip

        monkeypatch.setattr(child, "_start", start)
        (tmp_path / "a.txt").write_bytes(DATA)
        with Readers(Settings(corpus=tmp_path, ocr="off", read_workers=1, read_seconds=1)) as readers:
            ((_, outcome),) = readers.read(["a.txt"])
        return outcome

    return read


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("time.sleep(60)", "timeout"),
        ("os.close(0); time.sleep(60)", "timeout"),
        ("os.write(1, b'\\xff' * 100); time.sleep(60)", "crashed"),
        ("send({}, claimed=2**40); time.sleep(60)", "crashed"),
        ("send({}, claimed=1000); time.sleep(60)", "timeout"),
        ("send({}, claimed=1000)", "crashed"),
        ("send({'documents': [2], 'problems': []}, b'{}')", "crashed"),
        ("send({'error': 'unreadable', 'path': 'b.txt', 'reason': 'empty', 'message': 'x', 'hint': ''})", "crashed"),
        ("send({'error': 'out_of_memory'})", "out_of_memory"),
        ("send({'error': 'crashed', 'kind': '\\x1b[2J'})", "crashed"),
        ("os.abort()", "crashed"),
        ("sys.exit(0)", "crashed"),
    ],
)
def test_a_child_that_misbehaves_costs_one_file_and_is_explained(with_rogue, deed, reason):
    outcome = with_rogue(deed)
    assert isinstance(outcome, UnreadableDocument)
    assert outcome.reason == reason
    assert outcome.hint and "\x1b" not in str(outcome)


def test_only_json_is_exchanged():
    assert json.loads(encode_head({"a": 1}, 0)[12:]) == {"a": 1}
