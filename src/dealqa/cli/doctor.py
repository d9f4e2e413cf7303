"""`dealqa doctor`: is everything as it should be, and if not, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dealqa.cli import doctor_index, doctor_language_model, doctor_machine
from dealqa.cli.findings import Finding
from dealqa.config import Settings, flat
from dealqa.errors import DealqaError

__all__ = ["CHECKS", "Check", "examine", "masked"]

Check = Callable[[Settings], Iterable[Finding]]

MASK = "***"
_SECRET_NAME = re.compile(r"key|token|password|passwd|secret|credential", re.IGNORECASE)
_COUNT_NAME = re.compile(r"tokens$")
"""`passage_tokens` counts tokens of text; it is no secret."""
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_PARAMETERS = re.compile(
    r"(?<=[?&;])([^=&;\s]*(?:key|token|password|secret|signature)[^=&;\s]*)=[^&;\s]+", re.IGNORECASE
)


def examine(settings: Settings, checks: Mapping[str, Check] | None = None) -> list[Finding]:
    """Look at everything, in the order of `CHECKS`; what goes wrong in one check is a finding of it, never an error.

    Args:
        checks: others than `CHECKS`, by name.
    """
    return [
        finding
        for name, check in (CHECKS if checks is None else checks).items()
        for finding in _looked(name, check, settings)
    ]


def _looked(name: str, check: Check, settings: Settings) -> list[Finding]:
    try:
        return list(check(settings))
    except DealqaError as err:
        return [Finding(name, "error", err.message, err.hint)]
    except Exception as err:  # doctor is what one turns to when something is broken: it must not break, too
        what = f"{type(err).__name__}: {err}" if str(err) else type(err).__name__
        return [
            Finding(
                name,
                "error",
                f"This could not be checked, because of an unexpected error ({what}).",
                "Report it, together with the output of `dealqa doctor --json`.",
            )
        ]


def masked(values: Mapping[str, Any]) -> dict[str, str]:
    """Settings as they may be shown to others: secrets by their names, and those inside addresses, are left out."""
    return {name: _masked(name, str(value)) for name, value in values.items()}


def _masked(name: str, value: str) -> str:
    if _SECRET_NAME.search(name) and not _COUNT_NAME.search(name):
        return MASK if value else ""
    return _PARAMETERS.sub(rf"\1={MASK}", _CREDENTIALS.sub(MASK, value))


def _settings(settings: Settings) -> list[Finding]:
    values = masked(dict(flat(settings.model_dump(mode="json"))))
    defaults = masked(dict(flat(Settings.model_validate({}).model_dump(mode="json"))))
    changed = [f"{name}={value}" for name, value in values.items() if value != defaults[name]]
    message = f"{', '.join(changed)}; the others are as they come" if changed else "all are as they come"
    return [Finding("settings", "ok", message, details=tuple(f"{name}={value}" for name, value in values.items()))]


CHECKS: Mapping[str, Check] = {
    "python": doctor_machine.python,
    "sqlite": doctor_machine.sqlite,
    "packages": doctor_machine.packages,
    "machine": doctor_machine.machine,
    "settings": _settings,
    "permissions": doctor_machine.permissions,
    "disk": doctor_machine.disk,
    "text recognition": doctor_machine.text_recognition,
    "reading": doctor_machine.reading,
    "model": doctor_index.model,
    "evidence model": doctor_index.evidence_model,
    "lock": doctor_index.lock,
    "index": doctor_index.index,
    "leftovers": doctor_index.leftovers,
    "language model": doctor_language_model.language_model,
    "documents": doctor_index.documents,
}
