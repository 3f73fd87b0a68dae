"""Processor time of pages that are rendered for each request: signed-in readers, and cache misses.

Run from the project's folder: .venv/bin/python -m bench.live_pages [rounds] [page ...]. Builds a
site in a folder of its own (DATABASE_URL is honoured; its database must be empty) and asks the WSGI
application in this one process, one request after the other. Prints the median and the least of the
rounds in microseconds of processor time for each request, and its queries. For the profile of one
page: .venv/bin/python -m bench.live_pages profile PAGE.

The yardstick is what this handler takes to say that it is alive, through every middleware and
without a question to the database: on a busy machine it grows with all the rest.
"""

import cProfile
import io
import os
import pstats
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

POSTS, WORDS, COMMENTS, MANY_COMMENTS = 1000, 1500, 20, 200
REQUESTS, WARMING = 40, 10
VOCABULARY = "word garden stone river because under evening letter of the"
TAGS = ("Gardens", "Bread", "Letters", "Stones", "Rivers")
CAST = ("alice", "bob", "charlie")


@dataclass(frozen=True)
class Asked:
    """A page and who asks for it: a name of the cast, "" for a stranger."""

    address: str
    visitor: str = ""


YARDSTICK = Asked("/health/live")
PAGES: Mapping[str, Asked] = {
    "post, a member": Asked("/posts/measured/", "charlie"),
    "post, its author": Asked("/posts/measured/", "alice"),
    "post, a moderator": Asked("/posts/measured/", "bob"),
    "post, a stranger": Asked("/posts/measured/"),
    "post, 200 comments, a member": Asked("/posts/talked-about/", "charlie"),
    "home, a member": Asked("/", "charlie"),
    "home, a stranger": Asked("/"),
    "tag, a member": Asked("/tags/gardens/", "charlie"),
    "author, a member": Asked("/authors/alice/", "charlie"),
    "series, a member": Asked("/series/a-year/", "charlie"),
    "search, a member": Asked("/search/?q=garden+river", "charlie"),
}


@dataclass(frozen=True)
class Measured:
    """What a page cost, in microseconds of processor time a request."""

    title: str
    median: float
    least: float
    yardsticks: float  # the median in those of the same rounds
    queries: int
    bytes: int


def build() -> None:
    """Fill the site: 1,000 posts; one of 1,500 words has 20 comments, one has 200."""
    from accounts.models import User
    from accounts.roles import Role
    from blogsite.models import SiteSettings
    from comments.models import Comment, CommentLike, PostLike
    from posts.models import Post, Series, Tag

    chance = random.Random(1)
    SiteSettings.load()
    roles = dict(zip(CAST, (Role.AUTHOR, Role.MODERATOR, Role.READER), strict=True))
    people = {name: User.objects.create_user(name, f"{name}@example.org") for name in CAST}
    for name, person in people.items():
        person.assign_roles(roles[name])
    tags = Tag.named(TAGS)
    for number in range(POSTS):
        _post(people["alice"], number, chance).tags.set([tags[number % 5], tags[(number + 2) % 5]])
    series = Series.begin(people["alice"], "A year")
    for number in (498, 499, 500, 501, 502):
        series.append(Post.objects.get(slug=_slug(number)))
    for slug, total in (("measured", COMMENTS), ("talked-about", MANY_COMMENTS)):
        post, said = Post.objects.get(slug=slug), list[Comment]()
        for number in range(total):
            parent = said[-1] if number % 4 == 1 else None
            author = people[CAST[number % 3]]
            body = " ".join(chance.choices(VOCABULARY.split(), k=40))
            said.append(Comment(post=post, author=author, body=body, parent=parent))
            said[-1].save()
        PostLike.give(post, people["charlie"])
        for comment in said[::5]:
            CommentLike.give(comment, people["charlie"])


def _slug(number: int) -> str:
    return {500: "measured", 600: "talked-about"}.get(number, f"post-{number}")


