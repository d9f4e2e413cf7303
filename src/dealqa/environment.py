"""Switches of third parties that must be set before those are imported: nothing is reported to anybody."""

from __future__ import annotations

import ctypes
import os
from typing import Final

__all__ = ["QUIET", "keep_memory_together", "quieten"]

_M_ARENA_MAX: Final = -8
"""The number of this limit in glibc's malloc.h."""

QUIET = {
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Analytics, telemetry and tracing of Chroma, Gradio, the Hugging Face hub and LangSmith, all off."""


def quieten() -> None:
    """Set each switch that the user has not set to something else."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def keep_memory_together(arenas: int = 2) -> None:
    """Let all threads of a server that runs for weeks share a few heaps, where the C library is glibc.

    By default each of its threads may get a heap of its own, up to eight for each processor. What is freed in one of
    them is of no use to the others, so that memory grows long after nothing more is kept. Call it before threads begin.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, arenas)
