"""Reading the facts of one row, in one statement made from what its resource declares."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from authz.facts import Facts
from authz.resources import OF_OWNER, RESOURCES, Relationship, Resource
from domain.foundation.database.statements import Statement

_FROM_JSON: Mapping[type, Callable[[Any], Any]] = {UUID: UUID, datetime: datetime.fromisoformat}


class FactsReader:
    """Reads rows of one resource by their key. Raises ValueError for a resource whose rows have none."""

    def __init__(self, resource: Resource) -> None:
        declared = resource.declared
        if declared.key is None:
            message = f"rows of {resource.name} are not named by commands"
            raise ValueError(message)
        self._resource = resource
        named = f"t.county_id = ANY (CAST(:counties AS int[])) AND t.{declared.key} = CAST(:key AS uuid)"
        own = [
            f'{column if column.startswith(OF_OWNER) else f"t.{column}"} AS "{column}"'
            for column in sorted(resource.columns.values())
        ]
        related = [f'{_related_rows(one)} AS "{one.name}"' for one in resource.relationships.values()]
        whole = declared.whole
        joined = (
            f" JOIN {whole.table.__tablename__} owner ON owner.county_id = t.county_id AND owner.id = t.{whole.key}"
            if whole is not None
            else ""
        )
        self._rows = f"{declared.table.__tablename__} t{joined} WHERE {named}"
        self._read = Statement(f"SELECT {', '.join(own + related)} FROM {self._rows}")
        self._columns = tuple(resource.columns.values())
        self._related = tuple(
            (one, _converters(declared_one.table, one))
            for one, declared_one in zip(resource.relationships.values(), declared.related, strict=True)
        )

    async def read(self, session: AsyncSession | AsyncConnection, counties: Sequence[int], key: UUID) -> Facts | None:
        """The facts of the row; None if there is no such row in these counties (or row-level security hides it)."""
        found = await self._read.first(session, counties=list(counties), key=key)
        if found is None:
            return None
        return Facts(
            self._resource,
            {column: found[column] for column in self._columns},
            {one.name: _rows(found[one.name], one.columns, converters) for one, converters in self._related},
        )

    def locking(self, seen: str) -> str:
        """SQL that locks the row `:key` in `:counties` until the transaction ends, if this condition on `t` holds of it.

        A row of which it does not hold is neither locked nor waited for.
        """
        return f"SELECT 1 FROM {self._rows} AND {seen} FOR UPDATE OF t"


@cache
def reader_of(resource: str) -> FactsReader:
    """The reader of a resource's facts."""
    return FactsReader(RESOURCES[resource])


def _related_rows(one: Relationship) -> str:
    """The related rows as text: a JSON array of arrays, NULL if there are none."""
    columns = ", ".join(f"x.{column}" for column in one.columns)
    named = "" if one.naming is None else f" AND x.{one.naming} IS NOT NULL"
    return (
        f"(SELECT json_agg(json_build_array({columns}))::text FROM {one.table} x"
        f" WHERE x.county_id = t.county_id AND x.{one.key} = t.{one.of}{named})"
    )


def _converters(model: Any, one: Relationship) -> tuple[Callable[[Any], Any] | None, ...]:
    """For each column what makes its value of the one in JSON; None where they are the same."""
    return tuple(_FROM_JSON.get(model.__table__.columns[column].type.python_type) for column in one.columns)


def _rows(
    text: str | None, columns: tuple[str, ...], converters: tuple[Callable[[Any], Any] | None, ...]
) -> tuple[Mapping[str, Any], ...]:
    if text is None:
        return ()
    return tuple(
        {
            column: convert(value) if convert is not None and value is not None else value
            for column, convert, value in zip(columns, converters, one, strict=True)
        }
        for one in json.loads(text)
    )
