"""Bring an index up to date with its folder of documents, and publish the result as a new generation."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dealqa
from dealqa.config import Settings
from dealqa.deals import Registry, load_registry
from dealqa.embedding import Embedder, load_embedder
from dealqa.errors import ConfigError, CorpusError, IndexMismatch, StorageFull
from dealqa.index.commit import apply, store_state, write_generation
from dealqa.index.deriving import DerivingProcess
from dealqa.index.faults import crash_point
from dealqa.index.lock import writer_lock
from dealqa.index.plan import Plan, living_documents, make_plan, nothing_readable
from dealqa.index.publish import Generation, prune, publish, remove_debris, stored_generations
from dealqa.index.report import IndexReport, make_report
from dealqa.index.scan import Failure, FileState, failure_of, recorded_files, recorded_problems, scan
from dealqa.index.schema import SCHEMA_VERSION, store_errors
from dealqa.index.staging import Staging, remove_unfinished, remove_unused_vectors, roll_back
from dealqa.index.writing import first_number, open_for_writing
from dealqa.passages import SPLITTER_VERSION
from dealqa.reading import Readers, walk_corpus
from dealqa.reading.ocr import find_recogniser
from dealqa.reading.version import READING_VERSION
from dealqa.types import document_id_of

__all__ = ["Failure", "IndexReport", "Progress", "build_index"]

MIN_PASSAGE_TOKENS = 16
"""Below this, title and special tokens leave no room for the text."""

Progress = Callable[[str, int, int], None]
"""Called with the stage ("reading", "embedding", "publishing"), how much of it is done, and how much there is; the
first two go side by side."""

logger = logging.getLogger(__name__)


def build_index(
    settings: Settings,
    *,
    rebuild: bool = False,
    strict: bool = False,
    verify: bool = False,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> IndexReport:
    """Make the index in `settings.index` hold the documents of `settings.corpus`, as they are now.

    Only what changed is read and embedded. Until the new generation is complete the old one stays live; whatever
    goes wrong before that leaves it live. What was embedded before an interruption is not embedded again.

    Args:
        settings: which folder, which index, which model.
        rebuild: read and embed everything again, whatever is there; needed after a change of model, and to replace
            an index that is damaged.
        strict: publish nothing when some file could not be read.
        verify: hash every file instead of trusting size and time.
        progress: see `Progress`.
        embedder: instead of the one that the settings name.

    Raises:
        ConfigError: `passage_tokens` is too small, or the registry of deals makes no sense.
        CorpusError: the folder is missing, or nothing in it can be read.
        IndexLocked: another process is writing.
        IndexMismatch: the index was built with another model or other settings; `rebuild` helps.
        IndexCorrupt: the index is damaged; `rebuild` helps.
        StorageFull, StoreError: the disk is full or cannot be used.
        ModelError: the model cannot be loaded.
    """
    clock = _Clock()
    registry = load_registry(settings.corpus)
    files, failures = _listed(settings)
    with store_errors(settings.index):
        settings.index.mkdir(parents=True, exist_ok=True)
        with writer_lock(settings.index), ThreadPoolExecutor(1, thread_name_prefix="dealqa-load") as pool:
            crash_point("locked")
            # The model is loaded while the database is checked: neither needs the other.
            loading = pool.submit(lambda: embedder or load_embedder(settings))
            with open_for_writing(settings.index, rebuild=rebuild, before_replacing=loading.result) as connection:
                loaded = loading.result()
                clock.lap("load and check")
                told = progress or (lambda stage, done, total: None)
                run = _Run(settings, registry, loaded, connection, told, clock)
                return run.bring_up_to_date(files, failures, rebuild=rebuild, strict=strict, verify=verify)


def _listed(settings: Settings) -> tuple[tuple[str, ...], list[Failure]]:
    """The files of the folder of documents, and what is wrong with others; the index's own are no documents."""
    walk = walk_corpus(settings.corpus, max_bytes=settings.max_file_bytes)
    own = _own_folder(settings)
    files = tuple(path for path in walk.files if not path.startswith(own))
    failures = [failure_of(problem) for problem in walk.problems]
    failures = [failure for failure in failures if not failure.path.startswith(own)]
    if not files:
        raise nothing_readable(settings.corpus, failures)
    return files, failures


