"""The index: what changes is published, what does not is kept, and whatever goes wrong leaves what was there."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from pathlib import Path

import chromadb
import pytest
from chromadb.config import Settings as ChromaSettings
from core_corpus import DOCUMENTS, SMALL, said, settings_for, tree
from safetensors.numpy import load_file, save_file

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.embedding import locate_model
from dealqa.embedding.export import ensure_exported
from dealqa.embedding.source import MANIFEST
from dealqa.errors import (
    ConfigError,
    CorpusError,
    GenerationGone,
    IndexCorrupt,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
)
from dealqa.index import build_index, open_index, purge
from dealqa.index.lock import writer_lock

NUL = b"\x00\x01\x02 no text" * 40


def paths(settings: Settings) -> list[str]:
    index = open_index(settings.index)
    try:
        index.check()
        return [info.path for info in index.documents]
    finally:
        index.close()


def texts(settings: Settings) -> dict[str, str]:
    index = open_index(settings.index)
    try:
        return {info.path: index.document(info.id).text for info in index.documents}
    finally:
        index.close()


def failures_of(settings: Settings) -> list[str]:
    index = open_index(settings.index)
    try:
        return [path for path, _, _ in index.failures()]
    finally:
        index.close()


def generation_of(settings: Settings) -> str:
    return (settings.index / "CURRENT").read_text(encoding="utf-8").strip()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two documents and their index."""
    folder = tmp_path_factory.mktemp("built")
    build_index(settings_for(folder, SMALL))
    return folder


@pytest.fixture
def small(tmp_path: Path, built: Path) -> Settings:
    """An index over two documents, for a test of its own to change."""
    shutil.copytree(built / "index", tmp_path / "index")
    return settings_for(tmp_path, SMALL)


def write(settings: Settings, path: str, content: str | bytes) -> None:
    (settings.corpus / path).write_bytes(content.encode() if isinstance(content, str) else content)


def test_what_was_built_is_what_is_opened(deal_settings):
    index = open_index(deal_settings.index)
    try:
        assert [info.path for info in index.documents] == sorted(DOCUMENTS)
        assert index.passage_count() == sum(info.passages for info in index.documents) > len(DOCUMENTS)
        assert index.generation == (deal_settings.index / "CURRENT").read_text(encoding="utf-8").strip()
        index.check()
    finally:
        index.close()


def test_a_second_run_without_a_change_publishes_and_embeds_nothing(small):
    live = generation_of(small)
    before = tree(small.index / "chroma")
    report = build_index(small)
    assert (report.published, report.embedded, report.generation) == (False, 0, live)
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 0, 0, 2)
    assert tree(small.index / "chroma") == before


def test_an_added_document_is_the_only_one_that_is_embedded(small):
    write(small, "hull.md", "# Hull paper\n\nHull builds a port.\n")
    report = build_index(small)
    assert (report.added, report.unchanged, report.embedded, report.published) == (1, 2, 1, True)
    assert paths(small) == ["bristol.md", "hull.md", "leeds.md"]


def test_a_changed_document_takes_the_place_of_its_older_version(small):
    write(small, "leeds.md", "# Leeds City Deal\n\nLeeds opens two hubs.\n")
    report = build_index(small)
    assert (report.changed, report.unchanged, report.embedded) == (1, 1, 1)
    assert "two hubs" in texts(small)["leeds.md"]
    with Assistant(small) as assistant, assistant.hold() as snapshot:
        assert not snapshot.mentions("apprenticeship")


def test_a_removed_document_is_gone_from_both_searches(small):
    (small.corpus / "leeds.md").unlink()
    report = build_index(small)
    assert (report.removed, report.documents, report.passages) == (1, 1, 1)
    assert paths(small) == ["bristol.md"]
    with Assistant(small) as assistant:
        assert {hit.document.path for hit in assistant.search("apprenticeship hub in Leeds")} == {"bristol.md"}


def test_a_renamed_document_is_found_under_its_new_name_and_not_embedded_again(small):
    (small.corpus / "leeds.md").rename(small.corpus / "west-yorkshire.md")
    report = build_index(small)
    assert (report.added, report.removed, report.embedded) == (1, 1, 0)
    assert paths(small) == ["bristol.md", "west-yorkshire.md"]


