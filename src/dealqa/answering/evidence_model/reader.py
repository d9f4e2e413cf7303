"""A trained reader that says whether a sentence answers a question, and the small one that ships with the package.

Its files are a graph for onnxruntime, a tokenizer and a card that says what it was trained on and how well it does.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dealqa.answering.evidence_model.pair_encoding import Pair, TokenArrays, encode_pairs, padded
from dealqa.embedding.engines import calculates_in_bf16, compiled
from dealqa.errors import ModelInvalid

__all__ = ["FOLDER", "EvidenceModel", "evidence_model"]

FOLDER = "data/evidence_model"
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
"""What runs the graph: a GPU, where onnxruntime's build for one is installed, else the processor."""

Run = Callable[[TokenArrays], npt.NDArray[np.float32]]
"""From token ids, mask and segment ids, each (n, tokens), to logits, (n,)."""

BATCH_TOKENS = 1024
"""Tokens of one pass, padding included; pairs of like length go together."""


class EvidenceModel:
    """Reads pairs of a question and a sentence; safe to use from several threads.

    Args:
        folder: holds `model.onnx`, `tokenizer.json` and `card.json`, which names the SHA-256 of the first two.
        threads: processor threads; 0 for as many as this process may use.
        large: whether OpenVINO runs it, in bfloat16 where the processor has it: twice as fast once it is compiled.
        second: a larger one, which reads the best of the sentences once more.

    Raises:
        ModelInvalid: a file is missing, or is not the one that the card names.
    """

    def __init__(
        self, folder: Path, *, threads: int = 0, large: bool = False, second: EvidenceModel | None = None
    ) -> None:
        from tokenizers import Tokenizer

        self.second = second
        try:
            card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
            graph = _checked(folder / "model.onnx", card["sha256"]["model.onnx"])
            tokenizer = _checked(folder / "tokenizer.json", card["sha256"]["tokenizer.json"])
            self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
            run = _openvino(folder / "model.onnx", threads) if large else _onnxruntime(graph, threads)
        except ModelInvalid:
            raise
        except Exception as err:  # onnxruntime and tokenizers raise bare Exceptions of their own
            raise ModelInvalid(
                f"The evidence model in {folder} is damaged: {err}.", hint="Install dealqa again."
            ) from err
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._run = run

    def logits(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float32]:
        """How surely each sentence answers its question, shape (n,): 0 is even, 3 is sure, -3 surely not.

        Args:
            pairs: question, sentence and what stands around it, see `sentence_in_context`.
        """
        found = np.zeros(len(pairs), dtype=np.float32)
        encoded = encode_pairs(self._tokenizer, pairs)
        order = sorted(range(len(pairs)), key=lambda i: len(encoded[i][0]))
        while order:
            batch: list[int] = []
            while order and (len(batch) + 1) * len(encoded[order[0]][0]) <= BATCH_TOKENS:
                batch.append(order.pop(0))
            found[batch] = self._run(padded([encoded[i] for i in batch]))
        return found


def _onnxruntime(graph: bytes, threads: int) -> Run:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or len(os.sched_getaffinity(0))
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A processor without instructions for products of eight bits would cut the sums off, and read otherwise.
    options.add_session_config_entry("session.x64quantprecision", "1")
    there = onnxruntime.get_available_providers()
    session = onnxruntime.InferenceSession(graph, options, [one for one in PROVIDERS if one in there])
    names = [one.name for one in session.get_inputs()]

    def run(arrays: TokenArrays) -> npt.NDArray[np.float32]:
        (logits,) = session.run(["logits"], {name: arrays[name] for name in names})
        return logits  # type: ignore[no-any-return]

    return run


def _openvino(graph: Path, threads: int) -> Run:
    model = compiled(graph, threads=threads, precision="bf16" if calculates_in_bf16() else "f32")
    names = [name for one in model.inputs for name in one.get_names()]
    alone = threading.Lock()

    def run(arrays: TokenArrays) -> npt.NDArray[np.float32]:
        with alone:
            return np.array(model({name: arrays[name] for name in names})["logits"], dtype=np.float32)

    return run


def _checked(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as err:
        raise ModelInvalid(f"{path} cannot be read: {err.strerror}.", hint="Install dealqa again.") from err
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelInvalid(f"{path} is not the file that was published.", hint="Install dealqa again.")
    return data


@cache
def evidence_model(second: EvidenceModel | None = None) -> EvidenceModel:
    """The model that ships with the package.

    Args:
        second: see `EvidenceModel`.
    """
    with as_file(files("dealqa").joinpath(FOLDER)) as folder:
        return EvidenceModel(folder, second=second)
