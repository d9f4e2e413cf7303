"""A question and a sentence as token ids: what the evidence model reads, in training as in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["MOST_TOKENS", "Pair", "TokenArrays", "encode_pairs", "padded"]

QUESTION, SENTENCE, AROUND = 56, 112, 56
"""The most tokens of the question, of the sentence, and of what stands around it; what is longer is cut off."""

MOST_TOKENS = QUESTION + SENTENCE + AROUND + 4

Pair = tuple[str, str, str]
"""Question, sentence, and what stands around the sentence."""

TokenArrays = Mapping[str, npt.NDArray[np.int64]]


def _marks(tokenizer: Tokenizer) -> tuple[int, int]:
    """The ids of the tokens at the beginning and at the end of each part: of RoBERTa's kind, or of BERT's."""
    for names in (("<s>", "</s>"), ("[CLS]", "[SEP]")):
        begin, end = (tokenizer.token_to_id(name) for name in names)
        if begin is not None and end is not None:
            return begin, end
    raise ValueError("The tokenizer has neither BERT's marks nor RoBERTa's.")


def encode_pairs(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[tuple[list[int], list[int]]]:
    """Token ids and segment ids of each pair: [CLS] question [SEP] sentence [SEP] around [SEP].

    The sentence is segment 1, all else segment 0.

    Args:
        tokenizer: of a model of BERT's or RoBERTa's kind, without padding or truncation.
    """
    begin, end = _marks(tokenizer)
    parts = [
        [encoding.ids for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        for texts in zip(*pairs, strict=True)
    ]
    encoded = []
    for question, sentence, around in zip(*parts, strict=True):
        first = [begin, *question[:QUESTION], end]
        second = [*sentence[:SENTENCE], end]
        third = [*around[:AROUND], end] if around else []
        encoded.append((first + second + third, [0] * len(first) + [1] * len(second) + [0] * len(third)))
    return encoded


def padded(encoded: Sequence[tuple[list[int], list[int]]]) -> TokenArrays:
    """The same as arrays of shape (n, the longest), with a mask of what is not padding."""
    longest = max(len(ids) for ids, _ in encoded)
    shape = (len(encoded), longest)
    arrays = {name: np.zeros(shape, dtype=np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
    for row, (ids, segments) in enumerate(encoded):
        arrays["input_ids"][row, : len(ids)] = ids
        arrays["attention_mask"][row, : len(ids)] = 1
        arrays["token_type_ids"][row, : len(ids)] = segments
    return arrays
