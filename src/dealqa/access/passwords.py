"""Passwords: what is kept of them, and whether one that was typed is right."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from dealqa.errors import AccessError

__all__ = ["LONGEST", "SHORTEST", "PasswordHash", "hash_password", "is_right"]

SHORTEST: Final = 10
"""Characters that a password must have: guessing is throttled, and the file may still be stolen."""

LONGEST: Final = 1_000
"""Characters that a password may have; it only keeps a request from being long without end."""

COST: Final = 2**15
"""scrypt's n: with blocks of 8 it takes 32 MiB and about 100 ms, which a guess costs and a sign-in does not notice."""

BLOCKS: Final = 8
LANES: Final = 1
SALT_BYTES: Final = 16
DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class PasswordHash:
    """What is kept of a password; it has no `repr`, so that it stands in no log.

    Attributes:
        n, r, p: the parameters of scrypt that it was made with.
        salt: random bytes of its own.
        digest: 32 bytes.
    """

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes


def hash_password(password: str) -> PasswordHash:
    """What is to be kept of a new password.

    Raises:
        AccessError: it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccessError(
            f"The password must have {SHORTEST} to {LONGEST:,} characters.",
            hint="Several words in a row are easy to remember and hard to guess.",
        )
    salt = secrets.token_bytes(SALT_BYTES)
    return PasswordHash(COST, BLOCKS, LANES, salt, _digest(password, salt, COST, BLOCKS, LANES))


def is_right(password: str, kept: PasswordHash | None) -> bool:
    """Whether a password is the one that was kept.

    Args:
        kept: None for a user that there is not: the answer is no, and takes as long as any other.
    """
    against = _NOBODY if kept is None else kept
    digest = _digest(password[: LONGEST + 1], against.salt, against.n, against.r, against.p)
    return hmac.compare_digest(digest, against.digest) and kept is not None


def _digest(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # The same letters can be typed as other code points on another keyboard.
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    # scrypt by itself takes a password with a NUL at its end for the same one.
    data = hashlib.sha512(text).digest()
    return hashlib.scrypt(data, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r * p, dklen=DIGEST_BYTES)


_NOBODY: Final = PasswordHash(COST, BLOCKS, LANES, bytes(SALT_BYTES), bytes(DIGEST_BYTES))
"""Stands in for the hash of a user that there is not."""
