"""The search index: true after migrations, whole after `manage.py reindex`, alike on both."""

import json
import unicodedata

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.db.migrations import executor

from accounts.models import User
from posts import search_index
from posts.models import Post
from posts.search.finding import search
from posts.search.query import parse
from posts.search.reindexing import reindex
from posts.search.rows import rows
from posts.search.words import fold, words
from posts.testing import make_post, make_tag

# Of letters younger than FTS5's tables it does not know the case.
YOUNG = {*"\u037f\u0528\u052a\u052c\u052e", *map(chr, range(0x13A0, 0x1400))}
YOUNG |= {*map(chr, range(0x1C80, 0x1CC0)), *map(chr, range(0x1950, 0x1A00))}
LETTERS = [
    letter
    for letter in map(chr, range(0x80, 0x2000))
    if letter not in YOUNG
    and unicodedata.category(letter)[0] in "LN"
    and unicodedata.normalize("NFC", letter) == letter
]


def found(typed: str) -> list[str]:
    return [post.title for post in search(AnonymousUser(), parse(typed))[0:100]]


def test_merging_tags_moves_what_they_find(alice: User) -> None:
    make_post(alice, title="Stew", tags=["Food"])
    make_tag("Food").merge_into(make_tag("Kitchen"))
    assert found("kitchen") == ["Stew"]
    # The merged tag's name is now another name of it.
    assert found("food") == ["Stew"]


def test_a_whole_new_index_finds_the_same(alice: User) -> None:
    make_post(alice, title="Growing beans")
    search_index.rebuild(connection)
    assert found("grow bean") == ["Growing beans"]


def test_the_index_is_made_true_after_a_migration(alice: User) -> None:
    migration = executor.MigrationExecutor(connection).loader.get_migration("posts", "0001_initial")
    search_index.before_migrations(using="default", plan=[(migration, False)])
    make_post(alice, title="Written without triggers")
    # PostgreSQL changes tables in place: its triggers stay.
    assert found("triggers") == (
        [] if connection.vendor == "sqlite" else ["Written without triggers"]
    )
    search_index.after_migrations(using="default", plan=[(migration, False)])
    assert found("triggers") == ["Written without triggers"]
    make_post(alice, title="Written with them")
    assert found("them") == ["Written with them"]


def test_a_huge_post_can_be_saved_and_found(alice: User) -> None:
    body = " ".join(f"word{number}" for number in range(120_000))
    Post.objects.filter(pk=make_post(alice, title="Huge").pk).update(text=body)
    assert found("word77") == ["Huge"]


def test_stems_of_a_text_that_was_written_past_python_are_forgotten(alice: User) -> None:
    post = make_post(alice, title="Gardens", body="Growing")
    assert Post.objects.get(pk=post.pk).stems
    with connection.cursor() as cursor:
        cursor.execute("UPDATE posts_post SET text = 'raw' WHERE id = %s", [post.pk])
    assert found("raw") == ["Gardens"]
    assert Post.objects.get(pk=post.pk).stems is None
    post.refresh_from_db()
    post.save()
    assert found("growing") == ["Gardens"]


def test_every_letter_is_folded_alike_in_python_and_in_the_database(alice: User) -> None:
    post = make_post(alice, title="Letters")
    Post.objects.filter(pk=post.pk).update(text=" ".join(f"x{letter}y" for letter in LETTERS))
    parted = {letter for letter in LETTERS if words(f"x{letter}y") != [f"x{letter}y"]}
    assert {unicodedata.category(letter) for letter in parted} == {"No", "Nl"}
    whole = [f'"{fold(f"x{letter}y")}"' for letter in LETTERS if letter not in parted]
    if connection.vendor == "sqlite":
        each, there = "json_each(%s)", "posts_search WHERE posts_search MATCH word.value"
    else:
        each, there = "json_array_elements_text(%s::json)", "posts_post WHERE search @@ to_tsquery"
        there += "('simple', replace(word.value, '\"', ''))"
    word = "word" if connection.vendor == "sqlite" else "word(value)"
    sql = f"SELECT value FROM {each} {word} WHERE NOT EXISTS (SELECT 1 FROM {there})"  # noqa: S608
    assert rows(sql, [json.dumps(whole)]) == []


def test_reindexing_mends_what_was_lost_and_finds_stems(alice: User) -> None:
    for number in range(5):
        make_post(alice, title=f"Gardens {number}", body="Growing")
    Post.objects.update(stems=None)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM posts_search WHERE rowid > 0")
            cursor.execute("INSERT INTO posts_search (rowid, title) VALUES (99999, 'Grown')")
        else:
            cursor.execute("UPDATE posts_post SET search = ''::tsvector")
    assert found("garden") == []
    call_command("reindex", batch=2, verbosity=0)
    assert sorted(found("garden grown")) == []
    assert len(found("garden grow")) == 5


def test_searches_are_answered_while_the_index_is_made_anew(alice: User) -> None:
    for number in range(6):
        make_post(alice, title=f"Gardens {number}")
    for _done in reindex(batch=2):
        assert len(found("garden")) == 6


def test_an_empty_site_is_reindexed(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reindex", verbosity=0)
    assert capsys.readouterr().out == "0 posts indexed.\n"
