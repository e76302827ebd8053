"""The gate on a real database, behind the wall: what it grants, refuses, and pretends not to know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from authz.enforcer import load_policy
from authz.facts import new_facts
from authz.gate import Gate
from domain.codes.enums import CaseAction
from domain.foundation.basics.actor import (
    Actor,
    Area,
    AreaLevel,
    Membership,
)
from domain.foundation.basics.errors import Forbidden, NotFound
from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.database.urls import DatabaseUrls
from tests.authz.place import NOW
from tests.authz.worlds import World, write_worlds
from tests.support.access_rows import CaseRow
from tests.support.database import MIGRATED, TestServer

POLICY = load_policy()


@pytest.fixture(scope="module")
def world() -> World:
    return World(11)


@pytest.fixture(scope="module")
def urls(database_server: TestServer, world: World) -> Iterator[DatabaseUrls]:
    with database_server.database(MIGRATED) as made:
        asyncio.run(write_worlds(made.admin, [world]))
        yield made


@pytest.fixture
async def engine(urls: DatabaseUrls) -> AsyncIterator[AsyncEngine]:
    made = create_engine(urls.application)
    yield made
    await made.dispose()


@pytest.fixture
def case(world: World) -> CaseRow:
    """A case with a place and a handler, in the first county."""
    return next(row for row in world.cases if row.grid_id and row.handler_id and row.county_id == world.counties[0])


def a_member(world: World, role: str, *, of: UUID | None = None, subtree: tuple[Area, ...] = ()) -> Membership:
    county = world.counties[0]
    organisation = of or world.organisations[0].organisation_id
    return Membership(world.an_id(), county, role, organisation, "governance_centre", subtree, ())


def acting(world: World, *memberships: Membership, user: UUID | None = None) -> Actor:
    county = world.counties[0]
    return Actor(user or world.an_id(), county, "tester", "测试员（虚构）", memberships, (county,), stamp=1)


def dispatcher(world: World, town: UUID | None) -> Actor:
    assert town is not None
    return acting(world, a_member(world, "centre_dispatcher", subtree=(Area(AreaLevel.TOWN, town),)))


def gate_of(actor: Actor) -> Gate:
    return Gate(POLICY, actor, lambda: NOW)


def work(engine: AsyncEngine, actor: Actor) -> AbstractAsyncContextManager[AsyncSession]:
    return unit_of_work(engine, actor.counties)


async def test_a_grant_says_who_what_and_by_which_membership(engine: AsyncEngine, world: World, case: CaseRow) -> None:
    idle = a_member(world, "resident")
    able = dispatcher(world, case.town_id).memberships[0]
    actor = acting(world, idle, able)
    async with work(engine, actor) as session:
        grant = await gate_of(actor).require(session, "case", CaseAction.ACCEPT, case.id)
    assert (grant.actor, grant.membership, grant.action) == (actor, able, "accept")
    assert (grant.county_id, grant.subject_id, grant.policy_version) == (case.county_id, case.id, POLICY.version)


async def test_the_membership_of_a_grant_does_not_hang_on_order(
    engine: AsyncEngine, world: World, case: CaseRow
) -> None:
    members = [dispatcher(world, case.town_id).memberships[0] for _ in range(4)]
    chosen = set()
    for order in (members, members[::-1], members[2:] + members[:2]):
        actor = acting(world, *order)
        async with work(engine, actor) as session:
            chosen.add((await gate_of(actor).require(session, "case", CaseAction.ACCEPT, case.id)).membership)
    assert len(chosen) == 1


async def refusal(engine: AsyncEngine, actor: Actor, action: CaseAction, case_id: UUID) -> Any:
    with pytest.raises((NotFound, Forbidden)) as refused:
        async with work(engine, actor) as session:
            await gate_of(actor).require(session, "case", action, case_id)
    return type(refused.value), refused.value.code, refused.value.message


async def test_invisible_is_not_found_exactly_as_absent(engine: AsyncEngine, world: World, case: CaseRow) -> None:
    other_town = next(town for town in world.areas[case.county_id][AreaLevel.TOWN] if town != case.town_id)
    stranger = dispatcher(world, other_town)
    afar = next(row for row in world.cases if row.county_id != case.county_id)
    answers = {
        await refusal(engine, stranger, CaseAction.ACCEPT, case.id),
        await refusal(engine, stranger, CaseAction.ACCEPT, afar.id),
        await refusal(engine, stranger, CaseAction.ACCEPT, world.an_id()),
        await refusal(engine, acting(world), CaseAction.ACCEPT, case.id),
    }
    assert answers == {(NotFound, "NOT_FOUND", "未找到该记录")}


async def test_visible_but_barred_is_forbidden(engine: AsyncEngine, world: World, case: CaseRow) -> None:
    answer = await refusal(engine, dispatcher(world, case.town_id), CaseAction.RULE_CONFIRMATION, case.id)
    assert answer == (Forbidden, "FORBIDDEN", "您没有执行此操作的权限")


async def test_an_action_needs_sight_of_the_case(engine: AsyncEngine, world: World, case: CaseRow) -> None:
    """A policy that grants an action without reading would otherwise be an oracle for ids."""
    from authz.enforcer import policy_of

    policy = policy_of("p, resident, *, case, accept, core, any, always, allow")
    actor = acting(world, a_member(world, "resident"))
    with pytest.raises(NotFound):
        async with work(engine, actor) as session:
            await Gate(policy, actor, lambda: NOW).require(session, "case", CaseAction.ACCEPT, case.id)


async def test_the_case_stays_locked_and_what_changed_meanwhile_counts(
    engine: AsyncEngine, urls: DatabaseUrls, world: World, case: CaseRow
) -> None:
    """Someone holds the case and sends it, with its mediator, elsewhere: who waited decides on what is true then."""
    committee = next(row.organisation_id for row in world.organisations if row.organisation_id != case.handler_id)
    mediator = world.an_id()
    actor = acting(world, a_member(world, "mediator", of=committee), user=mediator)
    other = await asyncpg.connect(urls.admin)
    try:
        before = other.transaction()
        await before.start()
        await other.execute("SELECT 1 FROM dispute_case WHERE id = $1 FOR UPDATE", case.id)

        async def wait() -> str:
            async with work(engine, actor) as session:
                await session.execute(text("SET LOCAL application_name = 'the one who waits'"))
                return (await gate_of(actor).require(session, "case", CaseAction.AGREE, case.id)).action

        waiting = asyncio.create_task(wait())
        blocked = (
            "SELECT 1 FROM pg_stat_activity WHERE application_name = 'the one who waits' AND wait_event_type = 'Lock'"
        )
        watcher = await asyncpg.connect(urls.admin)
        while not await watcher.fetch(blocked):
            assert not waiting.done()
            await asyncio.sleep(0.01)
        await watcher.close()
        await other.execute(
            "INSERT INTO app_user (county_id, id, display_name) VALUES ($1, $2, '虚构')", case.county_id, mediator
        )
        await other.execute(
            "INSERT INTO case_mediator (county_id, id, case_id, user_id, organisation_id, valid_from)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            case.county_id, world.an_id(), case.id, mediator, committee, NOW,
        )  # fmt: skip
        await before.commit()
        assert await waiting == "agree"
    finally:
        await other.close()


def a_new_case(world: World, actor: Actor, place: CaseRow) -> dict[str, Any]:
    return {
        "county_id": place.county_id,
        "id": world.an_id(),
        "organisation_id": place.organisation_id,
        "registered_by": actor.user_id,
        "town_id": place.town_id,
        "community_id": place.community_id,
        "grid_id": place.grid_id,
    }


async def test_registering_within_reach(engine: AsyncEngine, world: World, case: CaseRow) -> None:
    actor = dispatcher(world, case.town_id)
    new = a_new_case(world, actor, case)
    async with work(engine, actor) as session:
        grant = await gate_of(actor).require_create(session, new_facts("case", **new))
    assert (grant.action, grant.subject_id, grant.membership) == ("register", new["id"], actor.memberships[0])


async def test_registering_out_of_reach_or_as_another_is_forbidden(
    engine: AsyncEngine, world: World, case: CaseRow
) -> None:
    actor = dispatcher(world, case.town_id)
    new = a_new_case(world, actor, case)
    other_town = next(town for town in world.areas[case.county_id][AreaLevel.TOWN] if town != case.town_id)
    towns_of_grids = {row.grid_id: row.town_id for row in world.organisations if row.grid_id is not None}
    foreign_grid = next(grid for grid, town in towns_of_grids.items() if town == other_town)
    attempts = {
        "another town": new | {"town_id": other_town, "community_id": None, "grid_id": None},
        "another's grid under one's own town": new | {"grid_id": foreign_grid},
        "a grid that does not exist": new | {"grid_id": world.an_id()},
        "another county": new | {"county_id": world.counties[1]},
        "in another's name": new | {"registered_by": world.an_id()},
        "no place": new | {"town_id": None, "community_id": None, "grid_id": None},
    }
    refused = set()
    for name, attempt in attempts.items():
        async with work(engine, actor) as session:
            try:
                await gate_of(actor).require_create(session, new_facts("case", **attempt))
            except Forbidden:
                refused.add(name)
    assert refused == set(attempts)
