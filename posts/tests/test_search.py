"""Search: the same answers in the same order on SQLite and on PostgreSQL."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from posts.models import Post, Tag, TagSynonym
from posts.search.finding import search
from posts.search.newest import Within
from posts.search.query import parse
from posts.search.suggestions import suggestions
from posts.testing import make_draft, make_post

TEXTS = [
    # From the oldest to the newest: title, body, language, tags, summary.
    ("Growing beans", "They climb up a pole.", "", ["Food"], ""),
    ("Soup", "Made of dried beans and C++ humour, over a fire.", "", [], "For winter"),
    ("Crème brûlée", "The early café opens: naïve, state-of-the-art. 100 m² of it.", "", [], ""),
    ("Poles", "A pole is what beans climb.", "", [], ""),
    ("Gardening", "Rakes and hoes🦀 for the running gardener.", "", ["Fine Food"], ""),
    ("Häuser und Gärten", "Die Straße führt an alten Bäumen vorbei.", "de", ["Städte"], ""),
    ("Les chevaux", "Ils mangeaient des pommes.", "fr", [], ""),
    ("Книги", "Новые книги стоят на полке, её читали.", "ru", [], ""),
    ("Πόλεις", "Η Αθήνα είναι μεγάλη πόλη.", "el", [], ""),
    ("東京都の天気", "今日は晴れです。明日もPython入門を読む。", "ja", [], ""),
    ("서울", "서울에서 먹은 김치찌개.", "ko", [], ""),
    ("ภาษาไทย", "ฉันกินข้าวที่ตลาด", "th", [], ""),
    ("مدينة", "الكتب في المكتبة الكبيرة", "ar", [], ""),
    ("A day of soup", "Nothing but soup.", "", [], ""),
]


@pytest.fixture
def library(alice: User, bob: User) -> None:
    """Posts in several languages, a day after each other."""
    start = timezone.now() - timedelta(days=100)
    for number, (title, body, language, tags, summary) in enumerate(TEXTS):
        make_post(
            bob if title == "Poles" else alice,
            title=title,
            slug=f"text-{number}",
            body=body,
            language=language,
            tags=tags,
            summary=summary,
            published_at=start + timedelta(days=number),
        )


def found(typed: str, visitor: User | AnonymousUser | None = None) -> list[str]:
    return [post.title for post in search(visitor or AnonymousUser(), parse(typed))[0:100]]


def meant(typed: str, visitor: User | AnonymousUser | None = None) -> list[str]:
    return suggestions(visitor or AnonymousUser(), typed, parse(typed), Within())


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        # Words; the last may be unfinished.
        ("GROWING", ["Growing beans"]),
        ("beans pole", ["Poles", "Growing beans"]),
        ("climb beans", ["Growing beans", "Poles"]),
        ("grow", ["Growing beans"]),
        ("wint", ["Soup"]),
        ("wint soup", []),
        ("wint* soup", ["Soup"]),
        ("gard*", ["Gardening"]),
        ("ga*", []),
        # Phrases, and what is left out.
        ('"beans climb"', ["Poles"]),
        ('"climb beans"', []),
        ("beans -soup", ["Growing beans", "Poles"]),
        ('beans -"beans climb"', ["Growing beans", "Soup"]),
        ("soup -day -nothing", ["Soup"]),
        ('"growing beans', ["Growing beans"]),
        # Summary, tags, authors; none of them runs into another.
        ("winter", ["Soup"]),
        ("food", ["Gardening", "Growing beans"]),
        ('"fine food"', ["Gardening"]),
        ('"soup for"', []),
        ("bob", ["Poles"]),
        ("alice soup", ["A day of soup", "Soup"]),
        # Accents, case and signs make no difference.
        ("creme brulee", ["Crème brûlée"]),
        ("CAFÉ", ["Crème brûlée"]),
        ("state-of-the-art", ["Crème brûlée"]),
        ("art-state", []),
        ("C++", ["Soup"]),
        ("hoes", ["Gardening"]),
        ("m²", ["Crème brûlée"]),
        ("opens:", ["Crème brûlée"]),
        ("title:beans", []),
        ("beans OR poles", []),
        ("-beans", []),
        ("", []),
        ("* ^ ( )", []),
        ('"unfinished', []),
    ],
)
def test_what_is_typed_finds(library: None, typed: str, titles: list[str]) -> None:
    assert found(typed) == titles


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("poles", ["Poles", "Growing beans"]),
        ("bean fires", ["Soup"]),
        ("climbing", ["Poles", "Growing beans"]),
        ("gardens", ["Gardening"]),
        ('"gardens"', []),
        ('"pole"', ["Poles", "Growing beans"]),
        ("-poles beans", ["Soup"]),
        ("run gardener", ["Gardening"]),
        ("baum straße", ["Häuser und Gärten"]),
        ("strasse", ["Häuser und Gärten"]),
        ("garten", ["Häuser und Gärten"]),
        ("GÄRTEN", ["Häuser und Gärten"]),
        ("gartens haus", ["Häuser und Gärten"]),
        ("städten", ["Häuser und Gärten"]),
        ("mangeait", ["Les chevaux"]),
        ("pomme", ["Les chevaux"]),
        ("книгами", ["Книги"]),
        ("книга полка", ["Книги"]),
        ("ее", ["Книги"]),
        ("αθηνα", ["Πόλεις"]),
        ("ΠΌΛΗ", ["Πόλεις"]),
        ("المكتبات", ["مدينة"]),
    ],
)
def test_words_are_found_by_their_stems(library: None, typed: str, titles: list[str]) -> None:
    assert found(typed) == titles


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("東京", ["東京都の天気"]),
        ("京都", ["東京都の天気"]),
        ("都京", []),
        ("天気 明日", ["東京都の天気"]),
        ("晴", ["東京都の天気"]),
        ("python入門", ["東京都の天気"]),
        ("入門", ["東京都の天気"]),
        ("-天気 東京", []),
        ('"晴れです"', ["東京都の天気"]),
        ("서울", ["서울"]),
        ("김치", ["서울"]),
        ("찌개", []),
        ("ข้าว", ["ภาษาไทย"]),
        ("ไทย", ["ภาษาไทย"]),
        ("ข้าวไทย", []),
    ],
)
def test_scripts_without_spaces_are_found(library: None, typed: str, titles: list[str]) -> None:
    assert found(typed) == titles


def test_title_comes_before_tags_before_text_and_then_the_newest(alice: User) -> None:
    start = timezone.now() - timedelta(days=30)
    for day, (title, body, tags) in enumerate(
        [
            ("Bread", "", []),
            ("One", "", ["Bread"]),
            ("Two", "Bread", []),
            ("Three", "More bread", []),
            ("Four", "", ["Bread"]),
            ("Breads", "", []),
        ]
    ):
        at = start + timedelta(days=day)
        make_post(alice, title=title, body=body, tags=tags, slug=f"n-{day}", published_at=at)
    assert found("bread") == ["Breads", "Bread", "Four", "One", "Three", "Two"]
    make_post(alice, title="Bread and two", slug="both", published_at=start)
    assert found("two bread") == ["Bread and two", "Two"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("gardenin rakes", ["gardening rakes"]),
        ("saup", ["soup"]),
        ("suop", ["soup"]),
        ("dya soup", ["day soup"]),
        ("dya suop", ["day soup"]),
        ('"saup"', ['"soup"']),
        ("-fire saup", ["-fire soup"]),
        ("saup -nothing -fire", []),
        ("кнеги", ["книги"]),
        ("zzzzzz", []),
        ("soup beans winter", []),
        ("東东", []),
        ("", []),
    ],
)
def test_who_mistypes_is_told_what_there_is(library: None, typed: str, words: list[str]) -> None:
    assert meant(typed) == words
    for suggested in words:
        assert found(suggested)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("xylophoniun1", ["xylophonium1"]),
        ("xylophonium2", ["xylophonium1"]),
        ("xylophonium", []),  # unfinished, and found
        ("2ndhamd", ["2ndhand"]),
        ("0de0gart", []),  # but no words of the index itself are offered
        ("12345", []),
    ],
)
def test_words_with_digits_are_mistyped_too(alice: User, typed: str, words: list[str]) -> None:
    make_post(alice, body="A xylophonium1, 2ndhand, 12346.")
    make_post(alice, body="Gärten", language="de")
    assert meant(typed) == words


@pytest.mark.parametrize("typed", ["brûlee", "naïve", "cafe", "crémé", "bäumen"])
def test_other_accents_are_no_mistakes(library: None, typed: str) -> None:
    assert found(typed)
    assert meant(typed) == []


def test_a_tag_is_found_by_its_other_names_and_by_parts_of_it(alice: User) -> None:
    make_post(alice, title="Code", tags=["JavaScript"])
    make_post(alice, title="Journey", tags=["東京都"])
    tag = Tag.objects.get(name="JavaScript")
    TagSynonym.objects.create(tag=tag, name="ECMA Script", slug="ecma-script")
    TagSynonym.objects.create(tag=tag, name="JS", slug="js")
    assert (found("js"), found('"ecma script"'), found("-js code")) == (["Code"], ["Code"], [])
    assert (found("javascripts"), found("東京"), found("京東")) == (["Code"], ["Journey"], [])


def test_nobody_learns_what_they_may_not_see(alice: User, bob: User, charlie: User) -> None:
    make_draft(alice, title="Secret", body="The merger is near.")
    make_post(alice, title="For members", body="A merger among us.", visibility="members")
    make_post(alice, title="Unlisted", body="A merger unlisted.", visibility="unlisted")
    make_post(alice, title="Later", published_at=timezone.now() + timedelta(days=1), body="merger")
    make_post(alice, title="Gone", body="merger").withdraw(by=alice)
    stranger = AnonymousUser()
    assert (found("merger", stranger), found("merger", charlie)) == ([], ["For members"])
    assert (meant("mergr", stranger), meant("mergr", charlie)) == ([], ["merger"])
    assert (found("secret", alice), meant("secrt", alice)) == ([], [])


def test_every_way_of_writing_is_indexed(alice: User, bob: User) -> None:
    post = make_post(alice, title="First gardens", tags=["Food"])
    assert found("garden") == ["First gardens"]
    Post.objects.filter(pk=post.pk).update(title="Second")
    assert (found("first"), found("garden "), found("second")) == ([], [], ["Second"])
    Tag.objects.filter(slug="food").update(name="Kitchen")
    assert (found("food"), found("kitchen")) == ([], ["Second"])
    User.objects.filter(pk=alice.pk).update(display_name="Somebody")
    assert found("somebody") == ["Second"]
    post.tags.clear()
    assert found("kitchen") == []
    post.set_authors([bob])
    assert (found("somebody"), found("bob")) == ([], ["Second"])
    post.delete()
    assert found("second") == []
