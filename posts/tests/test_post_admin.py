from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Post
from posts.testing import make_draft, make_image, make_post

pytestmark = pytest.mark.django_db
LIST = reverse("admin:posts_post_changelist")


@pytest.fixture
def editors(client: Client, bob: User) -> Client:
    """Return the browser of Bob, who edits."""
    client.force_login(bob)
    return client


def act(client: Client, action: str, *posts: Post, **answer: Any) -> Any:
    sent = {"action": action, "_selected_action": [post.pk for post in posts], **answer}
    return client.post(LIST, sent, follow=True)


def test_it_lists_posts_with_their_state(editors: Client, alice: User) -> None:
    make_post(alice, title="Roses", published_at=timezone.now() + timedelta(days=1))
    page = editors.get(LIST).text
    assert "Roses" in page
    assert "status-scheduled" in page
    assert "Alice" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "draft"}, "A draft"),
        ({"state": "deleted"}, "A binned one"),
        ({"state": "nonsense"}, "A draft"),
        ({"q": "binned"}, "A binned one"),
        ({"q": "Alice"}, "A draft"),
    ],
)
def test_it_finds_by_state_title_and_author(
    editors: Client, alice: User, asked: dict[str, str], found: str
) -> None:
    make_draft(alice, title="A draft")
    make_draft(alice, title="A binned one", deleted_at=timezone.now())
    assert found in editors.get(LIST, asked).text


def test_withdrawing_asks_for_a_reason_and_keeps_it(editors: Client, alice: User) -> None:
    post = make_post(alice)
    assert "Reason" in act(editors, "withdraw", post).text
    assert Post.objects.get().status == "published"
    assert "required" in act(editors, "withdraw", post, answered="1", reason="").text
    act(editors, "withdraw", post, answered="1", reason="Names a child")
    assert Post.objects.get().status == "withdrawn"
    assert "Names a child" in LogEntry.objects.get().change_message
    assert Client().get(post.get_absolute_url()).status_code == 404


def test_drafts_are_not_withdrawn(editors: Client, alice: User) -> None:
    post = make_draft(alice)
    act(editors, "withdraw", post, answered="1", reason="No")
    assert Post.objects.get().status == "draft"
    assert not LogEntry.objects.exists()


def test_restoring_brings_back_the_withdrawn_and_the_binned(editors: Client, alice: User) -> None:
    now = timezone.now()
    withdrawn, binned = make_post(alice, withdrawn_at=now), make_post(alice, deleted_at=now)
    act(editors, "restore", withdrawn, binned)
    assert {post.status for post in Post.objects.all()} == {"published"}


@pytest.mark.parametrize(("action", "field"), [("pin", "pinned_at"), ("put_in_bin", "deleted_at")])
def test_one_press_does_it_and_writes_it_down(
    editors: Client, alice: User, action: str, field: str
) -> None:
    page = act(editors, action, make_post(alice), make_post(alice))
    assert not Post.objects.filter(**{field: None}).exists()
    assert "2 posts." in page.text
    assert LogEntry.objects.count() == 2


def test_unpinning(editors: Client, alice: User) -> None:
    act(editors, "unpin", make_post(alice, pinned_at=timezone.now()))
    assert Post.objects.get().pinned_at is None


def test_giving_to_another_author_finds_the_person_by_name(editors: Client, alice: User) -> None:
    post, charlie = make_post(alice), make_user("charlie")
    page = act(editors, "change_author", post)
    assert "Username or e-mail address" in page.text
    page = act(editors, "change_author", post, answered="1", choice="nobody")
    assert "There is nothing called “nobody”" in page.text
    act(editors, "change_author", post, answered="1", choice="Charlie")
    assert Post.objects.get().author == charlie
    assert [row.person for row in post.authorships.all()] == [charlie]


def test_its_page_changes_only_what_is_decided_here(editors: Client, alice: User) -> None:
    post = make_post(alice, body="Words", cover=make_image(alice))
    address = reverse("admin:posts_post_change", args=[post.pk])
    assert reverse("posts:edit", args=[post.pk]) in editors.get(address).text
    sent = {"visibility": "members", "comment_policy": "closed", "title": "X", "like_count": 9}
    editors.post(address, sent | {"body": "X", "author": 1, "published_at_0": "2001-01-01"})
    stored = Post.objects.get()
    assert (stored.visibility, stored.comment_policy) == ("members", "closed")
    assert (stored.title, stored.body, stored.like_count) == (post.title, "Words", 0)


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR, Role.MODERATOR])
def test_others_find_no_desk(client: Client, alice: User, role: Role) -> None:
    client.force_login(make_user("charlie", role=role))
    assert client.get(LIST).status_code in {302, 404}
    act(client, "put_in_bin", make_post(alice))
    assert Post.objects.get().deleted_at is None


def test_the_list_costs_the_same_whatever_the_number(editors: Client, alice: User) -> None:
    counts = []
    for _time in range(2):
        for _number in range(10):
            make_post(alice, tags=["Gardens"])
        editors.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            editors.get(LIST)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_too_many_at_once_get_a_sentence(
    editors: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.desk.asking.MOST", 1)
    page = act(editors, "withdraw", make_post(alice), make_post(alice))
    assert "At most 1 at once" in page.text


def test_searching_finds_words_of_the_text_in_any_state(editors: Client, alice: User) -> None:
    make_draft(alice, title="Hidden", body="The quincunx of trees.")
    make_post(alice, title="Other")
    page = editors.get(LIST, {"q": "quincunx"}).text
    assert "Hidden" in page
    assert "Other" not in page
    assert "Hidden" not in editors.get(LIST, {"q": "-quincunx"}).text


def test_no_more_rows_are_counted_than_can_be_leafed_through(
    editors: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(4):
        make_post(alice)
    monkeypatch.setattr("blogsite.lib.paginate.BoundedPaginator.MOST", 3)
    assert editors.get(LIST).context["cl"].result_count == 3
