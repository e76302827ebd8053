"""What each scope and condition means, by the tables of tests/authz/meanings.py: decided one by one, and as SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.conditions import CONDITIONS
from authz.enforcer import policy_of
from authz.fuzzing.invented_rows import CaseRow, NoteRow, OrganisationRow, PartyRow, UserRow
from authz.reach import RoleAccess, actor_values, signature_of
from authz.scopes import SCOPES
from domain.foundation.basics.actor import Actor
from domain.foundation.database.urls import DatabaseUrls
from domain.foundation.query.access import ActorValue
from tests.authz import meanings, truth
from tests.authz.place import NOW, OTHER_COUNTY, an_actor, an_id

RESOURCES = {CaseRow: "case", NoteRow: "note", OrganisationRow: "organisation", PartyRow: "party", UserRow: "user"}
NAMES = [("scope", name) for name in SCOPES] + [("condition", name) for name in CONDITIONS]
KEY = an_id("the row")


def rows(kind: str, name: str) -> list[tuple[str, Any, bool, Actor]]:
    """(what it shows, the row, whether the name holds, who asks)."""
    table = meanings.SCOPES if kind == "scope" else meanings.CONDITIONS
    return [
        (what, row, holds, an_actor(member[0] if member else meanings.MEMBER))
        for what, row, holds, *member in table[name]
    ]


def policy_text(kind: str, name: str, row: Any) -> str:
    scope, condition = (name, "always") if kind == "scope" else ("any", name)
    return f"p, mediator, *, {RESOURCES[type(row)]}, read, core, {scope}, {condition}, allow"


def test_every_name_is_tabled_on_both_sides() -> None:
    assert list(meanings.SCOPES) == list(SCOPES) == list(truth.SCOPES)
    assert set(meanings.CONDITIONS) == set(CONDITIONS) == set(truth.CONDITIONS)
    for kind, name in NAMES:
        answers = {holds for _, _, holds, _ in rows(kind, name)}
        assert len(answers) == (1 if name in meanings.ONE_SIDED else 2), name
        what = [what for what, *_ in rows(kind, name)]
        assert len(set(what)) == len(what), name


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_a_name_decided_row_by_row(kind: str, name: str) -> None:
    told = {what: holds for what, _, holds, _ in rows(kind, name)}
    assert told == {
        what: policy_of(policy_text(kind, name, row)).enforce(
            actor, str(row.county_id), RESOURCES[type(row)], "read", "core", row, NOW
        )
        for what, row, _, actor in rows(kind, name)
    }


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_the_truth_agrees_with_the_tables(kind: str, name: str) -> None:
    said = truth.SCOPES if kind == "scope" else truth.CONDITIONS
    for what, row, holds, actor in rows(kind, name):
        assert bool(said[name](actor, actor.memberships[0], row, NOW)) is holds, what


# As SQL: the row's own facts are bound, so that they can be NULL where no table would have it, and its related rows
# are put into tables of the same names that take anything.

TYPES = {UUID: "uuid", str: "text", bool: "boolean", int: "int", datetime: "timestamptz"}
# Relationship -> its table, and the column that names the row.
TABLES = {
    "parties": ("case_party", "case_id"),
    "representatives": ("case_representative", "case_id"),
    "participants": ("case_participant", "case_id"),
    "mediators": ("case_mediator", "case_id"),
    "protectors": ("case_protector", "case_id"),
    "members": ("membership", "user_id"),
}
FLAGS = {"agreement_in_effect", "public_security", "minor_involved", "family_or_minor", "address_protected"}
FLAGS |= {"address_closed", "staff"}
_SQL_TYPES = {
    "county_id": "int", "valid_from": "timestamptz", "valid_until": "timestamptz", "side": "text", "role": "text",
    "relation": "text", "visibility": "text",
}  # fmt: skip


def sql_type(column: str) -> str:
    name = column.removeprefix("owner.")
    return "boolean" if name in FLAGS else _SQL_TYPES.get(name, "uuid")


class Bound:
    """Parameters of one statement: the caller's values by path, and the row's own."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given
        self.values: list[Any] = []

    def add(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def __call__(self, value: ActorValue) -> str:
        return self.add(self._given[value.path])


class Columns(dict[str, str]):
    """The row's columns as bound values; its keys are those that relationships are reached through."""

    def __init__(self, row: Any, bound: Bound) -> None:
        super().__init__()
        self._row, self._bound = row, bound

    def __missing__(self, name: str) -> str:
        value = self._row.columns.get(name, KEY) if name not in {"case_id", "id"} or _is_fact(self._row, name) else KEY
        return f"{self._bound.add(value)}::{sql_type(name)}"


def _is_fact(row: Any, name: str) -> bool:
    """An organisation's or a user's id is what decisions compare; a case's only reaches its related rows."""
    return name == "id" and isinstance(row, OrganisationRow | UserRow)


async def put_related(connection: Any, row: Any, key: UUID) -> None:
    """The row's related rows, and for each one that would count in another county under the same key."""
    for name, (table, column) in TABLES.items():
        await connection.execute(f"TRUNCATE {table}")
        for one in row.related.get(name, ()):
            await insert(connection, table, {**one, "county_id": row.county_id, column: key})


async def insert(connection: Any, table: str, values: Mapping[str, Any]) -> None:
    named = {name: value for name, value in values.items() if (table, name) in COLUMNS}
    given = ", ".join(f"${number}" for number in range(1, len(named) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(named)}) VALUES ({given})", *named.values())


COLUMNS = {
    (table, column)
    for table, key in TABLES.values()
    for column in (
        "county_id",
        key,
        "user_id",
        "organisation_id",
        "side",
        "relation",
        "role",
        "valid_from",
        "valid_until",
    )
}


async def open_tables(urls: DatabaseUrls) -> Any:
    connection = await asyncpg.connect(urls.admin)
    for table in dict.fromkeys(table for table, _ in TABLES.values()):
        columns = ", ".join(f"{name} {sql_type(name)}" for where, name in sorted(COLUMNS) if where == table)
        await connection.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
    return connection


async def decide(connection: Any, text: str, row: Any, actor: Actor) -> list[Any]:
    """The predicate as a select list has it, as a WHERE clause has it, and as its grounds one by one have it."""
    policy = policy_of(text)
    predicate = RoleAccess(policy, signature_of(policy, actor)).predicate(RESOURCES[type(row)], "read", "core")
    bound = Bound(actor_values(actor, NOW))
    columns = Columns(row, bound)
    grounds = [one.where for one in predicate.alternatives(columns, bound)]
    mask, where = predicate.sql(columns, bound), predicate.where_sql(columns, bound)
    any_ground = " or ".join(f"coalesce({one}, false)" for one in grounds) or "false"
    sql = f"SELECT {mask}, exists (SELECT 1 WHERE {where}), {any_ground}"
    return list(await connection.fetchrow(sql, *bound.values))


async def test_the_names_as_sql(database_urls: DatabaseUrls) -> None:
    wrong = []
    connection = await open_tables(database_urls)
    try:
        for kind, name in NAMES:
            for what, row, holds, actor in rows(kind, name):
                await put_related(connection, row, row.user_id if isinstance(row, UserRow) else KEY)
                mask, *kept = await decide(connection, policy_text(kind, name, row), row, actor)
                # A flag is NULL in no table: only where it filters must such a row be dropped.
                mask = False if mask is None and any(row.columns.get(flag, False) is None for flag in FLAGS) else mask
                answers = [mask, *kept]
                if any(one is not holds for one in answers):
                    wrong.append((name, what, holds, answers))
    finally:
        await connection.close()
    assert wrong == []


async def test_what_relates_to_a_row_of_another_county_does_not_count(database_urls: DatabaseUrls) -> None:
    """The same key in another county is another row: whatever stands there opens nothing here."""
    connection = await open_tables(database_urls)
    counted = []
    try:
        for kind, name in NAMES:
            for what, row, holds, actor in rows(kind, name):
                if not holds or not any(row.related.values()):
                    continue
                await put_related(connection, row, row.user_id if isinstance(row, UserRow) else KEY)
                for table, _ in TABLES.values():
                    await connection.execute(f"UPDATE {table} SET county_id = $1", OTHER_COUNTY)
                unrelated = type(row)(**{**vars_of(row), **dict.fromkeys(TIES & set(vars_of(row)), ())})
                expected = bool(truth_of(kind, name, unrelated, actor))
                answers = await decide(connection, policy_text(kind, name, row), row, actor)
                if any(one is not expected for one in answers):
                    counted.append((name, what, expected, answers))
    finally:
        await connection.close()
    assert counted == []


TIES = {"participants", "mediators", "protectors", "representatives", "members", "party_sides", "party_users"}


def vars_of(row: Any) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def truth_of(kind: str, name: str, row: Any, actor: Actor) -> bool:
    said = truth.SCOPES if kind == "scope" else truth.CONDITIONS
    return said[name](actor, actor.memberships[0], row, NOW)
