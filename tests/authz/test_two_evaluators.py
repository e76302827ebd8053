"""Casbin's `enforce`, the compiled SQL and the truth decide alike: for rows, groups and actions, in random worlds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import asyncpg
import pytest

import authz.atoms
import authz.conditions
import authz.enforcer
import authz.predicate
import authz.reach
import authz.scopes
from authz.atoms import Related
from authz.enforcer import Policy, load_policy, policy_of, shipped_sources
from authz.explain import explain_rows
from authz.facts import Asking, Row, Subject
from authz.fuzzing.comparing import TABLES, Question, Tally, compare as compare_both
from authz.fuzzing.world_rows import write_worlds
from authz.fuzzing.worlds import World
from authz.loading import reader_of
from authz.names import Meaning, Name
from authz.policy_file import DENY
from authz.reach import RoleAccess, actor_values, signature_of
from authz.resources import READ, RESOURCES, Resource
from authz.scopes import SCOPES
from domain.foundation.basics.actor import Actor
from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.database.urls import DatabaseUrls
from tests.authz.place import NOW
from tests.authz.truth import StatedPolicy
from tests.support.database import MIGRATED, TestServer

SEEDS = (1, 2, 3)

# Resources of which no world has rows.
UNINVENTED = {"audit_entry", "case_reading"}


@pytest.fixture(scope="module")
def worlds(database_server: TestServer) -> Iterator[tuple[DatabaseUrls, list[World]]]:
    """A database of its own with some worlds side by side, each in its own counties."""
    made = [World(seed) for seed in SEEDS]

    with database_server.database(MIGRATED) as urls:
        asyncio.run(write_worlds(urls.admin, made))
        yield urls, made


@lru_cache(8)
def loaded(text: str) -> tuple[Policy, StatedPolicy]:
    """A policy as it is enforced, and as it is stated."""
    return policy_of(text), StatedPolicy(text)


async def compare(
    connection: Any, world: World, text: str, actor: Actor, tally: Tally, access: RoleAccess | None = None
) -> RoleAccess:
    """Every question of the policy, over every row of the world, and what the truth says."""
    policy, stated = loaded(text)

    def truth(asking: Actor, question: Question, row: Row) -> bool:
        return stated.allows(asking, question, row, NOW)

    return await compare_both(connection, world, policy, actor, tally, truth=truth, access=access)


def shipped() -> str:
    """The shipped policy as one text."""
    return "\n".join(source.text for source in shipped_sources())


def never(_tally: Tally) -> bool:
    return False


async def run(
    urls: DatabaseUrls,
    worlds: list[World],
    *,
    actors: int,
    policies: int,
    enough: Callable[[Tally], bool] = never,
) -> Tally:
    """Compare under the shipped policy and under random ones, until `enough` was found."""
    tally = Tally()
    connection = await asyncpg.connect(urls.admin)
    try:
        for world in worlds:
            # The same questions whichever tests ran before on the same world.
            world.pick.seed(world.seed)
            for _ in range(actors):
                await compare(connection, world, shipped(), world.an_actor(), tally)
            for _ in range(policies):
                text = world.a_policy(world.pick.choice([5, 30, 150]))
                for _ in range(2):
                    await compare(connection, world, text, world.an_actor(), tally)
                if enough(tally):
                    break
    finally:
        await connection.close()
    return tally


async def test_enforce_and_sql_agree(worlds: tuple[DatabaseUrls, list[World]]) -> None:
    urls, made = worlds
    # Of the audit log test_audit_matrix tells who reads it, and tests/api/test_audit.py what they then read.
    assert set(TABLES) == set(RESOURCES) - UNINVENTED
    tally = await run(urls, made, actors=8, policies=8)
    assert (tally.differences, tally.untrue) == (0, 0)
    # Worlds in which nobody may do anything, or all may, would prove nothing.
    assert tally.checks > 50_000
    assert 0.02 < tally.allowed / tally.checks < 0.5


async def test_what_was_compiled_for_one_serves_all_of_the_same_shape(
    worlds: tuple[DatabaseUrls, list[World]],
) -> None:
    urls, made = worlds
    tally, twins = Tally(), 0
    connection = await asyncpg.connect(urls.admin)
    try:
        for world in made:
            world.pick.seed(world.seed)
            for text in (shipped(), *(world.a_policy(60) for _ in range(3))):
                policy = policy_of(text)
                for _ in range(4):
                    actor = world.an_actor()
                    access = await compare(connection, world, text, actor, tally)
                    twin = world.a_twin(actor)
                    if signature_of(policy, twin) == access.signature:
                        twins += twin != actor
                        await compare(connection, world, text, twin, tally, access)
    finally:
        await connection.close()
    assert twins > 20
    assert (tally.differences, tally.untrue) == (0, 0)


async def test_facts_are_read_as_they_are(worlds: tuple[DatabaseUrls, list[World]]) -> None:
    """Of every resource whose rows commands name, every row; notes of one of their two tables."""
    urls, made = worlds
    engine = create_engine(urls.application)
    asked = [name for name, one in RESOURCES.items() if one.declared.key is not None and name not in UNINVENTED]
    assert set(RESOURCES) - set(asked) == {"calendar"} | UNINVENTED
    try:
        for world in made:
            async with unit_of_work(engine, world.counties) as session:
                for name in asked:
                    for key, row in world.rows(name):
                        loaded = await reader_of(name).read(session, world.counties, key)
                        assert loaded is not None
                        assert _comparable(loaded, RESOURCES[name]) == _comparable(row, RESOURCES[name])
                reader, stranger = reader_of("case"), (made[0] if world is not made[0] else made[1]).cases[0]
                assert await reader.read(session, world.counties, stranger.id) is None
                assert await reader.read(session, (world.counties[0],), world.cases[-1].id) is None
    finally:
        await engine.dispose()


def _comparable(row: Row, given: Resource) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The facts in an order of their own. An invented row has no key but what others call it by."""
    related = {
        name: sorted(repr([one[column] for column in relationship.columns]) for one in row.related[name])
        for name, relationship in given.relationships.items()
    }
    return {column: row.columns[column] for column in given.columns.values() if column != "id"}, related


