"""What holds for every test: no network, no model hub, no telemetry, and none of the caller's own settings."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".scratch"

# Set here, and not in a fixture, because some packages read them when they are imported; child processes inherit them.
for _name in [name for name in os.environ if name.startswith("DEALQA_")]:
    del os.environ[_name]
os.environ.update(
    # One folder for all runs: converting the model for onnxruntime takes seconds, and is not what most tests are about.
    DEALQA_CACHE=str(SCRATCH / "cache"),
    HF_HUB_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    TRANSFORMERS_OFFLINE="1",
    TOKENIZERS_PARALLELISM="false",
    GRADIO_ANALYTICS_ENABLED="False",
    ANONYMIZED_TELEMETRY="False",
    LANGSMITH_TRACING="false",
    LANGCHAIN_TRACING_V2="false",
    NO_PROXY="127.0.0.1,localhost,::1",
    no_proxy="127.0.0.1,localhost,::1",
)

# Where the tests were started in the background Ctrl-C is ignored, and would be by the programs that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is timed: a busy machine is no fault of the code. In CI the examples are the same in every run.
hypothesis.settings.register_profile("dealqa", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("dealqa")

LOOPBACK_NAMES = {"localhost", "ip6-localhost", "::1", "0.0.0.0", "::", ""}  # noqa: S104 - names that are allowed


class NetworkUse(BaseException):
    """A test reached for the network. No `Exception`, so that no code under test can catch it by accident."""


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host is None or (isinstance(host, str) and (host.lower() in LOOPBACK_NAMES or host.startswith("127.")))


def _guard(address: object) -> None:
    """Raise unless `address` is a path (AF_UNIX), or names this machine."""
    if isinstance(address, tuple) and not _is_local(address[0]):
        raise NetworkUse(f"a test wanted to connect to {address[0]!r}; tests may reach this machine only")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that hold slow tests, so that no process is left with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Block name look-ups and connections that leave this machine, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        # `socket.socket` is the class that everything shares, asyncio included; its C methods are found by inheritance.
        for method in ("connect", "connect_ex", "sendto"):
            original = getattr(socket.socket, method)

            def guarded(self: socket.socket, *args: Any, _original: Any = original) -> Any:
                # The address is the last argument of each; AF_UNIX gives a path, which is no tuple.
                _guard(args[-1] if args else None)
                return _original(self, *args)

            patch.setattr(socket.socket, method, guarded, raising=False)
        for function in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            original = getattr(socket, function)

            def looked_up(host: Any, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
                _guard((host,))
                return _original(host, *args, **kwargs)

            patch.setattr(socket, function, looked_up)
        yield


@pytest.fixture(autouse=True)
def clean_environment() -> Iterator[None]:
    """Give every test the same environment, whatever the one before did to it."""
    before = dict(os.environ)
    yield
    for name in set(os.environ) - set(before):
        del os.environ[name]
    os.environ.update(before)
