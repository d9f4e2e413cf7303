"""A small world to break an index in: documents, an embedder that costs nothing, and what an index should say."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dealqa.config import Settings
from dealqa.index import Index
from dealqa.passages import embedding_text, split_document
from dealqa.reading import read_document
from dealqa.types import Document, Span

SCALE = float(os.environ.get("FAULTS_SCALE", "1"))
"""How many of the numbers of trials that the tests name are made: 0.1 for a quick look, 10 for a night."""


def scaled(number: int) -> int:
    """A number of trials, as the environment wants it; at least one."""
    return max(1, round(number * SCALE))


class HashEmbedder:
    """Vectors from the hashes of words: an embedder that knows no language, costs nothing and never changes."""

    fingerprint = "hashes of words, first edition"
    dimension = 24
    max_tokens = 64

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words and marks, and two for the ends."""
        return [len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts]

    def embed_question(self, question: str) -> npt.NDArray[np.float32]:
        """The sum of the words' vectors, of unit length."""
        total = np.full(self.dimension, 1e-3, dtype=np.float64)
        for word in re.findall(r"\w+", question.lower()):
            seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
            total += np.random.default_rng(seed).standard_normal(self.dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)

    def embed_passages(
        self,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        progress: Callable[[int], None] | None = None,
    ) -> tuple[npt.NDArray[np.float32], list[npt.NDArray[np.float32]]]:
        """See `dealqa.embedding.Embedder`."""
        rows = [self.embed_question(text) for text in texts]
        parts = [
            np.array([self.embed_question(text[start:end]) for start, end in spans], dtype=np.float32).reshape(
                -1, self.dimension
            )
            for text, spans in zip(texts, sentences, strict=True)
        ]
        if progress is not None:
            progress(len(texts))
        return np.array(rows, dtype=np.float32).reshape(-1, self.dimension), parts


WORDS = (
    *("harbour", "bridge", "council", "funding", "retained", "growth", "revenue", "transport", "housing", "skills"),
    *("apprentice", "enterprise", "quarter", "investment", "station", "research", "campus", "tram", "freight"),
    *("energy", "river", "market", "border", "valley"),
)

QUERIES = (*WORDS[:16], "harbour bridge", "council funding", "tram freight", "nothing of the kind")
"""Twenty questions."""


def document_text(seed: int, sections: int = 3, marker: str = "") -> str:
    """A document of short sections; `marker` is a word that only this version of it has."""
    chance = random.Random(seed)  # noqa: S311 - documents, not secrets
    parts = [f"# Paper {seed}"]
    for number in range(sections):
        words = " ".join(chance.choice(WORDS) for _ in range(20))
        parts.append(
            f"## Part {number}\n\nThe {words} was agreed in {1990 + number}. {marker} It costs £{seed} million."
        )
    return "\n\n".join(parts) + "\n"


def settings_of(folder: Path, **given: object) -> Settings:
    """Settings for the folders `corpus` and `index` in a folder."""
    values: dict[str, Any] = {"cache": Path(os.environ["DEALQA_CACHE"]), "read_workers": 1, **given}
    return Settings(corpus=folder / "corpus", index=folder / "index", **values)


def make_world(folder: Path, documents: int = 4, sections: int = 3) -> Settings:
    """A new folder with documents in `corpus`."""
    settings = settings_of(folder)
    settings.corpus.mkdir(parents=True)
    for number in range(documents):
        (settings.corpus / f"paper-{number}.md").write_text(document_text(number, sections), encoding="utf-8")
    return settings


def _hashed(value: object) -> str:
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def contents_of(index: Index) -> dict[str, Any]:
    """All that an index holds of its documents, as JSON: what `expected_contents` should be."""
    ids = sorted(name for name, _ in index._passages.values())
    stored = index.load(ids)
    documents = {info.path: info for info in index.documents}
    held = {
        path: {
            "id": info.id,
            "duplicates": sorted(info.duplicates),
            "document": _hashed(index.document(info.id)),
            "passages": [],
        }
        for path, info in documents.items()
    }
    by_id = {info.id: path for path, info in documents.items()}
    for name in ids:
        one = stored[name]
        passage = one.passage
        spans = [name, passage.start, passage.end, _hashed(passage), _hashed(one.vector.tobytes())]
        held[by_id[passage.document_id]]["passages"].append([*spans, _hashed(one.sentence_vectors.tobytes())])
    for value in held.values():
        value["passages"].sort(key=lambda row: (row[1], row[0]))
    return {"documents": held, "chroma": sorted(index._vectors.ids()), "words": _words_found(index)}


