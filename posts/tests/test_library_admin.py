"""Series, pictures and former addresses at the desk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import FormerAddress, Image, Series
from posts.testing import make_draft, make_image, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def editors(client: Client, bob: User) -> Client:
    """Return the browser of Bob, who edits."""
    client.force_login(bob)
    return client


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is remembered between requests is remembered now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_series_page_costs_the_same_whatever_its_length(editors: Client, alice: User) -> None:
    series = Series.begin(alice, "Slow gardens")
    address = reverse("admin:posts_series_change", args=[series.pk])
    counts = []
    for _time in range(2):
        for _number in range(5):
            series.append(make_post(alice))
        counts.append(queries(editors, address))
    assert counts[0] == counts[1]


def test_a_series_takes_a_further_post(editors: Client, alice: User) -> None:
    series, post = Series.begin(alice, "Slow gardens"), make_post(alice)
    empty = {"entries-TOTAL_FORMS": 0, "entries-INITIAL_FORMS": 0}
    new = {"entries-2-TOTAL_FORMS": 1, "entries-2-INITIAL_FORMS": 0}
    sent = {"title": "Slow", "slug": "slow", "owner": alice.pk, "description": ""}
    row = {"entries-2-0-post": post.pk, "entries-2-0-position": 4}
    address = reverse("admin:posts_series_change", args=[series.pk])
    editors.post(address, sent | empty | new | row)
    assert list(series.posts.all()) == [post]


@pytest.mark.parametrize("name", ["series", "image", "formeraddress"])
def test_each_list_costs_the_same_whatever_its_length(
    client: Client, alice: User, name: str
) -> None:
    client.force_login(make_user("bob", role=Role.OWNER))
    counts = []
    for time in range(2):
        for number in range(3):
            image = make_image(alice, width=9, height=9, colour=f"#{time}{number}1")
            post = make_draft(alice, body=image.markdown, cover=image)
            Series.begin(alice, f"{time} {number}").append(post)
            FormerAddress.objects.create(path=f"{time}/{number}", post=post)
        counts.append(queries(client, reverse(f"admin:posts_{name}_changelist")))
    assert counts[0] == counts[1]


def test_a_picture_says_where_it_is_used_and_cannot_be_deleted(
    editors: Client, alice: User
) -> None:
    image = make_image(alice)
    make_draft(alice, title="Where it is", body=image.markdown)
    page = editors.get(reverse("admin:posts_image_change", args=[image.pk])).text
    assert "Where it is" in page
    editors.post(reverse("admin:posts_image_delete", args=[image.pk]), {"post": "yes"})
    assert Image.objects.exists()


def test_deleting_unused_pictures_asks_and_spares_the_used(editors: Client, alice: User) -> None:
    used, unused = make_image(alice), make_image(alice, colour="red")
    make_draft(alice, cover=used)
    address = reverse("admin:posts_image_changelist")
    sent = {"action": "delete_unused", "_selected_action": [used.pk, unused.pk]}
    editors.post(address, sent)
    assert Image.objects.count() == 2
    editors.post(address, sent | {"answered": "1"})
    assert list(Image.objects.all()) == [used]


def test_djangos_own_bulk_deletion_is_not_offered(editors: Client, alice: User) -> None:
    make_image(alice)
    page = editors.get(reverse("admin:posts_image_changelist")).text
    assert 'value="delete_selected"' not in page


def test_moderators_see_no_pictures_of_others(client: Client, alice: User) -> None:
    image = make_image(alice)
    client.force_login(make_user("charlie", role=Role.MODERATOR))
    for page in ("changelist", "change", "delete"):
        args = [] if page == "changelist" else [image.pk]
        answer = client.post(reverse(f"admin:posts_image_{page}", args=args), {"post": "yes"})
        assert answer.status_code in {403, 404}
    assert Image.objects.exists()


@pytest.mark.parametrize("name", ["image", "series"])
def test_the_bin_is_found_and_filled_at_the_desk(editors: Client, alice: User, name: str) -> None:
    thing = make_image(alice) if name == "image" else Series.begin(alice, "Roses")
    address = reverse(f"admin:posts_{name}_changelist")
    counts = []
    for action in ("put_in_bin", "take_out"):
        editors.post(address, {"action": action, "_selected_action": [thing.pk]})
        asked = editors.get(address, {"bin": "yes"})
        counts.append(asked.context["cl"].result_count)
    assert counts == [1, 0]
