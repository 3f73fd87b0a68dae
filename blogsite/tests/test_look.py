"""What staff make of the site's look: seen at once, readable in any colour, and repairable."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import look, site
from blogsite.lib.site import Link
from blogsite.models import SiteSettings
from blogsite.tests.caching import NewCache, ask, versions_are_there
from blogsite.tests.test_design import colours as tokens

pytestmark = pytest.mark.django_db

DESK = "/admin/blogsite/sitesettings/1/change/"
TYPED = {
    "title": "The Garden Post",
    "language": "en",
    "signup_policy": "anybody",
    "default_role": "author",
    "comment_policy": "open",
}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("alice", role=Role.OWNER))
    return client


def said(answer: Any) -> str:
    """Return what the form refuses; a form that was saved refuses nothing."""
    assert answer.status_code == 200
    return str(answer.context["adminform"].form.errors)


def page(address: str = "/") -> str:
    return Client().get(address).content.decode()


def test_links_stand_in_the_header_in_their_order(desk: Client) -> None:
    rows = [("2", "About", "/authors/alice/"), ("1", "Archive", "/archive/")]
    sent: dict[str, str] = dict(TYPED)
    for number, row in enumerate([*rows, ("3", "Else", "https://example.org/")], 1):
        names = (f"navigation-{number}-{part}" for part in ("position", "label", "address"))
        sent |= dict(zip(names, row, strict=True))
    assert desk.post(DESK, sent).status_code == 302
    site.forget()
    links = site.current().navigation
    assert [link.label for link in links] == ["Archive", "About", "Else"]
    assert links[0] == Link("Archive", "/archive/")
    assert '<a class="nav-link" href="/archive/" aria-current="page">' in page("/archive/")
    assert 'value="/archive/"' in desk.get(DESK).content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "data:text/html,x",
        "ftp://example.org",
        "archive",
        "/a b",
        "/a\x00b",
        "https://",
    ],
)
def test_a_link_that_leads_nowhere_is_refused_by_its_number(desk: Client, address: str) -> None:
    sent = {"navigation-2-label": "Go", "navigation-2-address": address}
    assert "Link 2: its address is neither" in said(desk.post(DESK, TYPED | sent))
    assert SiteSettings.load().navigation == []


def test_half_a_link_is_refused_and_kept_in_its_row(desk: Client) -> None:
    answer = desk.post(DESK, TYPED | {"navigation-1-label": "Go"})
    assert "Link 1: it needs both" in said(answer)
    assert 'value="Go"' in answer.content.decode()


@pytest.mark.parametrize("position", ["100", "9" * 5000])
def test_a_place_beyond_all_places_is_refused(desk: Client, position: str) -> None:
    link = {"navigation-1-label": "Go", "navigation-1-address": "/archive/"}
    answer = desk.post(DESK, TYPED | link | {"navigation-1-position": position})
    assert "Link 1: it is too long." in said(answer)


def test_the_footer_takes_links_and_nothing_worse(desk: Client) -> None:
    footer = "[Imprint](https://example.org/imprint) <script>alert(1)</script>"
    assert desk.post(DESK, TYPED | {"footer": footer}).status_code == 302
    text = page()
    assert 'href="https://example.org/imprint"' in text
    assert "<script>alert" not in text


def test_custom_css_is_a_file_to_be_kept_for_good(client: Client) -> None:
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"accent": "#0a6152", "custom_css": "h1 { color: red }"}
    )
    address = site.current().sheet_url
    text = page()
    assert text.index("css/reading") < text.index(f'<link rel="stylesheet" href="{address}">')
    sheet = client.get(address)
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert sheet["X-Content-Type-Options"] == "nosniff"
    assert sheet["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--accent:light-dark(#0a6152," in sheet.content.decode()
    assert sheet.content.endswith(b"h1 { color: red }")


def test_a_former_name_of_the_file_leads_to_the_present_one(client: Client) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"custom_css": "a{}"})
    old = site.current().sheet_url
    SiteSettings.objects.update(custom_css="b{}")
    site.forget()
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (302, site.current().sheet_url)
    assert "immutable" not in answer["Cache-Control"]
    SiteSettings.objects.update(custom_css="")
    assert client.get(old).status_code == 404
    assert "/site-" not in page()


def test_the_file_is_sent_compressed(client: Client) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"custom_css": "a { color: red }" * 99})
    answer = client.get(site.current().sheet_url, headers={"Accept-Encoding": "br"})
    assert answer["Content-Encoding"] == "br"
    assert len(answer.content) < 200


def test_staff_can_always_repair_it(desk: Client) -> None:
    SiteSettings.objects.update_or_create(pk=1, defaults={"custom_css": "*{display:none}"})
    address = site.current().sheet_url
    assert address in page()
    assert address not in page("/accounts/login/")
    assert address not in page("/accounts/password/reset/")
    assert address not in desk.get(DESK).content.decode()


def test_the_page_to_sign_in_has_the_accent_alone(client: Client) -> None:
    row = {"accent": "#0a6152", "custom_css": "*{display:none}"}
    SiteSettings.objects.update_or_create(pk=1, defaults=row)
    address = site.current().accent_url
    assert f'<link rel="stylesheet" href="{address}">' in page("/accounts/login/")
    sheet = client.get(address).content.decode()
    assert "--accent:" in sheet
    assert "display" not in sheet


@pytest.mark.parametrize(
    ("css", "words"),
    [
        ('@import "x.css";', "@import"),
        ("@\\69mport url(x)", "@import"),
        ("a{background:url(https://evil.example/x.png)}", "other hosts"),
        ("a{background:url( '//evil.example/x.png')}", "other hosts"),
        ("a{background:u\\72l(http\\3a //evil.example)}", "other hosts"),
        ('a{background:image-set("https://evil.example/x")}', "other hosts"),
        ("a{content:'/*';background:url(https://evil.example/x)}", "other hosts"),
        ("@x '/*';@\\49 MPORT 'x.css'", "@import"),
        ("/* x */ a{}" * 5000, "at most 50 kB"),
    ],
)
def test_rules_without_effect_are_refused_with_the_reason(
    desk: Client, css: str, words: str
) -> None:
    assert words in said(desk.post(DESK, TYPED | {"custom_css": css}))


@pytest.mark.parametrize(
    "address",
    [
        'url("/\\\\evil.example/x")',
        "url(/\\5c evil.example/x)",
        'url("/\\9/evil.example/x")',
        'url("/\t/evil.example/x")',
        "url(https:evil.example)",
        "url(HTTPS:\\\\evil.example)",
        'url("ht\\\ntps://evil.example/x")',
        'url("ht\\\r\ntps://evil.example/x")',
        'url("\\\\\\\\evil.example/x")',
        "URL( \x01//evil.example)",
        "url('data:text/html,x')",
        "url(javascript:x",
        'image-set("/a.png" 1x, /* ) */ "//evil.example/x" 2x)',
        'image-set(url(a\\)) 1x, "//evil.example/x" 2x)',
        '-webkit-im\\61 ge-set("https:evil.example")',
        "image-set(linear-gradient(red, blue) 1x, var(--b) 2x)",
        "src('//evil.example')",
        "\\73rc(--f())",
        '#url(")"background:url(https://evil.example)"',
        'none;content:"url(";background:url(https://evil.example)',
        'url("/' + "\t" * 400 + '/evil.example")',
        "src(" * 500,
        "\\@namespace url(https://evil.example)",
    ],
)
def test_nothing_is_fetched_from_elsewhere_however_it_is_spelled(
    desk: Client, address: str
) -> None:
    css = f"li{{list-style:{address}}}"
    assert "other hosts" in said(desk.post(DESK, TYPED | {"custom_css": css}))


@pytest.mark.parametrize(
    "css",
    [
        "/* from https://example.org, @import */ a{}",
        "a{background:url(/media/images/x.webp)}",
        "a{background:url(data:image/png;base64,AA//BB)}",
        "a{background:url(a.png),url(#b),url('/c?d=e:f//g'),url(\"DATA:image/gif,x\")}",
        "a{background:image-set('/a.png' type('image/png') 1x, url(b.png) 2x);content:'//c'}",
        "a::before{content:'\\201c'}",
        'a::after{content:"http://x"}',
        "@namespace url(http://www.w3.org/1999/xhtml);",
        "@namespace svg url('http://www.w3.org/2000/svg');",
    ],
)
def test_other_rules_are_taken_as_they_are(desk: Client, css: str) -> None:
    assert desk.post(DESK, TYPED | {"custom_css": css}).status_code == 302
    assert SiteSettings.load().custom_css == css


def drawing(width: int, height: int) -> BytesIO:
    """Return a picture to be sent."""
    file = BytesIO()
    Image.new("RGBA", (width, height), (10, 97, 82, 128)).save(file, "PNG")
    file.seek(0)
    file.name = "logo.png"
    return file


def test_a_logo_stands_in_the_header(desk: Client) -> None:
    assert desk.post(DESK, TYPED | {"logo_file": drawing(900, 300)}).status_code == 302
    row = SiteSettings.load()
    assert (row.logo_width, row.logo_height) == (360, 120)
    shown = f'src="{row.logo.url}" width="120" height="40" alt="The Garden Post">'
    assert f'<img class="site-logo" {shown}' in page()
    picture = Client().get(row.logo.url)
    assert (picture["Content-Type"], b"".join(picture)[:4]) == ("image/webp", b"RIFF")


def test_what_is_no_picture_is_refused_and_the_logo_stays(desk: Client) -> None:
    desk.post(DESK, TYPED | {"logo_file": drawing(90, 30)})
    before = SiteSettings.load().logo.name
    file = BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    file.name = "logo.png"
    assert "SVG" in said(desk.post(DESK, TYPED | {"logo_file": file}))
    assert SiteSettings.load().logo.name == before


@pytest.mark.django_db(transaction=True)
def test_a_logo_that_was_removed_leaves_no_file(client: Client) -> None:
    client.force_login(make_user("alice", role=Role.OWNER))
    SiteSettings.load()  # tests that commit take the row away
    client.post(DESK, TYPED | {"logo_file": drawing(90, 30)})
    address = SiteSettings.load().logo.url
    client.post(DESK, TYPED | {"remove_logo": "on"})
    assert "favicon.svg" in page()
    assert Client().get(address).status_code == 404


def test_a_logo_is_never_drawn_larger_than_it_is() -> None:
    assert look.logo_size(1000, 100) == (240, 24)
    assert look.logo_size(30, 20) == (30, 20)
    assert look.logo_size(1000, 1) == (240, 1)


@pytest.mark.django_db(transaction=True)
def test_kept_pages_show_a_new_look_at_once(new_cache: NewCache) -> None:
    SiteSettings.load()
    versions_are_there()
    cache = new_cache()
    assert [ask(cache, "/").cached for _ in range(2)] == ["miss", "hit"]
    for change in ({"accent": "#0a6152"}, {"navigation": [["Shop", "/shop/"]]}, {"footer": "Bye"}):
        row = SiteSettings.load()
        for name, value in change.items():
            setattr(row, name, value)
        row.save()
        assert ask(cache, "/").cached == "miss"
    body = ask(cache, "/").body.decode()
    assert all(part in body for part in ("/site-", "/shop/", "<p>Bye</p>"))


def test_the_browser_frames_pages_in_the_colour_of_their_paper(client: Client) -> None:
    shown = ("tokens.css", ""), ("contrast.css", "contrast"), ("tokens.css", "dark")
    for sheet, theme in shown:
        client.cookies["theme"] = theme
        frames = re.findall(r'"theme-color" content="(#\w+)"', client.get("/").content.decode())
        assert set(frames) <= set(tokens(sheet)["paper"])
        assert len(frames) == (1 if theme == "dark" else 2)
