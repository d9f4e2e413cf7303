"""What a workbook holds beside its cells: text boxes, charts, pictures, comments, embedded files."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

from dealqa.reading.left_out import LeftOut
from dealqa.reading.office_xml import local_name, parse_part

__all__ = ["count_extras"]

_DRAWING = re.compile(r"xl/drawings/drawing\d*\.xml")
_COMMENTS = re.compile(r"xl/(?:comments\d*|threadedComments/.*)\.xml")
_CHART = re.compile(r"xl/charts/chart\d*\.xml")


def count_extras(data: bytes, path: str, left_out: LeftOut) -> None:
    """Count what is not read: text boxes and embedded files are gaps, the rest is mentioned.

    Raises:
        UnreadableDocument: hidden_markup.
    """
    gaps: Counter[str] = Counter()
    comments = charts = pictures = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if _DRAWING.fullmatch(name):
                root = parse_part(archive.read(name), path)
                bodies = (
                    body for body in root.iter("{*}txBody") if any((t.text or "").strip() for t in body.iter("{*}t"))
                )
                gaps["text box"] += sum(1 for _ in bodies)
            elif _COMMENTS.fullmatch(name):
                root = parse_part(archive.read(name), path)
                comments += sum(local_name(element) in ("comment", "threadedComment") for element in root.iter())
            charts += _CHART.fullmatch(name) is not None
            gaps["embedded file"] += name.startswith("xl/embeddings/") and not name.endswith("/")
            pictures += name.startswith("xl/media/") and not name.endswith("/")
    left_out.count_unread(gaps)
    for what, number in (
        ("Charts were not read, only the cells that they draw", charts),
        ("Pictures were not read", pictures),
        ("Comments were not read", comments),
    ):
        if number:
            left_out.remarks.append(f"{what}: {number}.")
