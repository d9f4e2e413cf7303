"""The cage around a process that reads files: limits of memory and time, no network, no new process, no writing.

What holds depends on the system. On Linux the kernel itself refuses (seccomp, and Landlock where it has it). Elsewhere
limits and Python's own audit hook hold, which stop a parser that is led astray, but not native code that is taken over.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from typing import Any

from dealqa.reading.cage_files import refuse_files
from dealqa.reading.cage_syscalls import refuse_syscalls

__all__ = ["MemoryGauge", "enter_cage", "follow_to_the_grave", "limit_time"]

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_OPEN_FILES = 64
_GRACE_S = 5.0
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED_EVENTS = frozenset(
    {
        "os.fork",
        "os.forkpty",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "os.startfile",
        "pty.spawn",
        "subprocess.Popen",
        "os.kill",
        "os.killpg",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.mkdir",
        "os.link",
        "os.symlink",
        "os.truncate",
        "os.chmod",
        "os.chown",
        "shutil.rmtree",
        "webbrowser.open",
    }
)


class MemoryGauge:
    """How much address space this process takes; to be made before the cage is entered, which closes /proc."""

    def __init__(self) -> None:
        try:
            self._descriptor: int | None = os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:  # not Linux
            self._descriptor = None

    def now(self) -> int:
        """Bytes; 0 where the system does not say."""
        return self._read(b"VmSize:")

    def peak(self) -> int:
        """The most bytes it ever took; 0 where the system does not say."""
        return self._read(b"VmPeak:")

    def _read(self, name: bytes) -> int:
        if self._descriptor is None:
            return 0
        fields = os.pread(self._descriptor, 4096, 0).split()
        return int(fields[fields.index(name) + 1]) * 1024


def enter_cage(memory_bytes: int, gauge: MemoryGauge, *, parent: int | None = None) -> tuple[str, ...]:
    """Lock this process in, for good; call it when everything is imported.

    Args:
        memory_bytes: how much address space the process may take beyond what it has now.
        parent: id of the process whose end ends this one.

    Returns:
        What holds here, of: "memory", "time", "audit", "seccomp", "landlock".

    Raises:
        OSError, ValueError: a limit could not be set.
    """
    if parent is not None:
        follow_to_the_grave(parent)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(limit, (value, value))
    holds = ["time"]
    if sys.platform == "linux":  # elsewhere the limit is not kept, or cannot be set
        most = gauge.now() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
            holds += [name for name, force in (("landlock", refuse_files), ("seccomp", refuse_syscalls)) if force()]
        holds.append("memory")
    sys.addaudithook(_refuse_in_python)
    return tuple(sorted((*holds, "audit")))


def limit_time(seconds: float) -> None:
    """Let the kernel end this process after so many seconds from now, or half as many of processor time; 0: never.

    The parent ends it first; this is for a parent that has died.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    spent = used.ru_utime + used.ru_stime
    soft = math.ceil(spent + seconds / 2) if seconds else hard
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_S if seconds else 0)


def follow_to_the_grave(parent: int) -> None:
    """End this process when the one that started it ends; `parent` is the id it should have."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _refuse_in_python(event: str, arguments: tuple[Any, ...]) -> None:
    """Python's own refusal: not safe against native code, but it holds on every system, and says what was tried."""
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _TO_WRITE:
            raise PermissionError(f"a reading process may not write: {event}")
    elif event in _REFUSED_EVENTS or event.startswith("socket."):
        raise PermissionError(f"a reading process may not do this: {event}")
