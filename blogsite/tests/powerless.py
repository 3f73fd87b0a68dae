"""A story told through the site's own forms, and what is left of it after the power has failed."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import Attempt
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.tests.powerloss import Recorder, losses, opened
from posts.testing import typed

WORDS = "Once there was a garden. " * 150


@dataclass
class Count:
    """How many failures there were, how much had been acknowledged, and what went wrong."""

    failures: int = 0
    told: int = 0
    lost: int = 0
    torn: int = 0
    broken: int = 0


class Story:
    """Posts, changes to them and comments, recorded as they are written."""

    def __init__(self, posts: int, folder: Path, synchronous: str = "") -> None:
        self.folder = folder
        self.file = Path(connection.settings_dict["NAME"])
        self.client = Client()
        self.client.force_login(make_user("alice", role=Role.OWNER))
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.start = {str(self.file): self.file.read_bytes()}
        self.recorder = Recorder(self.file)
        with self.recorder.recording():
            if synchronous:
                with connection.cursor() as cursor:
                    cursor.execute(f"PRAGMA synchronous = {synchronous}")
            for number in range(posts):
                self._write(number)
        connection.close()

    def _write(self, number: int) -> None:
        Attempt.objects.all().delete()
        words = f"T{number}. {WORDS}"
        slug = f"t{number}"
        self._send("/write/new/", typed(title=f"T{number}", slug=slug, body=words))
        self.recorder.acknowledge(("posts_post", "slug", slug, words))
        pk = self._row("posts_post", slug)
        self._send(f"/write/{pk}/publication/", {"step": "publish", "started_from": self._now(pk)})
        words = f"A word about {number}. " * 20
        self._send(f"/posts/{slug}/comments/", {"body": words})
        self.recorder.acknowledge(("comments_comment", "body", words.strip(), words.strip()))
        if number % 10 == 5:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(RESTART)")

    def _send(self, address: str, fields: dict[str, Any]) -> None:
        answer = self.client.post(address, fields)
        assert answer.status_code == 302, answer.content

    def _row(self, table: str, slug: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM posts_post WHERE slug = %s", [slug])
            return int(cursor.fetchone()[0])

    def _now(self, pk: int) -> str:
        from posts.models import Post

        return Post.objects.get(pk=pk).fingerprint()

    def survive(self, failures: int, seed: int = 1) -> Count:
        """Let the power fail that often, and look at what is left."""
        count = Count(failures=failures)
        place = self.folder / "after"
        place.mkdir()
        for loss in losses(self.start, self.recorder.events, failures, seed):
            database = opened(loss, place)
            try:
                self._look(database, loss.told, count)
            except sqlite3.DatabaseError:
                count.broken += 1
            finally:
                database.close()
        return count

    def _look(self, database: Any, told: list[Any], count: Count) -> None:
        count.broken += database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
        count.told += len(told)
        for table, column, key, words in told:
            sql = f"SELECT body FROM {table} WHERE {column} = ?"  # noqa: S608 - our own names
            found = database.execute(sql, [key]).fetchall()
            count.lost += not found
            count.torn += bool(found) and found != [(words,)]
