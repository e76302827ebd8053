"""How commands ask and add (docs/decisions/persistence-of-commands.md), on the transaction's own connection.

What a command changes are objects of the session. What it asks is a `Statement`, put into words once; rows that nobody
reads before the commit it adds with `add_later`, by their model's columns, and all of them go out in one statement.
Making a statement anew, and the session's way to the driver, cost ten times the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import ClauseElement, Table, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from domain.foundation.database.errors import without_values

_DIALECT: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
_DRIVER, _PENDING, _CHANNELS = "driver", "pending", "channels"


class Statement:
    """One statement, from Core or from text with `:names`, compiled when its module is loaded.

    Values are bound as PostgreSQL's own types: JSON as text, lists as arrays (no IN of several values).
    """

    def __init__(self, core: ClauseElement | str) -> None:
        self._core: Any = text(core) if isinstance(core, str) else core
        compiled: Any = self._core.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._fixed: dict[str, Any] = {name: value for name, value in compiled.params.items() if value is not None}

    async def rows(self, session: AsyncSession | AsyncConnection, **values: Any) -> Sequence[Any]:
        """Every row, each read by its columns' names (`row["id"]`)."""
        driver = _driver(session)
        if driver is None:
            # Outside a unit of work: the same statement by the usual way.
            found: Any = await session.execute(
                self._core, {name: values[name] for name in self._names if name in values}
            )
            return found.mappings().all() if found.returns_rows else ()
        fixed = self._fixed
        given = [values[name] if name in values else fixed[name] for name in self._names]
        return await fetch(driver, self.sql, given)

    async def first(self, session: AsyncSession | AsyncConnection, **values: Any) -> Any:
        """The first row, None if there is none."""
        found = await self.rows(session, **values)
        return found[0] if found else None


def types_of(model: Any, columns: Sequence[str]) -> tuple[str, ...]:
    """The PostgreSQL types of a model's columns."""
    table: Table = model.__table__
    return tuple(table.c[name].type.compile(dialect=_DIALECT) for name in columns)


def add_later(session: AsyncSession, model: Any, /, **values: Any) -> None:
    """Add a row that nobody reads before the commit: it is written when the unit of work ends, or `write` is called.

    `values` by their columns; columns not named get what the table gives them. JSON comes as text. All rows kept for
    the end go out in one statement. Raises KeyError outside a unit of work: nobody would write them.
    """
    session.info[_PENDING].setdefault((model, tuple(values)), []).append(tuple(values.values()))


def insert_of(model: Any, columns: Sequence[str], first: int = 1) -> str:
    """The INSERT of any number of rows of a table, whose parameters are one array for each column, from `$first` on."""
    arrays = ", ".join(f"${first + index}::{kind}[]" for index, kind in enumerate(types_of(model, columns)))
    return f"INSERT INTO {model.__tablename__} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"


def notify_later(session: AsyncSession, channel: str) -> None:
    """Have the channel notified of the commit, once, however often it is asked for."""
    session.info[_CHANNELS].add(channel)


async def write(session: AsyncSession, before: str = "", result: str = "", given: Sequence[Any] = ()) -> Any:
    """Write the rows kept so far, and notify, in one statement; foreign keys among them are checked at its end.

    `before`: common table expressions to be carried out with it, `result` the expression that it returns, `given` the
    values of both. Returns that expression's value.
    """
    pending, channels = session.info[_PENDING], session.info[_CHANNELS]
    if not pending and not channels and not before:
        return None
    sql = _combine(before, result, tuple(pending), tuple(sorted(channels)), len(given))
    values = [*given, *(list(column) for kept in pending.values() for column in zip(*kept, strict=True))]
    pending.clear()
    channels.clear()
    found = await fetch(session.info[_DRIVER], sql, values)
    return found[0][0] if found else None


@lru_cache(512)
def _combine(
    before: str, result: str, several: tuple[tuple[Any, tuple[str, ...]], ...], channels: tuple[str, ...], first: int
) -> str:
    parts = [before] if before else []
    for index, (model, columns) in enumerate(several):
        parts.append(f"rows_{index} AS ({insert_of(model, columns, first + 1)})")
        first += len(columns)
    wanted = [result or "NULL", *(f"pg_notify('{channel}', '')" for channel in channels)]
    return f"{'WITH ' if parts else ''}{', '.join(parts)} SELECT {', '.join(wanted)}"


async def fetch(driver: asyncpg.Connection[Any], sql: str, values: Sequence[Any]) -> Sequence[Any]:
    """Run a statement on the driver's connection; an error names no value."""
    try:
        return await driver.fetch(sql, *values)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        without_values(error)
        raise


async def execute(driver: asyncpg.Connection[Any], sql: str) -> None:
    """Run statements without values on the driver's connection; an error names no value of a row."""
    try:
        await driver.execute(sql)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        without_values(error)
        raise


def open_unit_of_work(session: AsyncSession, driver: asyncpg.Connection[Any]) -> None:
    """Remember that the session's transaction has begun on this connection. For units of work alone."""
    session.info.update({_DRIVER: driver, _PENDING: {}, _CHANNELS: set()})


def close_unit_of_work(session: AsyncSession) -> None:
    """Forget it: the transaction has ended, one way or the other."""
    session.info.clear()


def _driver(session: AsyncSession | AsyncConnection) -> asyncpg.Connection[Any] | None:
    return session.info.get(_DRIVER) if isinstance(session, AsyncSession) else None
