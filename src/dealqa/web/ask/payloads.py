"""What the page's script sends: numbers and texts, each looked at before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import gradio as gr

from dealqa.web.ask.turns import Turn, Turns

__all__ = ["kept_turns", "text_sent", "whole_number"]

_CHARACTERS: Final = 100_000
"""The longest text that is taken from the page; the assistant's own limit for questions is told to the reader."""

_TURNS: Final = 50
"""How many turns of a kept conversation are asked again; the script keeps no more."""

_WITHOUT: Final = 50
"""How many things that are not meant one question may have."""


def whole_number(event: gr.EventData, name: str) -> int | None:
    """A number that the page sent, or None when what it sent is none."""
    value = _sent(event).get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def text_sent(event: gr.EventData, name: str) -> str:
    """A text that the page sent; "" when what it sent is none, or far too long."""
    return _text(_sent(event).get(name))


def kept_turns(event: gr.EventData) -> Turns:
    """The questions of a conversation that the browser kept; what is not one of them is passed over."""
    kept = _sent(event).get("turns")
    turns = (_turn(one) for one in kept[:_TURNS]) if isinstance(kept, list) else ()
    return tuple(turn for turn in turns if turn.question.strip())


def _turn(value: object) -> Turn:
    if not isinstance(value, dict):
        return Turn("")
    without = value.get("without")
    names = without[:_WITHOUT] if isinstance(without, list) else []
    unmeant = tuple(name for name in names if isinstance(name, str) and len(name) <= _CHARACTERS)
    return Turn(_text(value.get("question")), instead=_text(value.get("instead")), without=unmeant)


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _CHARACTERS else ""


def _sent(event: gr.EventData) -> Mapping[str, Any]:
    return event._data if isinstance(event._data, dict) else {}
