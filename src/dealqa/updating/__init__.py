"""Bring an index up to date from a program that answers questions at the same time, in a process of its own.

Building shares neither the interpreter's lock nor the memory of whoever asked for it, and a crash in native code is an
outcome to be told, not the end of the server.
"""

from __future__ import annotations

from dealqa.updating.updater import Outcome, Progress, Updater

__all__ = ["Outcome", "Progress", "Updater"]