def _post(author: Any, number: int, chance: random.Random) -> Any:
    from datetime import timedelta

    from django.utils import timezone

    from posts.models import Post

    paragraphs = WORDS // 100 if number in {500, 600} else 1
    text = [" ".join(chance.choices(VOCABULARY.split(), k=100)) for _ in range(paragraphs)]
    slug, now = _slug(number), timezone.now()
    return Post.objects.create(
        author=author,
        title=slug.capitalize(),
        slug=slug,
        body="\n\n".join(text),
        published_at=now - timedelta(hours=POSTS - number),
    )


def session_of(name: str) -> str:
    """Return the cookie of a browser in which the person is signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import User

    person, session = User.objects.get(username=name), SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrf={'a' * 32}"


def request_for(asked: Asked) -> Callable[[], WSGIEnvironment]:
    """Return what makes the request anew, as a browser sends it."""
    path, _mark, query = asked.address.partition("?")
    sent = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_ENCODING": "gzip, br",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64)",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }
    if asked.visitor:
        sent["HTTP_COOKIE"] = session_of(asked.visitor)
    return lambda: sent | {"wsgi.input": io.BytesIO()}


def answer(application: WSGIApplication, environ: WSGIEnvironment) -> bytes:
    """Return the body of the answer. Raises ValueError for another status than 200."""
    begun: list[str] = []

    def start(status: str, headers: Any, *rest: Any) -> Any:
        begun.append(status)

    started: StartResponse = start
    body: Any = application(environ, started)
    text = b"".join(body)
    body.close()
    if begun != ["200 OK"]:
        raise ValueError(begun)
    return text


def measure(title: str, rounds: int) -> Measured:
    """Ask for the page that often, once it is warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from blogsite.wsgi import site

    request = request_for(PAGES[title])
    for _ in range(WARMING):
        text = answer(site, request())
    used, yardstick = [], []
    for _round in range(rounds):
        used.append(microseconds(request))
        yardstick.append(microseconds(request_for(YARDSTICK)))
    ratio = median(used) / median(yardstick)
    with CaptureQueriesContext(connection) as captured:
        answer(site, request())
    return Measured(title, median(used), min(used), ratio, len(captured), len(text))


def microseconds(request: Callable[[], WSGIEnvironment]) -> float:
    """Return the processor time of one such request, as the mean of some."""
    from blogsite.wsgi import site

    before = time.process_time()
    for _ in range(REQUESTS):
        answer(site, request())
    return (time.process_time() - before) / REQUESTS * 1e6


def profile(title: str) -> None:
    """Print where the page's time goes."""
    from blogsite.wsgi import site

    request = request_for(PAGES[title])
    for _ in range(WARMING):
        answer(site, request())
    profiler = cProfile.Profile()
    for _ in range(100):
        environ = request()
        profiler.enable()
        answer(site, environ)
        profiler.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).sort_stats(order).print_stats(60)


def prepare() -> None:
    """Start Django over the database named in the environment, and fill it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blogsite.settings")
    import django
    from django.core import signals
    from django.core.management import call_command
    from django.db import close_old_connections

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    build()
    # The server holds its connections open; so does this process.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)


def main(arguments: list[str]) -> None:
    """Print the table, or a profile."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BLOGSITE_DATA"] = os.environ.get("BENCH_DATA", folder)
        prepare()
        if arguments[:1] == ["profile"]:
            profile(arguments[1])
            return
        rounds = int(arguments[0]) if arguments else 9
        print(f"{'':32}{'median µs':>10}{'least':>8}{'yardsticks':>12}{'queries':>9}{'bytes':>8}")
        for title in arguments[1:] or PAGES:
            one = measure(title, rounds)
            print(
                f"{title:32}{one.median:10.0f}{one.least:8.0f}{one.yardsticks:12.1f}"
                f"{one.queries:9}{one.bytes:8}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
