"""The PostgreSQL that comes along: started here, shared by every process that asks for it.

    server = start(Path(".fengqiao"))
    ... connect to server.admin_url ...
    server.stop()

Whoever calls `start` for the same home gets the same server; the last one to call `stop` ends it.
A kill -9 of a user, of all users or of the server loses no acknowledged transaction: the next
`start` attaches, or recovers.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlencode

from domain.foundation.database import embedded_process as process
from domain.foundation.database.embedded_binaries import (
    MACHINE_WIDE,
    ServerUser,
    postgres_binaries,
    reachable_directory,
)
from domain.foundation.database.embedded_cluster import (
    ENVIRONMENT,
    PORT,
    SUPERUSER,
    ensure_cluster,
    server_settings,
    socket_directory,
)

START_ALLOWANCE = 60.0
"""Seconds until the server must be ready; recovery after a crash on a loaded machine included."""

_POLL = 0.02
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

_leases: dict[Path, list[int]] = {}
"""By cluster: the lock descriptors this process holds as a user of the server."""

_children: dict[Path, list["subprocess.Popen[bytes]"]] = {}
"""By cluster: servers and watchers started by this process, kept to be collected at their end."""


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running server, used by this process until `stop`."""

    admin_url: str
    """libpq URL of the administrator's login; works for asyncpg too."""
    pid: int
    """Process id of the postmaster."""
    started_here: bool
    """False when it was running already and this call attached to it."""
    cluster: Path
    """Where its files are: `data/`, `postgres.log`, lock files."""

    def stop(self) -> None:
        """End this process's use. The last user's stop is a fast shutdown, and waits for it.

        Harmless when repeated. TimeoutError when the server does not end.
        """
        leases = _leases.get(self.cluster, [])
        if not leases:
            return
        if len(leases) > 1:
            # Started several times in this process: the other uses go on.
            os.close(leases.pop())
            return
        if process.give_up_lease(self.cluster, leases.pop()):
            for child in _children.pop(self.cluster, []):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=5)


def start(
    home: Path,
    *,
    throwaway: bool = False,
    settings: Mapping[str, str] = _NO_SETTINGS,
    die_with_parent: bool = False,
) -> EmbeddedPostgres:
    """Start the server of this home, or attach to it if it runs; return when it is ready.

    Safe to call from many processes at once. `settings` (PostgreSQL's, as on its command line)
    have no effect when attaching. `throwaway` gives up durability for speed: tests only.
    `die_with_parent` ends the server as soon as no process that called `start` is left, even if
    all were killed; without it the server then stays, and the next `start` attaches to it.

    Raises RuntimeError with the server's own words when it cannot start, TimeoutError when it or
    another starter takes too long.
    """
    wanted = home.absolute() / "postgres"
    user = ServerUser.of(wanted / "data")
    cluster = reachable_directory(wanted, user, throwaway=throwaway)
    with process.hold_lock(cluster / "start.lock", 2 * START_ALLOWANCE):
        lease = process.take_lease(cluster)
        try:
            data = cluster / "data"
            found = process.running(data)
            if found is None:
                ready = _launch(cluster, user, settings, throwaway=throwaway)
            else:
                # Perhaps it is still recovering, and who started it was killed: wait all the same.
                ready = _wait_until_ready(data, time.monotonic() + START_ALLOWANCE, cluster)
        except BaseException:
            os.close(lease)
            raise
    _leases.setdefault(cluster, []).append(lease)
    if die_with_parent:
        _start_watcher(cluster)
    return EmbeddedPostgres(
        admin_url=_admin_url(ready),
        pid=ready.pid,
        started_here=found is None,
        cluster=cluster,
    )


def remove(home: Path) -> None:
    """Shut the server of this home down, whoever uses it, and delete all its data."""
    link = home.absolute() / "postgres"
    if not link.exists():
        link.unlink(missing_ok=True)
        return
    cluster = link.resolve()
    with process.hold_lock(cluster / "start.lock", 2 * START_ALLOWANCE):
        process.shut_down(cluster / "data")
        shutil.rmtree(cluster)
        if link.is_symlink():
            link.unlink()
            if cluster.parent == MACHINE_WIDE:
                with contextlib.suppress(OSError):  # not empty: other homes' data
                    MACHINE_WIDE.rmdir()


def _launch(cluster: Path, user: ServerUser, settings: Mapping[str, str], *, throwaway: bool) -> process.PidFile:
    binaries = postgres_binaries(user, cluster)
    data = ensure_cluster(cluster, binaries, user, throwaway=throwaway)
    sockets = socket_directory(cluster, user)
    end = time.monotonic() + START_ALLOWANCE
    # Backends of a killed server notice within moments and end; then its leftovers are worthless.
    while not process.drop_leftovers(data, sockets):
        if time.monotonic() > end:
            message = f"processes of an earlier PostgreSQL still work in {data}"
            raise TimeoutError(message)
        time.sleep(_POLL)
    all_settings = server_settings(sockets, settings, throwaway=throwaway)
    arguments = [f"-c{name}={value}" for name, value in all_settings.items()]
    log_file = cluster / "postgres.log"
    if log_file.exists():
        log_file.replace(cluster / "postgres.previous.log")
    with log_file.open("wb") as log:
        child = subprocess.Popen(  # type: ignore[call-overload]
            [binaries / "postgres", "-D", data, *arguments],
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # A Ctrl-C in the terminal is for us; we end the server in an orderly way.
            start_new_session=True,
            **user.popen(),
        )
    _children.setdefault(cluster, []).append(child)
    return _wait_until_ready(data, end, cluster, child)


def _wait_until_ready(
    data: Path,
    end: float,
    cluster: Path,
    child: "subprocess.Popen[bytes] | None" = None,
) -> process.PidFile:
    while True:
        found = process.running(data)
        if found is not None and found.ready and (child is None or found.pid == child.pid):
            return found
        if child is not None and child.poll() is not None:
            _children[cluster].remove(child)
            message = f"PostgreSQL did not start: {_last_words(cluster)}"
            raise RuntimeError(message)
        if child is None and found is None:
            message = f"PostgreSQL ended while starting: {_last_words(cluster)}"
            raise RuntimeError(message)
        if time.monotonic() > end:
            if child is not None:
                child.terminate()
            message = f"PostgreSQL is not ready after {START_ALLOWANCE:.0f} s: {_last_words(cluster)}"
            raise TimeoutError(message)
        time.sleep(_POLL)


def _start_watcher(cluster: Path) -> None:
    """Start the process that outlives us by a moment and then ends the server."""
    source = Path(__file__).resolve().parents[3]
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; "
        "from domain.foundation.database.embedded_process import watch; watch(Path(sys.argv[2]))"
    )
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", program, source, cluster],
        cwd="/",
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _children.setdefault(cluster, []).append(child)


def _admin_url(found: process.PidFile) -> str:
    query = urlencode({"host": found.socket_directory, "port": found.port or PORT}, quote_via=quote, safe="/")
    return f"postgresql://{SUPERUSER}@/{SUPERUSER}?{query}"


def _last_words(cluster: Path) -> str:
    try:
        return (cluster / "postgres.log").read_text(errors="replace")[-2000:].strip()
    except FileNotFoundError:
        return "(no log)"
