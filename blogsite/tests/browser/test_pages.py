"""Every kind of page: no accessibility violation, no HTML error, nothing wider than the window."""

from collections.abc import Iterator

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from blogsite.tests.browser.conftest import OWNER, Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

POST = "/posts/everything-your-text-can-do/"
PUBLIC = {
    "home": "/",
    "post": POST,
    "post with a table": "/posts/from-draft-to-published-and-back/",
    "tag": "/tags/getting-started/",
    "archive": "/archive/",
    "author": "/authors/the-blogsite-guide/",
    "search": "/search/?q=markdown",
    "nothing found": "/search/?q=zzzz",
    "sign in": "/accounts/login/",
    "join": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "not found": "/nowhere/",
}
OWN = {
    "post": POST,
    "own posts": "/write/",
    "new post": "/write/new/",
    "pictures": "/write/images/",
    "bin": "/write/bin/",
    "settings": "/accounts/settings/",
    "e-mail": "/accounts/settings/email/",
    "password": "/accounts/settings/password/",
}
DESK = {
    "index": "/admin/",
    "comments": "/admin/comments/comment/",
    "posts": "/admin/posts/post/",
    "people": "/admin/accounts/user/",
    "tags": "/admin/posts/tag/",
    "site": "/admin/blogsite/sitesettings/",
}
LOOKS = [(360, "light"), (1280, "dark"), (360, "dark"), (1280, "light")]


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def window(
    request: pytest.FixtureRequest,
    browser: Browser,
    owned_site: Site,
) -> Iterator[Visitor]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    visitor = Visitor(context.new_page(), owned_site)
    visitor.watch()
    yield visitor
    context.close()


@pytest.fixture(scope="module")
def owner_window(window: Visitor) -> Visitor:
    sign_in(window, OWNER)
    return window


def examine(visitor: Visitor, path: str) -> None:
    """Open the page and find nothing wrong with it."""
    visitor.open(path, status=404 if path == PUBLIC["not found"] else 200)
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(visitor.page.request.get(visitor.site.url + path).text())
    assert not parser.errors, (path, parser.errors)
    found = Axe().run(visitor.page)
    visitor.problems.clear()  # the checker itself sets styles that the content policy refuses
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


@pytest.mark.parametrize("name", PUBLIC)
def test_strangers_find_every_page_in_order(window: Visitor, name: str) -> None:
    examine(window, PUBLIC[name])


@pytest.mark.parametrize("name", OWN)
def test_members_find_every_page_in_order(owner_window: Visitor, name: str) -> None:
    examine(owner_window, OWN[name])


@pytest.mark.parametrize("name", DESK)
def test_staff_find_the_desk_in_order(owner_window: Visitor, name: str) -> None:
    examine(owner_window, DESK[name])
