"""Nothing is asked of another machine: every connection of indexing, serving and asking, as the kernel saw it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from model_server import Conversation, model_server

from dealqa.testing import statement

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="no strace on this machine: install the package"),
]

COMMAND = [sys.executable, "-m", "dealqa.cli"]

TEMPTING = {
    "ANONYMIZED_TELEMETRY": "True",
    "GRADIO_ANALYTICS_ENABLED": "True",
    "HF_HUB_DISABLE_TELEMETRY": "0",
    "HF_HUB_OFFLINE": "0",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_API_KEY": "canary",
    "HTTP_PROXY": "http://192.0.2.2:3128",
    "http_proxy": "http://192.0.2.2:3128",
}
"""What somebody's shell may say, for another program's sake."""

ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def answers_well(conversation: Conversation) -> None:
    conversation.begin()
    conversation.write(statement("Bristol keeps 100% of the growth in business rates for 25 years."))
    conversation.end()


def strace(log: Path, *command: str) -> list[str]:
    """A command that notes every connection and datagram of a program and of all that it starts."""
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(log), *command]


def elsewhere(log: Path) -> set[str]:
    """The addresses of other machines that were asked, whether they answered or not."""
    noted = log.read_text(encoding="utf-8", errors="replace")
    addresses = {four or six for four, six in ADDRESS.findall(noted)}
    return {address for address in addresses if not address.startswith("127.") and address != "::1"}


def tempted(folder: Path) -> dict[str, str]:
    return {**os.environ, **TEMPTING, "DEALQA_CORPUS": str(folder / "corpus"), "DEALQA_INDEX": str(folder / "index")}


def run(folder: Path, log: Path, arguments: Sequence[str]) -> None:
    command = strace(log, *COMMAND, *arguments)
    subprocess.run(command, env=tempted(folder), check=True, capture_output=True, timeout=300)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = "# Bristol City Deal\n\nBristol keeps 100% of the growth in business rates for 25 years.\n"
    (corpus / "bristol.md").write_text(text, encoding="utf-8")
    page = '<html><body><h1>Leeds</h1><p>Leeds opens 3 hubs.</p><img src="http://192.0.2.1/x.png"></body></html>'
    (corpus / "leeds.html").write_text(page, encoding="utf-8")
    return tmp_path


def test_a_program_that_asks_another_machine_is_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run(strace(log, sys.executable, "-c", program), check=False, timeout=60)
    assert elsewhere(log) == {"192.0.2.1"}


def test_indexing_and_asking_ask_nothing_of_another_machine(folder: Path) -> None:
    for number, arguments in enumerate([["index"], ["ask", "What does Bristol keep?"], ["doctor"]]):
        log = folder / f"log-{number}"
        run(folder, log, arguments)
        assert elsewhere(log) == set()


def test_asking_a_language_model_on_this_machine_asks_nothing_of_another_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_server(answers_well) as server:
        monkeypatch.setenv("DEALQA_LLM_MODEL", "openai:local")
        monkeypatch.setenv("DEALQA_LLM_BASE_URL", server.url)
        for number, arguments in enumerate([["index"], ["ask", "What does Bristol keep?"], ["doctor"]]):
            log = folder / f"log-{number}"
            run(folder, log, arguments)
            assert elsewhere(log) == set()
    assert len(server.sent) >= 2  # it was asked, and asked by the doctor


def test_the_web_app_asks_nothing_of_another_machine(folder: Path) -> None:
    run(folder, folder / "log-index", ["index"])
    log = folder / "log"
    command = strace(log, *COMMAND, "serve", "--port", "0")
    with subprocess.Popen(command, env=tempted(folder), stdout=subprocess.PIPE, encoding="utf-8") as tracer:
        assert tracer.stdout is not None
        said = tracer.stdout.readline()
        try:
            address = next(word for word in said.split() if word.startswith("http://"))
            with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
                asked = client.post("/api/v1/ask", json={"question": "What does Bristol keep?"}).json()
                pages = [
                    client.get(path).status_code for path in ("/", "/documents", "/compare", "/quality", "/config")
                ]
        finally:
            # strace holds the signal back until its program has ended, so the program is told.
            children = Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text(encoding="utf-8").split()
            for child in children:
                os.kill(int(child), signal.SIGTERM)
            tracer.wait(timeout=60)
    assert "25 years" in asked["sentences"][0]["text"]
    assert pages == [200] * 5
    assert elsewhere(log) == set()
