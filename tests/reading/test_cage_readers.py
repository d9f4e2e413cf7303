"""Files through `Readers`: in processes of their own, in order, and whatever happens to those, explained."""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from reading_files import a_docx, a_pdf, an_xlsx

from dealqa.config import Settings
from dealqa.errors import CorpusError, UnreadableDocument
from dealqa.reading import FileReading, Readers, cage_strength, read_document

Put = Callable[..., None]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(**files: str | bytes) -> None:
        for name, content in files.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            (tmp_path / name.replace("__", ".")).write_bytes(data)

    return write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(corpus=tmp_path, ocr="off", read_workers=1)


@pytest.fixture
def readers(settings: Settings) -> Iterator[Readers]:
    with Readers(settings) as opened:
        yield opened


def reason(outcome: FileReading | CorpusError) -> str:
    return outcome.reason if isinstance(outcome, UnreadableDocument) else type(outcome).__name__


def alive(process: int) -> bool:
    """Whether it runs; a dead one that nobody has buried does not."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def children(parent: int | None = None) -> list[int]:
    """Ids of a process's children, of this one's if none is named; dead ones that nobody has buried included."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == (parent or os.getpid()):
            found.append(int(folder.name))
    return found


def test_what_is_read_in_the_cage_is_what_is_read_without_it(put, readers, tmp_path):
    put(
        a__txt="Bristol keeps its rates.\n\n- one\n- two",
        b__md="# Deal\n\nText | with *marks*.",
        c__html="<h1>Deal</h1><p>Leeds gets £5m.</p><table><tr><th>a<th>b<th>c<tr><td>1<td>2<td>3</table>",
        d__docx=a_docx(lambda word: word.add_paragraph("Bristol keeps its rates.")),
        e__pdf=a_pdf([(72, 700, 20, "A deal"), (72, 650, 11, "Bristol keeps its rates.")]),
        f__xlsx=an_xlsx(lambda book: book.active.append(["Bristol", "rates"])),
        g__csv="a,b,c\n1,2,3\n",
    )
    names = sorted(file.name for file in tmp_path.iterdir())
    read = dict(readers.read(names))
    assert [read[name].documents for name in names] == [
        (read_document(tmp_path, name, max_bytes=10**7),) for name in names
    ]


def test_results_come_in_the_order_of_the_paths(put, readers):
    names = [f"{number:02}.txt" for number in range(40)]
    put(**{name.replace(".", "__"): "word " * (1 if i % 2 else 20_000) for i, name in enumerate(names)})
    assert [path for path, _ in readers.read(reversed(names))] == names[::-1]


def test_only_a_few_files_are_read_ahead(put, readers):
    put(a__txt="Text.")
    taken = []

    def paths() -> Iterator[str]:
        for number in range(1000):
            taken.append(number)
            yield "a.txt"

    next(iter(readers.read(paths())))
    assert len(taken) <= 2 * max(2, os.cpu_count() or 1) + 1


def test_a_file_that_cannot_be_read_is_a_value_and_the_next_one_is_read(put, readers, tmp_path):
    put(a__pdf=b"Only text.", b__txt="", c__txt="Text.", d__zip=b"PK\3\4")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    names = ["a.pdf", "b.txt", "link.txt", "../c.txt", "gone.txt", "d.zip", "c.txt"]
    assert [reason(outcome) for _, outcome in readers.read(names)] == [
        "corrupt",
        "empty",
        "UnsafePath",
        "UnsafePath",
        "vanished",
        "unsupported",
        "FileReading",
    ]


def test_an_error_from_the_cage_says_what_the_error_without_it_says(put, readers, tmp_path):
    put(a__pdf=b"Only text.")
    ((_, caged),) = readers.read(["a.pdf"])
    with pytest.raises(UnreadableDocument) as caught:
        read_document(tmp_path, "a.pdf", max_bytes=1000)
    assert (str(caged), caged.path, caged.reason) == (str(caught.value), "a.pdf", caught.value.reason)


