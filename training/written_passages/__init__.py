"""Passages of invention with questions on them, to train the evidence model on."""
