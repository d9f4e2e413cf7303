"""The reading room: a folder of files to `Document`s, safely, one module a format."""

from dealqa.reading.read import read_document
from dealqa.reading.stub_readers import FileReading, Readers
from dealqa.reading.walk import SUFFIXES, Walk, walk_corpus

__all__ = ["SUFFIXES", "FileReading", "Readers", "Walk", "read_document", "walk_corpus"]
