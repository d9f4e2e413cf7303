"""Every error that dealqa raises on purpose.

DealqaError                      .hint says what to do next; .retryable says whether the same call may succeed later
├─ ConfigError                   a setting is unknown, out of range, or missing
├─ QuestionError                 the question is empty or too long
├─ NotFound                      no document, or no passage, has the id that was asked for
├─ Overloaded                    more is being asked than can be answered soon (retryable)
├─ CorpusError                   the folder of documents is missing or has nothing readable in it
│  ├─ UnsafePath                 a path leads out of the folder, or is no ordinary file
│  └─ UnreadableDocument         one file could not be read; .path and .reason
├─ StoreError                    the index as a whole
│  ├─ IndexMissing               nothing has been indexed yet
│  ├─ IndexCorrupt               what is stored does not agree with itself
│  ├─ IndexMismatch              built with another model, other settings, or another version of the format
│  ├─ IndexLocked                another process is writing (retryable)
│  ├─ GenerationGone             what a reader had open is no longer kept (retryable)
│  └─ StorageFull                the disk is full
├─ ModelError                    the embedding model
│  ├─ ModelMissing               it is not on this machine and may not be downloaded
│  └─ ModelInvalid               its files are not what they should be
├─ LanguageModelError            the language model gave no answer; .reason; never seen by who asks: it becomes a notice
├─ SuiteError                    an evaluation suite is malformed
├─ AccessError                   the users of the web app: their file, a name, or a password
└─ ServerError                   the web server could not start

A refusal to answer is not an error: it is a value, `Answer.refusal`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

__all__ = [
    "AccessError",
    "ConfigError",
    "CorpusError",
    "DealqaError",
    "GenerationGone",
    "IndexCorrupt",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "LanguageModelError",
    "LanguageModelReason",
    "ModelError",
    "ModelInvalid",
    "ModelMissing",
    "NotFound",
    "Overloaded",
    "QuestionError",
    "ServerError",
    "StorageFull",
    "StoreError",
    "SuiteError",
    "UnreadableDocument",
    "UnreadableReason",
    "UnsafePath",
]

UnreadableReason = Literal[
    "changing",
    "corrupt",
    "crashed",
    "empty",
    "encrypted",
    "forbidden",
    "hidden_markup",
    "no_text",
    "out_of_memory",
    "timeout",
    "too_large",
    "undecodable",
    "unsupported",
    "vanished",
]
"""Why a file was not read. "changing": it was written to while it was read; "crashed", "out_of_memory", "timeout":
its parser ended badly or hit a limit; "hidden_markup": it holds definitions that could hide or multiply text."""


LanguageModelReason = Literal["babbling", "busy", "failed", "refused", "timeout", "unreachable"]
"""Why a language model gave no answer. "babbling": it did not come to an end; "refused": its server gave an error."""


class DealqaError(Exception):
    """The base of all of dealqa's errors.

    Args:
        message: one sentence that says what is wrong.
        hint: one sentence that says what to do next; may be empty.
    """

    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(DealqaError):
    """A setting is unknown, out of range, or missing."""


class QuestionError(DealqaError):
    """The question is empty, or longer than `Settings.max_question_chars`."""


class NotFound(DealqaError):
    """No document, or no passage, of the index has the id that was asked for."""


class Overloaded(DealqaError):
    """As many requests wait as may; nothing was done for this one."""

    retryable = True


class CorpusError(DealqaError):
    """The folder of documents is missing, or holds nothing that can be read."""


class UnsafePath(CorpusError):
    """A path leads out of the folder of documents, or is no ordinary file.

    Attributes:
        path: it, relative to the folder of documents.
    """

    def __init__(self, path: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class UnreadableDocument(CorpusError):
    """One file could not be read; the other files are not affected.

    Attributes:
        path: the file, relative to the folder of documents.
        reason: one word for programs; the message says it in a sentence.
    """

    def __init__(self, path: str, reason: UnreadableReason, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.reason: UnreadableReason = reason


class StoreError(DealqaError):
    """Something is wrong with the index as a whole."""


class IndexMissing(StoreError):
    """Nothing has been indexed in this folder yet."""


class IndexCorrupt(StoreError):
    """What is stored does not agree with itself; the message names the file or row."""


class IndexMismatch(StoreError):
    """The index was built with another model, other settings, or another version of the format."""


class IndexLocked(StoreError):
    """Another process is writing this index; the message names it."""

    retryable = True


class GenerationGone(StoreError):
    """The generation that a reader had open is no longer kept; the live one answers the same call."""

    retryable = True


class StorageFull(StoreError):
    """The disk, or the quota on it, is full; nothing that was published is affected."""


class ModelError(DealqaError):
    """Something is wrong with the embedding model."""


class ModelMissing(ModelError):
    """The model is not on this machine, and downloading is not allowed."""


class ModelInvalid(ModelError):
    """The model's files are not what they should be: wrong hash, no safetensors, code inside."""


class SuiteError(DealqaError):
    """An evaluation suite is malformed; the message names the file and the line."""


class AccessError(DealqaError):
    """The file of users cannot be used, or a name, a password or a role is not what it may be."""


class LanguageModelError(DealqaError):
    """A language model gave no answer, or did not come to its end.

    Attributes:
        reason: one word for programs; the message says it in a sentence.
    """

    retryable = True

    def __init__(self, message: str, *, reason: LanguageModelReason, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class ServerError(DealqaError):
    """The web server could not start, for example because the port is in use."""
