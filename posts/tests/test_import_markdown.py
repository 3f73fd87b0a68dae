"""Importing a folder of Markdown files."""

from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture

from accounts.models import User
from posts.models import FormerAddress, Image, Post
from posts.transfer.entry import Outcome, Report
from posts.transfer.folder import import_folder

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).resolve().parents[3] / "shared/samples/rust-blog/content"

TOML = """+++
path = "2021/08/03/Growing-Beans"
title = "Growing beans"
authors = ["Alice", "Bob"]
aliases = ["2021/08/03/growing-beans.html", "/beans/"]
description = "All about beans."
[taxonomies]
tags = ["Gardens", "Food"]
+++

# Growing beans

Beans ![a bean](bean.png "Bean") grow. See [the peas](@/peas.md#soil) and `![not](bean.png)`.

<img alt="again" src="bean.png">
"""
YAML = """---
title: "Peas: a story"
date: 2020-05-06
author: Alice
tags: [food]
draft: true
---
Peas, and {{< gallery "x" >}}.
"""


def png() -> bytes:
    buffer = BytesIO()
    Picture.new("RGB", (60, 40), (20, 120, 40)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "beans").mkdir()
    (tmp_path / "beans/index.md").write_text(TOML)
    (tmp_path / "beans/bean.png").write_bytes(png())
    (tmp_path / "peas.md").write_text(YAML)
    (tmp_path / "_index.md").write_text('+++\ntitle = "All"\n+++\n')
    return tmp_path


def run(folder: Path, *args: str) -> tuple[str, int]:
    out, status = StringIO(), 0
    try:
        call_command("import_markdown", str(folder), *args, verbosity=0, stdout=out)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return out.getvalue(), status


def test_it_keeps_title_text_date_tags_and_summary(folder: Path) -> None:
    import_folder(folder)
    post = Post.objects.get(slug="growing-beans")
    assert post.title == "Growing beans"
    assert post.summary == "All about beans."
    assert post.published_at == datetime(2021, 8, 3, tzinfo=UTC)
    assert sorted(tag.name for tag in post.tags.all()) == ["Food", "Gardens"]
    assert post.body.startswith("Beans ![a bean](/media/"), "the repeated heading is left out"


def test_it_makes_authors_as_members_who_cannot_sign_in(folder: Path) -> None:
    import_folder(folder)
    post = Post.objects.get(slug="growing-beans")
    authors = [row.person for row in post.authorships.select_related("person")]
    assert [str(author) for author in authors] == ["Alice", "Bob"]
    assert not any(author.is_active or author.has_usable_password() for author in authors)


def test_it_matches_authors_that_exist_by_name(folder: Path) -> None:
    alice = User.objects.create_user("alice", "alice@example.org", display_name="ALICE")
    import_folder(folder)
    assert Post.objects.get(slug="growing-beans").author == alice


def test_it_copies_pictures_and_rewrites_their_addresses(folder: Path) -> None:
    import_folder(folder)
    post = Post.objects.get(slug="growing-beans")
    picture = Image.objects.get()
    assert f'![a bean]({picture.url} "Bean")' in post.body
    assert f'src="{picture.url}"' in post.body
    assert "`![not](bean.png)`" in post.body, "code is left as it is"
    assert post.html.count(picture.url) >= 2


def test_it_links_posts_of_the_folder_to_each_other(folder: Path) -> None:
    import_folder(folder)
    assert "(/posts/peas/#soil)" in Post.objects.get(slug="growing-beans").body


def test_former_addresses_redirect_permanently(folder: Path, client: Client) -> None:
    import_folder(folder)
    for path in ("/2021/08/03/growing-beans.html", "/beans/", "/2021/08/03/Growing-Beans/"):
        response = client.get(path)
        assert response.status_code == 301, path
        assert response["Location"] == "/posts/growing-beans/"


def test_a_draft_stays_one_and_a_date_in_yaml_is_read(folder: Path) -> None:
    import_folder(folder)
    post = Post.objects.get(slug="peas")
    assert post.status == "draft"
    assert post.title == "Peas: a story"
    assert post.created_at == datetime(2020, 5, 6, tzinfo=UTC)


