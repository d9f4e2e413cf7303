"""The command line as a user meets it: exit codes, messages without a traceback, output that programs can read."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from core_corpus import DOCUMENTS, SMALL, settings_for, tree

from dealqa.cli import main
from dealqa.cli.interrupts import remembered_interrupts
from dealqa.errors import ModelInvalid

CONTRACT = {
    "question",
    "resolved_question",
    "understood",
    "answer",
    "refused",
    "refusal",
    "confidence",
    "short",
    "sentences",
    "comparison",
    "conflict",
    "author",
    "dropped",
    "citations",
    "hits",
    "notices",
    "generation",
    "timings_ms",
}
CITATION = {"number", "document", "title", "page", "heading_path", "start", "end", "quote"}
HIT = {"rank", "document", "start", "end", "page", "score", "bears", "also", "deals"}

Call = Callable[..., "subprocess.CompletedProcess[str]"]

COMMAND = [sys.executable, "-m", "dealqa.cli"]


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command line in this process, in the test's own folder: what every process does, without its start."""

    def in_process(*arguments: object) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(tmp_path)
        given = [str(argument) for argument in arguments]
        try:
            code = main(given)
        except SystemExit as err:  # argparse's way out
            code = int(err.code or 0)
        out, err_text = capsys.readouterr()
        return subprocess.CompletedProcess(given, code, out, err_text)

    return in_process


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """What a user's error prints: one line on standard error, nothing on standard output, exit code 2."""
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dealqa: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.fixture(scope="module")
def index(deal_settings) -> Path:
    """The folder of the index over the small corpus."""
    return deal_settings.index


