"""Every author of a post is credited wherever it is shown, once they said yes; names are text."""

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from posts.invitations import waiting_for
from posts.testing import make_draft, make_invitation, make_post

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


def test_every_author_is_credited_everywhere(client: Client, alice: User, bob: User) -> None:
    post = make_post(alice, slug="beans", title="Beans")
    make_invitation(post, bob).accept()
    page = client.get("/posts/beans/").text
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    things = json.loads(data).get("@graph", [json.loads(data)])
    (posting,) = (thing for thing in things if thing["@type"] == "BlogPosting")
    assert [person["name"] for person in posting["author"]] == ["Alice", "Bob"]
    assert page.count("p-author") >= 2
    for address in ("/feed/", "/feed/json/", "/feed/rss/", "/posts/beans.md", "/"):
        assert "Bob" in client.get(address).text, address
    asked_for = {"url": f"{settings.SITE_URL}/posts/beans/"}
    assert "Bob" in client.get("/oembed", asked_for).text
    assert "Beans" in client.get("/authors/bob/").text
    assert "Beans" in client.get("/authors/bob/feed/").text


def test_names_are_text_wherever_authors_are_shown(alice: User, desk: Client) -> None:
    hostile = make_user("bob", display_name="<b>x")
    post = make_draft(alice, title=HOSTILE)
    invitation = make_invitation(post, hostile)
    User.objects.filter(pk=alice.pk).update(display_name=HOSTILE)
    client = Client()
    client.force_login(hostile)
    pages = [client.get(invitation.get_absolute_url()).text]
    address = reverse("posts:authors", args=[post.pk])
    pages.append(desk.post(address, {"who": HOSTILE}).text)
    invitation.accept()
    pages.append(desk.get(address).text)
    for page in pages:
        assert "&lt;img src=x" in page
        assert HOSTILE not in page


def test_invitations_wait_for_who_is_asked_alone(
    alice: User, bob: User, django_assert_num_queries: Any
) -> None:
    invitations = [make_invitation(make_draft(alice), bob) for _number in range(3)]
    binned = make_draft(alice, deleted_at=timezone.now())
    make_invitation(binned, bob)
    with django_assert_num_queries(2):
        waiting = waiting_for(bob)
        assert {str(one.shared) for one in waiting} == {one.post.title for one in invitations}
        assert {str(one.invited_by) for one in waiting} == {"Alice"}
    assert waiting_for(alice) == []


def test_the_list_of_posts_shows_what_one_is_asked(
    desk: Client, alice: User, bob: User, client: Client
) -> None:
    make_invitation(make_draft(alice, title=HOSTILE, body="canaryword"), bob)
    address = reverse("posts:write")
    assert "You are asked" not in desk.get(address).text
    client.force_login(bob)
    page = client.get(address).text
    assert "asks you to be an author" in page
    assert "&lt;img src=x" in page
    for secret in (HOSTILE, "canaryword"):
        assert secret not in page
