"""A document's passages: split on structure, sentences whole, within the embedder's limit, offsets exact."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dealqa.rows import is_heads
from dealqa.sentences import split_sentences
from dealqa.types import Block, Document, Passage, Span

__all__ = ["SPLITTER_VERSION", "embedding_text", "split_document"]

SPLITTER_VERSION = 3
"""Raised whenever the same document would be split in another way: passages of older versions are split again."""

CONTEXT_SHARE = 0.3
"""The most of the token limit that title and headings may take: a deep heading path must not starve the text."""

CountTokens = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a sentence, a list item's sentence, a table row.

    Attributes:
        tokens: without special tokens.
        block: index of its block.
        gap: tokens between the unit before it and itself: the marks of a list, the rule under a table's header.
    """

    start: int
    end: int
    tokens: int
    block: int
    gap: int = 0


def embedding_text(passage: Passage) -> tuple[str, tuple[Span, ...]]:
    """What is embedded for a passage, context in front, and its sentences as spans in that string."""
    prefix = f"{passage.context}\n" if passage.context else ""
    shift = len(prefix) - passage.start
    return prefix + passage.text, tuple((start + shift, end + shift) for start, end in passage.sentences)


def split_document(document: Document, *, max_tokens: int, count_tokens: CountTokens) -> tuple[Passage, ...]:
    """The document's passages, in order, without overlap.

    A passage never crosses a heading, a page end, or hidden text; it holds whole sentences; with its context it has
    at most `max_tokens` tokens, so the embedder cuts nothing off. A single sentence beyond the limit is cut at white
    space. Small neighbours under one heading share a passage.

    Args:
        document: as read.
        max_tokens: the embedder's limit, special tokens included.
        count_tokens: the embedder's own count for each of some texts, special tokens included.
    """
    special = count_tokens([""])[0]
    passages: list[Passage] = []
    for section in _sections(document):
        first = document.blocks[section[0]]
        header = document.blocks[section[-1]].table_header
        context = _context(document, first, header, int(max_tokens * CONTEXT_SHARE), count_tokens, special)
        budget = max_tokens - special - (count_tokens([context + "\n"])[0] - special if context else 0)
        units = _units(document, section, budget, count_tokens, special)
        for group in _pack(units, budget):
            passages.append(_passage(document, first, context, group, max_tokens))
    # Some tokenizers count a joint text a little higher than its parts: then everything is packed a little tighter.
    longest = max(count_tokens([embedding_text(passage)[0] for passage in passages]), default=0)
    if longest > max_tokens:
        return split_document(document, max_tokens=2 * max_tokens - longest, count_tokens=count_tokens)
    return tuple(passages)


def _sections(document: Document) -> Iterator[list[int]]:
    """Runs of block indexes that may share a passage."""
    run: list[int] = []
    for index, block in enumerate(document.blocks):
        if block.kind in ("title", "heading"):
            if run:
                yield run
                run = []
            # A heading is context for what stands under it; one with nothing under it would be lost, so it is kept.
            following = document.blocks[index + 1] if index + 1 < len(document.blocks) else None
            if following is None or (
                following.kind in ("title", "heading") and (following.level or 1) <= (block.level or 1)
            ):
                yield [index]
            continue
        if run and not _together(document, document.blocks[run[-1]], block):
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _together(document: Document, before: Block, block: Block) -> bool:
    same = (
        before.heading_path == block.heading_path
        and before.page == block.page
        and (before.table_header == block.table_header or _heads(document, before, block))
    )
    # Words between two blocks belong to neither: hidden text, comments. A passage over them would quote them.
    return same and not any(character.isalnum() for character in document.text[before.end : block.start])


def _heads(document: Document, row: Block, block: Block) -> bool:
    """Whether a row is the header of the table that the next row belongs to, or one line of it."""
    if row.kind != "table_row" or not block.table_header:
        return False
    return is_heads(document.text[row.start : row.end], block.table_header)


