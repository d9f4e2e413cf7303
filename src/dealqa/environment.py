"""Switches of third parties that must be set before those are imported: nothing is reported to anybody."""

from __future__ import annotations

import os

__all__ = ["QUIET", "quieten"]

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
