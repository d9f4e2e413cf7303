"""Switches that must be set before Gradio is imported; importing this module sets them.

They are forced, not defaulted: a page about somebody's documents makes no outside request, whatever the shell that
started it says. Gradio reads several of them once, at import, so this module has to be the first that
`dealqa.web` imports.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

__all__ = ["SWITCHES"]

SWITCHES: Final[Mapping[str, str]] = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # else it looks up api.gradio.app and huggingface.co at start
    # Gradio's own statistics of the queue, made for a page that is closed here: else it puts all of the last 10,000
    # events into a pandas table after every single one.
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_SHARE": "False",  # no tunnel
    "GRADIO_MCP_SERVER": "False",
    "GRADIO_RUN_HISTORY": "False",  # else every question and answer is stored in the browser a second time
    "GRADIO_SSR_MODE": "False",  # no Node process
    "GRADIO_VIBE_MODE": "",  # a mode of Gradio in which the page can rewrite the program; any text switches it on
    "GRADIO_WATCH_DIRS": "",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}

os.environ.update(SWITCHES)
