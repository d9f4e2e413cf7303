"""Users: what is kept of a password, the file that it is kept in, and `dealqa users`."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dealqa.access import Users, change_users, hash_password, is_right, load_users, new_token
from dealqa.access.users import checked_name
from dealqa.cli import main
from dealqa.errors import AccessError

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody

Call = Callable[..., "subprocess.CompletedProcess[str]"]


class Terminal(io.StringIO):
    """Standard input where somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def anna() -> Users:
    """One user, an editor."""
    return Users().adding("Anna", "editor", PASSWORD)


@pytest.fixture
def file(tmp_path: Path, anna: Users) -> Path:
    """A file with that user."""
    path = tmp_path / "users.json"
    change_users(path, lambda _: anna)
    return path


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """`dealqa users` in the test's own folder, with something on standard input."""

    def in_process(
        *arguments: str, typed: str = "", at_terminal: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.stdin", Terminal() if at_terminal else io.StringIO(typed))
        answers = iter(at_terminal)
        monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
        try:
            code = main(["users", *arguments])
        except SystemExit as err:  # argparse's way out
            code = int(err.code or 0)
        out, err_text = capsys.readouterr()
        return subprocess.CompletedProcess(list(arguments), code, out, err_text)

    return in_process


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dealqa: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


# Passwords.


def test_a_password_is_known_again() -> None:
    assert is_right(PASSWORD, hash_password(PASSWORD))


@pytest.mark.parametrize("typed", ["", "correct horse batterY", PASSWORD + " ", PASSWORD + "\0"])
def test_another_password_is_not(typed: str, anna: Users) -> None:
    assert not is_right(typed, anna.named("Anna").password)


def test_the_same_password_is_kept_differently_each_time() -> None:
    one, other = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one.salt != other.salt
    assert one.digest != other.digest


def test_a_password_is_the_same_however_its_letters_are_composed() -> None:
    name = "Ångström über alles"
    assert is_right(unicodedata.normalize("NFD", name), hash_password(unicodedata.normalize("NFC", name)))


def test_a_user_that_there_is_not_costs_a_hash_as_well(monkeypatch: pytest.MonkeyPatch, anna: Users) -> None:
    made: list[tuple[int, int, int]] = []
    original = __import__("hashlib").scrypt

    def counted(*args: Any, **given: Any) -> bytes:
        made.append((given["n"], given["r"], given["p"]))
        return bytes(original(*args, **given))

    monkeypatch.setattr("hashlib.scrypt", counted)
    assert anna.signing_in("Anna", "a wrong password") is None
    assert anna.signing_in("Nobody", "a wrong password") is None
    assert made[0] == made[1]


@pytest.mark.parametrize("password", ["", "123456789", "x" * 1_001])
def test_a_password_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(AccessError, match="10 to 1,000 characters"):
        hash_password(password)


def test_what_is_kept_is_not_printed_by_accident(anna: Users) -> None:
    user = anna.named("Anna")
    assert user.password.digest.hex() not in repr(user)
    assert repr(user.password.salt) not in repr(user.password)


# Names.


@pytest.mark.parametrize("name", ["A", "Anna Bell", "Łukasz", "李雷", "o'neill@example.org", "x" * 64])
def test_a_user_may_be_called(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "x" * 65, "a:b", " Anna", "Anna ", "An\nna", "An\x1b[1mna", "An\u200bna", "An\u202ena", "An\x7fna"]
)
def test_a_user_may_not_be_called(name: str) -> None:
    with pytest.raises(AccessError):
        checked_name(name)


def test_a_name_is_kept_composed() -> None:
    assert checked_name(unicodedata.normalize("NFD", "Zoë")) == unicodedata.normalize("NFC", "Zoë")


def test_a_name_that_differs_in_capitals_only_is_taken(anna: Users) -> None:
    with pytest.raises(AccessError, match="already"):
        anna.adding("ANNA", "reader", PASSWORD)


# The file.


def test_without_a_file_there_are_no_users(tmp_path: Path) -> None:
    assert len(load_users(tmp_path / "users.json")) == 0


def test_what_was_written_is_read(file: Path, anna: Users) -> None:
    assert list(load_users(file)) == list(anna)


