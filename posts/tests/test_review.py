"""Review: a contributor asks, an editor publishes or says why not."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Attempt, User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Post, Review, Verdict
from posts.testing import count_queries, make_draft, make_post
from posts.tests.test_publication import status, take

pytestmark = pytest.mark.django_db
QUEUE = reverse("posts:reviews")
WHY = "The second paragraph <b>contradicts</b> the first"


def open_as(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", Role.CONTRIBUTOR)


@pytest.fixture
def waiting(desk: Client, alice: User) -> Post:
    """Return a post that Alice, a contributor, sent for review."""
    post = make_draft(alice, title="Roses")
    take(desk, post, "submit")
    return post


@pytest.fixture
def editors(bob: User) -> Client:
    return open_as(bob)


def test_the_queue_shows_who_waits_longest_first(alice: User, editors: Client) -> None:
    for title, days in (("Second", 1), ("First", 3)):
        make_draft(alice, title=title, submitted_at=timezone.now() - timedelta(days=days))
    make_draft(alice, title="Unsent")
    page = editors.get(QUEUE)
    assert [post.title for post in page.context["page"].rows] == ["First", "Second"]
    assert "3 days ago" in page.text
    assert "Alice" in page.text


def test_an_empty_queue_says_so(editors: Client) -> None:
    assert "Nothing waits" in editors.get(QUEUE).text


def test_authors_and_readers_find_no_queue(desk: Client, charlies: Client) -> None:
    assert desk.get(QUEUE).status_code == 404
    assert charlies.get(QUEUE).status_code == 404


def test_only_editors_are_told_how_many_wait(desk: Client, editors: Client, waiting: Post) -> None:
    assert QUEUE in editors.get(reverse("posts:write")).text
    assert QUEUE not in desk.get(reverse("posts:write")).text


def test_the_queue_costs_the_same_however_long(alice: User, editors: Client) -> None:
    for _ in range(10):
        make_draft(alice, submitted_at=timezone.now())
    editors.get(QUEUE)
    before = count_queries(editors, QUEUE)
    for _ in range(10):
        make_draft(alice, submitted_at=timezone.now())
    assert count_queries(editors, QUEUE) == before


def test_sending_back_needs_a_reason(editors: Client, waiting: Post) -> None:
    page = take(editors, waiting, "draft")
    assert page.context["form"].errors["because"]
    assert status(waiting) == "review"


def test_the_author_reads_why_it_came_back(editors: Client, desk: Client, waiting: Post) -> None:
    take(editors, waiting, "draft", because=WHY)
    assert status(waiting) == "draft"
    for address in (
        reverse("posts:publication", args=[waiting.pk]),
        reverse("posts:write"),
        reverse("posts:edit", args=[waiting.pk]),
    ):
        page = desk.get(address).text
        assert "contradicts&lt;/b&gt;" in page, address
        assert "<bdi>Bob</bdi> sent this post back" in page
        assert "<b>contradicts" not in page


def test_a_reason_may_have_several_lines(editors: Client, desk: Client, waiting: Post) -> None:
    page = reverse("posts:publication", args=[waiting.pk])
    assert '<textarea name="because"' in editors.get(page).text
    take(editors, waiting, "draft", because="Too long.\r\nWhere is the end?")
    assert "Too long.<br>Where is the end?" in desk.get(page).text


def test_a_post_sent_just_now_waits_since_now(editors: Client, waiting: Post) -> None:
    assert ", now</time>" in editors.get(QUEUE).text


def test_the_author_gets_a_letter_with_the_reason(editors: Client, waiting: Post) -> None:
    mail.outbox.clear()
    take(editors, waiting, "draft", because=WHY)
    (letter,) = mail.outbox
    assert letter.to == ["alice@example.org"]
    assert WHY in letter.body
    html = letter.alternatives[0][0]  # type: ignore[attr-defined]
    assert "&lt;b&gt;contradicts" in html


def test_the_author_hears_of_the_publication(editors: Client, waiting: Post) -> None:
    mail.outbox.clear()
    take(editors, waiting, "publish")
    (letter,) = mail.outbox
    assert letter.to == ["alice@example.org"]
    assert waiting.get_absolute_url() in letter.body
    assert Review.objects.get().verdict == Verdict.PUBLISHED


def test_no_letter_goes_to_an_address_that_is_not_proven(
    editors: Client, waiting: Post, alice: User
) -> None:
    mail.outbox.clear()
    User.objects.filter(pk=alice.pk).update(email_confirmed_at=None)
    take(editors, waiting, "draft", because=WHY)
    assert not mail.outbox


def test_editors_get_one_letter_an_hour(desk: Client, alice: User, bob: User) -> None:
    make_user("charlie")
    for _ in range(3):
        take(desk, make_draft(alice), "submit")
    assert [letter.to for letter in mail.outbox] == [["bob@example.org"]]
    Attempt.objects.all().delete()
    take(desk, make_draft(alice), "submit")
    assert len(mail.outbox) == 2


def test_sent_again_it_waits_again_and_the_history_stays(
    editors: Client, desk: Client, waiting: Post
) -> None:
    take(editors, waiting, "draft", because=WHY)
    take(desk, waiting, "submit")
    assert status(waiting) == "review"
    page = reverse("posts:publication", args=[waiting.pk])
    for reader in (editors, desk):
        text = reader.get(page).text
        assert "Earlier reviews" in text
        assert "sent this post back" not in text
    assert [review.verdict for review in Review.objects.all()] == ["", "sent_back"]


def test_taking_it_back_asks_nothing_and_tells_nobody(desk: Client, waiting: Post) -> None:
    mail.outbox.clear()
    take(desk, waiting, "draft")
    assert status(waiting) == "draft"
    assert Review.objects.get().verdict == Verdict.TAKEN_BACK
    assert not mail.outbox
    page = desk.get(reverse("posts:publication", args=[waiting.pk])).text
    assert "sent this post back" not in page


def test_what_waited_before_this_record_gets_its_row(editors: Client, alice: User) -> None:
    post = make_draft(alice, submitted_at=timezone.now())
    take(editors, post, "draft", because=WHY)
    review = Review.objects.get()
    assert (review.reason, review.is_sent_back) == (WHY, True)


def test_a_publication_without_a_review_makes_no_record(editors: Client, bob: User) -> None:
    take(editors, make_draft(bob), "publish")
    assert not Review.objects.exists()


def test_an_open_review_says_nothing_of_its_end(alice: User) -> None:
    with pytest.raises(IntegrityError):
        Review.objects.create(post=make_post(alice), reason="Already")
