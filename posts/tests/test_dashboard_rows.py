from datetime import timedelta
from html import escape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from posts.models import Autosave, PendingChange, Revision
from posts.snapshot import take
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db
WRITE = reverse("posts:write")


def test_a_published_post_says_that_changes_wait(desk: Client, alice: User) -> None:
    post = make_post(alice)
    later = timezone.now() + timedelta(minutes=5)
    PendingChange.objects.create(post=post, snapshot=take(post), by=alice, changed_at=later)
    page = desk.get(WRITE)
    assert "Unpublished changes" in page.text
    assert page.context["works"][0].changed_at == later
    PendingChange.objects.update(publish_at=later)
    assert "Changes appear" in desk.get(WRITE).text


def test_ones_own_unsaved_copies_are_offered_and_nobody_elses(desk: Client, alice: User) -> None:
    bob, post = make_user("bob"), make_draft(alice)
    post.set_authors([alice, bob])
    Autosave.objects.keep(bob, post, {"title": ["Canary"]}, key="theirs")
    Autosave.objects.keep(bob, None, {"title": ["Canary"]}, key="begun")
    page = desk.get(WRITE).text
    assert "Unsaved copy" not in page
    assert "Canary" not in page
    copy = Autosave.objects.keep(alice, post, {"title": ["Mine"]}, key="mine")
    Autosave.objects.keep(alice, None, {"title": ["Only begun"]}, key="new")
    page = desk.get(WRITE).text
    assert "Unsaved copy" in page
    assert escape(copy.get_absolute_url()) in page
    assert "Only begun" in page
    assert "Only begun" not in desk.get(WRITE, {"state": "draft"}).text


def test_it_says_who_edited_last_if_it_was_somebody_else(desk: Client, alice: User) -> None:
    post, bob = make_draft(alice, title="a"), make_user("bob")
    for person, summary, expected in ((bob, "One.", bob), (alice, "Two.", None)):
        post.summary = summary
        post.save()
        Revision.objects.record(post, by=person)
        assert desk.get(WRITE).context["works"][0].editor == expected
