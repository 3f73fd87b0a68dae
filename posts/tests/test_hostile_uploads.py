"""Files that no library wants: a sentence that names each, no error page, no word lost."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture

from accounts.models import User
from posts.forms import uploads
from posts.models import Image, Post
from posts.testing import picture_bytes, picture_file, typed

pytestmark = pytest.mark.django_db
LIBRARY = reverse("posts:images")
NEW = reverse("posts:new")


def huge() -> bytes:
    """Return a PNG that says it is 20,000 pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checked = name + data
        return len(data).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(60_001) * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def flickering() -> bytes:
    """Return a GIF of 1,000 frames."""
    frames = [Picture.new("L", (32, 32), number % 251) for number in range(1000)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=20)
    return out.getvalue()


def truncated() -> bytes:
    """Return the first half of a photograph."""
    out = BytesIO()
    Picture.effect_noise((600, 400), 90).save(out, "JPEG")
    return out.getvalue()[: len(out.getvalue()) // 2]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "huge.png": (huge, "too many pixels"),
    "truncated.jpg": (truncated, "damaged or cut short"),
    "flickering.gif": (flickering, "too long or too large"),
    "empty.png": (bytes, "The file is empty"),
    "drawing.svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawings"),
    "page.jpg": (lambda: b"<!DOCTYPE html><script>alert(1)</script>", "not a picture"),
    "archive.png": (lambda: b"PK\x03\x04" + bytes(64), "not a picture"),
}


def sent_file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, REFUSED[name][0](), "image/jpeg")


@pytest.mark.parametrize("name", REFUSED)
def test_the_library_names_what_it_refuses(desk: Client, name: str) -> None:
    data = sent_file(name).read()
    for accepted in ("text/html", "application/json"):
        sent = {"pictures": SimpleUploadedFile(name, data)}
        answer = desk.post(LIBRARY, sent, headers={"Accept": accepted})
        assert answer.status_code == 200
        assert name in answer.text
        assert REFUSED[name][1] in answer.text
    assert not Image.objects.exists()


@pytest.mark.parametrize("field", ["pictures", "cover_file", "share_image_file"])
@pytest.mark.parametrize("name", REFUSED)
def test_the_editor_keeps_every_word(desk: Client, name: str, field: str) -> None:
    sent = typed(title="The long evening", body="What was typed.") | {field: sent_file(name)}
    answer = desk.post(NEW, sent)
    assert answer.status_code == 200
    assert REFUSED[name][1] in answer.text
    assert "What was typed." in answer.text
    assert "The long evening" in answer.text
    assert not Post.objects.exists()


def test_good_ones_among_bad_ones_are_kept_in_the_text(desk: Client, alice: User) -> None:
    sent = typed(body="What was typed.") | {"pictures": [sent_file("page.jpg"), picture_file()]}
    answer = desk.post(NEW, sent)
    assert "page.jpg" in answer.text
    assert alice.images.get().url in answer.text
    assert "Nothing is saved yet. The other pictures are in their places" in answer.text


@pytest.mark.parametrize("address", [LIBRARY, NEW])
def test_a_picture_that_is_also_a_page_is_only_a_picture(
    desk: Client, alice: User, address: str
) -> None:
    both = picture_bytes() + b"<!DOCTYPE html><script>alert(1)</script>PK\x03\x04"
    file = SimpleUploadedFile("both.html.svg", both, "text/html")
    desk.post(address, typed() | {"pictures": file})
    answer = desk.get(alice.images.get().url)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Security-Policy"]
    assert b"<script>" not in answer.getvalue()


def test_fifty_at_once_are_taken_and_the_others_named(desk: Client, alice: User) -> None:
    files = [picture_file(f"{n}.jpg", width=9 + n, height=9) for n in range(52)]
    answer = desk.post(LIBRARY, {"pictures": files})
    assert alice.images.count() == 50
    assert "Please send these again: 50.jpg, 51.jpg" in answer.text
    assert "50 pictures are in your library" in answer.text


def test_what_there_is_no_time_for_is_named(
    desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", -1.0)
    answer = desk.post(NEW, typed() | {"pictures": [picture_file("a.jpg"), picture_file("b.jpg")]})
    assert "Please send these again: a.jpg, b.jpg" in answer.text
    assert not alice.images.exists()


def test_replacing_by_what_is_no_picture_keeps_the_old_one(desk: Client, alice: User) -> None:
    desk.post(LIBRARY, {"pictures": picture_file()})
    image = alice.images.get()
    for name in REFUSED:
        sent = {"file": sent_file(name), "instead_of": image.path}
        page = desk.post(reverse("posts:image_replacement", args=[image.pk]), sent)
        assert REFUSED[name][1] in page.text
    assert alice.images.get().path == image.path
