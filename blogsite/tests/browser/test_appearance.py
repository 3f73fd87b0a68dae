"""Theme and language in a real browser: chosen by a form, held on every page, in order in each."""

import pytest
from playwright.sync_api import Browser

from blogsite.tests.browser.conftest import Site, Visitor
from blogsite.tests.browser.test_pages import POST, PUBLIC, examine

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def paper(visitor: Visitor) -> str:
    """Return the colour that the page stands on."""
    script = "getComputedStyle(document.body).backgroundColor"
    found: str = visitor.page.evaluate(script)
    return found


def test_a_choice_holds_without_javascript(browser: Browser, owned_site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="light")
    visitor = Visitor(context.new_page(), owned_site)
    visitor.watch()
    visitor.open(POST)
    light = paper(visitor)
    visitor.press("Dark")
    assert visitor.page.url == f"{owned_site.url}{POST}#appearance"
    dark = paper(visitor)
    visitor.press("Deutsch")
    visitor.open("/archive/")
    assert paper(visitor) == dark != light
    visitor.see("Archiv")
    visitor.press("Automatisch")
    assert paper(visitor) == light
    context.close()


@pytest.mark.parametrize("look", [(360, "light"), (1280, "dark")], ids=["narrow", "wide"])
def test_german_in_high_contrast_is_in_order(
    browser: Browser, owned_site: Site, look: tuple[int, str]
) -> None:
    width, scheme = look
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    for name, value in (("theme", "contrast"), ("language", "de")):
        context.add_cookies([{"name": name, "value": value, "url": owned_site.url}])
    visitor = Visitor(context.new_page(), owned_site)
    visitor.watch()
    for path in ("/appearance/", *(PUBLIC[name] for name in ("home", "post", "join", "search"))):
        examine(visitor, path)
    context.close()
