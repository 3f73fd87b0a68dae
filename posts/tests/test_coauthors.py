"""Authors of one post: asked by name, let in by their own yes, in an order, free to go."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.forms.invitation import ASKED_A_DAY, NOBODY
from posts.models import CoAuthorInvitation, Post, Revision
from posts.querysets.invited import PAUSE
from posts.testing import count_queries, make_draft, make_invitation, make_post


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def bobs(bob: User) -> Client:
    """Return the browser of Bob, signed in."""
    client = Client()
    client.force_login(bob)
    return client


def page_of(post: Post) -> str:
    return reverse("posts:authors", args=[post.pk])


def ask(client: Client, post: Post, who: str) -> Any:
    return client.post(page_of(post), {"who": who}, follow=True)


def names(post: Post) -> list[str]:
    return [person.username for person in post.named_authors()]


def move(client: Client, post: Post, person: User, way: str) -> Any:
    place = post.authorships.get(person=person)
    return client.post(reverse("posts:author_place", args=[post.pk, place.pk]), {"way": way})


def give(client: Client, post: Post, person: User) -> Any:
    place = post.authorships.get(person=person)
    return client.post(reverse("posts:author_ownership", args=[post.pk, place.pk]))


def remove(client: Client, post: Post, person: User) -> Any:
    place = post.authorships.get(person=person)
    return client.post(reverse("posts:author_removal", args=[post.pk, place.pk]), follow=True)


@pytest.mark.parametrize("who", ["bob", "BOB", "bob@example.org"])
def test_whoever_is_asked_and_says_yes_is_an_author(
    desk: Client, bobs: Client, alice: User, who: str
) -> None:
    post = make_draft(alice, title="Beans", body="Sown in May.")
    assert "is asked" in ask(desk, post, who).text
    (letter,) = mail.outbox
    (link,) = re.findall(r"http://\S+", str(letter.body))
    assert letter.to == ["bob@example.org"]
    assert "Alice asks you to be an author of “Beans”" in letter.body
    assert "Sown in May" not in letter.body
    address = "/" + link.split("/", 3)[3]
    assert "Accept" in bobs.get(address).text
    assert "Sown in May" in bobs.post(address, {"answer": "accepted"}, follow=True).text
    assert names(post) == ["alice", "bob"]
    assert bobs.get(address).status_code == 404


def test_until_the_answer_there_are_no_rights_and_no_credit(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    draft, live = make_draft(alice, title="Seed list", body="canaryword"), make_post(alice)
    for post in (draft, live):
        ask(desk, post, "bob")
    invitation = draft.invitations.get()
    for name in ("edit", "authors", "publication"):
        assert bobs.get(reverse(f"posts:{name}", args=[draft.pk])).status_code == 404
    assert bobs.get(draft.get_absolute_url()).status_code == 404
    page = bobs.get(invitation.get_absolute_url()).text
    assert "Seed list" in page
    assert "canaryword" not in page
    assert names(draft) == names(live) == ["alice"]
    assert "Bob" not in Client().get(live.get_absolute_url()).text


def test_others_learn_nothing_of_an_invitation(
    charlies: Client, bobs: Client, alice: User, bob: User
) -> None:
    address = make_invitation(make_draft(alice, title="Seed list"), bob).get_absolute_url()
    client = Client()
    client.force_login(make_user("other"))
    for browser in (charlies, client):
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"answer": "accepted"}).status_code == 404
    assert CoAuthorInvitation.objects.open().count() == 1


def test_a_no_changes_nothing_and_is_not_asked_again_at_once(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    post = make_draft(alice)
    invitation = make_invitation(post, bob)
    bobs.post(invitation.get_absolute_url(), {"answer": "declined"})
    assert names(post) == ["alice"]
    page = desk.get(page_of(post)).text
    assert "Declined" in page
    assert "said no" in ask(desk, post, "bob").text
    assert not mail.outbox
    long_ago = timezone.now() - PAUSE
    CoAuthorInvitation.objects.update(answered_at=long_ago)
    assert "is asked" in ask(desk, post, "bob").text
    assert len(mail.outbox) == 1


def test_what_was_taken_back_cannot_be_accepted(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    post = make_draft(alice)
    invitation = make_invitation(post, bob)
    desk.post(reverse("posts:author_revocation", args=[post.pk, invitation.pk]))
    assert bobs.post(invitation.get_absolute_url(), {"answer": "accepted"}).status_code == 404
    assert not invitation.accept()
    assert names(post) == ["alice"]


def test_who_cannot_be_asked_and_who_is_not_there_get_one_sentence(
    desk: Client, bobs: Client, alice: User, bob: User, charlie: User
) -> None:
    post = make_draft(alice)
    make_user("unproven", email_confirmed_at=None)
    make_user("gone", is_active=False)
    make_invitation(post, bob)
    unknown = ("nobody", "nobody@example.org", "charlie", "charlie@example.org", "gone")
    known = ("unproven@example.org", "bob@example.org", "alice@example.org")
    for who in (*unknown, *known):
        assert str(NOBODY) in ask(desk, post, who).text, who
    assert post.invitations.count() == 1
    assert not mail.outbox


def test_asking_for_names_is_bounded(desk: Client, alice: User, bob: User) -> None:
    post = make_draft(alice)
    for number in range(ASKED_A_DAY):
        assert str(NOBODY) in ask(desk, post, f"guess-{number}").text
    assert "enough for one day" in ask(desk, post, "bob").text
    assert not post.invitations.exists()


def test_whose_address_was_typed_is_not_told_before_the_yes(desk: Client, alice: User) -> None:
    make_user("bob", email="pseudonym@example.org", display_name="Robert")
    post = make_draft(alice)
    page = ask(desk, post, "pseudonym@example.org").text
    assert "pseudonym@example.org" in page
    assert "Robert" not in page


def test_authors_have_equal_rights_but_not_to_remove_each_other(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    post = make_post(alice)
    post.set_authors([alice, bob, make_user("other")])
    for name in ("edit", "publication", "authors"):
        assert bobs.get(reverse(f"posts:{name}", args=[post.pk])).status_code == 200
    assert remove(bobs, post, alice).status_code == 404
    assert give(bobs, post, bob).status_code == 404
    assert names(post) == ["alice", "bob", "other"]
    move(bobs, post, bob, "down")
    assert names(post) == ["alice", "other", "bob"]
    assert "Remove" not in bobs.get(page_of(post)).text


def test_a_contributor_among_the_authors_changes_no_text_that_readers_see(
    alice: User, bob: User
) -> None:
    draft, live = make_draft(alice), make_post(alice)
    contributor = make_user("other", Role.CONTRIBUTOR)
    for post in (draft, live):
        make_invitation(post, contributor).accept()
    assert draft.editable_by(contributor)
    assert not live.editable_by(contributor)
    assert list(Post.objects.editable_by(contributor)) == [draft]


def test_the_owner_orders_removes_and_undoes(desk: Client, alice: User, bob: User) -> None:
    post = make_post(alice)
    other = make_user("other")
    post.set_authors([alice, bob, other])
    assert "is no author of it any more" in remove(desk, post, bob).text
    assert names(post) == ["alice", "other"]
    desk.post(reverse("posts:author_restoration", args=[post.pk]))
    assert names(post) == ["alice", "bob", "other"]
    assert "Undo" not in desk.get(page_of(post)).text


def test_moving_never_changes_who_owns_the_post(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    post = make_post(alice)
    post.set_authors([alice, bob])
    for person, way in ((alice, "down"), (alice, "up"), (bob, "up"), (bob, "down")):
        move(desk, post, person, way)
        assert names(post) == ["alice", "bob"]
    assert give(bobs, post, bob).status_code == 404
    assert "can remove every author" in desk.get(page_of(post)).text
    give(desk, post, bob)
    assert names(post) == ["bob", "alice"]
    assert Post.objects.get().author == bob
    assert "Make owner" not in desk.get(page_of(post)).text


def test_an_undo_brings_nobody_back_whom_the_browser_did_not_remove(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    post, other = make_draft(alice), make_draft(alice)
    for one in (post, other):
        one.set_authors([alice, bob])
    remove(desk, post, bob)
    other.remove_author(bob)
    desk.post(reverse("posts:author_restoration", args=[other.pk]))
    assert names(other) == ["alice"]


def test_an_author_leaves_and_the_next_one_owns_the_post(
    desk: Client, bobs: Client, alice: User, bob: User
) -> None:
    post = make_draft(alice)
    assert "The last author stays" in remove(desk, post, alice).text
    post.set_authors([alice, bob])
    make_invitation(post, make_user("other"))
    assert "You are no author of" in remove(desk, post, alice).text
    post = Post.objects.get()
    assert (names(post), post.author) == (["bob"], bob)
    assert not post.invitations.open().exists()
    assert desk.get(page_of(post)).status_code == 404


def test_what_a_leaving_author_withdrew_the_others_publish_again(alice: User, bob: User) -> None:
    post = make_post(alice)
    post.set_authors([alice, bob])
    post.withdraw(by=alice)
    assert post.remove_author(alice)
    assert Post.objects.get().publishable_by(bob)


def test_an_editor_who_withdrew_it_is_not_asked_to_be_an_author(desk: Client, alice: User) -> None:
    editor = make_user("other", Role.EDITOR)
    post = make_post(alice)
    post.withdraw(by=editor, because="Not yet.")
    assert str(NOBODY) in ask(desk, post, "other").text


def test_changes_of_the_authors_are_in_the_history(desk: Client, alice: User, bob: User) -> None:
    post = make_draft(alice)
    make_invitation(post, bob).accept()
    give(desk, post, bob)
    kept = Revision.objects.filter(post=post, cause="authors").order_by("number")
    assert [row.snapshot["authors"] for row in kept] == [["alice", "bob"], ["bob", "alice"]]
    assert [row.by for row in kept] == [bob, alice]


def test_the_page_takes_as_many_queries_whatever_the_number(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    people = [make_user(f"author-{number}") for number in range(8)]
    counted = []
    for number in (2, 4):
        post.set_authors([alice, *people[:number]])
        for person in people[4 : 4 + number]:
            if not post.invitations.filter(person=person).exists():
                make_invitation(post, person)
        counted.append(count_queries(desk, page_of(post)))
    assert counted[0] == counted[1]
