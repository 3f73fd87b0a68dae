"""Several posts at once in a real browser: chosen, asked about, done, undone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from blogsite.tests.browser.conftest import OWNER, Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def alice(request: pytest.FixtureRequest, browser: Browser, filled_site: Site) -> Iterator[Visitor]:
    """Open a window of Alice, who owns the site, as wide as a phone."""
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 360, "height": 780}
    )
    visitor = Visitor(context.new_page(), filled_site)
    visitor.watch()
    sign_in(visitor, OWNER)
    yield visitor
    context.close()


def write(alice: Visitor, title: str) -> None:
    alice.open("/write/new/")
    alice.page.get_by_label("Title", exact=False).first.fill(title)
    alice.page.locator("textarea[name=body]").fill("Words.")
    alice.press("Save draft")


def titles(alice: Visitor) -> list[str]:
    alice.open("/write/?q=of+two&sort=title")
    return alice.page.locator(".work-title").all_inner_texts()


def test_posts_are_chosen_binned_and_had_back(alice: Visitor) -> None:
    before = titles(alice)
    write(alice, "One of two")
    write(alice, "Other of two")
    listed = titles(alice)
    everything = alice.page.get_by_label("All on this page")
    if everything.is_visible():
        everything.check()
    else:
        for box in alice.page.locator(".work .choice input").all():
            box.check()
    alice.press("Bin…")
    alice.see(f"{len(listed)} posts")
    alice.press("Put in the bin")
    assert titles(alice) == []
    alice.see(f"{len(listed)} posts are in the bin.")
    alice.press("Undo")
    assert titles(alice) == listed
    assert len(listed) == len(before) + 2


def test_the_calendar_fits_a_phone(alice: Visitor) -> None:
    alice.open("/write/calendar/")
    alice.page.get_by_role("link", name="Next month").click()
    alice.page.wait_for_load_state()
    alice.check()
    alice.page.get_by_role("link", name="Today").click()
    alice.see("Today")
