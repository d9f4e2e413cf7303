"""Answers as documents to hand on: Markdown, DOCX and PDF with numbered footnotes."""
