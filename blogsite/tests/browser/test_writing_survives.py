"""What was typed survives: the server killed, the session over, no network, the tab crashed."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, Route, expect

from blogsite.tests.browser.conftest import OWNER, PASSWORD, Site, Visitor, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LONG = 30_000  # milliseconds, for a machine that has much else to do


Writing = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def writing(browser: Browser, owned_site: Site) -> Writing:
    """Return what opens an editor for a new post, in a browser of its own that is signed in."""
    first = browser.new_context()
    sign_in(Visitor(first.new_page(), owned_site), OWNER)
    state = first.storage_state()
    first.close()

    @contextmanager
    def opened(*, scripts: bool = True) -> Iterator[Page]:
        context = browser.new_context(java_script_enabled=scripts, storage_state=state)
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.goto(f"{owned_site.url}/write/new/")
        yield page
        context.close()

    return opened


def type_into(page: Page, title: str, body: str) -> None:
    page.locator("[name=title]").fill(title)
    page.locator("[name=body]").fill(body)


def see_state(page: Page, words: str) -> None:
    expect(page.locator("[data-autosave]")).to_contain_text(words, timeout=LONG)


def wait_until_kept_here(page: Page, words: str) -> None:
    """Return once this browser keeps the words."""
    page.wait_for_function("w => Object.values(localStorage).some(v => v.includes(w))", arg=words)


def find_again(page: Page, title: str) -> str:
    """Return the body that the server offers under that title, in another tab."""
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("link", name=f"Use {title}").first.click()
    other.wait_for_url("**/write/new/?copy=*")
    return other.locator("[name=body]").input_value()


def sign_in_here(page: Page) -> None:
    page.get_by_label("Username or e-mail address").fill(OWNER)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def lose_session(context: BrowserContext) -> None:
    context.clear_cookies(name="session")


def descendants(pid: int) -> list[int]:
    """Return the processes below that one, the youngest last."""
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, listed.read_text().split()):
                found += [child, *descendants(child)]
    return found


def test_it_survives_the_server_killed_between_keystroke_and_save(
    writing: Writing, owned_site: Site
) -> None:
    def is_confirmed(response: Response) -> bool:
        sent = response.request.post_data or ""
        return response.url.endswith("/autosave/") and response.ok and "and more" in sent

    with writing() as page:
        type_into(page, "Killed", "First words.")
        see_state(page, "Saved")
        with page.expect_response(is_confirmed, timeout=LONG):
            page.locator("[name=body]").fill("First words, and more.")
            for pid in descendants(owned_site.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        assert find_again(page, "Killed") == "First words, and more."


def test_it_survives_being_offline(writing: Writing) -> None:
    with writing() as page:
        page.context.set_offline(True)
        type_into(page, "Offline", "Typed in a tunnel.")
        see_state(page, "Not saved")
        expect(page.locator("[data-autosave]")).to_have_attribute("aria-live", "polite")
        wait_until_kept_here(page, "Typed in a tunnel.")
        page.context.set_offline(False)
        see_state(page, "Saved")
        assert find_again(page, "Offline") == "Typed in a tunnel."


def test_it_survives_an_answer_lost_on_its_way(writing: Writing) -> None:
    def lose_first(route: Route) -> None:
        if "and more" in (route.request.post_data or ""):
            return route.continue_()
        route.fetch()  # the server has it
        return route.abort()

    with writing() as page:
        page.route("**/autosave/", lose_first)
        type_into(page, "Lost answer", "First words.")
        see_state(page, "Not saved")
        page.locator("[name=body]").fill("First words, and more.")
        see_state(page, "Saved")
        assert find_again(page, "Lost answer") == "First words, and more."


def test_it_survives_a_crash_of_the_tab(writing: Writing) -> None:
    with writing() as page:
        page.route("**/autosave/", lambda route: route.abort())
        type_into(page, "Crashed", "Never sent.")
        wait_until_kept_here(page, "Never sent.")
        address, again = page.url, page.context.new_page()
        with contextlib.suppress(Error):
            page.goto("chrome://crash")
        again.goto(address)
        again.get_by_text("This browser keeps a newer copy").wait_for()
        again.get_by_role("button", name="Use", exact=True).first.click()
        see_state(again, "Saved")
        assert find_again(again, "Crashed") == "Never sent."


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "plain"])
def test_it_survives_an_expired_session(writing: Writing, owned_site: Site, scripts: bool) -> None:
    words = f"Typed {'with' if scripts else 'without'} scripts."
    with writing(scripts=scripts) as page:
        type_into(page, "Expired", words)
        lose_session(page.context)
        page.get_by_role("button", name="Save draft").last.click()
        page.get_by_role("link", name="Sign in and go on writing").click()
        sign_in_here(page)
        page.wait_for_url("**/write/new/?copy=*")
        assert page.locator("[name=body]").input_value() == words
        page.get_by_role("button", name="Save draft").last.click()
        page.wait_for_url("**/write/*/")
        assert page.locator("[name=body]").input_value() == words
        page.goto(f"{owned_site.url}/write/new/")
        assert page.get_by_role("link", name="Use Expired").count() == 0


def test_signing_in_in_another_tab_is_enough(writing: Writing, owned_site: Site) -> None:
    with writing() as page:
        lose_session(page.context)
        type_into(page, "Two tabs", "Typed signed out.")
        see_state(page, "You are signed out")
        other = page.context.new_page()
        other.goto(f"{owned_site.url}/accounts/login/")
        sign_in_here(other)
        other.wait_for_load_state()
        other.close()
        see_state(page, "Saved")
        page.get_by_role("button", name="Save draft").last.click()
        page.wait_for_url("**/write/*/")
        assert page.locator("[name=body]").input_value() == "Typed signed out."


def test_signing_out_leaves_no_copy_in_the_browser(writing: Writing, owned_site: Site) -> None:
    with writing() as page:
        lose_session(page.context)
        page.goto(f"{owned_site.url}/accounts/login/?next=/write/new/")
        sign_in_here(page)
        page.wait_for_url("**/write/new/")
        page.route("**/autosave/", lambda route: route.abort())
        type_into(page, "Left", "For nobody else.")
        wait_until_kept_here(page, "For nobody else.")
        other = page.context.new_page()
        other.goto(owned_site.url)
        other.locator(".menu summary").last.click()
        other.get_by_role("button", name="Sign out").click()
        other.wait_for_load_state()
        other.wait_for_function(
            "() => !Object.keys(localStorage).some(k => k.startsWith('draft:'))"
        )
