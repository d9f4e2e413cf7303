"""Which files a reading process may open (Linux, Landlock): those of the program, to read them, and no others."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import sysconfig
from pathlib import Path

__all__ = ["refuse_files"]

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_BENEATH = 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3

_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""By version of Landlock: how many rights to files it knows (the bits from 0)."""
_NETWORK_SINCE, _NETWORK_RIGHTS = 4, 0b11
_SCOPES_SINCE, _SCOPES = 6, 0b11

_SYSTEM = ("/usr", "/lib", "/lib64")
"""Libraries that are loaded late, the tables of encodings, fonts: the same for everybody, nothing of the user's."""


def refuse_files() -> bool:
    """Refuse this process every file but those of the program and the system's libraries, for good.

    Needs `PR_SET_NO_NEW_PRIVS`.

    Returns:
        Whether the refusal is in force; False where the kernel has no Landlock.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    version = int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION))
    if version < 1:
        return False
    rights = (1 << _FILE_RIGHTS[min(version, max(_FILE_RIGHTS))]) - 1
    network = _NETWORK_RIGHTS if version >= _NETWORK_SINCE else 0
    scopes = _SCOPES if version >= _SCOPES_SINCE else 0
    # Older kernels know fewer fields and refuse a longer structure.
    fields = (rights, network, scopes)[: 1 + (version >= _NETWORK_SINCE) + (version >= _SCOPES_SINCE)]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = int(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0))
    if ruleset < 0:
        return False
    try:
        allowed = [_allow(libc, ruleset, folder) for folder in _program_folders()]
        return any(allowed) and libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _program_folders() -> list[str]:
    """Where this program's modules come from; not all of `sys.path`, where a folder of documents may stand."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    for name, module in list(sys.modules.items()):
        origin = getattr(module, "__file__", None)
        if origin and "." not in name and name != "__main__":
            place = Path(origin).resolve().parent
            folders.add(os.fspath(place.parent if Path(origin).stem == "__init__" else place))
    return sorted(folder for folder in {*folders, *_SYSTEM} if folder != "/")


def _allow(libc: ctypes.CDLL, ruleset: int, folder: str) -> bool:
    try:
        descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not every entry of sys.path exists
        return False
    try:
        rights = _READ_FILE | _READ_FOLDER if Path(folder).is_dir() else _READ_FILE
        rule = struct.pack("=Qi", rights, descriptor)
        return bool(libc.syscall(_ADD_RULE, ruleset, _BENEATH, rule, 0) == 0)
    finally:
        os.close(descriptor)
