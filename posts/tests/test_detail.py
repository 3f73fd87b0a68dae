"""A post's own page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from posts.models import Post
from posts.testing import count_queries, make_cover, make_draft, make_post, make_posts, make_series


def page(client: Client, post: Post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


def test_it_shows_what_the_post_is_made_of(client: Client, alice: User, bob: User) -> None:
    post = make_post(alice, title="Beans", summary="All about them.", tags=["Food"], body="*Grow*")
    post.set_authors([alice, bob])
    shown = page(client, post)
    for part in ("Beans</h1>", "All about them.", "/tags/food/", "<em>Grow</em>", "/authors/bob/"):
        assert part in shown
    assert shown.count("<h1") == 1
    assert f'<time datetime="{post.published_at:%Y-%m-%dT%H:%M:%SZ}"' in shown


def test_the_cover_has_its_description_and_caption(client: Client, alice: User) -> None:
    cover = make_cover(alice)
    post = make_post(alice, cover=cover, cover_alt="A bean", cover_caption="Mine")
    shown = page(client, post)
    assert 'alt="A bean"' in shown
    assert "Mine</figcaption>" in shown
    assert f'property="og:image" content="http://127.0.0.1:8000{cover.url}"' in shown


def test_a_long_post_has_a_table_of_contents(client: Client, alice: User) -> None:
    body = "## One\n\n### Below\n\n## Two\n\n"
    assert '<nav class="toc"' not in page(client, make_post(alice, body=body))
    assert '<nav class="toc"' in page(client, make_post(alice, body=body + "word " * 900))


def test_what_people_typed_is_escaped(client: Client, alice: User) -> None:
    evil = '"><script>alert(1)</script>'
    post = make_post(alice, title=evil, summary=evil, cover_alt=evil, cover=make_cover(alice))
    assert "<script>alert" not in page(client, post)


def test_neighbours_are_the_posts_before_and_after(client: Client, alice: User) -> None:
    first, middle, last = make_posts(alice, 3)
    make_post(alice, title="Hidden", visibility="unlisted", published_at=middle.published_at)
    shown = page(client, middle)
    assert f'class="previous" href="{first.get_absolute_url()}"' in shown
    assert f'class="next" href="{last.get_absolute_url()}"' in shown
    assert "Hidden" not in shown


def test_a_series_counts_and_links_what_the_reader_may_see(client: Client, alice: User) -> None:
    posts = [make_post(alice) for _number in range(4)]
    draft = make_draft(alice, title="Hidden")
    make_series(alice, posts[2], draft, posts[0], posts[1])
    shown = page(client, posts[0])
    assert "Part 2 of 3" in shown
    assert "Hidden" not in shown
    start, end = shown.index('aria-label="In A year outside"'), shown.index('id="comments"')
    assert posts[2].get_absolute_url() in shown[start:end]
    assert posts[1].get_absolute_url() in shown[start:end]


def test_an_unlisted_post_is_not_for_search_engines(client: Client, alice: User) -> None:
    assert 'content="noindex"' in page(client, make_post(alice, visibility="unlisted"))
    assert 'content="noindex"' not in page(client, make_post(alice))


def test_its_authors_see_a_draft_with_its_state_and_a_way_to_edit(
    client: Client, alice: User
) -> None:
    draft = make_draft(alice)
    client.force_login(alice)
    shown = page(client, draft)
    assert "chip-draft" in shown
    assert f"/write/{draft.pk}/" in shown


def test_members_posts_are_missing_for_strangers(
    client: Client, charlies: Client, alice: User
) -> None:
    post = make_post(alice, visibility="members")
    assert client.get(post.get_absolute_url()).status_code == 404
    assert charlies.get(post.get_absolute_url()).status_code == 200


def test_a_scheduled_post_appears_by_its_time_alone(client: Client, alice: User) -> None:
    post = make_post(alice, published_at=timezone.now() + timedelta(hours=1))
    assert client.get(post.get_absolute_url()).status_code == 404
    Post.objects.filter(pk=post.pk).update(published_at=timezone.now())
    assert client.get(post.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("slug", ["%00", "a%00b", "..%2f", "%ff", "x" * 5000, "a;b"])
def test_an_odd_address_is_a_missing_page(client: Client, db: None, slug: str) -> None:
    assert client.get(f"/posts/{slug}/").status_code == 404


def test_head_is_answered(client: Client, alice: User) -> None:
    assert client.head(make_post(alice).get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who", ["client", "charlies"])
def test_it_takes_the_same_queries_with_more_of_everything(
    who: str, request: pytest.FixtureRequest, alice: User, bob: User
) -> None:
    browser: Client = request.getfixturevalue(who)
    posts = make_posts(alice, 5, tags=["Gardens"])
    make_series(alice, *posts)
    first = count_queries(browser, posts[2].get_absolute_url())
    posts[2].set_authors([alice, bob])
    posts[2].tags.set(make_post(alice, tags=["One", "Two", "Three"]).tags.all())
    make_series(alice, *make_posts(alice, 5), *posts, title="Another")
    assert count_queries(browser, posts[2].get_absolute_url()) == first <= 16