def test_only_its_owner_can_read_the_file(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_is_left_beside_the_file_that_others_can_read(file: Path) -> None:
    assert {path.name for path in file.parent.iterdir()} <= {"users.json", "users.json.lock"}


def test_the_file_holds_neither_the_password_nor_the_token(file: Path) -> None:
    token = new_token()
    change_users(file, lambda users: users.with_new_token("Anna", token))
    kept = file.read_text(encoding="utf-8")
    assert PASSWORD not in kept
    assert token not in kept


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_use_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(AccessError, match="by others than its owner") as caught:
        load_users(file)
    assert "chmod 600" in caught.value.hint


def edited(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(format=2),
        lambda content: content.update(more=1),
        lambda content: content["users"].append(content["users"][0]),
        lambda content: content["users"][0].update(role="owner"),
        lambda content: content["users"][0].update(name="a:b"),
        lambda content: content["users"][0].update(name="Zoe\u0308"),
        lambda content: content["users"][0].update({"token": "abc"}),
        lambda content: content["users"][0].pop("scrypt"),
        lambda content: content["users"][0]["scrypt"].update(n=2),
        lambda content: content["users"][0]["scrypt"].update(n=2**30),
        lambda content: content["users"][0]["scrypt"].update(salt=""),
        lambda content: content["users"][0]["scrypt"].update(digest="zz" * 32),
    ],
)
def test_a_file_that_holds_what_it_may_not_is_refused(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    edited(file, change)
    with pytest.raises(AccessError, match="is broken"):
        load_users(file)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe{", b"[" * 100_000, b"null"])
def test_a_file_that_is_no_list_of_users_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    with pytest.raises(AccessError, match="is broken"):
        load_users(file)


def test_what_a_broken_file_holds_is_not_told(file: Path) -> None:
    edited(file, lambda content: content["users"][0]["scrypt"].update(digest="5ec2e7"))
    with pytest.raises(AccessError) as caught:
        load_users(file)
    assert "5ec2e7" not in str(caught.value)


def test_a_change_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(AccessError, match="no user called"):
        change_users(file, lambda users: users.without("Nobody"))
    assert file.read_bytes() == before


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AccessError, match="cannot be written"):
        change_users(tmp_path / "file" / "users.json", lambda users: users)


def test_a_link_goes_on_leading_to_the_file(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    change_users(link, lambda users: users.adding("Rob", "reader", PASSWORD))
    assert link.is_symlink()
    assert [user.name for user in load_users(file)] == ["Anna", "Rob"]


# The command line.


def test_a_user_is_added_with_a_password_from_standard_input(call: Call, tmp_path: Path) -> None:
    done = call("add", "Rob", "--role", "reader", "--password-stdin", typed=f"{PASSWORD}\nmore\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Added Rob (reader)" in done.stdout
    user = load_users(tmp_path / "users.json").signing_in("Rob", PASSWORD)
    assert user is not None
    assert user.role == "reader"


def test_the_settings_say_which_file_it_is(call: Call, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('users = "people.json"\n', encoding="utf-8")
    call("add", "Rob", "--role", "reader", "--password-stdin", "--config", "other.toml", typed=PASSWORD)
    assert len(load_users(tmp_path / "people.json")) == 1


def test_the_password_is_asked_for_twice(call: Call, file: Path) -> None:
    assert call("password", "Anna", at_terminal=("another password", "another password")).returncode == 0
    assert load_users(file).signing_in("Anna", "another password") is not None


def test_two_passwords_that_differ_change_nothing(call: Call, file: Path) -> None:
    done = call("password", "Anna", at_terminal=("another password", "another passwort"))
    assert "not the same" in complaint(done)
    assert load_users(file).signing_in("Anna", PASSWORD) is not None


def test_without_a_terminal_it_is_said_how_to_give_the_password(call: Call) -> None:
    assert "--password-stdin" in complaint(call("add", "Rob", "--role", "reader"))


@pytest.mark.parametrize("name", ["a:b", "", "x" * 65])
def test_a_name_that_may_not_be_is_an_error_of_the_users(call: Call, name: str) -> None:
    complaint(call("add", name, "--role", "reader", "--password-stdin", typed=PASSWORD))


def test_a_short_password_is_an_error_of_the_users(call: Call) -> None:
    assert "10 to 1,000" in complaint(call("add", "Rob", "--role", "reader", "--password-stdin", typed="short\n"))


def test_a_name_that_is_taken_is_an_error_of_the_users(call: Call, file: Path) -> None:
    assert "already" in complaint(call("add", "anna", "--role", "reader", "--password-stdin", typed=PASSWORD))


@pytest.mark.parametrize("action", ["remove", "password", "token"])
def test_a_user_that_there_is_not_is_an_error_of_the_users(call: Call, file: Path, action: str) -> None:
    assert "'Nobody'" in complaint(call(action, "Nobody"))


def test_a_role_that_there_is_not_is_refused(call: Call) -> None:
    done = call("add", "Rob", "--role", "owner", "--password-stdin", typed=PASSWORD)
    assert done.returncode == 2
    assert "owner" in done.stderr


def test_the_users_are_listed_without_anything_secret(call: Call, file: Path) -> None:
    done = call("list")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()[1:]] == [["Anna", "editor", "no"]]


def test_the_users_are_listed_for_programs(call: Call, file: Path) -> None:
    assert json.loads(call("list", "--json").stdout) == [{"name": "Anna", "role": "editor", "token": False}]


def test_without_users_the_list_says_what_that_means(call: Call) -> None:
    assert "everybody on this machine" in call("list").stdout


def test_a_user_is_removed(call: Call, file: Path) -> None:
    done = call("remove", "Anna")
    assert "last one" in done.stdout
    assert len(load_users(file)) == 0


def test_a_token_is_printed_once_and_alone(call: Call, file: Path) -> None:
    done = call("token", "Anna")
    user = load_users(file).with_token(done.stdout.strip())
    assert user is not None
    assert user.name == "Anna"
    assert "shown once" in done.stderr


def test_a_new_token_takes_the_place_of_the_old_one(call: Call, file: Path) -> None:
    old, new = call("token", "Anna").stdout.strip(), call("token", "Anna").stdout.strip()
    users = load_users(file)
    assert users.with_token(old) is None
    assert users.with_token(new) is not None


def test_a_token_can_be_taken_back(call: Call, file: Path) -> None:
    token = call("token", "Anna").stdout.strip()
    assert call("token", "Anna", "--revoke").returncode == 0
    assert load_users(file).with_token(token) is None


def test_no_token_belongs_to_nobody(file: Path) -> None:
    assert load_users(file).with_token("") is None


def test_a_file_that_others_can_read_stops_the_command(call: Call, file: Path) -> None:
    os.chmod(file, 0o644)  # noqa: PTH101 - it must not be so
    assert "chmod 600" in complaint(call("list"))
