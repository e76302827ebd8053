"""Servers on Haiyan: one that tests share the rows of, and one whose rows are a test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.api import Server, serving
from tests.support.road import Road

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls


@pytest.fixture
async def server(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> AsyncIterator[Server]:
    """A server for tests that only read."""
    async with serving(haiyan_urls, secret_key_file) as running:
        yield running


@pytest.fixture
async def live(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> AsyncIterator[Server]:
    """A server for one test that writes."""
    async with serving(fresh_haiyan_urls, secret_key_file) as running:
        yield running


@pytest.fixture
async def road(live: Server) -> Road:
    """A dispute about to be taken along the main road."""
    return Road(live)
