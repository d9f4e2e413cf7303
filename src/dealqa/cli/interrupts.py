"""Ctrl-C, remembered: a library that is interrupted while it loads reports that its loading failed instead."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Interrupts", "remembered_interrupts"]


class Interrupts:
    """Whether Ctrl-C was pressed."""

    def __init__(self) -> None:
        self.seen = False

    def note(self, number: int, frame: FrameType | None) -> None:
        """Remember it and raise `KeyboardInterrupt`, as Python does by itself."""
        self.seen = True
        signal.default_int_handler(number, frame)


@contextmanager
def remembered_interrupts() -> Iterator[Interrupts]:
    """Remember Ctrl-C for as long as the block runs, and let an error that comes after it end the block as Ctrl-C does.

    Compiled modules turn a `KeyboardInterrupt` that comes while they are loaded into an `ImportError` ("import numpy
    failed", "initialization failed"), so the exception that arrives does not say by itself what happened. Where signals
    are not Python's own to handle (another thread, Ctrl-C ignored, a handler of the caller's) nothing is changed.
    """
    interrupts = Interrupts()
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interrupts
        return
    signal.signal(signal.SIGINT, interrupts.note)
    try:
        yield interrupts
    except Exception as err:
        if not interrupts.seen:
            raise
        raise KeyboardInterrupt from err
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
