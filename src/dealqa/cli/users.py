"""`dealqa users`: who may use the web app. Passwords are asked for, or read from standard input; never an argument."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from dealqa.access import Users, change_users, load_users, new_token
from dealqa.access.users import checked_name
from dealqa.cli import terminal
from dealqa.coverage import counted
from dealqa.errors import AccessError

if TYPE_CHECKING:
    from dealqa.config import Settings

__all__ = ["run"]


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do what was asked of the file of users.

    Raises:
        AccessError: it cannot be used, or a name or a password may not be.
    """
    does = {"add": _add, "list": _list, "password": _password, "remove": _remove, "token": _token}
    does[options.action](options, settings.users)
    return 0


def _add(options: argparse.Namespace, path: Path) -> None:
    name = checked_name(options.name)
    load_users(path)  # what is wrong with it is told before anybody types a password
    password = _asked(options)
    users = change_users(path, lambda users: users.adding(name, options.role, password))
    terminal.say(f"Added {name} ({options.role}) to {path}: {counted(len(users), 'user')} now.")
    if len(users) == 1:
        terminal.say("From now on the web app asks who comes for a name and a password.")


def _password(options: argparse.Namespace, path: Path) -> None:
    load_users(path).named(options.name)
    password = _asked(options)
    change_users(path, lambda users: users.with_password(options.name, password))
    terminal.say(f"{options.name} has another password; who was signed in with the old one is not any more.")


def _remove(options: argparse.Namespace, path: Path) -> None:
    users = change_users(path, lambda users: users.without(options.name))
    terminal.say(f"Removed {options.name} from {path}: {counted(len(users), 'user')} now.")
    if not len(users):
        terminal.say(
            "That was the last one. A running server lets nobody in until there is a user again; one that is started "
            "without users is open to everybody on this machine."
        )


def _token(options: argparse.Namespace, path: Path) -> None:
    token = "" if options.revoke else new_token()
    change_users(path, lambda users: users.with_new_token(options.name, token))
    if options.revoke:
        terminal.say(f"{options.name} has no token any more.")
        return
    terminal.say(token)
    sys.stderr.write("This is shown once and kept by nobody but you. Programs send it as: Authorization: Bearer …\n")


def _list(options: argparse.Namespace, path: Path) -> None:
    users = load_users(path)
    if options.json:
        known = [{"name": user.name, "role": user.role, "token": bool(user.token)} for user in users]
        sys.stdout.write(json.dumps(known, ensure_ascii=False, indent=1) + "\n")
    elif not len(users):
        terminal.say(
            f"There are no users in {path}: everybody on this machine may use the web app. "
            "`dealqa users add NAME --role editor` adds the first one."
        )
    else:
        terminal.show(_table(users))


def _table(users: Users) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("name", "role", "token for programs"):
        table.add_column(heading)
    for user in users:
        table.add_row(Text(user.name), Text(user.role), Text("yes" if user.token else "no"))
    return table


def _asked(options: argparse.Namespace) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AccessError(
            "There is no terminal to ask for the password at.",
            hint="Use --password-stdin, and give it on the first line of standard input.",
        )
    try:
        password = getpass.getpass(f"Password for {options.name}: ")
        again = getpass.getpass("The same once more: ")
    except EOFError as err:
        raise AccessError("No password was given.") from err
    if password != again:
        raise AccessError("The two passwords are not the same.", hint="Nothing was changed; try again.")
    return password