def test_two_documents_that_swap_their_names_swap_their_texts(small):
    write(small, "bristol.md", SMALL["leeds.md"])
    write(small, "leeds.md", SMALL["bristol.md"])
    report = build_index(small)
    assert (report.changed, report.embedded) == (2, 0)
    assert texts(small) == {"bristol.md": SMALL["leeds.md"], "leeds.md": SMALL["bristol.md"]}


def test_the_same_bytes_under_two_names_are_indexed_once_and_both_names_are_known(small):
    write(small, "copy.md", SMALL["leeds.md"])
    report = build_index(small)
    assert (report.documents, report.duplicates) == (2, 1)
    index = open_index(small.index)
    assert {info.path: info.duplicates for info in index.documents}["copy.md"] == ("leeds.md",)
    index.close()
    with Assistant(small) as assistant:
        assert assistant.search("hub", documents=["leeds.md"])


def test_when_the_first_of_two_copies_goes_the_other_takes_its_place(small):
    write(small, "zcopy.md", SMALL["leeds.md"])
    build_index(small)
    (small.corpus / "leeds.md").unlink()
    build_index(small)
    assert paths(small) == ["bristol.md", "zcopy.md"]


def test_two_indexes_of_the_same_documents_are_the_same_generation(small, tmp_path):
    other = Settings(corpus=small.corpus, index=tmp_path / "other", cache=small.cache)
    assert build_index(other).generation == generation_of(small)


def test_an_unreadable_document_is_reported_and_the_others_are_indexed(small):
    write(small, "broken.pdf", b"%PDF-1.7 and nothing more")
    report = build_index(small)
    assert [failure.path for failure in report.failures] == ["broken.pdf"]
    assert paths(small) == ["bristol.md", "leeds.md"]
    assert failures_of(small) == ["broken.pdf"]


def test_a_failure_is_forgotten_when_the_document_can_be_read_again(small):
    write(small, "hull.md", NUL)
    build_index(small)
    write(small, "hull.md", "Hull builds a port.")
    assert build_index(small).failures == ()
    assert failures_of(small) == []


def test_a_document_that_became_unreadable_keeps_its_last_readable_version_and_says_so(small):
    write(small, "leeds.md", NUL)
    for _ in range(2):
        report = build_index(small)
        (failure,) = report.failures
        assert "last readable version stays" in failure.message
        assert not report.published
    assert texts(small)["leeds.md"] == SMALL["leeds.md"]


