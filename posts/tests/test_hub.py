"""What a WebSub hub is told, and when: by the worker, of each change once."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.hub import Hub
from posts.models import FeedTopic, Post
from posts.models.topic import PAUSES
from posts.testing import make_draft, make_post, make_series

SITE = "http://127.0.0.1:8000"


class Listener:
    """A hub that writes down what it is told, and answers with a status."""

    def __init__(self) -> None:
        self.told: list[dict[str, list[str]]] = []
        self.status = 204

    @property
    def feeds(self) -> set[str]:
        """Return the feeds it was told of."""
        return {feed for one in self.told for feed in one["hub.url"]}


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    heard = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.told.append(parse_qs(body.decode()))
            self.send_response(heard.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    settings.WEBSUB_HUB = f"http://127.0.0.1:{server.server_port}/"
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


def tell(hub: Hub | None = None) -> int:
    """Work once, as if the pauses between two looks and after a failure were over."""
    hub = hub or Hub()
    hub.next_look = hub.quiet_until = 0
    return hub.tell_due(seconds=5)


def test_it_is_told_of_every_feed_of_a_new_post_once(listener: Listener, alice: User) -> None:
    series = make_series(alice, make_post(alice, tags=["Food"]))
    pages = ["/", "/tags/food/", "/authors/alice/", series.get_absolute_url()]
    hub = Hub()
    assert tell(hub) == 4
    wanted = {f"{SITE}{page}feed/{kind}" for page in pages for kind in ("", "rss/", "json/")}
    assert listener.feeds == wanted
    assert {one["hub.mode"][0] for one in listener.told} == {"publish"}
    assert tell(hub) == tell() == 0
    assert len(listener.told) == 4


def test_it_is_told_again_of_a_change(listener: Listener, alice: User) -> None:
    post = make_post(alice)
    tell()
    Post.objects.filter(pk=post.pk).update(title="Other", updated_at=timezone.now())
    assert tell() == 2


@pytest.mark.parametrize(
    "fields",
    [{"published_at": None}, {"visibility": "members"}, {"visibility": "unlisted"},
     {"withdrawn_at": timezone.now()}, {"deleted_at": timezone.now()}],
)  # fmt: skip
def test_it_hears_nothing_of_what_not_everybody_sees(
    listener: Listener, alice: User, fields: dict[str, Any]
) -> None:
    make_draft(alice, **{"published_at": timezone.now(), **fields})
    assert tell() == 0
    assert not FeedTopic.objects.exists()


def test_a_scheduled_post_is_told_of_when_it_appears(listener: Listener, alice: User) -> None:
    later = timezone.now() + timedelta(hours=1)
    post = make_post(alice, published_at=later)
    hub = Hub()
    assert tell(hub) == 0
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now())
    assert tell(hub) == 2


def test_old_posts_are_no_news(listener: Listener, alice: User) -> None:
    before = timezone.now() - timedelta(days=9)
    make_post(alice, published_at=before, updated_at=before)
    assert tell() == 0


def test_a_failure_is_tried_again_after_ever_longer_pauses(listener: Listener, alice: User) -> None:
    listener.status = 500
    make_post(alice)
    for pause in [*PAUSES, None]:
        assert tell() == 0
        topic = FeedTopic.objects.exclude(error="").get()
        assert topic.error == "OSError: 500"
        now = timezone.now()
        if pause is not None:
            assert topic.next_attempt_at is not None
            assert abs(topic.next_attempt_at - now - pause) < timedelta(seconds=30)
            FeedTopic.objects.filter(pk=topic.pk).update(next_attempt_at=now - timedelta(days=1))
    assert topic.next_attempt_at is None
    assert len(listener.told) == len(PAUSES) + 1


def test_a_hub_that_fails_is_left_in_peace(listener: Listener, alice: User) -> None:
    listener.status = 503
    make_post(alice)
    hub = Hub()
    assert hub.tell_due(seconds=5) == hub.tell_due(seconds=5) == 0
    assert len(listener.told) == 1
    listener.status = 202
    FeedTopic.objects.update(next_attempt_at=timezone.now())
    assert tell(hub) == 2


def test_a_change_while_it_is_told_is_told_too(alice: User) -> None:
    make_post(alice)
    Hub().look()
    topic = FeedTopic.objects.claim_next(lease=timedelta(minutes=1))
    assert topic is not None
    newer = timezone.now() + timedelta(seconds=1)
    FeedTopic.objects.note({(topic.kind, topic.key): newer})
    topic.mark_told(timezone.now())
    assert FeedTopic.objects.due().filter(pk=topic.pk).exists()


def test_two_workers_share_the_work(alice: User) -> None:
    make_post(alice)
    Hub().look()
    lease = timedelta(minutes=1)
    claimed = [FeedTopic.objects.claim_next(lease=lease) for _worker in range(3)]
    assert len({topic.pk for topic in claimed if topic}) == 2
    assert claimed[2] is None


def test_without_a_hub_nothing_is_done(client: Client, alice: User) -> None:
    make_post(alice)
    assert tell() == 0
    assert not FeedTopic.objects.exists()
    assert "Link" not in client.get("/feed/").headers
    assert "hub" not in client.get("/feed/").content.decode()


@pytest.mark.parametrize("kind", ["", "rss/", "json/"])
def test_feeds_name_the_hub(client: Client, alice: User, settings: Any, kind: str) -> None:
    settings.WEBSUB_HUB = "https://hub.example.net/"
    make_post(alice)
    answer = client.get(f"/feed/{kind}")
    own = f"{SITE}/feed/{kind}"
    assert answer.headers["Link"] == f'<https://hub.example.net/>; rel="hub", <{own}>; rel="self"'
    if kind == "json/":
        hubs = json.loads(answer.content)["hubs"]
        assert hubs == [{"type": "WebSub", "url": "https://hub.example.net/"}]
    else:
        assert 'href="https://hub.example.net/"' in answer.content.decode()
        assert f'href="{own}"' in answer.content.decode()
