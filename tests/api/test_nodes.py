"""By its id nothing more is found than the lists show that lead to it: of every part of a case, for several accounts."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from strawberry.utils.str_converters import to_camel_case

from domain.foundation.query.members import ToMany, ToOne
from domain.foundation.query.view import View
from domain.registry import CATALOGUE, metadata
from tests.support.api import Client, serving
from tests.support.database import HAIYAN, TestServer
from tests.support.rows import fetch, ids_of, make_one_of_each

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

CASES = "SELECT * FROM dispute_case WHERE county_id = 440781"
ACCOUNTS = (
    "dispatcher.haiyan",
    "mediator.family.haiyan",
    "women.haiyan",
    "police.haiyan",
    "tribunal.haiyan",
    "grid.haiyan",
    "resident.haiyan",
    "admin.taishan",
    "auditor.taishan",
)
PARTS = [view for view in CATALOGUE if view.prefix is not None and view.owner is not None and view.owner.view == "case"]
# Of each kind of part so many are looked for.
SOME = 4


@pytest.fixture(scope="module")
def parts_urls(database_server: TestServer) -> Iterator[DatabaseUrls]:
    """Haiyan with at least one of everything, and an agreement of an earlier round."""
    with database_server.database(HAIYAN) as urls:
        asyncio.run(make_one_of_each(urls, 440781, [metadata.tables[view.table] for view in PARTS], CASES))
        yield urls


def ids_below(view: View, depth: int) -> str:
    """A selection of the ids of every part that is reached from a row of the view, through other parts too."""
    found = ["id"] if view.prefix is not None else ["__typename"]
    for name, member in view.members.items():
        if not isinstance(member, ToOne | ToMany) or depth == 0:
            continue
        target = CATALOGUE[member.view]
        if target.owner is None or target.owner.view != "case":
            continue
        below = ids_below(target, depth - 1)
        paged = isinstance(member, ToMany) and member.paged
        field = to_camel_case(name)
        found.append(f"{field}(first: 100) {{ nodes {{ {below} }} }}" if paged else f"{field} {{ {below} }}")
    return " ".join(found)


def queries() -> list[str]:
    """One query for each way from a case to its parts."""
    case = CATALOGUE["case"]
    ways = [
        View(name="case", description="", table="", members={name: member}, resource="case", prefix="case")
        for name, member in case.members.items()
        if isinstance(member, ToOne | ToMany) and CATALOGUE[member.view] in PARTS
    ]
    return [f"query Q($id: ID!) {{ case(id: $id) {{ {ids_below(one, 3)} }} }}" for one in ways]


async def shown(client: Client, case: str) -> set[str]:
    """The ids of everything that the case's lists show."""
    answers = [await client.ask(query, id=case) for query in queries()]
    return set(re.findall(r'"id": "([^"]+)"', json.dumps(answers)))


@pytest.mark.parametrize("who", ACCOUNTS)
async def test_by_its_id_nothing_more_is_found_than_lists_show(
    parts_urls: DatabaseUrls, secret_key_file: Path, who: str
) -> None:
    ids: dict[str, str] = {}
    for view in PARTS:
        sought = f"SELECT id, whole FROM ({ids_of(view).replace(' AS id', ' AS id, w.id AS whole', 1)}) x"
        # Some of the latest, and some of the first; of agreements also those no longer in force.
        for way in ("ASC", "DESC"):
            found = await fetch(parts_urls, f"{sought} WHERE county_id = 440781 ORDER BY 1 {way} LIMIT {SOME}")
            ids |= {row["id"]: f"case:{row['whole']}" for row in found}
        assert any(one.startswith(f"{view.prefix}:") for one in ids), view.name
    earlier = await fetch(
        parts_urls,
        "SELECT 'agreement:' || id AS id, case_id FROM case_agreement WHERE superseded_at IS NOT NULL"
        " UNION ALL SELECT 'signature:' || s.id, s.case_id FROM agreement_signature s JOIN case_agreement a"
        " ON a.id = s.agreement_id WHERE a.superseded_at IS NOT NULL",
    )
    assert earlier
    ids |= {row["id"]: f"case:{row['case_id']}" for row in earlier}
    async with serving(parts_urls, secret_key_file) as server:
        client = await server.as_(who)
        listed = {case: await shown(client, case) for case in sorted({*ids.values()})}
        asked = sorted(ids)
        found_ids: set[str] = set()
        for first in range(0, len(asked), 100):
            answer = await client.ask("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=asked[first:][:100])
            found_ids |= {one["id"] for one in answer["nodes"] if one is not None}
        for one in asked:
            alone = (await client.ask("query Q($id: ID!) { node(id: $id) { id } }", id=one))["node"]
            assert (alone is not None) == (one in found_ids), one
        # An obligation of an earlier round is shown where its breach is, and found by those who handle the case.
        told = {one for one in asked if one in listed[ids[one]]}
        assert found_ids <= told, found_ids - told
        assert {one for one in told - found_ids if not one.startswith("obligation:")} == set()


async def test_one_finds_ones_own_memberships_and_nobody_elses(parts_urls: DatabaseUrls, secret_key_file: Path) -> None:
    async with serving(parts_urls, secret_key_file) as server:
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
async def test_what_is_no_key_finds_nothing(parts_urls: DatabaseUrls, secret_key_file: Path, odd: str) -> None:
    async with serving(parts_urls, secret_key_file) as server:
        client = await server.as_("dispatcher.haiyan")
        found = await client.ask("query Q($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", id=odd)
    assert found == {"node": None, "nodes": [None]}


async def test_words_and_types_are_found_by_their_codes(parts_urls: DatabaseUrls, secret_key_file: Path) -> None:
    async with serving(parts_urls, secret_key_file) as server:
        client = await server.as_("dispatcher.haiyan")
        found = await client.ask(
            '{ word: node(id: "code:case_status.closed") { id ... on Code { code label } }'
            ' type: node(id: "disputetype:0101") { id ... on DisputeType { code parent { id } } } }'
        )
    assert found == {
        "word": {"id": "code:case_status.closed", "code": "CLOSED", "label": "已结案"},
        "type": {"id": "disputetype:0101", "code": "0101", "parent": {"id": "disputetype:01"}},
    }
