"""Text to vectors: where the model comes from, how it is converted once, and how it is run.

sentence-transformers defines and loads the model; importing it costs seconds and hundreds of megabytes, so that is
done once per model, to export one ONNX graph that onnxruntime runs from then on.
"""

from dealqa.embedding.embedder import Embedder, OnnxEmbedder
from dealqa.embedding.export import load_embedder
from dealqa.embedding.source import ModelSource, locate_model

__all__ = ["Embedder", "ModelSource", "OnnxEmbedder", "load_embedder", "locate_model"]
