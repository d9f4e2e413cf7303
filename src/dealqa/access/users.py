"""The users as values: who they are, what they may do, and which name a user may have."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal, get_args

from dealqa.access.passwords import PasswordHash, hash_password, is_right
from dealqa.errors import AccessError

__all__ = ["LONGEST_NAME", "ROLES", "Role", "User", "Users", "checked_name", "new_token", "token_digest"]

Role = Literal["reader", "editor"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)

LONGEST_NAME: Final = 64

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that cannot be seen, so that two names could look alike."""

_TOKEN_PREFIX: Final = "dealqa_"  # noqa: S105 - what a token begins with, so that it is known where it is found


@dataclass(frozen=True, slots=True)
class User:
    """Who may come in.

    Attributes:
        name: see `checked_name`.
        role: a reader asks and reads; an editor also changes the documents.
        password: what is kept of it.
        token: SHA-256, in hexadecimal digits, of the token by which programs come in; "" without one.
    """

    name: str
    role: Role
    password: PasswordHash = field(repr=False)
    token: str = field(default="", repr=False)


class Users:
    """All users, by their names. It does not change: what changes it gives another one."""

    def __init__(self, users: Iterable[User] = ()) -> None:
        """Take the users as they are, in their order.

        Raises:
            AccessError: two have the same name, upper and lower case being the same.
        """
        self._by_name: dict[str, User] = {}
        self._by_token: dict[str, User] = {}
        alike: set[str] = set()
        for user in users:
            if user.name.casefold() in alike:
                raise AccessError(
                    f"There is a user called {user.name!r} already.", hint="Capital letters make no other name."
                )
            alike.add(user.name.casefold())
            self._by_name[user.name] = user
            if user.token:
                self._by_token[user.token] = user

    def __iter__(self) -> Iterator[User]:
        return iter(self._by_name.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def named(self, name: str) -> User:
        """The user of this name.

        Raises:
            AccessError: there is none.
        """
        found = self.get(name)
        if found is None:
            raise AccessError(f"There is no user called {name!r}.", hint="`dealqa users list` shows them.")
        return found

    def get(self, name: str) -> User | None:
        """The user of this name; None if there is none."""
        return self._by_name.get(unicodedata.normalize("NFC", name))

    def with_token(self, token: str) -> User | None:
        """The user whom a program's token belongs to; what is compared is hashes, so time tells nothing of tokens."""
        return self._by_token.get(token_digest(token))

    def signing_in(self, name: str, password: str) -> User | None:
        """The user of this name and password; None if either is wrong, after the same time. It takes about 100 ms."""
        found = self.get(name)
        return found if is_right(password, found.password if found else None) else None

    def adding(self, name: str, role: Role, password: str) -> Users:
        """With one user more.

        Raises:
            AccessError: the name or the password may not be, or the name is taken.
        """
        return Users([*self, User(checked_name(name), role, hash_password(password))])

    def without(self, name: str) -> Users:
        """With one user less; see `named`."""
        gone = self.named(name)
        return Users(user for user in self if user is not gone)

    def with_password(self, name: str, password: str) -> Users:
        """With another password for a user; see `named` and `hash_password`."""
        return self._with(self.named(name), password=hash_password(password))

    def with_new_token(self, name: str, token: str) -> Users:
        """With another token for a user in place of any older one; "" takes it away. See `named`."""
        return self._with(self.named(name), token=token_digest(token) if token else "")

    def _with(self, old: User, *, password: PasswordHash | None = None, token: str | None = None) -> Users:
        new = replace(
            old,
            password=old.password if password is None else password,
            token=old.token if token is None else token,
        )
        return Users(new if user is old else user for user in self)


def checked_name(name: str) -> str:
    """A name as it is kept: NFC.

    Raises:
        AccessError: it has not 1 to 64 characters, begins or ends with a space, or holds ":" or what cannot be seen.
    """
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise AccessError(f"The name of a user must have 1 to {LONGEST_NAME} characters.")
    if name != name.strip() or ":" in name or any(unicodedata.category(character) in _UNSEEN for character in name):
        raise AccessError(
            f"A user cannot be called {name!r}.",
            hint='A name holds no ":", no control characters, nothing that cannot be seen, and no space at its ends.',
        )
    return name


def new_token() -> str:
    """A token for programs: 256 random bits."""
    return _TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What is kept of a token. It is random and long, so that a fast hash is enough: nobody guesses it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
