"""Runs compiled reads over few connections: what a reader promises, and the standard one, a pool of the driver's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import asyncpg

from domain.foundation.query.connection import connection_options, pass_json_through
from domain.foundation.query.statement import Plan, ReadRefused

# Seconds. A plan that may take longer than this leaves one connection to those that may not.
LONG = 10.0


Found = tuple[bytes, int, str | None]
"""The answer as JSON bytes, the access stamp of the snapshot it was read in, and which sensitive rows it shows, if any."""

# Columns of a plan that shows none.
PLAIN = 2


class Busy(Exception):  # noqa: N818 - a state, not an error of ours
    """Every connection stayed in use for longer than a caller should wait, or too many wait already."""


class Reader(Protocol):
    """Runs statements as the reading role, over so many connections at most; who comes first is served first.

    What a caller gives up, by being cancelled, is cancelled in the database too. A connection that the server ended is
    replaced, and one that was left inside a transaction is never lent so.
    """

    def read(self, plan: Plan, parameters: list[Any]) -> Awaitable[Found]:
        """Run one plan.

        Raises Busy, and ReadRefused (TIMEOUT) when it takes longer than such a plan may.
        """
        ...

    def connection(self) -> AbstractAsyncContextManager[Any]:
        """Borrow a connection of the driver's. Raises Busy when none comes free in time."""
        ...

    async def close(self) -> None:
        """Take no more; every connection is closed as soon as nobody uses it."""
        ...


class LongReads:
    """Turns of those plans that may take long: one connection of the reader is always left to the others."""

    def __init__(self, connections: int, patience: float) -> None:
        """`patience`: seconds that one waits for a turn."""
        self._turns = asyncio.Semaphore(max(1, connections - 1))
        self._patience = patience

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it while the block runs. Raises Busy when none comes in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError as error:
            raise Busy from error
        try:
            yield
        finally:
            self._turns.release()


def too_slow() -> ReadRefused:
    """What is said of a read that took longer than it may."""
    return ReadRefused("查询用时过长，已取消；请缩小范围后重试", code="TIMEOUT")


def answer_of(row: Any) -> Found:
    """The row that every plan gives."""
    assert row is not None
    return (b"null" if row[0] is None else row[0]), row[1], (row[2] if len(row) > PLAIN else None)


class PooledReader:
    """A reader over the driver's own pool, in the ordinary way; connections are opened when first needed."""

    def __init__(
        self, url: str, size: int, *, patience: float = 5.0, most_waiting: int = 1_000, slowness: float = 1.0
    ) -> None:
        """`size`: connections at most; `patience`: seconds to wait for one; `most_waiting`: how many may wait.

        `slowness`: how many times longer statements may take than their plans say.
        """
        self._url = url
        self._size = size
        self._patience = patience
        self._most = size + most_waiting
        self._slowness = slowness
        self._long = LongReads(size, patience)
        self._asking = 0
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()

    async def _open(self) -> asyncpg.Pool[Any]:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._size,
                    init=pass_json_through,
                    reset=_leave_as_it_is,
                    **connection_options(self._slowness),
                )
            return self._pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Borrow a connection, as Reader says."""
        if self._asking >= self._most:
            raise Busy
        self._asking += 1
        try:
            pool = self._pool or await self._open()
            try:
                connection = await pool.acquire(timeout=self._patience)
            except TimeoutError as error:
                raise Busy from error
            try:
                yield connection
            finally:
                await pool.release(connection)
        finally:
            self._asking -= 1

    async def read(self, plan: Plan, parameters: list[Any]) -> Found:
        """Run one plan, as Reader says."""
        if plan.within <= LONG:
            return await self._read(plan, parameters)
        async with self._long.turn():
            return await self._read(plan, parameters)

    async def _read(self, plan: Plan, parameters: list[Any]) -> Found:
        async with self.connection() as connection:
            try:
                row = await connection.fetchrow(plan.sql, *parameters, timeout=plan.within * self._slowness)
            except (TimeoutError, asyncpg.QueryCanceledError) as error:
                raise too_slow() from error
        return answer_of(row)

    async def close(self) -> None:
        """Close every connection; those in use when they are given back."""
        if self._pool is not None:
            await self._pool.close()


async def _leave_as_it_is(_connection: Any) -> None:
    """Nothing is set on a connection that would have to be set back; a transaction left open the pool itself ends."""