def test_explanations_agree_with_decisions() -> None:
    world = World(7)
    for policy in (load_policy(), policy_of(world.a_policy(120))):
        for _ in range(12):
            actor = world.an_actor()
            for row in world.cases[::5]:
                for group in sorted(RESOURCES["case"].actions[READ]):
                    question = ("case", READ, group)
                    explained = explain_rows(policy, actor, *question, row, NOW)
                    assert explained.allowed == policy.enforce(actor, str(row.county_id), *question, row, NOW)
                    denied = {ground.row.eft == DENY for ground in explained.grounds}
                    assert denied <= {not explained.allowed}


def test_membership_order_does_not_matter() -> None:
    world = World(8)
    policy = load_policy()
    for _ in range(50):
        actor = world.an_actor()
        backwards = Actor(
            actor.user_id, actor.county_id, actor.username, actor.display_name, actor.memberships[::-1], (), stamp=1
        )
        assert signature_of(policy, actor) == signature_of(policy, backwards)
        values, others = dict(actor_values(actor, NOW)), dict(actor_values(backwards, NOW))
        assert values | {"counties": []} == others


# What the comparison must catch: each is a mistake that was made somewhere, put back in.


def _role_of_one_reach_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def holds(self: Policy, subject: Subject, names: tuple[str, str, str], facts: Row, resource: str) -> bool:
        role, scope, condition = names
        members = subject.memberships
        return any(role in self.closure[one.membership.role] for one in members) and any(
            self._counts(one, (one.membership.role, scope, condition), facts, resource) for one in members
        )

    monkeypatch.setattr(Policy, "_holds", holds)


def _missing_coalesce(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authz.predicate, "false_for_null", lambda text, _alternatives: text)


