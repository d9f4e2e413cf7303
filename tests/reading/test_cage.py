"""The cage itself: what a process cannot do any more when it is inside. Each attempt runs in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel refuses on Linux only")

# Numbers of system calls, for attempts that go round Python and its audit hook.
CALLS = {"x86_64": (41, 57, 59, 257), "aarch64": (198, None, 221, 56)}


def caged(body: str, *, memory_mib: int = 512, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run some lines in a cage; a refusal shows as `refused: ` and the error's name."""
    script = "\n".join(
        [
            "import ctypes, errno, os, signal, socket, subprocess, sys",
            "from dealqa.reading.cage import MemoryGauge, enter_cage, limit_time",
            before,
            f"holds = enter_cage({memory_mib} * 2**20, MemoryGauge(), parent=os.getppid())",
            "def raw(*call):",
            "    result = ctypes.CDLL(None, use_errno=True).syscall(*map(ctypes.c_long, call))",
            "    return result if result >= 0 else errno.errorcode[ctypes.get_errno()]",
            "try:",
            textwrap.indent(textwrap.dedent(body).strip(), "    "),
            "except (OSError, MemoryError) as err:",
            "    print('refused:', type(err).__name__)",
        ]
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)


ATTEMPTS = (
    "socket.socket()",
    "socket.create_connection(('127.0.0.1', 9))",
    "socket.getaddrinfo('localhost', 80)",
    "os.fork()",
    "os.execv('/bin/true', ['true'])",
    "os.posix_spawn('/bin/true', ['true'], {})",
    "subprocess.run(['/bin/true'])",
    "os.system('true')",
    "os.kill(os.getppid(), 0)",
    "open('/tmp/dealqa-cage', 'w')",
    "os.remove('/tmp/dealqa-cage')",
    "os.mkdir('/tmp/dealqa-cage')",
    "os.symlink('/etc', '/tmp/dealqa-cage')",
)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, str]:
    """What became of each attempt, one after the other in one cage."""
    lines = [
        f"try:\n    {code}\n    print('done')\nexcept Exception as err:\n    print(repr(err))" for code in ATTEMPTS
    ]
    return dict(zip(ATTEMPTS, caged("\n".join(lines)).stdout.splitlines(), strict=True))


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_python_in_the_cage_is_refused_the_network_new_processes_and_writing(outcomes, attempt):
    assert outcomes[attempt].startswith("PermissionError('a reading process may not")


@linux
@pytest.mark.parametrize(
    ("call", "arguments", "refusal"),
    [
        (0, "2, 1, 0", "EPERM"),  # socket(AF_INET, SOCK_STREAM)
        (0, "1, 1, 0", "EPERM"),  # socket(AF_UNIX, SOCK_STREAM)
        (1, "", "EPERM"),  # fork()
        (2, "0, 0, 0", "EPERM"),  # execve()
        (3, "-100, id_of(b'/tmp/dealqa-cage'), os.O_WRONLY | os.O_CREAT, 0o600", "EACCES"),  # openat()
        (3, "-100, id_of(b'/etc/passwd'), os.O_RDONLY, 0", "EACCES"),
    ],
)
def test_the_kernel_refuses_native_code_too(call, arguments, refusal):
    number = CALLS[os.uname().machine][call]
    if number is None:
        pytest.skip("there is no such call on this processor")
    outcome = caged(
        f"""
        def id_of(path):
            global kept
            kept = ctypes.create_string_buffer(path)
            return ctypes.addressof(kept)
        print(raw({number}, {arguments}))
        """
    )
    assert outcome.stdout.strip() == refusal, outcome.stderr


@linux
def test_a_process_without_a_thread_of_its_own_is_refused_and_a_thread_is_not():
    outcome = caged(
        """
        import threading
        said = []
        thread = threading.Thread(target=lambda: said.append("a thread runs"))
        thread.start()
        thread.join()
        clone = 56 if os.uname().machine == "x86_64" else 220
        print(said[0], raw(clone, signal.SIGCHLD, 0, 0, 0, 0))
        """
    )
    assert outcome.stdout.strip() == "a thread runs EPERM", outcome.stderr


@linux
def test_the_users_files_cannot_be_read_and_the_programs_own_can(tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    outcome = caged(
        f"""
        import encodings.shift_jis, zoneinfo
        open({str(tmp_path / "secret.txt")!r})
        """
    )
    assert outcome.stdout.strip() == "refused: PermissionError", outcome.stderr


@linux
def test_a_folder_on_the_search_path_that_no_module_comes_from_cannot_be_read(tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    outcome = caged(f"open({str(tmp_path / 'secret.txt')!r})", before=f"sys.path.append({str(tmp_path)!r})")
    assert outcome.stdout.strip() == "refused: PermissionError", outcome.stderr


@linux
def test_more_memory_than_allowed_is_refused():
    outcome = caged("bytearray(300 * 2**20)", memory_mib=256)
    assert outcome.stdout.strip() == "refused: MemoryError"


def test_less_memory_than_allowed_is_there():
    assert caged("print(len(bytearray(200 * 2**20)) >> 20)", memory_mib=256).stdout.strip() == "200"


def test_processor_time_ends():
    outcome = caged("limit_time(2)\nwhile True: pass")
    assert outcome.returncode == -signal.SIGXCPU


def test_processor_time_can_be_given_anew_for_each_file():
    outcome = caged(
        """
        import time
        for _ in range(3):
            limit_time(2)
            end = time.process_time() + 0.6
            while time.process_time() < end: pass
            limit_time(0)
        print("done")
        """
    )
    assert outcome.stdout.strip() == "done"


def test_a_process_whose_parent_is_already_gone_leaves_at_once():
    script = "from dealqa.reading.cage import MemoryGauge, enter_cage\nenter_cage(2**30, MemoryGauge(), parent=1)"
    done = subprocess.run([sys.executable, "-c", script + "\nprint('here')"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")


@linux
def test_the_cage_says_what_it_is_made_of():
    holds = caged("print(*holds)").stdout.split()
    assert {"audit", "memory", "time", "seccomp"} <= set(holds)
