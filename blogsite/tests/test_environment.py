"""A value that cannot be used is refused in one sentence, before anything starts."""

import os
import runpy
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from blogsite.lib.environment import BrokenEnvironment, secret_key
from blogsite.tests.served import manage, surroundings
from blogsite.tests.sources import ROOT


def settings(data: Path, **variables: str) -> dict[str, Any]:
    """Return the settings as a process with those variables has them. Raises BrokenEnvironment."""
    with mock.patch.dict(os.environ, surroundings(data, **variables), clear=True):
        return runpy.run_path(str(ROOT / "blogsite" / "settings.py"))


def refusal(data: Path, **variables: str) -> str:
    """Return the sentence with which those variables are refused."""
    with pytest.raises(BrokenEnvironment) as refused:
        settings(data, **variables)
    return str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "eight", "PORT must be a whole number, not 'eight'."),
        ("PORT", "70000", "PORT must be between 1 and 65535, not '70000'."),
        ("BLOGSITE_DEBUG", "perhaps", "BLOGSITE_DEBUG must be on or off, not 'perhaps'."),
        ("BLOGSITE_WORKERS", "0", "BLOGSITE_WORKERS must be between 1 and 256, not '0'."),
        ("SITE_URL", "blog.example.org", "SITE_URL must be an address that starts with"),
        ("SITE_URL", "https://a.example/b", "SITE_URL must be like https://blog.example.org"),
        ("SITE_URL", "https://a.example:x", "SITE_URL must be an address, not"),
        ("DATABASE_URL", "oracle://host/name", "DATABASE_URL must be like postgres://"),
        ("DATABASE_URL", "mysql://host/name", "DATABASE_URL must be like postgres://"),
        ("DATABASE_REPLICA_URL", "mysql://host/name", "DATABASE_REPLICA_URL must be like postgres"),
        ("DATABASE_REPLICA_URL", "postgres://host/name", "DATABASE_REPLICA_URL must be like"),
        ("CACHE_URL", "memcached://host", "CACHE_URL must be an address that starts with redis://"),
        ("STORAGE_URL", "ftp://host/pictures", "STORAGE_URL must be like s3://key:secret@host/"),
        ("STORAGE_URL", "s3://key:secret@host", "STORAGE_URL must be like s3://key:secret@host/"),
        ("STORAGE_URL", "s3://key@host/pictures", "STORAGE_URL must have both a key and a secret"),
        ("STORAGE_URL", "s3://host:x/pictures", "STORAGE_URL must be like s3://key:secret@host/"),
        ("STORAGE_URL", "s3://host/pictures?zone=a", "STORAGE_URL may have addressing, public_url"),
        (
            "STORAGE_URL",
            "s3://host/pictures?public_url=http://a.example",
            "STORAGE_URL must have a public_url that starts with https://.",
        ),
        ("EMAIL_URL", "pigeon://loft", "EMAIL_URL must be an address that starts with smtp://"),
        ("BLOGSITE_TIME_ZONE", "Mars/Olympus", "BLOGSITE_TIME_ZONE must be a name like"),
        ("BLOGSITE_LOG_LEVEL", "LOUD", "BLOGSITE_LOG_LEVEL must be one of DEBUG, INFO, WARNING"),
        ("BLOGSITE_LOG_FORMAT", "xml", "BLOGSITE_LOG_FORMAT must be one of plain, json, not 'xml'"),
        ("BLOGSITE_SLOW_QUERY_MS", "-1", "BLOGSITE_SLOW_QUERY_MS must be between 0 and 600000"),
        ("BLOGSITE_STATEMENT_TIMEOUT", "x", "BLOGSITE_STATEMENT_TIMEOUT must be a whole number"),
    ],
)
def test_a_bad_value_is_one_sentence(
    tmp_path: Path, variable: str, value: str, sentence: str
) -> None:
    said = refusal(tmp_path, **{variable: value})
    assert said.startswith(sentence)
    assert len(said.splitlines()) == 1


