"""Which database a command of ours works on: the one configured, or the embedded one."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from api.settings import Settings
from domain.foundation.database import embedded
from domain.foundation.database.login import require_usable


class NotMigratedError(RuntimeError):
    """The database holds nothing of ours yet."""


@contextmanager
def running_database(settings: Settings) -> Iterator[Settings]:
    """Give settings whose database is certainly there; the embedded server runs that long.

    Afterwards it ends, unless another process still uses it. It also ends when all of its users
    were killed. DatabaseUnusableError when one is configured and cannot be used.
    """
    if settings.database_url is not None:
        asyncio.run(require_usable(settings.database_url.get_secret_value()))
        yield settings
        return
    server = embedded.start(settings.home, die_with_parent=True)
    try:
        yield settings.model_copy(update={"database_url": SecretStr(server.admin_url)})
    finally:
        server.stop()


def require_schema(settings: Settings) -> str | None:
    """Raise NotMigratedError if the database was never migrated; return a warning if at another revision.

    Another revision is no error: while servers are replaced one by one, old code meets a newer schema.
    """
    from domain.foundation.database.revision import current, latest

    found, newest = current(settings.database_urls().admin), latest()
    if found is None:
        message = "the database has no tables yet: run `fengqiao migrate` (or `make demo`, with the sample place)"
        raise NotMigratedError(message)
    if found != newest:
        return f"the database is at revision {found}, this version's own is {newest}: `fengqiao migrate`?"
    return None


@contextmanager
def throwaway_database() -> Iterator[str]:
    """Give the administrator's URL of an empty database that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="fengqiao-") as directory:
        home = Path(directory)
        server = embedded.start(home, throwaway=True, die_with_parent=True)
        try:
            yield server.admin_url
        finally:
            server.stop()
            embedded.remove(home)


@contextmanager
def told_to_workers(settings: Settings, **more: str) -> Iterator[None]:
    """Put the database into the environment, where processes started meanwhile read it; and more, by settings' names."""
    told = {} if settings.database_url is None else {"database_url": settings.database_url.get_secret_value()}
    told |= more
    before = {(name := f"FENGQIAO_{one.upper()}"): os.environ.get(name) for one in told}
    os.environ.update({f"FENGQIAO_{one.upper()}": value for one, value in told.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
