"""What spreading the database over machines asks of the schema (Citus, DESIGN §5): it cannot be added later, so it holds
from the first migration. The tables as declared, and as they are in a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from domain.registry import metadata
from tests.support.rows import fetch

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
TENANT = [table for table in TABLES if table.info.get("placement") == "tenant"]
REFERENCE = [table for table in TABLES if table.info.get("placement") == "reference"]
CONTROL = [table for table in TABLES if table.info.get("placement") == "control"]
# A counter for each county and one for all, read by every reader: the same on every machine, and no tenant's data.
COUNTED_BY_COUNTY = {"access_stamp"}


def names(tables: list[Table]) -> list[str]:
    return [table.name for table in tables]


def test_every_table_says_where_it_is_placed() -> None:
    assert sorted(names(TENANT) + names(REFERENCE) + names(CONTROL)) == names(TABLES)
    assert names(CONTROL) == [
        "api_key",
        "credential",
        "recovery_code",
        "refresh_token",
        "second_factor",
        "sign_in_session",
        "sign_in_source",
    ]
    assert len(TENANT) >= 20


@pytest.mark.parametrize("table", TENANT, ids=names(TENANT))
def test_a_tenants_table_has_the_county_in_every_key(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "county_id"
    assert len(table.primary_key.columns) >= 2
    assert not table.c.county_id.nullable
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert "county_id" in constraint.columns, constraint.name
    for index in table.indexes:
        assert not index.unique or "county_id" in index.columns, index.name


@pytest.mark.parametrize("table", TENANT, ids=names(TENANT))
def test_a_tenants_table_refers_to_rows_of_the_same_county_alone(table: Table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            target = constraint.referred_table
            pairs = [(element.parent.name, element.column.name) for element in constraint.elements]
            assert target.info["placement"] in {"tenant", "reference"}
            if target.info["placement"] == "tenant":
                assert pairs[0] == ("county_id", "county_id"), constraint.name
                # Citus takes no actions on such a key; and nothing is ever deleted with its owner.
                assert (constraint.ondelete, constraint.onupdate) == (None, None)


@pytest.mark.parametrize("table", REFERENCE, ids=names(REFERENCE))
def test_a_reference_table_belongs_to_no_county(table: Table) -> None:
    assert "county_id" not in table.c or table.name in COUNTED_BY_COUNTY
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            assert constraint.referred_table.info["placement"] == "reference"


async def test_the_database_has_the_same_keys(database_urls: DatabaseUrls) -> None:
    keys = await fetch(
        database_urls,
        """SELECT c.relname AS name, i.relname AS key, x.indisprimary AS primary_key,
           array(SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY k(n, o)
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n ORDER BY k.o) AS columns
           FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
           WHERE x.indisunique AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'""",
    )
    found = {key["name"] for key in keys if key["primary_key"]}
    assert found == set(names(TABLES))
    for key in keys:
        if key["name"] in names(TENANT):
            assert "county_id" in key["columns"], key["key"]
            assert not key["primary_key"] or key["columns"][0] == "county_id", key["key"]


async def test_the_database_has_the_same_references(database_urls: DatabaseUrls) -> None:
    references = await fetch(
        database_urls,
        """SELECT conname, conrelid::regclass::text AS name, confrelid::regclass::text AS target, confdeltype::text AS deleting,
           array(SELECT a.attname::text FROM unnest(conkey) WITH ORDINALITY k(n, o)
                 JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.n ORDER BY k.o) AS columns,
           array(SELECT a.attname::text FROM unnest(confkey) WITH ORDINALITY k(n, o)
                 JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k.n ORDER BY k.o) AS targets, convalidated
           FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace""",
    )
    declared = sum(isinstance(one, ForeignKeyConstraint) for table in TABLES for one in table.constraints)
    assert len(references) == declared
    for one in references:
        assert one["convalidated"], one["conname"]
        if one["target"] in names(TENANT):
            assert (one["columns"][0], one["targets"][0]) == ("county_id", "county_id"), one["conname"]
            assert one["name"] in names(TENANT), one["conname"]
            assert one["deleting"] == "a", one["conname"]
