"""Runs compiled reads: few connections, each with its own prepared statements, nothing session-wide ever set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from domain.reading.statement import Plan

# Statements a connection keeps prepared; beyond it the least used is dropped and prepared again when needed.
PREPARED_STATEMENTS = 500

# Set when a connection opens, never afterwards: there is nothing a borrower could leave behind.
SETTINGS = {
    # Planning anew for each call was most of the database's time; statements are written for the generic plan.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "TimeZone": "Asia/Shanghai",
    "default_transaction_read_only": "on",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "10s",
    "application_name": "fengqiao-read",
}


class Busy(Exception):  # noqa: N818 - a state, not an error of ours
    """Every connection stayed in use for longer than a caller should wait."""


class Reader:
    """A last-in-first-out set of connections as the reading role."""

    def __init__(self, url: str, size: int, *, patience: float = 5.0) -> None:
        """`size` connections at most, opened when first needed; `patience` in seconds for one to come free."""
        self._url = url
        self._free: list[asyncpg.Connection[Any]] = []
        self._slots = asyncio.Semaphore(size)
        self._patience = patience
        self._closed = False

    async def _connect(self) -> asyncpg.Connection[Any]:
        connection = await asyncpg.connect(
            self._url, server_settings=SETTINGS, statement_cache_size=PREPARED_STATEMENTS, max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
        )  # fmt: skip
        # JSON is made in the database and passed through as it is.
        await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
        return connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection[Any]]:
        """Borrow a connection. Raises Busy when none comes free in time."""
        if self._slots.locked():
            try:
                async with asyncio.timeout(self._patience):
                    await self._slots.acquire()
            except TimeoutError as error:
                raise Busy from error
        else:
            await self._slots.acquire()
        try:
            connection = self._free.pop() if self._free else await self._connect()
            try:
                yield connection
            finally:
                # A connection that broke, or was left in the middle of something, is not lent again.
                if self._closed or connection.is_closed() or connection.is_in_transaction():
                    connection.terminate()
                else:
                    self._free.append(connection)
        finally:
            self._slots.release()

    async def read(self, plan: Plan, parameters: list[Any]) -> tuple[bytes, int]:
        """Run one plan: its answer as JSON bytes, and the access stamp of the snapshot it was read in."""
        async with self.connection() as connection:
            row = await connection.fetchrow(plan.sql, *parameters)
        assert row is not None
        return (b"null" if row[0] is None else row[0]), row[1]

    async def close(self) -> None:
        """Close every connection; borrowed ones end when they come back."""
        self._closed = True
        while self._free:
            await self._free.pop().close()
