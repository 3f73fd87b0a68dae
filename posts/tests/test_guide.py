import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.views.guide import DOCS, PICTURE, rendered

GUIDE = reverse("posts:guide")
SOURCE = DOCS / "writing.md"


@pytest.mark.django_db
def test_writers_read_it_and_find_its_parts(desk: Client) -> None:
    page = desk.get(GUIDE).text
    title, text = rendered()
    assert f'dir="ltr">{title}</h1>' in page
    anchors = [f'href="#{heading.id}"' for heading in text.headings if heading.level == 2]
    assert len(anchors) >= 5
    assert all(anchor in page for anchor in anchors)
    assert page.count("<h1") == 1


@pytest.mark.django_db
def test_readers_find_nothing_and_strangers_sign_in(client: Client, charlies: Client) -> None:
    assert charlies.get(GUIDE).status_code == 404
    assert client.get(GUIDE)["Location"].startswith(reverse("accounts:login"))


@pytest.mark.django_db
def test_those_who_only_hand_in_read_it_too(client: Client) -> None:
    client.force_login(make_user("bob", Role.CONTRIBUTOR))
    assert client.get(GUIDE).status_code == 200


@pytest.mark.django_db
def test_ones_posts_lead_to_it(desk: Client, alice: User) -> None:
    assert f'href="{GUIDE}"' in desk.get(reverse("posts:write")).text


def test_every_picture_is_there_and_described() -> None:
    source = SOURCE.read_text()
    named = PICTURE.findall(source)
    assert named
    assert all(finders.find(name) for name in named)
    assert source.count("![") == len(named)
    assert "![](" not in source


def test_it_is_small_enough_to_read_on_the_way() -> None:
    sizes = [path.stat().st_size for path in (DOCS / "screenshots" / "guide").iterdir()]
    assert max(sizes) <= 60_000
    assert sum(sizes) <= 500_000


def test_it_has_no_link_that_leads_nowhere_inside_the_site() -> None:
    links = re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", SOURCE.read_text())
    ids = {f"#{heading.id.removeprefix('s-')}" for heading in rendered()[1].headings}
    assert all(link.startswith("https://") or link in ids for link in links)
