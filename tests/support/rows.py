"""Looking into the database behind the platform's back, as the administrator, whom row-level security does not bind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import Column, Table

from authz.fuzzing.any_value import made
from domain.foundation.query.expressions import NOW
from domain.foundation.query.members import Field
from domain.registry import CATALOGUE, ROOMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.foundation.database.urls import DatabaseUrls
    from domain.foundation.query.view import View


async def fetch(urls: DatabaseUrls, query: str, *given: Any) -> list[asyncpg.Record]:
    """The rows of a query."""
    connection = await asyncpg.connect(urls.admin)
    try:
        return list(await connection.fetch(query, *given))
    finally:
        await connection.close()


async def value(urls: DatabaseUrls, query: str, *given: Any) -> Any:
    """The one value of a query. AssertionError when it finds no row or several."""
    found = await fetch(urls, query, *given)
    assert len(found) == 1, f"{len(found)} rows, not one, are found by {query} with {given}"
    return found[0][0]


async def execute(urls: DatabaseUrls, statement: str, *given: Any) -> None:
    """Change something."""
    connection = await asyncpg.connect(urls.admin)
    try:
        await connection.execute(statement, *given)
    finally:
        await connection.close()


def ids_of(view: View) -> str:
    """SQL for the global ids of a view's rows under `t`, of a part beside the whole it belongs to under `w`."""
    member = view.members["id"]
    assert isinstance(member, Field)
    text = f"SELECT {member.sql('t')} AS id{', t.county_id' if view.tenant else ''} FROM {view.table} t"
    if view.owner is not None:
        text += f" JOIN {CATALOGUE[view.owner.view].table} w ON {view.owner.join('t', 'w')}"
    return text.replace(NOW, "now()")


def key(global_id: str) -> str:
    """The UUID within a global id."""
    return global_id.partition(":")[2]


# What a row's columns must have to do with each other, where any value alone would not do: as rooms say it.
FITTING = {table: columns for room in ROOMS for table, columns in room.example.items()}


async def make_one_of_each(urls: DatabaseUrls, county_id: int, tables: Iterable[Table], cases: str) -> None:
    """Make one row of each table that has none there, out of rows that there are: no story, only something to find.

    `cases` is SQL: to which cases what is part of a case may belong.
    """
    connection = await asyncpg.connect(urls.admin)
    try:
        for table in tables:
            there = f"SELECT count(*) FROM {table.name} WHERE county_id = {county_id}"
            if "case_id" in table.c:
                there += f" AND case_id IN (SELECT id FROM ({cases}) c)"
            elif table.name in FITTING:
                there += _of_a_whole_in(table, cases)
            if await connection.fetchval(there):
                continue
            row = {"county_id": str(county_id)}
            row |= {
                name: sql.format(county=county_id, cases=cases) for name, sql in FITTING.get(table.name, {}).items()
            }
            for column in table.columns:
                if column.name not in row and not column.nullable:
                    row[column.name] = _referred(table, column, county_id, cases) or made(table, column)
            await connection.execute(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({', '.join(row.values())})")
    finally:
        await connection.close()


def _of_a_whole_in(table: Table, cases: str) -> str:
    """A condition: the row is a part of something that is a part of one of the cases."""
    return "".join(
        f" AND {element.parent.name} IN (SELECT id FROM {key.referred_table.name} p"
        f" WHERE p.case_id IN (SELECT id FROM ({cases}) c))"
        for key in table.foreign_key_constraints
        for element in key.elements
        if "case_id" in key.referred_table.c and element.parent.name != "county_id"
    )


def _referred(table: Table, column: Column[Any], county_id: int, cases: str) -> str | None:
    """A row of the table that the column refers to, if it does."""
    for key in table.foreign_key_constraints:
        for element in key.elements:
            if element.parent is column and key.referred_table.info["placement"] == "tenant":
                target = f"({cases}) c" if key.referred_table.name == "dispute_case" else key.referred_table.name
                of_case = "case_id" in key.referred_table.c and "case_id" in table.c
                within = f" AND case_id IN (SELECT id FROM ({cases}) c)" if of_case else ""
                named = element.column.name
                return f"(SELECT {named} FROM {target} WHERE county_id = {county_id}{within} ORDER BY {named} LIMIT 1)"
    return None
