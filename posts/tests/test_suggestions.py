from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from posts.testing import count_queries, make_draft, make_post, make_tag

pytestmark = pytest.mark.django_db
NEW = reverse("posts:new")


def suggested(client: Client) -> list[str]:
    """Return the tags that the editor shows under the field, in their order."""
    return [tag.name for tag in client.get(NEW).context["often_used"]]


def test_the_most_used_come_first_as_words_to_read(desk: Client, alice: User) -> None:
    make_post(alice, tags=["Bees", "Roses"])
    make_post(alice, tags=["Roses"])
    make_tag("Unused")
    assert suggested(desk) == ["Roses", "Bees"]
    assert "<li><bdi>Roses</bdi></li>" in desk.get(NEW).text


def test_there_are_twenty_at_most(desk: Client, alice: User) -> None:
    make_post(alice, tags=[f"Tag{number}" for number in range(21)])
    assert len(suggested(desk)) == 20


@pytest.mark.parametrize("hidden", ["draft", "members", "unlisted", "scheduled", "withdrawn"])
def test_it_tells_nothing_of_what_readers_do_not_see(
    desk: Client, alice: User, hidden: str
) -> None:
    bob, now = make_user("bob"), timezone.now()
    if hidden == "draft":
        make_draft(bob, tags=["Secret"])
    elif hidden == "scheduled":
        make_post(bob, tags=["Secret"], published_at=now + timedelta(days=1))
    elif hidden == "withdrawn":
        make_post(bob, tags=["Secret"], withdrawn_at=now)
    else:
        make_post(bob, tags=["Secret"], visibility=hidden)
    assert suggested(desk) == []
    assert "Often used" not in desk.get(NEW).text


def test_they_cost_one_query_whatever_their_number(desk: Client, alice: User) -> None:
    make_post(alice, tags=["Roses"])
    few = count_queries(desk, NEW)
    make_post(alice, tags=["Bees", "Gardens", "Birds"])
    assert count_queries(desk, NEW) == few
