"""A county of twenty thousand generated cases, on which the planner's choices are looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg
import pytest

from api.bench import dataset
from tests.support.database import MIGRATED, TestServer

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

CASES = 20_000
# Rows, and so plans, are the same whenever the tests run.
REST = 5_000
NEEDED = """
    SELECT c.table_name, c.column_name, c.udt_name FROM information_schema.columns c
    JOIN information_schema.columns k ON k.table_schema = 'public' AND k.table_name = c.table_name
        AND k.column_name = 'county_id'
    JOIN pg_class r ON r.oid = c.table_name::regclass AND r.relkind = 'r'
    WHERE c.table_schema = 'public' AND c.is_nullable = 'NO' AND c.is_identity = 'NO'
        AND c.column_default IS NULL AND c.is_generated = 'NEVER'
        -- What is not yet folded into figures is gone within seconds.
        AND c.table_name <> 'case_figure_change'
    ORDER BY c.table_name, c.ordinal_position"""
CHECKS = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = $1::text::regclass"
VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "'x' || n",
    "timestamptz": "timestamptz '2026-11-01' - interval '1 hour' * n",
    "date": "date '2026-11-01' - n::int",
    "bool": "FALSE",
    "int2": "1 + n % 30000",
    "int4": "n",
    "int8": "n",
    "float8": "n",
    "json": "'{}'",
    "jsonb": "'{}'",
    "bytea": "convert_to(n::text, 'UTF8')",
    "_text": "'{}'",
    "_int4": "'{}'",
    "_uuid": "'{}'",
    "interval": "interval '1 day'",
}
UNTIL = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture(scope="session")
def county_urls(database_server: TestServer) -> Iterator[DatabaseUrls]:
    """The logins of the county's database; what tests register there goes with it."""
    with database_server.database(MIGRATED) as urls:
        # With the statistics that plans are made by.
        asyncio.run(dataset.fill(urls.admin, CASES, lambda _label, _done, _total: None, now=UNTIL))
        asyncio.run(fill_the_rest(urls.admin))
        yield urls


async def fill_the_rest(admin_url: str) -> None:
    """Rows without meaning in every tenant's table that the data set leaves empty.

    On an empty table any index is as good as none; a large county's are not empty. Of one row each to so many cases.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        columns: dict[str, list[asyncpg.Record]] = {}
        for column in await connection.fetch(NEEDED):
            columns.setdefault(column["table_name"], []).append(column)
        for table, needed in columns.items():
            if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{table}")'):
                continue
            for (check,) in await connection.fetch(CHECKS, table):
                await connection.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{check}"')
            names = ", ".join(f'"{one["column_name"]}"' for one in needed)
            made = ", ".join(value_of(one["column_name"], one["udt_name"]) for one in needed)
            await connection.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {made} FROM (SELECT id, row_number() OVER (ORDER BY id) AS n'
                f" FROM dispute_case WHERE county_id = 990101 ORDER BY id LIMIT {REST}) c"
            )
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()


def value_of(column: str, kind: str) -> str:
    """A value for a column that must have one, from a case's `id` and its number `n`."""
    if column == "county_id":
        return "990101"
    if column == "case_id":
        return "c.id"
    return VALUES[kind]
