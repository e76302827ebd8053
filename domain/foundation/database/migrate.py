"""Bringing a database to a version of the schema, and seeing whether it has drifted from it.

Every function logs in as the administrator, and the migrations themselves then run as
`fengqiao_owner` (see `migrations/env.py`). None may be called from a running event loop.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from domain.foundation.database.revision import MIGRATIONS, latest
from domain.foundation.database.urls import ensure_roles, sqlalchemy_url

_ADVISORY_LOCK = 0x46454E47_4D494752
"""Any number of our own: one process at a time migrates a database."""

_Result = TypeVar("_Result")


def upgrade(admin_url: str, secret: bytes, revision: str = "head") -> None:
    """Create the roles if need be and migrate to `revision`; nothing to do is no error.

    Safe to call from several processes at once: one migrates, the others wait and find it done.
    """
    asyncio.run(ensure_roles(admin_url, secret))
    with_connection(admin_url, lambda connection: _run_locked(connection, command.upgrade, revision))


def downgrade(admin_url: str, secret: bytes, revision: str) -> None:
    """Take migrations back down to `revision` (`base`: all of them). Data of theirs is lost."""
    asyncio.run(ensure_roles(admin_url, secret))
    with_connection(admin_url, lambda connection: _run_locked(connection, command.downgrade, revision))


def check(admin_url: str, metadata: MetaData) -> list[str]:
    """Return how the database differs from these tables; empty when they agree.

    `metadata` is `domain.registry.metadata`, handed in because it stands above this module.
    Policies, functions and grants are not compared: they are no part of it.
    """

    def compare(connection: Connection) -> list[str]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = [str(difference) for difference in compare_metadata(context, metadata)]
        at, newest = context.get_current_revision(), latest()
        if at != newest:
            differences.insert(0, f"the database is at revision {at}, the newest is {newest}")
        return differences

    return with_connection(admin_url, compare)


def _run_locked(connection: Connection, run: Callable[[Config, str], None], revision: str) -> None:
    # For the session, not the transaction: each migration commits on its own.
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _ADVISORY_LOCK})
    connection.commit()
    run(config_for(connection), revision)


def config_for(connection: Connection | None = None) -> Config:
    """Alembic's configuration, upon a connection."""
    config = Config()
    # The parser behind it takes % for the start of a variable.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def with_connection(admin_url: str, use: Callable[[Connection], _Result]) -> _Result:
    """What a function gives of a connection of the administrator's. Not from a running event loop."""

    async def run() -> _Result:
        engine = create_async_engine(sqlalchemy_url(admin_url), poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(use)
        finally:
            await engine.dispose()

    return asyncio.run(run())
