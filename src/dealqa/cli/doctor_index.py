"""What `dealqa doctor` looks at in the model and the index."""

from __future__ import annotations

from pathlib import Path

from dealqa.cli.findings import Finding
from dealqa.config import Settings
from dealqa.coverage import counted, listed, totals_of
from dealqa.errors import IndexMissing

__all__ = ["documents", "evidence_model", "index", "leftovers", "lock", "model"]

_FRESH = 1e-3
"""How far the length of a vector may be from 1."""


def model(settings: Settings) -> list[Finding]:
    """The weights are hashed anew and compared with what is published, and with what was converted from them."""
    from dealqa.embedding import load_embedder, locate_model

    source = locate_model(settings)
    embedder = load_embedder(settings)
    if not embedder.fingerprint.startswith(source.sha256[:16]):
        message = f"The converted model is not of the weights in {source.folder} (SHA-256 {source.sha256[:12]}…)."
        return [Finding("model", "error", message, f"Delete {settings.cache / 'models'}: it is converted again.")]
    vector = embedder.embed_question("Does it run?")
    length = float((vector * vector).sum())
    if not abs(length - 1) < _FRESH:
        message = f"The model gives no usable vectors (length {length:g} instead of 1)."
        return [Finding("model", "error", message, f"Delete {settings.cache / 'models'}: it is converted again.")]
    checked = ", as published" if source.origin == "package" else ""
    return [
        Finding(
            "model",
            "ok",
            f"{source.name} from the {source.origin}, SHA-256 {source.sha256[:12]}…{checked};"
            f" {embedder.dimension} dimensions, {embedder.max_tokens} tokens",
            details=(f"sha256={source.sha256}", f"folder={source.folder}", f"fingerprint={embedder.fingerprint}"),
        )
    ]


def evidence_model(settings: Settings) -> list[Finding]:
    """Which evidence model reads, and whether it can; the larger one is converted here if this is its first use."""
    from dealqa.answering.evidence_model import load_evidence_model

    if not settings.evidence_model:
        remedy = "Set `evidence_model = true` unless you want it so."
        return [Finding("evidence model", "warning", "switched off: answers are faster and worse", remedy)]
    if load_evidence_model(settings).second is not None:
        message = f"the small one that ships with dealqa, and the larger one, on {settings.larger_evidence_model}"
        return [Finding("evidence model", "ok", message)]
    return [Finding("evidence model", "ok", "the small one that ships with dealqa")]


def lock(settings: Settings) -> list[Finding]:
    """Whether somebody is writing the index."""
    from dealqa.index.inspecting import lock_holder

    holder = lock_holder(settings.index)
    if holder is None:
        return [Finding("lock", "ok", "nobody is writing the index")]
    return [Finding("lock", "ok", f"{holder} is writing the index; questions are answered from the live generation")]


def index(settings: Settings) -> list[Finding]:
    """Every row, every page, the full-text index and the vector index are compared with what was written."""
    from dealqa.index import open_index

    try:
        opened = open_index(settings.index, check_seconds=0)
    except IndexMissing as err:
        return [Finding("index", "warning", err.message, err.hint)]
    try:
        findings = [Finding("index", "error", notice, "Run `dealqa index`.") for notice in opened.notices]
        findings += _other_model(settings, str(opened.manifest["fingerprint"]), str(opened.manifest["model"]))
        canaries = opened.check()
        held = f"{counted(len(opened.documents), 'document')}, {counted(opened.passage_count(), 'passage')}"
        checked = (
            f"generation {opened.generation}: {held}, all as they were written; {canaries.queries} test searches of the"
            f" vector index found {canaries.recall:.1%} of what an exact search finds"
        )
        return [*findings, Finding("index", "ok", checked)]
    finally:
        opened.close()


def _other_model(settings: Settings, fingerprint: str, name: str) -> list[Finding]:
    from dealqa.embedding import load_embedder

    if load_embedder(settings).fingerprint == fingerprint:
        return []
    message = f"The index was built with the model {name!r}, not with {settings.model!r} as it is here."
    return [Finding("index", "error", message, "Run `dealqa index --rebuild`, or set the model back.")]


def leftovers(settings: Settings) -> list[Finding]:
    """What interrupted runs left behind."""
    from dealqa.index.inspecting import debris, lock_holder

    name = "leftovers"
    if lock_holder(settings.index) is not None:
        return [Finding(name, "ok", "not looked for while the index is being written")]
    left = debris(settings.index)
    if not left:
        return [Finding(name, "ok", "none")]
    shown = listed([_shown(path, settings.index) for path in left])
    message = f"An interrupted run left {shown} behind; no question is affected."
    aside = any(".damaged" in path.suffixes for path in left if path.parent == settings.index)
    remedy = "Run `dealqa purge`: it removes them." if aside else "Run `dealqa index`: it removes them."
    return [Finding(name, "warning", message, remedy)]


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def documents(settings: Settings) -> list[Finding]:
    """What was not read, or not fully."""
    from dealqa.index import open_index

    try:
        opened = open_index(settings.index, check_seconds=0)
    except IndexMissing:
        return []  # said already
    try:
        totals = totals_of(opened.documents, len(opened.failures()))
    finally:
        opened.close()
    there, amiss = totals.lines()
    if totals.failed or totals.partial:
        remedy = "`dealqa status` says which they are, and what to do about each."
        return [Finding("documents", "warning", f"{there}; to note: {amiss}", remedy)]
    return [Finding("documents", "ok", f"{there}; {f'to note: {amiss}' if amiss else 'everything was read'}")]
