"""Runs compiled reads: few connections, each with its own prepared statements, nothing session-wide ever set."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg

from domain.kernel.kept import Kept
from domain.reading.statement import Plan, ReadRefused

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

# Seconds, behind the time that each plan has: for a server that died, or was cut off, before it could cancel.
LAST_RESORT = 30.0
# A plan that may take longer than this leaves one connection to those that may not.
LONG = 10.0


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

    async def row_of(self, sql: str, parameters: list[Any], seconds: float) -> Any:
        """The first row of a statement, or None; prepared when it is first asked for.

        Raises TimeoutError when preparing or running it takes longer than so many seconds.
        """
        statement = self.prepared.get(sql)
        if statement is None:
            statement = self.prepared[sql] = await self.prepare(sql, timeout=seconds)
        try:
            return await statement.fetchrow(*parameters, timeout=seconds)
        except asyncpg.InvalidCachedStatementError:
            # The schema has changed beneath it.
            self.prepared.pop(sql)
            return await self.fetchrow(sql, *parameters, timeout=seconds)


class Busy(Exception):  # noqa: N818 - a state, not an error of ours
    """Every connection stayed in use for longer than a caller should wait, or too many wait already."""


class Reader:
    """A last-in-first-out set of connections as the reading role, and a queue, first in first out, of who waits for one."""

    def __init__(
        self, url: str, size: int, *, patience: float = 5.0, most_waiting: int = 1_000, slowness: float = 1.0
    ) -> None:
        """`size` connections at most, opened when first needed; `patience` in seconds for one to come free.

        `slowness`: how many times longer statements may take than their plans say.
        """
        self._url = url
        self._slowness = slowness
        self._free: list[Connection] = []
        self._slots = size
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._long = asyncio.Semaphore(max(1, size - 1))
        self._patience = patience
        self._most_waiting = most_waiting
        self._closed = False

    async def _connect(self) -> Connection:
        settings = SETTINGS | {"statement_timeout": f"{int(LAST_RESORT * self._slowness)}s"}
        connection = await asyncpg.connect(
            self._url, server_settings=settings, statement_cache_size=PREPARED_STATEMENTS, max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0, connection_class=Connection,
        )  # fmt: skip
        # JSON is made in the database and passed through as it is.
        await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
        return connection

    async def _take(self) -> Connection:
        """A connection of one's own, to be given back. Raises Busy when none comes free in time."""
        if self._slots and not self._waiting:
            self._slots -= 1
        else:
            await self._wait()
        try:
            while self._free:
                connection = self._free.pop()
                # The server may have ended it since: restarted, or told to.
                if not connection.is_closed():
                    return connection
            return await self._connect()
        except BaseException:
            self._hand_on()
            raise

    async def _wait(self) -> None:
        """Wait for one's turn. Raises Busy."""
        if len(self._waiting) >= self._most_waiting:
            raise Busy
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(self._patience, give_up, turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                # It came just when whoever waited was told to stop.
                self._hand_on()
            raise
        finally:
            timer.cancel()

    def _hand_on(self) -> bool:
        """The turn of the next who waits; whether anybody does."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return True
        self._slots += 1
        return False

    def _give_back(self, connection: Connection) -> bool:
        """Let the next have it; whether anybody waited."""
        # A connection that broke, or was left in the middle of something, is not lent again.
        if self._closed or connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
        else:
            self._free.append(connection)
        return self._hand_on()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """Borrow a connection. Raises Busy when none comes free in time."""
        connection = await self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    async def read(self, plan: Plan, parameters: list[Any]) -> tuple[bytes, int]:
        """Run one plan: its answer as JSON bytes, and the access stamp of the snapshot it was read in.

        Raises Busy, and ReadRefused when it takes longer than such a plan may.
        """
        if plan.within > LONG:
            try:
                async with asyncio.timeout(self._patience):
                    await self._long.acquire()
            except TimeoutError as error:
                raise Busy from error
            try:
                return await self._read(plan, parameters)
            finally:
                self._long.release()
        return await self._read(plan, parameters)

    async def _read(self, plan: Plan, parameters: list[Any]) -> tuple[bytes, int]:
        connection, waited = await self._take(), False
        try:
            row = await connection.row_of(plan.sql, parameters, plan.within * self._slowness)
        except (TimeoutError, asyncpg.QueryCanceledError) as error:
            raise ReadRefused("查询用时过长，已取消；请缩小范围后重试", code="TIMEOUT") from error
        finally:
            waited = self._give_back(connection)
        if waited:
            # The next statement first, then this answer: the database works while it is written.
            await asyncio.sleep(0)
        assert row is not None
        return (b"null" if row[0] is None else row[0]), row[1]

    async def close(self) -> None:
        """Close every connection; borrowed ones end when they come back."""
        self._closed = True
        while self._free:
            await self._free.pop().close()


def give_up(turn: asyncio.Future[None]) -> None:
    """End a wait that took too long."""
    if not turn.done():
        turn.set_exception(Busy())
