"""The embedded PostgreSQL: shared, durable, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from domain.foundation.database import embedded
from domain.foundation.database.embedded import EmbeddedPostgres, remove, start
from domain.foundation.database.embedded_process import running

ROOT = Path(__file__).resolve().parents[2]

HOLD = """
import sys
from pathlib import Path
from domain.foundation.database.embedded import start
server = start(Path(sys.argv[1]), die_with_parent="die" in sys.argv)
print(server.pid, server.started_here, flush=True)
sys.stdin.read()
server.stop()
"""

Home = Callable[[], Path]


def query(server: EmbeddedPostgres, statement: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(server.admin_url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def holder(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Another process that starts or joins the server and holds it until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, home, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def answer(process: "subprocess.Popen[str]") -> tuple[int, bool]:
    assert process.stdout is not None
    pid, started_here = process.stdout.readline().split()
    return int(pid), started_here == "True"


def finish(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def wait_until_gone(data: Path) -> None:
    end = time.monotonic() + 30
    while running(data) is not None:
        assert time.monotonic() < end, "the server still runs"
        time.sleep(0.02)


def test_starts_fresh_stops_and_keeps_what_was_written(new_postgres_home: Home):
    home = new_postgres_home()
    first = start(home)
    assert first.started_here
    query(first, "CREATE TABLE kept AS SELECT '枫桥' AS word")
    assert query(first, "SHOW fsync") == "on"
    assert query(first, "SHOW listen_addresses") == ""
    first.stop()
    first.stop()
    assert running(home / "postgres" / "data") is None

    second = start(home)
    assert query(second, "SELECT word FROM kept") == "枫桥"
    second.stop()


def test_trigrams_know_chinese(new_postgres_home: Home):
    server = start(new_postgres_home(), throwaway=True)
    query(server, "CREATE EXTENSION pg_trgm")
    assert query(server, "SELECT array_length(show_trgm('邻里纠纷'), 1) > 0")
    server.stop()


def test_only_the_servers_account_reaches_the_socket(new_postgres_home: Home):
    home = new_postgres_home()
    server = start(home, throwaway=True)
    for private in ("run", "data"):
        assert (server.cluster / private).stat().st_mode & 0o077 == 0
    server.stop()


def test_a_second_start_attaches_and_the_last_stop_ends(new_postgres_home: Home):
    home = new_postgres_home()
    other = holder(home)
    pid, started_there = answer(other)
    assert started_there

    mine = start(home)
    assert (mine.pid, mine.started_here) == (pid, False)
    finish(other)
    assert query(mine, "SELECT 1") == 1, "the server ended although it was still used"
    mine.stop()
    assert running(home / "postgres" / "data") is None


def test_two_uses_in_one_process_are_two_uses(new_postgres_home: Home):
    home = new_postgres_home()
    first, second = start(home, throwaway=True), start(home, throwaway=True)
    first.stop()
    assert query(second, "SELECT 1") == 1
    second.stop()
    assert running(home / "postgres" / "data") is None


def test_racing_starters_make_one_server(new_postgres_home: Home):
    home = new_postgres_home()
    racers = [holder(home) for _ in range(5)]
    answers = [answer(racer) for racer in racers]
    assert len({pid for pid, _ in answers}) == 1
    assert [started for _, started in answers].count(True) == 1
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.close()
    for racer in racers:
        assert racer.wait(timeout=60) == 0
        assert racer.stdout is not None
        racer.stdout.close()
    assert running(home / "postgres" / "data") is None


def test_killing_the_server_loses_nothing_acknowledged(new_postgres_home: Home):
    home = new_postgres_home()
    server = start(home)
    query(server, "CREATE TABLE kept (number int)")
    for number in range(50):
        query(server, f"INSERT INTO kept VALUES ({number})")
    os.kill(server.pid, signal.SIGKILL)
    wait_until_gone(home / "postgres" / "data")

    again = start(home)
    assert again.started_here
    assert again.pid != server.pid
    assert query(again, "SELECT count(*) FROM kept") == 50
    server.stop()
    again.stop()
    assert running(home / "postgres" / "data") is None


def test_killing_the_user_leaves_a_server_to_attach_to(new_postgres_home: Home):
    home = new_postgres_home()
    other = holder(home)
    pid, _ = answer(other)
    kill(other)

    mine = start(home)
    assert (mine.pid, mine.started_here) == (pid, False)
    mine.stop()
    assert running(home / "postgres" / "data") is None


def test_killing_every_user_ends_a_server_that_dies_with_them(new_postgres_home: Home):
    home = new_postgres_home()
    users = [holder(home, "die"), holder(home, "die")]
    assert len({answer(user)[0] for user in users}) == 1
    kill(users[0])
    time.sleep(0.3)
    assert running(home / "postgres" / "data") is not None, "one user is left"
    kill(users[1])
    wait_until_gone(home / "postgres" / "data")

    again = start(home)
    assert again.started_here
    again.stop()


def test_a_pid_file_of_a_stranger_does_not_stand_in_the_way(new_postgres_home: Home):
    home = new_postgres_home()
    start(home, throwaway=True).stop()
    # The machine was switched off, and the number belongs to something else now: to us.
    pid_file = home / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1\n5432\n/nowhere\n\n\nready   \n")
    server = start(home, throwaway=True)
    assert server.started_here
    assert query(server, "SELECT 1") == 1
    server.stop()


def test_a_half_finished_initdb_is_done_again(new_postgres_home: Home):
    home = new_postgres_home()
    halfway = home / "postgres" / "data.building.halfway"
    halfway.mkdir(parents=True)
    (halfway / "PG_VERSION").write_text("18\n")
    server = start(home, throwaway=True)
    assert query(server, "SELECT 1") == 1
    server.stop()
    assert not halfway.exists()


def test_what_is_no_cluster_is_never_deleted(new_postgres_home: Home):
    home = new_postgres_home()
    foreign = home / "postgres" / "data"
    foreign.mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(foreign, 65534, 65534)
    (foreign / "letters.txt").write_text("not ours")
    with pytest.raises(RuntimeError, match="holds no PostgreSQL cluster"):
        start(home, throwaway=True)
    assert (foreign / "letters.txt").read_text() == "not ours"


@pytest.mark.parametrize("folder", ["d" * 90, "海宴镇社会治安综合治理中心" * 3, "with space, comma: colon"])
def test_long_and_odd_homes(new_postgres_home: Home, folder: str):
    home = new_postgres_home() / folder
    server = start(home, throwaway=True)
    assert query(server, "SELECT 1") == 1
    again = start(home, throwaway=True)
    assert again.pid == server.pid
    again.stop()
    server.stop()
    remove(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's server runs as that user")
def test_root_with_a_home_that_the_servers_account_cannot_enter(new_postgres_home: Home):
    closed = new_postgres_home()
    closed.chmod(0o700)
    server = start(closed, throwaway=True)
    assert query(server, "SELECT 1") == 1
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    assert (closed / "postgres").is_symlink()
    kept = server.cluster
    server.stop()
    assert closed.stat().st_mode & 0o777 == 0o700, "modes that are not ours are left alone"
    remove(closed)
    assert not kept.exists()


def test_removing_ends_a_server_in_use(new_postgres_home: Home):
    home = new_postgres_home()
    server = start(home, throwaway=True)
    query(server, "SELECT 1")
    remove(home)
    assert not (home / "postgres").exists()
    # Ended in order before its files went, not because it missed them afterwards.
    (ended,) = [child for child in embedded._children[server.cluster] if child.pid == server.pid]
    assert ended.wait(timeout=1) == 0
    server.stop()


def test_a_refusal_says_what_the_server_said(new_postgres_home: Home):
    with pytest.raises(RuntimeError, match="no_such_setting"):
        start(new_postgres_home(), throwaway=True, settings={"no_such_setting": "1"})
