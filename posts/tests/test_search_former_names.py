"""Addresses of narrowed searches go on finding after renames and merges."""

import pytest
from django.test import Client

from accounts.models import User
from posts.models import Tag, TagSynonym
from posts.testing import count_queries, make_draft, make_post

ADDRESS = "/search/?q=boat&"


@pytest.fixture
def boats(alice: User) -> Tag:
    """Return the tag of a post about a boat."""
    tag: Tag = make_post(alice, title="A boat", tags=["Boats"]).tags.get()
    return tag


def found(client: Client, facet: str) -> tuple[list[str], list[str]]:
    """Return the titles found and what the search says it is narrowed to."""
    context = client.get(ADDRESS + facet).context
    titles = [post.title for post, _shown in context["results"]]
    return titles, [chip.name for chip in context["chips"]]


def test_a_renamed_author_is_found_by_the_former_name(
    client: Client, alice: User, boats: Tag
) -> None:
    alice.rename("captain")
    assert found(client, "author=alice") == found(client, "author=captain")
    assert found(client, "author=alice")[0] == ["A boat"]


def test_a_renamed_tag_is_found_by_its_former_address(client: Client, boats: Tag) -> None:
    boats.name, boats.slug = "Vessels", "vessels"
    boats.save()
    assert found(client, "tag=boats") == (["A boat"], ["Vessels"])


def test_a_merged_tag_is_found_in_the_other(client: Client, boats: Tag) -> None:
    ships = Tag.objects.create(name="Ships", slug="ships")
    boats.merge_into(ships)
    assert found(client, "tag=boats") == (["A boat"], ["Ships"])


def test_a_tag_is_found_by_its_other_name(client: Client, boats: Tag) -> None:
    TagSynonym.objects.create(tag=boats, name="Ships")
    assert found(client, "tag=ships") == (["A boat"], ["Boats"])


def test_former_names_tell_nothing_of_what_is_hidden(
    client: Client, alice: User, bob: User, boats: Tag
) -> None:
    draft = make_draft(bob, title="A boat inside", tags=["Secret"])
    TagSynonym.objects.create(tag=draft.tags.get(), name="Ships")
    bob.rename("robert")
    assert found(client, "tag=ships") == ([], ["ships"])
    assert found(client, "author=bob") == ([], ["bob"])
    pages = [client.get(ADDRESS + facet).text for facet in ("tag=ships", "tag=sheep")]
    assert pages[0].replace("ships", "sheep") == pages[1]


def test_only_what_is_unknown_costs_another_query(client: Client, boats: Tag) -> None:
    known = count_queries(client, ADDRESS + "tag=boats")
    TagSynonym.objects.create(tag=boats, name="Ships")
    assert count_queries(client, ADDRESS + "tag=boats") == known
    assert count_queries(client, ADDRESS + "tag=ships") == known + 1
