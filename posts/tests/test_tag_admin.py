from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from posts.models import Tag
from posts.testing import make_draft, make_post, make_tag

pytestmark = pytest.mark.django_db
LIST = reverse("admin:posts_tag_changelist")
NO_NAMES = {"synonyms-TOTAL_FORMS": "0", "synonyms-INITIAL_FORMS": "0"}


@pytest.fixture
def editors(client: Client, bob: User) -> Client:
    """Return the browser of Bob, who edits."""
    client.force_login(bob)
    return client


def merge(client: Client, *tags: Tag, **answer: Any) -> Any:
    sent = {"action": "merge", "_selected_action": [tag.pk for tag in tags], **answer}
    return client.post(LIST, sent, follow=True)


def test_a_renamed_tag_keeps_its_former_address(editors: Client, alice: User) -> None:
    tag = make_tag("Gardnes")
    make_post(alice, tags=["Gardnes"])
    address = reverse("admin:posts_tag_change", args=[tag.pk])
    editors.post(address, {"name": "Gardens", "slug": "gardens", "description": "", **NO_NAMES})
    assert Client().get("/tags/gardnes/")["Location"] == "/tags/gardens/"


def test_a_taken_address_gets_a_sentence(editors: Client) -> None:
    make_tag("Gardens")
    address = reverse("admin:posts_tag_change", args=[make_tag("Birds").pk])
    page = editors.post(address, {"name": "Birds", "slug": "gardens", **NO_NAMES})
    assert "Another tag has that address" in page.text


def test_merging_asks_into_which_and_moves_posts_and_addresses(
    editors: Client, alice: User
) -> None:
    kept, one, two = make_tag("Gardens"), make_tag("Garden"), make_tag("Gardening")
    both, single = make_post(alice, tags=["Gardens", "Garden"]), make_draft(alice)
    single.tags.set([two])
    assert "Into the tag" in merge(editors, one, two).text
    merge(editors, one, two, kept, answered="1", choice="gardens ")
    assert list(Tag.objects.all()) == [kept]
    assert list(both.tags.all()) == list(single.tags.all()) == [kept]
    assert Client().get("/tags/gardening/")["Location"] == "/tags/gardens/"
    assert "Garden, Gardening" in LogEntry.objects.get().change_message


def test_merging_into_an_unknown_tag_gets_a_sentence(editors: Client) -> None:
    page = merge(editors, make_tag("Gardens"), answered="1", choice="Gradens")
    assert "There is nothing called “Gradens”" in page.text
    assert Tag.objects.get().name == "Gardens"


def test_a_tag_is_not_merged_into_itself(editors: Client) -> None:
    tag = make_tag("Gardens")
    merge(editors, tag, answered="1", choice="Gardens")
    assert Tag.objects.get() == tag


def test_the_list_counts_posts_and_costs_the_same_whatever_the_number(
    editors: Client, alice: User
) -> None:
    counts = []
    for time in range(2):
        for number in range(5):
            make_draft(alice, tags=[f"Tag{time}{number}", "Gardens"])
        editors.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            page = editors.get(LIST, {"o": "-3"})
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert page.context["cl"].result_list[0].all_count == 10


def name_also(client: Client, tag: Tag, name: str) -> Any:
    """Give the tag another name at its page."""
    address = reverse("admin:posts_tag_change", args=[tag.pk])
    names = {"synonyms-TOTAL_FORMS": "1", "synonyms-INITIAL_FORMS": "0"}
    sent = {"name": tag.name, "slug": tag.slug, "description": "", "synonyms-0-name": name}
    return client.post(address, {**sent, **names}, follow=True)


def test_another_name_gives_the_tag_and_its_address_leads_there(
    editors: Client, alice: User
) -> None:
    make_post(alice, tags=["JavaScript"])
    tag = Tag.objects.get()
    name_also(editors, tag, "ECMA  Script")
    assert Tag.named(["ecma script", "javascript", "ECMA-Script"]) == [tag]
    assert Client().get("/tags/ecma-script/feed/")["Location"] == "/tags/javascript/feed/"
    merge(editors, make_tag("JS"), answered="1", choice="ecma script")
    assert Tag.named(["js"]) == [tag]
    assert list(tag.synonyms.values_list("name", flat=True)) == ["ECMA Script", "JS"]
    tag.slug = "js"
    tag.save()
    assert Client().get("/tags/js/").status_code == 200
    assert Tag.named(["javascript", "js"]) == [tag]


def test_a_name_is_one_tags_alone(editors: Client) -> None:
    tag, other = make_tag("Gardens"), make_tag("Birds")
    assert "“Birds” has that name" in name_also(editors, tag, "birds").text
    name_also(editors, other, "Fowl")
    assert "“Birds” has that name" in name_also(editors, tag, "Fowl").text
    address = reverse("admin:posts_tag_change", args=[tag.pk])
    taken = editors.post(address, {"name": "Gardens", "slug": "fowl", **NO_NAMES})
    assert "That is another name of “Birds”" in taken.text
