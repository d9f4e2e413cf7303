"""One function a command. Each takes the parsed options and returns the exit code."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from datetime import UTC, datetime

from dealqa.cli import terminal
from dealqa.cli.reports import index_data, status_data
from dealqa.config import Settings, load_settings
from dealqa.errors import CorpusError, IndexCorrupt, ModelInvalid

__all__ = [
    "OUR_ERRORS",
    "run_ask",
    "run_doctor",
    "run_eval",
    "run_index",
    "run_matrix",
    "run_purge",
    "run_serve",
    "run_status",
    "run_users",
]

OUR_ERRORS = (IndexCorrupt, ModelInvalid)
"""Errors that are not the user's doing."""


def _settings(options: argparse.Namespace) -> Settings:
    given = {name: getattr(options, name, None) for name in ("index", "corpus", "model", "host", "port")}
    return load_settings(options.config, **given)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def run_index(options: argparse.Namespace) -> int:
    """Bring the index up to date; 2 when some file could not be read."""
    from dealqa.index import build_index

    settings = _settings(options)
    if options.watch:
        from dealqa.cli.watch import watch_corpus

        return watch_corpus(options, settings)
    with terminal.progress() as report:
        result = build_index(
            settings, rebuild=options.rebuild, strict=options.strict, verify=options.verify, progress=report
        )
    if options.json:
        _print_json(index_data(result, settings))
    else:
        terminal.show_index_report(result, settings)
    return 2 if result.failures else 0


def run_purge(options: argparse.Namespace) -> int:
    """Remove every trace of documents that are no longer in the index."""
    from dealqa.index import purge

    settings = _settings(options)
    with terminal.progress() as report:
        result = purge(settings, progress=report)
    if options.json:
        _print_json(dataclasses.asdict(result))
    else:
        terminal.show_purge_report(result, settings)
    return 0


def run_ask(options: argparse.Namespace) -> int:
    """Print an answer; 3 when it is a refusal."""
    from dealqa.assistant import Assistant

    if options.out is not None:
        from dealqa.exporting import checked_path

        checked_path(options.out)  # a slip is told before the work
    question = sys.stdin.read() if options.question == "-" else options.question
    with Assistant(_settings(options)) as assistant:
        answer = assistant.ask(question, options.after, documents=options.document)
    if options.out is not None:
        from dealqa.exporting import Exported, write_export

        write_export([Exported(question, answer, datetime.now(UTC))], options.out)
    if options.json:
        _print_json(answer.to_dict())
    else:
        terminal.show_answer(answer)
        if options.out is not None:
            terminal.say(f"Written: {options.out}")
    return 3 if answer.refused else 0


def run_matrix(options: argparse.Namespace) -> int:
    """Fill a matrix, write it and show it; 130 when it was interrupted."""
    from dealqa.cli.matrix import run

    settings = _settings(options)
    matrix = run(options, settings)
    if options.json:
        _print_json(matrix.to_dict())
    return 0 if len(matrix.complete_rows) == len(matrix.rows) else 130


def run_serve(options: argparse.Namespace) -> int:
    """Serve the web app until it is interrupted."""
    from dealqa.cli.logs import write_log
    from dealqa.environment import keep_memory_together

    keep_memory_together()
    from dealqa.assistant import Assistant  # its libraries begin threads when they are imported
    from dealqa.web import serve

    write_log()
    settings = _settings(options)
    with Assistant(settings, follow=True) as assistant:
        serve(
            assistant,
            host=settings.host,
            port=settings.port,
            on_ready=lambda address: terminal.say(f"dealqa is at {address} (Ctrl-C ends it)"),
        )
    return 0


def run_mcp(options: argparse.Namespace) -> int:
    """Serve the tools over standard input and output until the program that started this one closes them."""
    from dealqa.assistant import Assistant
    from dealqa.cli.logs import write_log
    from dealqa.web.programs.mounting import serve_over_stdio

    write_log()
    with Assistant(_settings(options), follow=True) as assistant:
        serve_over_stdio(assistant)
    return 0


def run_users(options: argparse.Namespace) -> int:
    """Add, list or remove users, or change what they sign in with."""
    from dealqa.cli import users

    return users.run(options, _settings(options))


def run_eval(options: argparse.Namespace) -> int:
    """Score a suite and write what was measured; 4 when the gate objects to it."""
    from dealqa.cli.evaluate import evaluate, init

    settings = _settings(options)
    return evaluate(options, settings) if options.init is None else init(options.init, settings)


def run_status(options: argparse.Namespace) -> int:
    """Show what is indexed."""
    from dealqa.index import open_index

    settings = _settings(options)
    index = open_index(settings.index, check_seconds=settings.check_seconds)
    try:
        if options.text is not None:
            found = next((info for info in index.documents if options.text in (info.path, *info.duplicates)), None)
            if found is None:
                raise CorpusError(f"{options.text} is not in the index.", hint="`dealqa status` lists what is.")
            sys.stdout.write(index.document(found.id).text)
            return 0
        if options.json:
            _print_json(status_data(index, settings))
        else:
            terminal.show_status(index, settings)
        return 0
    finally:
        index.close()


def run_doctor(options: argparse.Namespace) -> int:
    """Check everything; 1 when something is broken."""
    from dealqa.cli.doctor import examine

    findings = examine(_settings(options))
    if options.json:
        _print_json([dataclasses.asdict(finding) for finding in findings])
    else:
        terminal.show_findings(findings)
    broken = any(finding.severity == "error" for finding in findings)
    return 1 if broken else 0
