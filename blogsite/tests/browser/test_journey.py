"""The whole loop in a real browser: set up, join, write, publish, answer, like, moderate."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from blogsite.tests.browser.conftest import OWNER, PASSWORD, PATIENCE, Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@dataclass
class Way:
    """How the site is visited: width in pixels, with JavaScript or without."""

    browser: Browser
    site: Site
    width: int
    scripts: bool

    @property
    def name(self) -> str:
        """Return a word that keeps the people of one way from those of another."""
        return f"{self.width}{'' if self.scripts else 'n'}"

    @contextmanager
    def visitor(self) -> Iterator[Visitor]:
        """Open a window without cookies."""
        context = self.browser.new_context(
            viewport={"width": self.width, "height": 900}, java_script_enabled=self.scripts
        )
        visitor = Visitor(context.new_page(), self.site)
        visitor.watch()
        yield visitor
        context.close()


@pytest.fixture(scope="module", params=[(360, False), (1280, True)], ids=["360-plain", "1280-js"])
def way(request: pytest.FixtureRequest, browser: Browser, owned_site: Site) -> Way:
    width, scripts = request.param
    return Way(browser, owned_site, width, scripts)


def sign_up(visitor: Visitor, username: str) -> None:
    """Join as anybody does: address, letter, name and password."""
    address = f"{username}@example.org"
    visitor.open("/accounts/signup/")
    visitor.page.get_by_label("E-mail address").fill(address)
    visitor.press("Send me the link")
    visitor.open(visitor.site.letter_link(address, "/accounts/signup/"))
    visitor.page.get_by_label("Username").fill(username)
    visitor.page.get_by_label("Name", exact=False).last.fill(username.title())
    for box in visitor.page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    visitor.press("Make my account")


def sign_out(visitor: Visitor) -> None:
    """Sign out from the account menu."""
    visitor.open("/")
    visitor.page.locator(".menu summary").last.click()
    visitor.press("Sign out")


def write_and_publish(visitor: Visitor, title: str, picture: Path) -> str:
    """Write a post with a picture, look at its preview, publish it; return its path."""
    visitor.open("/write/new/")
    page = visitor.page
    page.locator("[name=title]").fill(title)
    page.get_by_label("Text", exact=True).fill("Beans **grow**.\n\n```python\nprint(1)\n```\n")
    if not page.locator("input[name=pictures]").is_visible():
        page.locator("details:has(input[name=pictures]) > summary").first.click()
    page.locator("input[name=pictures]").set_input_files(picture)
    visitor.press("Save draft")
    page.wait_for_url(re.compile(r"/write/\d+/$"))  # once the picture is there
    page.get_by_role("button", name="Preview", exact=True).click()
    visitor.see("Beans grow.")
    visitor.press("Back to editing")
    visitor.press("Publish…")
    visitor.press("Publish now")
    visitor.see(title)
    return page.url.removeprefix(visitor.site.url)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "bean.jpg"
    image = Image.new("RGB", (1200, 800), (240, 230, 200))
    ImageDraw.Draw(image).ellipse((300, 200, 900, 600), fill=(60, 120, 60))
    image.save(path)
    return path


def test_the_whole_loop(way: Way, picture: Path) -> None:
    alice, bob = f"alice{way.name}", f"bob{way.name}"
    title = f"Growing beans {way.name}"
    with way.visitor() as visitor:
        sign_up(visitor, alice)
        write_and_publish(visitor, title, picture)
        sign_out(visitor)
    path = find_post(way, title)
    with way.visitor() as visitor:
        sign_up(visitor, bob)
        comment_on(visitor, path, "What a **fine** bean.")
        like_post(visitor, path)
    with way.visitor() as visitor:
        sign_in(visitor, f"{alice}@example.org")
        answer(visitor, path, "Thank you, kindly.")
    read_as_a_stranger(way, path, title)
    with way.visitor() as visitor:
        sign_in(visitor, OWNER)
        hide_comment(visitor, "What a")
    with way.visitor() as visitor:
        visitor.open(path)
        assert "fine" not in visitor.page.locator("main").inner_text()
        visitor.see("Thank you, kindly.")


def find_post(way: Way, title: str) -> str:
    """Find the post on the home page as a stranger; return its path."""
    with way.visitor() as visitor:
        visitor.open("/")
        visitor.page.get_by_role("link", name=title).first.click()
        visitor.page.wait_for_load_state()
        return visitor.page.url.removeprefix(way.site.url)


def comment_on(visitor: Visitor, path: str, text: str) -> None:
    """Write a comment under the post."""
    visitor.open(path)
    visitor.page.get_by_label("Your comment").last.fill(text)
    visitor.press("Send")
    visitor.see("fine")


def like_post(visitor: Visitor, path: str) -> None:
    """Like the post, and find it counted and remembered."""
    visitor.open(path)
    button = visitor.page.locator("button.like:not(.like-small)").first
    button.click()
    visitor.page.wait_for_load_state()
    pressed = visitor.page.locator("button.like:not(.like-small)[aria-pressed=true]").first
    pressed.wait_for(timeout=PATIENCE)
    assert "1" in pressed.inner_text()
    visitor.open(path)
    pressed.wait_for(timeout=PATIENCE)


def answer(visitor: Visitor, path: str, text: str) -> None:
    """Answer the first comment."""
    visitor.open(path)
    visitor.page.get_by_role("link", name="Reply").first.click()
    visitor.page.wait_for_load_state()
    form = visitor.page.locator("form.comment-form:has(input[name=reply][value])").first
    form.get_by_label("Your comment").fill(text)
    form.get_by_role("button", name="Send").click()
    visitor.page.wait_for_load_state()
    visitor.check()
    visitor.see(text)


def read_as_a_stranger(way: Way, path: str, title: str) -> None:
    """Read post, picture, comments and likes without an account."""
    with way.visitor() as visitor:
        visitor.open(path)
        assert visitor.page.get_by_role("heading", level=1).inner_text() == title
        for text in ("Beans grow.", "What a fine bean.", "Thank you, kindly."):
            visitor.see(text)
        image = visitor.page.locator("main .prose img").first
        assert image.get_attribute("width") == "1200"
        assert visitor.page.locator("main form[method=post]").count() == 0
        source = visitor.site.url + str(image.get_attribute("src"))
        answered = visitor.page.request.get(source)
        assert answered.status == 200
        assert answered.headers["content-type"].startswith("image/")


def hide_comment(visitor: Visitor, text: str) -> None:
    """Hide a comment in the admin, in bulk, with a reason."""
    visitor.open(f"/admin/comments/comment/?q={text}")
    page = visitor.page
    page.locator("input[name=_selected_action]").first.check()
    page.locator("select[name=action]").select_option(label="Hide…")
    page.locator("button[name=index]").click()
    page.wait_for_load_state()
    page.get_by_label("Reason").fill("Off the subject")
    page.locator("#content form [type=submit]").first.click()
    page.wait_for_load_state()
    visitor.check()
    visitor.see("Undo")
