"""Pictures in a bucket: the same addresses, headers and bytes; without it, words and no error."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from accounts.roles import Role
from accounts.testing import make_user
from blogsite.checks import storage_answers
from blogsite.lib import bucket, storage
from blogsite.lib.storage import storage_is_ready
from blogsite.tests import buckets
from blogsite.tests.buckets import NAME, BucketServer
from posts.models import Image, Post
from posts.picture_work import prepare_due
from posts.testing import make_draft, make_image, picture_bytes, picture_file, typed

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("bucket")]
LIBRARY = reverse("posts:images")
PROFILE = reverse("accounts:settings")


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with BucketServer() as running:
        yield running


@pytest.fixture
def held(server: BucketServer, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keep pictures in a folder of the bucket that this test has alone; return its address."""
    url = f"{server.url}/{Path(settings.DATA_DIR).name}"
    settings.STORAGES = buckets.storages(url)
    monkeypatch.setattr(bucket, "PAUSE", 0.0)
    return url


@pytest.fixture
def gone(held: str, settings: LazySettings) -> None:
    """Have nobody listen where the bucket should be."""
    settings.STORAGES = buckets.storages("s3+http://testing:testing@127.0.0.1:1/pictures")


@pytest.fixture
def alice() -> User:
    return make_user("alice", role=Role.OWNER)


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def test_a_picture_is_stored_once_and_served_as_from_a_folder(
    held: str, server: BucketServer, client: Client, alice: User
) -> None:
    image = make_image(alice)
    assert image.url == f"/media/{image.path}"
    answer = client.get(image.url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    sent = answer.getvalue()
    assert sent.startswith(b"RIFF")
    assert len(sent) == int(answer["Content-Length"]) == default_storage.size(image.path)
    assert client.get(image.url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    key = next(key for key in server.names() if key.endswith(image.path))
    stored = server.client().head_object(Bucket=NAME, Key=key)
    assert (stored["ContentType"], stored["CacheControl"]) == ("image/webp", bucket.FOREVER)


def test_a_missing_picture_is_missing_and_nothing_outside_is_served(
    held: str, client: Client
) -> None:
    for path in ("images/none.webp", "../secret.webp", "a/../../b.webp", "a\x00.webp", ".webp"):
        assert client.get(f"/media/{path}").status_code == 404, path


def test_a_deleted_picture_is_gone_with_all_its_sizes(
    held: str, server: BucketServer, client: Client, alice: User
) -> None:
    before = server.names()
    image = make_image(alice, width=1000, height=500)
    assert prepare_due(seconds=1) == 1
    mine = set(server.names()) - set(before)
    assert {key.rpartition(".")[2] for key in mine} >= {"webp", "jpg"}
    for key in mine:
        kind = server.client().head_object(Bucket=NAME, Key=key)["ContentType"]
        assert kind == client.get(f"/media/{key[key.index('images/') :]}")["Content-Type"]
        assert kind == {"webp": "image/webp", "jpg": "image/jpeg"}[key.rpartition(".")[2]]
    assert make_image(alice, width=1000, height=500) == image
    image.delete()
    assert server.names() == before


def test_a_person_has_a_picture_and_the_one_before_is_gone(
    held: str,
    server: BucketServer,
    desk: Client,
    alice: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = server.names()
    for colour in ("red", "blue"):
        sent = {"display_name": "Alice", "picture_file": picture_file(colour=colour)}
        with django_capture_on_commit_callbacks(execute=True):
            desk.post(PROFILE, sent)
    alice.refresh_from_db()
    assert desk.get(f"/media/{alice.picture}").status_code == 200
    assert len(server.names()) == len(before) + 1


def test_an_import_and_the_starter_posts_bring_their_pictures(held: str, tmp_path: Path) -> None:
    from posts.starter.plant import plant

    assert plant() > 0
    (tmp_path / "a.png").write_bytes(picture_bytes())
    (tmp_path / "one.md").write_text("---\ntitle: One\n---\n\n![A square](a.png)\n")
    call_command("import_markdown", tmp_path, verbosity=0)
    assert "/media/images/" in Post.objects.get(title="One").html
    assert all(default_storage.exists(image.path) for image in Image.objects.all())


def test_readers_can_be_sent_to_a_public_address(
    held: str, settings: LazySettings, client: Client
) -> None:
    settings.STORAGES = buckets.storages(f"{held}?public_url=https://pictures.example.org/blog/")
    answer = client.get("/media/images/a b.webp")
    assert answer.status_code == 302
    assert answer["Location"] == "https://pictures.example.org/blog/images/a%20b.webp"
    assert client.get("/media/page.html").status_code == 404


@pytest.mark.usefixtures("gone")
def test_without_the_bucket_pages_stay_and_pictures_answer_in_words(
    client: Client, alice: User
) -> None:
    Image.objects.create(owner=alice, sha256="0" * 64, path="a.webp", width=9, height=9, size=1)
    post = make_draft(alice, title="Roses", body="![Bees](/media/a.webp)", slug="roses")
    post.publish()
    page = client.get("/posts/roses/")
    assert page.status_code == 200
    assert 'src="/media/a.webp"' in page.text
    for _time in range(2):
        answer = client.get("/media/a.webp")
        assert answer.status_code == 503
        assert "Pictures cannot be fetched" in answer.text
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("gone")
def test_without_the_bucket_an_upload_answers_in_words_and_the_text_stays(
    desk: Client, alice: User
) -> None:
    sent = typed(title="Bees", body="Much about bees.", pictures=picture_file())
    page = desk.post(reverse("posts:new"), sent)
    assert page.status_code == 200
    assert "could not be stored just now" in page.text
    assert "Much about bees." in page.text
    library = desk.post(LIBRARY, {"pictures": picture_file()})
    assert "could not be stored just now" in library.text
    profile = desk.post(PROFILE, {"biography": "I keep bees.", "picture_file": picture_file()})
    assert "could not be stored just now" in profile.text
    assert "I keep bees." in profile.text


@pytest.mark.usefixtures("gone")
def test_without_the_bucket_nothing_is_deleted_by_halves(desk: Client, alice: User) -> None:
    image = Image.objects.create(
        owner=alice, sha256="0" * 64, path="a.webp", width=9, height=9, size=1
    )
    image.bin()
    answers = [
        desk.post(reverse("posts:image_deletion", args=[image.pk]), follow=True),
        desk.post(
            reverse("admin:posts_image_delete", args=[image.pk]), {"post": "yes"}, follow=True
        ),
    ]
    assert all("could not be deleted just now" in answer.text for answer in answers)
    assert Image.objects.filter(pk=image.pk).exists()


@pytest.mark.usefixtures("gone")
def test_without_the_bucket_an_import_stops_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture_bytes())
    (tmp_path / "one.md").write_text("---\ntitle: One\n---\n\n![A square](a.png)\n")
    with pytest.raises(CommandError, match="storage of pictures does not answer"):
        call_command("import_markdown", tmp_path, verbosity=0)
    assert not Post.objects.exists()


@pytest.mark.usefixtures("gone")
def test_a_bucket_that_does_not_answer_is_left_alone_and_asked_again(
    held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "PAUSE", 60.0)
    away = storages["default"]
    with pytest.raises(storage.Unavailable):
        away.exists("a.webp")
    monkeypatch.setattr(type(away), "client", None)  # whoever asked it now would fail otherwise
    with pytest.raises(storage.Unavailable, match="a moment ago"):
        away.exists("a.webp")


def test_the_start_refuses_a_bucket_that_says_no_and_warns_of_one_away(
    held: str, server: BucketServer, settings: LazySettings
) -> None:
    assert storage_answers() == []
    assert storage_is_ready()
    settings.STORAGES = buckets.storages(server.url.replace(NAME, "another"))
    assert [found.id for found in storage_answers()] == ["blogsite.E002"]
    settings.STORAGES = buckets.storages("s3+http://a:b@127.0.0.1:1/pictures")
    assert [found.id for found in storage_answers()] == ["blogsite.W002"]
    assert not storage_is_ready()


def test_a_folder_is_always_ready(settings: LazySettings) -> None:
    assert storage_is_ready()
    assert storage_answers() == []


def test_all_pictures_go_to_a_bucket_and_back(
    held: str, server: BucketServer, settings: LazySettings, alice: User, tmp_path: Path
) -> None:
    settings.STORAGES = buckets.storages("")
    image = make_image(alice, width=1600, height=800)
    here = {path.name: path.read_bytes() for path in files_in(settings.MEDIA_ROOT)}
    said = StringIO()
    for _time in range(2):
        call_command("move_media", settings.MEDIA_ROOT, held, verbosity=0, stdout=said)
    number = len(here)
    assert said.getvalue() == (
        f"{number} copied, 0 there already.\n0 copied, {number} there already.\n"
    )
    settings.STORAGES = buckets.storages(held)
    assert default_storage.exists(image.path)
    call_command("move_media", held, tmp_path / "back", verbosity=0, stdout=said)
    assert {path.name: path.read_bytes() for path in files_in(tmp_path / "back")} == here


def files_in(folder: Path) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


@pytest.mark.usefixtures("gone")
def test_pictures_are_not_copied_to_a_bucket_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "a.webp").write_bytes(b"RIFF")
    with pytest.raises(CommandError, match="does not answer"):
        call_command("move_media", tmp_path, "s3+http://a:b@127.0.0.1:1/pictures", verbosity=0)
    with pytest.raises(CommandError, match="STORAGE_URL must be like"):
        call_command("move_media", tmp_path, "ftp://host/pictures", verbosity=0)
