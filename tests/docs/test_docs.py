"""What the pages say is so: tables, options, links, code and commands."""

import argparse
import importlib
import re

import pytest
from doc_pages import PAGES, ROOT, agrees, blocks, commands
from doc_tables import SECTIONS, section

from dealqa.cli import build_parser

CONSTANT = re.compile(r"^\| `(?P<name>\w+(?:\.\w+)+)` \| (?P<value>[\d.]+) \|", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?:|#|mailto:)(?P<target>[^)#\s]+)")
PYTHON = blocks("python")
CONSOLE = [block for block in blocks("console") if block.body.startswith("$ dealqa ")]
ELSEWHERE = "../shared/"
"""Documents that are not part of the repository: what asks them is run only where they are."""


def text_of_all_pages():
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def constants():
    return CONSTANT.findall((ROOT / "docs" / "answers.md").read_text(encoding="utf-8"))


def value_in_the_code(name):
    """The value of "room.module.NAME", or of "room.Class.field", which has a default."""
    *path, last = name.split(".")
    if path[-1][0].isupper():
        owner = getattr(importlib.import_module(".".join(["dealqa", *path[:-1]])), path[-1])
        fields = getattr(owner, "model_fields", None) or owner.__dataclass_fields__
        return fields[last].default
    return getattr(importlib.import_module(".".join(["dealqa", *path])), last)


def subcommands():
    [group] = [action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return group.choices


@pytest.mark.parametrize(("page", "marker"), SECTIONS)
def test_a_table_made_from_the_code_is_up_to_date(page, marker):
    _, stands, _ = section(page, marker)
    assert stands == SECTIONS[page, marker]() + "\n", "run: python tests/docs/doc_tables.py"


@pytest.mark.parametrize(("name", "value"), constants())
def test_a_constant_has_the_value_that_its_page_says(name, value):
    assert float(value) == value_in_the_code(name)


@pytest.mark.parametrize("name", subcommands())
def test_every_command_is_documented(name):
    assert re.search(rf"\bdealqa {name}\b", text_of_all_pages())


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (name, option)
        for name, parser in subcommands().items()
        for action in parser._actions
        for option in action.option_strings
        if option not in ("-h", "--help")
    ],
)
def test_every_option_is_documented(command, option):
    assert re.search(rf"(?<![\w-]){option}(?![\w-])", text_of_all_pages())


@pytest.mark.parametrize(
    ("page", "target"),
    [
        pytest.param(page, target, id=f"{page.name}-{target}")
        for page in (*PAGES, ROOT / "training" / "README.md")
        for target in LINK.findall(page.read_text(encoding="utf-8"))
    ],
)
def test_a_link_leads_somewhere(page, target):
    assert (page.parent / target).exists()


@pytest.mark.slow
@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_the_python_on_the_pages_runs(block, clone, monkeypatch):
    monkeypatch.chdir(clone.folder)
    code = compile("\n" * block.line + block.body, block.page, "exec")
    exec(code, {"__name__": "example"})  # noqa: S102 - our own pages


@pytest.mark.slow
@pytest.mark.parametrize("block", CONSOLE, ids=str)
def test_the_commands_on_the_pages_print_what_is_shown(block, clone):
    if ELSEWHERE in block.body and not (ROOT.parent / "shared").is_dir():
        pytest.skip(f"asks documents in {ELSEWHERE}, which are not here")
    code = 0
    for command, shown in commands(block):
        if command == "echo $?":
            printed = str(code)
        elif command.startswith("dealqa "):
            printed, code = clone.run(command)
            assert "Traceback" not in printed
        else:
            continue
        assert not shown.strip() or agrees(shown, printed), f"$ {command}\n{printed}"


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("Indexed 3 documents in 1.2 s", "Indexed 3 documents in 45.6 s"),
        ("generation 000001-2858a5839ccf", "generation 000002-0123456789ab"),
        ("One sentence\nover two lines.", "One sentence over two lines."),
        ("The beginning …", "The beginning and the rest\nof it"),
        ("first\n…\nlast", "first\nsecond\nthird\nlast"),
    ],
)
def test_output_that_differs_only_where_it_may_agrees(shown, printed):
    assert agrees(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("Indexed 3 documents", "Indexed 4 documents"),
        ("The beginning", "The beginning and the rest"),
        ("first\n…\nlast", "first\nsecond"),
    ],
)
def test_other_output_does_not_agree(shown, printed):
    assert not agrees(shown, printed)
