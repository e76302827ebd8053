"""Fixtures of the write side: an engine of the application's role, and a county of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.database.urls import DatabaseUrls
from tests.support.builders import SmallCounty, a_county, next_county

Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@pytest.fixture
async def engine(database_urls: DatabaseUrls) -> AsyncIterator[AsyncEngine]:
    """Connections as the application has them, row-level security and all."""
    engine = create_engine(database_urls.application)
    yield engine
    await engine.dispose()


@pytest.fixture
async def county(engine: AsyncEngine) -> SmallCounty:
    """A small county that no other test sees."""
    county_id = next_county()
    async with unit_of_work(engine, [county_id]) as session:
        return await a_county(session, county_id)


@pytest.fixture
def begin(engine: AsyncEngine, county: SmallCounty) -> Begin:
    """Begin a unit of work in that county: `async with begin() as session`."""
    return lambda: unit_of_work(engine, [county.id])
