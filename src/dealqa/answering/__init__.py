"""Hits → a draft: the sentences that answer, each with what it cites, or a refusal. `citing` verifies it."""

from dealqa.answering.draft import Corpus, Draft
from dealqa.answering.extractive import answer_extractively

__all__ = ["Corpus", "Draft", "answer_extractively"]
