"""The editor in a real browser: its tools, lists that go on, pictures, the live preview, keys."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from blogsite.lib import markdown
from blogsite.tests.browser.conftest import OWNER, PATIENCE, Site, Visitor, sign_in
from blogsite.tests.browser.test_pages import LOOKS, find_nothing, show
from posts.testing import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NEW = "/write/new/"
# What a browser does when something is pasted: words, or files as [name, type, base64].
PASTE = """([words, files]) => {
  const data = new DataTransfer();
  if (words) data.setData("text/plain", words);
  for (const [name, type, bytes] of files) {
    const content = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0));
    data.items.add(new File([content], name, { type }));
  }
  const init = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", init));
}"""


@pytest.fixture(scope="module")
def desk(browser: Browser, filled_site: Site) -> Iterator[BrowserContext]:
    """Return the browser of somebody who writes, signed in."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    visitor = Visitor(context.new_page(), filled_site)
    sign_in(visitor, OWNER)
    yield context
    context.close()


@pytest.fixture
def writer(desk: BrowserContext, filled_site: Site) -> Iterator[Visitor]:
    """Return a window with an empty editor."""
    visitor = Visitor(desk.new_page(), filled_site)
    visitor.watch()
    visitor.page.set_default_timeout(PATIENCE)
    visitor.open(NEW)
    visitor.page.evaluate("localStorage.clear()")
    visitor.open(NEW)
    yield visitor
    assert not visitor.problems
    visitor.page.close(run_before_unload=False)


def write(page: Page, text: str, *, chosen: str = "") -> None:
    """Type into the text, and select some of it."""
    page.locator("#id_body").click()
    page.keyboard.type(text)
    if chosen:
        places = [text.index(chosen), text.index(chosen) + len(chosen)]
        page.evaluate("([a, b]) => document.activeElement.setSelectionRange(a, b)", places)


def text_of(page: Page) -> str:
    return page.locator("#id_body").input_value()


def becomes(page: Page, pattern: str) -> None:
    """Wait until the text has that somewhere."""
    expect(page.locator("#id_body")).to_have_value(re.compile(pattern), timeout=PATIENCE)


def paste(page: Page, words: str = "", *files: tuple[str, bytes]) -> None:
    """Paste words or files into what has the focus."""
    packed = [[name, "image/jpeg", base64.b64encode(data).decode()] for name, data in files]
    page.evaluate(PASTE, [words, packed])


@pytest.mark.parametrize(
    ("tool", "marked"),
    {
        "Bold": "Old **roses** and bees",
        "Italic": "Old *roses* and bees",
        "Code": "Old `roses` and bees",
        "Link": "Old [roses](https://) and bees",
        "Heading": "## Old roses and bees",
        "List": "- Old roses and bees",
        "Quote": "> Old roses and bees",
    }.items(),
)
def test_a_tool_marks_what_is_chosen_and_undo_takes_it_back(
    writer: Visitor, tool: str, marked: str
) -> None:
    write(writer.page, "Old roses and bees", chosen="roses")
    writer.page.get_by_role("toolbar").get_by_role("button", name=tool).click()
    assert text_of(writer.page) == marked
    writer.page.keyboard.press("Control+z")
    assert text_of(writer.page) == "Old roses and bees"


def test_keys_mark_and_the_same_key_unmarks(writer: Visitor) -> None:
    write(writer.page, "Old roses", chosen="roses")
    for key, shown in (("b", "Old **roses**"), ("b", "Old roses"), ("i", "Old *roses*")):
        writer.page.keyboard.press(f"Control+{key}")
        assert text_of(writer.page) == shown
    writer.page.keyboard.press("Control+b")
    assert text_of(writer.page) == "Old ***roses***"