def _context(document: Document, block: Block, header: str, limit: int, count_tokens: CountTokens, special: int) -> str:
    headings = [heading for heading in block.heading_path if heading != document.title]
    if block.kind in ("title", "heading"):
        headings = headings[:-1]
    full = _join(document.title, headings, header)
    shorter = [
        full,
        _join(document.title, headings[-1:], header),
        _join(document.title, headings[-1:], ""),
        _join(document.title, [], ""),
    ]
    for context, tokens in zip(shorter, count_tokens(shorter), strict=True):
        if tokens - special <= limit:
            return context
    words = document.title.split()
    while words and count_tokens([" ".join(words)])[0] - special > limit:
        words = words[: max(len(words) * 3 // 4, 0)] if len(words) > 1 else []
    return " ".join(words)


def _join(title: str, headings: Sequence[str], table_header: str) -> str:
    context = " > ".join([title, *headings])
    return f"{context}\n{table_header}" if table_header else context


def _units(
    document: Document, section: Sequence[int], budget: int, count_tokens: CountTokens, special: int
) -> list[_Unit]:
    spans: list[tuple[Span, int]] = []
    for index in section:
        block = document.blocks[index]
        if block.kind in ("table_row", "title", "heading"):
            spans.append(((block.start, block.end), index))
        else:
            spans.extend((span, index) for span in split_sentences(document.text, block.start, block.end))
    counts = count_tokens([document.text[start:end] for (start, end), _ in spans])
    units: list[_Unit] = []
    for ((start, end), index), tokens in zip(spans, counts, strict=True):
        if tokens - special <= budget:
            units.append(_Unit(start, end, tokens - special, index))
        else:
            units.extend(_cut(document.text, start, end, index, budget, count_tokens, special))
    gaps = count_tokens([document.text[one.end : other.start] for one, other in pairwise(units)])
    return (
        [replace(unit, gap=gap - special) for unit, gap in zip(units, [special, *gaps], strict=True)] if units else []
    )


def _cut(
    text: str, start: int, end: int, block: int, budget: int, count_tokens: CountTokens, special: int
) -> Iterator[_Unit]:
    """Halves of an over-long sentence, cut at the white space nearest its middle, until each fits."""
    tokens = count_tokens([text[start:end]])[0] - special
    if tokens <= budget or end - start < 2:
        yield _Unit(start, end, tokens, block)
        return
    middle = (start + end) // 2
    spaces = [i for i in range(start + 1, end - 1) if text[i].isspace()]
    cut = min(spaces, key=lambda i: abs(i - middle)) if spaces else middle
    left, right = cut, cut
    while left > start and text[left - 1].isspace():
        left -= 1
    while right < end and text[right].isspace():
        right += 1
    yield from _cut(text, start, left, block, budget, count_tokens, special)
    yield from _cut(text, right, end, block, budget, count_tokens, special)


def _pack(units: Sequence[_Unit], budget: int) -> list[list[_Unit]]:
    """Groups of neighbouring units within the budget; a block is kept whole where it fits into one group."""
    blocks: list[list[_Unit]] = []
    for unit in units:
        if blocks and blocks[-1][0].block == unit.block:
            blocks[-1].append(unit)
        else:
            blocks.append([unit])
    groups: list[list[_Unit]] = []
    for block in blocks:
        if groups and _tokens([*groups[-1], *block]) <= budget:
            groups[-1].extend(block)
        elif _tokens(block) <= budget:
            groups.append(list(block))
        else:
            groups.extend(_balanced(block, budget))
    return groups


def _balanced(units: Sequence[_Unit], budget: int) -> list[list[_Unit]]:
    """A long block in as few groups as fit, of about equal size, so that no last sentence is left on its own."""
    share = _tokens(units) / -(-_tokens(units) // budget)
    groups: list[list[_Unit]] = [[]]
    for unit in units:
        size = _tokens(groups[-1])
        if groups[-1] and (size + unit.gap + unit.tokens > budget or size + unit.tokens / 2 > share):
            groups.append([])
        groups[-1].append(unit)
    return groups


def _tokens(units: Sequence[_Unit]) -> int:
    """Of the units as one text: their own, and those between them."""
    return sum(unit.tokens for unit in units) + sum(unit.gap for unit in units[1:])


def _passage(document: Document, first: Block, context: str, group: Sequence[_Unit], max_tokens: int) -> Passage:
    start, end = group[0].start, group[-1].end
    key = "\x1f".join([document.id, str(start), str(end), context, str(max_tokens), str(SPLITTER_VERSION)])
    return Passage(
        id="p" + hashlib.blake2b(key.encode(), digest_size=12).hexdigest(),
        document_id=document.id,
        start=start,
        end=end,
        text=document.text[start:end],
        context=context,
        heading_path=first.heading_path,
        page=document.blocks[group[0].block].page,
        sentences=tuple((unit.start, unit.end) for unit in group),
    )
