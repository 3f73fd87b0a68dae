"""What changes the site past its pages: raw SQL, bulk updates, commands, what is taken back."""

import json
import subprocess
import sys
import tempfile
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from blogsite.models import SiteSettings
from blogsite.tests.truth.model import APost, State
from blogsite.tests.truth.writing import MOST_POSTS, Desk, Impossible
from comments.models import Comment
from posts.models import Post

# A program that knows nothing of the site: it runs the statements it is told, each by itself.
FOREIGN = """
import json, sys
try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3
writer, reader = (sqlite3.connect(sys.argv[1], 20, isolation_level=None) for _ in range(2))
writer.execute('PRAGMA recursive_triggers = OFF')
for line in sys.stdin:
    who, sql, values = json.loads(line)
    rows = (reader if who == "reader" else writer).execute(sql, values).fetchall()
    print(json.dumps(rows), flush=True)
"""


class Foreign:
    """An outside process on the same SQLite file; on PostgreSQL, this process's own connection."""

    def __init__(self) -> None:
        self.is_reading = False
        self.process: subprocess.Popen[str] | None = None
        if connection.vendor == "sqlite":
            command = [sys.executable, "-c", FOREIGN, str(connection.settings_dict["NAME"])]
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    def run(self, sql: str, *values: str | int, who: str = "writer") -> Any:
        """Run a statement; parameters are question marks."""
        if self.process is None:
            with connection.cursor() as cursor:
                cursor.execute(sql.replace("?", "%s"), values)
                return cursor.fetchall() if cursor.description else []
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([who, sql, values]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.communicate()


def retitle(desk: Desk, foreign: Foreign) -> State:
    post, version = desk.post(), desk.next()
    title = f"T{post.number}v{version}"
    foreign.run("UPDATE posts_post SET title = ? WHERE id = ?", title, desk.rows[post.number])
    return desk.state.with_post(post, title=version)


def reword(desk: Desk, foreign: Foreign) -> State:
    said, version = desk.comment(), desk.next()
    html, row = f"<p>C{said.number}v{version}</p>", desk.said[said.number]
    foreign.run("UPDATE comments_comment SET html = ? WHERE id = ?", html, row)
    return desk.state.with_comment(said, words=version)


def rename(desk: Desk, foreign: Foreign) -> State:
    """Change a person's name, a tag's or the site's."""
    version, what = desk.next(), desk.chance.choice(["names", "tags", "site"])
    if what == "site":
        foreign.run("UPDATE blogsite_sitesettings SET title = ?", f"S0v{version}")
        return State(**vars(desk.state) | {"site": version})
    table, column, kind = {
        "names": ("accounts_user", "display_name", "A"),
        "tags": ("posts_tag", "name", "G"),
    }[what]
    known = getattr(desk.state, what)
    number = desk.chance.choice(sorted(known))
    row = desk.subjects[number] if what == "tags" else number
    sql = f"UPDATE {table} SET {column} = ? WHERE id = ?"  # noqa: S608 - our own names
    foreign.run(sql, f"{kind}{number}v{version}", row)
    return State(**vars(desk.state) | {what: {**known, number: version}})


def miscount(desk: Desk, foreign: Foreign) -> State:
    post = desk.post()
    sql = "UPDATE posts_post SET like_count = like_count + 7 WHERE id = ?"
    foreign.run(sql, desk.rows[post.number])
    return desk.state.with_post(post, likes=post.likes + 7)


def recount(desk: Desk, foreign: Foreign) -> State:
    """Set the counts right by the command."""
    call_command("recount", stdout=StringIO())
    state = desk.state
    for number, post in state.posts.items():
        likes = sum(liked[:2] == ("post", number) for liked in desk.likes)
        state = state.with_post(post, likes=likes)
    return state


def import_one(desk: Desk, foreign: Foreign) -> State:
    """Import a folder of one post by the command."""
    if len(desk.state.posts) >= MOST_POSTS:
        raise Impossible
    post = APost(desk.next(), 1)
    lines = [
        f"title: T{post.number}v0",
        f"slug: p{post.number}v0",
        f"author: A1v{desk.state.names[1]}",
    ]
    lines += [f"date: {timezone.now() - timedelta(seconds=1):%Y-%m-%d %H:%M:%S}+00:00"]
    text = "\n".join(["---", *lines, "---", f"B{post.number}v0 and some words."])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{post.number}.md").write_text(text)
        call_command("import_markdown", folder, verbosity=0, stdout=StringIO())
    row = Post.objects.get(slug=f"p{post.number}v0")
    desk.rows[post.number] = row.pk
    assert row.published_at is not None
    return desk.state.with_post(post, published_at=row.published_at.timestamp())


def retitle_many(desk: Desk, foreign: Foreign) -> State:
    """Change several rows by one statement of the ORM."""
    version, state = desk.next(), desk.state
    rows = {post.pk: post for post in Post.objects.filter(pk__in=desk.rows.values())}
    for number, post in desk.state.posts.items():
        rows[desk.rows[number]].title = f"T{number}v{version}"
        state = state.with_post(post, title=version)
    Post.objects.bulk_update(rows.values(), ["title"])
    return state


def schedule(desk: Desk, foreign: Foreign) -> State:
    """Let a post appear in a moment, by the clock alone."""
    post = desk.post(lambda post: not post.is_binned)
    at = timezone.now() + timedelta(seconds=desk.chance.uniform(0.05, 3))
    Post.objects.get(pk=desk.rows[post.number]).publish(at=at)
    return desk.state.with_post(post, published_at=at.timestamp(), is_withdrawn=False)


def take_back(desk: Desk, foreign: Foreign) -> State:
    """Change everything, and take it back."""
    with transaction.atomic():
        Post.objects.update(title="T0v0", like_count=99)
        User.objects.filter(pk__in=[1, 2]).update(display_name="A0v0")
        Comment.objects.update(html="C0v0")
        transaction.set_rollback(True)
    return desk.state


def take_half_back(desk: Desk, foreign: Foreign) -> State:
    """Change two things in one transaction, and take the second back to a savepoint."""
    version, post = desk.next(), desk.post()
    with transaction.atomic():
        title = f"T{post.number}v{version}"
        Post.objects.filter(pk=desk.rows[post.number]).update(title=title)
        with transaction.atomic():
            SiteSettings.objects.update(title="S0v0")
            Post.objects.update(title="T0v0")
            transaction.set_rollback(True)
    return desk.state.with_post(post, title=version)


def replace_row(desk: Desk, foreign: Foreign) -> State:
    """Write a whole comment anew under its old key and another post, as some tools do."""
    if connection.vendor != "sqlite":
        raise Impossible
    said, post = desk.comment(), desk.post(lambda post: not post.is_binned)
    if post.number == said.post:
        raise Impossible
    columns = [str(field.column) for field in Comment._meta.concrete_fields]
    shown = ", ".join("?" if column == "post_id" else column for column in columns)
    row, old, new = desk.said[said.number], desk.rows[said.post], desk.rows[post.number]
    foreign.run("BEGIN IMMEDIATE")
    sql = f"REPLACE INTO comments_comment ({', '.join(columns)}) SELECT {shown}"
    foreign.run(f"{sql} FROM comments_comment WHERE id = ?", new, row)
    counted = "UPDATE posts_post SET comment_count = comment_count + ? WHERE id = ?"
    foreign.run(counted, -1, old)
    foreign.run(counted, 1, new)
    foreign.run("COMMIT")
    return desk.state.with_comment(said, post=post.number)


def shake(desk: Desk, foreign: Foreign) -> State:
    """Change nothing, but where and how the database keeps it."""
    if connection.vendor != "sqlite":
        foreign.run("VACUUM")
        return desk.state
    kinds = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"]
    sql = f"PRAGMA wal_checkpoint({desk.chance.choice(kinds)})"
    match desk.chance.randrange(6):
        case 0:
            foreign.run("VACUUM")
        case 1:
            foreign.run("COMMIT" if foreign.is_reading else "BEGIN", who="reader")
            foreign.is_reading = not foreign.is_reading
            foreign.run("SELECT count(*) FROM posts_post", who="reader")
        case _:
            foreign.run(sql)
    return desk.state
