"""The fence around the tests themselves: what conftest.py promises is true."""

import os
import socket
import subprocess
import sys
import urllib.request

import pytest

from dealqa.config import load_settings

ELSEWHERE = "192.0.2.1"  # reserved for documentation: it belongs to nobody


def blocked(call, *arguments):
    with pytest.raises(BaseException, match="this machine only") as caught:
        call(*arguments)
    return type(caught.value).__name__ == "NetworkUse"


def test_a_connection_to_another_machine_is_blocked():
    with socket.socket() as here:
        assert blocked(here.connect, (ELSEWHERE, 80))


def test_a_datagram_to_another_machine_is_blocked():
    with socket.socket(type=socket.SOCK_DGRAM) as here:
        assert blocked(here.sendto, b"x", (ELSEWHERE, 53))


def test_looking_up_a_name_is_blocked():
    assert blocked(socket.getaddrinfo, "model-hub.invalid", 443)


def test_code_that_catches_every_exception_is_blocked_all_the_same():
    def stubborn():
        try:
            urllib.request.urlopen("http://model-hub.invalid/")
        except Exception:
            return "carried on"

    assert blocked(stubborn)


def test_a_connection_to_this_machine_is_not_blocked():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 5) as here:
        assert here.getpeername() == server.getsockname()


def test_two_processes_on_this_machine_may_talk_through_a_path(tmp_path):
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as here:
        server.bind(str(tmp_path / "s"))
        server.listen()
        here.connect(str(tmp_path / "s"))
        assert here.getpeername() == str(tmp_path / "s")


def test_the_converted_model_is_kept_inside_the_repository_between_runs(request):
    assert load_settings().cache == request.config.rootpath / ".scratch" / "cache"


@pytest.mark.parametrize("name", ["HF_HUB_OFFLINE", "ANONYMIZED_TELEMETRY", "LANGSMITH_TRACING"])
def test_a_child_process_is_told_to_stay_offline_too(name):
    program = f"import os; print(os.environ[{name!r}])"
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == os.environ[name]