def test_a_command_says_that_sentence_alone_and_ends(tmp_path: Path) -> None:
    finished = manage("check", data=tmp_path, PORT="eight")
    assert finished.returncode == 2
    assert finished.stderr == "PORT must be a whole number, not 'eight'.\n"


def test_a_refusal_never_shows_a_password(tmp_path: Path) -> None:
    assert "hush" not in refusal(tmp_path, EMAIL_URL="pigeon://me:hush@loft")


@pytest.mark.parametrize("folder", ["/proc/blogsite", "/dev/null/blogsite"])
def test_an_unwritable_data_folder_is_one_sentence(folder: str) -> None:
    said = refusal(Path(folder))
    assert said.startswith(f"The data folder {folder} cannot be written to")
    assert len(said.splitlines()) == 1


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = settings(tmp_path)["SECRET_KEY"]
    assert settings(tmp_path)["SECRET_KEY"] == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    """Nothing of it is in memory, so that threads stand for processes."""
    together = threading.Barrier(8)

    def start(path: Path) -> str:
        together.wait()
        return secret_key(path)

    with ThreadPoolExecutor(8) as starts:
        for number in range(20):
            folder = tmp_path / str(number)
            folder.mkdir()
            assert len(set(starts.map(start, [folder / "secret_key"] * 8))) == 1
            assert [path.name for path in folder.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("site_url", "name", "value"),
    [
        ("https://blog.example.org", "SESSION_COOKIE_SECURE", True),
        ("https://blog.example.org", "CSRF_COOKIE_SECURE", True),
        ("https://blog.example.org", "SECURE_SSL_REDIRECT", True),
        ("https://blog.example.org", "SECURE_HSTS_SECONDS", 31536000),
        ("https://blog.example.org/", "CSRF_TRUSTED_ORIGINS", ["https://blog.example.org"]),
        ("http://blog.example.org", "SESSION_COOKIE_SECURE", False),
        ("http://blog.example.org", "SECURE_SSL_REDIRECT", False),
        ("http://blog.example.org", "SECURE_HSTS_SECONDS", 0),
    ],
)
def test_the_address_of_the_site_decides(
    tmp_path: Path, site_url: str, name: str, value: object
) -> None:
    assert settings(tmp_path, SITE_URL=site_url)[name] == value


def test_only_the_sites_own_hosts_are_answered(tmp_path: Path) -> None:
    hosts = settings(tmp_path, SITE_URL="https://blog.example.org")["ALLOWED_HOSTS"]
    assert hosts == ["blog.example.org", "127.0.0.1", "localhost", "[::1]"]


def test_an_old_python_is_told_what_is_needed(tmp_path: Path) -> None:
    source = (ROOT / "manage.py").read_text()
    old = f"import sys; sys.version_info = (3, 9, 1); exec({source!r})"
    finished = subprocess.run(
        [sys.executable, "-c", old], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("Blogsite needs Python 3.11 or later; this is ")


@pytest.mark.parametrize(
    ("version", "status", "sentence"),
    [
        ("3.9.1", 1, "Blogsite needs Python 3.11 or later; the newest one found here is 3.9.1."),
        ("3.11.2", 0, "Python 3.11.2 lacks its venv module; on Debian and Ubuntu: apt install"),
        ("", 1, "Blogsite needs Python 3.11 or later; no python3 was found."),
    ],
)
def test_make_says_which_python_is_missing(
    tmp_path: Path, version: str, status: int, sentence: str
) -> None:
    """A stand-in answers as such a Python would; `status` is what it says to being new enough."""
    stand_in = tmp_path / "python"
    lines = ["#!/bin/sh", 'case "$2" in']
    lines += [f"*platform*) echo {version}; exit {int(not version)};;"]
    lines += [f"*version_info*) exit {status};;", "esac", "exit 1"]
    stand_in.write_text("\n".join(lines))
    stand_in.chmod(0o755)
    finished = subprocess.run(
        ["/bin/sh", str(ROOT / ".ci/environment"), str(tmp_path / "venv")],
        env={"BLOGSITE_PYTHON": str(stand_in), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith(sentence)
