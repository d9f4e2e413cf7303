"""Parsers of bytes for the formats whose text is the file itself: plain text and Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dealqa.reading.blocks import Parsed
from dealqa.reading.cleaning import Cleaned, clean, cleaning_warnings
from dealqa.reading.decoding import decode
from dealqa.reading.markdown import parse_markdown
from dealqa.reading.plain import parse_plain
from dealqa.types import HiddenText

__all__ = ["parse_markdown_file", "parse_text_file", "with_cleaning"]


def parse_text_file(data: bytes, path: str) -> Parsed:
    """Blocks of a plain text file.

    Raises:
        UnreadableDocument: undecodable.
    """
    return _parse(data, path, parse_plain)


def parse_markdown_file(data: bytes, path: str) -> Parsed:
    """Blocks of a Markdown file.

    Raises:
        UnreadableDocument: undecodable.
    """
    return _parse(data, path, parse_markdown)


def with_cleaning(parsed: Parsed, cleaned: Cleaned, *warnings: str) -> Parsed:
    """What a parser found, and with it what cleaning took out of the text before; `warnings` stand first."""
    coverage = parsed.coverage
    if cleaned.hidden:
        coverage = replace(coverage, hidden=(*coverage.hidden, HiddenText("zero_width", cleaned.hidden)))
    told = cleaning_warnings(cleaned.removed, cleaned.normalised, cleaned.lookalikes)
    return replace(parsed, warnings=(*warnings, *told, *parsed.warnings), coverage=coverage)


def _parse(data: bytes, path: str, parse: Callable[[str], Parsed]) -> Parsed:
    text, warnings = decode(data, path)
    cleaned = clean(text)
    return with_cleaning(parse(cleaned.text), cleaned, *warnings)
