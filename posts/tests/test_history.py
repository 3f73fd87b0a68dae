"""The history of a post: its versions, what each changed, names; for its writers alone."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import drafts, snapshot
from posts.models import Post, Revision
from posts.testing import count_queries, make_draft, make_image, make_post, make_series

pytestmark = pytest.mark.django_db

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'&"


@pytest.fixture
def post(alice: User) -> Post:
    """Return a draft with three versions: of Alice, of Bob, of Alice."""
    post = make_draft(alice, title="Roses", body="First there were roses.\n\nThen there was rain.")
    Revision.objects.record(post, by=alice)
    change(post, make_user("bob", Role.EDITOR), body="First there were tulips.\n\nThen rain.")
    change(post, alice, tags=["Gardens"], slug="garden")
    return post


def change(post: Post, by: User, **fields: Any) -> Revision:
    post.refresh_from_db()
    return drafts.write(post, snapshot.edited(snapshot.take(post)) | fields, by=by)


def page(desk: Client, post: Post, *numbers: int, **query: str) -> str:
    name = "posts:version" if numbers else "posts:history"
    answer = desk.get(reverse(name, args=[post.pk, *numbers]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_lists_who_changed_what(desk: Client, post: Post) -> None:
    steps = desk.get(reverse("posts:history", args=[post.pk])).context["steps"]
    assert [step.version.number for step in steps] == [3, 2, 1]
    assert [step.changes for step in steps] == [["address", "tags"], ["text"], []]
    assert [str(step.version.by) for step in steps] == ["Alice", "Bob", "Alice"]
    assert [step.is_first for step in steps] == [False, False, True]
    assert "Changed: address, tags" in page(desk, post)


def test_a_post_without_versions_says_so(desk: Client, alice: User) -> None:
    assert "No version is kept yet" in page(desk, make_draft(alice))


def test_it_says_what_readers_saw_and_see(desk: Client, alice: User) -> None:
    post = make_post(alice)
    change(post, alice, title="Another")
    drafts.write_draft(post, {"title": "Hidden yet"}, by=alice)
    shown = page(desk, post)
    assert shown.count("Readers see this") == 1
    assert shown.count(">What readers saw<") == 1
    assert shown.count("Unpublished change") == 1


def test_folded_steps_are_one_version_and_can_be_reached(
    desk: Client, alice: User, post: Post
) -> None:
    change(post, alice, title="Passing")
    change(post, alice, title="Lasting")
    steps = desk.get(reverse("posts:history", args=[post.pk])).context["steps"]
    assert [step.version.number for step in steps] == [5, 2, 1]
    assert steps[0].changes == ["title", "address", "tags"]
    every = desk.get(reverse("posts:history", args=[post.pk]), {"steps": "all"}).context["steps"]
    assert [step.version.number for step in every] == [5, 4, 3, 2, 1]
    assert every[0].changes == ["title"]
    assert "Passing" in page(desk, post, 4)


def test_it_has_pages_and_takes_as_many_queries_for_any_number(
    desk: Client, alice: User, post: Post
) -> None:
    address = reverse("posts:history", args=[post.pk])
    few = count_queries(desk, address)
    for number in range(20):
        change(post, alice, title=f"Title {number}", tags=[f"Tag {number}"])
    Revision.objects.update(folded=False)
    assert count_queries(desk, address) == few
    assert desk.get(address, {"page": "2"}).context["steps"][-1].is_first
    assert desk.get(address, {"page": "3"}).status_code == 404
    alone = count_queries(desk, reverse("posts:version", args=[post.pk, 3]))
    assert count_queries(desk, reverse("posts:version", args=[post.pk, 22])) <= alone + 2


def test_a_version_shows_what_changed_since_the_one_before(desk: Client, post: Post) -> None:
    shown = page(desk, post, 2)
    assert "<ins>" in shown
    assert "<del>" in shown
    assert "Address" not in shown


def test_other_fields_are_shown_before_and_after(desk: Client, alice: User, post: Post) -> None:
    cover, series = make_image(alice), make_series(alice)
    made = change(post, alice, cover=cover.pk, series=[series.pk], visibility="members")
    facts = {
        fact.name: fact
        for fact in desk.get(reverse("posts:version", args=[post.pk, made.number]))
        .context["comparison"]
        .facts
    }
    assert (facts["cover"].old.words, facts["cover"].new.picture) == ("none", cover)
    assert facts["series"].new.words == "A year outside"
    assert facts["visibility"].new.words == "Members: people who are signed in"
    assert facts["tags"].new.words == "Gardens"
    assert cover.thumbnail_url in page(desk, post, made.number)


def test_what_a_version_names_may_be_gone(desk: Client, alice: User, post: Post) -> None:
    cover, series = make_image(alice), make_series(alice)
    made = change(post, alice, cover=cover.pk, series=[series.pk])
    cover.delete()
    series.delete()
    shown = page(desk, post, made.number)
    assert "a picture that was deleted" in shown
    assert "a series that was deleted" in shown


def test_the_first_version_has_none_before_it(desk: Client, post: Post) -> None:
    assert "there is none before it" in page(desk, post, 1)


@pytest.mark.parametrize(
    ("number", "other", "labels"),
    [(3, "1", ("version 1", "version 3")), (1, "3", ("version 1", "version 3"))],
)
def test_any_two_versions_are_compared_the_older_first(
    desk: Client, post: Post, number: int, other: str, labels: tuple[str, str]
) -> None:
    address = reverse("posts:version", args=[post.pk, number])
    context = desk.get(address, {"with": other}).context
    assert tuple(side.label.split(",")[0] for side in context["sides"]) == labels
    assert [fact.name for fact in context["comparison"].facts] == ["slug", "tags"]
    assert context["comparison"].is_text_changed


def test_a_version_is_compared_with_the_post_and_with_the_draft_over_it(
    desk: Client, alice: User
) -> None:
    post = make_post(alice, title="Once")
    change(post, alice, title="Now")
    drafts.write_draft(post, {"title": "Soon"}, by=alice)
    assert "what readers see now" in page(desk, post, 1)
    address = reverse("posts:version", args=[post.pk, 1])
    for other, title in (("now", "Now"), ("unpublished", "Soon")):
        comparison = desk.get(address, {"with": other}).context["comparison"]
        assert comparison.facts[0].new.words == title


def test_beside_the_unpublished_draft_the_way_leads_back_to_publication(
    desk: Client, alice: User
) -> None:
    post = make_post(alice, title="Once")
    Revision.objects.record(post, by=alice)
    drafts.write_draft(post, {"title": "Soon"}, by=alice)
    primary = re.compile(r'class="btn btn-primary" href="([^"]+)"')
    address = reverse("posts:version", args=[post.pk, 1])
    publication = reverse("posts:publication", args=[post.pk])
    assert primary.findall(desk.get(address, {"with": "unpublished"}).text) == [publication]
    restoration = reverse("posts:version_restoration", args=[post.pk, 1])
    assert primary.findall(desk.get(address).text) == [restoration]


def test_where_the_post_stands_is_no_change_of_the_draft_over_it(desk: Client, alice: User) -> None:
    post = make_post(alice, title="Once")
    Revision.objects.record(post, by=alice)
    post.pin()
    made = drafts.write_draft(post, {"title": "Soon"}, by=alice)
    post.unpin()
    step = desk.get(reverse("posts:history", args=[post.pk])).context["steps"][0]
    assert (step.version, step.changes) == (made, ["title"])
    for number, other in ((made.number, "now"), (1, "unpublished"), (1, str(made.number))):
        address = reverse("posts:version", args=[post.pk, number])
        facts = desk.get(address, {"with": other}).context["comparison"].facts
        assert [fact.name for fact in facts] == ["title"]


@pytest.mark.parametrize("other", ["99", "nonsense", "9" * 30, "unpublished", "-1", "<b>"])
def test_what_there_is_not_gets_a_sentence(desk: Client, post: Post, other: str) -> None:
    answer = desk.get(reverse("posts:version", args=[post.pk, 2]), {"with": other})
    assert answer.status_code == 404
    assert "There is no such version" in answer.content.decode()


def test_a_version_of_another_post_gets_a_sentence(desk: Client, alice: User, post: Post) -> None:
    other = make_draft(alice, body="Quite another text.")
    Revision.objects.record(other, by=alice)
    for number in (2, 99, 10**30):
        answer = desk.get(f"/write/{other.pk}/history/{number}/")
        assert answer.status_code == 404
        assert "There is no such version" in answer.content.decode()
        assert "tulips" not in answer.content.decode()


def test_words_set_otherwise_are_said_to_be_the_same(desk: Client, alice: User, post: Post) -> None:
    made = change(post, alice, body="First there were *tulips*.\n\nThen rain.")
    shown = page(desk, post, made.number)
    assert "The words are the same" in shown
    assert '<details class="panel" open>' in shown


def test_a_text_beyond_the_limits_is_shown_as_markdown(
    desk: Client, alice: User, post: Post
) -> None:
    Revision.objects.filter(number=2).update(
        snapshot=snapshot.take(post) | {"body": ">" * 60 + " deep"}
    )
    shown = page(desk, post, 2)
    assert "too complex" in shown
    assert "deep" in shown


def test_everything_is_escaped(desk: Client, alice: User, post: Post) -> None:
    change(post, alice, title=HOSTILE, body=f"`{HOSTILE}`", summary=HOSTILE, tags=[HOSTILE])
    made = change(post, alice, cover_caption=HOSTILE, body=f"`{HOSTILE}` changed")
    made.call_it(HOSTILE)
    for shown in (page(desk, post), page(desk, post, made.number, **{"with": "1"})):
        assert "<script>" not in shown
        assert "<img src=x" not in shown
        assert "&lt;script&gt;" in shown


def test_a_version_gets_a_name_and_loses_it(desk: Client, alice: User, post: Post) -> None:
    change(post, alice, title="Later")
    address = reverse("posts:version_name", args=[post.pk, 3])
    assert Revision.objects.get(post=post, number=3).folded
    desk.post(address, {"name": "  As sent to Bob "})
    named = Revision.objects.get(post=post, number=3)
    assert (named.name, named.folded) == ("As sent to Bob", False)
    assert "As sent to Bob" in page(desk, post)
    desk.post(address, {"name": ""})
    named.refresh_from_db()
    assert (named.name, named.folded) == ("", False)


def test_a_name_too_long_is_refused_in_words(desk: Client, post: Post) -> None:
    answer = desk.post(reverse("posts:version_name", args=[post.pk, 3]), {"name": "x" * 121})
    assert "at most 120 characters" in answer.content.decode()
    assert not Revision.objects.exclude(name="").exists()


def test_strangers_learn_nothing(client: Client, charlie: User, post: Post) -> None:
    client.force_login(make_user("charlie-writes"))
    for name, numbers in (("history", []), ("version", [2]), ("version_restoration", [2])):
        answer = client.get(reverse(f"posts:{name}", args=[post.pk, *numbers]))
        assert answer.status_code == 404
        assert "tulips" not in answer.content.decode()
    answer = client.post(reverse("posts:version_name", args=[post.pk, 2]), {"name": "Mine"})
    assert answer.status_code == 404
    assert not Revision.objects.exclude(name="").exists()


def test_the_editor_and_publication_lead_to_it(desk: Client, post: Post) -> None:
    for name in ("edit", "publication"):
        shown = desk.get(reverse(f"posts:{name}", args=[post.pk])).content.decode()
        assert reverse("posts:history", args=[post.pk]) in shown


def test_every_field_has_a_name() -> None:
    assert {*snapshot.FIELDS, *snapshot.STATE} == {*snapshot.LABELS}
