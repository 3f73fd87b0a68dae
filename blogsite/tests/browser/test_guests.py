"""A draft shown by a link, and what a guest says about it, in a real browser on a phone."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ViewportSize

from blogsite.tests.browser.conftest import Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def windows(
    request: pytest.FixtureRequest, browser: Browser, filled_site: Site
) -> Iterator[list[Visitor]]:
    """Open two windows: of Bob, who writes, and of somebody without an account."""
    phone: ViewportSize = {"width": 360, "height": 740}
    contexts = [
        browser.new_context(java_script_enabled=request.param, viewport=phone) for _ in range(2)
    ]
    found = [Visitor(context.new_page(), filled_site) for context in contexts]
    for visitor in found:
        visitor.watch()
    sign_in(found[0], "bob")
    yield found
    for context in contexts:
        context.close()


def test_a_guest_reads_a_draft_and_notes_on_it(windows: list[Visitor]) -> None:
    bob, guest = windows
    bob.open("/write/new/")
    bob.page.get_by_label("Title", exact=False).first.fill("Shown beforehand")
    bob.page.locator("textarea[name=body]").fill("First paragraph.\n\nSecond paragraph.")
    bob.press("Save draft")
    bob.page.get_by_role("link", name="Share links").first.click()
    bob.page.get_by_label("Readers may leave notes").check()
    bob.press("Make the link")
    address = urlsplit(bob.page.locator("#new-link").input_value()).path
    guest.open(address)
    guest.see("Not published")
    guest.page.get_by_role("link", name="Leave notes").click()
    guest.page.locator("#paragraph-2 summary").click()
    guest.page.locator("#name-2").fill("Charlie")
    guest.page.locator("#body-2").fill("Which one was the first?")
    guest.page.locator("#paragraph-2 button").click()
    guest.see("The authors will read your note")
    bob.page.get_by_role("link", name="Notes").first.click()
    bob.see("Which one was the first?")
    bob.press("Resolve")
    bob.press("Reopen")
    bob.page.get_by_role("button", name="Resolve").first.wait_for()
    guest.check()
