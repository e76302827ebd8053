"""Connections for commands: one engine of the application's role, one transaction a unit of work."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy import event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.database.urls import sqlalchemy_url

# What the api calls them: it opens transactions and hands them on, and knows no more of SQL.
Engine = AsyncEngine
Session = AsyncSession

# Longer than any command of ours takes, so that a stuck one cannot hold up the next for ever.
LOCK_TIMEOUT = "10s"
IDLE_TIMEOUT = "60s"

# serialization_failure, deadlock_detected, lock_not_available: nothing was done, and a repeat may succeed.
_RETRYABLE = frozenset({"40001", "40P01", "55P03"})


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
        pool_pre_ping=True,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "handle_error", _take_values_out)
    return engine


@asynccontextmanager
async def unit_of_work(engine: AsyncEngine, counties: Iterable[int]) -> AsyncIterator[AsyncSession]:
    """One transaction, which row-level security confines to `counties`. Services flush, this commits.

    Commits when the block ends, rolls back and re-raises when it fails, also when its task is cancelled or the
    connection drops. A refusal must therefore leave the block as an exception. Nothing is set beyond the transaction.
    The session is for one task: nothing in it runs concurrently.
    """
    wall = "{" + ",".join(str(int(county)) for county in counties) + "}"
    async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session, session.begin():
        await session.execute(
            text(
                "SELECT set_config('app.counties', :wall, true),"
                " set_config('lock_timeout', :lock, true),"
                " set_config('idle_in_transaction_session_timeout', :idle, true)"
            ),
            {"wall": wall, "lock": LOCK_TIMEOUT, "idle": IDLE_TIMEOUT},
        )
        yield session


def is_retryable(error: BaseException) -> bool:
    """Whether the database gave up a transaction that may succeed when run again from its beginning."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RETRYABLE


# PostgreSQL shows the failing row or key below the message, asyncpg a parameter it cannot encode within it.
_VALUES = re.compile(r"(?:\n(?:DETAIL|CONTEXT|HINT):|(?<=query argument \$)\d+:).*", re.DOTALL)


def _take_values_out(context: ExceptionContext) -> None:
    """Cut the values from an error and from those it came from, before anybody can log it."""
    error: BaseException | None = context.sqlalchemy_exception or context.original_exception
    while error is not None:
        error.args = tuple(_VALUES.sub("", part) if isinstance(part, str) else part for part in error.args)
        if getattr(error, "detail", None) is not None and not isinstance(error, DBAPIError):
            error.detail = None  # type: ignore[attr-defined]
        error = getattr(error, "orig", None) or error.__cause__
