"""Adding documents on the page: what is taken, under which name, how much, by whom, and what comes of it."""

from __future__ import annotations

import io
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from awaiting import PATIENCE, awaited

from dealqa.access import change_users
from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.web.library.receiving import DRAIN_SECONDS, UploadLimits

Serving = Callable[[Assistant], AbstractContextManager[str]]

HULL = b"# Hull paper\n\nHull builds a port.\n"
PDF = b"%PDF-1.7\nnothing"
PASSWORD = "correct horse battery"  # noqa: S105 - of a user that exists in a test only
BOUNDARY = "----dealqa"
MIB = 1024 * 1024


@dataclass
class Site:
    """A running web app over an index that may be changed."""

    address: str
    assistant: Assistant

    @property
    def uploads(self) -> Path:
        return self.assistant.settings.corpus / "uploads"

    def kept(self) -> dict[str, bytes]:
        """What lies in the folder for files that are sent, unfinished files included."""
        return {path.name: path.read_bytes() for path in self.uploads.glob("*")} if self.uploads.exists() else {}

    def send(self, *files: tuple[str, bytes], **headers: str) -> httpx.Response:
        return self.post(form(*files), **headers)

    def post(self, body: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
        given = {"Origin": self.address, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} | headers
        return httpx.post(f"{self.address}/documents/upload", content=body, headers=given, timeout=PATIENCE)

    def page(self) -> str:
        return httpx.get(f"{self.address}/documents").text

    def done(self) -> str:
        """The page when nothing is being brought up to date any more."""
        return awaited(lambda: page if "<progress" not in (page := self.page()) else "")


def form(*files: tuple[str, bytes]) -> bytes:
    """A form with files as a browser sends it, names as they are."""
    return b"".join(part(name) + body + b"\r\n" for name, body in files) + f"--{BOUNDARY}--\r\n".encode()


def part(name: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="documents"; filename="'
    return head.encode() + name.encode("utf-8", "surrogatepass") + b'"\r\nContent-Type: text/plain\r\n\r\n'


@pytest.fixture
def site(changing: Settings, serving: Serving) -> Iterator[Site]:
    with Assistant(changing) as assistant, serving(assistant) as address:
        yield Site(address, assistant)


@pytest.fixture
def small(changing: Settings, serving: Serving) -> Iterator[Site]:
    """A site that takes files of up to one MiB."""
    with Assistant(changing.model_copy(update={"max_file_mib": 1})) as assistant, serving(assistant) as address:
        yield Site(address, assistant)


def bomb() -> bytes:
    """A Word file of a few KB that unpacks to more than is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (80 * MIB))
    return packed.getvalue()


def test_a_file_that_is_sent_is_answered_from(site: Site) -> None:
    assert site.assistant.ask("What does Hull build?").refused
    response = site.send(("hull.md", HULL))
    assert (response.status_code, response.headers["location"]) == (303, "/documents")
    page = site.done()
    assert site.kept() == {"hull.md": HULL}
    assert "hull.md</span>: <strong>taken in</strong>" in page
    assert "Changed last: added 1" in page
    assert "builds a port" in site.assistant.ask("What does Hull build?").text


def test_until_it_is_read_the_page_says_that_it_is_being_read(site: Site) -> None:
    site.send(("hull.md", HULL))
    assert "being read" in site.page()


def test_several_files_are_each_told_of(site: Site) -> None:
    site.send(("hull.md", HULL), ("broken.pdf", PDF), ("virus.exe", b"MZ"), ("copy.md", HULL), ("empty.txt", b""))
    page = site.done()
    assert "hull.md</span>: <strong>taken in</strong>" in page
    assert "broken.pdf</span>: <strong>could not be read</strong>" in page
    assert "virus.exe</span>: <strong>not taken</strong>. The file virus.exe is of a kind that is not read" in page
    assert "copy.md</span>: <strong>already there</strong>. It is there already, as uploads/hull.md" in page
    assert "empty.txt</span>: <strong>not taken</strong>. The file empty.txt is empty" in page
    assert set(site.kept()) == {"hull.md", "broken.pdf"}


def test_a_bomb_that_looks_like_a_word_file_is_a_file_that_could_not_be_read(site: Site) -> None:
    site.send(("plan.docx", bomb()), ("hull.md", HULL))
    page = site.done()
    assert "plan.docx</span>: <strong>could not be read</strong>" in page
    assert "plan.docx" in page.partition('id="unread"')[2]
    assert "builds a port" in site.assistant.ask("What does Hull build?").text


WRONG = {
    "zip.pdf": b"PK\x03\x04zip",
    "pdf.docx": PDF,
    "program.txt": b"\x7fELF program",
    "pdf.md": PDF,
    "page.csv": b"<!doctype html><p>hello",
    "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
}


def test_a_file_that_is_not_what_its_name_says_is_not_taken(site: Site) -> None:
    assert site.send(*WRONG.items()).status_code == 303
    page = site.page()
    assert [name for name in WRONG if f"{name}</span>: <strong>not taken</strong>" not in page] == []
    assert site.kept() == {}


LEADING_OUT = [
    "../escaped.md",
    "../../escaped.md",
    "..\\..\\escaped.md",
    "/etc/escaped.md",
    "C:\\escaped.md",
    "\\\\server\\escaped.md",
    "....//....//escaped.md",
    "uploads/../../escaped.md",
    "./.././escaped.md",
    "a/b/c/escaped.md",
    "escaped.md\x00.pdf/../../escaped.md",
    ".escaped.md",
    "..escaped.md",
    "escaped.md ",
    "escaped.md.",
    "\u202eescaped.md",
    "esc\u200baped.md",
    "escaped.md/",
    "\udcffescaped.md",
    "%2e%2e%2fescaped.md",
    "..%5c..%5cescaped.md",
    "~/escaped.md",
    "$HOME/escaped.md",
    "file:///etc/escaped.md",
    "escaped.md;../escaped.md",
    "escaped.md\r\nX-Header: y",
    "\uff0e\uff0e\uff0fescaped.md",
    "..\u2215escaped.md",
    "CON.md",
    "e" * 5_000 + "scaped.md",
]


def test_no_name_leads_out_of_the_folder_for_files_that_are_sent(site: Site) -> None:
    around = site.assistant.settings.corpus.parent
    before = set(around.rglob("*.md"))
    for name in LEADING_OUT:  # each by itself: some are no header that a form may have
        site.send((name, HULL + name.encode("utf-8", "replace")))
    made = set(around.rglob("*.md")) - before
    assert len(made) > len(LEADING_OUT) / 2
    assert {path.parent for path in made} == {site.uploads}
    assert all(path.name.isprintable() and not path.name.startswith(".") for path in made)


def test_a_hostile_name_is_never_markup(site: Site) -> None:
    site.send(("<img src=x onerror=alert(1)>.exe", b"x"), ("<b>.md", HULL))
    page = site.done()
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;.exe" in page


def test_another_file_of_the_same_name_is_kept_beside_the_first(site: Site) -> None:
    site.send(("hull.md", HULL))
    site.done()
    other = b"# Hull paper\n\nHull builds a second port.\n"
    site.send(("HULL.md", other))
    page = site.done()
    assert site.kept() == {"hull.md": HULL, "HULL-2.md": other}
    assert "both are kept, this one as HULL-2.md" in page


def test_the_same_bytes_are_not_taken_twice_wherever_they_lie(site: Site) -> None:
    bristol = (site.assistant.settings.corpus / "bristol.md").read_bytes()
    site.send(("again.md", bristol))
    page = site.page()
    assert "already there</strong>. It is there already, as bristol.md" in page
    assert "<progress" not in page
    assert site.kept() == {}


def test_a_file_that_is_indexed_and_was_deleted_is_taken(site: Site) -> None:
    lying = site.assistant.settings.corpus / "bristol.md"
    body = lying.read_bytes()
    lying.unlink()
    site.send(("again.md", body))
    assert "taken in" in site.done()
    assert site.kept() == {"again.md": body}


def test_a_file_that_the_folder_leaves_out_is_told_of(site: Site) -> None:
    (site.assistant.settings.corpus / ".dealqaignore").write_text("uploads/\n", encoding="utf-8")
    site.send(("hull.md", HULL))
    assert "hull.md</span>: <strong>not in the index</strong>" in site.done()


def test_what_is_sent_while_a_run_goes_on_is_read_after_it(site: Site) -> None:
    for number in range(300):
        (site.assistant.settings.corpus / f"paper-{number}.md").write_text(f"# Paper {number}\n", encoding="utf-8")
    httpx.post(f"{site.address}/documents/update", headers={"Origin": site.address})
    awaited(lambda: "Reading" in site.page())
    site.send(("hull.md", HULL))
    assert "hull.md</span>: <strong>taken in</strong>" in site.done()


def test_a_file_that_is_too_large_is_not_taken_and_the_others_are(small: Site) -> None:
    small.send(("large.txt", b"x" * (MIB + 1)), ("hull.md", HULL))
    assert "large.txt</span>: <strong>not taken</strong>. The file large.txt has 1.0 MiB, more than" in small.page()
    assert small.kept() == {"hull.md": HULL}


def test_more_files_than_are_taken_at_once_are_turned_away(site: Site) -> None:
    response = site.send(*((f"{number}.md", HULL) for number in range(UploadLimits(1).files + 1)))
    assert response.status_code == 413
    assert "More than 50 files were sent at once. Nothing was taken." in response.text
    assert site.kept() == {}


def test_a_request_that_says_that_it_is_too_large_is_turned_away_before_it_is_sent(site: Site) -> None:
    host = site.address.removeprefix("http://")
    head = (
        f"POST /documents/upload HTTP/1.1\r\nHost: {host}\r\nOrigin: {site.address}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {UploadLimits(1).request + 1}\r\n\r\n"
    )
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(head.encode() + part("hull.md"))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))  # until the server closes it
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"More than 500 MiB were sent at once. Nothing was taken." in answer


def test_a_stream_without_an_end_is_turned_away_and_not_read_to_the_end(small: Site) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield part("hull.md")
        while True:
            sent += MIB
            yield b"x" * MIB

    began = time.monotonic()
    try:
        response = small.post(endless())
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        pass  # cut off while it sent, as it should be
    else:
        assert response.status_code == 413
        assert "More than 500 MiB were sent at once. Nothing was taken." in response.text
    assert sent >= UploadLimits(1).request
    assert time.monotonic() - began < PATIENCE + DRAIN_SECONDS
    assert small.kept() == {}


FORM = f"multipart/form-data; boundary={BOUNDARY}"

NO_FORMS = {
    "empty": (b"", FORM),
    "something else": (b"nothing like a form", FORM),
    "cut off": (form(("hull.md", HULL))[:-20], FORM),
    "without a boundary": (form(("hull.md", HULL)), "multipart/form-data"),
    "another kind": (b"documents=hull", "application/x-www-form-urlencoded"),
    "nothing chosen": (form(("", b"")), FORM),
    "endless headers": (f"--{BOUNDARY}\r\n{'X: y' * 10_000}\r\n\r\n".encode(), FORM),
}


def test_what_is_no_form_with_files_is_turned_away(site: Site) -> None:
    responses = {what: site.post(body, **{"Content-Type": kind}) for what, (body, kind) in NO_FORMS.items()}
    assert {what: answer.status_code for what, answer in responses.items()} == dict.fromkeys(NO_FORMS, 400)
    assert all('role="alert"' in answer.text for answer in responses.values())
    assert site.kept() == {}


def test_a_connection_that_ends_leaves_nothing_behind(site: Site) -> None:
    def broken() -> Iterator[bytes]:
        yield part("hull.md") + HULL
        awaited(lambda: site.kept())
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        site.post(broken())
    awaited(lambda: not site.kept())


def test_a_form_on_another_site_sends_nothing(site: Site) -> None:
    elsewhere = [{"Origin": "http://evil.example"}, {"Origin": ""}, {"Sec-Fetch-Site": "cross-site"}]
    assert [site.send(("hull.md", HULL), **headers).status_code for headers in elsewhere] == [403] * 3
    assert site.kept() == {}


def test_a_folder_for_files_that_is_a_link_is_not_followed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    site.uploads.symlink_to(tmp_path / "elsewhere")
    response = site.send(("hull.md", HULL))
    assert response.status_code == 503
    assert "is no folder of its own" in response.text
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_only_an_editor_may_add_remove_and_bring_up_to_date(
    changing: Settings, serving: Serving, tmp_path: Path
) -> None:
    path = tmp_path / "users.json"
    change_users(path, lambda users: users.adding("Anna", "reader", PASSWORD).adding("Ben", "editor", PASSWORD))
    with Assistant(changing.model_copy(update={"users": path})) as assistant, serving(assistant) as address:
        document = assistant.documents()[0].id
        posts = ("upload", "update", f"remove?document={document}", "put-back?entry=x")
        seen = {}
        for name in ("Anna", "Ben"):
            with httpx.Client(base_url=address, headers={"Origin": address}) as client:
                client.post("/login", data={"name": name, "password": PASSWORD})
                reading = [f"/documents/read?document={document}", "/documents"]
                assert [client.get(where).status_code for where in reading] == [200, 200]
                shown = 'type="file"' in client.get("/documents").text
                asked = client.get(f"/documents/remove?document={document}").status_code
                removed = client.get("/documents/removed").status_code
                statuses = [client.post(f"/documents/{post}").status_code for post in posts if name == "Anna"]
                seen[name] = (shown, asked, removed, statuses)
                if name == "Ben":
                    assert client.post("/documents/update").status_code == 303
        assert seen["Anna"] == (False, 403, 403, [403] * 4)
        assert seen["Ben"] == (True, 200, 200, [])
        assert len(list(changing.corpus.glob("*.md"))) == 3
