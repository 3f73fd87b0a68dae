"""`manage.py serve`: starts from nothing, says what is wrong, stops and leaves nothing behind."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from blogsite.tests.served import (
    ServedSite,
    eventually,
    free_port,
    is_running,
    manage,
)

pytestmark = [
    pytest.mark.xdist_group("serve"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them"),
]


@pytest.fixture
def site(prepared: Path) -> Iterator[ServedSite]:
    with ServedSite(prepared) as running:
        yield running


def test_the_first_start_makes_all_that_it_needs(tmp_path: Path) -> None:
    with ServedSite(tmp_path / "new" / "data") as site:
        assert site.get("/health/ready")[0] == 200
        printed = site.output()
    assert f"http://127.0.0.1:{site.port}/setup/?token=" in printed
    assert "migrations" in printed
    assert (tmp_path / "new/data/secret_key").stat().st_mode & 0o777 == 0o600


def test_the_second_start_has_nothing_left_to_do(site: ServedSite) -> None:
    assert "migrations" not in site.output()
    assert "Static files" not in site.output()
    assert site.get("/robots.txt")[0] == 200


def test_the_set_up_link_opens_and_a_wrong_one_does_not(site: ServedSite) -> None:
    link = next(word for word in site.output().split() if "/setup/" in word)
    path = link.partition(str(site.port))[2]
    assert site.get(path)[0] == 200
    assert site.get(path[:-1])[0] == 404
    assert site.get("/setup/")[0] == 404


def test_a_port_in_use_is_one_sentence(site: ServedSite, tmp_path: Path) -> None:
    finished = manage("serve", data=tmp_path / "data", PORT=str(site.port))
    assert finished.returncode == 1
    assert finished.stderr.strip() == (
        f"CommandError: Port {site.port} is in use by another program; set PORT to a free one."
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_with_all_its_children(prepared: Path, how: signal.Signals) -> None:
    with ServedSite(prepared) as site:
        children = site.children()
        assert len(children) >= 2
        assert site.stop(how) < 10
        assert site.process.returncode == 0
    assert not [pid for pid in children if is_running(pid)]


def test_options_reach_what_serves(prepared: Path) -> None:
    with ServedSite(prepared, options=["-v", "1", "--settings", "blogsite.settings"]) as site:
        assert site.answers()
        assert site.stop() < 10


def test_only_the_command_line_can_serve() -> None:
    with pytest.raises(CommandError, match="it starts generations"):
        call_command("serve", "-v", "1")


UNFINISHED = b"POST /setup/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1"


def test_slow_clients_neither_delay_its_end_nor_fill_the_log(site: ServedSite) -> None:
    with ExitStack() as stack:
        for words in (UNFINISHED, UNFINISHED[:30], b"") * 3:
            client = stack.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            client.sendall(words)
        assert eventually(site.answers)
        printed, children = site.output(), site.children()
        assert site.stop() < 10
        assert site.output() == printed
    assert not [pid for pid in children if is_running(pid)]


def test_a_sender_is_told_why_it_is_not_waited_for(site: ServedSite) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as slow:
        slow.sendall(UNFINISHED)
        assert eventually(site.answers)
        site.process.terminate()
        assert slow.recv(4096).startswith(b"HTTP/1.1 503 ")
        assert site.process.wait(10) == 0


def test_what_serves_leaves_no_core_files(site: ServedSite) -> None:
    for pid in site.children():
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        (line,) = [line for line in limits if line.startswith("Max core file size")]
        assert line.split()[4:6] == ["0", "0"]


def test_killed_children_are_replaced(site: ServedSite) -> None:
    before = site.children()
    os.kill(before[0], signal.SIGKILL)
    assert eventually(lambda: before[0] not in site.children())
    assert eventually(lambda: len(site.children()) == len(before))
    assert eventually(site.answers)


def test_a_killed_background_worker_is_replaced(site: ServedSite) -> None:
    (first,) = site.working("blog background")
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: site.working("blog background") not in ([], [first]))


def test_a_server_killed_outright_leaves_its_port_free(prepared: Path) -> None:
    with ServedSite(prepared) as site:
        children = site.children()
        site.stop(signal.SIGKILL)
        assert eventually(lambda: not [pid for pid in children if is_running(pid)])
    with ServedSite(prepared, PORT=str(site.port)) as again:
        assert again.answers()


@pytest.mark.parametrize("host", ["localhost", "::1", "0.0.0.0"])  # noqa: S104 - a host to try
def test_it_listens_where_it_is_told(prepared: Path, host: str) -> None:
    with ServedSite(prepared, HOST=host) as site:
        socket.create_connection((host, site.port), timeout=2).close()


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1"])
def test_an_address_of_another_machine_is_one_sentence(prepared: Path, host: str) -> None:
    finished = manage("serve", data=prepared, HOST=host, PORT=str(free_port()))
    assert finished.returncode == 1
    assert finished.stderr.startswith("CommandError: HOST must be an address of this machine")
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(
    "url", ["postgres://nobody:secret@127.0.0.1:1/none", "sqlite:////proc/none/site.sqlite3"]
)
def test_a_database_out_of_reach_is_one_sentence(tmp_path: Path, url: str) -> None:
    finished = manage("serve", data=tmp_path, DATABASE_URL=url, PORT=str(free_port()))
    assert finished.returncode == 1
    assert finished.stderr.startswith("CommandError: The database cannot be used: ")
    assert len(finished.stderr.splitlines()) == 1
    assert "secret" not in finished.stderr


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "site.sqlite3").write_bytes(b"words " * 1000)
    finished = manage("serve", data=tmp_path, PORT=str(free_port()))
    assert finished.returncode == 1
    assert finished.stderr == "CommandError: The database cannot be used: file is not a database.\n"


def test_two_starts_at_once_end_with_one_database(tmp_path: Path) -> None:
    with ServedSite(tmp_path / "data") as one, ServedSite(tmp_path / "data") as other:
        assert one.get("/health/ready")[0] == other.get("/health/ready")[0] == 200


@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="for PostgreSQL"
)
def test_nodes_that_start_together_migrate_once(tmp_path: Path) -> None:
    import psycopg

    server, name = os.environ["DATABASE_URL"], f"nodes_{os.getpid()}"
    url = f"{server.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            with ThreadPoolExecutor() as pool:
                nodes = list(pool.map(partial(prepare_node, tmp_path, url), ["one", "other"]))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    assert [node.returncode for node in nodes] == [0, 0], [node.stderr for node in nodes]
    assert "".join(node.stdout for node in nodes).count("Database brought up to date") == 1


def prepare_node(folder: Path, url: str, name: str) -> Any:
    """Prepare a node with a data folder of its own."""
    port = str(free_port())
    return manage("serve", "--prepare-only", data=folder / name, PORT=port, DATABASE_URL=url)
