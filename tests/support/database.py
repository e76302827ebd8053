"""One throwaway PostgreSQL for the whole test run, and databases cloned from templates in it.

Every process of the run uses the same server; the last one to leave ends it, and a watcher does if
all of them are killed. A template is built once, by whichever process needs it first, and kept for
later runs as long as nothing that it was made of changes (see `kept_clusters`).
"""

import asyncio
import contextlib
import fcntl
import inspect
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from domain.foundation.database import embedded
from domain.foundation.database.embedded_binaries import ServerUser, reachable_directory
from domain.foundation.database.migrate import upgrade
from domain.foundation.database.urls import (
    OWNER,
    DatabaseUrls,
    ensure_roles,
    urls_for,
    with_database,
)
from tests.support import kept_clusters
from tests.support.kept_clusters import cache_folder, copy_kept, hash_of, keep, unchanged

SECRET = b"the secret of tests, 32 bytes..."

MIGRATED = "template_migrated"
HAIYAN = "template_haiyan"
INCLUDED = {MIGRATED: (MIGRATED,), HAIYAN: (MIGRATED, HAIYAN)}
"""By template that a kept cluster was made for: all the templates in it."""

_ROOT = Path(__file__).resolve().parents[2]


def new_home() -> Path:
    """Make an empty home that a server's own account can reach, if tests run as root."""
    home = Path(tempfile.mkdtemp(prefix="fengqiao-tests-"))
    home.chmod(0o711)
    return home


def remove_home(home: Path) -> None:
    """Stop whatever server still runs in this home, and delete it."""
    embedded.remove(home)
    shutil.rmtree(home)


class TestServer:
    """The run's server, used by this process.

    `kept` is the template that takes longest of those the run will need: the server starts on a kept
    cluster that includes it, which is made first if there is none. None: it starts empty.
    """

    __test__ = False

    def __init__(self, home: Path, *, kept: str | None = None, now: datetime | None = None) -> None:
        self._home = home
        self._now = now or datetime.now(UTC)
        if kept is not None:
            self._start_from(kept)
        # What is kept should be small.
        self._server = embedded.start(
            home, throwaway=True, die_with_parent=True, settings={"min_wal_size": "32MB", "wal_recycle": "off"}
        )
        self._number = itertools.count(1)

    @property
    def admin_url(self) -> str:
        """The administrator's login on the maintenance database."""
        return self._server.admin_url

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self._server.cluster / "data"

    def stop(self) -> None:
        self._server.stop()

    @contextlib.contextmanager
    def database(self, template: str | None = None) -> Iterator[DatabaseUrls]:
        """Give a database of its own, a copy of the template or empty; dropped afterwards."""
        if template is not None:
            self.ensure(template)
        else:
            # Its owner must exist.
            asyncio.run(ensure_roles(self.admin_url, SECRET))
        name = f"test_{os.getpid()}_{next(self._number)}"
        self._create(name, template or "template0")
        try:
            yield urls_for(with_database(self.admin_url, name), SECRET)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def ensure(self, template: str) -> None:
        """Build the template unless that was done; others wait meanwhile."""
        with (self._home / f"{template}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._built(template).exists():
                return
            self._execute(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
            _BUILDERS[template](self, template)
            # Without statistics the planner guesses, and a test of a plan tests its guesses.
            self._execute("VACUUM (ANALYZE)", database=template)
            self._built(template).touch()

    def _start_from(self, template: str) -> None:
        """Put a copy of a kept cluster in the server's place, unless a process of the run has done so."""
        folder = cache_folder()
        wanted = self._home.absolute() / "postgres"
        with (self._home / "kept.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder is None or wanted.exists():
                return
            name = f"{template}.{_hash_of(template, self._now)}"
            if not (folder / name).exists() and unchanged(_made_of(template)):
                keep(folder, name, lambda: made_cluster(template, self._now))
            data = reachable_directory(wanted, ServerUser.of(wanted / "data"), throwaway=True) / "data"
            if copy_kept(folder, name, data):
                for included in INCLUDED[template]:
                    self._built(included).touch()

    def _built(self, template: str) -> Path:
        return self._home / f"{template}.built"

    def _build_migrated(self, name: str) -> None:
        asyncio.run(ensure_roles(self.admin_url, SECRET))
        self._create(name, "template0")
        upgrade(with_database(self.admin_url, name), SECRET)

    def _build_haiyan(self, name: str) -> None:
        # Here, so that tests without the place do not load what loads it.
        from api.shell.samples import load_sample

        self.ensure(MIGRATED)
        self._create(name, MIGRATED)
        urls = urls_for(with_database(self.admin_url, name), SECRET)
        asyncio.run(
            load_sample(
                urls.application,
                urls.authentication,
                "haiyan",
                clock=lambda: self._now,
                progress=lambda _label, _done, _total: None,
            )
        )

    def _create(self, name: str, template: str) -> None:
        # Copying files takes half as long as logging every page, with fsync off.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY OWNER {OWNER}')

    def _execute(self, statement: str, database: str = "postgres") -> None:
        async def run() -> None:
            connection = await asyncpg.connect(with_database(self.admin_url, database))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


@contextlib.contextmanager
def made_cluster(template: str, now: datetime) -> Iterator[Path]:
    """Give the data directory of a server that was made for the template and has ended; deleted afterwards."""
    home = new_home()
    try:
        server = TestServer(home, kept=MIGRATED if template == HAIYAN else None, now=now)
        try:
            server.ensure(template)
        finally:
            server.stop()
        yield server.data
    finally:
        remove_home(home)


def _hash_of(template: str, now: datetime) -> str:
    return hash_of(_made_of(template), *(_what_depends_on(now) if template == HAIYAN else ()))


def _made_of(template: str) -> list[Path]:
    """The files and folders that a template's rows depend on."""
    database = Path(embedded.__file__).parent
    files = [_ROOT / "migrations", database, Path(__file__), Path(kept_clusters.__file__)]
    if template == HAIYAN:
        from api.shell.samples import load_sample

        files += [_ROOT / "domain", _ROOT / "authz", Path(inspect.getfile(load_sample))]
    return files


def _what_depends_on(now: datetime) -> tuple[str, ...]:
    """What of the moment of loading shows in the sample's rows: the day in China, and whether its watch has been."""
    from domain.foundation.basics.clock import CHINA
    from domain.places.player import ROUND

    here = now.astimezone(CHINA)
    return here.date().isoformat(), "watched" if here.time() >= ROUND else "not yet watched"


_BUILDERS: dict[str, Callable[[TestServer, str], None]] = {
    MIGRATED: TestServer._build_migrated,
    HAIYAN: TestServer._build_haiyan,
}
