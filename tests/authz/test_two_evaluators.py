"""Casbin's `enforce` and the compiled SQL decide alike: for rows, field groups and actions, in random worlds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import authz.conditions
import authz.predicate
import authz.reach
from authz.case_facts import case_row
from authz.enforcer import Policy, load_policy, policy_of
from authz.explain import explain_rows
from authz.facts import Row, Subject, Tie
from authz.policy_file import DENY
from authz.reach import RoleAccess, actor_values, signature_of
from authz.resources import READ, RESOURCES, columns
from authz.scopes import SCOPES, Named, Pair
from domain.database.session import create_engine, unit_of_work
from domain.database.urls import DatabaseUrls
from domain.kernel.actor import Actor
from domain.reading.access import ActorValue
from tests.authz.place import NOW
from tests.authz.worlds import World, write_worlds
from tests.support.database import MIGRATED, TestServer

SEEDS = (1, 2, 3)
_PART = "{table} t JOIN dispute_case owner ON owner.county_id = t.county_id AND owner.id = t.case_id"
# Resource -> what its rows are read from; notes and session records are two tables of one resource.
TABLES = {
    "case": ["dispute_case t"],
    "organisation": ["organisation t"],
    "user": ["app_user t"],
    "note": [_PART.format(table="case_note"), _PART.format(table="case_session")],
    "party": [_PART.format(table="case_party")],
    # Its days have no id, and its only fact is whose they are: any row of the county stands for one.
    "calendar": ["organisation t"],
    "committee": ["mediation_committee t"],
    "mediator": ["mediator t"],
}


@pytest.fixture(scope="module")
def worlds(database_server: TestServer) -> Iterator[tuple[DatabaseUrls, list[World]]]:
    """A database of its own with some worlds side by side, each in its own counties."""
    made = [World(seed) for seed in SEEDS]

    with database_server.database(MIGRATED) as urls:
        asyncio.run(write_worlds(urls.admin, made))
        yield urls, made


@dataclass
class Tally:
    """What was compared, and where the two evaluators differed."""

    checks: int = 0
    allowed: int = 0
    differences: int = 0


class Values:
    """Binds the caller's values for one statement."""

    def __init__(self, given: Any) -> None:
        self._given = given
        self._numbers: dict[str, int] = {}
        self.bound: list[Any] = []

    def __call__(self, value: ActorValue) -> str:
        if value.path not in self._numbers:
            self.bound.append(self._given[value.path])
            self._numbers[value.path] = len(self.bound)
        return f"${self._numbers[value.path]}"


async def compare(
    connection: Any, world: World, policy: Policy, actor: Actor, tally: Tally, access: RoleAccess | None = None
) -> RoleAccess:
    """Every question of the policy, over every row of the world. The administrator's login sees past the wall."""
    # Not access_of: a mutant must not leave its predicates to others.
    access = access or RoleAccess(policy, signature_of(policy, actor))
    for resource, table in ((RESOURCES[name], table) for name, tables in TABLES.items() for table in tables):
        questions = [(action, group) for action, groups in resource.actions.items() for group in sorted(groups)]
        bind = Values(actor_values(actor, NOW))
        names = columns(resource.name, "t")
        masks = [access.predicate(resource.name, *question).sql(names, bind) for question in questions]
        filters = [access.predicate(resource.name, *question).where_sql(names, bind) for question in questions]
        # Each filter as a WHERE clause has it: what is not true is dropped.
        kept = [f"exists (select 1 where {text})" for text in filters]
        counties = f"t.county_id in ({', '.join(map(str, world.counties))})"
        found = await connection.fetch(
            f"select t.id, {', '.join(masks + kept)} from {table} where {counties}", *bind.bound
        )
        answers: dict[UUID, list[Any]] = {one[0]: list(one)[1:] for one in found}
        rows = world.rows(resource.name)
        assert set(answers) == {key for key, _ in rows}
        for key, row in rows:
            count = len(questions)
            for question, mask, keep in zip(questions, answers[key][:count], answers[key][count:], strict=True):
                expected = policy.enforce(actor, str(row.county_id), resource.name, *question, row, NOW)
                tally.checks += 1
                tally.allowed += expected
                # Exactly true or false: NULL is neither.
                tally.differences += mask is not expected or keep is not expected
    return access


async def run(urls: DatabaseUrls, worlds: list[World], *, actors: int, policies: int) -> Tally:
    """Compare under the shipped policy and under random ones."""
    tally = Tally()
    connection = await asyncpg.connect(urls.admin)
    try:
        for world in worlds:
            # The same questions whichever tests ran before on the same world.
            world.pick.seed(world.seed)
            shipped = load_policy()
            for _ in range(actors):
                await compare(connection, world, shipped, world.an_actor(), tally)
            for _ in range(policies):
                policy = policy_of(world.a_policy(world.pick.choice([5, 30, 150])))
                for _ in range(2):
                    await compare(connection, world, policy, world.an_actor(), tally)
    finally:
        await connection.close()
    return tally


