"""Answers in the words of a language model, which is never trusted: each statement is checked before it is shown."""

from dealqa.answering.language_model.answerer import LanguageModelAnswerer, may_be_written
from dealqa.answering.language_model.provider import KEY_VARIABLE, close_chat_model, load_chat_model

__all__ = ["KEY_VARIABLE", "LanguageModelAnswerer", "close_chat_model", "load_chat_model", "may_be_written"]