def test_a_second_run_changes_nothing(folder: Path) -> None:
    import_folder(folder)
    before = list(Post.objects.order_by("pk").values())
    report = import_folder(folder)
    assert report.counts[Outcome.UNCHANGED] == 2
    assert list(Post.objects.order_by("pk").values()) == before
    assert (User.objects.count(), Image.objects.count(), FormerAddress.objects.count()) == (2, 1, 3)


def test_a_changed_file_updates_its_post(folder: Path) -> None:
    import_folder(folder)
    (folder / "peas.md").write_text(YAML.replace("Peas, and", "Green peas, and"))
    report = import_folder(folder)
    assert report.counts[Outcome.UPDATED] == 1
    assert Post.objects.get(slug="peas").body.startswith("Green peas")


def test_what_was_changed_on_the_site_is_never_overwritten(folder: Path) -> None:
    import_folder(folder)
    post = Post.objects.get(slug="peas")
    post.body, post.updated_at = "My own words", timezone.now()
    post.save()
    (folder / "peas.md").write_text(YAML + "More.")
    report = import_folder(folder)
    assert "changed on the site" in report.skipped[0][1]
    post.refresh_from_db()
    assert post.body == "My own words"


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    out, status = run(folder, "--dry-run")
    assert "2 imported" in out
    assert status == 0
    assert not Post.objects.exists()
    assert not User.objects.exists()


def test_one_bad_file_never_stops_the_rest(folder: Path) -> None:
    (folder / "a-bad-date.md").write_text("---\ntitle: x\ndate: 12345-99-99\n---\n")
    (folder / "b-bad-toml.md").write_text("+++\ntitle = \n+++\n")
    (folder / "c-latin.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    (folder / "d-deep.md").write_text("---\ntitle: Deep\n---\n" + "> " * 10_000 + "x")
    out, status = run(folder)
    assert status == 1
    assert "2 imported" in out
    for name in ("a-bad-date.md", "b-bad-toml.md", "c-latin.md"):
        assert name in out


def test_template_tags_are_named_in_the_report(folder: Path) -> None:
    out, _status = run(folder)
    assert "peas.md: template tags left as text: {{ gallery }}" in out


def test_sections_are_named_and_no_posts(folder: Path) -> None:
    out, status = run(folder)
    assert "_index.md: describes a section" in out
    assert status == 0


def test_pictures_outside_the_folder_are_never_read(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.png"
    secret.write_bytes(png())
    text = f"---\ntitle: Sly\n---\n![x](../{secret.parent.name}/secret.png) ![y]({secret})"
    (folder / "sly.md").write_text(text)
    report = import_folder(folder)
    assert not Image.objects.filter(name="secret.png").exists()
    assert sum("no picture at" in remark for _name, remark in report.notes) == 2


def test_two_files_of_one_name_get_two_addresses(folder: Path) -> None:
    (folder / "old").mkdir()
    (folder / "old/peas.md").write_text("---\ntitle: Old peas\n---\nx")
    import_folder(folder)
    assert {"peas", "peas-2"} <= set(Post.objects.values_list("slug", flat=True))


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("import_markdown", str(tmp_path / "nowhere"))


@pytest.fixture(scope="module")
def a_few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not SAMPLE.is_dir():
        pytest.skip("the sample blog is not beside this checkout")
    folder = tmp_path_factory.mktemp("rust")
    for name in ("Rust-1.90.0.md", "Core-Team.md", "conf-lineup@0.md", "Fearless-Concurrency.md"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    return folder


def test_real_posts_come_in_whole(a_few: Path, client: Client) -> None:
    report: Report = import_folder(a_few)
    assert report.counts[Outcome.IMPORTED] == 4
    assert not report.skipped
    for post in Post.objects.all():
        response = client.get(post.get_absolute_url())
        assert response.status_code == 200
        assert b"+++" not in response.content
    assert client.get("/releases/1.90.0/")["Location"] == "/posts/rust-1-90-0/"
