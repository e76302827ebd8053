"""One read connection that keeps its prepared statements at hand, and the task that runs one request after the other."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
from cachetools import LRUCache

from domain.foundation.query.connection import (
    PREPARED_STATEMENTS,
    DriverConnection,
    connection_options,
    pass_json_through,
)


class PreparedConnection(DriverConnection):
    """A connection with its own prepared statements at hand, by their text: found without asking the driver's cache."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared: LRUCache[str, Any] = LRUCache(PREPARED_STATEMENTS)

    async def row_of(self, sql: str, parameters: list[Any]) -> Any:
        """The only row of a statement, or None; prepared when it is first asked for."""
        statement: Any = self.prepared.get(sql)
        if statement is None:
            statement = self.prepared[sql] = await self.prepare(sql)
        try:
            # What the statement's own `fetchrow` comes down to, without three coroutines on the way. Whoever runs it
            # keeps the time: the driver's timer would be one for each statement.
            driver: Any = self
            rows, _, _ = await driver._protocol.bind_execute(statement._state, parameters, "", 1, True, None)  # noqa: SLF001
        except (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError):
            # The schema has changed beneath it.
            self.prepared.pop(sql, None)
            return await self.fetchrow(sql, *parameters)
        return rows[0] if rows else None


async def open_connection(url: str, slowness: float) -> PreparedConnection:
    """A new connection; `slowness` as of `connection_options`."""
    options = connection_options(slowness)
    connection: PreparedConnection = await asyncpg.connect(url, connection_class=PreparedConnection, **options)
    await pass_json_through(connection)
    return connection


class QueryRequest:
    """What waits for a connection: a statement to run or, without one, a loan of the connection.

    `done` gives the row, or the connection lent. `seconds`: how long the statement may take. `returned`: whoever
    borrowed the connection is done with it. `expires`: when it has waited long enough, by the loop's clock. `taken_by`:
    the connection that carries it out.
    """

    __slots__ = ("done", "expires", "parameters", "returned", "seconds", "sql", "taken_by")

    def __init__(self, done: asyncio.Future[Any], sql: str | None, parameters: list[Any], seconds: float) -> None:
        self.done = done
        self.sql = sql
        self.parameters = parameters
        self.seconds = seconds
        self.returned: asyncio.Future[None] | None = None
        self.expires = 0.0
        self.taken_by: ReadConnection | None = None

    def fail(self, error: Exception) -> None:
        """It came to nothing, for whoever still wants to know."""
        if not self.done.done():
            self.done.set_exception(error)


class ReadConnection:
    """One connection of the reader, opened when first needed, and the task that runs one request after the other over it."""

    __slots__ = ("_checks_at", "_timer", "connection", "request", "stopped", "task", "until")

    def __init__(self) -> None:
        self.connection: PreparedConnection | None = None
        self.task: asyncio.Task[None] | None = None
        self.request: QueryRequest | None = None
        # Until when what runs may run, by the loop's clock, and whether it was told to stop.
        self.until = 0.0
        self.stopped = False
        self._timer: asyncio.TimerHandle | None = None
        self._checks_at = float("inf")

    def start_time(self, request: QueryRequest, loop: asyncio.AbstractEventLoop) -> None:
        """A statement begins, and its time runs."""
        self.until = loop.time() + request.seconds
        # One timer for many statements: it checks when the first would have been late. A shorter one needs its own.
        if self._checks_at > self.until:
            self._arm(loop)

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._checks_at = self.until
        self._timer = loop.call_at(self.until, self._check, loop)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer, self._checks_at = None, float("inf")
        request = self.request
        if request is None or request.sql is None:
            return
        if loop.time() < self.until:
            self._arm(loop)
        else:
            request.fail(TimeoutError())
            self.stop(request)

    def stop(self, request: QueryRequest) -> None:
        """Stop what runs, if it is still that: nobody waits for it any more. The server is told to cancel it."""
        if self.request is request and self.task is not None and not self.stopped:
            self.stopped = True
            self.task.cancel()

    def end(self) -> None:
        """Nothing runs here again."""
        if self._timer is not None:
            self._timer.cancel()
        if self.connection is not None and not self.connection.is_closed():
            self.connection.terminate()
