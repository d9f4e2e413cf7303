"""The file of users: JSON that only its owner may read, replaced in one step."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dealqa.access.passwords import PasswordHash
from dealqa.access.users import Role, User, Users, checked_name
from dealqa.errors import AccessError

__all__ = ["change_users", "load_users"]

FORMAT: Final = 1

LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a file of users: some ten thousand of them."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

_LOCK_SECONDS: Final = 10
"""How long another command that changes the file is waited for; each takes a fraction of a second."""

_Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){16,64}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Scrypt(_Entry):
    # Parameters that cost less are too weak, and those that cost more would let the file stop the server.
    n: Literal[16_384, 32_768, 65_536, 131_072]
    r: Literal[8]
    p: Literal[1, 2, 4]
    salt: _Hex
    digest: _Hex


class _User(_Entry):
    name: str
    role: Role
    scrypt: _Scrypt
    token: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""


class _File(_Entry):
    format: Literal[1]
    users: Annotated[list[_User], Field(max_length=100_000)]


def load_users(path: Path) -> Users:
    """The users of a file; none when there is no file.

    Raises:
        AccessError: the file cannot be read, can be read by others than its owner, or is no file of users.
    """
    try:
        with path.open("rb") as file:
            _check_mode(path, os.fstat(file.fileno()))
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Users()
    except OSError as err:
        raise AccessError(f"The file of users {path} cannot be read: {err.strerror}.") from err
    if len(data) > LARGEST:
        raise _broken(path, f"it is larger than {LARGEST:,} bytes")
    try:
        stored = _File.model_validate(json.loads(data))
        return Users(map(_user, stored.users))
    except ValidationError as err:  # a ValueError as well; what stands in the file is not told, it may be secret
        first = err.errors(include_input=False, include_url=False)[0]
        raise _broken(path, f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}") from err
    except (ValueError, RecursionError) as err:
        raise _broken(path, "it is not valid JSON") from err
    except AccessError as err:
        raise _broken(path, err.message.rstrip(".")) from err


def change_users(path: Path, change: Callable[[Users], Users]) -> Users:
    """Change the file of users in one step: whoever reads it meanwhile finds it as it was, or as it is then.

    Args:
        change: gives the users as they are to be; what it raises leaves the file as it was.

    Returns:
        The users as they are now.

    Raises:
        AccessError: the file cannot be used or written.
    """
    path = path.resolve()  # a link goes on leading to the file
    try:
        with FileLock(path.with_name(path.name + ".lock"), timeout=_LOCK_SECONDS, mode=0o600):
            users = change(load_users(path))
            _write(path, users)
            return users
    except Timeout as err:
        raise AccessError(f"Another command is changing {path}.", hint="Wait until it has finished.") from err
    except OSError as err:
        raise AccessError(f"The file of users {path} cannot be written: {err.strerror}.") from err


def _check_mode(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise AccessError(f"The file of users {path} is no ordinary file.")
    if found.st_mode & _OTHERS:
        raise AccessError(
            f"The file of users {path} can be read or written by others than its owner.",
            hint=f"Its owner runs: chmod 600 {path}",
        )


def _broken(path: Path, reason: str) -> AccessError:
    return AccessError(
        f"The file of users {path} is broken: {reason}.",
        hint="Put it back from a copy, or remove it and add the users again with `dealqa users add`.",
    )


def _user(stored: _User) -> User:
    kept = stored.scrypt
    password = PasswordHash(kept.n, kept.r, kept.p, bytes.fromhex(kept.salt), bytes.fromhex(kept.digest))
    if checked_name(stored.name) != stored.name:
        raise AccessError(f"The name {stored.name!r} is not in Unicode's form NFC.")
    return User(stored.name, stored.role, password, stored.token)


def _as_json(user: User) -> dict[str, Any]:
    kept = user.password
    scrypt = {"n": kept.n, "r": kept.r, "p": kept.p, "salt": kept.salt.hex(), "digest": kept.digest.hex()}
    token = {"token": user.token} if user.token else {}
    return {"name": user.name, "role": user.role, "scrypt": scrypt, **token}


def _write(path: Path, users: Users) -> None:
    content = json.dumps({"format": FORMAT, "users": [_as_json(user) for user in users]}, ensure_ascii=False, indent=1)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        # Nobody else may read it, not even before it has its name.
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - a handle, no path
            file.write(content + "\n")
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
