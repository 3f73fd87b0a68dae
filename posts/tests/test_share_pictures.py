"""The drawn picture beside a link: where it is, for whom, and how long."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Picture

from accounts.models import User
from blogsite.lib import images
from posts import picture_files, share_pictures
from posts.models import Post
from posts.testing import count_queries, make_cover, make_draft, make_post

FORMER = "0" * 16


@pytest.fixture
def post(alice: User) -> Post:
    return make_post(alice, title="Beans", slug="beans")


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return what is asked of the child process, which draws nothing here."""
    asked: list[bytes] = []
    out = BytesIO()
    Picture.new("P", (1200, 630)).save(out, "PNG")

    def draw(question: bytes) -> images.Rendition:
        asked.append(question)
        return images.Rendition(1200, 630, "png", out.getvalue())

    monkeypatch.setattr(images, "share", draw)
    return asked


def address(post: Post) -> str:
    """Return where the picture is now."""
    return share_pictures.address(post, post.authors.all())


def files() -> list[str]:
    """Return the names of all pictures that are kept."""
    folders, _files = default_storage.listdir("share")
    return [name for folder in folders for name in default_storage.listdir(f"share/{folder}")[1]]


def test_it_is_served_for_good(client: Client, post: Post, drawings: list[bytes]) -> None:
    answer = client.get(address(post))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert int(answer["Content-Length"]) == len(answer.getvalue())


def test_it_is_served_under_a_slug_of_any_script(
    client: Client, alice: User, drawings: list[bytes]
) -> None:
    post = make_post(alice, slug="東京の庭園")
    assert client.get(address(post)).status_code == 200
    former = reverse("posts:share_picture", args=[post.slug, FORMER])
    assert client.get(former)["Location"] == address(post)


def test_it_is_drawn_once(client: Client, post: Post, drawings: list[bytes]) -> None:
    first, second = (client.get(address(post)).getvalue() for _time in range(2))
    assert first == second
    assert len(drawings) == len(files()) == 1
    assert b"Beans" in drawings[0]


def test_its_place_is_not_known_from_its_address(
    client: Client, post: Post, drawings: list[bytes]
) -> None:
    client.get(address(post))
    (name,) = files()
    assert address(post).rpartition("/")[2].removesuffix(".png") not in name


@pytest.mark.parametrize(
    "change",
    [
        lambda post: Post.objects.update(title="Peas"),
        lambda post: Post.objects.update(meta_title="Peas"),
        lambda post: User.objects.update(display_name="Alicia"),
    ],
)
def test_what_it_shows_moves_it(
    client: Client, post: Post, drawings: list[bytes], change: Any
) -> None:
    former = address(post)
    client.get(former)
    change(post)
    present = address(Post.objects.get())
    assert present != former
    answer = client.get(former)
    assert (answer.status_code, answer["Location"]) == (301, present)
    assert answer["Cache-Control"] == "no-cache"
    client.get(present)
    assert len(files()) == 1, "the former picture stays"


def test_the_sites_name_and_accent_move_it(
    client: Client, post: Post, site_settings: Any, drawings: list[bytes]
) -> None:
    addresses = {address(post)}
    for fields in ({"title": "Notes"}, {"accent": "#aa0000"}):
        site_settings(**fields)
        addresses.add(address(post))
    assert len(addresses) == 3


def test_a_former_slug_leads_on(client: Client, post: Post) -> None:
    former = address(post)
    post.slug = "peas"
    post.save()
    answer = client.get(former)
    assert (answer.status_code, answer["Location"]) == (301, address(post))


@pytest.mark.parametrize(
    "fields",
    [
        {"published_at": None},
        {"published_at": timezone.now() + timedelta(days=1)},
        {"visibility": "members"},
        {"withdrawn_at": timezone.now()},
        {"deleted_at": timezone.now()},
    ],
    ids=["draft", "scheduled", "members", "withdrawn", "binned"],
)
def test_what_is_not_for_everybody_has_none(
    desk: Client, post: Post, drawings: list[bytes], fields: dict[str, Any]
) -> None:
    assert desk.get(address(post)).status_code == 200
    Post.objects.update(**fields)
    for visitor in (Client(), desk):
        for one in (address(post), f"/share/beans/{FORMER}.png"):
            answer = visitor.get(one)
            assert answer.status_code in {404, 410}
            assert "Location" not in answer


def test_who_writes_a_draft_sees_it_before(
    desk: Client, charlies: Client, alice: User, drawings: list[bytes]
) -> None:
    draft = make_draft(alice)
    place = reverse("posts:share_preview", args=[draft.pk])
    answer = desk.get(place)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-cache"
    assert charlies.get(place).status_code == 404
    assert Client().get(place).status_code == 302


def test_who_writes_it_sees_how_a_link_will_look(desk: Client, alice: User) -> None:
    draft = make_draft(alice, title="Beans", meta_title="For engines", body="First words.")
    shown = desk.get(reverse("posts:publication", args=[draft.pk])).content.decode()
    card = shown[shown.index('<figure class="share">') : shown.index("</figure>")]
    for part in ("For engines", "First words.", f"/write/{draft.pk}/share.png", "127.0.0.1:8000"):
        assert part in card
    draft.cover = make_cover(alice)
    draft.save()
    shown = desk.get(reverse("posts:publication", args=[draft.pk])).content.decode()
    assert draft.cover.card.url in shown


def test_a_full_storage_costs_no_picture(
    client: Client, post: Post, drawings: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise OSError

    monkeypatch.setattr(picture_files, "write", full)
    assert client.get(address(post)).status_code == 200


def test_too_many_at_once_are_asked_to_come_again(
    client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(question: bytes) -> images.Rendition:
        raise images.Refused("busy")

    monkeypatch.setattr(images, "share", busy)
    answer = client.get(address(post))
    assert answer.status_code == 503
    assert answer["Cache-Control"] == "no-store"


def test_the_site_has_one(client: Client, db: None, drawings: list[bytes]) -> None:
    present = share_pictures.card_of_site().url
    assert client.get(present).getvalue().startswith(b"\x89PNG")
    answer = client.get(f"/share/{FORMER}.png")
    assert (answer.status_code, answer["Location"]) == (301, present)


def test_a_cover_is_shown_in_its_place(alice: User) -> None:
    cover = make_cover(alice)
    post = make_post(alice, cover=cover)
    assert share_pictures.card_of_post(post, [alice]) == cover.card


def test_a_title_tells_how_it_is_read(alice: User) -> None:
    titles = {"Beans": False, "1. גן": True, "فول": True, "42": False}
    for title, is_rtl in titles.items():
        asked = share_pictures.of_post(Post(title=title), [alice])
        assert asked["is_rtl"] is is_rtl, title
    assert share_pictures.of_post(Post(title="Beans", language="he"), [])["is_rtl"]


def test_it_takes_the_same_queries_with_more_authors(
    client: Client, alice: User, bob: User, post: Post, drawings: list[bytes]
) -> None:
    first = count_queries(client, address(post))
    post.set_authors([alice, bob])
    assert count_queries(client, address(post)) == first <= 5
