"""A replica is read from where what may be a moment old may be shown; never written to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from blogsite.lib import replica
from blogsite.lib.replica import Replica, Router
from blogsite.tests.served import ServedSite, eventually
from blogsite.tests.standby import Cluster, programs
from blogsite.tests.visiting import Visitor, make_alice
from posts.models import Post

KEY = "the same key on every node, long enough to be taken"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if connection.vendor != "postgresql" or programs() is None:
        pytest.skip("A replica needs PostgreSQL and its programs.")
    with Cluster() as running:
        yield running


@pytest.fixture
def site(cluster: Cluster, tmp_path: Path) -> Iterator[ServedSite]:
    """Return a site of one process that reads from the standby, however far it lags."""
    variables = {"DATABASE_URL": cluster.url("primary"), "BLOGSITE_SECRET_KEY": KEY}
    reading = {"DATABASE_REPLICA_URL": cluster.url("standby"), "BLOGSITE_REPLICA_LAG": "60"}
    with ServedSite(tmp_path / "data", BLOGSITE_WORKERS="1", **variables, **reading) as served:
        yield served


def test_who_wrote_reads_it_at_once_and_a_lost_replica_is_not_missed(
    cluster: Cluster, site: ServedSite
) -> None:
    make_alice(site)
    alice = Visitor()
    alice.sign_in(site)
    elsewhere = Visitor({"session": alice.cookies["session"]})
    assert eventually(lambda: bool(alice.get(site, "/write/")) and read_from(site))
    cluster.ask("standby", "SELECT pg_wal_replay_pause()")
    written = alice.post(
        site, "/write/new/", title="Quincunx", body="Five trees.", visibility="public"
    )
    assert written.status == 302
    assert "Quincunx" in alice.get(site, "/write/").text
    # Without the cookie of the write the same person is shown what the replica has.
    assert "Quincunx" not in elsewhere.get(site, "/write/").text
    cluster.ask("standby", "SELECT pg_wal_replay_resume()")
    assert eventually(lambda: "Quincunx" in elsewhere.get(site, "/write/").text)
    cluster.stop("standby")
    for _time in range(3):
        page = elsewhere.get(site, "/write/")
        assert (page.status, "Quincunx" in page.text) == (200, True)
    assert "The replica is not read from: it does not answer" in site.output()
    cluster.start("standby")
    assert eventually(lambda: bool(alice.get(site, "/write/")) and times_read_from(site) == 2)


def read_from(site: ServedSite) -> bool:
    return times_read_from(site) > 0


def times_read_from(site: ServedSite) -> int:
    return site.output().count("The replica is read from.")


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> dict[str, int | None]:
    """Return the positions of the two servers, to be changed."""
    known: dict[str, int | None] = {"default": 100, "replica": 100}
    monkeypatch.setattr(replica, "position", lambda alias, of: known[alias])
    return known


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_replica_that_lags_is_left_alone_until_it_has_caught_up(
    places: dict[str, int | None],
) -> None:
    clock = Clock()
    watched = Replica(most_lag=1, clock=clock)
    assert watched.may_serve(0)
    said = []
    for step in range(1, 9):
        clock.now += 0.5
        places["default"] = 100 + step
        if step == 6:
            places["replica"] = 106
        said.append(watched.may_serve(0))
    assert said == [True, True, False, False, False, True, True, True]


def test_a_writer_waits_for_the_replica_to_have_it(places: dict[str, int | None]) -> None:
    watched = Replica(most_lag=1, clock=Clock())
    assert not watched.may_serve(101)
    assert watched.may_serve(100)
    places["replica"] = 101
    assert watched.may_serve(101)


def test_a_server_that_follows_nobody_is_not_read_from(places: dict[str, int | None]) -> None:
    places["replica"] = None
    assert not Replica(most_lag=1, clock=Clock()).may_serve(0)


def test_only_content_is_read_from_it_and_only_until_something_is_written() -> None:
    from accounts.models import User

    router = Router()
    with replica.request():
        assert router.db_for_read(Post) == "default"
        replica.read_from_replica()
        assert router.db_for_read(Post) == "replica"
        assert router.db_for_read(User) == "default"
        with replica.primary():
            assert router.db_for_read(Post) == "default"
        assert router.db_for_write(User) == "default"
        assert router.db_for_read(Post) == "replica"
        assert router.db_for_write(Post) == "default"
        assert router.db_for_read(Post) == "default"
        replica.read_from_replica()
        assert not replica.is_read_from()
    assert router.db_for_read(Post) == "default"


def test_its_tables_are_left_to_the_primary() -> None:
    assert not Router().allow_migrate("replica", "posts")
    assert Router().allow_migrate("default", "posts")
