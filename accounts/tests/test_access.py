"""What checkers and screen readers need of the pages of people at the desk."""

import html5lib
import pytest
from django.test import Client

from accounts.roles import Role
from accounts.testing import make_user

pytestmark = pytest.mark.django_db


def test_the_desks_page_of_a_password_is_html(client: Client) -> None:
    client.force_login(make_user("alice", Role.OWNER))
    bob = make_user("bob")
    page = client.get(f"/admin/accounts/user/{bob.pk}/password/").text
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    assert not parser.errors
