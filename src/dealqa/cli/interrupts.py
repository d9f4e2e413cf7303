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

    def caused(self, err: BaseException) -> bool:
        """Whether an error is what a library made of Ctrl-C: it comes after it, and of loading or of the interrupt.

        Another error is one in its own right: some commands go on after Ctrl-C, to write down what they have.
        """
        cause: BaseException | None = err if self.seen else None
        while cause is not None:
            if isinstance(cause, ImportError | KeyboardInterrupt):
                return True
            cause = cause.__cause__ or cause.__context__
        return False


@contextmanager
def remembered_interrupts() -> Iterator[Interrupts]:
    """Remember Ctrl-C for as long as the block runs, and let an error that it caused end the block as Ctrl-C does.

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
        if not interrupts.caused(err):
            raise
        raise KeyboardInterrupt from err
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
