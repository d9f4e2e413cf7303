"""What `dealqa doctor` finds, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Severity"]

Severity = Literal["ok", "warning", "error"]
"""A warning is worth knowing; with an error something does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        remedy: what to do about it; "" when there is nothing to do.
        details: particulars that only programs and bug reports need.
    """

    name: str
    severity: Severity
    message: str
    remedy: str = ""
    details: tuple[str, ...] = ()
