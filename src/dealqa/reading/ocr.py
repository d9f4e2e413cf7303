"""Text recognition: the picture of a page to words with their places, by tesseract where it is installed.

Tesseract runs as a process of its own, with limits on memory, processor and wall time; the picture goes in through
its standard input and the words come out of its standard output, so that no file is written.
"""

from __future__ import annotations

import functools
import math
import os
import resource
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dealqa.errors import ConfigError, CorpusError

if TYPE_CHECKING:  # the reading process does without it
    from dealqa.config import Settings

__all__ = ["PageImage", "RecognisedWord", "Recogniser", "Tesseract", "find_recogniser"]

_MEMORY_BYTES = 1024 * 1024 * 1024
_SECONDS = 60  # for one page; a dense page of 12 million pixels takes about 10
_QUESTION_SECONDS = 20  # for what tesseract says about itself
_LOCAL_THRESHOLD = ("-c", "thresholding_method=2")  # Sauvola's: fewer errors where paper is grey and tables have rules
_COLUMNS = 12
_WORD_LEVEL = "5"
_NOISE = 0.5  # of confidence: what has neither letters nor digits is dirt below it
_POINTS = 72.0  # in an inch


@dataclass(frozen=True, slots=True)
class PageImage:
    """The picture of a page as it is shown.

    Attributes:
        page: 1-based.
        width, height: in pixels.
        dpi: pixels per inch of the page.
        pgm: the picture as a binary PGM file, 8 bits of grey a pixel.
    """

    page: int
    width: int
    height: int
    dpi: float
    pgm: bytes


@dataclass(frozen=True, slots=True)
class RecognisedWord:
    """A word that was read from a picture.

    Attributes:
        left, bottom, right, top: in points, origin at the lower left of the page as it is shown.
        confidence: the recogniser's own, in [0, 1].
        line: numbers of the block, the paragraph and the line that it stands in.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    confidence: float
    line: tuple[int, int, int] = (0, 0, 0)


class Recogniser(Protocol):
    """Reads words from pictures of pages."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def version(self) -> str:
        """Changes whenever the same picture may be read in another way."""

    def words(self, image: PageImage) -> tuple[RecognisedWord, ...]:
        """The words on the picture in reading order.

        Raises:
            CorpusError: the picture could not be read; the message says why.
        """


@dataclass(frozen=True, slots=True)
class Tesseract:
    """Text recognition by the program tesseract.

    Attributes:
        program: its path.
        languages: its names of languages, joined by "+".
        version: of tesseract, with the languages.
        seconds: that one page may take.
    """

    program: str
    languages: str
    version: str
    seconds: float = _SECONDS
    name: str = "tesseract"

    def words(self, image: PageImage) -> tuple[RecognisedWord, ...]:
        """The words on the picture in reading order; dirt without letters or digits is left out.

        Raises:
            CorpusError: tesseract fails or needs more than `seconds`.
        """
        dpi = str(max(70, round(image.dpi)))  # tesseract takes less for a mistake
        threshold = _LOCAL_THRESHOLD if self.version[:1].isdigit() and int(self.version.split(".")[0]) >= 5 else ()
        arguments = ["stdin", "stdout", "-l", self.languages, "--dpi", dpi, "--psm", "3", *threshold, "tsv"]
        try:
            status, output = _run([self.program, *arguments], image.pgm, self.seconds)
        except subprocess.TimeoutExpired as err:
            raise CorpusError(
                f"Recognising the text of page {image.page} took longer than {self.seconds:g} seconds.",
                hint="Scan the page with fewer pixels.",
            ) from err
        except OSError as err:
            raise CorpusError(f"Tesseract could not be started: {err.strerror}.", hint="Install it again.") from err
        if status != 0:
            raise CorpusError(
                f"Tesseract could not read the picture of page {image.page} (it ended with status {status}).",
                hint="Try tesseract on the page by hand.",
            )
        return _words(output.decode("utf-8", "replace"), image)


