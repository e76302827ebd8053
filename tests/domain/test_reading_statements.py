"""What a statement may read, and the prepared statements of a connection."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import given, strategies as st

from api.fast_path.connection import PreparedConnection
from domain.foundation.database.urls import DatabaseUrls
from domain.foundation.query.connection import PREPARED_STATEMENTS
from domain.foundation.query.selection import Variables
from domain.foundation.query.statement import Cost

NAMES = "abc"


def level(rows: int | str, fields: int, below: list[Cost]) -> Cost:
    """A level of so many rows, or of as many as a variable says."""
    return Cost(rows if isinstance(rows, int) else lambda variables: int(variables[rows]), fields, below)


ROWS = st.integers(0, 5) | st.sampled_from(NAMES)
COSTS = st.recursive(
    st.builds(level, ROWS, st.integers(0, 9), st.just([])),
    lambda below: st.builds(level, ROWS, st.integers(0, 9), st.lists(below, max_size=3)),
    max_leaves=8,
)


def counted(cost: Cost, variables: Variables) -> int:
    rows = cost.rows if isinstance(cost.rows, int) else cost.rows(variables)
    return rows * (cost.fields + sum(counted(one, variables) for one in cost.below))


@given(COSTS, st.fixed_dictionaries(dict.fromkeys(NAMES, st.integers(0, 100))))
def test_a_weight_is_rows_times_fields_level_by_level(cost: Cost, variables: dict[str, int]) -> None:
    weight = cost.weight()
    assert weight.of(variables) == counted(cost, variables)
    assert weight.fixed in (None, counted(cost, variables))


@pytest.fixture
async def connection(database_urls: DatabaseUrls) -> AsyncIterator[PreparedConnection]:
    opened = await asyncpg.connect(database_urls.admin, connection_class=PreparedConnection)
    yield opened
    await opened.close()


async def test_a_statement_goes_on_when_the_schema_has_changed_beneath_it(connection: PreparedConnection) -> None:
    await connection.execute("CREATE TEMPORARY TABLE changing AS SELECT 1 AS a")
    for columns in (1, 2, 3):
        assert len(await connection.row_of("SELECT * FROM changing", [])) == columns
        await connection.execute(f"ALTER TABLE changing ADD COLUMN b{columns} int")


async def test_a_connection_keeps_so_many_statements_and_no_more(connection: PreparedConnection) -> None:
    for number in range(PREPARED_STATEMENTS + 100):
        assert (await connection.row_of(f"SELECT {number}", []))[0] == number
    held = await connection.fetchval("SELECT count(*) FROM pg_prepared_statements")
    assert held <= PREPARED_STATEMENTS + 5