async def test_enforce_and_sql_agree(worlds: tuple[DatabaseUrls, list[World]]) -> None:
    urls, made = worlds
    assert set(TABLES) == set(RESOURCES)
    tally = await run(urls, made, actors=8, policies=8)
    assert tally.differences == 0
    # Worlds in which nobody may do anything, or all may, would prove nothing.
    assert tally.checks > 50_000
    assert 0.02 < tally.allowed / tally.checks < 0.5


async def test_what_was_folded_for_one_serves_all_of_the_same_shape(
    worlds: tuple[DatabaseUrls, list[World]],
) -> None:
    urls, made = worlds
    tally, twins = Tally(), 0
    connection = await asyncpg.connect(urls.admin)
    try:
        for world in made:
            world.pick.seed(world.seed)
            for text in (None, *(world.a_policy(60) for _ in range(3))):
                policy = load_policy() if text is None else policy_of(text)
                for _ in range(4):
                    actor = world.an_actor()
                    access = await compare(connection, world, policy, actor, tally)
                    twin = world.a_twin(actor)
                    if signature_of(policy, twin) == access.signature:
                        twins += twin != actor
                        await compare(connection, world, policy, twin, tally, access)
    finally:
        await connection.close()
    assert twins > 20
    assert tally.differences == 0


async def test_the_loader_gives_the_facts_as_they_are(worlds: tuple[DatabaseUrls, list[World]]) -> None:
    urls, made = worlds
    engine = create_engine(urls.application)
    try:
        for world in made:
            async with unit_of_work(engine, world.counties) as session:
                for case in world.cases:
                    loaded = await case_row(session, world.counties, case.id)
                    assert loaded is not None
                    assert _sorted(loaded) == _sorted(case)
                stranger = made[0].cases[0] if world is not made[0] else made[1].cases[0]
                assert await case_row(session, world.counties, stranger.id) is None
                assert await case_row(session, (world.counties[0],), world.cases[-1].id) is None
    finally:
        await engine.dispose()


def _sorted(row: Any) -> dict[str, Any]:
    """Ties of equal facts have no order."""
    return {
        name: sorted(map(repr, value)) if isinstance(value := getattr(row, name), tuple) else value
        for name in row.__dataclass_fields__
    }


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
        members = subject.actor.memberships
        return any(role in self.closure[one.role] for one in members) and any(
            self._counts(subject, one, (one.role, scope, condition), facts, resource) for one in members
        )

    monkeypatch.setattr(Policy, "_holds", holds)


def _missing_coalesce(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authz.predicate, "not_null", lambda text, _alternatives: text)


def _term_includes_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def holds_at(self: Tie, now: Any) -> bool:
        return self.valid_from <= now and (self.valid_until is None or now <= self.valid_until)

    monkeypatch.setattr(Tie, "holds_at", holds_at)


def _denials_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = authz.predicate.decided
    monkeypatch.setattr(authz.reach, "decided", lambda allow, _deny: decided(allow, ()))


def _county_rows_for_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    row_for = authz.reach._row_for

    def everywhere(row: Any, held: Any, resource: Any) -> Any:
        from dataclasses import replace

        return row_for(replace(row, dom="*"), held, resource)

    monkeypatch.setattr(authz.reach, "_row_for", everywhere)


def _subtree_taken_for_jurisdiction(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = SCOPES["jurisdiction"].pairs[0]
    mistaken = Pair(pair.needs, pair.holds, SCOPES["subtree"].pairs[0].fold)
    entry = Named("jurisdiction", "", (mistaken,))
    monkeypatch.setattr(authz.reach, "SCOPES", {**SCOPES, "jurisdiction": entry})


def _any_side_is_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    standing = authz.conditions._standing
    monkeypatch.setattr(
        authz.conditions, "_standing", lambda resource, wanted=True, **_same: standing(resource, wanted=wanted)
    )


@pytest.mark.parametrize(
    "mutate",
    [
        _any_side_is_ones_own,
        _role_of_one_reach_of_another,
        _missing_coalesce,
        _term_includes_its_end,
        _denials_forgotten,
        _county_rows_for_everyone,
        _subtree_taken_for_jurisdiction,
    ],
)
async def test_the_comparison_catches(
    worlds: tuple[DatabaseUrls, list[World]],
    monkeypatch: pytest.MonkeyPatch,
    mutate: Callable[[pytest.MonkeyPatch], None],
) -> None:
    urls, made = worlds
    mutate(monkeypatch)
    tally = await run(urls, made[:1], actors=3, policies=32)
    assert tally.differences > 0