def test_the_tools_are_one_stop_for_the_keyboard(writer: Visitor) -> None:
    stops = writer.page.locator(".toolbar [tabindex='0']")
    expect(stops).to_have_count(1)
    stops.focus()
    writer.page.keyboard.press("ArrowRight")
    expect(writer.page.get_by_role("button", name="Italic")).to_be_focused()
    writer.page.keyboard.press("End")
    expect(writer.page.get_by_role("button", name="Wide")).to_be_focused()
    expect(stops).to_have_count(1)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("- one\ntwo", "- one\n- two"),
        ("9. one\ntwo", "9. one\n10. two"),
        ("- [x] done\nnext", "- [x] done\n- [ ] next"),
        ("  * in\nwards", "  * in\n  * wards"),
        ("> said\nagain", "> said\n> again"),
        ("> - both\nagain", "> - both\n> - again"),
        ("- one\n\nafter", "- one\n\nafter"),
        ("-one\ntwo", "-one\ntwo"),
        ("```\n- code\nmore", "```\n- code\nmore"),
    ],
)
def test_enter_goes_on_with_a_list_and_ends_it(writer: Visitor, typed: str, shown: str) -> None:
    write(writer.page, typed)
    assert text_of(writer.page) == shown


def test_undo_takes_back_an_item_that_enter_began(writer: Visitor) -> None:
    write(writer.page, "- one\n")
    assert text_of(writer.page) == "- one\n- "
    writer.page.keyboard.press("Control+z")
    assert text_of(writer.page).startswith("- one")
    writer.page.keyboard.press("Control+Shift+z")
    assert text_of(writer.page) == "- one\n- "


def test_an_address_pasted_over_words_becomes_a_link(writer: Visitor) -> None:
    write(writer.page, "See the roses there", chosen="the roses")
    paste(writer.page, "https://example.org/a_(b)")
    assert text_of(writer.page) == "See [the roses](https://example.org/a_%28b%29) there"
    writer.page.keyboard.press("Control+z")
    assert text_of(writer.page) == "See the roses there"


def test_pasted_pictures_take_their_places_in_turn_while_one_writes_on(writer: Visitor) -> None:
    page = writer.page
    write(page, "Before.")
    paste(page, "", ("a.jpg", picture_bytes(colour="red")), ("b.jpg", picture_bytes()[:300]))
    assert "![Sending a.jpg…]()" in text_of(page)
    page.keyboard.type("Meanwhile.")
    becomes(page, r"!\[\]\(/media[^!]*<!-- b.jpg was not sent")
    first, picture, failure, last = text_of(page).split("\n\n")
    assert (first, last) == ("Before.", "Meanwhile.")
    assert picture.startswith("![](/media/images/")
    assert failure.startswith("<!-- b.jpg was not sent:")
    assert len(failure) > len("<!-- b.jpg was not sent: -->") + 10


def test_what_a_picture_shows_is_written_into_the_text(writer: Visitor) -> None:
    page = writer.page
    write(page, "")
    paste(page, "", ("c.jpg", picture_bytes(colour="blue")))
    asked = page.get_by_label("What it shows")
    asked.fill("A [blue] wall")
    asked.press("Tab")
    becomes(page, r"!\[A \(blue\) wall\]\(/media/")
    expect(asked).not_to_be_focused()


def test_a_failed_connection_leaves_words_not_a_hole(writer: Visitor) -> None:
    page = writer.page
    page.route("**/write/images/", lambda route: route.abort())
    write(page, "Before.")
    paste(page, "", ("a.jpg", picture_bytes()))
    becomes(page, "was not sent")
    writer.problems.clear()  # the browser's own line about the connection
    assert text_of(page).startswith("Before.\n\n<!-- a.jpg was not sent: ")


def test_saving_waits_until_the_pictures_are_there(writer: Visitor) -> None:
    page = writer.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/write/images/", hold)
    page.locator("#id_title").fill("With a picture")
    write(page, "Before.")
    paste(page, "", ("a.jpg", picture_bytes(colour="pink")))
    page.keyboard.press("Control+s")
    expect(page.locator("[data-state]")).to_contain_text("as soon as the pictures are there")
    held[0].continue_()
    page.wait_for_url(re.compile(r"/write/\d+/$"))
    assert text_of(page).startswith("Before.\n\n![](/media/images/")


