"""`manage.py recount` finds and repairs damaged places in lists, and their counts."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from posts.models import Listing, MonthCount
from posts.testing import make_post, make_series
from posts.tests.test_listing_index import assert_true

DAMAGE = {
    "UPDATE posts_monthcount SET listed = listed + 2 WHERE kind = 1": "Tag",
    "DELETE FROM posts_monthcount WHERE kind = 0": "Site 0",
    "INSERT INTO posts_monthcount (kind, key, month, listed, public)"
    " VALUES (2, 987, 24312, 3, 3)": "Author 987, 2026-01",
    "UPDATE posts_daycount SET public = public + 1": "Site 0",
    "INSERT INTO posts_daycount (kind, key, day, listed, public)"
    " VALUES (0, 0, 753701, 3, 3)": "Site 0, 2026-01-30",
    "INSERT INTO posts_daycount (kind, key, day, listed, public)"
    " VALUES (1, 7, 753672, 3, 3)": "Tag 7, 2026-01-01",
    "DELETE FROM posts_listing WHERE kind = 1": "its places",
    "UPDATE posts_listing SET is_public = NOT is_public": "its places",
    "INSERT INTO posts_listing (post_id, kind, key, at, is_public)"
    " VALUES (987654, 1, 1, '2026-01-01 00:00:00+00:00', true)": "Post 987654",
}


def recount(*options: str) -> str:
    out = StringIO()
    call_command("recount", *options, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("damage", DAMAGE)
def test_it_names_what_is_wrong_and_sets_it_right(alice: User, damage: str) -> None:
    make_series(alice, make_post(alice, tags=["Food"]), make_post(alice, visibility="members"))
    assert "All counts are true" in recount("--check")
    with connection.cursor() as cursor:
        cursor.execute(damage)
    with pytest.raises(CommandError, match="wrong"):
        recount("--check")
    assert DAMAGE[damage] in recount()
    assert "All counts are true" in recount("--check")
    assert_true()


def test_checking_changes_nothing(alice: User) -> None:
    make_post(alice)
    MonthCount.objects.update(listed=7)
    Listing.objects.filter(kind=2).delete()
    before = list(MonthCount.objects.values_list()), list(Listing.objects.values_list())
    with pytest.raises(CommandError):
        recount("--check")
    assert before == (list(MonthCount.objects.values_list()), list(Listing.objects.values_list()))
