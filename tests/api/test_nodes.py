"""What is found by global ids: one's own memberships, words and types by their codes; and nothing by what is no key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.api import serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls


async def test_one_finds_ones_own_memberships_and_nobody_elses(
    haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with serving(haiyan_urls, secret_key_file) as server:
        mine = await server.as_("mediator.haiyan")
        own = (await mine.ask("{ viewer { memberships { id } } }"))["viewer"]["memberships"]
        assert own
        ids = [one["id"] for one in own]
        query = "query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }"
        assert (await mine.ask(query, ids=ids))["nodes"] == own
        theirs = await server.as_("dispatcher.haiyan")
        assert (await theirs.ask(query, ids=ids))["nodes"] == [None] * len(ids)


@pytest.mark.parametrize(
    "odd",
    [
        # Of no kind that there is.
        "",
        "heron",
        "heron:019b1e00-0000-7000-8000-000000000000",
        "code:case_status",
        "code:case_status.",
        "code:.closed",
        "calendarday:440781",
        "calendarday:440781.2026-13-01",
        "calendarday:-1.2026-01-01",
        "calendarday:99999999999.2026-01-01",
        "calendarday:٤.2026-01-01",
        "riskreading:1.2",
        "disputetype:",
        "disputetype:\0",
        "code:\0.\0",
    ],
)
async def test_what_is_no_key_finds_nothing(haiyan_urls: DatabaseUrls, secret_key_file: Path, odd: str) -> None:
    async with serving(haiyan_urls, secret_key_file) as server:
        client = await server.as_("dispatcher.haiyan")
        found = await client.ask("query Q($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", id=odd)
    assert found == {"node": None, "nodes": [None]}


async def test_words_and_types_are_found_by_their_codes(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    async with serving(haiyan_urls, secret_key_file) as server:
        client = await server.as_("dispatcher.haiyan")
        found = await client.ask(
            '{ word: node(id: "code:case_status.closed") { id ... on Code { code label } }'
            ' type: node(id: "disputetype:0101") { id ... on DisputeType { code parent { id } } } }'
        )
    assert found == {
        "word": {"id": "code:case_status.closed", "code": "CLOSED", "label": "已结案"},
        "type": {"id": "disputetype:0101", "code": "0101", "parent": {"id": "disputetype:01"}},
    }
