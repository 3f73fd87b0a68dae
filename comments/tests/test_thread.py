import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.testing import make_user
from blogsite.lib import site
from comments import thread
from comments.models import Comment
from comments.testing import make_comment, make_reply
from posts.models import Post
from posts.testing import make_post

pytestmark = pytest.mark.django_db
CANARY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def bob() -> User:
    return make_user("bob")


@pytest.fixture
def post(alice: User) -> Post:
    return make_post(alice)


def page(client: Client, post: Post, query: str = "") -> str:
    return client.get(post.get_absolute_url() + query).content.decode()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(html: str) -> list[tuple[int, int]]:
    found = re.findall(r'class="comment depth-(\d)[^"]*" id="comment-(\d+)"', html)
    return [(int(depth), int(pk)) for depth, pk in found]


def test_answers_follow_what_they_answer_oldest_first(
    client: Client, post: Post, bob: User
) -> None:
    first, second = make_comment(post, bob), make_comment(post, bob)
    late = make_reply(second, bob)
    early = make_reply(first, bob)
    deeper = make_reply(early, bob)
    assert shown(page(client, post)) == [
        (1, first.pk),
        (2, early.pk),
        (3, deeper.pk),
        (1, second.pk),
        (2, late.pk),
    ]


def test_deep_answers_stay_in_order_and_say_whom_they_answer(
    client: Client, post: Post, alice: User, bob: User
) -> None:
    chain = [make_comment(post, bob)]
    for number in range(5):
        chain.append(make_reply(chain[-1], alice if number % 2 else bob))
    make_reply(chain[3], bob)
    html = page(client, post)
    assert [depth for depth, _ in shown(html)] == [1, 2, 3, 4, 4, 4, 4]
    assert [pk for _, pk in shown(html)] == sorted(pk for _, pk in shown(html))
    assert html.count("in answer to") == 3
    assert f'href="/comments/{chain[4].pk}/"' in html


def test_a_gone_comment_keeps_its_place_only_while_an_answer_stands(
    client: Client, post: Post, alice: User, bob: User
) -> None:
    parent = make_comment(post, bob, "Gone words.")
    between = make_reply(parent, bob, "Gone between.")
    answer = make_reply(between, alice, "It stands.")
    parent.bin()
    between.hide(by=alice)
    html = page(client, post)
    assert "Gone" not in html
    assert "Bob" not in html
    assert [pk for _, pk in shown(html)] == [parent.pk, between.pk, answer.pk]
    answer.bin()
    assert shown(page(client, post)) == []


def test_what_waits_is_shown_to_its_author_alone(client: Client, post: Post, bob: User) -> None:
    make_comment(post, bob, "Canary words.", held_at=timezone.now())
    own = page(signed_in(bob), post)
    assert "Canary words." in own
    assert "Waits for a moderator" in own
    assert "Canary words." not in page(client, post)
    assert "Canary words." not in page(signed_in(make_user("charlie")), post)


def test_its_author_reads_why_a_comment_was_hidden(
    client: Client, post: Post, alice: User, bob: User
) -> None:
    make_comment(post, bob, "Hot words.").hide(by=alice, because="Please stay kind.")
    own = page(signed_in(bob), post)
    assert "Hot words." in own
    assert "Please stay kind." in own
    assert "Hot words." not in page(client, post)


def test_strangers_get_one_page_without_form_or_token(
    client: Client, post: Post, bob: User
) -> None:
    comment = make_comment(post, bob)
    html = page(client, post)
    section = html[html.index('<section class="conversation"') : html.index("</main>")]
    assert "<form" not in section
    assert "csrf" not in html
    assert "Sign in to take part" in section
    assert f"next=%2Fposts%2F{post.slug}%2F%23comments" in section
    assert not client.cookies
    assert page(Client(headers={"user-agent": "another"}), post) == html
    assert f'href="#comment-{comment.pk}"' in section


def test_the_posts_authors_are_marked(client: Client, post: Post, alice: User, bob: User) -> None:
    make_comment(post, bob)
    assert "chip-author" not in page(client, post)
    make_comment(post, alice)
    assert page(client, post).count("chip-author") == 1


