"""What screen readers, keyboards and small fingers need of the pages of posts."""

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import markdown
from posts.models import Tag
from posts.testing import make_post, make_series

pytestmark = pytest.mark.django_db


def test_a_wide_formula_is_reached_by_keyboard_and_has_a_name() -> None:
    html = markdown.render("$$\na + b\n$$", markdown.Kind.POST, has_math=True).html
    assert re.search(
        r'<span class="formula" role="group" tabindex="0" aria-label="Formula"><math', html
    )
    inline = markdown.render("$a + b$", markdown.Kind.POST, has_math=True).html
    assert "tabindex" not in inline


def test_each_synonym_of_a_tag_has_a_label_at_the_desk(client: Client) -> None:
    client.force_login(make_user("alice", Role.OWNER))
    tag = Tag.objects.create(name="Gardens", slug="gardens")
    page = client.get(f"/admin/posts/tag/{tag.pk}/change/").text
    assert 'for="id_synonyms-0-name"' in page


def test_a_title_from_the_right_stays_in_the_list_of_a_page_that_is_gone(client: Client) -> None:
    alice = make_user("alice")
    make_post(alice, slug="gone").delete()
    make_post(alice, title="גינות")
    page = client.get("/posts/gone/").text
    assert "<bdi>גינות</bdi>" in page
    assert '<li dir="auto">' not in page


def test_searches_narrowed_in_different_ways_differ_in_title(client: Client) -> None:
    make_post(make_user("alice"), title="Roses", tags=["Gardens"])
    titles = {
        client.get(address).text.partition("<title>")[2].partition("</title>")[0]
        for address in ("/search/?q=roses", "/search/?q=roses&tag=gardens")
    }
    assert len(titles) == 2


def test_titles_of_other_posts_name_their_language(client: Client) -> None:
    alice = make_user("alice")
    hebrew = make_post(alice, title="גינות", language="he", slug="balcony")
    address = f"{settings.SITE_URL}/posts/balcony/"
    post = make_post(alice, title="Roses", body=address)
    make_series(alice, hebrew, post)
    page = client.get(post.get_absolute_url()).text
    assert page.count('<bdi lang="he">גינות</bdi>') == 2  # before it in time, and in the series
    assert f'<a href="{hebrew.get_absolute_url()}" lang="he"><strong dir="auto">גינות' in page


def test_a_reader_of_another_language_hears_titles_in_their_own(client: Client) -> None:
    alice = make_user("alice")
    make_post(alice, title="Beans")
    post = make_post(alice, title="Roses")
    client.cookies["language"] = "de"
    page = client.get(post.get_absolute_url()).text
    assert '<html lang="de"' in page
    assert '<bdi lang="en">Beans</bdi>' in page
