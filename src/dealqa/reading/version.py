"""The version of the reading room."""

__all__ = ["READING_VERSION"]

READING_VERSION = 3
"""Raised whenever the same bytes would be read in another way: documents of older versions are read again."""