def find_recogniser(settings: Settings) -> Recogniser | None:
    """The text recognition that is installed here; None where there is none or `settings.ocr` is "off".

    Raises:
        ConfigError: tesseract is installed, but not for all of `settings.ocr_languages`.
    """
    program = shutil.which("tesseract")
    if settings.ocr == "off" or program is None:
        return None
    version, installed = _about(program)
    missing = [name for name in settings.ocr_languages.split("+") if name not in installed]
    if missing:
        raise ConfigError(
            f"Tesseract has no language called {missing[0]!r}, which the setting 'ocr_languages' names.",
            hint=f"Install it (Debian: tesseract-ocr-{missing[0]}), or choose from: {', '.join(sorted(installed))}.",
        )
    return Tesseract(program, settings.ocr_languages, f"{version} {settings.ocr_languages}")


@functools.cache
def _about(program: str) -> tuple[str, frozenset[str]]:
    """Tesseract's version and the languages that are installed for it.

    Raises:
        ConfigError: it does not run.
    """
    answers = []
    for question in ("--version", "--list-langs"):
        try:
            status, output = _run([program, question], b"", _QUESTION_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as err:
            raise _broken(program) from err
        if status != 0:
            raise _broken(program)
        answers.append(output.decode("utf-8", "replace").splitlines())
    version = answers[0][0].removeprefix("tesseract").strip() if answers[0] else "unknown"
    return version, frozenset(line.strip() for line in answers[1][1:] if line.strip())


def _broken(program: str) -> ConfigError:
    return ConfigError(f"Tesseract at {program} does not run.", hint="Install it again, or set 'ocr' to \"off\".")


def _run(command: list[str], data: bytes, seconds: float) -> tuple[int, bytes]:
    """Run a program on some bytes; its exit status and what it wrote.

    Raises:
        OSError: it cannot be started.
        subprocess.TimeoutExpired: it was ended because it took too long.
    """
    environment = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
    environment |= {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}  # its own threads slow it down where pages run in parallel
    with subprocess.Popen(  # noqa: S603 - a program found on the path, without a shell, with arguments of our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            _limit(process.pid, seconds)
            output, _ = process.communicate(data, timeout=seconds)
        except BaseException:
            process.kill()
            raise
    return process.returncode, output


def _limit(pid: int, seconds: float) -> None:
    """Bound the memory and the processor time of a process; only Linux can do so from outside."""
    prlimit = getattr(resource, "prlimit", None)
    if prlimit is None:
        return
    cpu = math.ceil(seconds)
    limits = {
        resource.RLIMIT_AS: (_MEMORY_BYTES, _MEMORY_BYTES),
        resource.RLIMIT_CPU: (cpu, cpu),
        resource.RLIMIT_CORE: (0, 0),
    }
    try:
        for kind, limit in limits.items():
            prlimit(pid, kind, limit)
    except ProcessLookupError:  # it has ended already; its status will tell
        return


def _words(table: str, image: PageImage) -> tuple[RecognisedWord, ...]:
    """The words of tesseract's table; places become points with the origin at the lower left."""
    scale = _POINTS / image.dpi
    found: list[RecognisedWord] = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) < _COLUMNS or cells[0] != _WORD_LEVEL:
            continue
        text = cells[11].strip()
        confidence = min(max(float(cells[10]) / 100, 0.0), 1.0)
        if not text or (confidence < _NOISE and not any(letter.isalnum() for letter in text)):
            continue
        left, top, width, height = (int(cell) for cell in cells[6:10])
        found.append(
            RecognisedWord(
                text=text,
                left=left * scale,
                bottom=(image.height - top - height) * scale,
                right=(left + width) * scale,
                top=(image.height - top) * scale,
                confidence=confidence,
                line=(int(cells[2]), int(cells[3]), int(cells[4])),
            )
        )
    return tuple(found)
