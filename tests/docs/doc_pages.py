"""The pages of the documentation, and the blocks of code in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = tuple(path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if path.is_file())

_FENCE = re.compile(r"^```(?P<language>[\w-]*)[^\n]*\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_MASKS = (
    (re.compile(r"\d+(?:\.\d+)? ?(?:ms|s|GiB)\b"), "TIME"),
    (re.compile(r"\b\d{6}-[0-9a-f]{12}\b"), "GENERATION"),
    (re.compile(r'("(?:retrieve|answer|total)": )\d+\.\d+'), r"\1TIME"),
)


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    body: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(language: str) -> list[Block]:
    """All fenced blocks in a language, page by page."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            if match["language"] == language:
                line = text.count("\n", 0, match.start()) + 1
                found.append(Block(str(page.relative_to(ROOT)), line, match["body"]))
    return found


def commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown under it ("" when none is)."""
    found: list[tuple[str, str]] = []
    for line in block.body.splitlines():
        if line.startswith("$ "):
            found.append((line[2:].strip(), ""))
        elif found:
            command, output = found[-1]
            found[-1] = (command, f"{output}{line}\n")
    return found


def masked(text: str) -> str:
    """Text with white space evened out and what differs from run to run masked."""
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def agrees(shown: str, printed: str) -> bool:
    """Whether a command's output is what a page shows; "…" stands for anything, line breaks do not count."""
    pattern = ".*?".join(re.escape(part.strip()) for part in masked(shown).split("…"))
    return re.fullmatch(pattern, masked(printed), re.DOTALL) is not None
