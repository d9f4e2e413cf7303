"""Thirty ways to ask for a file of this machine; sent as they are, without a client that tidies them up."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

HERE = Path(__file__).resolve()

TRICKS = (
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "%252fetc%252fpasswd",
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc/passwd",
    "%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%252e%252e/etc/passwd",
    "..%252f..%252fetc/passwd",
    "....//....//etc/passwd",
    "..;/..;/etc/passwd",
    "..\\..\\etc\\passwd",
    "%5c..%5c..%5cetc%5cpasswd",
    "/etc/passwd%00",
    "/etc/passwd%00.png",
    "/etc/passwd%20",
    "/etc/passwd.",
    "/ETC/PASSWD",
    "/etc/./passwd",
    "/./etc/passwd",
    "/proc/self/environ",
    "/proc/self/cwd/pyproject.toml",
    "/dev/null",
    "pyproject.toml",
    "./pyproject.toml",
    ".env",
    ".git/config",
    "users.json",
    "%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "~/.ssh/id_rsa",
    "C:%5cWindows%5cwin.ini",
    str(HERE),
)


def answered(address: str, target: str) -> tuple[int, str]:
    """The status and the text of an answer to a request for exactly this target."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode("utf-8", "replace")


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("way", ["/gradio_api/file=", "/gradio_api/file/"])
def test_no_path_leads_to_a_file_of_this_machine(address: str, way: str, trick: str) -> None:
    status, text = answered(address, way + trick)
    assert status == 403
    assert "root:" not in text
    assert "[project]" not in text


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("way", ["/evidence/original?", "/evidence/page?page=1&", "/documents/read?"])
def test_no_id_of_a_document_is_a_path(address: str, way: str, trick: str) -> None:
    status, text = answered(address, f"{way}document={trick}")
    assert status in (403, 404)
    assert "root:" not in text
    assert "[project]" not in text


@pytest.mark.parametrize("trick", [trick for trick in TRICKS if trick[0] in ".%"])
def test_the_folder_of_assets_cannot_be_left(address: str, trick: str) -> None:
    status, text = answered(address, f"/dealqa/{trick}")
    assert status in (400, 403, 404)
    assert "root:" not in text
