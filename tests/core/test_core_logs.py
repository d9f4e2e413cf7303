"""The server's log: one event a line, and nothing in it that gives orders."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from dealqa.cli.logs import Lines, write_log

CLIPBOARD = "\x1b]52;c;cm0gLXJmIC8=\x07"
"""An order to a terminal: put this into the clipboard."""


def record(message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    raised = (type(error), error, error.__traceback__) if error is not None else None
    return logging.LogRecord("dealqa.web", logging.WARNING, __file__, 1, message, arguments, raised)


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root of all loggers, put back afterwards."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:], logger.level = handlers, level


def test_a_record_says_when_how_grave_and_where() -> None:
    line = Lines().format(record("Nobody can come in: %s", "no users"))
    when, grave, where, said = line.split(" ", 3)
    assert when.endswith("Z")
    assert (grave, where, said) == ("WARNING", "dealqa.web:", "Nobody can come in: no users")


@pytest.mark.parametrize("order", [CLIPBOARD, "\x1b[2J", "\x9b31m", "\u202egnp.exe", "\x00", "\u2028"])
def test_a_name_from_outside_gives_no_orders_to_a_terminal(order: str) -> None:
    line = Lines().format(record("Not read: %s", f"deal{order}.pdf"))
    assert line.isprintable()
    assert "deal" in line
    assert ".pdf" in line


def test_a_name_with_a_line_break_begins_no_line_of_its_own() -> None:
    forged = "x.pdf\r\n2026-01-01T00:00:00Z ERROR dealqa.web: all is lost"
    assert len(Lines().format(record("Not read: %s", forged)).splitlines()) == 1


def test_of_a_traceback_every_line_is_set_in_and_can_be_seen() -> None:
    try:
        raise ValueError(f"bad{CLIPBOARD}\n2026-01-01T00:00:00Z ERROR forged")
    except ValueError as err:
        first, *others = Lines().format(record("It failed.", error=err)).splitlines()
    assert first.endswith("It failed.")
    assert len(others) >= 4
    assert all(line.startswith("    | ") and line.isprintable() for line in others)


def test_a_percent_sign_in_a_message_is_only_a_percent_sign() -> None:
    assert Lines().format(record("%s retained", "100%")).endswith(": 100% retained")


def test_the_log_goes_to_standard_error_from_warnings_on(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log()
    logging.getLogger("dealqa.web").info("not this")
    logging.getLogger("dealqa.web").warning("this%s", CLIPBOARD)
    assert root.handlers[0].stream is sys.stderr  # type: ignore[attr-defined]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "not this" not in printed.err
    assert r"this\x1b]52;" in printed.err
