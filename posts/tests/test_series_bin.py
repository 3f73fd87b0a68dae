"""A series in the bin: gone from everywhere, back whole and in its order."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.testing import make_user
from posts.models import FormerAddress, Post, Series
from posts.testing import make_draft, make_post, make_series, typed

pytestmark = pytest.mark.django_db
LIST = reverse("posts:series_list")
SITEMAP = reverse("posts:sitemap_page", args=["series"])


def of(series: Series, name: str) -> str:
    return reverse(f"posts:{name}", args=[series.pk])


def found(series: Series, post: Post) -> tuple[set[int], set[bool]]:
    """Return how a reader's questions about the series are answered, and whether pages name it."""
    reader, page = Client(), series.get_absolute_url()
    statuses = {reader.get(f"{page}{rest}").status_code for rest in ("", "feed/", "feeds/")}
    told = {page in reader.get(where).text for where in (post.get_absolute_url(), SITEMAP)}
    return statuses, told | {series.title in reader.get(f"/posts/{post.slug}.md").text}


def test_readers_find_it_nowhere_until_it_comes_back(desk: Client, alice: User) -> None:
    first, second = make_post(alice), make_post(alice)
    series = make_series(alice, second, first)
    assert found(series, first) == ({200}, {True})
    desk.post(of(series, "series_bin"))
    assert found(series, first) == ({410}, {False})
    desk.post(of(series, "series_restoration"))
    assert found(series, first) == ({200}, {True})
    order = list(series.entries.order_by("position").values_list("post", flat=True))
    assert order == [second.pk, first.pk]


def test_one_of_drafts_is_missing_not_gone(alice: User) -> None:
    series = make_series(alice, make_draft(alice))
    series.bin()
    assert Client().get(series.get_absolute_url()).status_code == 404


def test_a_former_address_of_it_is_gone_too(alice: User) -> None:
    series = make_series(alice, make_post(alice))
    FormerAddress.objects.create(path="serial", series=series)
    series.bin()
    assert Client().get("/serial/").status_code == 410


def test_the_next_page_offers_to_undo_it_once(desk: Client, alice: User) -> None:
    series = make_series(alice)
    page = desk.post(of(series, "series_bin"), follow=True)
    assert f'action="{of(series, "series_restoration")}"' in page.text
    assert "Undo" not in desk.get(LIST).text
    assert series.title in desk.get(reverse("posts:bin")).text
    assert desk.get(of(series, "series_edit")).status_code == 404


def test_saving_a_post_meanwhile_keeps_its_place(desk: Client, alice: User) -> None:
    post = make_draft(alice)
    series, kept = make_series(alice, post), make_series(alice, post, title="Kept")
    series.bin()
    page = desk.get(reverse("posts:edit", args=[post.pk]))
    assert series.title not in page.text
    desk.post(reverse("posts:edit", args=[post.pk]), typed(post, title="Two", series=[kept.pk]))
    assert Post.objects.get().title == "Two"
    assert set(post.series.all()) == {series, kept}


def test_a_new_series_of_that_title_is_another_one(alice: User) -> None:
    series = make_series(alice)
    series.bin()
    assert Series.begin(alice, series.title) != series


def test_only_what_is_in_the_bin_is_deleted_for_good(desk: Client, alice: User) -> None:
    series = make_series(alice, make_post(alice))
    assert desk.post(of(series, "series_deletion")).status_code == 404
    assert Series.objects.exists()


@pytest.mark.parametrize("name", ["series_bin", "series_restoration", "series_deletion"])
def test_strangers_reach_nothing(client: Client, alice: User, name: str) -> None:
    series = make_series(alice)
    if name != "series_bin":
        series.bin()
    client.force_login(make_user("charlie"))
    assert client.post(of(series, name)).status_code == 404
    assert Series.objects.get().deleted_at == series.deleted_at


def test_emptying_the_bin_takes_series_along(desk: Client, alice: User) -> None:
    gone, kept = make_series(alice), make_series(alice, title="Kept")
    gone.bin()
    page = desk.get(reverse("posts:emptying"))
    assert "1 series will be deleted" in page.text
    desk.post(reverse("posts:emptying"), {"latest": page.context["latest"]})
    assert list(Series.objects.all()) == [kept]
