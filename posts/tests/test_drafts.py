"""A published post edited as a draft: readers see nothing of it until it is published."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from posts import drafts, due
from posts.models import PendingChange, Post, Revision
from posts.testing import make_post, typed
from posts.tests.test_due import HOUR
from posts.tests.test_publication_times import take

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


@pytest.mark.parametrize("how", ["demoted", "suspended", "removed"])
def test_it_waits_where_whoever_wrote_it_may_not_publish_it_any_more(
    post: Post, alice: User, charlie: User, how: str
) -> None:
    drafts.write_draft(post, {"body": "A better text"}, by=alice)
    drafts.schedule_change(post, timezone.now() - HOUR)
    if how == "demoted":
        alice.assign_roles(Role.CONTRIBUTOR)
    elif how == "suspended":
        alice.suspend(until=timezone.now() + HOUR)
    else:
        post.set_authors([charlie])
    due.apply_due()
    assert live()[0] == "As it is read."
    pending = PendingChange.objects.get()
    assert pending.failed_at
    assert pending.publish_at is None


@pytest.mark.parametrize("how", ["by itself", "now"])
def test_it_takes_no_address_that_leads_to_another_post(
    desk: Client, post: Post, bob: User, how: str
) -> None:
    drafts.write_draft(post, {"slug": "wanted"}, by=post.author)
    other = make_post(bob, slug="wanted")
    other.slug = "moved"
    other.save()
    if how == "by itself":
        drafts.schedule_change(post, timezone.now() - HOUR)
        due.apply_due()
        assert PendingChange.objects.get().failed_at
    else:
        answer = take(desk, post, "publish_change")
        assert "Another post has the address of this change." in answer.text
    assert Client().get("/posts/wanted/")["Location"].endswith("/posts/moved/")


@pytest.mark.parametrize("text", ["Finished.", "Finished. And half a"])
def test_changed_after_its_time_was_chosen_it_waits(post: Post, alice: User, text: str) -> None:
    drafts.write_draft(post, {"body": "Finished."}, by=alice)
    drafts.schedule_change(post, timezone.now() + HOUR)
    drafts.write_draft(post, {"body": text}, by=alice)
    assert (PendingChange.objects.get().publish_at is None) == (text != "Finished.")
