"""The parts of the documentation that are made from the code: between markers in the pages, compared by the tests.

After a change of a setting or of the fitted model, `python tests/docs/doc_tables.py` writes them anew.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from dealqa.config import ENV_PREFIX, Settings, fields

ROOT = Path(__file__).resolve().parents[2]

NAMED_DEFAULTS = {
    "cache": "`dealqa` in the user's cache folder (on Linux `~/.cache/dealqa`)",
    "llm.model": "none",
    "llm.base_url": "the provider's",
    "llm.key_file": "none",
}
"""Defaults that depend on the machine, or are none, in words."""

KINDS = ("without the evidence model", "with the evidence model", "with the larger evidence model")

Row = tuple[str, ...]


def table(head: Row, rows: list[Row]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ("---",) * len(head), *rows])


def settings_table() -> str:
    """All settings with their variables, defaults, bounds and meanings."""
    schema = Settings.model_json_schema()
    tables: dict[str, Any] = schema["$defs"]["LanguageModelSettings"]["properties"]
    properties: dict[str, Any] = schema["properties"] | {f"llm.{name}": one for name, one in tables.items()}
    rows: list[Row] = []
    for name, field in fields().items():
        variable = ENV_PREFIX + name.upper().replace(".", "_")
        default = NAMED_DEFAULTS.get(name) or f"`{json.dumps(properties[name]['default'])}`".replace('"', "")
        rows.append((f"`{name}`", f"`{variable}`", default, _bounds(properties[name]), field.description or ""))
    return table(("setting", "variable", "default", "allowed", "what"), rows)


def _bounds(schema: dict[str, Any]) -> str:
    if "minimum" in schema:
        return f"{schema['minimum']:,} to {schema['maximum']:,}"
    formats = {one.get("format") for one in (schema, *schema.get("anyOf", ()))}
    return {"boolean": "true or false"}.get(schema.get("type", ""), "a path" if "path" in formats else "text")


def fitted_model() -> dict[str, Any]:
    """The answerability model as it ships."""
    stored: dict[str, Any] = json.loads(files("dealqa").joinpath("data/answerability.json").read_text(encoding="utf-8"))
    return stored


def weights_table() -> str:
    """The fitted weights by feature, the bias and the threshold, with and without the evidence model."""
    model = fitted_model()
    parts = [model[name] for name in KINDS]
    names = dict.fromkeys(name for part in parts for role in ("choosing", "deciding") for name in part[role])
    rows: list[Row] = []
    for name in names:
        rows.append((f"`{name}`", *(_weight(part[role], name) for part in parts for role in ("choosing", "deciding"))))
    rows.append(("bias", *(cell for part in parts for cell in ("", f"{part['bias']:.2f}"))))
    rows.append(("threshold", *(cell for part in parts for cell in ("", f"**{part['threshold']:.2f}**"))))
    head = (f"{role}, {name}" for name in KINDS for role in ("choosing", "deciding"))
    return table(("feature", *head), rows)


def _weight(weights: dict[str, float], name: str) -> str:
    return f"{weights[name]:.2f}" if name in weights else ""


def fit_table() -> str:
    """What the fitted model reaches on what it was fitted on."""
    rows: list[Row] = []
    for kind in KINDS:
        fitted: dict[str, dict[str, float]] = fitted_model()[kind]["fitted_on"]
        measures = list(next(iter(fitted.values())))
        rows += [(f"{name}, {kind}", *(f"{figures[one]:g}" for one in measures)) for name, figures in fitted.items()]
    return table(("set", *measures), rows)


def evidence_table() -> str:
    """What the evidence model reaches on what it has not seen, in 32 and in 8 bits."""
    text = files("dealqa").joinpath("data/evidence_model/card.json").read_text(encoding="utf-8")
    card: dict[str, Any] = json.loads(text)
    kinds = ("held_out, 32 bits", "held_out, 8 bits")
    measures = ("questions", "best sentence right", "AUROC, answerable", "AUROC, pairs")
    rows: list[Row] = [
        (f"{name}, {kind.partition(', ')[2]}", *(f"{figures[one]:g}" if one in figures else "" for one in measures))
        for kind in kinds
        for name, figures in card[kind].items()
    ]
    return table(("held out", *measures), rows)


SECTIONS = {
    ("docs/settings.md", "settings"): settings_table,
    ("docs/answers.md", "weights"): weights_table,
    ("training/README.md", "fit"): fit_table,
    ("training/README.md", "evidence"): evidence_table,
}
"""Page and marker → what stands between `<!-- marker: begin -->` and `<!-- marker: end -->`."""


def section(page: str, marker: str) -> tuple[str, str, str]:
    """The page up to the begin marker's line, what stands between the markers, and the page from the end marker on."""
    text = (ROOT / page).read_text(encoding="utf-8")
    before, begin, rest = text.partition(f"<!-- {marker}: begin -->\n")
    inside, end, after = rest.partition(f"<!-- {marker}: end -->")
    if not (begin and end):
        raise LookupError(f"{page} has no markers {marker!r}")
    return before + begin, inside, end + after


def write() -> None:
    """Write all sections anew."""
    for (page, marker), make in SECTIONS.items():
        before, _, after = section(page, marker)
        (ROOT / page).write_text(f"{before}{make()}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
