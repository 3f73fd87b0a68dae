"""An author's page."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.testing import count_queries, make_post, make_posts


def test_it_shows_who_they_are_and_what_they_wrote(client: Client, alice: User, bob: User) -> None:
    alice.biography, alice.website = "I *grow*.", "https://alice.example"
    alice.save()
    shared, other = make_post(bob), make_post(bob)
    shared.set_authors([bob, alice])
    page = client.get("/authors/alice/").content.decode()
    assert "<em>grow</em>" in page
    assert 'href="https://alice.example" rel="me nofollow ugc noopener"' in page
    assert shared.get_absolute_url() in page
    assert other.get_absolute_url() not in page


def test_people_who_cannot_sign_in_and_suspended_people_keep_their_page(
    client: Client, alice: User
) -> None:
    alice.suspend(until=timezone.now() + timedelta(days=1))
    User.objects.filter(pk=alice.pk).update(is_active=False)
    post = make_post(alice)
    assert post.get_absolute_url() in client.get("/authors/alice/").content.decode()


def test_another_case_leads_to_the_one_address(client: Client, alice: User) -> None:
    answer = client.get("/authors/ALICE/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/authors/alice/")


def test_a_name_that_only_looks_the_same_is_missing(client: Client, alice: User) -> None:
    assert client.get("/authors/a1ice/").status_code == 404
    assert client.get("/authors/charlie/").status_code == 404


def test_it_takes_the_same_queries_with_twice_the_posts(
    client: Client, charlies: Client, alice: User
) -> None:
    for browser in (client, charlies):
        make_posts(alice, 10, tags=["Food"])
        first = count_queries(browser, "/authors/alice/")
        make_posts(alice, 10, tags=["Food"])
        assert count_queries(browser, "/authors/alice/") == first <= 11
