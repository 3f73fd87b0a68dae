"""An author's own series: made, described, put in order, deleted; editors have everybody's."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Post, Series
from posts.testing import count_queries, make_draft, make_post, make_series, typed

LIST = reverse("posts:series_list")


def page_of(series: Series) -> str:
    return reverse("posts:series_edit", args=[series.pk])


def titles(series: Series) -> list[str]:
    entries = series.entries.order_by("position", "post_id").select_related("post")
    return [entry.post.title for entry in entries]


def move(client: Client, series: Series, title: str, way: str) -> None:
    entry = series.entries.get(post__title=title)
    address = reverse("posts:series_place", args=[series.pk, entry.pk])
    answer = client.post(address, {"way": way})
    assert answer["Location"] == f"{page_of(series)}#part-{entry.pk}"


def test_a_first_series_is_made_described_and_filled(desk: Client, alice: User) -> None:
    assert "No series yet" in desk.get(LIST).text
    sent = {"title": "Slow gardens", "description": "From *seed* to fork."}
    page = desk.post(reverse("posts:series_new"), sent, follow=True).text
    series = Series.objects.get(owner=alice)
    assert series.slug == "slow-gardens"
    assert "There is no part yet" in page
    post = make_post(alice, title="Beans")
    desk.post(reverse("posts:series_places", args=[series.pk]), {"post": post.pk})
    assert titles(series) == ["Beans"]
    assert "<em>seed</em>" in desk.get(series.get_absolute_url()).text


def test_the_list_of_posts_to_add_says_what_to_do(desk: Client, alice: User) -> None:
    make_draft(alice)
    page = desk.get(reverse("posts:series_edit", args=[make_series(alice).pk])).text
    assert "Choose a post" in page
    assert "---------" not in page


def test_parts_move_up_and_down_and_out(desk: Client, alice: User) -> None:
    posts = [make_post(alice, title=name) for name in "ABC"]
    series = make_series(alice, *posts)
    move(desk, series, "C", "up")
    assert titles(series) == ["A", "C", "B"]
    move(desk, series, "A", "down")
    move(desk, series, "B", "down")
    assert titles(series) == ["C", "A", "B"]
    assert [entry.position for entry in series.entries.order_by("position")] == [1, 2, 3]
    entry = series.entries.get(post__title="A")
    desk.post(reverse("posts:series_removal", args=[series.pk, entry.pk]))
    assert titles(series) == ["C", "B"]
    assert Post.objects.count() == 3
    shown = client_order(series)
    assert shown == ["C", "B"]


def client_order(series: Series) -> list[str]:
    page = Client().get(series.get_absolute_url())
    return [post.title for post in page.context["page"].rows]


def test_parts_at_one_place_move_too(desk: Client, alice: User) -> None:
    series = make_series(alice, *(make_post(alice, title=name) for name in "ABC"))
    series.entries.update(position=5)
    move(desk, series, "C", "up")
    assert titles(series) == ["A", "C", "B"]


def test_a_changed_address_leads_on_and_a_taken_one_is_refused(desk: Client, alice: User) -> None:
    series = make_series(alice, make_post(alice))
    make_series(alice, make_post(alice), title="Other")
    sent = {"title": "A year", "description": "", "slug": "other"}
    assert "Another series has that address" in desk.post(page_of(series), sent).text
    desk.post(page_of(series), sent | {"slug": "A year"})
    assert Client().get("/series/a-year-outside/")["Location"] == "/series/a-year/"
    sent = {"title": "New", "slug": "a-year-outside"}
    assert "Another series has that address" in desk.post(reverse("posts:series_new"), sent).text


def test_deleting_asks_and_keeps_the_posts(desk: Client, alice: User) -> None:
    series = make_series(alice, make_post(alice))
    series.bin()
    address = reverse("posts:series_deletion", args=[series.pk])
    assert "Its 1 post stays" in desk.get(address).text
    assert "is deleted" in desk.post(address, follow=True).text
    assert not Series.objects.exists()
    assert Post.objects.count() == 1
    assert Client().get(series.get_absolute_url()).status_code == 410


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.MODERATOR, Role.EDITOR])
def test_owners_and_editors_alone_get_in(client: Client, alice: User, role: Role) -> None:
    series = make_series(alice, make_post(alice))
    client.force_login(make_user("bob", role=role))
    status = 200 if role == Role.EDITOR else 404
    assert client.get(reverse("posts:series_edit", args=[series.pk])).status_code == status
    assert (series.title in client.get(LIST, {"of": "all"}).text) == (role == Role.EDITOR)
    series.bin()
    assert client.get(reverse("posts:series_deletion", args=[series.pk])).status_code == status


def test_nothing_of_somebody_else_shows_or_is_added(desk: Client, alice: User) -> None:
    secret = make_draft(make_user("bob"), title="A secret")
    series = make_series(alice, secret)
    page = desk.get(page_of(series)).text
    assert "A secret" not in page
    assert "A post you cannot see" in page
    other = make_series(alice, title="Other")
    desk.post(reverse("posts:series_places", args=[other.pk]), {"post": secret.pk})
    assert titles(other) == []


def test_a_post_is_in_several_series_and_stays_there_when_it_is_saved(
    desk: Client, alice: User
) -> None:
    post = make_post(alice)
    one, two = make_series(alice, post), make_series(alice, post, title="Other")
    address = reverse("posts:edit", args=[post.pk])
    assert desk.get(address).text.count("checked") >= 2
    desk.post(address, typed(post, series=[one.pk, two.pk], title="New"))
    assert set(post.series.all()) == {one, two}
    desk.post(address, typed(Post.objects.get(), series=[two.pk]))
    assert list(post.series.all()) == [two]


def test_a_preview_keeps_all_that_was_chosen(desk: Client, alice: User) -> None:
    post = make_post(alice)
    chosen = [make_series(alice, post).pk, make_series(alice, post, title="Other").pk]
    page = desk.post(reverse("posts:preview", args=[post.pk]), typed(post, series=chosen)).text
    for key in chosen:
        assert f'<textarea name="series" hidden>\n{key}</textarea>' in page


def test_the_pages_take_as_many_queries_whatever_the_number(desk: Client, alice: User) -> None:
    series = make_series(alice, *(make_post(alice) for _time in range(5)))
    make_post(alice)
    first = count_queries(desk, LIST), count_queries(desk, page_of(series))
    for number in range(5):
        series.append(make_post(alice))
        make_series(alice, make_post(alice), title=f"Other {number}")
    assert (count_queries(desk, LIST), count_queries(desk, page_of(series))) == first
