"""Stylesheets of imports are joined when collected, and follow every change of their parts."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.test import RequestFactory

from blogsite.preparation import _fingerprint
from blogsite.staticfiles import JoinedStaticFilesStorage, StaticFiles


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    sheets = tmp_path / "sources/css"
    sheets.mkdir(parents=True)
    (sheets / "all.css").write_text('/* all */\n@import url("a.css");\n@import url("b.css");\n')
    (sheets / "a.css").write_text("a { color: red; }\n")
    (sheets / "b.css").write_text("b { color: blue; }\n")
    return sheets.parent


def collect(sources: Path, into: Path) -> str:
    """Collect as collectstatic does and return the bundle's hashed name."""
    source = FileSystemStorage(location=sources)
    target = JoinedStaticFilesStorage(location=into, base_url="/static/")
    paths = {f"css/{path.name}": (source, f"css/{path.name}") for path in sources.glob("css/*")}
    for name, (storage, path) in paths.items():
        if not target.exists(name):
            with storage.open(path) as file:
                target.save(name, file)
    hashed: dict[str, str] = {name: new for name, new, _done in target.post_process(paths)}
    return hashed["css/all.css"]


def test_a_bundle_holds_its_parts_in_order(sources: Path, tmp_path: Path) -> None:
    name = collect(sources, tmp_path / "static")
    text = (tmp_path / "static" / name).read_text()
    assert "@import" not in text
    assert text.index("red") < text.index("blue")


def test_a_changed_part_renames_the_bundle(sources: Path, tmp_path: Path) -> None:
    first = collect(sources, tmp_path / "static")
    (sources / "css/b.css").write_text("b { color: green; }\n")
    second = collect(sources, tmp_path / "static")
    assert second != first
    assert "green" in (tmp_path / "static" / second).read_text()


def test_the_fingerprint_follows_every_byte(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("one")
    first = _fingerprint({"a.css": file})
    file.write_text("two")
    assert _fingerprint({"a.css": file}) != first
    assert _fingerprint({"b.css": file}) != _fingerprint({"a.css": file})


@pytest.mark.parametrize("bundle", ["css/reading.css", "css/working.css"])
def test_the_sites_bundles_name_sheets_that_exist(bundle: str) -> None:
    path = finders.find(bundle)
    assert path is not None
    for line in Path(path).read_text().splitlines():
        if line.startswith("@import"):
            assert (Path(path).parent / line.split('"')[1]).exists(), line


def test_a_file_that_went_away_is_said_in_words(tmp_path: Path, rf: RequestFactory) -> None:
    file = tmp_path / "a.css"
    file.write_text("a {}")
    files = StaticFiles(lambda request: HttpResponse(status=404))
    files.add_file_to_dictionary("/static/a.css", str(file))
    file.unlink()
    gone = files(rf.get("/static/a.css"))
    assert gone.status_code == 503
    assert b"cannot be read" in gone.content
    assert gone["Cache-Control"] == "no-store"