def test_a_document_that_became_too_large_keeps_its_last_readable_version_and_says_so(small):
    write(small, "leeds.md", "Leeds grows. " * 90_000)
    report = build_index(small.model_copy(update={"max_file_mib": 1}))
    (failure,) = report.failures
    assert failure.reason == "too_large"
    assert "last readable version stays" in failure.message
    assert texts(small)["leeds.md"] == SMALL["leeds.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_document_that_may_no_longer_be_read_keeps_its_last_readable_version(small):
    (small.corpus / "leeds.md").chmod(0)
    report = build_index(small)
    assert [failure.reason for failure in report.failures] == ["forbidden"]
    assert paths(small) == ["bristol.md", "leeds.md"]


def test_a_document_that_became_unreadable_is_not_kept_beside_a_copy_of_it(small):
    write(small, "zcopy.md", SMALL["leeds.md"])
    build_index(small)
    write(small, "leeds.md", NUL)
    report = build_index(small)
    assert paths(small) == ["bristol.md", "zcopy.md"]
    assert [failure.path for failure in report.failures] == ["leeds.md"]


def test_when_nothing_can_be_read_any_more_the_old_generation_still_answers(small):
    for path in SMALL:
        write(small, path, NUL)
    with pytest.raises(CorpusError, match=r"Nothing in .* could be read"):
        build_index(small, rebuild=True)
    with Assistant(small) as assistant:
        assert "100%" in said(assistant.ask("What does Bristol keep?"))


def test_a_folder_without_any_indexed_document_is_taken_for_the_wrong_one(small, tmp_path):
    wrong = settings_for(tmp_path / "wrong", {"hull.md": "Hull builds a port."}).model_copy(
        update={"index": small.index}
    )
    with pytest.raises(CorpusError, match="would empty the index"):
        build_index(wrong)
    assert paths(small) == ["bristol.md", "leeds.md"]
    assert build_index(wrong, rebuild=True).documents == 1
    assert paths(small) == ["hull.md"]


def test_an_index_kept_inside_the_folder_of_documents_is_no_document(tmp_path):
    settings = settings_for(tmp_path, SMALL)
    settings = settings.model_copy(update={"index": settings.corpus / "index"})
    build_index(settings)
    report = build_index(settings)
    assert (report.failures, report.published, report.documents) == ((), False, 2)


def test_an_empty_folder_is_no_corpus_and_leaves_the_index_alone(small):
    for path in SMALL:
        (small.corpus / path).unlink()
    with pytest.raises(CorpusError, match="There are no documents in"):
        build_index(small)
    assert paths(small) == ["bristol.md", "leeds.md"]


def test_a_missing_folder_is_named_and_makes_no_index(tmp_path):
    settings = Settings(corpus=tmp_path / "nowhere", index=tmp_path / "index")
    with pytest.raises(CorpusError, match="nowhere does not exist"):
        build_index(settings)
    assert not settings.index.exists()


def test_nothing_indexed_yet_says_how_to_index(tmp_path):
    with pytest.raises(IndexMissing, match=r"no index in .* yet\. Run `dealqa index` first"):
        open_index(tmp_path)


def test_a_rebuild_reads_and_embeds_everything_again(small):
    report = build_index(small, rebuild=True)
    assert (report.changed, report.embedded, report.published) == (2, report.passages, True)


def test_a_rebuild_does_not_copy_vectors_that_were_damaged(small):
    connection = sqlite3.connect(small.index / "dealqa.sqlite")
    healthy = {row[0] for row in connection.execute("SELECT vector FROM vectors")}
    connection.execute("UPDATE vectors SET vector = zeroblob(length(vector))")
    connection.commit()
    connection.close()
    build_index(small, rebuild=True)
    with Assistant(small) as assistant:
        ids = [hit.passage.id for hit in assistant.search("hub")]
        index = open_index(small.index)
        assert {stored.vector.tobytes() for stored in index.load(ids).values()} == healthy
        index.close()


def test_another_passage_length_needs_a_rebuild_and_the_message_says_how(small):
    other = small.model_copy(update={"passage_tokens": 128})
    with pytest.raises(IndexMismatch, match=r"up to 256 tokens, not 128.*--rebuild"):
        build_index(other)
    assert build_index(other, rebuild=True).published


@pytest.mark.parametrize("tokens", [1, 2, 15])
def test_passages_too_short_to_hold_a_word_are_turned_away(tokens, tmp_path):
    with pytest.raises(ConfigError, match=f"Passages of {tokens} tokens are too short"):
        build_index(settings_for(tmp_path, SMALL, passage_tokens=tokens))


@pytest.fixture
def other_model(small: Settings, tmp_path: Path) -> Settings:
    """The same settings with a model whose weights differ in one tensor; converted without the seconds that it takes.

    Its conversion is the default model's under the other weights' hash: what tells models apart is the hash.
    """
    official = locate_model(small)
    folder = tmp_path / "other-model"
    shutil.copytree(official.folder, folder)
    tensors = load_file(folder / "model.safetensors")
    name = next(name for name in tensors if name.endswith("LayerNorm.weight"))
    tensors[name] = tensors[name] * 1.5
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    other = small.model_copy(update={"model": str(folder), "cache": tmp_path / "cache"})
    sha256 = locate_model(other).sha256
    converted = ensure_exported(official, small.cache)
    target = other.cache / "models" / converted.name.replace(official.sha256[:16], sha256[:16])
    shutil.copytree(converted, target)
    manifest = (target / MANIFEST).read_text(encoding="utf-8").replace(official.sha256, sha256)
    (target / MANIFEST).write_text(manifest, encoding="utf-8")
    return other


def test_an_index_of_another_model_is_not_opened(other_model):
    with pytest.raises(IndexMismatch, match=r"built with the model .*--rebuild"):
        Assistant(other_model)


def test_an_index_of_another_model_is_not_added_to(other_model, small):
    live = generation_of(small)
    with pytest.raises(IndexMismatch, match=r"built with the model .*--rebuild"):
        build_index(other_model)
    assert generation_of(small) == live


def test_a_rebuild_brings_an_index_to_another_model(other_model, small):
    assert build_index(other_model, rebuild=True).embedded == 2
    with Assistant(other_model) as assistant:
        assert "100%" in said(assistant.ask("What does Bristol keep?"))
    with pytest.raises(IndexMismatch):
        Assistant(small)


def test_a_second_writer_is_told_who_is_writing(small):
    with writer_lock(small.index), pytest.raises(IndexLocked, match=f"is being written by process {os.getpid()}"):
        build_index(small)
    assert not build_index(small).published


def test_a_lock_file_that_a_dead_process_left_behind_does_not_lock(small):
    (small.index / "lock").touch()
    (small.index / "lock.holder").write_text("process 1 on another-machine\n", encoding="utf-8")
    assert not build_index(small).published


class Stopped(Exception):
    """What the tests stop an indexing run with."""


@pytest.mark.parametrize("error", [Stopped, KeyboardInterrupt], ids=["error", "Ctrl-C"])
@pytest.mark.parametrize("stage", ["reading", "embedding", "publishing"])
@pytest.mark.parametrize("when", ["at its start", "at its end"])
def test_an_interrupted_run_leaves_the_old_generation_and_the_next_run_completes(small, stage, when, error):
    write(small, "leeds.md", "# Leeds City Deal\n\nLeeds opens two hubs.\n")
    write(small, "hull.md", "# Hull paper\n\nHull builds a port.\n")
    live = generation_of(small)

    def stop(at, done, total):
        if at == stage and (done == total) == (when == "at its end"):
            raise error

    with pytest.raises(error):
        build_index(small, progress=stop)
    if (stage, when) != ("publishing", "at its end"):
        assert generation_of(small) == live
        assert paths(small) == ["bristol.md", "leeds.md"]
    build_index(small)
    assert paths(small) == ["bristol.md", "hull.md", "leeds.md"]
    assert "two hubs" in texts(small)["leeds.md"]


def test_a_reader_keeps_to_its_own_generation_while_a_newer_one_is_published(small):
    index = open_index(small.index)
    try:
        write(small, "leeds.md", "# Leeds City Deal\n\nLeeds closes its hub.\n")
        write(small, "hull.md", "# Hull paper\n\nHull builds a port.\n")
        build_index(small)
        assert [info.path for info in index.documents] == ["bristol.md", "leeds.md"]
        assert "apprenticeship" in index.document(index.documents[1].id).text
        assert index.passage_frequency("port") == 0
        index.check()
    finally:
        index.close()


def test_a_generation_is_kept_as_long_as_a_reader_has_it_open(small):
    before = open_index(small.index)
    try:
        for number in range(3):
            write(small, "leeds.md", f"# Leeds City Deal\n\nLeeds opens {number + 3} hubs.\n")
            build_index(small)
        leeds = next(info for info in before.documents if info.path == "leeds.md")
        assert "2,500 young people" in before.document(leeds.id).text
        before.check()
    finally:
        before.close()


def test_a_reader_is_told_when_its_generation_was_purged(small):
    before = open_index(small.index)
    try:
        write(small, "leeds.md", "# Leeds City Deal\n\nLeeds closes its hub.\n")
        build_index(small)
        purge(small)
        leeds = next(info for info in before.documents if info.path == "leeds.md")
        with pytest.raises(GenerationGone, match="no longer kept"):
            before.document(leeds.id)
    finally:
        before.close()


def test_no_more_than_two_generations_are_kept_on_disk(small):
    for number in range(3):
        write(small, "leeds.md", f"# Leeds City Deal\n\nLeeds opens {number + 3} hubs.\n")
        build_index(small)
    assert len(list((small.index / "chroma").iterdir())) == 2


@pytest.mark.parametrize("content", [b"000009-feedfeedfeed\n", b"", b"\xff\xfe\x00", b"../../elsewhere\n"])
def test_a_pointer_to_nowhere_is_told_and_indexing_mends_it(small, content):
    live = generation_of(small)
    (small.index / "CURRENT").write_bytes(content)
    index = open_index(small.index)
    assert (index.generation, len(index.notices)) == (live, 1)
    assert "pointer to the live generation" in index.notices[0]
    index.close()
    assert build_index(small).published
    assert generation_of(small) == live


def test_vectors_that_are_gone_are_derived_again_without_the_model(small):
    shutil.rmtree(small.index / "chroma")
    with Assistant(small) as assistant:
        assert "100%" in said(assistant.ask("What does Bristol keep?"))
    report = build_index(small)
    assert (report.published, report.embedded) == (True, 0)
    index = open_index(small.index)
    assert index.notices == ()
    index.close()


def test_a_missing_vector_is_noticed_and_derived_again(small):
    generation = generation_of(small)
    client = chromadb.PersistentClient(
        path=str(small.index / "chroma" / generation),
        settings=ChromaSettings(_env_file=None, anonymized_telemetry=False, is_persistent=True),
    )
    collection = client.get_collection("passages", embedding_function=None)
    collection.delete(ids=collection.get(limit=1)["ids"])
    client.close()
    index = open_index(small.index)
    assert "chroma.sqlite3 is not as it was written" in index.notices[0]
    assert index.check().recall == 1.0
    index.close()


@pytest.mark.parametrize("name", ["data_level0.bin", "length.bin"])
def test_what_stands_in_room_that_no_vector_takes_is_no_damage(small, name):
    (path,) = (small.index / "chroma").rglob(name)
    _, _, room, rows, _ = struct.unpack_from("<iQQQQ", path.with_name("header.bin").read_bytes())
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size * rows // room)
        file.write(b"\x5a" * (size - size * rows // room))
    index = open_index(small.index)
    assert index.notices == ()
    index.close()


def test_a_file_that_is_no_database_is_corrupt(small):
    for path in small.index.glob("dealqa.sqlite*"):
        path.unlink()
    (small.index / "dealqa.sqlite").write_bytes(b"no database at all " * 100)
    with pytest.raises(IndexCorrupt, match=r"dealqa\.sqlite is damaged"):
        open_index(small.index)
    with pytest.raises(IndexCorrupt, match=r"dealqa\.sqlite is damaged"):
        build_index(small)


def test_a_format_of_the_future_is_left_as_it_is(small):
    connection = sqlite3.connect(small.index / "dealqa.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.execute("UPDATE state SET value = '99' WHERE name = 'format'")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = (small.index / "dealqa.sqlite").read_bytes()
    for attempt in (
        lambda: open_index(small.index),
        lambda: build_index(small),
        lambda: build_index(small, rebuild=True),
    ):
        with pytest.raises(IndexMismatch, match="has format 99"):
            attempt()
    assert (small.index / "dealqa.sqlite").read_bytes() == before


def test_progress_goes_through_the_stages_in_order_and_ends_complete(tmp_path):
    told: list[tuple[str, int, int]] = []
    build_index(settings_for(tmp_path, SMALL), progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["reading", "embedding", "publishing"]
    last = {stage: (done, total) for stage, done, total in told}
    assert all(done == total == 2 for done, total in last.values())


def test_the_graph_is_written_to_disk_and_not_built_anew_at_each_opening(tmp_path):
    sections = [f"## Section {number}\n\nScheme {number} has a budget of £{number} million." for number in range(60)]
    settings = settings_for(tmp_path, {"many.md": "# Schemes\n\n" + "\n\n".join(sections)})
    report = build_index(settings)
    assert report.passages >= 60
    links = list((settings.index / "chroma" / report.generation).rglob("link_lists.bin"))
    # Chroma keeps the graph's links in this file once it has written them; before that it is empty.
    assert [path.stat().st_size > 0 for path in links] == [True]
