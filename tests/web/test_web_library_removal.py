"""Removing documents on the page and putting them back: what is asked, what is moved, what cannot be lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from awaiting import awaited

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.errors import CorpusError, UnsafePath
from dealqa.index import build_index, purge
from dealqa.index.removed import place_new, put_back, removed_entries, set_aside

Serving = Callable[[Assistant], AbstractContextManager[str]]


@dataclass
class Site:
    """A running web app over an index that may be changed."""

    address: str
    assistant: Assistant

    @property
    def corpus(self) -> Path:
        return self.assistant.settings.corpus

    def id(self, path: str) -> str:
        return next(info.id for info in self.assistant.documents() if path in (info.path, *info.duplicates))

    def get(self, path: str, **query: str) -> httpx.Response:
        return httpx.get(f"{self.address}{path}", params=query)

    def post(self, path: str, **query: str) -> httpx.Response:
        return httpx.post(f"{self.address}{path}", params=query, headers={"Origin": self.address})

    def done(self) -> str:
        """The page when nothing is being brought up to date any more."""
        return awaited(lambda: page if "<progress" not in (page := self.get("/documents").text) else "")

    def update(self) -> str:
        self.post("/documents/update")
        return self.done()


@pytest.fixture
def site(changing: Settings, serving: Serving) -> Iterator[Site]:
    with Assistant(changing) as assistant, serving(assistant) as address:
        yield Site(address, assistant)


def test_before_a_document_is_removed_the_page_names_it_and_what_goes_with_it(site: Site) -> None:
    page = site.get("/documents/remove", document=site.id("nottingham.md")).text
    assert "Remove Nottingham City Deal?" in page
    assert "nottingham.md" in page
    assert "Questions will no longer be answered from its 3 passages." in page
    assert (site.corpus / "nottingham.md").exists()


def test_what_was_removed_is_answered_from_no_more_until_it_is_put_back(site: Site) -> None:
    question = "How large is the venture capital fund of Nottingham?"
    body = (site.corpus / "nottingham.md").read_bytes()
    assert "£45 million" in site.assistant.ask(question).text
    assert site.post("/documents/remove", document=site.id("nottingham.md")).status_code == 303
    page = site.done()
    assert "<strong>Removed:</strong> Nottingham City Deal." in page
    assert "Changed last: removed 1" in page
    assert not (site.corpus / "nottingham.md").exists()
    assert site.assistant.ask(question).refused

    (entry,) = removed_entries(site.assistant.settings.index)
    assert "Nottingham City Deal" in site.get("/documents/removed").text
    assert site.post("/documents/put-back", entry=entry.id).status_code == 303
    assert "<strong>Put back:</strong> nottingham.md." in site.done()
    assert (site.corpus / "nottingham.md").read_bytes() == body
    assert "£45 million" in site.assistant.ask(question).text
    assert removed_entries(site.assistant.settings.index) == ()


def test_all_files_with_the_same_bytes_are_named_and_go_together(site: Site) -> None:
    shutil.copy(site.corpus / "leeds.md", site.corpus / "copy.md")
    site.update()
    page = site.get("/documents/remove", document=site.id("leeds.md")).text
    assert "These 2 files with the same bytes" in page
    site.post("/documents/remove", document=site.id("leeds.md"))
    site.done()
    assert {info.path for info in site.assistant.documents()} == {"bristol.md", "nottingham.md"}
    assert {entry.path for entry in removed_entries(site.assistant.settings.index)} == {"copy.md", "leeds.md"}


def test_a_file_that_could_not_be_read_can_be_removed(site: Site) -> None:
    (site.corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    assert "/documents/remove?unread=broken.pdf" in site.update()
    site.post("/documents/remove", unread="broken.pdf")
    assert "Not read" not in site.done()
    assert not (site.corpus / "broken.pdf").exists()


def test_what_is_attached_to_a_mail_goes_with_the_mail_only(site: Site) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "The port of Hull", "a@example.org", "b@example.org"
    mail.set_content("The paper on the port of Hull is attached to this mail.")
    mail.add_attachment("# Hull paper\n\nHull builds a port.\n", filename="hull.md")
    (site.corpus / "mail.eml").write_bytes(mail.as_bytes())
    site.update()
    attached = next(info for info in site.assistant.documents() if info.path.startswith("mail.eml/"))
    response = site.post("/documents/remove", document=attached.id)
    assert response.status_code == 409
    assert "Remove the mail mail.eml instead." in response.text
    asked = site.get("/documents/remove", document=site.id("mail.eml")).text
    assert "What is attached to it goes with it" in asked
    assert "Hull paper" in asked


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"document": "d0000000000000000"},
        {"document": "../../users.json"},
        {"unread": "bristol.md"},
        {"unread": "../index/CURRENT"},
        {"unread": "/etc/passwd"},
    ],
)
def test_only_what_is_indexed_or_was_not_read_can_be_removed(site: Site, query: dict[str, str]) -> None:
    assert site.get("/documents/remove", **query).status_code == 404
    assert site.post("/documents/remove", **query).status_code == 404
    assert len(list(site.corpus.glob("*.md"))) == 3


@pytest.mark.parametrize("entry", ["", "..", "../removed", "20250101T000000-00000000", "20250101T000000-00000000/.."])
def test_only_what_was_removed_can_be_put_back(site: Site, entry: str) -> None:
    assert site.post("/documents/put-back", entry=entry).status_code == 404


def test_a_file_that_has_changed_since_it_was_indexed_is_not_removed(site: Site) -> None:
    (site.corpus / "leeds.md").write_text("# Another paper\n", encoding="utf-8")
    response = site.post("/documents/remove", document=site.id("leeds.md"))
    assert response.status_code == 409
    assert "has changed since it was indexed" in response.text
    assert (site.corpus / "leeds.md").exists()


def test_the_last_document_stays(changing: Settings, serving: Serving) -> None:
    for name in ("leeds.md", "bristol.md"):
        (changing.corpus / name).unlink()
    build_index(changing)
    with Assistant(changing) as assistant, serving(assistant) as address:
        site = Site(address, assistant)
        response = site.post("/documents/remove", document=site.id("nottingham.md"))
    assert response.status_code == 409
    assert "This is the last document" in response.text
    assert (changing.corpus / "nottingham.md").exists()


def test_a_form_on_another_site_removes_nothing(site: Site) -> None:
    for path in (f"remove?document={site.id('leeds.md')}", "put-back?entry=x"):
        address = f"{site.address}/documents/{path}"
        assert httpx.post(address, headers={"Origin": "http://evil.example"}).status_code == 403
    assert (site.corpus / "leeds.md").exists()


def test_removed_files_are_put_back_beside_what_lies_there_now(changing: Settings) -> None:
    body = (changing.corpus / "leeds.md").read_bytes()
    entry = set_aside(changing, "leeds.md", title="Leeds", by="")
    (changing.corpus / "LEEDS.md").write_bytes(b"new")
    assert put_back(changing, entry.id)[1] == "leeds-2.md"
    assert (changing.corpus / "leeds-2.md").read_bytes() == body
    assert (changing.corpus / "LEEDS.md").read_bytes() == b"new"


def test_a_folder_that_is_gone_is_made_again(changing: Settings) -> None:
    (changing.corpus / "a" / "b").mkdir(parents=True)
    (changing.corpus / "a" / "b" / "c.md").write_bytes(b"x")
    entry = set_aside(changing, "a/b/c.md", title="c", by="Ben")
    shutil.rmtree(changing.corpus / "a")
    assert put_back(changing, entry.id) == (entry, "a/b/c.md")
    assert (changing.corpus / "a" / "b" / "c.md").read_bytes() == b"x"


def test_a_file_moves_to_another_disk_as_well(changing: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_disk(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", other_disk)
    body = (changing.corpus / "leeds.md").read_bytes()
    entry = set_aside(changing, "leeds.md", title="Leeds", by="")
    assert not (changing.corpus / "leeds.md").exists()
    (changing.corpus / "leeds.md").write_bytes(b"new")
    assert put_back(changing, entry.id)[1] == "leeds-2.md"
    assert (changing.corpus / "leeds-2.md").read_bytes() == body
    assert [path.name for path in changing.corpus.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../index/CURRENT", "a/../../index/CURRENT", "nothing.md", "link.md", "linked/bristol.md"],
)
def test_nothing_but_an_ordinary_file_of_the_folder_is_set_aside(changing: Settings, path: str) -> None:
    (changing.corpus / "link.md").symlink_to(changing.index / "CURRENT")
    (changing.corpus / "linked").symlink_to(changing.corpus)
    with pytest.raises(CorpusError):
        set_aside(changing, path, title="x", by="")
    assert removed_entries(changing.index) == ()
    assert (changing.corpus / "bristol.md").exists()


def test_nothing_is_placed_through_a_link(changing: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (changing.corpus / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "new.md").write_bytes(b"x")
    with pytest.raises(UnsafePath):
        place_new(tmp_path / "new.md", changing.corpus, "linked/new.md")
    assert (tmp_path / "new.md").exists()


def test_purging_deletes_what_could_be_put_back(changing: Settings) -> None:
    entry = set_aside(changing, "nottingham.md", title="Nottingham", by="")
    build_index(changing)
    assert purge(changing).files_removed == 1
    assert removed_entries(changing.index) == ()
    with pytest.raises(KeyError):
        put_back(changing, entry.id)
    found = [path for path in changing.index.rglob("*") if path.is_file() and b"venture capital" in path.read_bytes()]
    assert found == []


def test_what_is_no_entry_among_the_removed_files_is_passed_over(changing: Settings) -> None:
    set_aside(changing, "leeds.md", title="Leeds", by="")
    for name, facts in (("20250101T000000-00000000", "{"), ("note", "{}"), ("20250101T000000-00000001", '{"id": 1}')):
        (changing.index / "removed" / name).mkdir()
        (changing.index / "removed" / name / "entry.json").write_text(facts, encoding="utf-8")
    assert [entry.path for entry in removed_entries(changing.index)] == ["leeds.md"]


def test_each_kind_of_change_is_told_by_name(changing: Settings) -> None:
    corpus = changing.corpus
    (corpus / "bristol.md").rename(corpus / "moved.md")
    (corpus / "leeds.md").unlink()
    (corpus / "nottingham.md").write_text("# Nottingham anew\n\nIt changed.\n", encoding="utf-8")
    (corpus / "hull.md").write_text("# Hull paper\n\nHull builds a port.\n", encoding="utf-8")
    with Assistant(changing) as before:
        assert before.changes() is None
    build_index(changing)
    with Assistant(changing) as assistant:
        changes = assistant.changes()
    assert changes is not None
    told = {kind: [one.path for one in getattr(changes, kind)] for kind in ("added", "changed", "removed", "renamed")}
    assert told == {
        "added": ["hull.md"],
        "changed": ["nottingham.md"],
        "removed": ["leeds.md"],
        "renamed": ["moved.md"],
    }
    assert changes.changed[0].title == "Nottingham anew"
    assert changes.removed[0].title == "Leeds paper"
