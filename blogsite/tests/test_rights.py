"""Who gets what: every route, by everybody, read and sent to. The table is `rights.txt`."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client

from blogsite.tests.rights import CAST, Grid, Scene, read_table, routes, set_up, sign_of

pytestmark = pytest.mark.django_db
ROUTES = tuple(dict.fromkeys(routes()))


@pytest.fixture
def scene() -> Scene:
    return set_up()


def signs(scene: Scene, name: str, method: str) -> Iterator[tuple[str, str]]:
    """Yield each route with what it answers to this person; nothing that happens stays."""
    client = Client()
    if name in scene.people:
        client.force_login(scene.people[name])
    cookies = client.cookies.output(header="")
    for route in ROUTES:
        with transaction.atomic():
            yield route, sign_of(client, method, scene.address(route))
            transaction.set_rollback(True)
        client.cookies = SimpleCookie(cookies)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {route for _method, route in read_table()} == {f"/{route}" for route in ROUTES}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", CAST)
def test_everybody_gets_what_the_table_says(scene: Scene, name: str, method: str) -> None:
    table: Grid = read_table()
    column = CAST.index(name)
    differences = [
        f"{method} /{route} as {name}: {sign}, not {table[method, f'/{route}'][column]}"
        for route, sign in signs(scene, name, method)
        if sign != table[method, f"/{route}"][column]
    ]
    assert not differences, "\n".join(differences)
