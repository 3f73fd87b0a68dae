"""The lock files fit pyproject.toml, carry hashes, and name no index."""

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from blogsite.tests.sources import ROOT

PINNED = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>\S+)", re.MULTILINE)


def project() -> dict[str, list[str]]:
    """Return the requirements that each lock file must satisfy."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = table["project"]["optional-dependencies"].values()
    runtime = [*table["project"]["dependencies"], *(line for extra in extras for line in extra)]
    return {
        "requirements.txt": runtime,
        "requirements-dev.txt": [*runtime, *table["dependency-groups"]["dev"]],
    }


@cache
def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text()
    return {canonicalize_name(found["name"]): found["version"] for found in PINNED.finditer(text)}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_satisfies_what_the_project_asks_for(name: str) -> None:
    for line in project()[name]:
        wanted = Requirement(line)
        version = locked(name).get(canonicalize_name(wanted.name))
        assert version is not None, f"{wanted.name} is not in {name}"
        assert wanted.specifier.contains(version, prereleases=True), f"{line}: {version} in {name}"


def test_developers_run_the_versions_that_the_site_runs() -> None:
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_carries_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == len(locked(name))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "--index" not in text
