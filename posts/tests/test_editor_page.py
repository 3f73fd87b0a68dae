"""What the editor's page consists of: its scripts and their weight, its fields, its words."""

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from accounts.models import User
from posts.models import Image
from posts.testing import make_draft, make_image, typed

pytestmark = pytest.mark.django_db
LIMIT = 12 * 1024
IMPORT = re.compile(r'^import .* from "\./([\w.]+)";$', re.MULTILINE)


def scripts(page: str) -> dict[str, bytes]:
    """Return the editor's scripts, those that others import included; not the frame's."""
    wanted = set(re.findall(r'src="/static/js/([\w]+)[\w.]*\.js"', page)) - {"menu"}
    found: dict[str, bytes] = {}
    while wanted:
        name = wanted.pop()
        path = finders.find(f"js/{name}.js")
        assert path, name
        found[name] = Path(path).read_bytes()
        imported = {one.removesuffix(".js") for one in IMPORT.findall(found[name].decode())}
        wanted |= imported - found.keys()
    return found


def test_all_scripts_together_are_light(desk: Client) -> None:
    found = scripts(desk.get(reverse("posts:new")).text)
    assert {"editor", "edit", "toolbar", "uploads", "live", "autosave"} <= found.keys()
    sizes = {name: len(brotli.compress(data)) for name, data in found.items()}
    assert sum(sizes.values()) <= LIMIT, sizes


def test_the_title_and_the_text_come_first(desk: Client) -> None:
    page = desk.get(reverse("posts:new")).text
    names = re.findall(r'name="([\w-]+)"', page[page.index('class="editor"') :])
    seen = [name for name in names if name not in {"csrfmiddlewaretoken", "key", "then"}]
    assert seen.index("title") < seen.index("body") < seen.index("summary") < seen.index("slug")


def test_it_leads_to_the_authors(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    header = desk.get(reverse("posts:edit", args=[post.pk])).text.partition('<form class="editor"')[
        0
    ]
    assert reverse("posts:authors", args=[post.pk]) in header


def test_tools_that_need_scripts_are_hidden_without_them(desk: Client) -> None:
    page = desk.get(reverse("posts:new")).text
    for part in ('<div class="toolbar"', '<section class="editor-live"'):
        opening = page[page.index(part) :].partition(">")[0]
        assert opening.endswith(" hidden"), part


def test_it_asks_what_each_picture_shows_or_whether_it_is_decoration(
    desk: Client, alice: User
) -> None:
    picture = make_image(alice)
    post = make_draft(alice, body=f"Look:\n\n{picture.markdown}")
    page = desk.get(reverse("posts:edit", args=[post.pk])).text
    names = [f"alt-{picture.pk}", f"decorative-{picture.pk}"]
    assert all(f'name="{name}"' in page for name in names)
    sent = typed(post) | {names[0]: "", names[1]: "on"}
    desk.post(reverse("posts:edit", args=[post.pk]), sent)
    assert Image.objects.get().is_decorative
