"""What commands do to the database, recorded once and done again without the platform.

Recorded is every statement with its values that this process sends, whoever sends it, with the beginnings and ends of
transactions; a pool's pings are left out. Each repeat gets ids of its own in the place of those that were made while
recording, and the number that the counter gives it: so the same rows are written, and the same locks waited for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from time import time
from typing import Any
from uuid import UUID

from api.bench.bare import run_callers
from api.bench.load import Sample
from domain.foundation.basics.ids import new_id
from domain.foundation.database.session import Engine
from domain.foundation.database.urls import READING
from domain.foundation.query.connection import DriverConnection
from domain.foundation.query.run import Reader

COUNTER = "case_number_counter"
_AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "START", "SAVEPOINT", "RELEASE")
_PINGS = ("", ";", "SELECT 1", "SELECT 1;")


@dataclass(frozen=True, slots=True)
class Done:
    """One statement: whether on a connection for reads, its text, its values, and what it gave first."""

    reading: bool
    query: str
    values: tuple[Any, ...] = ()
    gave: Any = None

    @property
    def around(self) -> str:
        """The word by which it begins or ends a transaction; nothing for a statement within one."""
        word = self.query.lstrip().partition(" ")[0].rstrip(";").upper()
        return word if word in _AROUND else ""


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


def _first(answer: Any) -> Any:
    """The first value of an answer, however it was fetched."""
    row = answer[0] if isinstance(answer, list) and answer else answer
    try:
        return row[0] if row is not None and not isinstance(row, (str, bytes)) else row
    except (TypeError, IndexError, KeyError):
        return row


@contextmanager
def watched(reading_type: Any, statement_type: Any, told: Callable[[Done], None]) -> Iterator[None]:
    """While this lasts, every statement is told of that goes through the driver's classes, or through that of the reader.

    `reading_type`: the class of a connection that the reader lends.
    """

    def reading(connection: Any) -> bool:
        return bool(connection._params.user == READING)  # noqa: SLF001 - the driver tells nowhere else

    def on_connection(name: str) -> tuple[Any, Any]:
        inner = getattr(DriverConnection, name)

        @wraps(inner)
        async def method(self: Any, query: str, *values: Any, **how: Any) -> Any:
            answer = await inner(self, query, *values, **how)
            told(Done(reading(self), query, values, _first(answer)))
            return answer

        return inner, method

    def on_statement(name: str) -> tuple[Any, Any]:
        inner = getattr(statement_type, name)

        @wraps(inner)
        async def method(self: Any, *values: Any, **how: Any) -> Any:
            answer = await inner(self, *values, **how)
            told(Done(reading(self._connection), self.get_query(), values, _first(answer)))
            return answer

        return inner, method

    inner_many: Any = DriverConnection.executemany

    @wraps(inner_many)
    async def executemany(self: Any, query: str, several: Any, **how: Any) -> Any:
        given = [tuple(one) for one in several]
        answer = await inner_many(self, query, given, **how)
        for one in given:
            told(Done(reading(self), query, one))
        return answer

    # The fast path's connections have a way of their own.
    inner_row_of = getattr(reading_type, "row_of", None)

    async def row_of(self: Any, sql: str, parameters: list[Any]) -> Any:
        assert inner_row_of is not None
        row = await inner_row_of(self, sql, parameters)
        told(Done(reading(self), sql, tuple(parameters), _first(row)))
        return row

    instead: list[tuple[Any, str, Any, Any]] = [(DriverConnection, "executemany", inner_many, executemany)]
    if inner_row_of is not None:
        instead.append((reading_type, "row_of", inner_row_of, row_of))
    fetching = ("fetch", "fetchrow", "fetchval")
    instead += [(DriverConnection, name, *on_connection(name)) for name in (*fetching, "execute")]
    instead += [(statement_type, name, *on_statement(name)) for name in fetching]
    with replaced(instead):
        yield


@contextmanager
def replaced(several: list[tuple[Any, str, Any, Any]]) -> Iterator[None]:
    """While this lasts, each owner's attribute of that name is not the third but the fourth."""
    for owner, name, _, other in several:
        setattr(owner, name, other)
    try:
        yield
    finally:
        for owner, name, before, _ in several:
            setattr(owner, name, before)


async def record(reader: Reader, work: Callable[[], Awaitable[None]]) -> Recording:
    """Do the work twice, recording the second time, when all that is kept has been prepared."""
    await work()
    async with reader.connection() as connection:
        types = type(connection), type(await connection.prepare("SELECT 1"))
    recording = Recording(int(time() * 1000))
    with watched(*types, recording.done.append):
        await work()
    recording.done = without_pings(recording.done)
    return recording


def without_pings(done: list[Done]) -> list[Done]:
    """What is left when transactions in which nothing was done, and pings, are taken out."""
    kept: list[Done] = []
    for one in done:
        if not one.values and one.query.strip() in _PINGS:
            continue
        if one.around == "ROLLBACK" and kept and kept[-1].around in {"BEGIN", "START"}:
            kept.pop()
            continue
        kept.append(one)
    return kept


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
        return [now(one) for one in value] if isinstance(value, (list, tuple)) else value

    for one in recording.done:
        connection = reading if one.reading else writing
        if one.around:
            await connection.execute(one.query)
            continue
        rows = await connection.fetch(one.query, *(now(value) for value in one.values))
        if COUNTER in one.query and type(one.gave) is int and rows:
            serials[one.gave] = rows[0][0]


async def loop(
    engine: Engine, reader: Reader, connections: int, callers: int, recording: Recording, seconds: float
) -> Sample:
    """Repeat what was recorded: so many callers at once, who share so many pairs of connections."""
    async with AsyncExitStack() as held:
        pairs = []
        for _ in range(connections):
            writing = await held.enter_async_context(engine.connect())
            raw: Any = (await writing.get_raw_connection()).driver_connection
            pairs.append((raw, await held.enter_async_context(reader.connection())))

        async def once(pair: Any, _number: int) -> None:
            await repeat(recording, *pair)

        return await run_callers(pairs, callers, 1, once, seconds)
