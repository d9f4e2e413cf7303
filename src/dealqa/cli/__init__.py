"""The command line: dealqa index | purge | ask | matrix | serve | mcp | users | eval | status | doctor.

Exit codes: 0 done or answered, 1 an error of ours, 2 an error of the user's, 3 refused, 4 worse than the gate of an
evaluation allows, 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dealqa import __version__
from dealqa.cli.interrupts import Interrupts, remembered_interrupts

__all__ = ["build_parser", "main"]

ANSWERED, OURS, USERS, REFUSED, INTERRUPTED = 0, 1, 2, 3, 130

_EPILOG = """\
examples:
  dealqa index --corpus papers --index papers-index
  dealqa ask "What does Bristol retain?"
  dealqa serve

Settings can also be given in dealqa.toml or as DEALQA_* environment variables; docs/settings.md lists them."""


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="dealqa",
        description="Ask questions of deal documents. Every sentence of an answer is quoted and cited; what the"
        " documents do not say is refused.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"dealqa {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--index", type=Path, metavar="DIR", help="the folder of the index (default: index)")
    shared.add_argument("--config", type=Path, metavar="FILE", help="a settings file (default: dealqa.toml)")
    shared.add_argument("--model", metavar="NAME", help="a sentence-transformers model, by name or folder")

    def add(name: str, summary: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=summary, parents=[shared])

    index = add("index", "Bring the index up to date with a folder of documents.")
    index.add_argument("--corpus", type=Path, metavar="DIR", help="the folder of documents (default: docs_corpus)")
    index.add_argument("--rebuild", action="store_true", help="read and embed everything again")
    index.add_argument("--verify", action="store_true",
                       help="read every file to see whether it changed, whatever its size and time")  # fmt: skip
    index.add_argument("--strict", action="store_true", help="publish nothing when some file could not be read")
    index.add_argument(
        "--watch", action="store_true", help="go on: bring it up to date after each change, until Ctrl-C"
    )
    index.add_argument("--json", action="store_true",
                       help="print the report as JSON; with --watch one line after each change")  # fmt: skip

    purge = add("purge", "Remove every trace of the documents that are no longer in the index.")
    purge.add_argument("--json", action="store_true", help="print the report as JSON")

    ask = add("ask", "Ask one question and print the answer with its sources.")
    ask.add_argument("question", help='the question, in quotation marks; "-" reads it from standard input')
    ask.add_argument("--after", action="append", default=[], metavar="QUESTION",
                     help="an earlier question of the conversation; may be repeated, oldest first")  # fmt: skip
    ask.add_argument("--document", action="append", metavar="PATH", help="ask only this document; may be repeated")
    ask.add_argument("--out", type=Path, metavar="FILE",
                     help="write it to this file as well, with footnotes (.md .docx .pdf)")  # fmt: skip
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")

    matrix = add("matrix", "Ask many questions of every deal, or of every document, and write a table.")
    matrix.add_argument("questions", nargs="*", metavar="QUESTION",
                        help='a question, in quotation marks; "{deal}" in it stands for each deal')  # fmt: skip
    matrix.add_argument("--questions", dest="file", type=Path, metavar="FILE",
                        help="a text file with a question a line; lines that begin with # are comments")  # fmt: skip
    matrix.add_argument("--by", choices=["deals", "documents"],
                        help="what the rows are (default: deals; documents where some are named)")  # fmt: skip
    matrix.add_argument("--deal", action="append", metavar="NAME", help="ask of this deal only; may be repeated")
    matrix.add_argument("--document", action="append", metavar="PATH",
                        help="ask of this document only; may be repeated")  # fmt: skip
    matrix.add_argument("--out", action="append", type=Path, metavar="FILE",
                        help="write it to this file (.csv .xlsx .docx .md); may be repeated")  # fmt: skip
    matrix.add_argument("--json", action="store_true", help="print it as JSON")

    serve = add("serve", "Serve the web app.")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860)")

    add("mcp", "Serve tools for assistants (MCP) over standard input and output.")

    _add_user_actions(add("users", "Say who may use the web app: add, list and remove users."))

    evaluate = add("eval", "Ask the questions of an evaluation suite and score the answers.")
    evaluate.add_argument("--suite", type=Path, default=Path("evals/city_deals"), metavar="DIR",
                          help="a folder with questions.jsonl and, if it brings its documents, corpus/; or a CSV file"
                          " with the columns question and answer")  # fmt: skip
    evaluate.add_argument(
        "--corpus", type=Path, metavar="DIR", help="the documents, for a suite without any of its own"
    )
    evaluate.add_argument("--split", choices=["dev", "test"], help="only the cases of this split")
    evaluate.add_argument("--out", type=Path, metavar="DIR", help="where predictions.jsonl and metrics.json go")
    evaluate.add_argument("--json", type=Path, metavar="FILE", help="write the metrics to this file as well")
    evaluate.add_argument("--html", type=Path, metavar="FILE", help="write a report with plots and all failures")
    evaluate.add_argument("--compare", type=Path, metavar="RUN",
                          help="the folder of an earlier run: show what became better or worse")  # fmt: skip
    evaluate.add_argument("--gate", type=Path, metavar="FILE",
                          help="what may not become worse than in RUN (default: evals/gate.toml, if it is there);"
                          " exit code 4 if it did")  # fmt: skip
    evaluate.add_argument("--write-baseline", type=Path, metavar="DIR",
                          help="write what later runs are compared with, free of timings, here")  # fmt: skip
    evaluate.add_argument("--init", type=Path, metavar="DIR", help="write an example of a suite of your own, and stop")

    status = add("status", "Show what is indexed, and what could not be read.")
    status.add_argument("--json", action="store_true", help="print it as JSON")
    status.add_argument("--text", metavar="PATH", help="print the text of one document, as offsets refer to it")

    doctor = add("doctor", "Check the environment, the model and the index, and say what to do.")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    return parser


def _add_user_actions(users: argparse.ArgumentParser) -> None:
    actions = users.add_subparsers(dest="action", metavar="ACTION", required=True)

    def add(name: str, summary: str, *, named: bool = True) -> argparse.ArgumentParser:
        action = actions.add_parser(name, help=summary, description=summary)
        # Not given here, it is what was given before the action.
        action.add_argument("--config", type=Path, metavar="FILE", default=argparse.SUPPRESS,
                            help="a settings file (default: dealqa.toml)")  # fmt: skip
        if named:
            action.add_argument("name", metavar="NAME", help="of the user")
        return action

    new = add("add", "Add a user; the password is asked for.")
    new.add_argument("--role", choices=["reader", "editor"], required=True,
                     help="a reader asks and reads; an editor also changes the documents")  # fmt: skip
    for action in (new, add("password", "Give a user another password, which ends their sessions.")):
        action.add_argument("--password-stdin", action="store_true",
                            help="read the password from standard input, its first line")  # fmt: skip
    add("list", "List the users.", named=False).add_argument("--json", action="store_true", help="print them as JSON")
    add("remove", "Remove a user, which ends their sessions.")
    token = add("token", "Print a new token for a user's programs; an older one no longer works.")
    token.add_argument("--revoke", action="store_true", help="only end the token that there is")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = build_parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no "£" shows its code instead of ending the command.
            stream.reconfigure(errors="backslashreplace")
    try:
        with remembered_interrupts() as interrupts:
            return _run(options, interrupts)
    except KeyboardInterrupt:
        sys.stderr.write("\ndealqa: Interrupted. What was published before is untouched.\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (as with `| head`); Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED


def _run(options: argparse.Namespace, interrupts: Interrupts) -> int:
    # Imported after the arguments are known to be good: help must not wait for the settings' validation library.
    from dealqa.cli import commands
    from dealqa.errors import DealqaError

    try:
        code: int = getattr(commands, f"run_{options.command}")(options)
        sys.stdout.flush()
        return code
    except DealqaError as err:
        if interrupts.caused(err):
            raise
        sys.stderr.write(f"dealqa: {err}\n")
        return OURS if isinstance(err, commands.OUR_ERRORS) else USERS
