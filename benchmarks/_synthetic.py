"""A large corpus made out of the demonstration corpus, with vectors that need no run of the model.

Embedding 100,000 passages takes the model half an hour on two cores, and says nothing about how an index of that
size is searched. So each made-up passage consists of two to five real sentences with other places and other figures;
the vector of a sentence is the real one's, moved: 0.8 of it, 0.3 of another real sentence's, 0.3 of a random
direction, unit length (a cosine of about 0.85 with the real one). A passage's vector is the mean of its sentences' and
a little of its document's own direction, unit length. All of it follows from seeds, so that it is the same each time.

The words are those of few sentences, over and over: a question's words stand in far more of these passages than they
would in as many real ones, which makes full-text search slower here than in a real corpus of the size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from _corpus import read_corpus
from numpy.random import Generator, default_rng

from dealqa import Settings
from dealqa.embedding import Embedder
from dealqa.embedding.embedder import FloatArray
from dealqa.passages import embedding_text, split_document
from dealqa.places import known_places
from dealqa.types import Span

__all__ = ["SECTIONS", "SyntheticEmbedder", "real_sentences", "write_corpus"]

SEED = 20261123
SECTIONS = 50
"""Passages of one made-up document: each section is one."""

WORDS = range(6, 31)
"""How long a real sentence is that is taken up."""

MOST_WORDS = 110
"""Of a section, so that it fits into one passage."""

_RECORD = re.compile(r"Record (\d+)-(\d+)\b")
_PLACE = re.compile(
    r"\b(?:" + "|".join(re.escape(name) for name in sorted(known_places().values(), key=len, reverse=True)) + r")\b"
)
_FIGURE = re.compile(r"\d+(?:,\d{3})*")
_STARTS = ("Ash", "Bram", "Crow", "Dun", "Elm", "Fal", "Gar", "Had", "Ink", "Kel", "Lang", "Mar", "Nor", "Ott", "Pen")
_ENDS = ("bridge", "by", "combe", "dale", "ford", "ham", "leigh", "mere", "port", "stoke", "ton", "wick", "worth")


def real_sentences(settings: Settings, embedder: Embedder, cache: Path) -> tuple[list[str], FloatArray]:
    """The sentences of a corpus with the vectors that the model gives them, shape (n, dimension); kept in a file."""
    texts: list[str] = []
    passages: list[tuple[str, tuple[Span, ...]]] = []
    # Without its scans: what is recognised on them may differ from machine to machine.
    for document in read_corpus(settings.model_copy(update={"ocr": "off"})):
        split = split_document(document, max_tokens=embedder.max_tokens, count_tokens=embedder.count_tokens)
        passages += [embedding_text(passage) for passage in split]
    for text, spans in passages:
        texts += [" ".join(text[start:end].split()) for start, end in spans]
    file = cache / f"sentences-{embedder.fingerprint}-{len(texts)}.npy"
    if not file.is_file():
        _, parts = embedder.embed_passages([text for text, _ in passages], [spans for _, spans in passages])
        cache.mkdir(parents=True, exist_ok=True)
        np.save(file, np.concatenate(parts), allow_pickle=False)
    vectors: FloatArray = np.load(file, allow_pickle=False)
    kept = [i for i, text in enumerate(texts) if len(text.split()) in WORDS and text[0].isupper() and text[-1] in ".;"]
    return [texts[i] for i in kept], vectors[kept]


def _choice(document: int, section: int, lengths: Sequence[int]) -> tuple[list[int], Generator]:
    """Which real sentences a section is made of, and the generator for what else is random in it."""
    random = default_rng((SEED, document, section))
    chosen: list[int] = []
    total = 0
    for number in random.integers(len(lengths), size=int(random.integers(2, 6))):
        total += lengths[number]
        if chosen and total > MOST_WORDS:
            break
        chosen.append(int(number))
    return chosen, random


def write_corpus(folder: Path, sentences: Sequence[str], documents: int) -> None:
    """Write so many documents of `SECTIONS` sections, in folders of a hundred, as Markdown."""
    lengths = [len(sentence.split()) for sentence in sentences]
    places = sorted(set(known_places().values()))
    for number in range(documents):
        random = default_rng((SEED, number))
        names = [random.choice(_STARTS) + random.choice(_ENDS) for _ in range(3)]
        names += [str(random.choice(places)) for _ in range(2)]
        lines = [f"# {names[0]} and {names[3]}: deal paper {number}", ""]
        for section in range(SECTIONS):
            chosen, local = _choice(number, section, lengths)
            body = " ".join(_varied(sentences[i], names, local) for i in chosen)
            lines += [f"## Record {number}-{section}", "", body, ""]
        path = folder / f"{number // 100:03d}" / f"paper-{number:05d}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")


def _varied(sentence: str, names: Sequence[str], random: Generator) -> str:
    """A sentence with other places and other figures; years stay years."""

    def figure(match: re.Match[str]) -> str:
        value = int(match.group().replace(",", ""))
        if 1990 <= value <= 2040:
            return str(int(random.integers(2008, 2032)))
        return f"{int(value * random.uniform(0.3, 3.0)) + 1:,}"

    moved = _PLACE.sub(lambda _: names[int(random.integers(len(names)))], sentence)
    return _FIGURE.sub(figure, moved).rstrip(".;") + "."


class SyntheticEmbedder:
    """The real model for questions and for counting tokens; made-up vectors for the passages of `write_corpus`.

    Args:
        real: the model.
        sentences: as `real_sentences` returns them.
        vectors: likewise.
    """

    def __init__(self, real: Embedder, sentences: Sequence[str], vectors: FloatArray) -> None:
        self._real = real
        self._lengths = [len(sentence.split()) for sentence in sentences]
        self._vectors = vectors

    @property
    def fingerprint(self) -> str:
        """See `Embedder.fingerprint`."""
        return f"{self._real.fingerprint}-synthetic"

    @property
    def dimension(self) -> int:
        """See `Embedder.dimension`."""
        return self._real.dimension

    @property
    def max_tokens(self) -> int:
        """See `Embedder.max_tokens`."""
        return self._real.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `Embedder.count_tokens`."""
        return self._real.count_tokens(texts)

    def embed_question(self, question: str) -> FloatArray:
        """See `Embedder.embed_question`."""
        return self._real.embed_question(question)

    def embed_passages(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[FloatArray, list[FloatArray]]:
        """See `Embedder.embed_passages`."""
        whole = np.empty((len(texts), self.dimension), dtype=np.float32)
        parts: list[FloatArray] = []
        for row, (text, spans) in enumerate(zip(texts, sentences, strict=True)):
            vector, of_sentences = self._vectors_of(text, len(spans))
            whole[row] = vector
            parts.append(of_sentences)
            if progress is not None:
                progress(1)
        return whole, parts

    def _vectors_of(self, text: str, count: int) -> tuple[FloatArray, FloatArray]:
        found = _RECORD.search(text)
        document, section = (int(found[1]), int(found[2])) if found else (0, 0)
        chosen, _ = _choice(document, section, self._lengths)
        random = default_rng((SEED, document, section, 1))
        base = self._vectors[[chosen[i % len(chosen)] for i in range(count)]]
        other = self._vectors[random.integers(len(self._vectors), size=count)]
        noise = _unit(random.standard_normal(base.shape, dtype=np.float32))
        parts = _unit(0.8 * base + 0.3 * other + 0.3 * noise)
        own = _unit(default_rng((SEED, document, 2)).standard_normal((1, self.dimension), dtype=np.float32))
        return _unit(parts.mean(axis=0, keepdims=True) + 0.2 * own)[0], parts


def _unit(vectors: FloatArray) -> FloatArray:
    lengths: FloatArray = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, 1e-12)
