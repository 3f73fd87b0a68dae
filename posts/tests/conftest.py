"""The cast: Alice writes, Bob helps, Charlie is a stranger who signed up."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob", Role.EDITOR)


@pytest.fixture
def charlie(db: None) -> User:
    return make_user("charlie", Role.READER)


@pytest.fixture
def charlies(charlie: User) -> Client:
    """Return the browser of Charlie, signed in."""
    client = Client()
    client.force_login(charlie)
    return client


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    """Return the browser of Alice, signed in."""
    client.force_login(alice)
    return client
