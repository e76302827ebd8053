"""A cluster's running server: its pid file, the leases of its users, its end.

Standard library only, because the watcher (see `watch`) runs outside the virtual environment.

A *cluster* here is a directory that holds `data/` (PostgreSQL's own) and three lock files.
`start.lock` is held while someone starts or stops the server, `users.lock` is held shared by every
process that uses the server, `watch.lock` by the one watcher. Locks end with the process that holds
them, however it ends: nothing has to be tidied up after kill -9.
"""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STOP_ALLOWANCE = 60.0
"""Seconds a fast shutdown may take on a loaded machine before we say it failed."""

_POLL = 0.02
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class PidFile:
    """What PostgreSQL wrote into `postmaster.pid`; lines appear one by one while it starts."""

    pid: int
    socket_directory: Path | None
    port: int | None
    ready: bool

    @classmethod
    def read(cls, data: Path) -> "PidFile | None":
        """Return the pid file of this data directory, or None if absent or not yet written."""
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
            return None

        def line(number: int) -> str:
            return lines[number].strip() if len(lines) > number else ""

        return cls(
            # A standalone backend writes its pid negated.
            pid=abs(pid),
            socket_directory=Path(line(4)) if line(4) else None,
            port=int(line(3)) if line(3) else None,
            ready=line(7) == "ready",
        )


def running(data: Path) -> PidFile | None:
    """Return the pid file if its process lives and works in this data directory, else None.

    A dead process may leave its pid file behind, and another program may since have got its
    number; a killed process whose parent never collects it stays as a zombie for good. None of
    them is a server.
    """
    found = PidFile.read(data)
    if found is None:
        return None
    if _PROC.is_dir():
        return found if _works_in(found.pid, data) else None
    return found if _exists(found.pid) else None


def drop_leftovers(data: Path, sockets: Path) -> bool:
    """Remove what a killed server left behind; call with `start.lock` held.

    PostgreSQL tidies most of it up itself, but refuses to start while the number in an old pid file
    or socket lock belongs to *any* process of the same user, zombies included. Removing them is
    safe only when no backend of the killed server still works in the data directory.

    Returns False while such backends are still ending: then wait and ask again.
    """
    if not _PROC.is_dir():
        return True
    if any(_works_in(int(entry.name), data) for entry in _PROC.iterdir() if entry.name.isdigit()):
        return False
    (data / "postmaster.pid").unlink(missing_ok=True)
    # The directory is private to this server, whatever number the names end with.
    for leftover in sockets.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)
    return True


def shut_down(data: Path, allowance: float = STOP_ALLOWANCE) -> None:
    """End the server of this data directory: fast shutdown, then wait. No server, no effect.

    Raises TimeoutError when the server still runs after `allowance` seconds.
    """
    found = running(data)
    if found is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGINT)
    end = time.monotonic() + allowance
    while (now := running(data)) is not None and now.pid == found.pid:
        if time.monotonic() > end:
            message = f"PostgreSQL (process {found.pid}) did not end within {allowance:.0f} s"
            raise TimeoutError(message)
        time.sleep(_POLL)
    if found.socket_directory is not None and not found.socket_directory.is_relative_to(data.parent):
        # One made in the temporary directory because ours has too long a path.
        with contextlib.suppress(OSError):
            found.socket_directory.rmdir()


@contextlib.contextmanager
def hold_lock(path: Path, allowance: float) -> Iterator[None]:
    """Hold an exclusive lock on `path`; TimeoutError when it is not free within the allowance."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + allowance
        while not try_lock(descriptor):
            if time.monotonic() > end:
                message = f"another process has been starting PostgreSQL for too long ({path})"
                raise TimeoutError(message)
            time.sleep(_POLL)
        yield
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Take (or raise a shared lock to) an exclusive lock if it is free now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_lease(cluster: Path) -> int:
    """Count this process among the users of the server; returns the descriptor to close."""
    descriptor = os.open(cluster / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    # Waits only while a watcher is shutting the server down.
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def give_up_lease(cluster: Path, descriptor: int) -> bool:
    """End this process's use of the server; the last user shuts it down and waits for that.

    Returns whether the server has ended. Raises TimeoutError when it should but does not.
    """
    if not cluster.exists():
        # Removed with everything in it, and the server ended before.
        os.close(descriptor)
        return True
    try:
        # One leaves at a time: two who leave at once would each take the other for a user.
        with hold_lock(cluster / "start.lock", 2 * STOP_ALLOWANCE):
            while not try_lock(descriptor):
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    # The watcher was faster and is shutting the server down.
                    time.sleep(_POLL)
                else:
                    return False
            shut_down(cluster / "data")
            return True
    finally:
        os.close(descriptor)


def watch(cluster: Path) -> None:
    """Wait until the last user of the server is gone, then shut the server down.

    Runs in a process of its own. One watcher per cluster: a second returns at once.
    """
    watching = os.open(cluster / "watch.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not try_lock(watching):
        return
    users = os.open(cluster / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_EX)
    # Whoever starts next waits for `users.lock`, so it meets a server that has fully ended.
    shut_down(cluster / "data")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _works_in(pid: int, data: Path) -> bool:
    """Whether the process is a PostgreSQL at work in this directory; false for zombies."""
    process = _PROC / str(pid)
    try:
        # The name too: an administrator's shell may have gone into the directory.
        return (process / "comm").read_text().strip() == "postgres" and (process / "cwd").samefile(data)
    except OSError:
        return False
