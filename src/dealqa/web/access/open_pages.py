"""Which open page "Ask" is whose.

Gradio keeps a conversation by a name that the browser makes up (`session_hash`), and gives it to whoever knows that
name. Here each belongs to the reader who used it first.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from typing import Final
from urllib.parse import parse_qs

__all__ = ["BODY_BYTES", "GRADIO", "OpenPages", "named_in_body", "named_in_target"]

GRADIO: Final = "/gradio_api/"

KEY: Final = "session_hash"

PAGES: Final = 2_000
"""Pages of one reader that are remembered; a further one pushes out the reader's own oldest, never another's."""

LONGEST: Final = 128
"""Characters of a name; Gradio's own page uses a dozen."""

BODY_BYTES: Final = 4 * 1024 * 1024
"""Of what a page sends at once: a whole conversation that the browser kept is some ten thousand bytes."""

_IN_PATH = re.compile(rf"^{GRADIO}(?:heartbeat/([^/]+)/?|stream/([^/]+)/[^/]+/.*)$", re.DOTALL)


class OpenPages:
    """Which page belongs to whom. Safe to use from several threads."""

    def __init__(self, room: int = PAGES) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._owner: dict[str, str] = {}
        self._of: dict[str, OrderedDict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._owner)

    def admit(self, page: str, reader: str) -> bool:
        """Whether a reader may use a page: a new one, which is theirs from now on, or one of theirs."""
        if not 1 <= len(page) <= LONGEST:
            return False
        with self._lock:
            if self._owner.setdefault(page, reader) != reader:
                return False
            own = self._of.setdefault(reader, OrderedDict())
            own[page] = None
            own.move_to_end(page)
            if len(own) > self._room:
                oldest, _ = own.popitem(last=False)
                del self._owner[oldest]
            return True


def named_in_target(path: str, query: bytes) -> list[str]:
    """The pages that a path (decoded) and a query name."""
    names = parse_qs(query.decode("latin-1"), keep_blank_values=True).get(KEY, [])
    found = _IN_PATH.match(path)
    return names + ([found[1] or found[2]] if found else [])


def named_in_body(body: bytes) -> list[str]:
    """The pages that a request to Gradio names in its body.

    Raises:
        ValueError: the body is not JSON, or names what is no name.
    """
    if not body:
        return []
    names: list[object] = []

    def note(pairs: list[tuple[str, object]]) -> dict[str, object]:
        # Also those within, and of two with the same key both: it is not for us to know which one Gradio takes.
        names.extend(value for key, value in pairs if key == KEY and value is not None)
        return dict(pairs)

    try:
        json.loads(body, object_pairs_hook=note)
    except RecursionError as err:
        raise ValueError("nested too deeply") from err
    strings = [name for name in names if isinstance(name, str)]
    if len(strings) != len(names):
        raise ValueError(f"{KEY} is no text")
    return strings
