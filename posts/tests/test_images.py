from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image as Picture

from accounts.models import User
from accounts.testing import make_user
from blogsite.lib import images
from posts.forms import uploads
from posts.models import Autosave, Image, Snippet
from posts.testing import make_draft, make_image, picture_bytes, picture_file

pytestmark = pytest.mark.django_db
LIBRARY = reverse("posts:images")


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_picture_is_re_encoded_and_addressed_by_its_content(alice: User) -> None:
    image = make_image(alice, width=1600, height=800)
    (path,) = files()
    assert path == Path(settings.MEDIA_ROOT) / image.path
    assert sha256(path.read_bytes()).hexdigest()[:32] == path.parent.name
    with Picture.open(path) as picture:
        assert picture.size == (image.width, image.height) == (1600, 800)
    assert image.size == path.stat().st_size


def test_the_same_picture_is_stored_once_for_each_owner_and_its_files_once(alice: User) -> None:
    first, again, bobs = make_image(alice), make_image(alice), make_image(make_user("bob"))
    number = len(files())
    assert first == again
    assert first.path == bobs.path
    bobs.delete()
    assert len(files()) == number
    first.delete()
    assert files() == []


def test_uploading_shows_the_picture_with_its_markdown(desk: Client, alice: User) -> None:
    desk.post(LIBRARY, {"pictures": [picture_file(), picture_file(colour="red")]})
    page = desk.get(LIBRARY).text
    assert alice.images.count() == 2
    assert all(image.markdown in page for image in alice.images.all())


def test_the_editor_is_answered_in_json(desk: Client, alice: User) -> None:
    sent = {"pictures": [picture_file(), SimpleUploadedFile("a.svg", b"<svg/>")]}
    answer = desk.post(LIBRARY, sent, headers={"Accept": "application/json"}).json()
    assert [one["markdown"] for one in answer["pictures"]] == [alice.images.get().markdown]
    assert "a.svg" in answer["refused"][0]


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"\xff\xd8\xff" * 9])
def test_what_is_no_picture_gets_a_sentence(desk: Client, data: bytes) -> None:
    response = desk.post(LIBRARY, {"pictures": SimpleUploadedFile("a.jpg", data, "image/jpeg")})
    assert response.context["form"].errors["pictures"]
    assert files() == []


def test_nothing_chosen_gets_a_sentence(desk: Client) -> None:
    assert desk.post(LIBRARY).context["form"].errors["pictures"]


def test_a_file_too_large_gets_a_sentence(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 100)
    response = desk.post(LIBRARY, {"pictures": picture_file()})
    assert "larger than" in str(response.context["form"].errors["pictures"])
    assert not Image.objects.exists()


def test_too_many_in_an_hour_get_a_sentence(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "UPLOADS_AN_HOUR", 1)
    desk.post(LIBRARY, {"pictures": picture_file()})
    response = desk.post(LIBRARY, {"pictures": picture_file(colour="red")})
    assert "in one hour" in str(response.context["form"].errors["pictures"])
    assert Image.objects.count() == 1


def test_a_description_is_kept(desk: Client, alice: User) -> None:
    image = make_image(alice)
    desk.post(reverse("posts:image", args=[image.pk]), {"alt": "Roses [red]", "path": "x"})
    image.refresh_from_db()
    assert image.alt == "Roses [red]"
    assert image.markdown == f"![Roses (red)]({image.url})"


@pytest.mark.parametrize("place", ["text", "cover"])
def test_a_used_picture_is_kept_and_says_where_it_is_used(
    desk: Client, alice: User, place: str
) -> None:
    image = make_image(alice)
    fields = {"body": image.markdown} if place == "text" else {"cover": image}
    make_draft(alice, title="Where it is", **fields)
    assert "Where it is" in desk.get(reverse("posts:image", args=[image.pk])).text
    image.bin()
    address = reverse("posts:image_deletion", args=[image.pk])
    assert "Where it is" in desk.get(address).text
    desk.post(address)
    assert Image.objects.exists()


def test_an_unused_picture_goes_with_its_files(desk: Client, alice: User) -> None:
    post = make_draft(alice, body=make_image(alice).markdown)
    post.body = "No picture any more"
    post.save()
    address = reverse("posts:image_deletion", args=[alice.images.get().pk])
    assert desk.post(address).status_code == 404
    alice.images.get().bin()
    desk.post(address)
    assert not Image.objects.exists()
    assert files() == []


@pytest.mark.parametrize(
    "name", ["image", "image_deletion", "image_replacement", "image_former", "image_sizes"]
)
def test_strangers_reach_nobodys_pictures(client: Client, alice: User, name: str) -> None:
    image = make_image(alice)
    image.bin()
    client.force_login(make_user("charlie"))
    address = reverse(f"posts:{name}", args=[image.pk])
    assert client.post(address, {"alt": "Mine"}).status_code == 404
    assert Image.objects.get().alt == ""
    assert image.url not in client.get(LIBRARY).text


def test_the_library_costs_the_same_whatever_the_number(desk: Client, alice: User) -> None:
    counts = []
    for time in range(2):
        for number in range(3):
            image = make_image(alice, width=20, height=20, colour=f"#{time}{number}1")
            make_draft(alice, body=image.markdown, cover=image)
        with CaptureQueriesContext(connection) as captured:
            desk.get(LIBRARY)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_nothing_of_what_was_sent_is_kept_as_it_was(alice: User) -> None:
    data = picture_bytes() + b"<script>alert(1)</script>"
    Image.store(alice, data, "a.jpg")
    assert all(b"<script>" not in path.read_bytes() for path in files())


@pytest.mark.parametrize("place", ["body", "cover", "snippet"])
def test_what_an_unsaved_text_or_a_template_names_is_not_deleted(
    desk: Client, alice: User, place: str
) -> None:
    image = make_image(alice)
    image.bin()
    if place == "snippet":
        Snippet.objects.create(owner=alice, name="Begin", body=image.markdown)
    else:
        fields = {place: [image.markdown if place == "body" else str(image.pk)]}
        Autosave.objects.create(person=alice, key="a", fields=fields)
    address = reverse("posts:image_deletion", args=[image.pk])
    page = desk.post(address).text
    assert Image.objects.exists()
    assert ("Begin" if place == "snippet" else "1 text that is not saved yet") in page
    for rows in (Autosave.objects, Snippet.objects):
        rows.all().delete()
    desk.post(address)
    assert not Image.objects.exists()
