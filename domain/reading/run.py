"""Runs compiled reads: few connections, each with its own prepared statements, nothing session-wide ever set."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any

import asyncpg

from domain.reading.line import Ask, Connection, Line, connected
from domain.reading.statement import Plan, ReadRefused

# Seconds, behind the time that each plan has: for a server that died, or was cut off, before it could cancel.
LAST_RESORT = 30.0
# A plan that may take longer than this leaves one connection to those that may not.
LONG = 10.0


class Busy(Exception):  # noqa: N818 - a state, not an error of ours
    """Every connection stayed in use for longer than a caller should wait, or too many wait already."""


class Reader:
    """So many connections as the reading role, each with a task of its own, and a queue of what waits for them.

    A line that has its rows takes the next statement before whoever asked goes on: the database works while an answer
    is written. An idle line waits on a stack, so that the one used last is used next.
    """

    def __init__(
        self, url: str, size: int, *, patience: float = 5.0, most_waiting: int = 1_000, slowness: float = 1.0
    ) -> None:
        """`size` connections at most, opened when first needed; `patience` in seconds for one to come free.

        `slowness`: how many times longer statements may take than their plans say.
        """
        self._url = url
        self._slowness = slowness
        self._size = size
        self._patience = patience
        self._most_waiting = most_waiting
        self._lines: set[Line] = set()
        self._idle: list[tuple[Line, asyncio.Future[Ask | None]]] = []
        self._waiting: deque[Ask] = deque()
        self._long = asyncio.Semaphore(max(1, size - 1))
        # The loop that it was first used in, and its one timer, for whoever has waited longest.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def _ask(self, sql: str | None, parameters: list[Any], seconds: float) -> Ask:
        """Have it carried out as soon as a line is free. Raises Busy when too many wait already."""
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        asked = Ask(loop.create_future(), sql, parameters, seconds)
        if self._idle:
            self._idle.pop()[1].set_result(asked)
        elif len(self._lines) < self._size:
            line = Line()
            self._lines.add(line)
            # In a context of its own: whoever came first shall not be remembered for ever.
            line.runner = loop.create_task(self._serve(line, asked), context=Context())
        elif len(self._waiting) >= self._most_waiting:
            raise Busy
        else:
            asked.expires = loop.time() + self._patience
            self._waiting.append(asked)
            if self._timer is None:
                self._timer = loop.call_at(asked.expires, self._expire)
        return asked

    def _expire(self) -> None:
        """Tell those who have waited too long. All are as patient, so the first in turn is the first to go."""
        assert self._loop is not None
        now, self._timer = self._loop.time(), None
        while self._waiting:
            first = self._waiting[0]
            if first.expires > now and not first.done.done():
                self._timer = self._loop.call_at(first.expires, self._expire)
                return
            first.failed(Busy())
            self._waiting.popleft()

    async def _serve(self, line: Line, first: Ask) -> None:
        """A line's life: one statement or loan after the other."""
        asked: Ask | None = first
        try:
            while asked is not None:
                line.asked, asked.line = asked, line
                try:
                    await self._carry_out(line, asked)
                except asyncio.CancelledError:
                    if not line.stopped:
                        raise
                    assert line.runner is not None
                    line.runner.uncancel()
                except Exception as error:  # noqa: BLE001 - whoever asked decides what it means
                    asked.failed(error)
                line.asked, line.stopped = None, False
                asked = self._next() or await self._wanted(line)
        finally:
            self._lines.discard(line)
            if asked is not None:
                asked.failed(Busy())
            line.end()

    async def _carry_out(self, line: Line, asked: Ask) -> None:
        assert self._loop is not None
        if asked.sql is not None:
            line.begin(asked, self._loop)
        connection = line.connection
        # The server may have ended it since: restarted, or told to.
        if connection is None or connection.is_closed():
            connection = line.connection = await connected(self._url, LAST_RESORT * self._slowness)
        if asked.done.done():
            return
        if asked.sql is not None:
            row = await connection.row_of(asked.sql, asked.parameters)
            if not asked.done.done():
                asked.done.set_result(row)
            return
        asked.back = self._loop.create_future()
        asked.done.set_result(connection)
        await asked.back
        # A connection that was left in the middle of something is not lent again.
        if connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
            line.connection = None

    def _next(self) -> Ask | None:
        """Whoever has waited longest and still waits."""
        while self._waiting:
            asked = self._waiting.popleft()
            if not asked.done.done():
                return asked
        return None

    async def _wanted(self, line: Line) -> Ask | None:
        """Wait until the line is wanted; None when it is wanted no more."""
        if self._closed:
            return None
        assert self._loop is not None
        wanted: asyncio.Future[Ask | None] = self._loop.create_future()
        self._idle.append((line, wanted))
        return await wanted

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Borrow a connection. Raises Busy when none comes free in time."""
        asked = self._ask(None, [], 0.0)
        try:
            yield await asked.done
        finally:
            self._settle(asked)

    def _settle(self, asked: Ask) -> None:
        """Whoever asked is done with it, or has given up."""
        if asked.back is not None:
            if not asked.back.done():
                asked.back.set_result(None)
        elif not asked.done.done() or asked.done.cancelled():
            asked.done.cancel()
            if asked.line is not None:
                asked.line.stop(asked)
        else:
            # What it came to was looked at, or is of no interest now.
            asked.done.exception()

    def read(self, plan: Plan, parameters: list[Any]) -> Coroutine[Any, Any, tuple[bytes, int]]:
        """Run one plan: its answer as JSON bytes, and the access stamp of the snapshot it was read in.

        Raises Busy, and ReadRefused when it takes longer than such a plan may.
        """
        return self._read(plan, parameters) if plan.within <= LONG else self._read_long(plan, parameters)

    async def _read(self, plan: Plan, parameters: list[Any]) -> tuple[bytes, int]:
        asked = self._ask(plan.sql, parameters, plan.within * self._slowness)
        try:
            row = await asked.done
        except (TimeoutError, asyncpg.QueryCanceledError) as error:
            raise ReadRefused("查询用时过长，已取消；请缩小范围后重试", code="TIMEOUT") from error
        except asyncio.CancelledError:
            self._settle(asked)
            raise
        assert row is not None
        return (b"null" if row[0] is None else row[0]), row[1]

    async def _read_long(self, plan: Plan, parameters: list[Any]) -> tuple[bytes, int]:
        try:
            async with asyncio.timeout(self._patience):
                await self._long.acquire()
        except TimeoutError as error:
            raise Busy from error
        try:
            return await self._read(plan, parameters)
        finally:
            self._long.release()

    async def close(self) -> None:
        """Close every connection; lines at work end when they are done."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        idle, self._idle = self._idle, []
        for line, wanted in idle:
            if line.connection is not None:
                await line.connection.close()
            wanted.set_result(None)
        await asyncio.gather(*(line.runner for line, _ in idle if line.runner is not None))
