"""Addresses of visitors, and views for members only."""

import pytest
from django.conf import LazySettings
from django.test import RequestFactory

from accounts.access import client_address, client_network, safe_next


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "nonsense", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_address_is_counted_from_the_right(
    rf: RequestFactory, settings: LazySettings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected


def test_a_household_is_one_network(rf: RequestFactory) -> None:
    first = rf.get("/", REMOTE_ADDR="2001:db8:1:2::1")
    second = rf.get("/", REMOTE_ADDR="2001:db8:1:2:ffff::9")
    other = rf.get("/", REMOTE_ADDR="2001:db8:1:3::1")
    assert client_network(first) == client_network(second) != client_network(other)


def test_a_socket_has_no_address(rf: RequestFactory) -> None:
    assert client_network(rf.get("/", REMOTE_ADDR="")) == ""


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "", "\\\\evil"])
def test_next_falls_back(rf: RequestFactory, wanted: str) -> None:
    assert safe_next(rf.get("/", {"next": wanted}), "/here/") == "/here/"


def test_next_is_taken_within_the_site(rf: RequestFactory) -> None:
    assert safe_next(rf.post("/", {"next": "/posts/?page=2"})) == "/posts/?page=2"