def _own_folder(settings: Settings) -> tuple[str, ...]:
    """What the paths of the index begin with when it is kept inside the folder of documents; it is no document."""
    corpus, index = settings.corpus.resolve(), settings.index.resolve()
    inside = index != corpus and index.is_relative_to(corpus)
    return (f"{index.relative_to(corpus).as_posix()}/",) if inside else ()


class _Run:
    """One run of the indexer; holds the writer's lock while it lasts."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        embedder: Embedder,
        connection: sqlite3.Connection,
        progress: Progress,
        clock: _Clock,
    ) -> None:
        self.settings = settings
        self.registry = registry
        self.told = registry.to_dict() if registry.deals or registry.programme else None
        self.embedder = embedder
        self.connection = connection
        self.progress = progress
        self.clock = clock
        self.max_tokens = _max_tokens(settings, embedder)
        self.versions = (
            f"reading {READING_VERSION}, splitting {SPLITTER_VERSION}, tokens {self.max_tokens},"
            f" model {embedder.fingerprint}"
        )
        self.before = stored_generations(connection)
        self.latest = self.before[0].number if self.before else first_number(connection)

    def bring_up_to_date(
        self, files: tuple[str, ...], failures: list[Failure], *, rebuild: bool, strict: bool, verify: bool
    ) -> IndexReport:
        if self.before and not rebuild:
            _refuse_mismatch(self.before[0], self.embedder, self.max_tokens, self.settings)
        remove_debris(self.settings.index)
        remove_unfinished(self.connection, self.latest)
        known = recorded_files(self.connection)
        found = scan(self.settings.corpus, files, known, verify=verify or rebuild)
        living = living_documents(self.connection, self.latest)
        plan = make_plan(
            found,
            known,
            living,
            failures,
            versions=self.versions,
            recognition=lambda: find_recogniser(self.settings) is not None,
            rebuild=rebuild,
        )
        plan.failures += recorded_problems(self.connection, plan.contents)
        _refuse_emptying(plan, self.settings.corpus, rebuild=rebuild)
        crash_point("planned")
        staging = Staging(
            self.connection,
            self.embedder,
            number=self.latest + 1,
            versions=self.versions,
            max_tokens=self.max_tokens,
            progress=self.progress,
            reuse=not rebuild,
        )
        with ExitStack() as stack:
            # Where something is to be read there will be something to derive: the child gets ready meanwhile.
            process = stack.enter_context(DerivingProcess()) if plan.read else None
            with self._removing_what_was_staged():
                self._read(plan, known, staging, keep=not rebuild)
                self.clock.lap("reading and embedding")
                withheld = strict and bool(plan.failures)
                if withheld:
                    remove_unfinished(self.connection, self.latest)
                else:
                    self._commit(plan, staging, known)
            self.clock.lap("storing")
            published = not withheld and publish(self.connection, self.settings.index, self.progress, process=process)
        if not withheld:
            prune(self.connection, self.settings.index)
        self.clock.lap("publishing")
        return make_report(
            self.connection,
            self.settings.index,
            plan,
            staging,
            published=published,
            withheld=withheld,
            registry=self.registry.problems,
            seconds=self.clock.laps,
        )

    @contextmanager
    def _removing_what_was_staged(self) -> Iterator[None]:
        """On an error let go of what was staged; the vectors stay for the next run, unless the disk is full."""
        try:
            yield
        except BaseException as err:
            try:
                roll_back(self.connection)
                remove_unfinished(self.connection, self.latest)
                if isinstance(err, StorageFull) or _is_full(err):
                    remove_unused_vectors(self.connection)
                    self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as second:
                # No room even to remove: readers do not see it, and the next run removes it before it does anything.
                logger.warning("What was written so far stays until the next run: %s", second)
            raise

    def _read(self, plan: Plan, known: Mapping[str, FileState], staging: Staging, *, keep: bool) -> None:
        """Read what is to be read, and what moves because of it."""
        total, done = 0, 0
        with Readers(self.settings) as readers:
            while plan.read:
                paths, plan.read = plan.read, []
                total += len(paths)
                self.progress("reading", done, total)
                for path, reading in readers.read(paths):
                    done += 1
                    if isinstance(reading, CorpusError):
                        failure = failure_of(reading, path)
                        plan.failures.append(plan.keep(failure, known.get(path)) if keep else failure)
                    else:
                        plan.take(path, reading.documents)
                        plan.failures += [failure_of(problem) for problem in reading.problems]
                        for document in reading.documents:
                            staging.add(document)
                    self.progress("reading", done, total)
                plan.read_what_moved(staging.added)
        staging.flush()
        crash_point("documents_stored")
        if not plan.contents:
            raise nothing_readable(self.settings.corpus, plan.failures)

    def _commit(self, plan: Plan, staging: Staging, known: Mapping[str, FileState]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            changed = apply(self.connection, plan, staging, self.latest + 1)
            if changed or not self.before or self.before[0].manifest.get("registry") != self.told:
                write_generation(self.connection, self.latest + 1, self._manifest())
            store_state(self.connection, plan, known)
            crash_point("before_commit")
            self.connection.execute("COMMIT")
        except BaseException:
            roll_back(self.connection)
            raise
        crash_point("committed")

    def _manifest(self) -> dict[str, object]:
        return {
            "schema_version": SCHEMA_VERSION,
            "dealqa_version": dealqa.__version__,
            "model": self.settings.model,
            "fingerprint": self.embedder.fingerprint,
            "dimension": self.embedder.dimension,
            "max_tokens": self.max_tokens,
            "reading_version": READING_VERSION,
            "splitter_version": SPLITTER_VERSION,
            "registry": self.told,
        }


def _refuse_emptying(plan: Plan, corpus: Path, *, rebuild: bool) -> None:
    """Before anything is read: a folder that holds nothing of what is indexed is probably the wrong one."""
    if not plan.living or rebuild or plan.kept:
        return
    named = any(plan.file_of(row.path) in plan.files for row in plan.living.values())
    if not named and not {document_id_of(file.sha256) for file in plan.files.values()} & plan.living.keys():
        raise CorpusError(
            f"None of the {len(plan.living)} indexed documents is in {corpus}: this would empty the index.",
            hint="Name another folder with --index, or replace everything with --rebuild.",
        )


def _is_full(err: BaseException) -> bool:
    return isinstance(err, sqlite3.OperationalError) and "full" in str(err)


def _max_tokens(settings: Settings, embedder: Embedder) -> int:
    max_tokens = min(settings.passage_tokens or embedder.max_tokens, embedder.max_tokens)
    if max_tokens < MIN_PASSAGE_TOKENS:
        raise ConfigError(
            f"Passages of {max_tokens} tokens are too short to hold anything.",
            hint=f"Set passage_tokens to {MIN_PASSAGE_TOKENS} or more, or to 0 for the model's own limit.",
        )
    return max_tokens


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = now - self._last
        self._last = now


def _refuse_mismatch(generation: Generation, embedder: Embedder, max_tokens: int, settings: Settings) -> None:
    manifest = generation.manifest
    if manifest["fingerprint"] != embedder.fingerprint or manifest["dimension"] != embedder.dimension:
        raise IndexMismatch(
            f"The index in {settings.index} was built with the model {manifest['model']!r}, not {settings.model!r}.",
            hint=f"Rebuild it with `dealqa index --rebuild --index {settings.index}`, or set the model back.",
        )
    if manifest["max_tokens"] != max_tokens:
        raise IndexMismatch(
            f"The index in {settings.index} has passages of up to {manifest['max_tokens']} tokens, not {max_tokens}.",
            hint=f"Rebuild it with `dealqa index --rebuild --index {settings.index}`, or set passage_tokens back.",
        )
