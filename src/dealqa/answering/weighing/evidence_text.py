"""How a sentence is shown to the evidence model: with as much around it as a reader needs to know what it is about."""

from __future__ import annotations

import re

from dealqa.types import Hit, Span

__all__ = ["ANNOUNCES", "AROUND", "BEFORE", "sentence_in_context"]

ANNOUNCES = re.compile(r"(?::|\b(?:these|the following|as follows)[.:])\s*$")
"""How a sentence ends that announces a list."""

BEFORE = 160
"""Characters of the sentence before that are shown: enough for what "it" refers to."""

AROUND = 160
"""Characters of the title and headings; of a table's header likewise."""

LISTED = 160
"""Characters of what a sentence announces that are shown with it: "the sites are these" alone answers nothing."""


def sentence_in_context(hit: Hit, span: Span) -> tuple[str, str]:
    """The sentence, and what stands around it: title and headings or the header of its table, and the sentence before.

    To a sentence that announces a list belongs what follows it in its passage.

    Args:
        span: one of `hit.passage.sentences`.

    Returns:
        Both on one line each, white space evened out; the second may be empty.
    """
    passage = hit.passage
    at = passage.sentences.index(span)
    titles, _, header = passage.context.partition("\n")
    parts = [" ".join(titles.split())[-AROUND:], " ".join(header.split())[:AROUND]]
    if at:
        parts.append(" ".join(passage.sentence_text(passage.sentences[at - 1]).split())[-BEFORE:])
    text = " ".join(passage.sentence_text(span).split())
    if ANNOUNCES.search(text):
        listed = " ".join(word for one in passage.sentences[at + 1 :] for word in passage.sentence_text(one).split())
        text = f"{text} {listed[:LISTED]}".rstrip()
    return text, " · ".join(part for part in parts if part)
