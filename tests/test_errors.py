"""The error tree: drawn in the docstring, exported, and telling the reader what to do."""

import inspect
import re

import pytest

from dealqa import errors

CLASSES = {
    name: value for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)
}

NODE = re.compile(r"^(?P<branches>[│├└─ ]*)(?P<name>[A-Z]\w+)  ")


def drawn_tree() -> dict[str, str | None]:
    """Each class in the module's drawing, and the class that it hangs from."""
    parents: dict[str, str | None] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        node = NODE.match(line)
        if node:
            depth = len(node["branches"]) // 3
            path[depth:] = [node["name"]]
            parents[node["name"]] = path[depth - 1] if depth else None
    return parents


def test_the_drawing_in_the_docstring_is_the_class_tree():
    real = {name: cls.__base__.__name__ if cls.__base__ in CLASSES.values() else None for name, cls in CLASSES.items()}
    assert drawn_tree() == real


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_is_exported(name):
    assert name in errors.__all__


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_can_be_caught_as_a_dealqa_error(name):
    assert issubclass(CLASSES[name], errors.DealqaError)


def test_an_error_reads_as_its_message_and_then_its_hint():
    error = errors.IndexMissing("Nothing has been indexed in index yet.", hint="Run `dealqa index`.")
    assert str(error) == "Nothing has been indexed in index yet. Run `dealqa index`."


def test_an_error_without_a_hint_reads_as_its_message():
    assert str(errors.StorageFull("The disk is full.")) == "The disk is full."


def test_too_much_at_once_a_lock_a_generation_that_is_gone_and_a_model_are_worth_trying_again():
    assert [name for name, cls in CLASSES.items() if cls.retryable] == [
        "Overloaded",
        "IndexLocked",
        "GenerationGone",
        "LanguageModelError",
    ]


def test_an_unreadable_document_names_the_file_and_a_reason_for_programs():
    error = errors.UnreadableDocument("deals/a.pdf", "encrypted", "deals/a.pdf is protected by a password.")
    assert (error.path, error.reason) == ("deals/a.pdf", "encrypted")