def _term_includes_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Related._counts

    def lenient(self: Related, one: Mapping[str, Any], row: Row, values: Mapping[str, Any]) -> bool:
        ends = self.now is not None and one["valid_until"] == values[self.now.path]
        return counts(self, {**one, "valid_until": None} if ends else one, row, values)

    monkeypatch.setattr(Related, "_counts", lenient)


def _denials_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    decide = authz.predicate.decide
    monkeypatch.setattr(authz.reach, "decide", lambda allow, _deny: decide(allow, ()))


def _county_rows_for_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    grounds_of_row = authz.reach.grounds_of_row

    def everywhere(row: Any, member: Any, resource: Any) -> Any:
        return grounds_of_row(replace(row, dom="*"), member, resource)

    monkeypatch.setattr(authz.reach, "grounds_of_row", everywhere)


def _null_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two forms of one atom drifting apart."""
    monkeypatch.setattr(Related, "opposite", property(lambda self: self))
    monkeypatch.setattr(Related, "holds", lambda self, row, _values: bool(row.related[self.relationship.name]))


@pytest.mark.parametrize(
    "mutate",
    [
        _role_of_one_reach_of_another,
        _missing_coalesce,
        _term_includes_its_end,
        _denials_forgotten,
        _county_rows_for_everyone,
        _null_is_not_set,
    ],
)
async def test_the_comparison_catches(
    worlds: tuple[DatabaseUrls, list[World]],
    monkeypatch: pytest.MonkeyPatch,
    mutate: Callable[[pytest.MonkeyPatch], None],
) -> None:
    urls, made = worlds
    mutate(monkeypatch)
    tally = await run(urls, made[:1], actors=3, policies=32, enough=lambda found: found.differences > 0)
    assert tally.differences > 0


# And what both evaluators take from one definition, wrong in both alike: the truth, told apart, must catch it.


def _without_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a mutant is kept for others."""

    def grounds(scope: str, condition: str, asking: Asking, resource: str) -> Any:
        found = authz.conditions.grounds_of(scope, condition, asking.numbered, RESOURCES[resource])
        return authz.predicate.in_order(found)

    monkeypatch.setattr(authz.enforcer, "_grounds", grounds)


def _subtree_taken_for_jurisdiction(monkeypatch: pytest.MonkeyPatch) -> None:
    (meant,), (other,) = SCOPES["jurisdiction"].meanings, SCOPES["subtree"].meanings
    mistaken = Name("jurisdiction", "", (Meaning(meant.needs, other.define),))
    monkeypatch.setattr(authz.conditions, "SCOPES", {**SCOPES, "jurisdiction": mistaken})


def _any_side_is_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    on_side = authz.conditions._on_side
    monkeypatch.setattr(
        authz.conditions, "_on_side", lambda resource, wanted=True, **_same: on_side(resource, wanted=wanted)
    )


def _whoever_stood_still_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    related = authz.atoms.related

    def endless(resource: Any, name: str, **given: Any) -> Related:
        return related(resource, name, **{key: value for key, value in given.items() if key != "now"})

    monkeypatch.setattr(authz.conditions, "related", endless)


def _at_home_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authz.scopes, "at_home", lambda _member, _resource, *atoms: authz.predicate.all_of(*atoms))


@pytest.mark.parametrize(
    "mutate",
    [_subtree_taken_for_jurisdiction, _any_side_is_ones_own, _whoever_stood_still_stands, _at_home_everywhere],
)
async def test_the_truth_catches(
    worlds: tuple[DatabaseUrls, list[World]],
    monkeypatch: pytest.MonkeyPatch,
    mutate: Callable[[pytest.MonkeyPatch], None],
) -> None:
    urls, made = worlds
    _without_cache(monkeypatch)
    mutate(monkeypatch)
    tally = await run(urls, made[:1], actors=3, policies=200, enough=lambda found: found.untrue > 0)
    assert tally.untrue > 0
    assert tally.differences == 0
