"""The version of the reading room."""

__all__ = ["READING_VERSION"]

READING_VERSION = 4
"""Raised whenever the same bytes would be read in another way: documents of older versions are read again."""