def test_changed_comments_are_marked(client: Client, post: Post, bob: User) -> None:
    make_comment(post, bob).edit("Better words.")
    assert "<span>edited</span>" in page(client, post)


def test_long_conversations_come_in_pages_that_cover_all(
    client: Client, post: Post, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "PAGE", 4)
    for _ in range(5):
        make_reply(make_comment(post, bob), bob)
    seen, query, addresses = [], "", []
    while True:
        html = page(client, post, query)
        seen += [pk for _, pk in shown(html)]
        later = re.search(r'href="[^"]*(\?thread_after=\d+)#comments">Later', html)
        addresses.append(query)
        if not later:
            break
        query = later[1]
    assert sorted(seen) == sorted(Comment.objects.values_list("pk", flat=True))
    back = re.search(r'href="[^"?]*(\S*)#comments">Earlier', html)
    assert back is not None
    assert back[1] == addresses[-2]


def test_a_permanent_address_leads_to_the_right_page(
    client: Client, post: Post, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "PAGE", 4)
    comments = [make_comment(post, bob) for _ in range(11)]
    for comment in comments:
        answer = client.get(comment.get_absolute_url())
        address, fragment = answer["Location"].split("#")
        assert fragment == f"comment-{comment.pk}"
        assert comment.pk in [pk for _, pk in shown(client.get(address).content.decode())]


@pytest.mark.parametrize("after", ["0", "x", "-1", "9" * 40, "٣", "1 or 1"])
def test_a_nonsense_page_leads_to_the_first(
    client: Client, post: Post, bob: User, after: str
) -> None:
    make_comment(post, bob)
    answer = client.get(post.get_absolute_url() + f"?thread_after={after}")
    assert (answer.status_code, answer["Location"]) == (302, post.get_absolute_url())


def test_a_comment_of_another_post_is_no_place_to_begin(
    client: Client, post: Post, alice: User
) -> None:
    other = make_comment(make_post(alice), alice)
    make_comment(post, alice)
    answer = client.get(post.get_absolute_url() + f"?thread_after={other.pk}")
    assert (answer.status_code, answer["Location"]) == (302, post.get_absolute_url())


def test_queries_do_not_grow_with_the_conversation(post: Post, alice: User, bob: User) -> None:
    for visitor, most in ((AnonymousUser(), 1), (bob, 5)):
        counts = []
        for _ in range(2):
            for number in range(10):
                writer = make_user(f"writer{Comment.objects.count()}")
                deep = make_reply(make_reply(make_comment(post, writer), alice), bob)
                for _ in range(3):
                    deep = make_reply(deep, writer, held_at=timezone.now() if number % 2 else None)
            counts.append(queries(post, visitor))
        assert counts[0] == counts[1] <= most


def queries(post: Post, visitor: User | AnonymousUser) -> int:
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=visitor.pk) if visitor.pk else visitor
    template = Template("{% load comments %}{% comment_thread post %}")
    context = RequestContext(request, {"post": Post.objects.for_page().get(pk=post.pk)})
    site.current()
    with CaptureQueriesContext(connection) as captured:
        template.render(context)
    return len(captured)


def test_names_and_words_are_never_markup(client: Client, post: Post, alice: User) -> None:
    bob = make_user("bob", display_name="Bob")
    User.objects.filter(pk=bob.pk).update(display_name=f"Bob{CANARY}")
    bob.refresh_from_db()
    deep = make_comment(post, bob, CANARY)
    for _ in range(5):
        deep = make_reply(deep, bob, f"[a](javascript:alert(1)) {CANARY}")
    for html in (page(client, post), page(signed_in(alice), post)):
        assert "<img src=x" not in html
        assert 'href="javascript' not in html
        assert "Bob&lt;img" in html


def test_times_are_told_to_machines(client: Client, post: Post, bob: User) -> None:
    comment = make_comment(post, bob, created_at=timezone.now() - timedelta(days=3))
    assert f'<time datetime="{comment.created_at:%Y-%m-%d}' in page(client, post)
