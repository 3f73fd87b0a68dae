import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from comments.models import Comment, Decision, Report, Sanction
from comments.testing import make_comment, make_reply
from comments.tests.test_sanctions import tomorrow
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/comment/"
CANARY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def alice(client: Client) -> User:
    alice = make_user("alice", role=Role.MODERATOR)
    client.force_login(alice)
    return alice


@pytest.fixture
def comment(alice: User) -> Comment:
    return make_comment(make_post(alice), make_user("bob"), "Hot words.")


def act(client: Client, action: str, comments: list[Comment], **data: Any) -> Any:
    chosen = [comment.pk for comment in comments]
    return client.post(LIST, {"action": action, "_selected_action": chosen, **data}, follow=True)


def test_many_are_hidden_with_a_reason_and_brought_back(client: Client, comment: Comment) -> None:
    both = [comment, make_comment(comment.post, comment.author)]
    asked = act(client, "hide", both).content.decode()
    assert "2 comments are chosen" in asked
    assert not Decision.objects.exists()
    done = act(client, "hide", both, confirmed="1", reason="Off topic.").content.decode()
    assert "2 comments hidden." in done
    assert set(Decision.objects.values_list("reason", flat=True)) == {"Off topic."}
    link = re.search(r'href="(/admin/comments/decision/undo/[^"]+)"', done)
    assert link is not None
    assert "Hot words." in client.get(link[1]).content.decode()
    assert Comment.objects.standing().count() == 0
    assert "2 decisions undone." in client.post(link[1], follow=True).content.decode()
    assert Comment.objects.standing().count() == 2
    assert client.get(link[1]).status_code == 404


@pytest.mark.parametrize(("action", "state"), [("approve", "standing"), ("spam", "spam")])
def test_one_is_decided_on_its_own_page(
    client: Client, comment: Comment, action: str, state: str
) -> None:
    Comment.objects.update(held_at=timezone.now())
    page = client.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert "Hot words." in page
    assert 'value="approve"' in page
    address = f"{LIST}{comment.pk}/decision/"
    client.post(address, {"action": action, "reason": ""})
    assert Comment.objects.get().state == state


def test_the_page_shows_context_record_and_standing(client: Client, comment: Comment) -> None:
    answer = make_reply(comment, comment.author, "An answer.")
    answer.hide(by=comment.post.author, because="Too loud.")
    Report.objects.create(comment=answer, reporter=comment.post.author, reason="Rude.")
    Sanction.impose(answer.author, by=comment.post.author, because="Noise.", until=tomorrow())
    page = client.get(f"{LIST}{answer.pk}/change/").content.decode()
    for words in ("An answer.", "Hot words.", "Too loud.", "Rude.", "Noise.", "Suspended until"):
        assert words in page
    assert f"/admin/comments/sanction/add/?person={answer.author_id}" in page
    assert 'name="body"' not in page


@pytest.mark.parametrize("state", ["waiting", "standing", "hidden", "spam", "deleted"])
def test_each_state_can_be_listed(client: Client, comment: Comment, state: str) -> None:
    stamps = {"waiting": "held_at", "standing": "edited_at", "deleted": "deleted_at"}
    stamp = stamps.get(state, f"{state}_at")
    for name in ("held_at", "hidden_at", "spam_at", "deleted_at", "edited_at"):
        make_comment(comment.post, comment.author, f"By {name}", **{name: timezone.now()})
    listed = re.findall(r"By (\w+_at)", client.get(f"{LIST}?state={state}").content.decode())
    assert listed == [stamp]


def test_an_unknown_state_lists_all(client: Client, comment: Comment) -> None:
    assert "Hot words." in client.get(f"{LIST}?state=x").content.decode()


def test_reported_ones_are_listed_and_counted(client: Client, comment: Comment) -> None:
    make_comment(comment.post, comment.author, "Kind words.")
    Report.objects.create(comment=comment, reporter=comment.post.author, reason="Rude.")
    html = client.get(f"{LIST}?reported=open").content.decode()
    assert "Hot words." in html
    assert "Kind words." not in html
    assert '<td class="field-reported">1</td>' in html


@pytest.mark.parametrize("query", ["Hot words", "bob", "Unusual title"])
def test_search_finds_by_text_author_and_title(
    client: Client, comment: Comment, query: str
) -> None:
    Post.objects.update(title="Unusual title")
    assert "Hot words." in client.get(LIST, {"q": query}).content.decode()
    assert "Hot words." not in client.get(LIST, {"q": "nowhere"}).content.decode()


