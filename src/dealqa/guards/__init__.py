"""Whether a sentence says no more, and nothing else, than what it cites: figures, denials, status, and names."""

from __future__ import annotations

from collections.abc import Sequence

from dealqa.deals import Registry
from dealqa.guards.alignment import alignment_objection
from dealqa.guards.amounts import figure_objection
from dealqa.guards.certainty import certainty_objection
from dealqa.guards.clauses import clauses_of
from dealqa.guards.names import name_objection
from dealqa.guards.negation import negation_objection
from dealqa.guards.opposites import opposite_objection
from dealqa.guards.pairing import pairing_objection
from dealqa.guards.source import Source, source_of

__all__ = ["Source", "source_of", "unsupported_claim"]

LONGEST = 4_000
"""Characters of a sentence beyond which nobody could check it; it is objected to."""

MOST_CITED = 12_000
"""Characters of all that a sentence cites, likewise; the work grows with the product of both."""


def unsupported_claim(text: str, sources: Sequence[Source], registry: Registry | None = None) -> str | None:
    """What a sentence says that its sources do not, as half a sentence that ends an objection; None when it stands.

    It compares words and figures and understands nothing: a claim that is made of the quote's own figures, names and
    words in another order may pass.

    Args:
        text: the sentence, as it is to be read.
        sources: what it cites.
        registry: says which names mean the same deal.
    """
    text = " ".join(text.split())
    if any(text in (source.one_line, source.read_out) for source in sources):
        return None
    if text == " ".join(source.read_out for source in sources):
        return None
    if len(text) > LONGEST or sum(len(source.text) for source in sources) > MOST_CITED:
        return "it is too long to be checked"
    registry = registry or Registry.empty()
    if objected := figure_objection(text, sources) or name_objection(text, sources, registry):
        return objected
    claimed = clauses_of(text)
    given = [clause for source in sources for clause in source.clauses]
    return (
        alignment_objection(text, sources, registry)
        or negation_objection(claimed, given)
        or certainty_objection(claimed, given)
        or opposite_objection(text, sources)
        or pairing_objection(text, sources)
    )