def test_it_says_about_how_many_words_the_server_will_count(writer: Visitor) -> None:
    write(writer.page, "One")
    expect(writer.page.locator("[data-count]")).to_have_text("About 1 word, 1 min")
    write(writer.page, " *two* [three](https://a.example/b) `four` don't 庭の\n\n- six-pack 7.5")
    counted = markdown.render(text_of(writer.page), markdown.Kind.POST).words
    expect(writer.page.locator("[data-count]")).to_have_text(f"About {counted} words, 1 min")


def test_the_live_preview_follows_what_is_typed(writer: Visitor) -> None:
    page = writer.page
    page.locator("#id_title").fill("A walk")
    write(page, "First *words*.")
    page.get_by_role("button", name="Live preview").click()
    shown = page.frame_locator(".editor-live iframe")
    expect(shown.locator("h1")).to_have_text("A walk", timeout=PATIENCE)
    expect(shown.locator(".prose em")).to_have_text("words")
    write(page, " And **more**.")
    expect(shown.locator(".prose strong")).to_have_text("more", timeout=PATIENCE)
    assert page.locator("#id_body").bounding_box()["x"] < 640  # type: ignore[index]
    for look in LOOKS:
        show(writer, look)
        find_nothing(writer, "live preview")


def test_the_preview_is_scrolled_to_what_the_text_shows(writer: Visitor) -> None:
    page = writer.page
    body = "\n\n".join(f"## Part {n}\n\n" + "Words and words. " * 60 for n in range(12))
    page.locator("#id_body").fill(body)
    page.get_by_role("button", name="Live preview").click()
    shown = page.frame_locator(".editor-live iframe")
    expect(shown.locator("#s-part-11")).to_be_attached(timeout=PATIENCE)
    page.evaluate("scrollTo(0, document.querySelector('#id_body').scrollHeight / 2)")
    expect(shown.locator("#s-part-6")).to_be_in_viewport()
    expect(shown.locator("#s-part-0")).not_to_be_in_viewport()


def test_ctrl_s_saves_and_one_writes_on_where_one_was(writer: Visitor) -> None:
    page = writer.page
    page.locator("#id_title").fill("Saved by a key")
    write(page, "Here and there", chosen="and")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/write/\d+/$"))
    assert text_of(page) == "Here and there"
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("or")
    assert text_of(page) == "Here or there"


def test_the_wide_text_is_remembered(writer: Visitor) -> None:
    page = writer.page
    narrow = page.locator("#id_body").bounding_box()
    page.get_by_role("button", name="Wide").click()
    page.reload()
    wide = page.locator("#id_body").bounding_box()
    assert narrow
    assert wide
    assert wide["width"] > narrow["width"] + 200
    expect(page.get_by_role("button", name="Wide")).to_have_attribute("aria-pressed", "true")


@pytest.fixture
def phone(browser: Browser, desk: BrowserContext, filled_site: Site) -> Iterator[Visitor]:
    """Return the editor on a phone without scripts."""
    context = browser.new_context(
        viewport={"width": 360, "height": 800},
        java_script_enabled=False,
        storage_state=desk.storage_state(),
    )
    visitor = Visitor(context.new_page(), filled_site)
    visitor.open(NEW)
    yield visitor
    context.close()


def test_on_a_phone_without_scripts_the_same_form_does_it(phone: Visitor, tmp_path: Path) -> None:
    page = phone.page
    expect(page.get_by_role("toolbar")).to_have_count(0)
    page.locator("#id_title").fill("By hand")
    page.get_by_label("Text", exact=True).fill("Plain *words*.")
    page.get_by_text("Pictures in the text").click()
    picture = tmp_path / "a.jpg"
    picture.write_bytes(picture_bytes(colour="lime"))
    page.locator("input[name=pictures]").set_input_files(picture)
    phone.press("Preview")
    phone.press("Phone, tablet, desktop")
    frame = page.locator(".width-frame iframe")
    expect(frame.content_frame.locator("em")).to_have_text("words")
    page.get_by_label("Desktop").check()
    assert frame.bounding_box()["width"] == 1280  # type: ignore[index]
    phone.press("Back to editing")
    assert "![](/media/images/" in text_of(page)
