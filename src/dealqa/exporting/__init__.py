"""Answers as documents to hand on: Markdown, DOCX and PDF with numbered footnotes.

`compose` says once what such a document holds, as a `Paper`; each format only sets it.
"""

from dealqa.exporting.composing import Exported
from dealqa.exporting.writing import FORMATS, MEDIA_TYPES, Format, checked_path, export, write_export

__all__ = ["FORMATS", "MEDIA_TYPES", "Exported", "Format", "checked_path", "export", "write_export"]
