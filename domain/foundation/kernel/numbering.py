"""Numbers such as (2026)海宴人调字第00012号, per organisation and year, without gaps; and the row that gets one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.calendar import china_date
from domain.foundation.database.statements import types_of, write


class Registered(Protocol):
    """A row as it is registered: what is known of it but its number. Each field but `command` is a column."""

    @property
    def registered_at(self) -> datetime:
        """The moment whose year the number has."""


New = TypeVar("New", bound=Registered)


class Numbering(Generic[New]):
    """How the rows of a kind are numbered: a table with `Numbered`, and a counter of `NumberCounter`."""

    def __init__(self, model: Any, counter: Any, new: type[New], command: type | None = None) -> None:
        """`new`: the dataclass of a row without its number; it has `county_id`, `organisation_id` and what it needs.

        `command`: the one that registers, if `new` has it as its field `command`: what it brings for columns of the same
        names is written as it is.
        """
        self._model = model
        self._table: str = model.__tablename__
        self._counter: str = counter.__tablename__
        own = [one.name for one in fields(new) if one.name != "command"]  # type: ignore[arg-type]
        brought = [] if command is None else [one.name for one in fields(command)]
        brought = [name for name in brought if name in model.__table__.columns and name not in own]
        self._columns = (*own, *brought)
        self._values: Callable[[New], tuple[Any, ...]] = attrgetter(*own, *(f"command.{name}" for name in brought))

    async def write(self, session: AsyncSession, new: New, word: str) -> str:
        """Write the row, and what else the unit of work has kept to be written, under the organisation's next number.

        Numbers are of the year of registration, which begins at midnight in China. The counter stays locked until the
        transaction ends, so that a number given back by a rollback is the next one's: call it last. Returns the number,
        with the organisation's `word` in it.
        """
        given = [*self._values(new), china_date(new.registered_at).year, word]
        return str(await write(session, self._statement, "(SELECT number FROM new_row)", given))

    @cached_property
    def _statement(self) -> str:
        """The counter is raised by the statement that inserts the row: whoever else registers waits for it and the commit.

        At least five digits, and as many as it takes.
        """
        columns = self._columns
        place = {name: f"${index}" for index, name in enumerate(columns, start=1)}
        types = types_of(self._model, columns)
        given = ", ".join(f"{place[name]}::{kind}" for name, kind in zip(columns, types, strict=True))
        year, word = f"${len(columns) + 1}::smallint", f"${len(columns) + 2}::text"
        return f"""number AS (
  INSERT INTO {self._counter} AS n (county_id, organisation_id, year, last)
  VALUES ({place["county_id"]}, {place["organisation_id"]}, {year}, 1)
  ON CONFLICT (county_id, organisation_id, year) DO UPDATE SET last = n.last + 1 RETURNING last
), new_row AS (
  INSERT INTO {self._table} ({", ".join(columns)}, number_year, number_serial, number)
  SELECT {given}, {year}, last,
    '(' || {year} || ')' || {word} || '字第' || lpad(last::text, greatest(5, length(last::text)), '0') || '号'
  FROM number RETURNING number
)"""
