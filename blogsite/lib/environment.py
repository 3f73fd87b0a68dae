"""The typed reader of environment variables: each value is checked, each refusal a sentence."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dj_database_url
import dj_email_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from blogsite.lib.postgres import KEEPING, REACHING

SECRET_KEY_BYTES = 50


class BrokenEnvironment(ImproperlyConfigured):
    """A variable has a value that cannot be used; str() is the sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads variables with their type, default and limits."""

    env: Env

    def text(self, name: str, default: str = "") -> str:
        """Return a string, stripped."""
        return self.env.str(name, default).strip()

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no: on/off, true/false, yes/no, 1/0."""
        try:
            return self.env.bool(name, default)
        except EnvError as error:
            raise self._refusal(name, "on or off") from error

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number within limits."""
        try:
            value = self.env.int(name, default)
        except EnvError as error:
            raise self._refusal(name, "a whole number") from error
        if not least <= value <= most:
            raise self._refusal(name, f"between {least} and {most}")
        return value

    def choice(self, name: str, default: str, among: tuple[str, ...]) -> str:
        """Return one of the named values."""
        value = self.text(name, default)
        if value not in among:
            raise self._refusal(name, "one of " + ", ".join(among))
        return value

    def items(self, name: str) -> list[str]:
        """Return a comma-separated list without its empty items."""
        return [item.strip() for item in self.text(name).split(",") if item.strip()]

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """Return an address of one of the schemes, without a trailing slash."""
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError as error:
            raise self._refusal(name, "an address") from error
        if value and parts.scheme not in schemes:
            known = ", ".join(f"{scheme}://" for scheme in schemes)
            raise self._refusal(name, f"an address that starts with {known}")
        return value.rstrip("/")

    def origin(self, name: str, default: str) -> str:
        """Return scheme, host and port of an http address; anything more is refused."""
        value = self.url(name, default, ("http", "https"))
        parts = urlsplit(value)
        if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username:
            raise self._refusal(name, "like https://blog.example.org, with nothing after the host")
        return value

    def _refusal(self, name: str, wanted: str) -> BrokenEnvironment:
        given = self.env.str(name, "")
        shown = "the value given" if "://" in given and "@" in given else repr(given)
        return BrokenEnvironment(f"{name} must be {wanted}, not {shown}.")


def reader() -> Reader:
    """Return the reader of this process's environment."""
    return Reader(Env())


def data_folder(path: Path) -> Path:
    """Return the folder that holds all that the site writes, made if missing.

    Raises BrokenEnvironment where it cannot be made or written to.
    """
    try:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
        probe = path / f".probe-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        problem = f"The data folder {path} cannot be written to ({error.strerror})."
        raise BrokenEnvironment(f"{problem} Set BLOGSITE_DATA to one that can.") from error
    return path


def secret_key(path: Path) -> str:
    """Return the key kept in the file, made once with mode 0600.

    Two processes starting at once end with the same key: the file appears whole or not at all.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(SECRET_KEY_BYTES))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text().strip()
    if len(key) < SECRET_KEY_BYTES:
        raise BrokenEnvironment(f"The secret key in {path} is too short; remove it for a new one.")
    return key


def database(url: str, default_file: Path) -> dict[str, Any]:
    """Return Django's settings for the database at the URL; SQLite in `default_file` if empty."""
    refusal = BrokenEnvironment(
        "DATABASE_URL must be like postgres://user:password@host/name or sqlite:////folder/file."
    )
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url or f"sqlite:///{default_file}"))
    except (ValueError, KeyError) as error:
        raise refusal from error
    if not settings["ENGINE"].endswith(("postgresql", "sqlite3")):
        raise refusal
    if settings["ENGINE"].endswith("postgresql"):
        settings |= KEEPING | {"OPTIONS": REACHING | settings.get("OPTIONS", {})}
    return settings


def replica(url: str, primary: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings for the replica at the URL, which nothing can be written to."""
    wanted = "DATABASE_REPLICA_URL must be like postgres://user:password@host/name"
    try:
        settings = database(url, Path())
    except BrokenEnvironment as error:
        raise BrokenEnvironment(f"{wanted}.") from error
    if not settings["ENGINE"] == primary["ENGINE"] == "django.db.backends.postgresql":
        raise BrokenEnvironment(f"{wanted}, beside a DATABASE_URL of the same kind.")
    # Given up sooner than the primary, which can answer instead.
    waits = {"connect_timeout": 2, "tcp_user_timeout": 3000}
    options = f"-c default_transaction_read_only=on {settings['OPTIONS'].get('options', '')}"
    settings["OPTIONS"] |= waits | {"options": options.strip()}
    return settings | {"TEST": {"MIRROR": "default"}}


def cache(url: str) -> dict[str, Any]:
    """Return Django's settings for the cache at the Redis URL; memory of the process if empty.

    A stopped Redis makes the site slower, never wrong or unreachable.
    """
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    options = {
        "IGNORE_EXCEPTIONS": True,
        "SOCKET_CONNECT_TIMEOUT": 0.05,
        "SOCKET_TIMEOUT": 0.2,
    }
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "blogsite",
        "OPTIONS": options,
    }


def email(url: str, folder: Path) -> dict[str, Any]:
    """Return backend and options for delivering letters; files in the folder by default."""
    if not url or url.startswith("file:"):
        path = urlsplit(url).path or str(folder)
        return {
            "backend": "django.core.mail.backends.filebased.EmailBackend",
            "file_path": path,
        }
    parsed = dj_email_url.parse(url)
    if url.startswith("console:"):
        return {"backend": parsed["EMAIL_BACKEND"]}
    return {
        "backend": parsed["EMAIL_BACKEND"],
        "host": parsed["EMAIL_HOST"],
        "port": parsed["EMAIL_PORT"],
        "username": parsed["EMAIL_HOST_USER"],
        "password": parsed["EMAIL_HOST_PASSWORD"],
        "use_tls": parsed["EMAIL_USE_TLS"],
        "use_ssl": parsed["EMAIL_USE_SSL"],
        "timeout": 20,
    }


def time_zone(name: str) -> str:
    """Return the name if it is a time zone's."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BrokenEnvironment(
            f"BLOGSITE_TIME_ZONE must be a name like Europe/Madrid, not {name!r}."
        ) from error
    return name
