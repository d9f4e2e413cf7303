"""Settings: which source wins, and what a mistake in one of them says."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from dealqa.config import CONFIG_FILE, DEFAULT_MODEL, Settings, load_settings
from dealqa.errors import ConfigError


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """Run in a folder without a settings file, and without the cache that conftest.py sets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEALQA_CACHE", raising=False)
    return tmp_path


def write_toml(text, name=CONFIG_FILE):
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def complaint(*args, **kwargs):
    with pytest.raises(ConfigError) as caught:
        load_settings(*args, **kwargs)
    return caught.value


def test_without_anything_set_the_defaults_hold():
    settings = load_settings()
    assert (settings.corpus, settings.index, settings.model) == (Path("docs_corpus"), Path("index"), DEFAULT_MODEL)
    assert (settings.host, settings.port, settings.allow_download) == ("127.0.0.1", 7860, False)


def test_a_settings_file_in_the_current_folder_is_read():
    write_toml('port = 8001\ncorpus = "papers"')
    settings = load_settings()
    assert (settings.port, settings.corpus) == (8001, Path("papers"))


def test_the_environment_wins_over_the_file(monkeypatch):
    write_toml("port = 8001")
    monkeypatch.setenv("DEALQA_PORT", "8002")
    assert load_settings().port == 8002


def test_an_argument_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("DEALQA_PORT", "8002")
    assert load_settings(port=8003).port == 8003


def test_an_argument_of_none_counts_as_not_given(monkeypatch):
    monkeypatch.setenv("DEALQA_PORT", "8002")
    assert load_settings(port=None).port == 8002


def test_an_empty_variable_counts_as_not_given(monkeypatch):
    monkeypatch.setenv("DEALQA_PORT", "")
    assert load_settings().port == 7860


def test_sources_complete_each_other(monkeypatch):
    write_toml("port = 8001")
    monkeypatch.setenv("DEALQA_HOST", "::1")
    settings = load_settings(threads=2)
    assert (settings.port, settings.host, settings.threads) == (8001, "::1", 2)


def test_a_named_settings_file_is_read_instead_of_the_one_in_the_folder():
    write_toml("port = 8001")
    assert load_settings(write_toml("port = 8004", "other.toml")).port == 8004


def test_the_environment_can_name_the_settings_file(monkeypatch):
    write_toml("port = 8001")
    monkeypatch.setenv("DEALQA_CONFIG", str(write_toml("port = 8005", "other.toml")))
    assert load_settings().port == 8005


def test_an_unknown_setting_in_a_file_is_named_with_the_file_and_the_settings_there_are():
    write_toml("prot = 8001")
    error = complaint()
    assert error.message == f"There is no setting called 'prot' (in {CONFIG_FILE})."
    assert "port" in error.hint


def test_an_unknown_argument_is_named():
    assert complaint(prot=8001).message == "There is no setting called 'prot' (in the arguments)."


def test_a_value_out_of_range_is_named_with_the_variable_it_came_from(monkeypatch):
    monkeypatch.setenv("DEALQA_PORT", "70000")
    error = complaint()
    assert "'port' from DEALQA_PORT" in error.message
    assert "65535" in error.message


def test_a_value_of_the_wrong_kind_is_named_with_what_the_setting_means():
    error = complaint(threads="many")
    assert "'threads' from the arguments" in error.message
    assert error.hint == Settings.model_fields["threads"].description


def test_a_settings_file_that_is_no_toml_is_named():
    write_toml("port = = 8001")
    assert complaint().message.startswith(f"The settings file {CONFIG_FILE} is not valid TOML:")


def test_a_settings_file_that_is_no_text_is_named():
    Path(CONFIG_FILE).write_bytes(b"\xff\xfe\x00")
    assert complaint().message.startswith(f"The settings file {CONFIG_FILE} is not valid TOML:")


def test_a_named_settings_file_that_is_missing_is_an_error():
    assert complaint(Path("missing.toml")).message == (
        "The settings file missing.toml cannot be read: No such file or directory."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threads", -1),
        ("passage_tokens", 8193),
        ("max_file_mib", 0),
        ("max_question_chars", 9),
        ("candidates", 1_001),
        ("answer_sentences", 0),
        ("port", -1),
        ("model", ""),
    ],
)
def test_every_number_has_bounds(name, value):
    assert f"'{name}'" in complaint(**{name: value}).message


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_a_limit_in_mib_is_also_given_in_bytes():
    assert Settings(max_file_mib=2).max_file_bytes == 2 * 1024 * 1024


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name):
    assert (Settings.model_fields[name].description or "").endswith(".")


def test_several_hosts_are_separated_by_commas_in_a_variable_and_a_list_in_the_file(monkeypatch):
    write_toml('hosts = ["deals.example.org", "10.0.0.4"]')
    assert load_settings().hosts == ("deals.example.org", "10.0.0.4")
    monkeypatch.setenv("DEALQA_HOSTS", " Deals.Example.org., ::1 ,")
    assert load_settings().hosts == ("deals.example.org", "::1")


@pytest.mark.parametrize("host", ["*", "https://deals.example.org", "deals.example.org:80", "a b", ".", "deals/x"])
def test_a_host_is_a_name_and_nothing_more(host):
    assert "no name of a host" in complaint(hosts=(host,)).message


def test_a_table_of_the_file_is_read_and_each_of_its_settings_can_come_from_elsewhere(monkeypatch):
    write_toml('[llm]\nmodel = "openai:small"\nseconds = 10\n')
    monkeypatch.setenv("DEALQA_LLM_SECONDS", "20")
    llm = load_settings(llm={"retries": 0}).llm
    assert (llm.model, llm.seconds, llm.retries) == ("openai:small", 20, 0)


def test_a_mistake_in_a_table_is_named_with_its_table(monkeypatch):
    monkeypatch.setenv("DEALQA_LLM_MODEL", "a model of mine")
    error = complaint()
    assert "'llm.model' from DEALQA_LLM_MODEL" in str(error)
    assert "provider:name" in error.hint


def test_an_unknown_setting_of_a_table_is_named(monkeypatch):
    write_toml('[llm]\nkey = "secret"\n')
    error = complaint()
    assert "no setting called 'llm.key'" in str(error)
    assert "llm.key_file" in error.hint


def test_a_table_that_is_none_is_a_mistake():
    write_toml('llm = "openai:small"\n')
    assert "'llm'" in str(complaint())


def test_a_key_in_the_environment_is_in_no_setting(monkeypatch):
    monkeypatch.setenv("DEALQA_LLM_KEY", "canary")
    assert "canary" not in repr(load_settings())
    assert "canary" not in load_settings().model_dump_json()
