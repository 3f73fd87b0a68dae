"""The preview beside the text and the one at three widths: from what is typed, kept nowhere."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts.models import Image, Post, Tag
from posts.testing import make_draft, make_image, typed

pytestmark = pytest.mark.django_db
LIVE = reverse("posts:new_preview_live")
WIDTHS = reverse("posts:new_preview_widths")


def framed(page: str) -> str:
    """Return the page that the frame holds."""
    found = re.search(r'srcdoc="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_beside_the_text_is_the_post_without_the_frame_of_the_site(desk: Client) -> None:
    page = desk.post(LIVE, typed(title="A walk", summary="In short", tags="Roses")).text
    for part in ("<em>roses</em>", "A walk", "In short", "Roses", "css/reading"):
        assert part in page
    for part in ("site-header", "site-footer", "preview-banner", "<script", "csrfmiddleware"):
        assert part not in page


def test_nothing_at_all_is_stored(desk: Client, alice: User) -> None:
    picture = make_image(alice)
    post = make_draft(alice)
    acting = {f"alt-{picture.pk}": "Mine", f"decorative-{picture.pk}": "on", "remove_cover": "on"}
    before = list(Post.objects.values())
    desk.post(reverse("posts:preview_live", args=[post.pk]), typed(post, tags="New") | acting)
    desk.post(LIVE, typed(new_series="A new one") | acting)
    assert list(Post.objects.values()) == before
    assert Image.objects.get().alt == ""
    assert not Tag.objects.exists()
    assert not alice.series.exists()


@pytest.mark.parametrize("key", [str(2**63), "9" * 5000, "²"])
def test_a_key_that_no_series_can_have_is_answered_with_the_form(desk: Client, key: str) -> None:
    for address in (reverse("posts:new"), LIVE, WIDTHS):
        assert desk.post(address, typed(series=[key])).status_code == 200
    assert not Post.objects.exists()


@pytest.mark.parametrize("kind", ["preview", "preview_live", "preview_widths"])
def test_nobody_in_between_keeps_it(desk: Client, alice: User, kind: str) -> None:
    post = make_draft(alice)
    for address in (reverse(f"posts:{kind}", args=[post.pk]), reverse(f"posts:new_{kind}")):
        response = desk.post(address, typed())
        assert "no-store" in response["Cache-Control"]
        assert 'name="robots" content="noindex"' in response.text
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["preview_live", "preview_widths"])
def test_others_learn_nothing(client: Client, alice: User, kind: str) -> None:
    address = reverse(f"posts:{kind}", args=[make_draft(alice, body="Secret").pk])
    for role in (Role.READER, Role.AUTHOR):
        client.force_login(make_user(f"charlie{role[0]}", role))
        response = client.post(address, {"title": "T"})
        assert response.status_code == 404
        assert "Secret" not in response.text


def test_who_was_signed_out_is_sent_to_sign_in_by_the_frame(client: Client) -> None:
    response = client.post(LIVE, typed())
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_a_text_too_complex_gets_its_sentence_in_the_frame(desk: Client) -> None:
    response = desk.post(LIVE, typed(body=">" * 10_000))
    assert response.status_code == 200
    assert "alert-warning" in response.text


def test_no_link_of_the_frame_leads_away(desk: Client) -> None:
    sent = typed(body="[Roses](https://example.org/) and ## no\n\n## A heading", tags="Bees")
    for page in (desk.post(LIVE, sent).text, framed(desk.post(WIDTHS, sent).text)):
        assert "https://example.org/" in page
        assert not re.search(r"<a\b[^>]* href=", page)


def test_the_widths_hold_the_whole_page_and_lead_back_with_all_that_was_typed(
    desk: Client,
) -> None:
    sent = typed(summary='In "short" <b>', slug="walk")
    response = desk.post(WIDTHS, sent)
    page = framed(response.text)
    assert "<em>roses</em>" in page
    assert "site-header" in page
    back = desk.post(response.context["back"], dict(response.context["typed"]) | {"then": "edit"})
    assert back.context["form"]["summary"].value() == sent["summary"]
    assert "<em>roses</em>" in desk.post(response.context["elsewhere"], sent).text


def test_scripts_in_the_text_reach_no_frame(desk: Client) -> None:
    sent = typed(title='"><script>a()</script>', body="<script>b()</script>")
    for page in (desk.post(LIVE, sent).text, framed(desk.post(WIDTHS, sent).text)):
        assert "<script>" not in page
