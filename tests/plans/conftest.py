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
    from domain.database.urls import DatabaseUrls

CASES = 20_000
# Rows, and so plans, are the same whenever the tests run.
UNTIL = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture(scope="session")
def county_urls(database_server: TestServer) -> Iterator[DatabaseUrls]:
    """The logins of the county's database, which tests only read."""
    with database_server.database(MIGRATED) as urls:
        asyncio.run(fill(urls.admin))
        yield urls


async def fill(admin_url: str) -> None:
    """Make the rows, and the statistics that plans are made by."""
    await dataset.fill(admin_url, CASES, lambda _label, _done, _total: None, now=UNTIL)
    connection = await asyncpg.connect(admin_url)
    try:
        # The rows were written without triggers.
        await connection.execute("SELECT rebuild_case_figures(id) FROM county")
        await connection.execute("VACUUM (ANALYZE)")
    finally:
        await connection.close()
