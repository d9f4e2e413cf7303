"""Where gold evidence stands in what was indexed, and whether a hit or a citation meets it.

Evidence whose offsets do not hold in the stored text (PDFs, where the suite gives none; other formats, where offsets
depend on how the file was read) is looked up by its own words, blanks of any kind counting as equal, on its page when
it names one. What is found is judged by offsets, like everything else. What is not found, but names a page, is met by
anything on that page of that document; without a page it is met by nothing, and the case is listed as not indexed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dealqa.errors import SuiteError
from dealqa.evaluation.cases import Evidence
from dealqa.reading.cleaning import clean
from dealqa.types import Span

__all__ = ["first_ranks", "is_judgeable", "is_met", "locate", "resolve"]

Located = Mapping[str, Any]
"""A hit or a citation of the answer contract: "document", "start", "end", "page"."""


def locate(words: str, text: str, within: Span | None = None, near: int = 0) -> Span | None:
    """Where `words` stand in `text`, whatever blanks part them; None when they do not.

    The words are cleaned like a document's text (invisible characters, Unicode NFC), so that what reading took out of
    a document is not looked for in it.

    Args:
        words: a verbatim quote.
        text: a document's stored text.
        within: the range of `text` to look in; all of it without one.
        near: of several places the one that begins nearest to this offset is taken.

    Raises:
        SuiteError: `words` hold nothing that can be seen.
    """
    parts = clean(words).text.split()
    if not parts:
        raise SuiteError("A piece of evidence is empty.", hint="Evidence is a verbatim quote from a document.")
    start, end = within if within is not None else (0, len(text))
    places = re.compile(r"\s+".join(map(re.escape, parts))).finditer(text, start, end)
    best = min(places, key=lambda match: abs(match.start() - near), default=None)
    return best.span() if best else None


def resolve(evidence: Evidence, text: str | None, pages: Mapping[int, Span] | None = None) -> Evidence:
    """The evidence with offsets that hold in `text`, or with none when its words are not there.

    Evidence in a document that is not indexed loses its page too: nothing can meet it.

    Args:
        evidence: as the suite gives it.
        text: the stored text of its document; None when the document is not in the index.
        pages: for paged documents, the range of `text` on each page.
    """
    if text is None:
        return replace(evidence, start=None, end=None, page=None)
    if evidence.start is not None and text[evidence.start : evidence.end] == evidence.text:
        return evidence
    page = (pages or {}).get(evidence.page) if evidence.page is not None else None
    # What reading took out moves everything behind it a little: the place is near the offsets that the suite gives.
    near = evidence.start or 0
    span = locate(evidence.text, text, page, near) or locate(evidence.text, text, near=near)
    start, end = span or (None, None)
    return replace(evidence, start=start, end=end)


def is_judgeable(evidence: Evidence) -> bool:
    """Whether anything could meet this evidence: its offsets or its page are known."""
    return evidence.start is not None or evidence.page is not None


def is_met(evidence: Evidence, found: Located) -> bool:
    """Whether a hit or a citation overlaps the evidence: same document, and at least one character in common.

    Evidence without offsets is met by anything on its page (see the module's docstring).
    """
    if found["document"] != evidence.doc:
        return False
    if evidence.start is not None and evidence.end is not None:
        return bool(found["start"] < evidence.end and evidence.start < found["end"])
    return evidence.page is not None and found.get("page") == evidence.page


def first_ranks(needs: Sequence[Sequence[Evidence]], hits: Sequence[Located]) -> tuple[int | None, ...]:
    """For each group of evidence, the rank (1 for the best) of the first hit that meets one of it; None without any."""
    return tuple(
        next((rank for rank, hit in enumerate(hits, start=1) if any(is_met(piece, hit) for piece in group)), None)
        for group in needs
    )
