"""Words for lists, counts, pages and names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["capital", "counted", "listed", "pages_named", "visible"]

_MOST_PAGES = 12


def visible(text: str) -> str:
    """A name that is safe to print: what cannot be seen, such as a terminal's commands, becomes a question mark."""
    return "".join(character if character.isprintable() else "?" for character in text)


def counted(number: int, noun: str) -> str:
    """A number of things: "1 page", "1,200 pages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(parts: Sequence[str]) -> str:
    """The parts as one: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def pages_named(numbers: Iterable[int]) -> str:
    """Pages in a sentence: "page 3", "pages 3, 5 and 7–9"; a long list is cut."""
    found = sorted(set(numbers))
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [part for run in runs for part in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run))]
    if len(parts) > _MOST_PAGES:
        shown = sum(len(run) for run in runs[: _MOST_PAGES - 1])
        parts = [*parts[: _MOST_PAGES - 1], f"{len(found) - shown} more"]
    return f"{'page' if len(found) == 1 else 'pages'} {listed(parts)}"


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]
