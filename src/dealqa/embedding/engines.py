"""What runs the exported graph: onnxruntime, which is there at once, or OpenVINO, which is twice as fast once it is.

Both take token ids and give the same vectors: in single precision they agree to about 1e-7. A question is one short
text, and waiting for OpenVINO to compile the graph would cost more than it saves; an index is many long ones.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from dealqa.errors import ConfigError

__all__ = ["Engine", "OnnxRuntimeEngine", "OpenVinoEngine", "calculates_in_bf16", "compiled"]

OUTPUTS = ("sentence_embedding", "token_embeddings")

TokenIds = Mapping[str, npt.NDArray[np.int64]]


class Engine(Protocol):
    """Runs a graph."""

    def run(self, arrays: TokenIds) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Token ids, (n, tokens) each, to vectors of the texts (n, dimension) and of their tokens (n, tokens, …)."""


class OnnxRuntimeEngine:
    """onnxruntime on the processor."""

    def __init__(self, graph: Path, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or _cores()
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def run(self, arrays: TokenIds) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """See `Engine.run`."""
        vectors, tokens = self._session.run(list(OUTPUTS), dict(arrays))
        return vectors, tokens


class OpenVinoEngine:
    """OpenVINO on the processor.

    Args:
        precision: of the products inside; "bf16" (half as many bits) is faster still, and agrees with single precision
            to a cosine of about 0.9999.

    Raises:
        ConfigError: this processor has no products of that precision.
    """

    def __init__(self, graph: Path, *, threads: int, precision: Literal["f32", "bf16"]) -> None:
        self._model = compiled(graph, threads=threads, precision=precision)

    def run(self, arrays: TokenIds) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """See `Engine.run`."""
        found = self._model(dict(arrays))
        return found[OUTPUTS[0]], found[OUTPUTS[1]]


def compiled(graph: Path, *, threads: int, precision: Literal["f32", "bf16"]) -> Any:
    """The graph as OpenVINO runs it: called with arrays by name, it gives arrays; from one thread at a time.

    Raises:
        ConfigError: this processor has no products of that precision.
    """
    core = _openvino().Core()
    if precision == "bf16" and not calculates_in_bf16():
        raise ConfigError(
            "This processor does not calculate in bf16.", hint="Set precision to f32, and rebuild the index."
        )
    configuration = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": threads or _cores(),
        "PERFORMANCE_HINT": "LATENCY",  # one batch at a time, all threads on it
    }
    return core.compile_model(core.read_model(str(graph)), "CPU", configuration)


def calculates_in_bf16() -> bool:
    """Whether this processor has products of half as many bits."""
    return "BF16" in _openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _openvino() -> Any:
    """The package, without its conversion tools: those would import a package that reports their use to its makers."""
    name = "openvino.tools.ovc"
    before = sys.modules.get(name)
    if "openvino" not in sys.modules:
        sys.modules[name] = None  # type: ignore[assignment]  # the documented way to make an import fail
        try:
            return importlib.import_module("openvino")
        finally:
            del sys.modules[name]
            if before is not None:
                sys.modules[name] = before
    return importlib.import_module("openvino")


def _cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux: a container may have fewer than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
