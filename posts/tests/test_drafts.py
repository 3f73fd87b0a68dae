"""A published post edited as a draft: readers see nothing of it until it is published."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from posts import drafts
from posts.models import Post, Revision
from posts.testing import make_post, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(alice: User) -> Post:
    return make_post(alice, title="Roses", slug="roses", body="As it is read.", tags=["Gardens"])


def save(desk: Client, post: Post, **fields: Any) -> None:
    form = desk.get(reverse("posts:edit", args=[post.pk])).context["form"]
    sent = {name: form[name].value() or "" for name in ("title", "body", "slug", "tags")}
    sent |= {"visibility": "public", "started_from": form["started_from"].value()} | fields
    response = desk.post(reverse("posts:edit", args=[post.pk]), sent)
    assert response.status_code == 302


def live() -> tuple[str, str, list[str]]:
    post = Post.objects.get()
    return post.body, post.slug, [tag.name for tag in post.tags.all()]


def test_a_draft_over_a_post_is_not_what_is_read(desk: Client, post: Post) -> None:
    reader = Client()
    before = live()
    save(desk, post, body="A better text", slug="rose", tags="Bees", then="draft")
    assert live() == before
    assert "A better text" not in reader.get("/posts/roses/").text
    assert reader.get("/posts/rose/").status_code == 404
    assert "A better text" in desk.get(reverse("posts:edit", args=[post.pk])).text


def test_it_is_published_with_all_its_fields(desk: Client, post: Post) -> None:
    reader = Client()
    save(desk, post, body="A better text", slug="rose", tags="Bees", then="draft")
    save(desk, post, then="live")
    assert live() == ("A better text", "rose", ["Bees"])
    assert "A better text" in reader.get("/posts/rose/").text
    assert reader.get("/posts/roses/").status_code == 301
    assert drafts.pending_of(post) is None


def test_saving_without_a_word_of_draft_shows_readers_at_once(desk: Client, post: Post) -> None:
    save(desk, post, body="Corrected")
    assert live()[0] == "Corrected"


def test_it_is_discarded_and_stays_in_the_history(desk: Client, alice: User, post: Post) -> None:
    save(desk, post, body="A better text", then="draft")
    with transaction.atomic():
        drafts.discard_change(post, by=alice)
    assert drafts.working_copy(post)["body"] == "As it is read."
    kept = Revision.objects.filter(is_draft=True).get()
    assert (kept.snapshot["body"], kept.is_public) == ("A better text", False)


def test_the_editor_goes_on_from_the_draft(desk: Client, post: Post) -> None:
    save(desk, post, body="One", then="draft")
    save(desk, post, title="Two", then="draft")
    working = drafts.working_copy(post)
    assert (working["title"], working["body"]) == ("Two", "One")
    assert Revision.objects.filter(is_draft=True, folded=False).count() == 1


def test_nothing_changed_makes_no_draft(desk: Client, post: Post) -> None:
    save(desk, post, then="draft")
    assert drafts.pending_of(post) is None


def test_what_changed_on_the_post_meanwhile_is_kept(desk: Client, post: Post) -> None:
    save(desk, post, body="A better text", then="draft")
    post.tags.clear()
    Post.objects.filter(pk=post.pk).update(title="Renamed at the desk")
    save(desk, post, then="live")
    stored = Post.objects.get()
    assert (stored.title, stored.body) == ("Renamed at the desk", "A better text")
    assert not stored.tags.exists()


def test_a_contradiction_with_the_post_is_a_question(desk: Client, post: Post) -> None:
    save(desk, post, title="By the draft", then="draft")
    Post.objects.filter(pk=post.pk).update(title="Renamed at the desk")
    address = reverse("posts:edit", args=[post.pk])
    sent = typed(post, title="By the draft", started_from=drafts.version_of(post), tags="Gardens")
    page = desk.post(address, sent | {"then": "live"})
    assert page.status_code == 409
    assert "Renamed at the desk" in page.text
    answer = dict(page.context["hidden"]) | {"then": "live"}
    assert desk.post(address, answer).status_code == 302
    assert Post.objects.get().title == "By the draft"


def test_a_draft_that_is_no_post_yet_is_saved_as_itself(desk: Client, alice: User) -> None:
    post = make_post(alice, published_at=None)
    save(desk, post, body="Later", then="draft")
    assert Post.objects.get().body == "Later"
    assert drafts.pending_of(post) is None


def test_readers_pages_ask_nothing_of_drafts(desk: Client, post: Post) -> None:
    reader = Client()
    save(desk, post, body="A better text", then="draft")
    with CaptureQueriesContext(connection) as queries:
        reader.get("/posts/roses/")
    # Whether one is due is asked once for each version of the site.
    asked = [query["sql"] for query in queries if "pendingchange" in query["sql"]]
    assert not any("snapshot" in sql for sql in asked)
