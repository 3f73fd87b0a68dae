from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.cards import with_cards
from posts.models import Post
from posts.testing import make_draft, make_post

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def here(settings: Any) -> str:
    settings.SITE_URL = SITE
    return SITE


def page(client: Client, post: Post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


def test_an_address_by_itself_shows_the_post(client: Client, alice: User, here: str) -> None:
    other = make_post(author=alice, title="Roses & thorns", summary="Of roses.")
    post = make_post(author=alice, body=f"Read this:\n\n{here}{other.get_absolute_url()}\n")
    card = f'<aside class="link-card"><a href="{other.get_absolute_url()}">'
    assert card in page(client, post)
    assert '<span dir="auto">Of roses.</span>' in page(client, post)
    other.title = "Tulips"
    other.save()
    assert '<strong dir="auto">Tulips</strong>' in page(client, post)


@pytest.mark.parametrize(
    "words", ["see {}", "{}?a=1", "{}#part", "[words]({})", "- {}", "`{}`", "{}x/y/"]
)
def test_other_links_stay_links(client: Client, alice: User, here: str, words: str) -> None:
    other = make_post(author=alice)
    body = words.format(here + other.get_absolute_url())
    assert "link-card" not in page(client, make_post(author=alice, body=body))


def test_a_card_never_shows_what_not_everybody_sees(client: Client, alice: User, here: str) -> None:
    draft = make_draft(author=alice, title="Canary")
    members = make_post(author=alice, title="Canary", visibility="members")
    coming = make_post(
        author=alice, title="Canary", published_at=timezone.now() + timedelta(days=1)
    )
    body = "\n\n".join(here + other.get_absolute_url() for other in (draft, members, coming))
    post = make_post(author=alice, body=body)
    for reader in (client, _signed_in(alice)):
        shown = page(reader, post)
        assert "link-card" not in shown
        assert shown.count('class="bare-link"') == 3


def test_another_site_gets_no_card(client: Client, alice: User, here: str) -> None:
    other = make_post(author=alice)
    body = f"https://elsewhere.example{other.get_absolute_url()}"
    assert "link-card" not in page(client, make_post(author=alice, body=body))


def test_many_addresses_cost_one_query(
    client: Client, alice: User, here: str, django_assert_num_queries: Any
) -> None:
    others = [make_post(author=alice) for _number in range(5)]
    post = make_post(
        author=alice, body="\n\n".join(here + other.get_absolute_url() for other in others)
    )
    with django_assert_num_queries(1):
        assert with_cards(post.html).count("<aside") == 5


def _signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
