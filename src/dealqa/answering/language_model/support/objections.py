"""Everything that can be objected to a statement which is said to rest on one sentence, the surest first."""

from __future__ import annotations

from dealqa.answering.draft import Corpus
from dealqa.answering.frames import frame_left_out, row_frame_left_out
from dealqa.answering.language_model.support.assertion import attribution_left_out, deadline_as_done
from dealqa.answering.language_model.support.completeness import change_places, put_together
from dealqa.answering.language_model.support.put_in import (
    foreign_words,
    light_word_put_in,
    quantity_put_in,
    verb_made_finite,
)
from dealqa.answering.language_model.support.surroundings import (
    column_objection,
    heads_objection,
    surroundings_objection,
)
from dealqa.answering.quoting import citation_of
from dealqa.guards import Source, source_of, unsupported_claim
from dealqa.types import Hit, Span

__all__ = ["unsupported"]


def unsupported(text: str, hit: Hit, span: Span, corpus: Corpus, *, question: str, most_foreign: int) -> str | None:
    """What speaks against showing a statement as what a sentence says, as half a sentence; None where nothing does.

    Args:
        hit: the passage of the sentence.
        span: of the sentence, in the document.
        question: whose words a statement may take up.
        most_foreign: how many of the statement's content words may be the question's only; what neither has is one too
            many.
    """
    document = corpus.document(hit.document.id)
    said = hit.passage.sentence_text(span)
    source = source_of(citation_of(hit, span, 1), document)
    return (
        surroundings_objection(text, hit, span, document)
        or unsupported_claim(text, [source], corpus.registry)
        or _asserted(text, said, source)
        or _worded(text, said, source, question, most_foreign)
    )


def _asserted(text: str, said: str, source: Source) -> str | None:
    """Whether the statement makes more of the sentence than it says."""
    if whose := attribution_left_out(text, said):
        return f"it gives as a fact what is only somebody's word (“{whose}”)"
    if deadline := deadline_as_done(text, said):
        return f"it says that something was done of which the passage says that it is to be done (“{deadline}”)"
    if name := put_together(text, said):
        return f"“{name}” is not in the sentence that says it of the others"
    if names := change_places(text, said):
        return f"“{names[0]}” and “{names[1]}” have changed places"
    if head := heads_objection(text, source.above, source.header):
        return f"it leaves out what stands above it (“{head}”)"
    if source.header and (head := column_objection(text, said, source.header)):
        return f"its figure stands in another column (“{head}”)"
    frame = row_frame_left_out(text, said) if source.header else frame_left_out(text, said)
    if frame:
        return f"it leaves out what the sentence puts around it (“{frame}”)"
    return None


def _worded(text: str, said: str, source: Source, question: str, most_foreign: int) -> str | None:
    """Whether the statement puts something in on its own account."""
    if quantity := quantity_put_in(text, source):
        return f"its “{quantity}” is not in what it cites"
    if word := light_word_put_in(text, source, question):
        return f"its “{word}” is not in what it cites"
    if not source.header and (verb := verb_made_finite(text, said)):
        return f"what it cites does not say that somebody “{verb}”"
    added, foreign = foreign_words(text, source, question)
    if added:
        return "it has words that neither the passage nor the question has"
    return "it has too many words that only the question has" if foreign > most_foreign else None
