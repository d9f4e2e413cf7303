"""What `dealqa doctor` looks at in the language model: whether it can be had, and whether it answers."""

from __future__ import annotations

import time

from dealqa.cli.findings import Finding
from dealqa.config import Settings
from dealqa.errors import LanguageModelError

__all__ = ["language_model"]

_NAME = "language model"
_QUESTION = "Answer with the word yes and nothing else."


def language_model(settings: Settings) -> list[Finding]:
    """The model is asked something short; without one there is nothing to look at."""
    llm = settings.llm
    if not llm.model:
        return [Finding(_NAME, "ok", "none; answers are the documents' own sentences")]
    from langchain_core.messages import HumanMessage

    from dealqa.answering.language_model import close_chat_model, load_chat_model
    from dealqa.answering.language_model.asking import Asker

    model = load_chat_model(llm)
    asker = Asker(model, concurrency=1, retries=0, answer_tokens=llm.answer_tokens)
    began = time.perf_counter()
    try:
        written = ""
        for part in asker.stream([HumanMessage(_QUESTION)], seconds=llm.seconds):
            first = time.perf_counter() - began
            written += part
            if written.strip():
                break  # that it answers is enough; how well is seen in an evaluation
    except LanguageModelError as err:
        where = llm.base_url or "its provider's server"
        hint = f"Is {where} up, and does it serve {llm.model.partition(':')[2]}? Until then answers are extractive."
        return [Finding(_NAME, "warning", f"{llm.model}: {err.message}", hint)]
    finally:
        close_chat_model(model)
    if not written.strip():
        return [Finding(_NAME, "warning", f"{llm.model} answers with nothing.", "Try another model.")]
    return [Finding(_NAME, "ok", f"{llm.model} answers; its first word came after {first:.1f} s")]
