"""The processes that decode pictures: limited, replaced when they die, never trusted."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from blogsite.lib import images
from blogsite.lib.images import Processor, Refused, process
from blogsite.lib.imaging import parent
from blogsite.tests.pictures import drawing, saved


def test_a_child_that_dies_costs_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    good = saved(drawing(), "PNG")
    with Processor() as processor:
        processor.process(good)
        child = processor._pictures.idle[0]._process
        assert child is not None
        child.kill()
        child.wait()
        assert processor.process(good).original.width == 640


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("bytearray(3 * 2**30)", "pixels"),
        ("__import__('os').abort()", "damaged"),
        ("__import__('tempfile').TemporaryFile('wb', 0).write(b'x')", "damaged"),
        ("__import__('resource').setrlimit(0, (0, 9)), [0 for _ in iter(int, 1)]", "too long"),
        ("__import__('os').write(1, b'\\xff' * 9)", "damaged"),
        ("__import__('os').write(1, b'\\0' * 7 + b'\\1{')", "damaged"),
    ],
)
def test_a_decoder_that_was_taken_over_harms_nobody(
    monkeypatch: pytest.MonkeyPatch, harm: str, sentence: str
) -> None:
    script = (
        "import blogsite.lib.imaging.pictures as pictures, blogsite.lib.imaging.child as child;"
        f"pictures.render = lambda data: [{harm}][:0];"
        "child.main('pictures')"
    )
    monkeypatch.setattr(parent, "COMMAND", [sys.executable, "-c", script])
    with Processor() as processor, pytest.raises(Refused, match=sentence):
        processor.process(saved(drawing(), "PNG"))


def test_threads_share_the_children() -> None:
    sent = [saved(drawing(100 + n, 80), "PNG") for n in range(12)]
    with Processor() as processor, ThreadPoolExecutor(4) as pool:
        widths = [done.original.width for done in pool.map(processor.process, sent)]
        assert len(processor._pictures.idle) <= images.CHILDREN_AT_ONCE
    assert widths == [100 + n for n in range(12)]


def test_a_child_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "PATIENCE", 0.0)
    with Processor() as processor, pytest.raises(Refused, match="takes too long"):
        processor.process(saved(drawing(), "PNG"))


def test_the_child_has_no_secrets_and_cannot_write_files(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLOGSITE_SECRET_KEY", "hidden")
    with Processor() as processor:
        processor.process(saved(drawing(), "PNG"))
        child = processor._pictures.idle[0]._process
        assert child is not None
        with open(f"/proc/{child.pid}/environ", "rb") as environment:  # noqa: PTH123
            assert b"hidden" not in environment.read()
        with open(f"/proc/{child.pid}/limits") as limits:  # noqa: PTH123
            rows = {row[:26].strip(): row[26:].split() for row in limits.read().splitlines()}
    assert rows["Max file size"][0] == "0"
    assert int(rows["Max address space"][0]) < 2 * 1024**3


def test_many_at_once_wait_their_turn_and_then_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "QUEUE_PATIENCE", 0.01)
    for _ in range(images.CHILDREN_AT_ONCE):
        assert images._free.acquire(timeout=1)
    try:
        with pytest.raises(Refused, match="try again"):
            process(saved(drawing(), "PNG"))
    finally:
        for _ in range(images.CHILDREN_AT_ONCE):
            images._free.release()
