"""What an index promises, each promise once and quickly; `tests/faults` does the same many times over."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from index_damage import Specimen, flipped, make_specimen, verdict
from index_story import Story
from index_worker import Worker
from index_world import (
    HashEmbedder,
    contents_of,
    debris_of,
    document_text,
    expected_contents,
    make_world,
    same,
    settings_of,
)

from dealqa.assistant import Assistant
from dealqa.config import Settings
from dealqa.errors import CorpusError, GenerationGone, IndexCorrupt, IndexMismatch, ModelError
from dealqa.index import build_index, open_index, purge
from dealqa.index.rows import generation_digest

SCHEMAS = Path(__file__).with_name("schemas")


@pytest.fixture(scope="module")
def specimen(tmp_path_factory: pytest.TempPathFactory, worker: Worker) -> Specimen:
    return make_specimen(tmp_path_factory.mktemp("specimen"), worker)


@pytest.fixture
def settings(specimen: Specimen, tmp_path: Path) -> Settings:
    """A copy of the specimen with documents of its own, to do anything with."""
    copied = specimen.copy(tmp_path / "own")
    shutil.copytree(specimen.settings.corpus, tmp_path / "own" / "corpus")
    return settings_of(tmp_path / "own").model_copy(update={"index": copied.index})


def sql(settings: Settings, statement: str, *values: object) -> None:
    """Change the database behind our back."""
    with sqlite3.connect(settings.index / "dealqa.sqlite") as connection:
        connection.execute(statement, values)
    connection.close()


def holds(settings: Settings) -> bool:
    """Whether the index holds what the documents say, in all its parts, without a notice."""
    index = open_index(settings.index)
    try:
        index.check()
        return index.notices == () and same(contents_of(index), expected_contents(settings))
    finally:
        index.close()


def test_a_short_story_ends_with_an_index_like_one_made_from_nothing(worker, tmp_path):
    story = Story(4, tmp_path / "world", worker, Counter())
    for happening in ("edit", "duplicate", "delete", "kill_at_a_point", "purge"):
        getattr(story, happening)()
    story.recover()


def test_damage_to_what_only_the_live_generation_has_serves_the_one_before_with_a_notice(specimen, settings, worker):
    sql(settings, "UPDATE passages SET text = 'Altered.' WHERE text LIKE '%Zanzibar%'")
    assert verdict(worker.look(settings), specimen) == "served with a notice, the one before it"
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        build_index(settings, embedder=HashEmbedder())


def test_damage_to_both_generations_is_an_error_that_a_rebuild_mends(settings):
    sql(settings, "UPDATE documents SET title = 'Altered' WHERE path = 'paper-5.md'")
    with pytest.raises(IndexCorrupt, match=r"is damaged.*--rebuild"):
        open_index(settings.index)
    build_index(settings, rebuild=True, embedder=HashEmbedder())
    assert holds(settings)


def test_a_rebuild_whose_model_is_missing_leaves_a_damaged_index_as_it_was(specimen, settings, worker):
    sql(settings, "UPDATE passages SET text = 'Altered.' WHERE text LIKE '%Zanzibar%'")
    with pytest.raises(ModelError):
        build_index(settings.model_copy(update={"model": str(settings.corpus / "none")}), rebuild=True)
    assert verdict(worker.look(settings), specimen) == "served with a notice, the one before it"


def test_a_missing_folder_is_told_without_waiting_for_the_model(settings):
    missing = settings.model_copy(update={"corpus": settings.corpus / "none", "model": str(settings.corpus / "none")})
    with pytest.raises(CorpusError, match="none"):
        build_index(missing)


@pytest.mark.parametrize("column", ["id", "created", "content", "manifest", "derived"])
def test_an_altered_generation_is_not_served(column, specimen, settings, worker):
    sql(settings, f"UPDATE generations SET {column} = replace({column}, '2', '3')")  # noqa: S608
    outcome = verdict(worker.look(settings), specimen)
    assert outcome == "refused: IndexCorrupt" or outcome.startswith("served with a notice")
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        build_index(settings, embedder=HashEmbedder())


@pytest.mark.parametrize("field", ["fingerprint", "dimension", "max_tokens"])
def test_vectors_are_never_added_to_those_of_another_model(field, settings):
    with sqlite3.connect(settings.index / "dealqa.sqlite") as connection:
        connection.row_factory = sqlite3.Row
        for row in connection.execute("SELECT * FROM generations").fetchall():
            altered = dict(row)
            altered["manifest"] = row["manifest"].replace(f'"{field}": ', f'"{field}": 1').replace(': 1"', ': "1')
            values = (altered["manifest"], generation_digest(altered), row["number"])
            connection.execute("UPDATE generations SET manifest = ?, digest = ? WHERE number = ?", values)
    connection.close()
    with pytest.raises(IndexMismatch, match="--rebuild"):
        build_index(settings, embedder=HashEmbedder())


def test_a_changed_tokenizer_of_the_full_text_index_is_found(settings):
    with sqlite3.connect(settings.index / "dealqa.sqlite") as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'remove_diacritics 2', 'remove_diacritics 0')"
            " WHERE name = 'passages_fts'"
        )
    connection.close()
    with pytest.raises(IndexCorrupt, match="tables are not those that were made"):
        open_index(settings.index)


def test_a_passage_that_says_it_is_of_another_document_is_found_when_it_is_read(settings):
    sql(settings, "UPDATE passages SET document = (SELECT key FROM documents WHERE path = 'paper-6.md') WHERE key = 7")
    with pytest.raises(IndexCorrupt):
        index = open_index(settings.index, check_seconds=0)
        index.load([name for name, _ in index._passages.values()])


def test_a_passage_whose_id_is_no_text_any_more_is_found_when_the_index_is_opened(settings):
    sql(
        settings,
        "UPDATE passages SET id = X'00' WHERE document = (SELECT key FROM documents WHERE path = 'paper-5.md')",
    )
    with pytest.raises(IndexCorrupt):
        open_index(settings.index, check_seconds=0)


def test_an_index_whose_generations_are_gone_is_not_added_to(settings):
    sql(settings, "DELETE FROM generations")
    with pytest.raises(IndexCorrupt, match="generations are gone"):
        build_index(settings, embedder=HashEmbedder())
    build_index(settings, rebuild=True, embedder=HashEmbedder())
    assert holds(settings)


def test_damaged_rows_that_are_pruned_leave_no_words_behind(settings):
    sql(
        settings,
        "UPDATE passages SET text = 'harbour harbour' WHERE document IN (SELECT key FROM documents WHERE died)",
    )
    (settings.corpus / "new.md").write_text(document_text(900), encoding="utf-8")
    build_index(settings, embedder=HashEmbedder())
    assert holds(settings)


def test_altered_failures_are_not_told(settings):
    sql(settings, "UPDATE failures SET path = 'sound.pdf'")
    index = open_index(settings.index)
    try:
        with pytest.raises(IndexCorrupt, match="files that could not be read"):
            index.failures()
    finally:
        index.close()


class OtherHashes(HashEmbedder):
    """Gives a few passages other vectors than the embedder that it is one edition on from."""

    fingerprint = "hashes of words, second edition"

    def embed_question(self, question):
        return super().embed_question(f"otherwise {question}" if "Paper 7 > Part 41" in question else question)


def test_a_rebuild_gives_the_vector_index_the_new_vectors_of_passages_that_keep_their_ids(tmp_path):
    settings = make_world(tmp_path, documents=2)
    (settings.corpus / "many.md").write_text(document_text(7, 90), encoding="utf-8")
    build_index(settings, embedder=HashEmbedder())
    build_index(settings, embedder=OtherHashes(), rebuild=True)
    index = open_index(settings.index)
    try:
        ids = [name for name, _ in index._passages.values()]
        stored = index.load(ids)
        cosines = {name: dict(index.nearest(stored[name].vector, 3)).get(name, 0.0) for name in ids}
        assert min(cosines.values()) > 0.999, sorted(cosines.values())[:3]
    finally:
        index.close()


def hashes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_rerun_changes_not_one_byte(settings, worker):
    time.sleep(2.1)  # what changed within two seconds is looked at once more
    worker.build(settings)
    before = hashes(settings.index)
    again = worker.build(settings)
    assert (again["embedded"], again["published"]) == (0, False)
    assert hashes(settings.index) == before


def test_the_generation_does_not_depend_on_place_order_language_or_time_zone(specimen, tmp_path, worker):
    original = worker.build(specimen.settings.model_copy(update={"index": tmp_path / "first"}))
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "corpus").mkdir(parents=True)
    for path in sorted(specimen.settings.corpus.iterdir(), reverse=True):
        shutil.copy(path, elsewhere / "corpus" / path.name)
    with Worker(elsewhere, LC_ALL="C", TZ="Pacific/Auckland", PYTHONHASHSEED="7") as other:
        assert other.build(settings_of(elsewhere))["generation"] == original["generation"]


def test_after_a_purge_nothing_of_a_deleted_document_is_in_any_file(settings, worker):
    text = "# Secret\n\nThe Wolverhampton xylophone clause is worth £77,341 to Quillfeather Holdings.\n"
    (settings.corpus / "secret.md").write_text(text, encoding="utf-8")
    build_index(settings, embedder=HashEmbedder())
    reader = open_index(settings.index)
    try:
        secret = next(info for info in reader.documents if info.path == "secret.md")
        (passage,) = [name for name, of in reader._passages.values() if of == secret.id]
        stored = reader.load([passage])[passage]
        traces = [b"ylophone", b"ylophon", b"Quillfeather", b"quillfeath", b"77,341", secret.id.encode()]
        traces += [passage.encode(), stored.vector.tobytes(), stored.sentence_vectors.astype(np.float16).tobytes()]
        (settings.corpus / "secret.md").unlink()
        build_index(settings, embedder=HashEmbedder())
        assert found_in(settings.index, traces)
        purge(settings)
        assert found_in(settings.index, traces) == []
        for ask in (
            lambda: reader.document(secret.id),
            lambda: reader.load([passage]),
            reader.still_kept,
            reader.check,
        ):
            with pytest.raises(GenerationGone, match="no longer kept"):
                ask()
    finally:
        reader.close()
    assert holds(settings)


def found_in(folder: Path, traces: list[bytes]) -> list[str]:
    """Which traces are in which files, in whatever case."""
    return [
        f"{path.name}: {trace[:12]!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for trace in traces
        if trace in path.read_bytes() or (len(trace) < 30 and trace.lower() in path.read_bytes().lower())
    ]


def test_two_purges_in_a_row_leave_an_index_that_opens(settings):
    for _ in range(2):
        purge(settings)
        assert holds(settings)


@pytest.fixture
def format_1(tmp_path: Path) -> Settings:
    """An index that the release before wrote."""
    shutil.copytree(SCHEMAS / "1", tmp_path / "format-1")
    return settings_of(tmp_path / "format-1")


def test_an_index_of_the_release_before_is_brought_on_without_embedding_anything(format_1):
    report = build_index(format_1)
    assert (report.embedded, report.published, report.documents) == (0, True, 2)
    with Assistant(format_1) as assistant:
        hits = assistant.search("What is agreed?")
        assert {hit.document.path for hit in hits} <= {"aberwick.md", "cranmouth.txt"}
        assert hits
        assistant.check()


@pytest.mark.parametrize("point", ["planned", "before_commit", "chroma_changed", "pointer_written"])
def test_bringing_an_index_on_may_be_killed_and_is_completed_by_the_next_run(point, format_1, worker):
    assert "signal" in worker.build(format_1, crash_at=point) or point == "chroma_changed"
    assert "error" not in worker.build(format_1)
    assert debris_of(format_1) == []
    assert len(worker.look(format_1, contents=True)["contents"]["documents"]) == 2


def test_a_format_of_the_future_is_left_alone_and_a_damaged_number_is_told_from_it(settings):
    sql(settings, "PRAGMA user_version = 99")
    with pytest.raises(IndexCorrupt, match=r"says that it has format 99.*--rebuild"):
        open_index(settings.index)
    sql(settings, "UPDATE state SET value = '99' WHERE name = 'format'")
    with pytest.raises(IndexMismatch, match="has format 99"):
        open_index(settings.index)


def test_odd_times_and_odd_names_are_indexed_or_reported(tmp_path):
    settings = make_world(tmp_path, documents=2)
    for number, when in enumerate([0, 2**31, 2**33]):
        path = settings.corpus / f"dated-{number}.md"
        path.write_text(document_text(100 + number), encoding="utf-8")
        os.utime(path, (when, when))
    (settings.corpus / "two\nlines.md").write_text(document_text(200), encoding="utf-8")
    deep = settings.corpus / ("a" * 150) / ("b" * 150)
    deep.mkdir(parents=True)
    (deep / "deep.md").write_text(document_text(201), encoding="utf-8")
    (settings.corpus / os.fsdecode(b"caf\xe9.md")).write_text(document_text(202), encoding="utf-8")
    report = build_index(settings, embedder=HashEmbedder())
    assert report.documents + len(report.failures) == 8
    again = build_index(settings, embedder=HashEmbedder())
    assert (again.published, again.embedded) == (False, 0)


@pytest.fixture
def read_only(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The index in a folder that nothing can be written to."""
    if os.geteuid() != 0:
        for path in [settings.index, *settings.index.rglob("*")]:
            path.chmod(0o555)
        yield settings
        for path in [settings.index, *settings.index.rglob("*")]:
            path.chmod(0o755)
        return
    place = tmp_path / "read-only"
    place.mkdir()
    done = subprocess.run(["mount", "--bind", str(settings.index), str(place)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.decode().strip()}")
    subprocess.run(["mount", "-o", "remount,bind,ro", str(place)], check=True)
    yield settings.model_copy(update={"index": place})
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_an_index_that_cannot_be_written_to_is_served(read_only, specimen, worker):
    assert verdict(worker.look(read_only), specimen) == "the same answers"
    refused = worker.build(read_only)
    assert refused["error"] == "StoreError"
    assert "permissions" in refused["hint"]


def test_a_pickle_in_an_index_is_never_run(settings, worker, tmp_path):
    canary = tmp_path / "canary"
    payload = f"cos\nsystem\n(S'touch {canary}'\ntR.".encode()
    folder = settings.index / "chroma" / (settings.index / "CURRENT").read_text(encoding="utf-8").strip()
    for planted in folder.rglob("index_metadata.pickle"):
        planted.write_bytes(payload)
    (folder / "index_metadata.pickle").write_bytes(payload)
    looked = worker.look(settings, contents=True)
    assert "derived again" in looked["notices"][0]
    assert same(looked["contents"], expected_contents(settings))
    hide(settings, folder)
    looked = worker.look(settings, contents=True)
    assert "signal" not in looked
    assert "not ours" not in looked.get("error", ""), looked
    assert not canary.exists()


def hide(settings: Settings, folder: Path) -> None:
    """Make a Chroma folder look as if it had been written so: whoever can plant a file can do that as well."""
    from dealqa.index.deriving import Derived, file_hashes

    with sqlite3.connect(settings.index / "dealqa.sqlite") as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("SELECT * FROM generations WHERE id = ?", (folder.name,)).fetchone()
        values = {**dict(row), "derived": Derived(file_hashes(folder), 0).to_json()}
        connection.execute(
            "UPDATE generations SET derived = ?, digest = ? WHERE number = ?",
            (values["derived"], generation_digest(values), row["number"]),
        )
    connection.close()


def test_an_embedding_function_in_an_index_is_never_made(settings, worker, tmp_path):
    canary = tmp_path / "canary"
    model = tmp_path / "model"
    model.mkdir()
    (model / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]', encoding="utf-8")
    (model / "evil.py").write_text(f"open({str(canary)!r}, 'w').close()\nclass Evil: pass\n", encoding="utf-8")
    folder = settings.index / "chroma" / (settings.index / "CURRENT").read_text(encoding="utf-8").strip()
    function = (
        '{"type": "known", "name": "sentence_transformer", "config": {"model_name": "' + str(model) + '",'
        ' "device": "cpu", "normalize_embeddings": false, "kwargs": {"trust_remote_code": true}}}'
    )
    with sqlite3.connect(folder / "chroma.sqlite3") as connection:
        before = connection.execute("SELECT config_json_str FROM collections").fetchone()[0]
        connection.execute(
            "UPDATE collections SET config_json_str = json_set(config_json_str, '$.embedding_function', json(?))",
            (function,),
        )
        assert connection.execute("SELECT config_json_str FROM collections").fetchone()[0] != before
    connection.close()
    hide(settings, folder)
    looked = worker.look(settings, contents=True)
    assert same(looked["contents"], expected_contents(settings)) or "Error" in looked["error"], looked
    assert not canary.exists()


def test_modules_beside_the_documents_are_never_imported(tmp_path):
    settings = make_world(tmp_path, documents=1)
    canary = tmp_path / "canary"
    for name in ("chromadb", "numpy", "json", "dealqa"):
        (settings.corpus / f"{name}.py").write_text(f"open({str(canary)!r}, 'w').close()\n", encoding="utf-8")
    with Worker(settings.corpus) as worker:
        assert worker.build(settings)["published"]
    assert not canary.exists()


@pytest.mark.parametrize("offset", [18, 19, 63])
def test_a_rebuild_mends_a_header_that_names_other_formats(offset, settings):
    flipped(offset, 0x01)(settings.index / "dealqa.sqlite")
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        build_index(settings, embedder=HashEmbedder())
    build_index(settings, rebuild=True, embedder=HashEmbedder())
    assert holds(settings)


def test_a_flipped_byte_in_a_free_page_list_does_not_let_live_pages_be_overwritten(settings, worker, specimen):
    sql(settings, "DELETE FROM failures")
    sql(settings, "CREATE TABLE scrap AS SELECT text FROM documents")
    sql(settings, "DROP TABLE scrap")
    database = settings.index / "dealqa.sqlite"
    trunk = int.from_bytes(database.read_bytes()[32:36], "big")
    assert trunk > 0
    flipped((trunk - 1) * 4096 + 11, 0x07)(database)
    with pytest.raises(IndexCorrupt, match="--rebuild"):
        build_index(settings, embedder=HashEmbedder())


def test_what_asks_the_command_line_works_on_an_index_that_cannot_be_written_to(format_1, tmp_path):
    build_index(format_1)
    command = [sys.executable, "-m", "dealqa.cli", "ask", "What does Aberwick get?", "--index", str(format_1.index)]
    paths = [format_1.index, *format_1.index.rglob("*")]
    for path in paths:
        path.chmod(0o555)
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    finally:
        for path in paths:
            path.chmod(0o755)
    assert done.returncode in (0, 3), done.stderr
    assert "is damaged" not in done.stderr
