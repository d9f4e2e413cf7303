"""Write requirements/runtime.txt, dev.txt and providers.txt from pyproject.toml.

Usage: python scripts/lock.py [--upgrade]

Every package that is needed, direct or not, with its version and the hashes of its wheels, for Linux and every
supported Python. What is locked already keeps its version unless `--upgrade` is given. PyTorch is left out: it has a
file of its own, which is kept by hand (see requirements/README.md).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
HEADER = "# Written by `make lock` from pyproject.toml; do not edit. PyTorch is in torch.txt.\n"

COMPILE = [
    *("uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"),
    *("--universal", "--python-version", "3.11"),
    # Wheels only: installing then runs no package's build script and needs no compiler.
    *("--generate-hashes", "--only-binary", ":all:"),
    *("--no-emit-package", "torch"),
]

EXTRAS = {"dev.txt": ["dev"], "providers.txt": ["anthropic", "mistral"]}
"""The extras whose packages each further file holds."""

Entries = dict[str, str]
"""The first line of a requirement (name, version, marker) and the lines of its hashes."""


def entries(text: str) -> Entries:
    """The requirements of a lock file, in its order."""
    found: Entries = {}
    current = ""
    for line in text.splitlines(keepends=True):
        if line.startswith("#") or not line.strip():
            continue
        if not line[0].isspace():
            current = line
            found[current] = ""
        else:
            found[current] += line
    return found


def compile_lock(build_requires: list[str], known: Entries, *options: str) -> Entries:
    """What pyproject.toml needs, resolved; `known` versions are kept where they still fit."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "lock.txt"
        output.write_text("".join(first + hashes for first, hashes in known.items()), encoding="utf-8")
        subprocess.run(  # noqa: S603
            [*COMPILE, *options, "--output-file", str(output), "pyproject.toml", "-"],
            cwd=ROOT,
            input="\n".join(build_requires),
            text=True,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        return entries(output.read_text(encoding="utf-8"))


def read(name: str) -> Entries:
    """The requirements of one of our lock files; none where there is no such file yet."""
    path = REQUIREMENTS / name
    return entries(path.read_text(encoding="utf-8")) if path.is_file() else {}


def write(name: str, locked: Entries) -> None:
    """Write one of our lock files."""
    text = HEADER + "".join(first + hashes for first, hashes in locked.items())
    (REQUIREMENTS / name).write_text(text, encoding="utf-8")


def lock_extras(
    name: str, extras: Sequence[str], build_requires: list[str], runtime: Entries, options: Sequence[str]
) -> int:
    """Write what extras need on top of what is needed to run; how many packages that is."""
    chosen = [option for extra in extras for option in ("--extra", extra)]
    constraints = ["--constraints", str(REQUIREMENTS / "runtime.txt")]
    everything = compile_lock(build_requires, runtime | read(name), *chosen, *constraints, *options)
    more = {first: hashes for first, hashes in everything.items() if first not in runtime}
    write(name, more)
    return len(more)


def check_torch(project: dict[str, list[str]]) -> None:
    """Stop when pyproject.toml and torch.txt do not speak of the same PyTorch."""
    torch_file = (REQUIREMENTS / "torch.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^torch==([0-9.]+)\+cpu", torch_file, re.MULTILINE)
    if pinned is None or f"torch=={pinned[1]}" not in project["dependencies"]:
        sys.exit("Error: requirements/torch.txt and pyproject.toml do not name the same version of torch.")


def main(arguments: list[str]) -> None:
    """Write the files."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    check_torch(pyproject["project"])
    # The build backend is locked too: dealqa itself is installed without build isolation.
    build_requires = pyproject["build-system"]["requires"]
    options = ["--upgrade"] if "--upgrade" in arguments else []

    runtime = compile_lock(build_requires, read("runtime.txt"), *options)
    write("runtime.txt", runtime)
    counts = [lock_extras(name, extras, build_requires, runtime, options) for name, extras in EXTRAS.items()]
    sys.stdout.write(f"{len(runtime)} packages to run, {counts[0]} more for the checks, {counts[1]} for providers.\n")


if __name__ == "__main__":
    main(sys.argv[1:])
