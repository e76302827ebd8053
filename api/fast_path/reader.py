"""The fast reader: statements go out before earlier answers are written, without the driver's pool and its coroutines."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any

import asyncpg

from api.fast_path.connection import PreparedConnection, QueryRequest, ReadConnection, open_connection
from domain.foundation.query.run import (
    LONG,
    Busy,
    Found,
    LongReads,
    answer_of,
    too_slow,
)
from domain.foundation.query.statement import Plan


class FastReader:
    """So many connections as the reading role, each with a task of its own, and a queue of what waits for them.

    A connection that has its rows takes the next statement before whoever asked goes on: the database works while an
    answer is written. Idle connections wait on a stack, so that the one used last is used next.
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
        self._connections: set[ReadConnection] = set()
        self._idle: list[tuple[ReadConnection, asyncio.Future[QueryRequest | None]]] = []
        self._waiting: deque[QueryRequest] = deque()
        self._long = LongReads(size, patience)
        # The loop that it was first used in, and its one timer, for whoever has waited longest.
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def _request(self, sql: str | None, parameters: list[Any], seconds: float) -> QueryRequest:
        """Have it carried out as soon as a connection is free. Raises Busy when too many wait already."""
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        request = QueryRequest(loop.create_future(), sql, parameters, seconds)
        if self._idle:
            self._idle.pop()[1].set_result(request)
        elif len(self._connections) < self._size:
            opened = ReadConnection()
            self._connections.add(opened)
            # In a context of its own: whoever came first shall not be remembered for ever.
            opened.task = loop.create_task(self._serve(opened, request), context=Context())
        elif len(self._waiting) >= self._most_waiting:
            raise Busy
        else:
            request.expires = loop.time() + self._patience
            self._waiting.append(request)
            if self._timer is None:
                self._timer = loop.call_at(request.expires, self._expire)
        return request

    def _expire(self) -> None:
        """Refuse those who have waited too long. All are as patient, so the first in turn is the first to go."""
        assert self._loop is not None
        now, self._timer = self._loop.time(), None
        while self._waiting:
            first = self._waiting[0]
            if first.expires > now and not first.done.done():
                self._timer = self._loop.call_at(first.expires, self._expire)
                return
            first.fail(Busy())
            self._waiting.popleft()

    async def _serve(self, own: ReadConnection, first: QueryRequest) -> None:
        """A connection's life: one statement or loan after the other."""
        request: QueryRequest | None = first
        try:
            while request is not None:
                own.request, request.taken_by = request, own
                try:
                    await self._carry_out(own, request)
                except asyncio.CancelledError:
                    if not own.stopped:
                        raise
                    assert own.task is not None
                    own.task.uncancel()
                except Exception as error:  # noqa: BLE001 - whoever asked decides what it means
                    request.fail(error)
                own.request, own.stopped = None, False
                request = self._next() or await self._wait_for_request(own)
        finally:
            self._connections.discard(own)
            if request is not None:
                request.fail(Busy())
            own.end()

    async def _carry_out(self, own: ReadConnection, request: QueryRequest) -> None:
        assert self._loop is not None
        if request.sql is not None:
            own.start_time(request, self._loop)
        connection = own.connection
        # The server may have ended it since: restarted, or told to.
        if connection is None or connection.is_closed():
            connection = own.connection = await open_connection(self._url, self._slowness)
        if request.done.done():
            return
        if request.sql is not None:
            row = await connection.row_of(request.sql, request.parameters)
            if not request.done.done():
                request.done.set_result(row)
            return
        request.returned = self._loop.create_future()
        request.done.set_result(connection)
        await request.returned
        # A connection that was left in the middle of something is not lent again.
        if connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
            own.connection = None

    def _next(self) -> QueryRequest | None:
        """Whoever has waited longest and still waits."""
        while self._waiting:
            request = self._waiting.popleft()
            if not request.done.done():
                return request
        return None

    async def _wait_for_request(self, own: ReadConnection) -> QueryRequest | None:
        """Wait until the connection is wanted; None when it is wanted no more."""
        if self._closed:
            return None
        assert self._loop is not None
        wanted: asyncio.Future[QueryRequest | None] = self._loop.create_future()
        self._idle.append((own, wanted))
        return await wanted

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[PreparedConnection]:
        """Borrow a connection. Raises Busy when none comes free in time."""
        request = self._request(None, [], 0.0)
        try:
            yield await request.done
        finally:
            self._settle(request)

    def _settle(self, request: QueryRequest) -> None:
        """Whoever asked is done with it, or has given up."""
        if request.returned is not None:
            if not request.returned.done():
                request.returned.set_result(None)
        elif not request.done.done() or request.done.cancelled():
            request.done.cancel()
            if request.taken_by is not None:
                request.taken_by.stop(request)
        else:
            # What it came to was looked at, or is of no interest now.
            request.done.exception()

    def read(self, plan: Plan, parameters: list[Any]) -> Coroutine[Any, Any, Found]:
        """Run one plan, as `domain.foundation.query.run.Reader` says."""
        return self._read(plan, parameters) if plan.within <= LONG else self._read_long(plan, parameters)

    async def _read(self, plan: Plan, parameters: list[Any]) -> Found:
        request = self._request(plan.sql, parameters, plan.within * self._slowness)
        try:
            row = await request.done
        except (TimeoutError, asyncpg.QueryCanceledError) as error:
            raise too_slow() from error
        except asyncio.CancelledError:
            self._settle(request)
            raise
        return answer_of(row)

    async def _read_long(self, plan: Plan, parameters: list[Any]) -> Found:
        async with self._long.turn():
            return await self._read(plan, parameters)

    async def close(self) -> None:
        """Close every connection; those at work end when they are done."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        idle, self._idle = self._idle, []
        for own, wanted in idle:
            if own.connection is not None:
                await own.connection.close()
            wanted.set_result(None)
        await asyncio.gather(*(own.task for own, _ in idle if own.task is not None))
