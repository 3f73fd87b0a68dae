"""/media/: pictures only, sandboxed, for ever; nothing outside its folder."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http.response import HttpResponseBase
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture() -> str:
    return default_storage.save("posts/a.webp", ContentFile(b"RIFF picture"))


def fetch(client: Client, path: str, **headers: str) -> HttpResponseBase:
    """Return the answer, its file read to the end and so closed."""
    response = client.get(f"/media/{path}", headers=headers)
    _ = response.getvalue() if response.streaming else response.content
    return response


def test_a_picture_is_served_to_be_kept(client: Client, picture: str) -> None:
    response = client.get(f"/media/{picture}")
    assert response.status_code == 200
    assert response.getvalue() == b"RIFF picture"
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"] == "inline"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" not in response.get("Vary", "")


def test_what_a_browser_has_is_not_sent_again(client: Client, picture: str) -> None:
    first = fetch(client, picture)
    again = fetch(client, picture, **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again["Cache-Control"] == first["Cache-Control"]
    since = fetch(client, picture, **{"If-Modified-Since": first["Last-Modified"]})
    assert since.status_code == 304
    assert fetch(client, picture, **{"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize(
    "name", ["page.html", "image.svg", "script.js", "noextension", "picture.webp.html", "x.SVGZ"]
)
def test_nothing_but_pictures_is_served(client: Client, name: str) -> None:
    saved = default_storage.save(name, ContentFile(b"<script>alert(1)</script>"))
    assert fetch(client, saved).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../secret_key",
        "..%2fsecret_key",
        "%2e%2e/outside.webp",
        "../outside.webp",
        "posts/../../outside.webp",
        "//etc/passwd",
        "/etc/hostname.webp",
        "posts",
        "posts/",
        "a\x00.webp",
        "a" * 3000 + ".webp",
        ".webp",
    ],
)
def test_nothing_outside_the_folder_is_served(
    client: Client, settings: LazySettings, picture: str, path: str
) -> None:
    Path(settings.MEDIA_ROOT, "../outside.webp").write_bytes(b"secret")
    assert fetch(client, path).status_code == 404


def test_a_symbolic_link_out_of_the_folder_is_the_operators_own(
    client: Client, picture: str
) -> None:
    """Uploads cannot make links; somebody who can write there may put media on another disk."""
    link = Path(default_storage.path("posts/b.webp"))
    link.symlink_to(default_storage.path(picture))
    assert fetch(client, "posts/b.webp").status_code == 200


def test_it_can_only_be_read(client: Client, picture: str) -> None:
    assert client.post(f"/media/{picture}").status_code == 405
    response = client.head(f"/media/{picture}")
    assert response.getvalue() == b""
    assert response.status_code == 200
