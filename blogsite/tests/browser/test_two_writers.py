"""Two windows with one post open, in a real browser: merged, asked about, restored."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from blogsite.tests.browser.conftest import OWNER, PATIENCE, Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TEXT = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph."


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def windows(
    request: pytest.FixtureRequest, browser: Browser, filled_site: Site
) -> Iterator[list[Visitor]]:
    """Open two windows: of Alice, who owns the site, and of Bob, an author of the post."""
    contexts, found = [], []
    for name in (OWNER, "bob"):
        context = browser.new_context(java_script_enabled=request.param)
        visitor = Visitor(context.new_page(), filled_site)
        visitor.watch()
        sign_in(visitor, name)
        contexts.append(context)
        found.append(visitor)
    yield found
    for context in contexts:
        context.close()


def begin(alice: Visitor, bob: Visitor, title: str) -> str:
    """Have Bob write a post and both open it; return the address of the editor."""
    bob.open("/write/new/")
    bob.page.get_by_label("Title", exact=False).first.fill(title)
    bob.page.locator("textarea[name=body]").fill(TEXT)
    bob.press("Save draft")
    bob.see("Saved.")
    address = bob.page.url
    alice.open(address)
    return address


def write(visitor: Visitor, text: str) -> None:
    visitor.page.locator("textarea[name=body]").fill(text)
    visitor.press("Save draft")


def text_of(visitor: Visitor) -> str:
    return visitor.page.locator("textarea[name=body]").input_value()


def test_what_two_write_in_different_places_is_merged(windows: list[Visitor]) -> None:
    alice, bob = windows
    begin(alice, bob, "Written by two")
    write(bob, TEXT.replace("First", "Bob's first"))
    bob.see("Saved.")
    write(alice, TEXT.replace("Third", "Alice's third"))
    alice.see("What Bob changed meanwhile is in it: text.")
    merged = TEXT.replace("First", "Bob's first").replace("Third", "Alice's third")
    assert text_of(alice) == merged


def test_what_contradicts_is_asked_and_nothing_dropped(windows: list[Visitor]) -> None:
    alice, bob = windows
    address = begin(alice, bob, "Argued about")
    write(bob, TEXT.replace("Second", "Bob's second"))
    bob.see("Saved.")
    write(alice, TEXT.replace("Second", "Alice's second"))
    alice.see("Two versions of this post")
    for words in ("Bob's second paragraph.", "Alice's second paragraph."):
        alice.see(words)
    alice.press("Save what is chosen")
    alice.see("Saved.")
    bob.open(address)
    both = text_of(bob)
    assert "Bob's second" in both
    assert "Alice's second" in both


def test_an_earlier_version_is_restored(windows: list[Visitor]) -> None:
    alice, bob = windows
    address = begin(alice, bob, "Had a better day")
    write(alice, "Nothing of it is left.")
    alice.see("Saved.")
    alice.open(f"{address}history/")
    alice.page.locator(f"a[href$='{'/history/1/'}']").first.click()
    alice.page.get_by_role("link", name="Restore this version").click()
    alice.see("Second paragraph.")
    alice.press("Restore")
    alice.page.wait_for_load_state()
    alice.open(address)
    assert text_of(alice).strip() == TEXT
    assert alice.page.get_by_text("Nothing of it is left.").count() == 0
    alice.page.set_default_timeout(PATIENCE)
