"""Whether one sentence of a document, as it stands there, says a statement."""

from dealqa.answering.language_model.support.objections import unsupported
from dealqa.answering.language_model.support.put_in import leads_away

__all__ = ["leads_away", "unsupported"]
