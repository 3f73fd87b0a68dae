"""What the tests of people share."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.lib import site
from blogsite.lib.site import SignupPolicy, Site

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S*)")


@pytest.fixture
def alice(db: None) -> User:
    """Return a member who writes."""
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    """Return the owner."""
    return make_user("bob", role=Role.OWNER)


@pytest.fixture
def policy(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what sets who may sign up, and the role of new members."""

    def choose(who: SignupPolicy, role: Role = Role.AUTHOR) -> None:
        chosen = Site(signup_policy=who, default_role=role.value)
        monkeypatch.setattr(site, "_read", lambda: chosen)
        site.forget()

    return choose


@pytest.fixture
def last_link() -> Callable[[], str]:
    """Return what finds the path of the first link in the last letter."""

    def find() -> str:
        found = LINK.search(str(mail.outbox[-1].body))
        assert found, mail.outbox[-1].body
        return found[1]

    return find


@pytest.fixture
def page_of() -> Callable[[Any], str]:
    """Return what gives a page without its CSRF token, which differs every time."""

    def read(response: Any) -> str:
        text: str = response.content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)

    return read
