"""Thinning the history: by age, never what somebody named, readers saw, or something needs."""

from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.testing import make_user
from posts.models import PendingChange, Post, Revision
from posts.testing import make_draft
from posts.thinning import BY_DAY, FOLDED, WHOLE, Entry, Thinner, thinned

NOW = timezone.now()


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Return versions of two posts, of any age up to three years."""
    ages = draw(st.lists(st.floats(0, 1100), max_size=40))
    return [
        Entry(
            pk=number,
            post=draw(st.sampled_from([1, 2])),
            number=number,
            created_at=NOW - timedelta(days=age),
            is_draft=draw(st.booleans()),
            folded=draw(st.booleans()),
            is_held=draw(st.sampled_from([False, False, False, True])),
        )
        for number, age in enumerate(sorted(ages, reverse=True), start=1)
    ]


def left(entries: list[Entry], now: datetime = NOW) -> list[Entry]:
    gone = thinned(entries, now)
    return [entry for entry in entries if entry.pk not in gone]


@settings(deadline=None)
@given(histories())
def test_what_is_held_or_first_or_newest_is_never_thinned(entries: list[Entry]) -> None:
    kept = {entry.pk for entry in left(entries)}
    assert {entry.pk for entry in entries if entry.is_held} <= kept
    for post in (1, 2):
        own = [entry for entry in entries if entry.post == post]
        assert {entry.pk for entry in own[:1]} <= kept
        for is_draft in (True, False):
            assert {e.pk for e in [e for e in own if e.is_draft is is_draft][-1:]} <= kept


@settings(deadline=None)
@given(histories())
def test_all_of_a_month_is_kept_and_steps_of_two_weeks(entries: list[Entry]) -> None:
    kept = {entry.pk for entry in left(entries)}
    for entry in entries:
        if NOW - entry.created_at <= (FOLDED if entry.folded else WHOLE):
            assert entry.pk in kept


@settings(deadline=None)
@given(histories())
def test_of_each_day_the_last_is_kept_and_of_each_week(entries: list[Entry]) -> None:
    kept = {entry.pk for entry in left(entries)}
    whole = [entry for entry in entries if not entry.folded]
    for post, is_draft in ((1, True), (1, False), (2, True), (2, False)):
        line = [e for e in whole if e.post == post and e.is_draft is is_draft]
        for entry, following in pairwise(line):
            is_last = entry.created_at.isocalendar()[:2] != following.created_at.isocalendar()[:2]
            is_old = NOW - entry.created_at > BY_DAY
            if is_last or (not is_old and entry.created_at.date() != following.created_at.date()):
                assert entry.pk in kept


@settings(deadline=None)
@given(histories(), st.integers(0, 400))
def test_thinning_again_later_loses_no_more_than_thinning_late(
    entries: list[Entry], days: int
) -> None:
    later = NOW + timedelta(days=days)
    assert left(left(entries), NOW) == left(entries)
    assert left(left(entries), later) == left(entries, later)


def test_old_steps_go_and_so_do_all_but_the_last_of_an_old_day() -> None:
    noon = (NOW - timedelta(days=100)).replace(hour=12)
    times = [noon - timedelta(days=9), noon, noon + timedelta(hours=1), NOW]
    flags = {"is_draft": False, "folded": False, "is_held": False}
    entries = [Entry(n, 1, n, time, **flags) for n, time in enumerate([*times, NOW])]
    entries[1] = entries[1]._replace(folded=True)
    assert thinned(entries, NOW) == {1}
    entries = [entry._replace(folded=False) for entry in entries]
    assert thinned(entries, NOW) == {1}


@pytest.fixture
def post(db: None) -> Post:
    """Return a post with an old first version, three of one old day, and one of today."""
    post = make_draft(make_user("alice"))
    noon = (NOW - timedelta(days=100)).replace(hour=12)
    times = [noon - timedelta(days=9), noon, noon, noon + timedelta(hours=1), NOW]
    for number, time in enumerate(times, start=1):
        Revision.objects.create(
            post=post, number=number, created_at=time, cause="saved", snapshot={}, digest="x"
        )
    return post


def numbers(post: Post) -> list[int]:
    return sorted(post.revisions.values_list("number", flat=True))


def test_the_worker_thins_and_begins_anew(post: Post) -> None:
    thinner = Thinner()
    assert thinner.work(5) == 2
    assert numbers(post) == [1, 4, 5]
    post.revisions.create(
        number=3, created_at=NOW - timedelta(days=100), cause="saved", snapshot={}, digest="x"
    )
    post.revisions.filter(number=4).update(folded=True)
    assert thinner.work(5) == 1
    assert numbers(post) == [1, 3, 5]


def test_a_name_and_readers_keep_a_version(post: Post) -> None:
    post.revisions.filter(number=2).update(name="As sent to Bob")
    post.revisions.filter(number=3).update(is_public=True)
    assert Thinner().work(5) == 0


def test_what_a_draft_began_from_is_kept(post: Post) -> None:
    base = post.revisions.get(number=3)
    PendingChange.objects.create(post=post, snapshot={}, base=base)
    assert Thinner().work(5) == 1
    assert numbers(post) == [1, 3, 4, 5]


def test_a_trial_only_says_what_would_be_done(post: Post) -> None:
    out = StringIO()
    call_command("thin_revisions", "--dry-run", stdout=out)
    assert out.getvalue() == "2 versions would be deleted.\n"
    assert numbers(post) == [1, 2, 3, 4, 5]
    call_command("thin_revisions", stdout=out)
    assert "2 versions deleted." in out.getvalue()
    assert numbers(post) == [1, 4, 5]
