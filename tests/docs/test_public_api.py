"""What `import dealqa` gives, and what it does not load."""

import subprocess
import sys

import pytest

import dealqa

PUBLIC = {
    "Answer",
    "Assistant",
    "Citation",
    "DealEmbeddings",
    "DealRetriever",
    "DealqaError",
    "Document",
    "Hit",
    "Passage",
    "Question",
    "Refusal",
    "Settings",
    "__version__",
    "build_index",
    "load_settings",
}
HEAVY = ("gradio", "sentence_transformers", "torch", "transformers")


def loaded_by(statement, names):
    """Which of the modules are loaded in a new process after a statement."""
    program = f"{statement}\nimport sys\nprint(*sorted(set({names!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_public_surface_is_exactly_this():
    assert set(dealqa.__all__) == PUBLIC


def test_no_public_name_stands_twice():
    assert len(dealqa.__all__) == len(set(dealqa.__all__))


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_can_be_imported(name):
    assert getattr(dealqa, name) is not None


@pytest.mark.parametrize("name", sorted(PUBLIC - {"__version__"}))
def test_every_public_name_says_what_it_is(name):
    assert (getattr(dealqa, name).__doc__ or "").strip()


def test_dir_lists_the_public_surface_and_nothing_else():
    assert set(dir(dealqa)) == PUBLIC


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Manager'"):
        _ = dealqa.Manager


def test_importing_dealqa_alone_loads_no_third_party():
    assert loaded_by("import dealqa", ("numpy", "pydantic", "chromadb", "onnxruntime", "langchain_core", *HEAVY)) == []


def test_importing_the_assistant_loads_neither_the_page_nor_the_training_libraries():
    assert loaded_by("from dealqa import Assistant", HEAVY) == []
