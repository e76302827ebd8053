"""Reads compiled to SQL answer what a slow, plain implementation answers: the same bytes, for random queries of random
people with random variables, on a random place."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_object_type,
    parse,
    print_ast,
    visit,
)

from api.graphql.schema import graphql_schema
from authz.enforcer import Policy, load_policy
from domain.foundation.basics.clock import CHINA
from tests.reference.access import Access
from tests.reference.compare import Bench, Invalid
from tests.reference.executor import reference_schema
from tests.reference.kinds import KINDS
from tests.reference.lists import FIGURED, LISTED
from tests.reference.part_fields import FIELDS
from tests.reference.people import actor_of
from tests.reference.queries import Queries
from tests.reference.roots import PARTS, ROOTS, id_of
from tests.reference.rows import WORK, Rows, loaded, written
from tests.reference.things import Asking
from tests.reference.values import Values
from tests.reference.world import World
from tests.support.api import Server, serving
from tests.support.database import MIGRATED, TestServer

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

SEED = 20261122
# Each run compares on a place that no run has seen. Of a failure the seed is told; with it here it comes again.
FRESH = int(os.environ.get("FENGQIAO_REFERENCE_SEED") or secrets.randbelow(10**9))
SHARDS = 6
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
    """The same place in every run."""
    with a_place(database_server, SEED) as made:
        yield made


@pytest.fixture(scope="module")
def fresh_place(database_server: TestServer) -> Iterator[Place]:
    """A place of this run alone."""
    with a_place(database_server, FRESH) as made:
        yield made


@contextmanager
def a_place(server: TestServer, seed: int) -> Iterator[Place]:
    world = World(seed, asked_at(seed))
    with server.database(MIGRATED) as urls:
        asyncio.run(written(urls.admin, world.tables))
        yield Place(world, asyncio.run(loaded(urls.admin)), urls, load_policy())


def asked_at(seed: int) -> datetime:
    """When the place is asked: of the seed as well, so that a failure comes again whenever it is tried.

    Both sides are told this moment and neither looks at a clock; some places are asked at midnight in China, or just
    before.
    """
    pick = random.Random(f"asked at {seed}")
    day = datetime(2026, 1, 1, tzinfo=CHINA) + timedelta(days=pick.randrange(365))
    moments = (timedelta(0), timedelta(microseconds=-1), timedelta(seconds=pick.randrange(86_400)))
    return (day + pick.choice(moments)).astimezone(UTC)


async def bench(place: Place, server: Server, username: str) -> Bench:
    return Bench(reference_schema(), await server.as_(username), place.asking(username))


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
async def test_both_implementations_answer_alike(place: Place, secret_key_file: Path, shard: int) -> None:
    await compared(place, secret_key_file, SEED + shard)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
async def test_both_implementations_answer_alike_on_a_fresh_place(
    fresh_place: Place, secret_key_file: Path, shard: int
) -> None:
    try:
        await compared(fresh_place, secret_key_file, FRESH + shard)
    except BaseException as fault:
        fault.add_note(
            f"Again with: FENGQIAO_REFERENCE_SEED={FRESH} pytest tests/api/test_reference.py -k 'fresh_place'"
        )
        raise


async def compared(place: Place, secret: Path, seed: int) -> None:
    """Put random queries to both implementations; fails at the first on which they part."""
    pick = random.Random(seed)
    values = Values(reference_schema(), place.rows, pick)
    queries = Queries(reference_schema(), values, pick)
    seen: Counter[str] = Counter()
    async with serving(place.urls, secret, clock=lambda: place.world.now) as server:
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
    # Most of it says something, whatever the seed.
    assert seen["compared"] > 0.5 * seen["runs"], seen
    assert seen["refused"] < 0.5 * seen["runs"], seen


PART_TYPES = {type_ for _, type_ in PARTS.values()}


def ids_below(type_: Any, depth: int) -> str:
    """A selection of the ids of all parts of a case that are reached from a type, through so many of them."""
    found = ["id"]
    for name, field_ in type_.fields.items() if depth else ():
        named: Any = get_named_type(field_.type)
        paged = named.name.endswith("Connection")
        row: Any = get_named_type(named.fields["nodes"].type) if paged else named
        if row.name in PART_TYPES:
            below = ids_below(row, depth - 1)
            found.append(f"{name}(first: 9) {{ totalCount nodes {{ {below} }} }}" if paged else f"{name} {{ {below} }}")
    return " ".join(found)


async def test_both_implementations_show_the_same_parts(place: Place, secret_key_file: Path) -> None:
    """Every way to parts and their ids, for everybody: random queries seldom meet what few people are kept from."""
    case: Any = reference_schema().type_map["Case"]
    ways = [ids_below(SimpleNamespace(fields={name: one}), 2) for name, one in case.fields.items()]
    ways = [way for way in ways if way != "id"]
    listed = [f"{{ cases(first: 65) {{ nodes {{ {' '.join(ways[n : n + 3])} }} }} }}" for n in range(0, len(ways), 3)]
    by_id = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    pick = random.Random(SEED)
    ids = [id_of(prefix, row) for prefix, (table, _) in PARTS.items() for row in place.rows.all(table)]
    async with serving(place.urls, secret_key_file, clock=lambda: place.world.now) as server:
        for username in place.world.usernames:
            both = await bench(place, server, username)
            asked: list[tuple[str, dict[str, Any]]] = [(query, {}) for query in listed]
            for query, variables in [*asked, (by_id, {"ids": pick.sample(ids, 100)})]:
                outcome = await both.outcome(query, parse(query), variables)
                assert not outcome.fault, f"{username}, {shown(both)}: {outcome.fault}"
                assert outcome.compared


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


# Object types whose values are members of what a resolver gave: (type, why nothing is to be resolved by itself).
MADE_WHOLE = {
    "CaseRisk": "given whole with its case",
    "MaskedText": "given whole by the field that is protected",
    "PageInfo": "given whole with its page",
    "ActionAvailability": "given whole with its case",
    "Blocker": "given whole with its action",
    "GroupAccess": "given whole with its case",
    "CaseFigures": "given whole by caseFigures",
    "CaseTotal": "given whole by caseFigures",
    "CaseGroup": "given whole by caseFigures",
    "FigureKey": "given whole by caseFigures",
    "MissingSignature": "given whole with its agreement",
    "ConfirmationMaterialState": "given whole with its application",
    "HandOverEntry": "given whole with what is handed over",
    **{
        f"{work.type}{name}": f"given whole by {work.figures}"
        for work in KINDS
        for name in ("Figures", "Total", "Group", "FigureKey")
    },
}


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


# Fields that can be read and are compared with nothing: (type, field) -> why.
NOT_COMPARED: dict[tuple[str, str], str] = (
    {
        (name, one): "a table in the code, compared with the inputs themselves by tests/api/test_forms.py"
        for name, fields in {
            "Query": ("form",),
            **{form: tuple(graphql_schema().type_map[form].fields) for form in ("Form", "FormField", "FormOption")},  # type: ignore[attr-defined]
        }.items()
        for one in fields
    }
    | {
        (name, one): "what was done and read on the running platform: tests/api/test_audit.py"
        for name, fields in {
            "Query": ("auditLog", "whoSaw"),
            **{told: tuple(graphql_schema().type_map[told].fields) for told in ("AuditEntry", "CaseReading")},  # type: ignore[attr-defined]
        }.items()
        for one in fields
    }
    | {
        (name, one): "why the policy decides as it does, and its rows: tests/api/test_policy_rules.py"
        for name, fields in {
            "Query": ("explainAccess", "policyChanges", "policyPreview", "policyRules"),
            **{
                told: tuple(graphql_schema().type_map[told].fields)  # type: ignore[attr-defined]
                for told in (
                    "PolicyRule",
                    "AccessExplanation",
                    "AccessGround",
                    "PolicyChange",
                    "PolicyPreview",
                    "PolicyPreviewKind",
                )
            },
        }.items()
        for one in fields
    }
)


def test_every_kind_of_work_has_a_second_implementation() -> None:
    known = {work.subject for work in KINDS}
    assert known == WORK.keys(), "write it in tests/reference, as visits.py, and name it in kinds.py"


def test_every_field_that_can_be_read_has_a_second_implementation() -> None:
    found = {(name, one) for name, fields in readable().items() for one in fields}
    known = {(name, one) for name, fields in FIELDS.items() for one in fields} | {("Query", name) for name in ROOTS}
    plain = {(name, one) for name, one in found if name in MADE_WHOLE or name.endswith(("Connection", "Edge"))}
    missing = found - known - plain
    assert missing == NOT_COMPARED.keys(), "teach tests/reference these fields, or say here why it need not know them"
    assert known <= found, "the schema has lost these fields"
    assert MADE_WHOLE.keys() <= {name for name, _ in found}


def test_every_condition_and_order_of_a_list_has_a_second_implementation() -> None:
    schema = reference_schema()
    query: Any = schema.query_type
    for name, field_ in query.fields.items():
        if ("Query", name) in NOT_COMPARED:
            continue
        if "filter" in field_.args:
            listed = LISTED[FIGURED[name].listed if name in FIGURED else name]
            assert {*get_named_type(field_.args["filter"].type).fields} == {*listed.tests}, name
        if "orderBy" in field_.args:
            orders: Any = get_named_type(get_named_type(field_.args["orderBy"].type).fields["field"].type)
            assert {one.lower() for one in orders.values} == {*LISTED[name].orders}, name
        if "groupBy" in field_.args:
            dimensions: Any = get_named_type(field_.args["groupBy"].type)
            assert {*dimensions.values} == {*FIGURED[name].dimensions}, name


def test_random_queries_reach_every_field(place: Place) -> None:
    schema = reference_schema()
    pick = random.Random(SEED)
    queries = Queries(schema, Values(schema, place.rows, pick), pick)
    missing = {(name, one) for name, fields in readable().items() for one in fields} - NOT_COMPARED.keys()
    # Nor are their pages.
    whole = {name for name, _ in NOT_COMPARED} - {"Query"}
    missing = {
        (name, one) for name, one in missing if name.removesuffix("Connection").removesuffix("Edge") not in whole
    }

    class Reached(Visitor):
        def __init__(self, info: TypeInfo) -> None:
            super().__init__()
            self.info = info

        def enter_field(self, node: Any, *_: object) -> None:
            parent: Any = self.info.get_parent_type()
            for type_ in schema.get_possible_types(parent) if is_abstract_type(parent) else [parent]:
                missing.discard((type_.name, node.name.value))

    for _ in range(100 * DOCUMENTS):
        info = TypeInfo(schema)
        visit(queries.one().document, TypeInfoVisitor(info, Reached(info)))
        if not missing:
            break
    assert not missing
