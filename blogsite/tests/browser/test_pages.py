"""Every kind of page: no accessibility violation, no HTML error, nothing wider than the window."""

from collections.abc import Iterator
from typing import Any, Literal

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from blogsite.tests.browser.conftest import OWNER, Site, Visitor, sign_in
from blogsite.tests.every_kind import ARABIC, EVERYTHING, GONE, HEBREW, JAPANESE, SERIES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

POST = "/posts/everything-your-text-can-do/"
PUBLIC = {
    "home": "/",
    "post": POST,
    "post with a table": "/posts/from-draft-to-published-and-back/",
    "post with everything": f"/posts/{EVERYTHING}/",
    "Hebrew": f"/posts/{HEBREW}/",
    "Arabic": f"/posts/{ARABIC}/",
    "Japanese": f"/posts/{JAPANESE}/",
    "tag": "/tags/gardens/",
    "series": f"/series/{SERIES}/",
    "archive": "/archive/",
    "author": "/authors/bob/",
    "search": "/search/?q=garden",
    "narrowed search": "/search/?q=garden&tag=gardens",
    "nothing found": "/search/?q=zzzz",
    "feeds": "/feeds/",
    "appearance": "/appearance/",
    "sign in": "/accounts/login/",
    "join": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "not found": "/nowhere/",
    "gone": f"/posts/{GONE}/",
}
STATUSES = {PUBLIC["not found"]: 404, PUBLIC["gone"]: 410}
OWN = {
    "post with everything": f"/posts/{EVERYTHING}/",
    "own posts": "/write/",
    "calendar": "/write/calendar/",
    "several at once": "/write/several/?act=tags&post=1&tags=garden",
    "guide": "/write/guide/",
    "new post": "/write/new/",
    "editor": "/write/1/",
    "publication": "/write/1/publication/",
    "pictures": "/write/images/",
    "bin": "/write/bin/",
    "series": "/write/series/?all=1",
    "parts of a series": "/write/series/1/",
    "authors": "/write/1/authors/",
    "who shares a series": "/write/series/1/authors/",
    "templates": "/write/templates/",
    "new template": "/write/templates/new/",
    "comment": f"/posts/{EVERYTHING}/comments/new/",
    "settings": "/accounts/settings/",
    "e-mail": "/accounts/settings/email/",
    "password": "/accounts/settings/password/",
}
DESK = {
    "index": "/admin/",
    "comments": "/admin/comments/comment/",
    "comment": "/admin/comments/comment/1/change/",
    "posts": "/admin/posts/post/",
    "people": "/admin/accounts/user/",
    "person": "/admin/accounts/user/1/change/",
    "tags": "/admin/posts/tag/",
    "tag": "/admin/posts/tag/1/change/",
    "series": "/admin/posts/series/1/change/",
    "missing addresses": "/admin/posts/missingaddress/",
    "site": "/admin/blogsite/sitesettings/1/change/",
}
ERRORS = {
    "/accounts/settings/email/": "email",
    "/write/new/": "title",
    "/write/series/new/": "title",
}
Look = tuple[int, Literal["light", "dark"]]
LOOKS: list[Look] = [(1280, "dark"), (360, "light")]
NARROWEST = 320
# Off by default, as WCAG 2.2 is newer than many a site.
ALL_RULES: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
IS_UNCOVERED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const here = document.activeElement;
  if (here === document.body) return "end";
  const box = here.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const shown = [[x, y], [box.x + 3, box.y + 3], [box.right - 3, box.bottom - 3]].some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (here.contains(top) || top.contains(here));
  });
  const ring = getComputedStyle(here).outlineStyle !== "none";
  return shown && ring ? "" : here.outerHTML.slice(0, 120);
}"""


@pytest.fixture(scope="module")
def window(browser: Browser, filled_site: Site) -> Iterator[Visitor]:
    context = browser.new_context(reduced_motion="reduce")
    visitor = Visitor(context.new_page(), filled_site)
    visitor.watch()
    yield visitor
    context.close()


@pytest.fixture(scope="module")
def owner_window(browser: Browser, filled_site: Site) -> Iterator[Visitor]:
    context = browser.new_context(reduced_motion="reduce")
    visitor = Visitor(context.new_page(), filled_site)
    visitor.watch()
    sign_in(visitor, OWNER)
    yield visitor
    context.close()


def find_nothing(visitor: Visitor, path: str) -> None:
    """Find no violation on the page as it is shown."""
    found = Axe().run(visitor.page, options=ALL_RULES)
    visitor.problems.clear()  # the checker itself sets styles that the content policy refuses
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def examine(visitor: Visitor, path: str) -> None:
    """Open the page and find nothing wrong with it."""
    html = visitor.open(path, status=STATUSES.get(path, 200))
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    assert not parser.errors, (path, parser.errors)
    find_nothing(visitor, path)


def show(visitor: Visitor, look: Look) -> None:
    """Give the window that width and scheme."""
    visitor.page.set_viewport_size({"width": look[0], "height": 900})
    visitor.page.emulate_media(color_scheme=look[1])


def examine_in_all_looks(visitor: Visitor, path: str) -> None:
    """Examine the page wide and dark, narrow and light, and find it fit the narrowest window."""
    show(visitor, LOOKS[0])
    examine(visitor, path)
    show(visitor, LOOKS[1])
    find_nothing(visitor, path)
    visitor.page.set_viewport_size({"width": NARROWEST, "height": 900})
    spread = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert spread <= NARROWEST, path


@pytest.mark.parametrize("name", PUBLIC)
def test_strangers_find_every_page_in_order(window: Visitor, name: str) -> None:
    examine_in_all_looks(window, PUBLIC[name])


@pytest.mark.parametrize("name", OWN)
def test_members_find_every_page_in_order(owner_window: Visitor, name: str) -> None:
    examine_in_all_looks(owner_window, OWN[name])


@pytest.mark.parametrize("name", DESK)
def test_staff_find_the_desk_in_order(owner_window: Visitor, name: str) -> None:
    examine_in_all_looks(owner_window, DESK[name])


@pytest.mark.parametrize("path", ERRORS)
def test_a_form_tells_at_the_field_what_is_wrong(owner_window: Visitor, path: str) -> None:
    show(owner_window, LOOKS[1])
    owner_window.open(path)
    page = owner_window.page
    page.evaluate("document.querySelectorAll('form').forEach((form) => { form.noValidate = true })")
    page.locator(f"main form:has([name={ERRORS[path]}]) .btn-primary").last.click()
    page.wait_for_load_state()
    described = page.locator(f"main [name={ERRORS[path]}][aria-invalid=true]")
    ids = str(described.get_attribute("aria-describedby")).split()
    assert any(page.locator(f"[id='{one}'].invalid-feedback").count() for one in ids), ids
    find_nothing(owner_window, path)


@pytest.mark.parametrize("path", ["/write/1/", f"/posts/{EVERYTHING}/"])
def test_the_focus_is_always_seen(owner_window: Visitor, path: str) -> None:
    owner_window.page.set_viewport_size({"width": 360, "height": 700})
    owner_window.open(path)
    stops = 0
    while stops < 150:
        owner_window.page.keyboard.press("Tab")
        covered = owner_window.page.evaluate(IS_UNCOVERED)
        if covered == "end":
            break
        assert not covered
        stops += 1
    assert stops > 20


def test_on_paper_a_post_stands_alone(window: Visitor) -> None:
    window.open(PUBLIC["post with everything"])
    window.page.emulate_media(media="print")
    window.page.set_viewport_size({"width": 700, "height": 900})
    assert window.page.locator(".post-title").is_visible()
    for frame in (".site-nav", ".site-footer", ".like", ".heading-link", ".footnote-back"):
        assert not window.page.locator(frame).first.is_visible(), frame
    window.check()
    window.page.emulate_media(media="screen")
