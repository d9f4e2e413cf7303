"""Invented pairs of a question and a sentence on deals, to train a model that says whether one answers the other."""

from training.deal_pairs.groups import deal_pairs
from training.deal_pairs.templates import Pair

__all__ = ["Pair", "deal_pairs"]
