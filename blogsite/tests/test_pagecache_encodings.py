"""What a kept page is sent as: encodings, tags, 304 and HEAD."""

import gzip
from collections.abc import Callable

import brotli
import pytest

from blogsite.lib.pagecache.encoding import choose
from blogsite.tests.caching import Small, ask

BROWSER = "gzip, deflate, br, zstd"


@pytest.mark.parametrize(
    ("header", "encoding", "decode"),
    [
        ("gzip", "gzip", gzip.decompress),
        (BROWSER, "br", brotli.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("br;q=0", "", bytes),
        ("", "", bytes),
        ("identity", "", bytes),
        ("gzip;q=nonsense", "", bytes),
        ("GZIP", "gzip", gzip.decompress),
    ],
)
def test_encodings_differ_in_bytes_and_tag_only(
    header: str, encoding: str, decode: Callable[[bytes], bytes]
) -> None:
    small = Small()
    cache = small.cache()
    plain = ask(cache, "/")
    coded = ask(cache, "/", HTTP_ACCEPT_ENCODING=header)
    assert coded.headers.get("Content-Encoding", "") == encoding
    assert decode(coded.body) == plain.body
    assert coded.headers["Content-Length"] == str(len(coded.body))
    assert "Accept-Encoding" in coded.headers["Vary"]
    assert (coded.headers["ETag"] != plain.headers["ETag"]) is bool(encoding)


def test_what_does_not_shrink_is_sent_as_it_is() -> None:
    reply = ask(Small(body=b"short").cache(), "/", HTTP_ACCEPT_ENCODING=BROWSER)
    assert "Content-Encoding" not in reply.headers
    assert reply.body == b"short"


def test_strange_encodings_do_not_fill_the_memory() -> None:
    for number in range(2000):
        choose(f"gzip;q=0.{number}")
    from blogsite.lib.pagecache import encoding

    assert len(encoding._choices) <= 512


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_reader_who_has_it_gets_304(form: str) -> None:
    small = Small(headers=[("Content-Security-Policy", "default-src 'none'")])
    cache = small.cache()
    tag = ask(cache, "/", HTTP_ACCEPT_ENCODING="br").headers["ETag"]
    known = form.format(tag)
    reply = ask(cache, "/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=known)
    assert (reply.status, reply.body, reply.cached) == (304, b"", "hit")
    assert reply.headers["ETag"] == tag
    assert reply.headers["Content-Security-Policy"]
    assert not {"Content-Length", "Content-Encoding", "Content-Type"} & reply.headers.keys()
    small.version, small.body = 2, b"<p>new</p>" * 100
    reply = ask(cache, "/", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=tag)
    assert reply.status == 200


def test_head_is_get_without_the_body() -> None:
    cache = Small().cache()
    head = ask(cache, "/", REQUEST_METHOD="HEAD", HTTP_ACCEPT_ENCODING="gzip")
    get = ask(cache, "/", HTTP_ACCEPT_ENCODING="gzip")
    assert (head.cached, get.cached) == ("miss", "hit")
    assert head.body == b""
    assert head.headers | {"X-Cache": ""} == get.headers | {"X-Cache": ""}


def test_passed_pages_of_strangers_are_compressed_and_those_of_members_are_not() -> None:
    cache = Small().cache()
    stranger = ask(cache, "/?q=x", HTTP_ACCEPT_ENCODING="gzip")
    member = ask(cache, "/?q=x", HTTP_ACCEPT_ENCODING="gzip", HTTP_COOKIE="session=x")
    assert gzip.decompress(stranger.body) == member.body
    assert "Content-Encoding" not in member.headers
    field = b'<input type="hidden" name="csrfmiddlewaretoken" value="s">'
    secret = Small(body=field + b"x" * 500).cache()
    assert "Content-Encoding" not in ask(secret, "/?q=x", HTTP_ACCEPT_ENCODING="gzip").headers


def test_a_redirect_to_elsewhere_has_another_tag() -> None:
    """Its body is empty: who has the old one must not be told that nothing changed."""
    site = Small(status="301 Moved Permanently", headers=[("Location", "/a/")], body=b"")
    cache = site.cache()
    tag = ask(cache, "/old/").headers["ETag"]
    site.headers, site.version = [("Location", "/b/")], 2
    assert ask(cache, "/old/", HTTP_IF_NONE_MATCH=tag).headers["Location"] == "/b/"


def test_an_application_s_own_tag_is_not_believed() -> None:
    site = Small(headers=[("ETag", '"of-dates"')])
    cache = site.cache()
    tag = ask(cache, "/feed/").headers["ETag"]
    site.body, site.version = b"<p>other</p>" * 100, 2
    assert ask(cache, "/feed/", HTTP_IF_NONE_MATCH=tag).status == 200
