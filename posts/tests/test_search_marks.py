"""Snippets, and links that mark what was found."""

import pytest

from posts.search.marks import Marker, excerpt, fragment
from posts.search.query import parse


def html(text: str, typed: str, language: str = "en") -> str:
    return excerpt(text, Marker(parse(typed), language)).html


def ending(text: str, typed: str, language: str = "en") -> str:
    return excerpt(text, Marker(parse(typed), language)).fragment


def test_it_marks_what_was_found_and_escapes_the_rest() -> None:
    shown = html("start " * 50 + "<b>Café</b> & more " + "end " * 80, "cafe mor")
    assert "&lt;b&gt;<mark>Café</mark>&lt;/b&gt; &amp; <mark>more</mark>" in shown
    assert shown.startswith("… start")
    assert shown.endswith("end …")
    assert len(shown) < 350


@pytest.mark.parametrize(
    ("text", "typed", "language", "marked"),
    [
        (
            "Gardens and a garden",
            "gardening",
            "en",
            "<mark>Gardens</mark> and a <mark>garden</mark>",
        ),
        ("Gardens and a garden", '"garden"', "en", "Gardens and a <mark>garden</mark>"),
        ("An alten Bäumen", "baum", "de", "An alten <mark>Bäumen</mark>"),
        ("An alten Bäumen", "baum ", "en", ""),
        ("Die Straße", "strasse", "", "Die <mark>Straße</mark>"),
        ("beans climb, beans", '"beans climb"', "en", "<mark>beans climb</mark>, beans"),
        ("a state-of-the-art", "state-of-the-art", "", "a <mark>state-of-the-art</mark>"),
        ("garden gardens", "gard*", "", "<mark>garden</mark> <mark>gardens</mark>"),
        ("soup -beans", "soup -beans", "", "<mark>soup</mark> -beans"),
        ("今日は東京都です", "京都", "ja", "今日は東<mark>京都</mark>です"),
        ("明日もPython入門を読む", "python入門", "ja", "明日も<mark>Python入門</mark>を読む"),
        ("ฉันกินข้าวที่", "ข้าว", "th", "ฉันกิน<mark>ข้าว</mark>ที่"),
        ("nothing", "something", "en", ""),
    ],
)
def test_marks(text: str, typed: str, language: str, marked: str) -> None:
    assert html(text, typed, language) == marked


def test_long_runs_without_spaces_are_cut() -> None:
    shown = html("日" * 500 + "東京" + "月" * 500, "東京")
    assert shown.startswith("… 日")
    assert "<mark>東京</mark>月" in shown
    assert len(shown) < 350


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("They climb a pole", "climb", "#:~:text=They-,climb&text=climb"),
        ("Pole", "pole", "#:~:text=pole"),
        ("Head\nPole two", "pole two", "#:~:text=pole&text=two"),
        (
            "the state-of-the-art",
            "state-of-the-art",
            "#:~:text=the-,state%2Dof%2Dthe%2Dart&text=state%2Dof%2Dthe%2Dart",
        ),
        ("R&D, fun", '"r d fun"', "#:~:text=r%26d%2C%20fun"),
        ("x – 東京", "東京", "#:~:text=x%20%E2%80%93-,%E6%9D%B1%E4%BA%AC&text=%E6%9D%B1%E4%BA%AC"),
        ("nothing", "something", ""),
    ],
)
def test_links_end_in_what_browsers_mark(text: str, typed: str, expected: str) -> None:
    assert ending(text, typed) == expected


def test_a_link_has_few_directives() -> None:
    text = " ".join(f"word{number}" for number in range(50))
    assert ending(text, "word*").count("text=") == 4
    assert fragment(text, []) == ""
