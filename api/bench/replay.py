"""What commands do to the database, recorded once and done again without the platform.

Recorded is every statement of the work with its values, on the application's connection and on that of its reads; the
pool's pings are left out. Each repeat gets ids of its own in the place of those that were made while recording, and the
number that the counter gives it: so the same rows are written, and the same locks waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from time import perf_counter, time
from typing import Any
from uuid import UUID

from api.bench.load import Sample
from domain.database.session import Engine
from domain.kernel.ids import new_id
from domain.reading.run import Reader

COUNTER = "INSERT INTO case_number_counter"
BEGIN, COMMIT, PING = "BEGIN", "COMMIT", ";"


@dataclass(frozen=True, slots=True)
class Done:
    """One statement: whether a read's, its text, its values, and what it gave first."""

    reading: bool
    query: str
    values: tuple[Any, ...] = ()
    gave: Any = None


@dataclass(slots=True)
class Recording:
    """What was done, in order. Ids made since `since` (in ms) are the recording's own."""

    since: int
    done: list[Done] = field(default_factory=list)

    def own(self) -> set[UUID]:
        """Every id that was made while recording."""
        found = {one for done in self.done for one in _uuids(done.values)}
        return {one for one in found if one.version == 7 and one.int >> 80 >= self.since}


def _uuids(value: Any) -> Iterator[UUID]:
    if isinstance(value, UUID):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _uuids(one)


class _Statement:
    """A prepared statement that remembers what was asked of it."""

    def __init__(self, inner: Any, query: str, recording: Recording) -> None:
        self._inner, self._query, self._recording = inner, query, recording

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def fetch(self, *values: Any) -> Any:
        rows = await self._inner.fetch(*values)
        first = rows[0][0] if rows and len(rows[0]) else None
        self._recording.done.append(Done(False, self._query, values, first))
        return rows


class _Transaction:
    """A transaction that remembers its beginning and its end."""

    def __init__(self, inner: Any, recording: Recording) -> None:
        self._inner, self._recording = inner, recording

    async def start(self) -> None:
        await self._inner.start()
        self._recording.done.append(Done(False, BEGIN))

    async def commit(self) -> None:
        await self._inner.commit()
        self._recording.done.append(Done(False, COMMIT))

    async def rollback(self) -> None:
        await self._inner.rollback()
        self._recording.done.append(Done(False, "ROLLBACK"))


class _Connection:
    """The driver's connection, with everything that goes through it written down."""

    def __init__(self, inner: Any, recording: Recording) -> None:
        self._inner, self._recording = inner, recording

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def transaction(self, **how: Any) -> _Transaction:
        return _Transaction(self._inner.transaction(**how), self._recording)

    async def prepare(self, query: str, **how: Any) -> _Statement:
        return _Statement(await self._inner.prepare(query, **how), query, self._recording)

    async def fetchrow(self, query: str, *values: Any) -> Any:
        row = await self._inner.fetchrow(query, *values)
        if query == PING:
            # The pool's ping: its BEGIN goes too, and what follows it is its ROLLBACK, dropped at the end.
            self._recording.done.pop()
        return row

    async def executemany(self, query: str, several: Any) -> Any:
        given = [tuple(one) for one in several]
        self._recording.done += [Done(False, query, one) for one in given]
        return await self._inner.executemany(query, given)


async def record(engine: Engine, reader: Reader, work: Callable[[], Awaitable[None]]) -> Recording:
    """Do the work twice, recording the second time, when all that is kept has been prepared.

    `engine` and `reader` must have one connection each, so that the work uses those that are watched.
    """
    await work()
    recording = Recording(int(time() * 1000))

    def read(query: Any) -> None:
        recording.done.append(Done(True, query.query, query.args))

    async with engine.connect() as connection, reader.connection() as reading:
        adapted: Any = (await connection.get_raw_connection()).dbapi_connection
        inner = adapted._connection  # noqa: SLF001 - there is no other place where a statement and its values meet
        # Statements prepared before are kept beside the connection and would pass us by.
        kept = adapted._prepared_statement_cache  # noqa: SLF001
        kept.clear()
        reading.add_query_logger(read)
        adapted._connection = _Connection(inner, recording)  # noqa: SLF001
    await work()
    await asyncio.sleep(0)
    async with engine.connect() as connection, reader.connection() as reading:
        adapted._connection = inner  # noqa: SLF001
        kept.clear()
        reading.remove_query_logger(read)
    recording.done = [one for one in recording.done if one.query != "ROLLBACK"]
    return recording


async def repeat(recording: Recording, writing: Any, reading: Any) -> None:
    """Do once what was recorded, on these connections of the driver."""
    ids = {one: new_id() for one in recording.own()}
    words = {str(old): str(new) for old, new in ids.items()}
    serials: dict[int, int] = {}

    def now(value: Any) -> Any:
        if isinstance(value, UUID):
            return ids.get(value, value)
        if isinstance(value, str):
            for old, new in words.items():
                if old in value:
                    value = value.replace(old, new)
            for serial, given in serials.items():
                value = value.replace(f"第{serial:05d}号", f"第{given:05d}号")
            return value
        if type(value) is int:
            return serials.get(value, value)
        return [now(one) for one in value] if isinstance(value, list) else value

    for one in recording.done:
        connection = reading if one.reading else writing
        if not one.values:
            await connection.execute(one.query)
            continue
        rows = await connection.fetch(one.query, *(now(value) for value in one.values))
        if one.query.startswith(COUNTER):
            serials[one.gave] = rows[0][0]


async def loop(engine: Engine, reader: Reader, connections: int, recording: Recording, seconds: float) -> Sample:
    """Repeat what was recorded on so many pairs of connections at once."""
    latencies: list[float] = []
    async with AsyncExitStack() as held:
        pairs = []
        for _ in range(connections):
            writing = await held.enter_async_context(engine.connect())
            raw: Any = (await writing.get_raw_connection()).driver_connection
            pairs.append((raw, await held.enter_async_context(reader.connection())))
        start = perf_counter()
        end = start + seconds

        async def one(writing: Any, reading: Any) -> None:
            while (sent := perf_counter()) < end:
                await repeat(recording, writing, reading)
                latencies.append(perf_counter() - sent)

        async with asyncio.TaskGroup() as group:
            for writing, reading in pairs:
                group.create_task(one(writing, reading))
        return Sample(perf_counter() - start, latencies)
