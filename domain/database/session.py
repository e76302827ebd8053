"""Connections for commands: one engine of the application's role, one transaction a unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.database import statements
from domain.database.errors import is_retryable, without_values
from domain.database.urls import sqlalchemy_url

__all__ = ["Engine", "Session", "create_engine", "is_retryable", "unit_of_work"]

# What the api calls them: it opens transactions and hands them on, and knows no more of SQL.
Engine = AsyncEngine
Session = AsyncSession

# Longer than any command of ours takes, so that a stuck one cannot hold up the next for ever.
LOCK_TIMEOUT = "10s"
IDLE_TIMEOUT = "60s"

# Statements a connection keeps prepared: those of commands are few and always the same.
PREPARED_STATEMENTS = 500

# Set when a connection opens, never afterwards: there is nothing a borrower could leave behind.
SETTINGS = {
    # Commands look rows up by their keys: planning that anew for each took the database longer than doing it.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "application_name": "fengqiao-write",
}


def create_engine(application_url: str, *, connections: int = 5) -> AsyncEngine:
    """The engine of a process for its commands.

    `application_url` is a libpq URL for the application's role; `connections` the most it holds. Its errors name
    constraints and columns, never a value: values are personal data, and errors are logged.
    """
    engine = create_async_engine(
        sqlalchemy_url(application_url),
        pool_size=connections,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "server_settings": SETTINGS,
            "statement_cache_size": PREPARED_STATEMENTS,
            "prepared_statement_cache_size": PREPARED_STATEMENTS,
            "max_cached_statement_lifetime": 0,
            "max_cacheable_statement_size": 0,
        },
    )
    event.listen(engine.sync_engine, "handle_error", _take_values_out)
    event.listen(engine.sync_engine, "checkout", _refuse_a_closed_one)
    return engine


@asynccontextmanager
async def unit_of_work(engine: AsyncEngine, counties: Iterable[int]) -> AsyncIterator[AsyncSession]:
    """One transaction, which row-level security confines to `counties`. Services flush, this commits.

    Commits when the block ends, rolls back and re-raises when it fails, also when its task is cancelled or the
    connection drops. A refusal must therefore leave the block as an exception. Nothing is set beyond the transaction.
    The session is for one task: nothing in it runs concurrently.
    """
    wall = ",".join(str(int(county)) for county in counties)
    begin = (
        f"BEGIN; SET LOCAL app.counties = '{{{wall}}}'; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}';"
        f" SET LOCAL idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}'"
    )
    # Leaving the session rolls back what was not committed.
    async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
        try:
            await _begin(session, begin)
            yield session
            await session.flush()
            await statements.write(session)
            await session.commit()
        finally:
            statements.ended(session)


async def _begin(session: AsyncSession, begin: str) -> None:
    """Begin the session's transaction, with its settings in the same round trip.

    A connection that turns out to be lost is replaced once: nothing has been asked of it that could have been done.
    """
    for last in (False, True):
        connection = await session.connection()
        adapted: Any = (await connection.get_raw_connection()).dbapi_connection
        driver: asyncpg.Connection[Any] = adapted.driver_connection
        # What SQLAlchemy ends as its own; said before it begins, so that a beginning that fails is rolled back too.
        adapted._transaction = _Begun(driver)  # noqa: SLF001 - its own would begin with a round trip of its own
        try:
            await driver.execute(begin)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            if last or not driver.is_closed():
                raise
            await connection.invalidate()
            await session.rollback()
        else:
            statements.begun(session, driver)
            return


class _Begun:
    """A transaction that has begun, as SQLAlchemy's connection ends one."""

    def __init__(self, driver: asyncpg.Connection[Any]) -> None:
        self._driver = driver

    async def commit(self) -> None:
        await self._driver.execute("COMMIT")

    async def rollback(self) -> None:
        await self._driver.execute("ROLLBACK")


def _refuse_a_closed_one(connection: Any, _record: Any, _proxy: Any) -> None:
    """Have the pool replace a connection of which it is known that it was closed. Asking the server would cost more."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _take_values_out(context: ExceptionContext) -> None:
    without_values(context.sqlalchemy_exception or context.original_exception)
