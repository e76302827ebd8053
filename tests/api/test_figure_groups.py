"""A group of figures says which cases it counts: its filter, spread over that of the figures, lists as many."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.graphql.schema import graphql_schema
from tests.support.api import Client, serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

FIGURES = """query F($f: CaseFilter, $g: [CaseDimension!]) { caseFigures(filter: $f, groupBy: $g) {
  groups { broughtIn filter keys { dimension value node { id __typename } } } } }"""
LIST = "query L($f: CaseFilter) { cases(filter: $f, first: 0) { totalCount } }"
DIMENSIONS = [*graphql_schema().type_map["CaseDimension"].values]  # type: ignore[attr-defined]
PLACES = {"ORGANISATION", "TOWN", "COMMUNITY", "GRID"}
WHO = ("dispatcher.haiyan", "admin.taishan", "tribunal.haiyan", "women.haiyan", "grid.haiyan", "auditor.taishan")


def a_filter(pick: random.Random) -> dict[str, Any]:
    """Some conditions, also such as groups give themselves."""
    ways: dict[str, Any] = {
        "status": ["CLOSED", "ARCHIVED", "HANDLING"],
        "typeGroup": ["01", "02", "03", "07"],
        "settled": True,
        "without": pick.sample(["RISK_LEVEL", "COMMUNITY", "GRID", "TOWN"], pick.choice([1, 2])),
        "registeredFrom": "2023-05-17T08:30:00+08:00",
        "registeredUntil": "2024-11-03T17:45:00.25+08:00",
    }
    return {name: ways[name] for name in pick.sample([*ways], pick.choice([0, 1, 2]))}


async def checked(client: Client, pick: random.Random) -> int:
    """Compare some groups of random figures with the lists they name; returns how many cases were counted."""
    given, dimensions = a_filter(pick), pick.sample(DIMENSIONS, pick.choice([1, 2, 3]))
    groups = (await client.ask(FIGURES, f=given, g=dimensions))["caseFigures"]["groups"]
    for group in pick.sample(groups, min(4, len(groups))):
        found = await client.ask(LIST, f={**given, **group["filter"]})
        assert found["cases"]["totalCount"] == group["broughtIn"], (given, dimensions, group)
        for key in group["keys"]:
            place = key["dimension"] in PLACES and key["value"] is not None
            # Whoever sees the case may yet not see the organisation.
            assert key["node"] is None or (place and key["node"]["id"] == key["value"])
    return sum(group["broughtIn"] for group in groups)


@pytest.mark.parametrize("who", WHO)
async def test_a_groups_filter_lists_its_cases(haiyan_urls: DatabaseUrls, secret_key_file: Path, who: str) -> None:
    pick = random.Random(who)
    async with serving(haiyan_urls, secret_key_file) as server:
        client = await server.as_(who)
        assert sum([await checked(client, pick) for _ in range(12)]) > 0
        everything = (await client.ask(FIGURES, f={}, g=["ORGANISATION"]))["caseFigures"]["groups"]
        assert any(key["node"] for group in everything for key in group["keys"])


async def test_every_dimension_says_how_its_groups_are_listed(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    async with serving(haiyan_urls, secret_key_file) as server:
        client = await server.as_("admin.taishan")
        for dimension in DIMENSIONS:
            groups = (await client.ask(FIGURES, f={}, g=[dimension]))["caseFigures"]["groups"]
            assert groups, dimension
            for group in groups[:3] + groups[-2:]:
                assert group["filter"], dimension
                found = await client.ask(LIST, f=group["filter"])
                assert found["cases"]["totalCount"] == group["broughtIn"], group