@pytest.mark.parametrize(
    ("setting", "content"),
    [("max_characters", "word " * 300), ("max_pages", None), ("max_file_mib", b"x" * (1024 * 1024 + 1))],
)
def test_a_limit_is_named_by_its_setting(tmp_path, setting, content):
    name = "a.txt" if content else "a.pdf"
    data = a_pdf(*[[(72, 700, 11, "A page.")]] * 3) if content is None else content
    (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
    least = {"max_characters": 1000, "max_pages": 2, "max_file_mib": 1}[setting]
    with Readers(Settings(corpus=tmp_path, ocr="off", **{setting: least})) as readers:
        ((_, outcome),) = readers.read([name])
    assert reason(outcome) == "too_large"
    assert setting in str(outcome)


SLOW = "<div>" * 200 + "text " * 10 + "<p>x</p>" * 2_000_000


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_read(put, tmp_path):
    put(a__html=SLOW, b__txt="Text.")
    with Readers(Settings(corpus=tmp_path, ocr="off", read_seconds=1, read_workers=1)) as readers:
        outcomes = [reason(outcome) for _, outcome in readers.read(["a.html", "b.txt"])]
    assert outcomes == ["timeout", "FileReading"]


@pytest.mark.parametrize(
    ("number", "expected", "said"),
    [(signal.SIGSEGV, "crashed", "SIGSEGV"), (signal.SIGXCPU, "timeout", "read_seconds")],
)
def test_the_death_of_a_child_is_explained_and_another_takes_its_place(put, readers, number, expected, said):
    put(a__txt="Text.")
    before = set(children())
    list(readers.read(["a.txt"]))
    (keeper,) = set(children()) - before
    (child,) = children(keeper)
    os.kill(child, signal.SIGSTOP)

    def strike() -> None:
        os.kill(child, number)
        os.kill(child, signal.SIGCONT)

    killer = threading.Timer(0.3, strike)
    killer.start()
    outcomes = [outcome for _, outcome in readers.read(["a.txt", "a.txt"])]
    killer.join()
    assert [reason(outcome) for outcome in outcomes] == [expected, "FileReading"]
    assert said in str(outcomes[0])


def test_closing_leaves_no_process_and_no_open_file_behind(put, settings):
    put(a__txt="Text.")
    before = len(list(Path("/proc/self/fd").iterdir())), children()
    with Readers(settings) as readers:
        list(readers.read(["a.txt"] * 8))
        assert children() != before[1]
    gc.collect()
    assert (len(list(Path("/proc/self/fd").iterdir())), children()) == before


def test_closing_does_not_wait_for_a_file_that_is_being_read(put, settings):
    put(a__html=SLOW)
    readers = Readers(settings)

    def read() -> None:
        with contextlib.suppress(CorpusError):
            list(readers.read(["a.html"]))

    thread = threading.Thread(target=read)
    before = children()
    thread.start()
    while children() == before:
        time.sleep(0.01)
    readers.close()
    thread.join()
    assert children() == before


def test_children_die_with_their_parent(put, tmp_path):
    put(a__html=SLOW)
    script = (
        "import os, signal, threading, time\n"
        "from pathlib import Path\n"
        "from dealqa.config import Settings\n"
        "from dealqa.reading import Readers\n"
        "import dealqa.reading.child as child\n"
        "start = child._start\n"
        "def tell(limits):\n"
        "    process = start(limits)\n"
        "    print(process.pid, flush=True)\n"
        "    return process\n"
        "child._start = tell\n"
        f"readers = Readers(Settings(corpus=Path({str(tmp_path)!r}), ocr='off', read_workers=1))\n"
        "list(readers.read(['a.html']))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        keeper = int(parent.stdout.readline())
        time.sleep(1)
        processes = [keeper, *children(keeper)]
        parent.kill()
    assert len(processes) == 2
    for _ in range(100):
        if not any(alive(process) for process in processes):
            return
        time.sleep(0.1)
    for process in filter(alive, processes):
        os.kill(process, signal.SIGKILL)
    pytest.fail("the child outlived its parent by ten seconds")


def test_what_a_child_took_is_told_by_its_own_memory_however_large_this_program_is(put, settings):
    put(a__txt="Text.")
    ballast = b"\1" * 700 * 2**20
    before = set(children())
    with Readers(settings.model_copy(update={"read_workers": 1, "read_memory_mib": 1024})) as readers:
        list(readers.read(["a.txt"]))
        (keeper,) = set(children()) - before
        (child,) = children(keeper)
        os.kill(child, signal.SIGABRT)
        ((_, outcome),) = readers.read(["a.txt"])
    assert len(ballast) and reason(outcome) == "crashed"


def test_a_child_is_ended_with_its_keeper(put, settings):
    put(a__txt="Text.")
    before = set(children())
    # One worker: with several, another thread with a child of its own may be the one that reads the next file.
    with Readers(settings.model_copy(update={"read_workers": 1})) as readers:
        list(readers.read(["a.txt"]))
        (keeper,) = set(children()) - before
        (child,) = children(keeper)
        os.kill(keeper, signal.SIGKILL)
        for _ in range(100):
            if not alive(child):
                break
            time.sleep(0.1)
        else:
            pytest.fail("the child outlived its keeper by ten seconds")
        ((_, outcome),) = readers.read(["a.txt"])
    assert reason(outcome) == "crashed"


@pytest.mark.parametrize(("writes", "expected"), [(1, "FileReading"), (3, "FileReading"), (4, "changing")])
def test_a_file_that_is_written_to_while_it_is_read_is_read_again_and_then_reported(
    put, readers, tmp_path, monkeypatch, writes, expected
):
    put(a__txt="Text.")
    looks = itertools.count(1)
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        if (look := next(looks)) % 2 == 0 and look // 2 <= writes:  # each second look is the one after reading
            with (tmp_path / "a.txt").open("ab") as file:
                file.write(b" And more text.")
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", fstat)
    ((_, outcome),) = readers.read(["a.txt"])
    assert reason(outcome) == expected
    assert expected == "changing" or outcome.documents[0].text == "Text." + " And more text." * writes


def test_secrets_in_the_environment_are_not_known_to_a_child(put, readers, monkeypatch):
    monkeypatch.setenv("DEALQA_SECRET", "hunter2")
    put(a__txt="Text.")
    before = set(children())
    list(readers.read(["a.txt"]))
    keeper = next(iter(set(children()) - before))
    for process in (keeper, *children(keeper)):
        with Path(f"/proc/{process}/environ").open("rb") as file:
            assert b"hunter2" not in file.read()


def test_a_child_that_cannot_start_is_an_error_that_says_so(put, settings, monkeypatch):
    put(a__txt="Text.")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Readers(settings) as readers, pytest.raises(CorpusError, match="could not be started"):
        list(readers.read(["a.txt"]))


def test_the_doctor_is_told_what_the_cage_is_made_of():
    assert "memory is limited" in cage_strength()
