"""Security headers on every kind of answer, errors and media included."""

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.roles import Role
from accounts.testing import PASSWORD, make_user
from posts.testing import make_post

pytestmark = pytest.mark.django_db

ANSWERS = {
    "/": 200,
    "/posts/first/": 200,
    "/nothing/": 404,
    "/robots.txt": 200,
    "/sitemap.xml": 200,
    "/feed/": 200,
    "/accounts/login/": 200,
    "/accounts/settings/": 302,
    "/write/": 302,
    "/admin/": 302,
    "/setup/": 404,
    "/health/live": 200,
    "/health/ready": 200,
    "/media/posts/a.webp": 200,
    "/media/none.webp": 404,
}


@pytest.fixture
def content() -> None:
    make_post(make_user("alice"), slug="first")
    default_storage.save("posts/a.webp", ContentFile(b"RIFF"))


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_every_answer_carries_them(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert not response.streaming or response.getvalue()
    assert response.status_code == status
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/posts/post/", "/write/", "/accounts/settings/"]
)
def test_rooms_of_the_signed_in_carry_them_and_are_kept_by_nobody(
    client: Client, path: str
) -> None:
    client.force_login(make_user("alice", role=Role.OWNER))
    response = client.get(path)
    assert response.status_code == 200
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]


def test_refusals_before_any_view_carry_them(client: Client, settings: LazySettings) -> None:
    too_large = client.generic("POST", "/", CONTENT_LENGTH=str(settings.BODY_LIMIT + 1))
    foreign = client.get("/", headers={"Host": "evil.example"})
    tokenless = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert [too_large.status_code, foreign.status_code, tokenless.status_code] == [413, 400, 403]
    for response in (too_large, foreign, tokenless):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_a_site_on_https_says_so(client: Client, settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/").headers["Location"] == "https://testserver/"
    secure = client.get("/", secure=True)
    assert secure["Strict-Transport-Security"].startswith("max-age=31536000")
    assert client.get("/health/live").status_code == 200


def test_cookies_are_closed_to_scripts_and_other_sites(client: Client) -> None:
    make_user("alice")
    typed = {"username": "alice", "password": PASSWORD}
    session = client.post("/accounts/login/", typed).cookies["session"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_robots_find_the_sitemap_and_no_endless_rooms(
    client: Client, settings: LazySettings
) -> None:
    text = client.get("/robots.txt").content.decode()
    assert text.endswith(f"\nSitemap: {settings.SITE_URL}/sitemap.xml\n")
    for room in ("/admin/", "/write/", "/accounts/", "/search/?", "/comments/"):
        assert f"\nDisallow: {room}\n" in text
    for page in ("/posts/", "/feed/", "/media/", "/static/", "/oembed", "/search/"):
        assert f"\nDisallow: {page}\n" not in text
