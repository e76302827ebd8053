"""One connection of the reading role: its prepared statements, its settings, and the one thing that runs over it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg

from domain.kernel.kept import Kept

# Statements a connection keeps prepared; beyond it the least used is dropped and prepared again when needed.
PREPARED_STATEMENTS = 500

# Set when a connection opens, never afterwards: there is nothing a borrower could leave behind.
SETTINGS = {
    # Planning anew for each call was most of the database's time; statements are written for the generic plan.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "TimeZone": "Asia/Shanghai",
    "default_transaction_read_only": "on",
    "idle_in_transaction_session_timeout": "10s",
    "application_name": "fengqiao-read",
}


if TYPE_CHECKING:
    # Of records, only for whoever checks types: the driver's own class takes no parameter.
    _Driver = asyncpg.Connection[asyncpg.Record]
else:
    _Driver = asyncpg.Connection


class Connection(_Driver):
    """A connection with its own prepared statements at hand, by their text: found without asking the driver's cache."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared: Kept[str, Any] = Kept(PREPARED_STATEMENTS)

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
            self.prepared.pop(sql)
            return await self.fetchrow(sql, *parameters)
        return rows[0] if rows else None


class Ask:
    """What waits for a connection: a statement to run or, without one, a loan.

    `done` gives the row, or the connection lent. `seconds`: how long the statement may take. `back`: whoever borrowed
    the connection is done with it.
    """

    __slots__ = ("back", "done", "expires", "line", "parameters", "seconds", "sql")

    def __init__(self, done: asyncio.Future[Any], sql: str | None, parameters: list[Any], seconds: float) -> None:
        self.done = done
        self.sql = sql
        self.parameters = parameters
        self.seconds = seconds
        self.back: asyncio.Future[None] | None = None
        # When it has waited long enough, by the loop's clock, and which line has taken it.
        self.expires = 0.0
        self.line: Line | None = None

    def failed(self, error: Exception) -> None:
        """It came to nothing, for whoever still wants to know."""
        if not self.done.done():
            self.done.set_exception(error)


async def connected(url: str, statement_timeout: float) -> Connection:
    """A new connection, on which no statement takes longer than so many seconds, whoever forgets to stop it."""
    settings = SETTINGS | {"statement_timeout": f"{int(statement_timeout)}s"}
    connection = await asyncpg.connect(
        url, server_settings=settings, statement_cache_size=PREPARED_STATEMENTS, max_cached_statement_lifetime=0,
        max_cacheable_statement_size=0, connection_class=Connection,
    )  # fmt: skip
    # JSON is made in the database and passed through as it is.
    await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
    return connection


class Line:
    """One connection, opened when first needed, and the task that runs one statement after the other over it."""

    __slots__ = ("_looks", "_timer", "asked", "connection", "runner", "stopped", "until")

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.runner: asyncio.Task[None] | None = None
        self.asked: Ask | None = None
        # Until when what runs may run, by the loop's clock, and whether it was told to stop.
        self.until = 0.0
        self.stopped = False
        self._timer: asyncio.TimerHandle | None = None
        self._looks = float("inf")

    def begin(self, asked: Ask, loop: asyncio.AbstractEventLoop) -> None:
        """A statement begins, and its time runs."""
        self.until = loop.time() + asked.seconds
        # One timer for many statements: it looks when the first would have been late. A shorter one needs its own.
        if self._looks > self.until:
            self._arm(loop)

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._looks = self.until
        self._timer = loop.call_at(self.until, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer, self._looks = None, float("inf")
        asked = self.asked
        if asked is None or asked.sql is None:
            return
        if loop.time() < self.until:
            self._arm(loop)
        else:
            asked.failed(TimeoutError())
            self.stop(asked)

    def stop(self, asked: Ask) -> None:
        """Stop what runs, if it is still that: nobody waits for it any more. The server is told to cancel it."""
        if self.asked is asked and self.runner is not None and not self.stopped:
            self.stopped = True
            self.runner.cancel()

    def end(self) -> None:
        """Nothing runs here again."""
        if self._timer is not None:
            self._timer.cancel()
        if self.connection is not None and not self.connection.is_closed():
            self.connection.terminate()
