"""Connections for commands: one engine of the application's role, one transaction a unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy import event, orm
from sqlalchemy.engine import AdaptedConnection, Connection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import PoolResetState

from domain.foundation.database import statements
from domain.foundation.database.errors import OutcomeUnknown, is_retryable, leaves_open, without_values
from domain.foundation.database.urls import sqlalchemy_url

__all__ = [
    "Engine",
    "OutcomeUnknown",
    "Session",
    "create_engine",
    "is_retryable",
    "rows_added",
    "trial",
    "unit_of_work",
]

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

# The option of a session's connection that holds them: statements for the transaction alone.
_TRANSACTION_SETTINGS = "transaction_settings"
_ADDED = "added"
_ALL_NOW = statements.Statement("SET CONSTRAINTS ALL IMMEDIATE")


def create_engine(application_url: str, *, connections: int = 5) -> AsyncEngine:
    """The engine of a process for its commands.

    `application_url` is a libpq URL for the application's role; `connections` the most it holds. Its errors name
    constraints and columns, never a value: values are personal data, and errors are logged.
    """
    engine = create_async_engine(
        sqlalchemy_url(application_url),
        # Transactions begin and end by the events below: BEGIN goes out with the transaction's settings, in one round
        # trip. SQLAlchemy's own would be a round trip more, for every command.
        isolation_level="AUTOCOMMIT",
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
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "commit", _commit)
    event.listen(engine.sync_engine, "rollback", _roll_back)
    event.listen(engine.sync_engine, "reset", _leave_no_transaction)
    event.listen(engine.sync_engine, "handle_error", _take_values_out)
    event.listen(engine.sync_engine, "checkout", _refuse_a_closed_one)
    return engine


@asynccontextmanager
async def unit_of_work(engine: AsyncEngine, counties: Iterable[int]) -> AsyncIterator[AsyncSession]:
    """One transaction, which row-level security confines to `counties`. Services flush, this commits.

    Commits when the block ends, rolls back and re-raises when it fails, also when its task is cancelled or the
    connection drops. A refusal must therefore leave the block as an exception. Nothing is set beyond the transaction.
    The session is for one task: nothing in it runs concurrently. Raises OutcomeUnknown when the connection is lost while
    it commits.
    """
    async with _transaction(engine, counties) as session:
        yield session
        await session.flush()
        await statements.write(session)
        try:
            await session.commit()
        except Exception as error:
            if leaves_open(error):
                raise OutcomeUnknown from error
            raise


@asynccontextmanager
async def trial(engine: AsyncEngine, counties: Iterable[int]) -> AsyncIterator[AsyncSession]:
    """The same, judged to the end and then rolled back: what the database would refuse is raised, nothing is kept."""
    async with _transaction(engine, counties) as session:
        yield session
        await session.flush()
        await statements.write(session)
        await _ALL_NOW.rows(session)
        await session.rollback()


@asynccontextmanager
async def _transaction(engine: AsyncEngine, counties: Iterable[int]) -> AsyncIterator[AsyncSession]:
    settings = (
        f"SET LOCAL app.counties = '{{{','.join(str(int(county)) for county in counties)}}}'",
        f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'",
        f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}'",
    )
    options = {_TRANSACTION_SETTINGS: settings}
    # Leaving the session rolls back what was not committed.
    async with AsyncSession(
        engine, sync_session_class=_Recording, expire_on_commit=False, autoflush=False, execution_options=options
    ) as session:
        try:
            connection = await _connect(session)
            raw = await connection.get_raw_connection()
            statements.open_unit_of_work(session, cast("asyncpg.Connection[Any]", raw.driver_connection))
            yield session
        finally:
            statements.close_unit_of_work(session)


class _Recording(orm.Session):
    """A session that remembers which objects were added to it and written."""


@event.listens_for(_Recording, "pending_to_persistent")
def _remember(session: orm.Session, added: Any) -> None:
    session.info.setdefault(_ADDED, []).append(added)


async def rows_added(session: AsyncSession, table: str) -> Sequence[UUID]:
    """The ids of the rows of a table that the unit of work has added as objects, in that order."""
    await session.flush()
    return [one.id for one in session.info.get(_ADDED, ()) if one.__tablename__ == table]


async def _connect(session: AsyncSession) -> AsyncConnection:
    """The session's connection, its transaction begun.

    A connection that turns out to be lost is replaced once: nothing has been asked of it that could have been done.
    """
    try:
        return await session.connection()
    except ConnectionLost:
        await session.rollback()
        return await session.connection()


class ConnectionLost(Exception):  # noqa: N818 - what became of the connection
    """The connection was gone when a transaction was to begin on it."""


def _driver_of(connection: Connection) -> AdaptedConnection:
    """The driver's connection beneath SQLAlchemy's, which runs what the driver itself offers."""
    return cast("AdaptedConnection", connection.connection.dbapi_connection)


def _begin(connection: Connection) -> None:
    """Begin a transaction, with the settings that the session gave for it, in one round trip."""
    options = connection.get_execution_options()
    if _asked_for_none(options):
        return
    begin = "; ".join(("BEGIN", *options.get(_TRANSACTION_SETTINGS, ())))
    adapted = _driver_of(connection)
    try:
        adapted.run_async(lambda driver: statements.execute(driver, begin))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        if adapted.driver_connection.is_closed():
            raise ConnectionLost from error
        raise
    except BaseException:
        # Given up in the middle: nobody knows whether it has begun.
        adapted.driver_connection.terminate()
        raise


def _asked_for_none(options: Mapping[str, Any]) -> bool:
    """Whether somebody who uses the engine asked, as SQLAlchemy has it, for a connection without transactions."""
    return options.get("isolation_level") == "AUTOCOMMIT"


def _commit(connection: Connection) -> None:
    if _asked_for_none(connection.get_execution_options()):
        return
    _driver_of(connection).run_async(lambda driver: statements.execute(driver, "COMMIT"))


def _roll_back(connection: Connection) -> None:
    # Where the connection is lost, or was taken from us, the server rolls back by itself. What was cancelled may still
    # be under way: the driver waits for its end.
    if connection.closed or connection.invalidated or _asked_for_none(connection.get_execution_options()):
        return
    if not _driver_of(connection).driver_connection.is_closed():
        _driver_of(connection).run_async(lambda driver: statements.execute(driver, "ROLLBACK"))


def _leave_no_transaction(adapted: AdaptedConnection, _record: Any, state: PoolResetState) -> None:
    """Roll back what a connection that goes back to the pool is still in: one whose beginning failed half-way."""
    driver = adapted.driver_connection
    if state.asyncio_safe and not driver.is_closed() and driver.is_in_transaction():
        adapted.run_async(lambda open_driver: statements.execute(open_driver, "ROLLBACK"))


def _refuse_a_closed_one(connection: Any, _record: Any, _proxy: Any) -> None:
    """Have the pool replace a connection of which it is known that it was closed. Asking the server would cost more."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _take_values_out(context: ExceptionContext) -> None:
    without_values(context.sqlalchemy_exception or context.original_exception)
