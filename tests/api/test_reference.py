"""Reads compiled to SQL answer what a slow, plain implementation answers: the same bytes, for random queries of random
people with random variables, on a random place."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_object_type,
    print_ast,
    visit,
)

from authz.enforcer import Policy, load_policy
from tests.reference.access import Access
from tests.reference.compare import Bench, Invalid
from tests.reference.executor import reference_schema
from tests.reference.part_fields import FIELDS
from tests.reference.people import actor_of
from tests.reference.queries import Queries
from tests.reference.roots import ROOTS
from tests.reference.rows import Rows, loaded, written
from tests.reference.things import Asking
from tests.reference.values import Values
from tests.reference.world import World
from tests.support.api import Client, Server, serving
from tests.support.database import MIGRATED, TestServer

if TYPE_CHECKING:
    from domain.database.urls import DatabaseUrls

SEED = 20261122
SHARDS = 12
# Each document is run by several people with several variables: what is kept of it must fit them all.
DOCUMENTS, RUNS = 36, 7


@dataclass
class Place:
    """The random place, written to a database and read back from it."""

    world: World
    rows: Rows
    urls: DatabaseUrls
    policy: Policy
    known: dict[str, Asking] = field(default_factory=dict)

    def asking(self, username: str) -> Asking:
        """What that account's requests are judged by."""
        if username not in self.known:
            actor = actor_of(self.rows, username, self.world.now)
            access = Access(self.rows, self.policy, actor, self.world.now)
            self.known[username] = Asking(self.rows, access, self.world.now)
        return self.known[username]


@pytest.fixture(scope="module")
def place(database_server: TestServer) -> Iterator[Place]:
    world = World(SEED, datetime.now(UTC))
    with database_server.database(MIGRATED) as urls:
        asyncio.run(written(urls.admin, world.tables))
        yield Place(world, asyncio.run(loaded(urls.admin)), urls, load_policy())


async def bench(place: Place, server: Server, username: str) -> Bench:
    return Bench(reference_schema(), await server.as_(username), place.asking(username))


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
async def test_both_implementations_answer_alike(place: Place, secret_key_file: Path, shard: int) -> None:
    pick = random.Random(SEED + shard)
    values = Values(reference_schema(), place.rows, pick)
    queries = Queries(reference_schema(), values, pick)
    seen: Counter[str] = Counter()
    async with serving(place.urls, secret_key_file, clock=lambda: place.world.now) as server:
        while seen["documents"] < DOCUMENTS:
            query = queries.one()
            for _ in range(RUNS):
                username = pick.choice(place.world.usernames)
                variables = query.values(pick)
                both = await bench(place, server, username)
                try:
                    outcome = await both.outcome(query.text, query.document, variables)
                except Invalid:
                    break
                if outcome.fault:
                    small = print_ast(await both.smallest(query.document, variables))
                    pytest.fail(f"{outcome.fault}\nas {username}, {shown(both)}\nwith {variables}\n{small}")
                values.remember(outcome.data)
                seen.update(runs=1, compared=outcome.compared, refused=outcome.refused)
            else:
                seen["documents"] += 1
    # Most of it says something.
    assert seen["compared"] > 0.8 * seen["runs"]
    assert seen["refused"] < 0.2 * seen["runs"]


async def somebody(place: Place, server: Server, county: int, *roles: str) -> Client:
    """An account of that county with exactly these memberships."""
    for username in place.world.usernames:
        actor = place.asking(username).access.actor
        if actor.county_id == county and tuple(one.role for one in actor.memberships) == roles:
            return await server.as_(username)
    raise LookupError


@pytest.mark.parametrize(
    "query",
    [
        'query ($x: ID = "case:0") { viewer { __typename } case(id: $x) { id } }',
        'query ($x: ID = "case:0") { viewer { __typename } node(id: $x) { id } }',
        "query ($x: [ID!] = []) { viewer { __typename } nodes(ids: $x) { id } }",
        "query ($x: CodeList = ROLE) { viewer { __typename } codes(list: $x) { code } }",
        "query ($x: OrderDirection) { viewer { __typename } cases(orderBy: {field: NUMBER, direction: $x}) { totalCount } }",
    ],
)
async def test_null_in_the_place_of_what_has_no_null_is_refused(
    place: Place, secret_key_file: Path, query: str
) -> None:
    async with serving(place.urls, secret_key_file, clock=lambda: place.world.now) as server:
        response = await (await server.as_(place.world.usernames[0])).post(query, {"x": None})
    assert response.status_code == 200
    assert len(response.json()["errors"]) == 1


def shown(both: Bench) -> str:
    """The roles of whoever asked."""
    return ", ".join(one.role for one in both.asking.access.actor.memberships) or "without a membership"


def test_every_field_that_can_be_read_has_a_second_implementation() -> None:
    plain = {"CaseRisk", "MaskedText", "PageInfo", "ActionAvailability", "Blocker", "GroupAccess", "FigureKey"}
    plain |= {"CaseFigures", "CaseTotal", "CaseGroup", "MissingSignature", "ConfirmationMaterialState", "HandOverEntry"}
    for name, fields in readable().items():
        if name == "Query":
            assert fields == ROOTS.keys()
        elif name not in plain and not name.endswith(("Connection", "Edge")):
            assert fields == FIELDS[name].keys(), name


def test_random_queries_reach_every_field(place: Place) -> None:
    schema = reference_schema()
    pick = random.Random(SEED)
    queries = Queries(schema, Values(schema, place.rows, pick), pick)
    missing = {(name, one) for name, fields in readable().items() for one in fields}

    class Reached(Visitor):
        def __init__(self, info: TypeInfo) -> None:
            super().__init__()
            self.info = info

        def enter_field(self, node: Any, *_: object) -> None:
            parent: Any = self.info.get_parent_type()
            for type_ in schema.get_possible_types(parent) if is_abstract_type(parent) else [parent]:
                missing.discard((type_.name, node.name.value))

    for _ in range(SHARDS * DOCUMENTS):
        info = TypeInfo(schema)
        visit(queries.one().document, TypeInfoVisitor(info, Reached(info)))
    assert not missing


def readable() -> dict[str, set[str]]:
    """The fields of every object type that a query can reach."""
    schema = reference_schema()
    found: dict[str, set[str]] = {}
    waiting: list[Any] = [schema.query_type]
    while waiting:
        type_ = waiting.pop()
        if is_abstract_type(type_):
            waiting += schema.get_possible_types(type_)
        elif is_object_type(type_) and type_.name not in found:
            found[type_.name] = {*type_.fields}
            waiting += [get_named_type(one.type) for one in type_.fields.values()]
    return found