def _words_found(index: Index) -> dict[str, list[str]]:
    return {word: sorted(name for name, _ in index.match([word], 10_000)) for word in WORDS}


def answers_of(index: Index) -> list[Any]:
    """What an index says to twenty questions: both searches, with the passages' places and texts."""
    embedder = HashEmbedder()
    said: list[Any] = []
    for query in QUERIES:
        near = [(name, round(cosine, 4)) for name, cosine in index.nearest(embedder.embed_question(query), 5)]
        found = [(name, round(score, 4)) for name, score in index.match(query.split(), 5)]
        passages = index.load(sorted({name for name, _ in [*near, *found]}))
        shown = [
            (name, one.passage.document_id, index.info(one.passage.document_id).path, one.passage.text)
            for name, one in sorted(passages.items())
        ]
        said.append([near, found, shown, [index.passage_frequency(word) for word in query.split()]])
    return [*said, list(index.vocabulary()), index.failures(), [repr(info) for info in index.documents]]


def answer_digest(index: Index) -> str:
    """A hash of `answers_of`."""
    return _hashed(answers_of(index))


def expected_contents(settings: Settings) -> dict[str, Any]:
    """What an index of the documents as they are now should hold, worked out without any index."""
    embedder = HashEmbedder()
    by_id: dict[str, list[str]] = {}
    for path in sorted(settings.corpus.rglob("*")):
        if path.is_file() and path.suffix in (".md", ".txt"):
            name = path.relative_to(settings.corpus).as_posix()
            document = read_document(settings.corpus, name, max_bytes=settings.max_file_bytes)
            by_id.setdefault(document.id, []).append(name)
    held: dict[str, Any] = {}
    chroma: list[str] = []
    words: dict[str, list[str]] = {word: [] for word in WORDS}
    for name, (first, *others) in by_id.items():
        document = read_document(settings.corpus, first, max_bytes=settings.max_file_bytes)
        rows = _expected_passages(document, embedder, words)
        chroma += [row[0] for row in rows]
        held[first] = {"id": name, "duplicates": others, "document": _hashed(document), "passages": rows}
    found = {word: sorted(names) for word, names in words.items()}
    return {"documents": held, "chroma": sorted(chroma), "words": found}


def _expected_passages(document: Document, embedder: HashEmbedder, words: dict[str, list[str]]) -> list[Any]:
    passages = split_document(document, max_tokens=embedder.max_tokens, count_tokens=embedder.count_tokens)
    embedded = [embedding_text(passage) for passage in passages]
    vectors, parts = embedder.embed_passages([text for text, _ in embedded], [spans for _, spans in embedded])
    rows: list[Any] = []
    for number, passage in enumerate(passages):
        sentences = parts[number].astype(np.float16).astype(np.float32)
        hashes = [_hashed(passage), _hashed(vectors[number].tobytes()), _hashed(sentences.tobytes())]
        rows.append([passage.id, passage.start, passage.end, *hashes])
        for word in words:
            if re.search(rf"\b{word}\b", f"{passage.context}\n{passage.text}".lower()):
                words[word].append(passage.id)
    return sorted(rows, key=lambda row: (row[1], row[0]))


def same(one: object, other: object) -> bool:
    """Whether two values are the same JSON."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def debris_of(settings: Settings) -> list[str]:
    """What an interrupted run may have left in the folder of an index, or in its database."""
    import sqlite3

    found = [str(path.relative_to(settings.index)) for path in settings.index.rglob("*.new")]
    found += [path.name for path in settings.index.glob("*.migrating*")]
    connection = sqlite3.connect(settings.index / "dealqa.sqlite")
    try:
        (newest,) = connection.execute("SELECT max(number) FROM generations").fetchone()
        staged = connection.execute("SELECT count(*) FROM documents WHERE born > ?", (newest or 0,)).fetchone()[0]
        unused = connection.execute(
            "SELECT count(*) FROM vectors WHERE key NOT IN (SELECT vector FROM passages)"
        ).fetchone()[0]
        lost = connection.execute(
            "SELECT count(*) FROM passages WHERE document NOT IN (SELECT key FROM documents)"
        ).fetchone()[0]
    finally:
        connection.close()
    return [*found, *(["staged rows"] * bool(staged)), *(["unused vectors"] * bool(unused)), *(["lost"] * bool(lost))]
