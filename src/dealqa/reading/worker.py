"""The process that reads files: `python -m dealqa.reading.worker LIMITS`, started by `dealqa.reading.child` only.

It locks itself into the cage, says that it is ready, and then answers one request at a time until its standard input is
closed. A request is a file's bytes and name; the answer is what is in it, or why not. The libraries of a format are
imported with its first file: the cage leaves the program's own folders open to be read.
"""

from __future__ import annotations

import json
import mimetypes
import os
import sys
from collections.abc import Callable
from typing import Any

from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading.cage import MemoryGauge, enter_cage, limit_time
from dealqa.reading.cleaning import printable
from dealqa.reading.file_reading import FileReading, Limits
from dealqa.reading.frames import Frame, encode_head, receive
from dealqa.reading.keeper import stand_between
from dealqa.reading.read import Recognised, read_content
from dealqa.reading.recognising import words_from_json
from dealqa.serialising import document_to_json

__all__ = ["main"]

_MAX_REQUEST = 8 * 1024**3
_OUT_OF_MEMORY = 3
_MUCH = 0.5


def main() -> None:
    """Serve until the parent closes the pipe, or dies."""
    limits = json.loads(sys.argv[1])
    keeper = stand_between(limits["parent"])
    requests, answers, nothing = _take_over_pipes()
    mimetypes.init()  # openpyxl asks for it when it is imported, and it reads files that the cage closes
    gauge = MemoryGauge()
    holds = enter_cage(limits["memory_bytes"], gauge, parent=keeper)
    os.dup2(nothing, 2)  # from here on nobody listens
    worker = _Worker(limits, gauge)
    _send(answers, {"ready": holds}, b"")
    while True:
        frame = receive(_reader(requests), max_body=_MAX_REQUEST)
        limit_time(limits["seconds"])
        header, body = worker.answer(frame)
        limit_time(0)
        _send(answers, header, body)
        if header.get("error") == "out_of_memory":  # what is left of this process is not to be trusted
            sys.exit(_OUT_OF_MEMORY)


class _Worker:
    """Answers requests; remembers the last file, so that its pages can be drawn without sending it again."""

    def __init__(self, limits: dict[str, Any], gauge: MemoryGauge) -> None:
        self._limits = Limits(max_pages=limits["max_pages"], max_characters=limits["max_characters"])
        self._max_answer = int(limits["max_answer"])
        self._memory = int(limits["memory_bytes"])
        self._gauge = gauge
        self._before = gauge.now()
        self._path, self._data = "", b""
        self._pdfs: dict[str, bytes] = {}

    def answer(self, frame: Frame) -> tuple[dict[str, Any], bytes]:
        """Header and body of the answer; every failure of a parser is one."""
        try:
            header, body = self._answer(frame)
        except CorpusError as err:
            header, body = _problem(err), b""
        except MemoryError:
            return {"error": "out_of_memory"}, b""
        except Exception as err:  # a fault of a parser must cost one file, and no more
            header, body = {"error": "crashed", "kind": type(err).__name__}, b""
        grown = self._gauge.peak() - self._before
        failed = header.get("reason") == "corrupt" or header.get("error") == "crashed"
        if failed and grown > _MUCH * self._memory:  # many a parser takes a lack of memory for a fault of the file
            return {"error": "out_of_memory"}, b""
        header["grown"] = grown
        return header, body

    def _answer(self, frame: Frame) -> tuple[dict[str, Any], bytes]:
        match frame.header["task"]:
            case "read":
                self._path, self._data, self._pdfs = str(frame.header["path"]), frame.body, {}
                return self._read({})
            case "read again":
                return self._read(words_from_json(frame.body))
            case "find pictures":
                from dealqa.reading.pdf import pages_to_recognise

                pages = {path: pages_to_recognise(data, path) for path, data in self._pdfs.items()}
                return {"pictures": pages}, b""
            case "show page":
                from dealqa.reading.page_places import draw_page

                drawn = draw_page(frame.body, int(frame.header["page"]))
                return {"width": drawn.width, "height": drawn.height, "channels": drawn.channels}, drawn.pixels
            case "locate":
                from dealqa.reading.page_places import locate
                from dealqa.reading.page_words import boxes_to_json, quoted_from_json

                places = locate(frame.body, quoted_from_json(frame.header["quoted"]))
                return {"places": None if places is None else boxes_to_json(places)}, b""
            case _:
                from dealqa.reading.pdf import render_page

                image = render_page(self._pdfs[str(frame.header["path"])], int(frame.header["page"]))
                size = {"width": image.width, "height": image.height, "dpi": image.dpi}
                return size, image.pgm

    def _read(self, recognised: Recognised) -> tuple[dict[str, Any], bytes]:
        reading = read_content(self._data, self._path, limits=self._limits, recognised=recognised, pictured=self._pdfs)
        return self._encoded(reading, self._path)

    def _encoded(self, reading: FileReading, path: str) -> tuple[dict[str, Any], bytes]:
        documents = [document_to_json(document).encode("utf-8") for document in reading.documents]
        body = b"".join(documents)
        if len(body) > self._max_answer:
            raise UnreadableDocument(
                path,
                "too_large",
                f"What was read of the file {printable(path)} is larger than {self._max_answer // 1024**2} MiB.",
                hint="Raise the setting max_characters, or split the file.",
            )
        problems = [_problem(problem) for problem in reading.problems]
        return {"documents": [len(document) for document in documents], "problems": problems}, body


def _problem(error: CorpusError) -> dict[str, Any]:
    """An error as JSON; only `UnreadableDocument` comes from a parser."""
    reason = error.reason if isinstance(error, UnreadableDocument) else "corrupt"
    return {
        "error": "unreadable",
        "path": getattr(error, "path", ""),
        "reason": reason,
        "message": error.message,
        "hint": error.hint,
    }


def _take_over_pipes() -> tuple[int, int, int]:
    """The pipes to the parent under other numbers, so that nothing a library prints gets between the frames.

    Third, a descriptor for what goes nowhere.
    """
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    return requests, answers, nothing


def _reader(descriptor: int) -> Callable[[int], bytes]:
    def take(length: int) -> bytes:
        taken = bytearray()
        while len(taken) < length:
            piece = os.read(descriptor, min(length - len(taken), 1024 * 1024))
            if not piece:
                os._exit(0)  # the parent has no more files; nothing here has to be put in order
            taken += piece
        return bytes(taken)

    return take


def _send(descriptor: int, header: dict[str, Any], body: bytes) -> None:
    for part in (encode_head(header, len(body)), body):
        view = memoryview(part)
        while view:
            view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    main()
