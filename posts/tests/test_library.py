"""The library of pictures: found by what they are, described, put in the bin, taken out."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from posts import drafts
from posts.models import Autosave, Image, Post, Revision
from posts.testing import (
    count_queries,
    make_draft,
    make_image,
    make_post,
    picture_bytes,
    picture_file,
    typed,
)

pytestmark = pytest.mark.django_db
LIBRARY = reverse("posts:images")
BIN = reverse("posts:images_bin")
BACK = reverse("posts:images_restoration")


def shown(browser: Client, **asked: str) -> list[Image]:
    return list(browser.get(LIBRARY, asked).context["page"].rows)


def page_of(image: Image) -> str:
    return reverse("posts:image", args=[image.pk])


@pytest.mark.parametrize("place", ["body", "cover", "share_image"])
def test_unused_are_those_that_no_post_shows(desk: Client, alice: User, place: str) -> None:
    used, unused = make_image(alice), make_image(alice, colour="red")
    make_draft(alice, **{place: used.markdown if place == "body" else used})
    assert shown(desk, show="unused") == [unused]


def test_without_description_are_those_that_need_one(desk: Client, alice: User) -> None:
    bare, told, plain = (make_image(alice, colour=one) for one in ("red", "blue", "green"))
    told.describe("Roses")
    desk.post(page_of(plain), {"is_decorative": "on"})
    assert shown(desk, show="undescribed") == [bare]


def test_a_description_and_decorative_exclude_each_other(desk: Client, alice: User) -> None:
    image = make_image(alice)
    answer = desk.post(page_of(image), {"alt": "Roses", "is_decorative": "on"})
    assert answer.context["form"].errors["is_decorative"]
    assert Image.objects.get().alt == ""


def test_the_description_is_in_what_is_inserted_unless_decorative(alice: User) -> None:
    image = make_image(alice)
    image.describe("Roses")
    assert image.markdown.startswith("![Roses](")
    image.is_decorative = True
    assert image.markdown.startswith("![](")
    image.describe("Tulips")
    assert not image.is_decorative


def test_duplicates_stand_together_and_name_each_other(client: Client, alice: User) -> None:
    first, other = make_image(alice), make_image(alice, colour="red")
    bobs = make_image(make_user("bob", role=Role.EDITOR))
    client.force_login(bobs.owner)
    assert shown(client, show="duplicates") == []
    assert shown(client, show="duplicates", of="all") == [bobs, first]
    assert page_of(first) in client.get(page_of(bobs)).text
    assert page_of(other) not in client.get(page_of(bobs)).text


def test_names_and_descriptions_are_searched(desk: Client, alice: User) -> None:
    roses = make_image(alice, "roses.jpg")
    told = make_image(alice, "b.jpg", colour="red")
    told.describe("A bunch of Roses")
    make_image(alice, "c.jpg", colour="blue")
    assert shown(desk, q="rose") == [told, roses]


def test_everybodys_pictures_are_for_editors(desk: Client, alice: User) -> None:
    theirs = make_image(make_user("bob"))
    assert shown(desk, of="all") == []
    assert desk.get(page_of(theirs)).status_code == 404
    editor = Client()
    editor.force_login(make_user("charlie", role=Role.EDITOR))
    assert shown(editor, of="all") == [theirs]


def test_a_picture_tells_each_use_with_its_place(desk: Client, alice: User) -> None:
    image = make_image(alice)
    make_draft(alice, title="Both", body=image.markdown, cover=image)
    page = desk.get(page_of(image)).text
    assert "Both" in page
    assert "in the text, as the cover" in page


def test_titles_of_others_stay_theirs(desk: Client, alice: User) -> None:
    image = make_image(alice)
    make_draft(make_user("bob"), title="Nobody knows", body=image.markdown)
    page = desk.get(page_of(image)).text
    assert "Nobody knows" not in page
    assert "1 other post" in page


def test_early_versions_and_unsaved_texts_are_told(desk: Client, alice: User) -> None:
    image = make_image(alice)
    post = make_draft(alice, title="It was here", body=image.markdown)
    Revision.objects.record(post, by=alice)
    post.body = "Gone"
    post.save()
    Autosave.objects.create(person=alice, key="a", fields={"body": [image.markdown]})
    page = desk.get(page_of(image)).text
    assert "It was here" in page
    assert "1 text that is not saved yet" in page
    image.bin()
    assert (
        "Delete for good</button>"
        not in desk.get(reverse("posts:image_deletion", args=[image.pk])).text
    )
    Autosave.objects.all().delete()
    assert "gap" in desk.get(reverse("posts:image_deletion", args=[image.pk])).text


@pytest.mark.parametrize("place", ["body", "cover", "share_image"])
def test_what_the_draft_over_a_post_shows_is_used(desk: Client, alice: User, place: str) -> None:
    image = make_image(alice)
    post = make_post(alice, title="Live", body="live")
    drafts.write_draft(post, {place: image.markdown if place == "body" else image.pk}, by=alice)
    assert shown(desk, show="unused") == []
    assert shown(desk)[0].use_count == 1  # type: ignore[attr-defined]
    page = desk.post(BIN, {"picture": image.pk}, follow=True).text
    assert "stays: posts show it" in page
    page = desk.get(page_of(image)).text
    assert "Live" in page
    assert "unpublished changes" in page
    assert not image.delete_unused()
    drafts.discard_change(post, by=alice)
    assert shown(desk, show="unused") == [image]


def test_what_a_draft_shows_as_its_post_does_counts_once(desk: Client, alice: User) -> None:
    image = make_image(alice)
    post = make_post(alice, body=image.markdown)
    drafts.write_draft(post, {"title": "Other"}, by=alice)
    assert shown(desk)[0].use_count == 1  # type: ignore[attr-defined]


def test_the_chosen_go_into_the_bin_and_come_back_by_one_button(desk: Client, alice: User) -> None:
    one, two, three = (make_image(alice, colour=c) for c in ("red", "blue", "green"))
    answer = desk.post(BIN, {"picture": [one.pk, two.pk], "show": "unused"})
    assert answer["Location"] == f"{LIBRARY}?show=unused"
    page = desk.get(LIBRARY)
    assert list(page.context["page"].rows) == [three]
    assert set(page.context["undo"]) == set(shown(desk, show="bin")) == {one, two}
    assert desk.get(LIBRARY).context["undo"] == []
    desk.post(BACK, {"picture": [one.pk, two.pk]})
    assert shown(desk) == [three, two, one]


def test_used_ones_stay_where_nothing_said_that_they_are(desk: Client, alice: User) -> None:
    image = make_image(alice)
    make_draft(alice, body=image.markdown)
    page = desk.post(BIN, {"picture": image.pk}, follow=True)
    assert "stays: posts show it" in page.text
    desk.post(BIN, {"picture": image.pk, "used": "1"})
    assert shown(desk) == []


def test_posts_go_on_showing_what_is_in_the_bin(client: Client, alice: User) -> None:
    image = make_image(alice)
    post = make_post(alice, body=image.markdown)
    image.bin()
    assert image.url in client.get(post.get_absolute_url()).text
    assert client.get(image.url).getvalue()


def test_the_editor_offers_nothing_of_the_bin_but_what_is_there(desk: Client, alice: User) -> None:
    image = make_image(alice)
    image.bin()
    post = make_draft(alice, cover=image)
    assert list(Image.objects.choices_for(alice, Post(author=alice))) == []
    assert list(Image.objects.choices_for(alice, post)) == [image]


def test_sending_it_again_takes_it_out_of_the_bin(desk: Client, alice: User) -> None:
    image = make_image(alice)
    image.bin()
    desk.post(LIBRARY, {"pictures": picture_file()})
    assert shown(desk) == [image]


@pytest.mark.parametrize("address", [BIN, BACK])
def test_nobody_moves_the_pictures_of_others(client: Client, alice: User, address: str) -> None:
    image = make_image(alice)
    if address == BACK:
        image.bin()
    client.force_login(make_user("charlie"))
    page = client.post(address, {"picture": image.pk}, follow=True)
    assert "not there any more" in page.text
    assert (Image.objects.get().deleted_at is None) is (address == BIN)


@pytest.mark.parametrize("sent", [{}, {"picture": "x"}, {"picture": "9" * 40}])
def test_nonsense_gets_a_sentence(desk: Client, sent: dict[str, str]) -> None:
    page = desk.post(BIN, sent, follow=True)
    assert page.status_code == 200
    assert page.redirect_chain == [(LIBRARY, 302)]


def test_replacing_shows_the_new_one_and_offers_the_former(desk: Client, alice: User) -> None:
    image = make_image(alice)
    post = make_post(alice, body=image.markdown)
    sent = {"file": picture_file(colour="red"), "instead_of": image.path}
    page = desk.post(f"{page_of(image)}replacement/", sent, follow=True)
    assert "The picture is replaced" in page.text
    fresh = Image.objects.get()
    post.refresh_from_db()
    assert fresh.url in post.html
    page = desk.post(f"{page_of(image)}former/", follow=True)
    assert "The former picture is back" in page.text
    assert Image.objects.get().path == image.path


def test_who_replaces_what_was_replaced_meanwhile_is_asked_again(desk: Client, alice: User) -> None:
    image = make_image(alice)
    sent = {"file": picture_file(colour="red"), "instead_of": "images/00/other/900.webp"}
    page = desk.post(f"{page_of(image)}replacement/", sent)
    assert "Somebody replaced this picture just now" in page.text
    assert Image.objects.get().path == image.path


def test_emptying_the_bin_spares_what_posts_show(desk: Client, alice: User) -> None:
    used, unused = make_image(alice), make_image(alice, colour="red")
    make_draft(alice, body=used.markdown)
    for image in (used, unused):
        image.bin()
    page = desk.get(reverse("posts:emptying"))
    done = desk.post(reverse("posts:emptying"), {"latest": page.context["latest"]}, follow=True)
    assert "1 picture stays in the bin" in done.text
    assert list(Image.objects.all()) == [used]


def test_each_page_costs_the_same_whatever_the_number(desk: Client, alice: User) -> None:
    counts = []
    for time in range(2):
        for number in range(3):
            image = make_image(alice, width=20, height=20, colour=f"#{time}{number}1")
            make_draft(alice, body=image.markdown, cover=image)
            make_image(alice, width=21, height=20, colour=f"#{time}{number}1").bin()
        asked = ("", "?show=unused", "?show=duplicates", "?show=bin")
        pages = [f"{LIBRARY}{query}" for query in asked] + [page_of(image), reverse("posts:bin")]
        counts.append([count_queries(desk, page) for page in pages])
    assert counts[0] == counts[1]


def test_the_editor_describes_pictures_at_former_addresses_too(desk: Client, alice: User) -> None:
    image = make_image(alice)
    post = make_draft(alice, body=image.markdown)
    former = image.url
    image.replace(picture_bytes(colour="red"), by=alice)
    sent = typed(post, **{f"alt-{image.pk}": "Roses", f"decorative-{image.pk}": "1"})
    desk.post(reverse("posts:edit", args=[post.pk]), sent)
    post.refresh_from_db()
    assert post.body == f"![Roses]({former})"
    assert not Image.objects.get().is_decorative


@pytest.mark.parametrize(("sent", "is_decorative"), [(["", "1"], True), ([""], False)])
def test_the_editor_keeps_what_is_decorative(
    desk: Client, alice: User, sent: list[str], is_decorative: bool
) -> None:
    image = make_image(alice)
    Image.objects.update(is_decorative=not is_decorative)
    post = make_draft(alice, body=image.markdown)
    words = {f"alt-{image.pk}": "", f"decorative-{image.pk}": sent, "alt-007": "x"}
    desk.post(reverse("posts:edit", args=[post.pk]), typed(post, **words))
    assert Image.objects.get().is_decorative is is_decorative
    assert Post.objects.get().body == image.markdown
