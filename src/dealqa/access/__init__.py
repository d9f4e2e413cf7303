"""Users of the web app: their names, roles and hashed passwords."""

from __future__ import annotations

from dealqa.access.file import change_users, load_users
from dealqa.access.passwords import PasswordHash, hash_password, is_right
from dealqa.access.users import Role, User, Users, new_token, token_digest

__all__ = [
    "PasswordHash",
    "Role",
    "User",
    "Users",
    "change_users",
    "hash_password",
    "is_right",
    "load_users",
    "new_token",
    "token_digest",
]
