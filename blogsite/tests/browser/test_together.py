"""Two who write one post, and pieces of one's own, in a real browser."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from blogsite.tests.browser.conftest import OWNER, PATIENCE, Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PIECE = "Write to me: **alice@example.org**"


def window(browser: Browser, site: Site, name: str, *, scripts: bool) -> Visitor:
    """Return a window of somebody who is signed in, as wide as a phone."""
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": 360, "height": 780}
    )
    visitor = Visitor(context.new_page(), site)
    visitor.watch()
    sign_in(visitor, name)
    return visitor


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def windows(
    request: pytest.FixtureRequest, browser: Browser, filled_site: Site
) -> Iterator[list[Visitor]]:
    """Open two windows: of Alice, who owns the site, and of Bob, an author."""
    people = (OWNER, "bob")
    found = [window(browser, filled_site, name, scripts=request.param) for name in people]
    yield found
    for visitor in found:
        visitor.page.context.close()


def test_who_is_asked_says_yes_and_writes_too(windows: list[Visitor]) -> None:
    alice, bob = windows
    title = f"Written together {uuid4().hex}"
    bob.open("/write/new/")
    bob.page.get_by_label("Title", exact=False).first.fill(title)
    bob.press("Save draft")
    bob.see("Saved.")
    bob.open(bob.page.url.replace(bob.site.url, "") + "authors/")
    bob.page.get_by_label("Username or e-mail address").fill(OWNER)
    bob.press("Ask")
    bob.see("alice is asked")
    alice.open("/write/")
    asked = alice.page.locator(".work", has_text=title)
    asked.get_by_role("button", name="Accept").click(timeout=PATIENCE)
    alice.see("It is yours too now")
    bob.page.reload()
    bob.see("Alice")
    bob.check()


def test_a_snippet_is_put_into_the_text_and_taken_back(browser: Browser, filled_site: Site) -> None:
    alice = window(browser, filled_site, OWNER, scripts=True)
    alice.open("/write/templates/new/")
    alice.page.get_by_label("Name", exact=False).first.fill("Where I am")
    alice.page.get_by_label("Snippet: a piece").check()
    alice.page.locator("textarea[name=body]").fill(PIECE)
    alice.press("Save")
    alice.open("/write/new/")
    text = alice.page.locator("#id_body")
    text.click()
    alice.page.keyboard.type("Hello. ")
    alice.page.locator("summary", has_text="Snippets").click()
    alice.page.get_by_role("button", name="Put into the text: Where I am").click()
    expect(text).to_have_value(f"Hello. {PIECE}", timeout=PATIENCE)
    alice.page.keyboard.press("Control+z")
    expect(text).to_have_value("Hello. ", timeout=PATIENCE)
    alice.page.context.close()
