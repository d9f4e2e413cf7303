"""Settings: arguments over DEALQA_* environment variables over dealqa.toml over defaults."""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo

from dealqa.errors import ConfigError

__all__ = [
    "CONFIG_FILE",
    "DEFAULT_MODEL",
    "ENV_PREFIX",
    "LanguageModelSettings",
    "Settings",
    "fields",
    "flat",
    "load_settings",
]

CONFIG_FILE = "dealqa.toml"
ENV_PREFIX = "DEALQA_"
DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"

MIB = 1024 * 1024

_TABLE = "llm"
"""The one table among the settings."""

_HOST_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}")


class LanguageModelSettings(BaseModel):
    """The language model that may write answers, and what it may take; without a name there is none.

    The table `llm` of the settings: `llm.model` in Python, `[llm]` in `dealqa.toml`, `DEALQA_LLM_MODEL` in the
    environment. The key is no setting: it is read from the variable `DEALQA_LLM_KEY`, or from `key_file`, when it is
    needed, and kept nowhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model: str = Field(
        "",
        pattern=r"^$|^[a-z][a-z0-9_]*:\S+$",
        description='The language model as "provider:name", for example openai:gpt-5-mini, or openai:any-name with the'
        " `base_url` of a server of your own; empty means none.",
    )
    base_url: str = Field(
        "",
        pattern=r"^$|^https?://\S+$",
        description="Where a server stands that speaks OpenAI's protocol (Ollama, llama.cpp, vLLM, LM Studio), for"
        " example http://127.0.0.1:11434/v1.",
    )
    key_file: Path | None = Field(
        None, description="A file that holds the key and nothing else; instead of the variable `DEALQA_LLM_KEY`."
    )
    seconds: Annotated[float, Field(ge=1, le=600)] = Field(
        30, description="Seconds that the language model may take for an answer; after that its sentences so far count."
    )
    context_tokens: Annotated[int, Field(ge=512, le=1_000_000)] = Field(
        4_096, description="Tokens that the language model takes in, its answer included; passages are cut off there."
    )
    answer_tokens: Annotated[int, Field(ge=32, le=8_192)] = Field(
        400, description="The most tokens of the language model's answer."
    )
    passages: Annotated[int, Field(ge=1, le=50)] = Field(
        6, description="The most passages that the language model is given, best first."
    )
    concurrency: Annotated[int, Field(ge=1, le=64)] = Field(
        2, description="How many questions the language model is asked at once; others get the extractive answer."
    )
    retries: Annotated[int, Field(ge=0, le=5)] = Field(
        2, description="How often it is asked again when its server is busy or cannot be reached, within `seconds`."
    )
    structured: bool = Field(
        True, description="Whether the server is asked for JSON of a given form; one that cannot is asked without."
    )
    show_extractive_first: bool = Field(
        True, description="Whether the documents' own sentences are shown while the language model writes."
    )
    rewrite_follow_ups: bool = Field(
        False, description="Whether the language model may complete a follow-up question; what it adds is checked."
    )


class Settings(BaseModel):
    """Everything that can be set, validated and frozen; it is passed explicitly, there is no global.

    Each field can be given as an argument, as an environment variable (`DEALQA_` and the name in capitals) or in
    `dealqa.toml`. `load_settings` puts the three together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    corpus: Path = Field(Path("docs_corpus"), description="The folder of documents to index.")
    index: Path = Field(Path("index"), description="The folder that the index is kept in.")
    cache: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("dealqa")),
        description="Where the model converted for onnxruntime is kept; shared by all indexes.",
    )
    model: str = Field(
        DEFAULT_MODEL, min_length=1, description="A sentence-transformers model: a name, or the path of a folder."
    )
    allow_download: bool = Field(False, description="Whether a missing model may be fetched from the Hugging Face hub.")
    threads: Annotated[int, Field(ge=0, le=256)] = Field(
        0, description="Processor threads for the model; 0 means as many as there are cores."
    )
    precision: Literal["f32", "bf16"] = Field(
        "f32",
        description="Of the calculations by which passages are embedded: bf16 is about twice as fast on processors"
        " that have it; an index is of one or the other.",
    )
    passage_tokens: Annotated[int, Field(ge=0, le=8192)] = Field(
        0, description="Tokens of a passage, its context included; 0 means the model's own limit."
    )
    max_file_mib: Annotated[int, Field(ge=1, le=4096)] = Field(
        50, description="Files larger than this many MiB are not read, and reported."
    )
    max_pages: Annotated[int, Field(ge=1, le=100_000)] = Field(
        5_000, description="Documents with more pages are not read, and reported."
    )
    max_characters: Annotated[int, Field(ge=1_000, le=200_000_000)] = Field(
        20_000_000, description="Documents with more characters of text are not read, and reported."
    )
    read_workers: Annotated[int, Field(ge=0, le=64)] = Field(
        0, description="Processes that read files side by side; 0 means as many as there are cores, two at least."
    )
    read_seconds: Annotated[int, Field(ge=1, le=3_600)] = Field(
        60, description="Seconds that one file may take to be read, half of them of processor time."
    )
    read_memory_mib: Annotated[int, Field(ge=256, le=65_536)] = Field(
        1_024, description="Memory in MiB that reading one file may take."
    )
    ocr: Literal["auto", "off"] = Field(
        "auto", description="Whether pages without text are read from their image when tesseract is installed."
    )
    ocr_languages: str = Field(
        "eng",
        pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$",
        description='Tesseract\'s names of the languages of scanned pages, joined by "+".',
    )
    check_seconds: Annotated[float, Field(ge=0, le=3_600)] = Field(
        2.0, description="Seconds that an index may be checked for damage when it is opened; `doctor` checks all of it."
    )
    max_question_chars: Annotated[int, Field(ge=10, le=100_000)] = Field(
        2_000, description="Questions longer than this are turned away."
    )
    candidates: Annotated[int, Field(ge=10, le=1_000)] = Field(
        50, description="How many passages each of the two searches contributes before they are re-scored."
    )
    evidence_model: bool = Field(
        True,
        description="Whether the trained model that ships with dealqa reads the sentences that may answer; without it"
        " answers are faster and worse.",
    )
    larger_evidence_model: str = Field(
        "",
        description="Name or folder of all-mpnet-base-v2, to have sentences read by the larger evidence model, which is"
        " built on it: surer and slower; empty means the small one.",
    )
    answer_sentences: Annotated[int, Field(ge=1, le=20)] = Field(3, description="The most sentences in an answer.")
    llm: LanguageModelSettings = Field(
        LanguageModelSettings.model_validate({}),
        description="The language model that may write answers: a table, below.",
    )
    host: str = Field("127.0.0.1", description="Address that the web app listens on.")
    port: Annotated[int, Field(ge=0, le=65_535)] = Field(7860, description="Port of the web app; 0 picks a free one.")
    users: Path = Field(
        Path("users.json"),
        description="The file of the web app's users; without any, everybody on this machine may do everything.",
    )
    hosts: tuple[str, ...] = Field(
        (),
        description="The names by which other machines reach the web app, without a port; several are separated by"
        " commas. It answers to no other name, besides those of this machine.",
    )

    @field_validator("hosts", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        return [name for part in value.split(",") if (name := part.strip())] if isinstance(value, str) else value

    @field_validator("hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not (_HOST_NAME.fullmatch(name) or _is_address(name)):
                raise ValueError(f"{name!r} is no name of a host, such as deals.example.org or 192.168.1.4")
        return tuple(name.lower().rstrip(".") for name in value)

    @property
    def max_file_bytes(self) -> int:
        """`max_file_mib` in bytes."""
        return self.max_file_mib * MIB


def load_settings(config: Path | None = None, **arguments: Any) -> Settings:
    """Settings from arguments, the environment and a TOML file, in this order of precedence.

    Args:
        config: the TOML file; without it `DEALQA_CONFIG`, else `dealqa.toml` in the current folder if there is one.
        **arguments: field names and values; a value of None counts as not given.

    Raises:
        ConfigError: the file is missing or no TOML, or a setting is unknown or out of range; the message names
            the setting and where it came from.
    """
    values: dict[str, Any] = {}
    origin: dict[str, str] = {}

    path = config or (Path(os.environ["DEALQA_CONFIG"]) if os.environ.get("DEALQA_CONFIG") else None)
    if path is None and Path(CONFIG_FILE).is_file():
        path = Path(CONFIG_FILE)
    if path is not None:
        for name, value in flat(_read_toml(path)):
            values[name], origin[name] = value, str(path)

    for name in fields():
        variable = ENV_PREFIX + name.upper().replace(".", "_")
        if os.environ.get(variable):
            values[name], origin[name] = os.environ[variable], variable

    for name, value in flat(arguments):
        if value is not None:
            values[name], origin[name] = value, "the arguments"

    try:
        return Settings.model_validate(_nested(values))
    except ValidationError as err:
        first = err.errors()[0]
        name = ".".join(map(str, first["loc"])) or "?"
        known = fields()
        if first["type"] == "extra_forbidden":
            message = f"There is no setting called {name!r} (in {origin.get(name, 'the arguments')})."
            hint = f"The settings are: {', '.join(known)}."
        else:
            message = f"The setting {name!r} from {origin.get(name, 'the arguments')} is not valid: {first['msg']}."
            hint = known[name].description or "" if name in known else ""
        raise ConfigError(message, hint=hint) from err


def fields() -> dict[str, FieldInfo]:
    """All settings by name, those of a table as "table.name"."""
    found = dict(Settings.model_fields)
    del found[_TABLE]
    return found | {f"{_TABLE}.{name}": field for name, field in LanguageModelSettings.model_fields.items()}


def flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names and values, those of a table one by one, so that each may come from another place."""
    for name, value in values.items():
        table = value.model_dump() if isinstance(value, LanguageModelSettings) else value
        if name == _TABLE and isinstance(table, Mapping):
            yield from ((f"{name}.{inner}", one) for inner, one in table.items())
        else:
            yield name, value


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    nested = {name: value for name, value in values.items() if not name.startswith(f"{_TABLE}.")}
    table = {name.removeprefix(f"{_TABLE}."): value for name, value in values.items() if name not in nested}
    return nested | {_TABLE: table} if table else nested


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise ConfigError(f"The settings file {path} cannot be read: {err.strerror}.") from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigError(f"The settings file {path} is not valid TOML: {err}.") from err