def test_each_row_has_one_link_to_the_comment(client: Client, comment: Comment) -> None:
    address = f"{LIST}{comment.pk}/change/"
    html = client.get(LIST).content.decode()
    assert html.count(address) == 1
    assert f'<a href="{address}" dir="auto">Hot words.</a>' in html


def test_an_editor_looks_but_does_not_decide(client: Client, comment: Comment) -> None:
    client.force_login(make_user("charlie", role=Role.EDITOR))
    assert 'name="action" value' not in client.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert client.post(f"{LIST}{comment.pk}/decision/", {"action": "hide"}).status_code == 404
    act(client, "hide", [comment], confirmed="1")
    decision = comment.hide(by=comment.post.author)
    assert client.post(f"/admin/comments/decision/undo/{decision.batch}/").status_code == 404
    assert Comment.objects.get().state == "hidden"


def test_strangers_do_not_reach_the_desk(comment: Comment) -> None:
    for client in (Client(), Client()):
        for address in (LIST, f"{LIST}{comment.pk}/change/", "/admin/comments/decision/"):
            assert client.get(address).status_code == 302
        client.force_login(User.objects.get(username="bob"))


def test_nobodys_words_are_edited_or_deleted(client: Client, comment: Comment) -> None:
    client.force_login(make_user("charlie", role=Role.OWNER))
    client.post(f"{LIST}{comment.pk}/change/", {"body": "Forged"})
    client.post(f"{LIST}{comment.pk}/delete/", {"post": "yes"})
    assert Comment.objects.get().body == "Hot words."
    assert client.get(f"{LIST}add/").status_code == 404


@pytest.mark.parametrize("kind", ["comment", "decision", "report", "sanction"])
def test_lists_take_the_same_queries_however_long(client: Client, alice: User, kind: str) -> None:
    counts = []
    for round_ in range(2):
        for number in range(10):
            bob = make_user(f"bob{round_}{number}")
            comment = make_comment(make_post(bob), bob)
            Report.objects.create(comment=comment, reporter=alice, reason="Rude.")
            comment.hide(by=bob)
            Report.objects.update(settled_at=None)
            Sanction.impose(bob, by=alice, because="Noise.", until=tomorrow())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/comments/{kind}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_words_and_names_are_never_markup(client: Client, comment: Comment) -> None:
    User.objects.filter(username="bob").update(display_name=CANARY)
    Post.objects.update(title=CANARY)
    other = make_reply(comment, User.objects.get(username="bob"), CANARY)
    decision = other.hide(by=comment.post.author, because=CANARY)
    undo = f"/admin/comments/decision/undo/{decision.batch}/"
    pages = [LIST, f"{LIST}{other.pk}/change/", "/admin/comments/decision/", undo]
    for address in pages:
        html = client.get(address).content.decode()
        assert "<img src=x" not in html
        assert "&lt;img src=x" in html


@pytest.mark.parametrize("pk", ["0", "x", "9" * 30])
def test_a_comment_that_is_not_there_is_missing(client: Client, alice: User, pk: str) -> None:
    assert client.get(f"{LIST}{pk}/change/").status_code == 404


def test_the_desks_first_page_says_what_waits(client: Client, comment: Comment) -> None:
    assert "Nothing waits for you." in client.get("/admin/").content.decode()
    make_comment(comment.post, comment.author, held_at=timezone.now())
    Report.objects.create(comment=comment, reporter=comment.post.author, reason="Rude.")
    html = client.get("/admin/").content.decode()
    assert "1 comment waits for you" in html
    assert "1 comment is reported" in html
    assert "Nothing waits" not in html


def test_the_desks_first_page_shows_editors_the_posts_in_review(
    client: Client, comment: Comment
) -> None:
    Report.objects.create(comment=comment, reporter=comment.post.author, reason="Rude.")
    client.force_login(make_user("charlie", role=Role.EDITOR))
    assert "Nothing waits for you." in client.get("/admin/").content.decode()
    Post.objects.update(published_at=None, submitted_at=timezone.now())
    html = client.get("/admin/").content.decode()
    assert "1 post is in review" in html
    assert "is reported" not in html
