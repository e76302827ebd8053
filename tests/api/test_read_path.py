"""Reads through GraphQL, as a frontend sends them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.api import Server, serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls


@pytest.fixture
async def server(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> AsyncIterator[Server]:
    async with serving(haiyan_urls, secret_key_file) as running:
        yield running


async def test_the_director_reads_the_figures_of_the_seed(server: Server) -> None:
    director = await server.as_("director.haiyan")
    data = await director.ask("{ caseFigures { total { broughtIn settled settlementRate } } }")
    assert data["caseFigures"]["total"] == {"broughtIn": 182, "settled": 176, "settlementRate": 176 / 182}


async def test_pages_cover_a_list_once_in_both_directions(server: Server) -> None:
    director = await server.as_("director.haiyan")
    query = """query P($first: Int, $after: String, $last: Int, $before: String) {
        cases(first: $first, after: $after, last: $last, before: $before) {
            totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }"""
    forwards: list[str] = []
    after = None
    while True:
        page = (await director.ask(query, first=50, after=after))["cases"]
        forwards += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(forwards) == len(set(forwards)) == page["totalCount"] == 182
    backwards: list[str] = []
    before = None
    while True:
        page = (await director.ask(query, last=50, before=before))["cases"]
        backwards = [edge["node"]["id"] for edge in page["edges"]] + backwards
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert backwards == forwards
