"""The way to publish in a real browser: times spelled out while chosen, and the places to go to."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from blogsite.tests.browser.conftest import OWNER, Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
TEXT = "# Outside\n\n" + "It rained.\n\n" * 80 + "TODO: who was there\n"
SELECTED = "text => text.value.slice(text.selectionStart, text.selectionEnd)"


@pytest.fixture(params=["with JavaScript", "without"])
def writer(request: pytest.FixtureRequest, browser: Browser, owned_site: Site) -> Iterator[Visitor]:
    """Return Alice on the publication page of a draft that has something to look at."""
    has_script = request.param == "with JavaScript"
    context = browser.new_context(reduced_motion="reduce", java_script_enabled=has_script)
    visitor = Visitor(context.new_page(), owned_site)
    visitor.watch()
    sign_in(visitor, OWNER)
    visitor.open("/write/new/")
    visitor.page.get_by_label("Title", exact=False).first.fill("A wet afternoon")
    visitor.page.locator("#id_body").fill(TEXT)
    visitor.press("Publish…")
    visitor.see("Before readers see it")
    yield visitor
    context.close()


@pytest.mark.parametrize("writer", ["with JavaScript"], indirect=True)
def test_it_opens_the_editor_at_the_line(writer: Visitor) -> None:
    place = writer.page.locator(".checklist li", has_text="A note to yourself")
    place.get_by_role("link").click()
    writer.page.wait_for_load_state("load")
    text = writer.page.locator("#id_body")
    expect(text).to_be_focused()
    writer.page.wait_for_function(f"({SELECTED})(document.activeElement).startsWith('TODO')")
    assert text.evaluate(SELECTED) == "TODO: who was there"
    assert writer.page.evaluate("scrollY") > 500
    writer.check()


def test_a_time_is_spelled_out_before_it_is_chosen(writer: Visitor) -> None:
    box = writer.page.locator("#id_at")
    year = timezone.now().year + 1
    box.fill(f"{year}-01-04T09:00")
    spell = writer.page.get_by_role("button", name="Spell the time out")
    if spell.is_visible():
        spell.click()
    else:
        box.dispatch_event("change")
    expect(writer.page.locator("#words-schedule")).to_contain_text(f"4 Jan {year} 09:00 UTC, in")
    writer.press("Schedule")
    writer.see("The post will appear by itself")
    writer.press("Back to draft")
    writer.see("The post is a draft again")
