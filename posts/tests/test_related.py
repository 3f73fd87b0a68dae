"""Posts that are like others: found after the save, shown to those who may see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from posts.models import Post, PostTerm, RelatedPost, RelatingWork
from posts.relating import storing, work
from posts.testing import count_queries, make_draft, make_post, make_series

BEANS = "Broad beans like a rich soil; sow the beans in rows, and pinch out the tips."
BEES = "A colony of bees swarms in May; put the queen into a new hive with her swarm."
STARS = "Through the telescope the nebula glows; astronomers measured its spectrum."


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a queue that learned nothing from another test."""
    monkeypatch.setattr(work, "QUEUE", work.Queue())


def relate() -> int:
    """Do what the worker does."""
    done = work.relate_due(seconds=60)
    assert not RelatingWork.objects.exists()
    return done


def near(post: Post) -> list[str]:
    """Return the titles of what is stored as like the post, the nearest first."""
    rows = RelatedPost.objects.filter(post=post).order_by("-score", "-other_id")
    return [row.other.title for row in rows.select_related("other")]


def fill(alice: User) -> None:
    """Make posts that have nothing to do with the others, so that their words are rare."""
    for topic in ("trains", "bread", "rivers", "clocks", "paper", "ships", "glass", "snow"):
        make_post(alice, title=f"On {topic}", body=f"All about {topic}, {topic} and {topic}.")


def test_words_tags_and_series_make_posts_alike_in_both_directions(alice: User) -> None:
    fill(alice)
    one = make_post(alice, title="Beans", body=BEANS)
    two = make_post(alice, title="More beans", body=f"Again: {BEANS}")
    relate()
    tagged, other = (make_post(alice, title=name, tags=["Rare"]) for name in ("A", "B"))
    third, fourth = make_post(alice, title="C", body=BEES), make_post(alice, title="D", body=STARS)
    make_series(alice, third, fourth)
    relate()
    assert near(one) == ["More beans"]
    assert near(two) == ["Beans"]
    assert near(tagged) == ["B"]
    assert near(other) == ["A"]
    assert near(third) == ["D"]
    assert near(fourth) == ["C"]


def test_a_rare_tag_counts_more_than_a_common_one(alice: User) -> None:
    fill(alice)
    for number in range(8):
        make_post(alice, title=f"{number}", body=STARS[number:], tags=["Common"])
    one = make_post(alice, title="One", body=BEES, tags=["Common", "Rare"])
    make_post(alice, title="By the common", body=BEANS, tags=["Common"])
    make_post(alice, title="By the rare", body=BEANS, tags=["Rare"])
    relate()
    assert near(one)[0] == "By the rare"


def test_what_changes_is_related_anew_and_nothing_else_is(alice: User) -> None:
    fill(alice)
    one, two = make_post(alice, title="A", body=BEANS), make_post(alice, title="B", body=BEANS)
    relate()
    assert near(two) == ["A"]
    assert relate() == 0
    Post.objects.update(like_count=3)
    one.pin()
    make_draft(alice, body=BEANS)
    assert relate() == 0
    one.body = STARS
    one.save()
    relate()
    assert near(one) == near(two) == []
    one.tags.set(two.tags.model.named(["Rare"]))
    two.tags.set(one.tags.all())
    relate()
    assert near(one) == ["B"]


@pytest.mark.parametrize("way", ["withdraw", "bin", "unlist", "delete"])
def test_what_leaves_the_lists_leaves_nothing(alice: User, way: str) -> None:
    one, two = make_post(alice, title="A", body=BEANS), make_post(alice, title="B", body=BEANS)
    fill(alice)
    relate()
    match way:
        case "withdraw":
            two.withdraw(by=alice)
        case "bin":
            two.bin()
        case "unlist":
            Post.objects.filter(pk=two.pk).update(visibility="unlisted")
        case "delete":
            two.delete()
    relate()
    assert near(one) == []
    assert not PostTerm.objects.filter(post_id=two.pk).exists()


HIDDEN: list[dict[str, Any]] = [
    {"published_at": None},
    {"published_at": timezone.now() + timedelta(days=1)},
    {"withdrawn_at": timezone.now()},
    {"deleted_at": timezone.now()},
    {"visibility": "unlisted"},
    {"visibility": "members"},
]


@pytest.mark.parametrize("fields", HIDDEN)
def test_a_page_shows_what_its_reader_may_see(
    client: Client, charlies: Client, alice: User, fields: dict[str, Any]
) -> None:
    one = make_post(alice, title="A", body=BEANS)
    make_post(alice, title="For everybody", body=BEANS)
    hidden = make_post(alice, title="A secret", body=BEANS)
    fill(alice)
    relate()
    Post.objects.filter(pk=hidden.pk).update(**fields)  # the worker has not seen it yet
    page = client.get(one.get_absolute_url())
    assert [post.title for post in page.context["related"]] == ["For everybody"]
    assert "A secret" not in page.text.split('class="related')[1].split("</aside>")[0]
    for_members = fields.get("visibility") == "members"
    mine = charlies.get(one.get_absolute_url()).text.split('class="related')[1]
    assert ("A secret" in mine.split("</aside>")[0]) == for_members


def test_a_list_keeps_the_best(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "KEPT", 2)
    fill(alice)
    one = make_post(alice, title="One", body=BEANS, tags=["Rare"])
    for number in range(3):
        make_post(alice, title=f"Words {number}", body=BEANS)
    relate()
    make_post(alice, title="Both", body=BEANS, tags=["Rare"])
    relate()
    assert near(one)[0] == "Both"
    assert len(near(one)) == 2


def test_the_command_does_the_same_from_nothing(alice: User) -> None:
    fill(alice)
    one = make_post(alice, title="A", body=BEANS)
    make_post(alice, title="B", body=BEANS)
    make_draft(alice, title="C", body=BEANS)
    call_command("relate_posts", verbosity=0)
    assert near(one) == ["B"]
    assert not RelatingWork.objects.exists()


def test_it_takes_as_many_queries_whatever_the_number(client: Client, alice: User) -> None:
    one = make_post(alice, title="One", body=BEANS, tags=["Rare", "Bees"])
    for _time in range(20):
        make_post(alice, body=BEANS, tags=["Rare", "Bees"])
    relate()
    shown = count_queries(client, one.get_absolute_url())
    taken = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            work.QUEUE.relater().relate(one.pk)
        taken.append(len(queries))
        for _more in range(20):
            make_post(alice, body=BEANS, tags=["Rare", "Bees"])
        relate()
    assert taken[0] + 5 >= taken[1]
    assert count_queries(client, one.get_absolute_url()) == shown
