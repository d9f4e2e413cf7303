"""What is installed is what was locked: pinned, hashed, and without gigabytes for a GPU that nobody asked for."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("torch.txt", "runtime.txt", "dev.txt")
FILES = (*LOCKS, "providers.txt")
"""With the one that is installed on request only."""

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]

HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
GPU_PACKAGE = re.compile(r"nvidia|triton|^cuda")


def read_lock(name: str) -> list[tuple[Requirement, list[str]]]:
    """The requirements of a lock file, each with its options (the hashes)."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = []
    for entry in "\n".join(lines).replace("\\\n", " ").splitlines():
        requirement, *options = re.split(r"\s+(?=--)", entry.strip())
        found.append((Requirement(requirement), options))
    return found


def locked_here(*names: str) -> dict[str, str]:
    """Name and version of what the lock files install on this Python and this system."""
    versions = {}
    for name in names:
        for requirement, _ in read_lock(name):
            if requirement.marker is None or requirement.marker.evaluate(default_environment()):
                versions[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    return versions


def installed() -> dict[str, str]:
    return {
        canonicalize_name(distribution.metadata["Name"]): distribution.version
        for distribution in importlib.metadata.distributions()
    }


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_to_one_version(name):
    loose = [
        str(requirement)
        for requirement, _ in read_lock(name)
        if not re.fullmatch("==[^,*]+", str(requirement.specifier))
    ]
    assert read_lock(name)
    assert loose == []


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_hashes_and_no_other_option(name):
    assert [
        requirement.name
        for requirement, options in read_lock(name)
        if not options or not all(HASH.fullmatch(option) for option in options)
    ] == []


@pytest.mark.parametrize("name", FILES)
def test_a_lock_names_no_address(name):
    assert "://" not in (ROOT / "requirements" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_no_package_for_a_gpu_is_locked(name):
    assert [requirement.name for requirement, _ in read_lock(name) if GPU_PACKAGE.search(requirement.name)] == []


def test_no_package_for_a_gpu_is_installed():
    assert [name for name in installed() if GPU_PACKAGE.search(name)] == []


def test_torch_is_the_build_for_cpus_and_stands_in_its_own_file_only():
    assert [name for name, version in locked_here("torch.txt").items() if version.endswith("+cpu")] == ["torch"]
    assert "torch" not in locked_here("runtime.txt", "dev.txt")


def test_what_is_needed_on_top_is_not_locked_twice():
    runtime = {str(requirement) for requirement, _ in read_lock("runtime.txt")}
    for name in ("dev.txt", "providers.txt"):
        assert runtime & {str(requirement) for requirement, _ in read_lock(name)} == set()


@pytest.mark.parametrize(
    ("requirements", "locks"),
    [
        (PROJECT["dependencies"], ("torch.txt", "runtime.txt")),
        (PYPROJECT["build-system"]["requires"], ("runtime.txt",)),
        (PROJECT["optional-dependencies"]["dev"], LOCKS),
        (PROJECT["optional-dependencies"]["anthropic"], FILES),
        (PROJECT["optional-dependencies"]["mistral"], FILES),
    ],
    ids=["to run", "to build", "for the checks", "for Anthropic's models", "for Mistral's models"],
)
def test_what_pyproject_asks_for_is_locked_in_a_version_that_fits(requirements, locks):
    versions = locked_here(*locks)
    wanted = [Requirement(text) for text in requirements]
    missing = [
        str(need)
        for need in wanted
        if not need.specifier.contains(versions.get(canonicalize_name(need.name), "0"), prereleases=True)
    ]
    assert missing == [], "run `make lock`"


def test_what_is_locked_is_what_is_installed():
    here = installed()
    different = {
        name: (version, here.get(name)) for name, version in locked_here(*LOCKS).items() if here.get(name) != version
    }
    assert different == {}, "run `make test`, which installs what is locked"


def test_what_torch_needs_is_what_the_resolver_was_told():
    told = {Requirement(text) for text in PYPROJECT["tool"]["uv"]["dependency-metadata"][0]["requires-dist"]}
    needed = {Requirement(text) for text in importlib.metadata.requires("torch") or []}
    assert told == {need for need in needed if need.marker is None}
