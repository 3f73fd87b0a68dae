"""What pages make of uploaded pictures, before and after their sizes are there."""

import pytest
from django.test import Client

from accounts.models import User
from posts.models import Image
from posts.models.preparation import Stored
from posts.testing import count_queries, make_image, make_post

pytestmark = pytest.mark.django_db


def prepared(image: Image, *, is_moving: bool = False) -> Image:
    """Give the picture sizes, without files."""
    folder = image.path.rpartition("/")[0]
    sizes = [
        Stored(path=f"{folder}/{width}.{kind}", width=width, height=width * 2 // 3)
        for kind, width in (("webp", 480), ("avif", 480), ("avif", 900), ("jpg", 900))
    ]
    if is_moving:
        sizes = sizes[-1:]
        sizes[0]["is_still"] = True
    image.smaller, image.recipe, image.tone = sizes, 2, "#0a6152"
    image.save()
    return image


def test_a_post_is_whole_before_the_sizes_are_made(client: Client, alice: User) -> None:
    image = make_image(alice)
    post = make_post(alice, body=f"Look: ![A garden]({image.url})")
    page = client.get(post.get_absolute_url()).text
    assert f'<img src="{image.url}" alt="A garden" width="900" height="600"' in page
    assert "<source" not in page


def test_a_post_shows_the_sizes_once_they_are_there(client: Client, alice: User) -> None:
    image = make_image(alice)
    post = make_post(alice, body=f"Look: ![A garden]({image.url})")
    client.get(post.get_absolute_url())
    prepared(image)
    page = client.get(post.get_absolute_url()).text
    folder = image.url.rpartition("/")[0]
    assert f'<source type="image/avif" srcset="{folder}/480.avif 480w, {folder}/900.avif' in page
    assert f'type="image/webp" srcset="{folder}/480.webp 480w, {image.url} 900w"' in page
    assert f'<img src="{folder}/900.jpg" alt="A garden" width="900" height="600"' in page
    assert 'data-tone="#0a6152"' in page
    assert f'<a class="lightbox" href="{image.url}"><picture>' in page


def test_the_first_picture_is_loaded_first_and_the_others_when_they_come_near(
    client: Client, alice: User
) -> None:
    body = "".join(f"{prepared(make_image(alice, colour=c)).markdown}\n\n" for c in ("red", "blue"))
    page = client.get(make_post(alice, body=body).get_absolute_url()).text
    assert page.index('fetchpriority="high"') < page.index('loading="lazy"')
    assert page.count('fetchpriority="high"') == page.count('loading="lazy"') == 1
    deep = client.get(make_post(alice, body="Words. " * 600 + body).get_absolute_url()).text
    assert "fetchpriority" not in deep


def test_a_cover_is_loaded_before_the_pictures_of_the_text(client: Client, alice: User) -> None:
    cover = prepared(make_image(alice))
    text = prepared(make_image(alice, colour="red"))
    post = make_post(alice, body=text.markdown, cover=cover, cover_alt="<Roses>")
    page = client.get(post.get_absolute_url()).text
    assert page.count('fetchpriority="high"') == 1
    assert 'alt="&lt;Roses&gt;"' in page[: page.index('class="prose')]
    assert 'loading="lazy"' in page[page.index('class="prose') :]
    assert f'<meta property="og:image" content="http://127.0.0.1:8000{cover.card.url}">' in page
    assert cover.card.url.endswith(".jpg")


def test_a_list_shows_covers_in_their_sizes(client: Client, alice: User) -> None:
    make_post(alice, cover=prepared(make_image(alice)))
    page = client.get("/").text
    assert '<source type="image/avif"' in page


def test_who_wants_less_motion_sees_the_first_moment(client: Client, alice: User) -> None:
    image = prepared(make_image(alice), is_moving=True)
    page = client.get(make_post(alice, body=image.markdown).get_absolute_url()).text
    still = f'<source media="(prefers-reduced-motion: reduce)" srcset="{image.card.url}">'
    assert f'{still}<img src="{image.url}"' in page
    assert "image/webp" not in page


def test_many_pictures_cost_one_query(client: Client, alice: User) -> None:
    images = [prepared(make_image(alice, colour=colour)) for colour in ("red", "blue", "green")]
    counts = []
    for number in (1, 3):
        body = "\n\n".join(image.markdown for image in images[:number])
        counts.append(count_queries(client, make_post(alice, body=body).get_absolute_url()))
    assert counts[0] == counts[1]


def test_words_about_a_picture_stay_words(client: Client, alice: User) -> None:
    image = prepared(make_image(alice))
    spoilt = f'![" onerror=alert(1) <img src="{image.url}">]({image.url} "\'>")'
    page = client.get(make_post(alice, body=f"`{spoilt}`\n\n{spoilt}").get_absolute_url()).text
    prose = page[page.index('class="prose') : page.index("post-footer")]
    assert prose.count("<picture>") <= 1
    assert "onerror=alert(1) <img" not in prose
