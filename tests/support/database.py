"""One throwaway PostgreSQL for the whole test run, and databases cloned from templates in it.

Every process of the run uses the same server; the last one to leave ends it, and a watcher does if
all of them are killed. A template is built once, by whichever process needs it first.
"""

import asyncio
import contextlib
import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg

from domain.database import embedded
from domain.database.migrate import upgrade
from domain.database.urls import OWNER, DatabaseUrls, ensure_roles, urls_for, with_database

SECRET = b"the secret of tests, 32 bytes..."

MIGRATED = "template_migrated"
HAIYAN = "template_haiyan"


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
    """The run's server, used by this process."""

    __test__ = False

    def __init__(self, home: Path) -> None:
        self._home = home
        self._server = embedded.start(home, throwaway=True, die_with_parent=True)
        self._number = itertools.count(1)

    @property
    def admin_url(self) -> str:
        """The administrator's login on the maintenance database."""
        return self._server.admin_url

    def stop(self) -> None:
        self._server.stop()

    @contextlib.contextmanager
    def database(self, template: str | None = None) -> Iterator[DatabaseUrls]:
        """Give a database of its own, a copy of the template or empty; dropped afterwards."""
        if template is not None:
            self._ensure(template)
        else:
            # Its owner must exist.
            asyncio.run(ensure_roles(self.admin_url, SECRET))
        name = f"test_{os.getpid()}_{next(self._number)}"
        self._create(name, template or "template0")
        try:
            yield urls_for(with_database(self.admin_url, name), SECRET)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _ensure(self, template: str) -> None:
        """Build the template unless that was done; others wait meanwhile."""
        built = self._home / f"{template}.built"
        with (self._home / f"{template}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if built.exists():
                return
            self._execute(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
            _BUILDERS[template](self, template)
            # Without statistics the planner guesses, and a test of a plan tests its guesses.
            self._execute("VACUUM (ANALYZE)", database=template)
            built.touch()

    def _build_migrated(self, name: str) -> None:
        asyncio.run(ensure_roles(self.admin_url, SECRET))
        self._create(name, "template0")
        upgrade(with_database(self.admin_url, name), SECRET)

    def _build_haiyan(self, name: str) -> None:
        # Here, so that tests without the place do not load what loads it.
        from api.samples import load_sample
        from domain.kernel.clock import system_clock

        self._ensure(MIGRATED)
        self._create(name, MIGRATED)
        urls = urls_for(with_database(self.admin_url, name), SECRET)
        asyncio.run(
            load_sample(
                urls.application,
                urls.authentication,
                "haiyan",
                clock=system_clock,
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


_BUILDERS: dict[str, Callable[[TestServer, str], None]] = {
    MIGRATED: TestServer._build_migrated,
    HAIYAN: TestServer._build_haiyan,
}