def test_an_answer_exits_with_0_and_shows_quote_and_source(index, tmp_path):
    done = run("ask", "What does Bristol keep?", "--index", index, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "100% of the growth in business rates" in done.stdout
    assert "bristol.md" in done.stdout


def test_a_refusal_exits_with_3_and_names_what_is_missing(index, tmp_path):
    done = run("ask", "What does Cardiff keep?", "--index", index, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    assert "Cardiff" in done.stdout


def test_a_terminal_that_knows_no_pound_sign_is_shown_its_code(index, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = run("ask", "How much is the venture capital fund of Nottingham?", "--index", index, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\xa345 million" in done.stdout


@pytest.mark.parametrize(("question", "code"), [("What does Bristol keep?", 0), ("What does Cardiff keep?", 3)])
def test_json_has_the_keys_of_the_contract_and_no_others(question, code, index, tmp_path):
    done = run("ask", question, "--json", "--index", index, cwd=tmp_path)
    assert done.returncode == code
    answer = json.loads(done.stdout)
    assert set(answer) == CONTRACT
    assert (answer["question"], answer["refused"]) == (question, code == 3)
    assert all(set(sentence) == {"text", "citations"} for sentence in answer["sentences"])
    assert all(set(citation) == CITATION for citation in answer["citations"])
    assert answer["hits"]
    assert all(set(hit) == HIT for hit in answer["hits"])
    if code == 3:
        assert set(answer["refusal"]) == {"reason", "message", "nearest"}
        assert all(set(citation) == CITATION for citation in answer["refusal"]["nearest"])


@pytest.mark.parametrize(
    ("question", "path"),
    [("What does Bristol keep?", "bristol.md"), ("What does Manchester earn back?", "manchester.html")],
)
def test_the_text_that_status_prints_reproduces_a_quote_from_its_offsets(question, path, index, call):
    answer = json.loads(call("ask", question, "--json", "--index", index).stdout)
    text = call("status", "--text", path, "--index", index).stdout
    assert [citation["document"] for citation in answer["citations"]] == [path]
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_question_may_come_from_standard_input_and_follow_another(index, tmp_path):
    arguments = ["ask", "-", "--after", "What does Bristol keep?", "--index", str(index)]
    done = subprocess.run(
        [*COMMAND, *arguments], cwd=tmp_path, input="And Leeds?\n", capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0
    assert "50% of the growth" in done.stdout


def test_status_lists_the_documents(index, call):
    state = json.loads(call("status", "--json", "--index", index).stdout)
    assert [document["path"] for document in state["documents"]] == sorted(DOCUMENTS)
    assert state["failures"] == []


def test_a_text_of_a_document_that_is_not_indexed_is_named(index, call):
    assert "cardiff.md is not in the index" in complaint(call("status", "--text", "cardiff.md", "--index", index))


@pytest.mark.parametrize("command", [["ask", "What does Bristol keep?"], ["status"], ["serve"]], ids=lambda c: c[0])
def test_without_an_index_every_command_says_how_to_get_one(command, call):
    assert "There is no index in index yet. Run `dealqa index` first." in complaint(call(*command))


def test_a_missing_folder_is_named(call):
    message = complaint(call("index", "--corpus", "nowhere"))
    assert "nowhere does not exist" in message
    assert "--corpus" in message


def test_an_empty_folder_is_named_and_the_hint_says_what_to_put_there(call, tmp_path):
    (tmp_path / "empty").mkdir()
    message = complaint(call("index", "--corpus", "empty"))
    assert "There are no documents in empty." in message
    assert ".pdf" in message


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000])
def test_a_question_that_cannot_be_asked_is_a_users_error(question, index, call):
    assert "question" in complaint(call("ask", question, "--index", index))


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_cannot_be_is_named_with_its_setting(port, index, call):
    message = complaint(call("serve", f"--port={port}", "--index", index))
    assert "setting 'port'" in message


def test_a_port_that_is_no_number_is_a_users_error(call):
    done = call("serve", "--port", "http")
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_a_port_in_use_is_named(index, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = complaint(run("serve", "--port", port, "--index", index, cwd=tmp_path))
    assert str(port) in message


def test_an_unknown_setting_is_named_with_its_file(call, tmp_path):
    (tmp_path / "dealqa.toml").write_text('colour = "red"\n', encoding="utf-8")
    message = complaint(call("status"))
    assert "no setting called 'colour'" in message
    assert "dealqa.toml" in message


def test_a_setting_out_of_range_is_named_with_its_variable(call, monkeypatch):
    monkeypatch.setenv("DEALQA_MAX_FILE_MIB", "none")
    message = complaint(call("status"))
    assert "max_file_mib" in message
    assert "DEALQA_MAX_FILE_MIB" in message


def test_an_unknown_model_is_named_and_the_hint_says_what_to_set(call, tmp_path):
    settings_for(tmp_path, SMALL)
    message = complaint(call("index", "--corpus", "corpus", "--model", "nobody/nothing"))
    assert "'nobody/nothing' is not on this machine" in message
    assert "DEALQA_MODEL" in message


@pytest.mark.parametrize("arguments", [[], ["bake"], ["ask"], ["status", "--colour"]], ids=str)
def test_a_wrong_command_is_a_users_error(arguments, call):
    done = call(*arguments)
    assert done.returncode == 2
    assert "usage: dealqa" in done.stderr


def test_indexing_reports_what_it_did_and_a_second_run_that_nothing_changed(call, tmp_path):
    settings_for(tmp_path, SMALL)
    first = call("index", "--corpus", "corpus")
    assert (first.returncode, first.stderr) == (0, "")
    assert "2 documents, 2 passages" in first.stdout
    second = call("index", "--corpus", "corpus")
    assert second.returncode == 0
    assert second.stdout.startswith("Up to date")


def test_indexing_exits_with_2_and_names_the_file_that_was_not_read_beside_those_that_were(call, tmp_path):
    settings_for(tmp_path, {**SMALL, "broken.pdf": b"%PDF-1.7 and nothing more"})
    done = call("index", "--corpus", "corpus", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["documents"], report["published"]) == (2, 2, True)
    assert [failure["path"] for failure in report["failures"]] == ["broken.pdf"]


def test_a_reader_of_the_output_may_go_away(index, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, "ask", "What does Bristol keep?", "--json", "--index", str(index)],
            cwd=tmp_path,
            stdout=writing,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


HELP = """
import sys
from dealqa.cli import main
try:
    main(["--help"])
except SystemExit as err:
    assert err.code == 0
heavy = {"torch", "gradio", "chromadb", "pydantic", "numpy", "onnxruntime", "langchain_core", "transformers"}
sys.stderr.write(" ".join(sorted(heavy & set(sys.modules))))
"""


def test_help_waits_for_no_heavy_package(tmp_path):
    done = subprocess.run([sys.executable, "-c", HELP], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("usage: dealqa")
    assert done.stderr == ""


ASK = """
import sys
from dealqa.cli import main
code = main(sys.argv[1:])
heavy = {"torch", "gradio", "transformers", "sentence_transformers"}
sys.stderr.write(" ".join(sorted(heavy & set(sys.modules))))
sys.exit(code)
"""


def test_asking_loads_neither_torch_nor_the_web_app(index, tmp_path):
    arguments = ["ask", "What does Bristol keep?", "--index", str(index)]
    done = subprocess.run(
        [sys.executable, "-c", ASK, *arguments], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_while_indexing_says_so_exits_with_130_and_leaves_the_index_usable(tmp_path):
    settings = settings_for(tmp_path, SMALL)
    assert run("index", "--corpus", "corpus", cwd=tmp_path).returncode == 0
    live = (settings.index / "CURRENT").read_bytes()
    for number in range(60):  # seconds of embedding on any machine
        body = "\n\n".join(f"Paper {number} says in part {part} that a road is paid for. " * 12 for part in range(12))
        (settings.corpus / f"paper{number}.txt").write_text(body, encoding="utf-8")
    child = subprocess.Popen(
        [*COMMAND, "index", "--corpus", "corpus"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with child:
        while child.poll() is None and not (settings.index / "lock.holder").exists():
            time.sleep(0.02)
        time.sleep(1)  # until it embeds
        child.send_signal(signal.SIGINT)
        out, err = child.communicate()
    assert (child.returncode, out) == (130, "")
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert (settings.index / "CURRENT").read_bytes() == live
    assert run("ask", "What does Bristol keep?", cwd=tmp_path).returncode == 0


LOADED_AND_INTERRUPTED = """
import signal
import sys
import time
from dealqa.cli import main

class Compiled:
    def find_spec(self, name, *_):
        if name == "numpy":
            try:
                signal.raise_signal(signal.SIGINT)
                time.sleep(9)
            except KeyboardInterrupt as err:  # what pybind11 and numpy make of it
                raise ImportError("initialization failed") from err

sys.meta_path.insert(0, Compiled())
sys.exit(main(sys.argv[1:]))
"""


def test_ctrl_c_while_a_compiled_library_is_loaded_is_an_interrupt_and_no_failure_to_load(tmp_path):
    settings_for(tmp_path, SMALL)
    done = subprocess.run(
        [sys.executable, "-c", LOADED_AND_INTERRUPTED, "index", "--corpus", "corpus"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert "Interrupted" in done.stderr
    assert "Traceback" not in done.stderr


def after_an_interrupt_that_was_survived(err):
    with remembered_interrupts():
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
            time.sleep(9)
        raise err


def test_an_error_of_its_own_after_an_interrupt_that_was_survived_is_told():
    with pytest.raises(OSError, match="disk is full"):
        after_an_interrupt_that_was_survived(OSError("the disk is full"))


def test_a_failure_to_load_that_became_an_error_of_ours_is_an_interrupt_too():
    err = ModelInvalid("The model cannot be loaded.", hint="")
    err.__cause__ = ImportError("initialization failed")
    with pytest.raises(KeyboardInterrupt):
        after_an_interrupt_that_was_survived(err)


def test_a_strict_run_publishes_nothing_when_a_file_could_not_be_read(call, tmp_path):
    settings = settings_for(tmp_path, SMALL)
    assert call("index", "--corpus", "corpus").returncode == 0
    live = (settings.index / "CURRENT").read_bytes()
    (settings.corpus / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (settings.corpus / "hull.md").write_text("# Hull paper\n\nHull builds a port.\n", encoding="utf-8")
    done = call("index", "--corpus", "corpus", "--strict")
    assert done.returncode == 2
    assert "Nothing was published" in done.stdout
    assert "broken.pdf" in done.stdout
    assert (settings.index / "CURRENT").read_bytes() == live


def test_purging_removes_what_was_deleted_from_the_disk_and_leaves_the_rest_to_be_asked(call, tmp_path):
    settings = settings_for(tmp_path, SMALL)
    call("index", "--corpus", "corpus")
    (settings.corpus / "leeds.md").unlink()
    call("index", "--corpus", "corpus")
    done = call("purge")
    assert (done.returncode, done.stderr) == (0, "")
    assert "every trace of 1 document" in done.stdout
    assert b"apprenticeship" not in b"".join(tree(settings.index).values())
    assert call("ask", "What does Bristol keep?").returncode == 0
    again = json.loads(call("purge", "--json").stdout)
    assert again["documents_removed"] == 0


def test_purging_without_an_index_says_how_to_get_one(call):
    assert "There is no index in index yet." in complaint(call("purge"))
