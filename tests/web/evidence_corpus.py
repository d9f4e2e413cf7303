"""A small corpus in many formats, for tests of what the evidence shows: the same few facts in prose and in tables."""

from __future__ import annotations

import os
from pathlib import Path

from dealqa.config import Settings
from dealqa.index import build_index

__all__ = ["ROWS", "SENTENCE", "index_of_formats"]

ROWS = (("Element", "Council", "Amount"), ("Skills hub", "York", "£114m"), ("Growth hub", "Derby", "£2.25m"))

SENTENCE = (
    "The four councils of the Severn deal keep the whole growth in business rates in five enterprise areas for 25 "
    "years, and pay it into one fund."
)
BEFORE = "The deal was signed in July 2012."
AFTER = "A metro with half-hourly trains on four lines is planned."


def index_of_formats(folder: Path) -> Settings:
    """Settings of an index over the corpus, which is written to `folder` first."""
    corpus = folder / "corpus"
    corpus.mkdir()
    _pdf(corpus / "paper.pdf")
    _docx(corpus / "minutes.docx")
    _xlsx(corpus / "amounts.xlsx")
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS[1:])
    head = "".join(f"<th>{cell}</th>" for cell in ROWS[0])
    (corpus / "update.html").write_text(
        f"<!DOCTYPE html><html lang='en'><title>Severn update</title><h1>Severn update</h1><p>{BEFORE}</p>"
        f"<p>{SENTENCE} {AFTER}</p><table><tr>{head}</tr>{rows}</table></html>",
        encoding="utf-8",
    )
    table = "\n".join(f"| {' | '.join(row)} |" for row in (ROWS[0], ("---",) * 3, *ROWS[1:]))
    (corpus / "note.md").write_text(
        f"# Severn note\n\n{BEFORE}\n\n{SENTENCE}\n{AFTER}\n\n- one thing\n- another thing\n\n{table}\n",
        encoding="utf-8",
    )
    (corpus / "digest.txt").write_text(f"Severn digest\n\n{BEFORE}\n\n{SENTENCE} Café.\n", encoding="windows-1252")
    settings = Settings(
        corpus=corpus, index=folder / "index", cache=Path(os.environ["DEALQA_CACHE"]), ocr="off", read_workers=1
    )
    report = build_index(settings)
    assert report.documents == 6, report.failures
    return settings


def _pdf(path: Path) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

    styles = getSampleStyleSheet()
    document = SimpleDocTemplate(str(path), pagesize=A4, title="Severn paper on the deal", invariant=True)
    document.build(
        [
            Paragraph("Severn paper on the deal", styles["Title"]),
            Paragraph(BEFORE, styles["BodyText"]),
            Paragraph(f"{SENTENCE} {AFTER}", styles["BodyText"]),
            Spacer(1, 12),
            Table([list(row) for row in ROWS], colWidths=(140, 140, 140)),
            PageBreak(),
            Paragraph("The rest", styles["Heading1"]),
            Paragraph("Nothing else was agreed on this second page.", styles["BodyText"]),
        ]
    )


def _docx(path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Severn minutes", 0)
    document.add_paragraph(BEFORE)
    document.add_paragraph(f"{SENTENCE} {AFTER}")
    table = document.add_table(rows=0, cols=3)
    for row in ROWS:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    document.save(str(path))


def _xlsx(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ROWS:
        sheet.append(row)
    book.save(path)
