"""The evidence model: a trained reader that says whether a sentence answers a question; a small one, and a larger one.

It never decides alone: its logit is one feature of a sentence among others.
"""

from dealqa.answering.evidence_model.larger import load_evidence_model
from dealqa.answering.evidence_model.reader import FOLDER, EvidenceModel, evidence_model

__all__ = ["FOLDER", "EvidenceModel", "evidence_model", "load_evidence_model"]
