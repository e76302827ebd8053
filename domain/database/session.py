"""Connections for commands: one engine of the application's role, one transaction a unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from domain.database.urls import sqlalchemy_url

# Longer than any command of ours takes, so that a stuck one cannot hold up the next for ever.
LOCK_TIMEOUT = "10s"
IDLE_TIMEOUT = "60s"

# serialization_failure, deadlock_detected, lock_not_available: nothing was done, and a repeat may succeed.
_RETRYABLE = frozenset({"40001", "40P01", "55P03"})


def create_engine(application_url: str, *, connections: int = 5) -> AsyncEngine:
    """The engine of a process for its commands.

    `application_url` is a libpq URL for the application's role; `connections` the most it holds. Parameters, which
    are personal data, never appear in its errors.
    """
    return create_async_engine(
        sqlalchemy_url(application_url),
        pool_size=connections,
        max_overflow=0,
        pool_use_lifo=True,
        pool_pre_ping=True,
        hide_parameters=True,
    )


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
