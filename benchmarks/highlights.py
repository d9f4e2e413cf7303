"""Whether what the evidence panel marks is the quote, and how exactly quotes are framed on the pages of PDFs.

    .venv/bin/python benchmarks/highlights.py [--split dev|test] [--index FOLDER] [--quick] [--write]

The questions of evals/city_deals are asked, and the panel of each citation that the page offers is read as a browser
reads it. `marks are the quote`: all marks joined are the citation's quote, letter for letter. `exact`: the words of
the quote itself are framed on its page; `paragraph`: the paragraph or row around it; `none`: nothing.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

from _report import ROOT, finish, machine, parser, table

from dealqa import Assistant, load_settings
from dealqa.evaluation import load_suite
from dealqa.index import build_index
from dealqa.types import Citation
from dealqa.web.ask.turns import evidence_of
from dealqa.web.evidence.pages import EvidencePages
from dealqa.web.evidence.panel import Selection, panel

QUICK = 40
"""How many questions are asked for a first look."""


class Marks(HTMLParser):
    """The text inside the marks of a panel, joined, and whether one of them stands in a table."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.joined = ""
        self.in_table = False
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where we are."""
        if tag in ("mark", "table"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note where we are."""
        if tag in ("mark", "table"):
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        """Keep what is marked."""
        if "mark" in self._open:
            self.joined += data
            self.in_table |= "table" in self._open


@dataclass
class Seen:
    """What was seen of the citations of one format."""

    citations: int = 0
    equal: int = 0
    tables: int = 0
    framed: Counter[str] = field(default_factory=Counter)


def look(assistant: Assistant, pages: EvidencePages, citation: Citation, seen: Seen) -> None:
    """Open one citation and count what its panel shows."""
    document = assistant.document(citation.document_id)
    shown = pages.shown(document, (citation.start, citation.end))
    marks = Marks(panel(Selection(1, (citation,), citation, document, pages=shown)))
    seen.citations += 1
    seen.equal += marks.joined == citation.quote
    seen.tables += marks.in_table
    if citation.document.endswith(".pdf"):
        problem = "none" if not shown or any(page.problem for page in shown) else ""
        seen.framed[problem or {"quote": "exact", "block": "paragraph", "nothing": "none"}[shown[0].framed]] += 1


def main() -> int:
    """Measure and report."""
    arguments = parser(__doc__)
    arguments.add_argument("--split", choices=("dev", "test"), default="dev")
    arguments.add_argument(
        "--index", type=Path, help="an index that is there, instead of one that is brought up to date"
    )
    options = arguments.parse_args()
    facts = machine()
    settings = load_settings(index=options.index or ROOT / ".scratch" / "ablation-index", ocr="off")
    if options.index is None:
        build_index(settings)
    cases = load_suite(ROOT / "evals" / "city_deals", options.split).cases
    cases = cases[:QUICK] if options.quick else cases
    formats: dict[str, Seen] = {}
    with Assistant(settings) as assistant:
        pages = EvidencePages(assistant)
        try:
            for case in cases:
                for citation in evidence_of(assistant.ask(case.question, case.history)):
                    suffix = PurePosixPath(citation.document).suffix
                    look(assistant, pages, citation, formats.setdefault(suffix, Seen()))
        finally:
            pages.close()
    total = Seen()
    for seen in formats.values():
        total.citations += seen.citations
        total.equal += seen.equal
        total.tables += seen.tables
        total.framed += seen.framed
    head = ("format", "citations", "marks are the quote", "in a table", "exact", "paragraph", "none")
    rows = [
        (
            name,
            str(seen.citations),
            f"{seen.equal / seen.citations:.1%}" if seen.citations else "–",
            str(seen.tables),
            *(str(seen.framed[how]) if seen.framed else "" for how in ("exact", "paragraph", "none")),
        )
        for name, seen in (*sorted(formats.items()), ("all", total))
    ]
    body = f"{len(cases)} questions ({options.split}).\n\n{table(head, rows)}"
    finish("highlights", facts, body, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
