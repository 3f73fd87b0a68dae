"""Many people, or one impatient person, saving in the same moment."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.testing import make_user
from conftest import AtOnce
from posts.models import FormerAddress, Post, Tag
from posts.testing import make_draft, make_post, typed
from posts.tests.test_publication import take

THREADS = 8
NEW = reverse("posts:new")


def clients(*people: User) -> list[Client]:
    """Return a browser for each person, signed in before the race begins."""
    browsers = [Client() for _person in people]
    for browser, person in zip(browsers, people, strict=True):
        browser.force_login(person)
    return browsers


def test_one_of_many_gets_a_new_address_and_the_others_a_sentence(at_once: AtOnce) -> None:
    browsers = clients(*[make_user("alice")] * THREADS)

    def save(number: int) -> Any:
        return browsers[number].post(NEW, typed(slug="roses", title=f"Roses {number}"))

    answers = at_once(save, THREADS)
    assert sorted(answer.status_code for answer in answers) == [200] * (THREADS - 1) + [302]
    refused = [answer for answer in answers if answer.status_code == 200]
    assert all(answer.context["form"].errors["slug"] for answer in refused)
    assert Post.objects.count() == 1


def test_one_of_many_posts_moves_to_an_address(at_once: AtOnce) -> None:
    alice = make_user("alice")
    posts = [make_draft(alice, slug=f"before-{number}") for number in range(THREADS)]
    sent = [typed(post, slug="after") for post in posts]
    browsers = clients(*[alice] * THREADS)

    def save(number: int) -> int:
        address = reverse("posts:edit", args=[posts[number].pk])
        return browsers[number].post(address, sent[number]).status_code

    assert sorted(at_once(save, THREADS)) == [200] * (THREADS - 1) + [302]
    assert Post.objects.filter(slug="after").count() == 1
    assert FormerAddress.objects.count() == 1


@pytest.mark.parametrize("slug", ["", "roses"])
def test_a_button_pressed_eight_times_makes_one_post(at_once: AtOnce, slug: str) -> None:
    browsers = clients(*[make_user("alice")] * THREADS)
    key = browsers[0].get(NEW).context["form"]["key"].value()

    def press(browser: Client) -> Any:
        return browser.post(NEW, typed(key=key, slug=slug))

    answers = at_once(lambda number: press(browsers[number]), THREADS)
    only = reverse("posts:edit", args=[Post.objects.get().pk])
    assert [answer["Location"] for answer in answers] == [only] * THREADS


def test_of_many_saving_one_post_one_is_stored_and_nobodys_text_is_lost(at_once: AtOnce) -> None:
    alice = make_user("alice")
    post = make_draft(alice)
    sent = [typed(post, body=f"Text {number}") for number in range(THREADS)]
    browsers = clients(*[alice] * THREADS)
    address = reverse("posts:edit", args=[post.pk])
    answers = at_once(lambda number: browsers[number].post(address, sent[number]), THREADS)
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (THREADS - 1)
    for number, answer in enumerate(answers):
        assert answer.status_code == 302 or f"Text {number}" in answer.text


def test_many_posts_with_one_new_tag_share_it(at_once: AtOnce) -> None:
    browsers = clients(*[make_user("alice")] * THREADS)

    def save(number: int) -> int:
        fields = typed(title=f"Roses {number}", tags="Gardens, Birds")
        return browsers[number].post(NEW, fields).status_code

    assert at_once(save, THREADS) == [302] * THREADS
    assert Tag.objects.count() == 2


def test_posts_of_one_title_get_an_address_or_a_sentence(at_once: AtOnce) -> None:
    browsers = clients(*[make_user("alice")] * THREADS)
    codes = at_once(lambda n: browsers[n].post(NEW, typed()).status_code, THREADS)
    assert set(codes) <= {200, 302}
    assert Post.objects.count() == codes.count(302) >= 1


def test_a_post_is_published_once_by_many(at_once: AtOnce) -> None:
    alice = make_user("alice")
    post = make_draft(alice)
    browsers = clients(*[alice] * THREADS)
    codes = at_once(lambda n: take(browsers[n], post, "publish").status_code, THREADS)
    assert sorted(codes) == [200] * (THREADS - 1) + [302]


def test_nobody_publishes_what_is_being_withdrawn(at_once: AtOnce) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    bob.is_superuser = True
    bob.save()
    post = make_post(alice)
    browsers = clients(*[alice] * (THREADS - 1), bob)

    def press(number: int) -> Any:
        if number == THREADS - 1:
            return take(browsers[number], post, "withdraw", because="No").status_code
        return take(browsers[number], post, "schedule", at="2019-05-04T10:00").status_code

    at_once(press, THREADS)
    assert Post.objects.get().is_taken_down
