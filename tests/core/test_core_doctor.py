"""`dealqa doctor`: what it looks at, what it says of what is broken, and that it never breaks itself."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from core_corpus import SMALL, settings_for

from dealqa.cli import doctor_index, doctor_machine, main
from dealqa.cli.doctor import CHECKS, examine, masked
from dealqa.cli.findings import Finding
from dealqa.config import Settings
from dealqa.errors import ConfigError
from dealqa.index import build_index, live_generation
from dealqa.index.rows import generation_digest


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an index built once, from which the tests copy."""
    settings = settings_for(tmp_path_factory.mktemp("built"), SMALL)
    build_index(settings)
    return settings


@pytest.fixture
def settings(built: Settings, tmp_path: Path) -> Settings:
    """Settings of a copy of the index that a test may break."""
    shutil.copytree(built.index, tmp_path / "index")
    return built.model_copy(update={"index": tmp_path / "index"})


def severities(findings: list[Finding]) -> set[str]:
    return {finding.severity for finding in findings}


def test_a_sound_index_gives_no_error_and_exits_with_0(settings, capsys):
    assert main(["doctor", "--json", "--index", str(settings.index)]) == 0
    findings = json.loads(capsys.readouterr().out)
    assert {finding["name"] for finding in findings} == set(CHECKS)
    assert all(set(finding) == {"name", "severity", "message", "remedy", "details"} for finding in findings)
    assert {finding["severity"] for finding in findings} <= {"ok", "warning"}
    (index,) = [finding for finding in findings if finding["name"] == "index"]
    assert "2 documents, 2 passages, all as they were written" in index["message"]
    assert "2 test searches of the vector index found 100.0%" in index["message"]


def test_without_an_index_that_is_a_warning_and_the_rest_is_looked_at(tmp_path, capsys):
    assert main(["doctor", "--index", str(tmp_path / "none")]) == 0
    out = capsys.readouterr().out
    assert "warning  index: There is no index in" in out
    assert "→ Run `dealqa index` first." in out
    assert "ok       model:" in out


def test_a_damaged_row_is_an_error_and_exits_with_1(settings, capsys):
    with sqlite3.connect(settings.index / "dealqa.sqlite") as connection:
        connection.execute("UPDATE passages SET text = 'Bristol keeps nothing at all.' WHERE key = 1")
    connection.close()
    assert main(["doctor", "--index", str(settings.index)]) == 1
    out = capsys.readouterr().out
    assert "ERROR    index: " in out
    assert "Traceback" not in out


def test_what_can_be_served_though_it_is_damaged_is_an_error(settings):
    (settings.index / "CURRENT").unlink()
    first, *_ = doctor_index.index(settings)
    assert (first.severity, first.remedy) == ("error", "Run `dealqa index`.")
    assert "The pointer to the live generation" in first.message


def test_an_index_of_another_model_is_an_error(settings):
    database = settings.index / "dealqa.sqlite"
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("UPDATE generations SET manifest = json_set(manifest, '$.fingerprint', 'of another')")
        for row in connection.execute("SELECT * FROM generations").fetchall():
            values = (generation_digest(row), row["number"])
            connection.execute("UPDATE generations SET digest = ? WHERE number = ?", values)
    connection.close()
    findings = doctor_index.index(settings)
    assert any("was built with the model" in finding.message for finding in findings)
    assert "error" in severities(findings)


