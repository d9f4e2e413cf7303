"""What the kernel refuses to a reading process (Linux, seccomp): network, new processes, writing, and worse.

Parsers of hostile files are the part of dealqa that is most likely to be taken over. What they need of the kernel is
memory, time, and the program's own files; so most of what could do harm is refused here, whoever asks for it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable

__all__ = ["refuse_syscalls"]

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

# Instructions of the kernel's packet filter language: load a word, compare, test bits, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000

_CLONE_THREAD = 0x00010000
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | 0o20000000  # the last: O_TMPFILE
_X32 = 0x40000000
_TERMINAL_INPUT = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX type into a terminal that somebody else reads."""

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# name: (x86_64, aarch64); None where an architecture lacks it.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # network and other ways to talk
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "recvfrom": (45, 207),
    "recvmsg": (47, 212),
    "recvmmsg": (299, 243),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # other programs and processes
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "setpriority": (141, 140),
    "sched_setscheduler": (144, 119),
    # the file system
    "creat": (85, None),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "utime": (132, None),
    "utimes": (235, None),
    "utimensat": (280, 88),
    "futimesat": (261, None),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    # the machine
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "quotactl": (179, 60),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "iopl": (172, None),
    "ioperm": (173, None),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    # parts of the kernel that are known for their holes
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "personality": (135, 92),
    "memfd_create": (319, 279),
}

# As if the kernel did not know them: glibc then falls back to what can be judged by its arguments.
_UNKNOWN = {
    "clone3": (435, 435),
    "openat2": (437, 437),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
_OPEN: tuple[int | None, int | None] = (2, None)
_OPENAT, _CLONE, _IOCTL = (257, 56), (56, 220), (16, 29)
_KILL_CALL, _TGKILL, _PRLIMIT = (62, 129), (234, 131), (302, 261)


def refuse_syscalls() -> bool:
    """Refuse what a parser has no use for, in all threads of this process, for good.

    Needs `PR_SET_NO_NEW_PRIVS`.

    Returns:
        Whether the refusal is in force; False on systems and processors that this filter is not written for.
    """
    machine = platform.machine()
    if machine not in _AUDIT_ARCH or sys.byteorder != "little" or struct.calcsize("P") != 8:
        return False
    code = b"".join(_program(machine))
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    program = Program(len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    seccomp = 317 if machine == "x86_64" else 277
    if libc.syscall(seccomp, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0:
        return True
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _program(machine: str) -> Iterable[bytes]:
    """The filter, 8 bytes an instruction; jumps count the instructions that are left out."""
    column = 0 if machine == "x86_64" else 1
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, _AUDIT_ARCH[machine], 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    if column == 0:
        yield from _unless(_AT_LEAST, _X32, errno.ENOSYS)
    for numbers in _REFUSED.values():
        if (number := numbers[column]) is not None:
            yield from _unless(_EQUAL, number, errno.EPERM)
    for unknown in _UNKNOWN.values():
        yield from _unless(_EQUAL, unknown[column], errno.ENOSYS)
    if (number := _OPEN[column]) is not None:
        yield from _when(number, 1, [_step(_ANY_BIT, _TO_WRITE, 0, 1), _refuse(errno.EACCES)])
    yield from _when(_OPENAT[column], 2, [_step(_ANY_BIT, _TO_WRITE, 0, 1), _refuse(errno.EACCES)])
    yield from _when(_CLONE[column], 0, [_step(_ANY_BIT, _CLONE_THREAD, 1, 0), _refuse(errno.EPERM)])
    typing = [step for request in _TERMINAL_INPUT for step in _unless(_EQUAL, request, errno.EPERM)]
    yield from _when(_IOCTL[column], 1, typing)
    own = os.getpid()
    for signalled in (_KILL_CALL, _TGKILL):
        yield from _when(signalled[column], 0, [_step(_EQUAL, own, 1, 0), _refuse(errno.EPERM)])
    myself = [_step(_EQUAL, 0, 2, 0), _step(_EQUAL, own, 1, 0), _refuse(errno.EPERM)]
    yield from _when(_PRLIMIT[column], 0, myself)
    yield _step(_RETURN, _ALLOW)


def _when(number: int, argument: int, body: list[bytes]) -> Iterable[bytes]:
    """Run `body` on the lower half of an argument of the call `number`; what it does not refuse is allowed."""
    yield _step(_EQUAL, number, 0, len(body) + 2)
    yield _step(_LOAD, _ARGUMENTS + 8 * argument)
    yield from body
    yield _step(_RETURN, _ALLOW)


def _unless(comparison: int, value: int, error: int) -> Iterable[bytes]:
    yield _step(comparison, value, 0, 1)
    yield _refuse(error)


def _refuse(error: int) -> bytes:
    return _step(_RETURN, _ERROR | error)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value & 0xFFFFFFFF)
