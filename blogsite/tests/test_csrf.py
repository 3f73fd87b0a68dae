"""No change without the site's own token, and none at the word of another site."""

import pytest
from django.test import Client

from blogsite.tests.rights import NO_METHOD, Scene, read_table, set_up

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("origin", ["", "https://evil.example", "null"])
@pytest.mark.parametrize("name", ["stranger", "owner"])
def test_every_form_needs_its_token(origin: str, name: str) -> None:
    scene: Scene = set_up()
    client = Client(enforce_csrf_checks=True)
    if name in scene.people:
        client.force_login(scene.people[name])
    headers = {"HTTP_ORIGIN": origin} if origin else {}
    taken = [
        route
        for (method, route), signs in read_table().items()
        if method == "POST" and set(signs) != {NO_METHOD}
        if client.post(scene.address(route[1:]), {"a": "b"}, **headers).status_code  # type: ignore[arg-type]
        not in {403, 404, 405}
    ]
    assert not taken