def test_the_holder_of_the_lock_is_named(settings):
    (settings.index / "lock.holder").write_text("process 4711 on elsewhere\n", encoding="utf-8")
    with (settings.index / "lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        (finding,) = doctor_index.lock(settings)
        (left,) = doctor_index.leftovers(settings)
    assert "process 4711 on elsewhere is writing the index" in finding.message
    assert left.severity == "ok"


def test_looking_at_the_lock_leaves_nothing_behind(settings):
    doctor_index.lock(settings)
    assert build_index(settings).documents == 2


def test_what_an_interrupted_run_left_is_named_and_the_next_run_removes_it(settings):
    (settings.index / "lock.holder").write_text("process 1 on elsewhere\n", encoding="utf-8")
    (settings.index / "chroma" / f"{live_generation(settings.index)}.99.new").mkdir()
    (finding,) = doctor_index.leftovers(settings)
    assert (finding.severity, finding.remedy) == ("warning", "Run `dealqa index`: it removes them.")
    assert "lock.holder and chroma/" in finding.message
    build_index(settings)
    assert severities(doctor_index.leftovers(settings)) == {"ok"}


def test_a_damaged_database_that_was_put_aside_is_for_purging(settings):
    (settings.index / "dealqa.sqlite.damaged").write_bytes(b"")
    (finding,) = doctor_index.leftovers(settings)
    assert finding.remedy == "Run `dealqa purge`: it removes them."


def test_files_that_were_not_read_are_a_warning(tmp_path):
    settings = settings_for(tmp_path, {**SMALL, "broken.pdf": b"%PDF-1.7 and nothing more"})
    build_index(settings)
    (finding,) = doctor_index.documents(settings)
    assert finding.severity == "warning"
    assert "1 file not read" in finding.message
    assert "dealqa status" in finding.remedy


def test_a_converted_model_that_is_damaged_is_an_error(settings, tmp_path):
    shutil.copytree(settings.cache / "models", tmp_path / "cache" / "models")
    for graph in (tmp_path / "cache").rglob("model.onnx"):
        graph.write_bytes(b"")
    (finding,) = examine(settings.model_copy(update={"cache": tmp_path / "cache"}), {"model": doctor_index.model})
    assert finding.severity == "error"
    assert "Delete that folder" in finding.remedy


def test_a_converted_model_of_other_weights_is_an_error(settings, tmp_path):
    shutil.copytree(settings.cache / "models", tmp_path / "cache" / "models")
    for path in (tmp_path / "cache").rglob("manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**manifest, "weights_sha256": "0" * 64}), encoding="utf-8")
    (finding,) = doctor_index.model(settings.model_copy(update={"cache": tmp_path / "cache"}))
    assert finding.severity == "error"
    assert "is not of the weights" in finding.message


def test_the_evidence_model_that_reads_is_named(settings):
    (finding,) = doctor_index.evidence_model(settings)
    assert (finding.severity, finding.message) == ("ok", "the small one that ships with dealqa")


def test_an_evidence_model_that_is_switched_off_is_a_warning(settings):
    (finding,) = doctor_index.evidence_model(settings.model_copy(update={"evidence_model": False}))
    assert (finding.severity, finding.message) == ("warning", "switched off: answers are faster and worse")


def test_a_larger_evidence_model_whose_encoder_is_not_there_is_an_error(settings, tmp_path):
    given = {"larger_evidence_model": str(tmp_path / "nowhere"), "cache": tmp_path / "cache"}
    elsewhere = settings.model_copy(update=given)
    (finding,) = examine(elsewhere, {"evidence model": doctor_index.evidence_model})
    assert finding.severity == "error"
    assert "DEALQA_LARGER_EVIDENCE_MODEL" in finding.remedy


def test_an_unexpected_error_in_one_check_is_a_finding_and_the_others_go_on(settings):
    def broken(_: Settings) -> Iterator[Finding]:
        yield Finding("first", "ok", "lost with the rest of its check")
        raise ZeroDivisionError("division by zero")

    def wrong(_: Settings) -> list[Finding]:
        raise ConfigError("The setting is wrong.", hint="Mend it.")

    checks = {"one": broken, "two": wrong, "three": lambda _: [Finding("three", "ok", "fine")]}
    one, two, three = examine(settings, checks)
    assert (one.name, one.severity) == ("one", "error")
    assert "ZeroDivisionError: division by zero" in one.message
    assert (two.message, two.remedy) == ("The setting is wrong.", "Mend it.")
    assert three.severity == "ok"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("api_key", "abc", "***"),
        ("access_token", "abc", "***"),
        ("password", "", ""),
        ("client_secret", "abc", "***"),
        ("passage_tokens", "256", "256"),
        ("endpoint", "https://user:word@example.org/v1", "https://***@example.org/v1"),
        (
            "endpoint",
            "https://example.org/v1?model=a&api_key=abc&x=1",
            "https://example.org/v1?model=a&api_key=***&x=1",
        ),
        ("corpus", "papers", "papers"),
    ],
)
def test_secrets_are_masked_by_name_and_inside_addresses(name, value, shown):
    assert masked({name: value}) == {name: shown}


def test_the_settings_that_differ_from_the_defaults_are_shown(settings):
    (finding,) = examine(settings.model_copy(update={"port": 8000}), {"settings": CHECKS["settings"]})
    assert "port=8000" in finding.message
    assert "answer_sentences" not in finding.message
    assert "answer_sentences=3" in finding.details


def test_a_missing_folder_of_documents_is_a_warning(settings, tmp_path):
    (finding,) = doctor_machine.permissions(settings.model_copy(update={"corpus": tmp_path / "none"}))
    assert finding.severity == "warning"
    assert "nothing can be indexed" in finding.message


def test_an_index_that_everybody_may_write_is_a_warning(settings):
    settings.index.chmod(0o777)
    (finding,) = doctor_machine.permissions(settings)
    assert (finding.severity, finding.remedy) == ("warning", f"Run `chmod o-w {settings.index}`.")


def test_an_index_that_would_have_to_be_made_inside_a_file_is_a_warning(settings, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (finding,) = doctor_machine.permissions(settings.model_copy(update={"index": tmp_path / "file" / "index"}))
    assert "may not be written" in finding.message


def test_missing_text_recognition_is_a_warning_that_says_how_to_get_it(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = doctor_machine.text_recognition(settings)
    assert finding.severity == "warning"
    assert "tesseract-ocr" in finding.remedy


def test_text_recognition_that_is_off_is_as_it_should_be(settings):
    (finding,) = doctor_machine.text_recognition(settings.model_copy(update={"ocr": "off"}))
    assert finding.severity == "ok"


def test_what_the_cage_can_enforce_is_told(settings):
    (finding,) = doctor_machine.reading(settings)
    assert "time is limited" in finding.message
    assert finding.severity in {"ok", "warning"}
