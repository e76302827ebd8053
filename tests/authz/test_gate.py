"""The gate on a real database, behind row-level security: what it grants, refuses, and pretends not to know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from authz.enforcer import load_policy, policy_of
from authz.facts import new_facts
from authz.fuzzing.invented_rows import CaseRow
from authz.fuzzing.world_rows import write_worlds
from authz.fuzzing.worlds import World
from authz.gate import Gate
from domain.codes.enums import CaseAction, NoteVisibility, PartySide
from domain.disputes.access_facts import note_readers
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


async def test_one_acts_by_the_membership_of_the_first_row_that_allows_it(
    engine: AsyncEngine, world: World, case: CaseRow
) -> None:
    actor = acting(world, *(a_member(world, role) for role in ("judge", "mediator", "resident")))
    seen = "p, anyone, *, case, read, core, any, always, allow"
    for roles in permutations(("judge", "mediator", "resident")):
        rows = [f"p, {role}, *, case, accept, core, any, always, allow" for role in roles]
        gate = Gate(policy_of("\n".join([seen, *rows])), actor, lambda: NOW)
        async with work(engine, actor) as session:
            grant = await gate.require(session, "case", CaseAction.ACCEPT, case.id)
        assert grant.membership.role == roles[0]


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
    # Whoever does not see the case does not wait for it: this one sees it as a dispatcher.
    seeing = dispatcher(world, case.town_id).memberships[0]
    actor = acting(world, seeing, a_member(world, "mediator", of=committee), user=mediator)
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


async def test_a_membership_that_has_ended_grants_nothing_and_stops_nothing(
    engine: AsyncEngine, world: World, case: CaseRow
) -> None:
    able = dispatcher(world, case.town_id).memberships[0]
    ended, ending = (replace(able, valid_until=NOW + timedelta(microseconds=rest)) for rest in (0, 1))
    asked = ("case", CaseAction.ACCEPT, case.id)
    assert await granted(engine, acting(world, ended), *asked) is NotFound
    assert (await granted(engine, acting(world, ending), *asked)).membership == ending
    both = acting(world, ended, replace(able, id=world.an_id()))
    assert (await granted(engine, both, *asked)).membership == both.memberships[1]


async def granted(engine: AsyncEngine, actor: Actor, *asked: Any, how: str = "require") -> Any:
    """The grant, or the kind of refusal."""
    async with work(engine, actor) as session:
        try:
            return await getattr(gate_of(actor), how)(session, *asked)
        except (NotFound, Forbidden) as refused:
            return type(refused)


def a_justice_officer(world: World, *towns: UUID | None) -> Actor:
    areas = tuple(Area(AreaLevel.TOWN, town) for town in towns if town is not None)
    return acting(world, replace(a_member(world, "justice_officer"), jurisdiction=areas))


async def test_the_register_of_committees(engine: AsyncEngine, world: World) -> None:
    """What is made of an organisation is asked of the organisation; the rest of the committee, or the appointment."""
    county = world.counties[0]
    committee = next(row for row in world.committees if row.county_id == county and row.town_id)
    organisation = next(row for row in world.organisations if row.county_id == county and row.town_id)
    mediator, appointment = next((key, row) for key, row in world.mediators if row.county_id == county and row.town_id)
    near = a_justice_officer(world, committee.town_id, organisation.town_id, appointment.town_id)
    for resource, action, key in (
        ("committee", "register", organisation.organisation_id),
        ("committee", "set", organisation.organisation_id),
        ("committee", "elect", committee.organisation_id),
        ("committee", "appoint", committee.organisation_id),
        ("mediator", "dismiss", mediator),
    ):
        grant = await granted(engine, near, resource, action, key)
        assert (grant.action, grant.subject_id, grant.county_id) == (action, key, county)
        assert grant.membership == near.memberships[0]
        # The directory is open to everybody; the register is not.
        seen = Forbidden if action in {"register", "set"} else NotFound
        assert await granted(engine, acting(world, a_member(world, "resident")), resource, action, key) is seen
        assert await granted(engine, near, resource, action, world.an_id()) is NotFound
    afar = next(row for row in world.committees if row.county_id != county)
    assert await granted(engine, near, "committee", "elect", afar.organisation_id) is NotFound
    # An organisation that is no committee is none.
    areas = {key for keys in world.areas[county].values() for key in keys}
    assert await granted(engine, near, "committee", "elect", min(areas)) is NotFound
    director = acting(world, a_member(world, "mediator", of=committee.organisation_id))
    assert await granted(engine, director, "committee", "elect", committee.organisation_id) is Forbidden


async def test_a_note_is_for_those_who_may_read_it(engine: AsyncEngine, world: World) -> None:
    county = world.counties[0]
    case, side, user = next(
        (row, side, user) for row in world.cases for user, side in row.party_sides
        if row.county_id == county and len({one for who, one in row.party_sides if who == user}) == 1
        and not row.representatives and row.registered_by != user
    )  # fmt: skip
    party = acting(world, a_member(world, "resident"), user=user)
    other = next(one for one in PartySide if one != side)
    for visibility, of, answer in (
        (NoteVisibility.EVERYONE, None, "add_note"),
        (NoteVisibility.SIDE, PartySide(side), "add_note"),
        (NoteVisibility.SIDE, other, Forbidden),
        (NoteVisibility.MEDIATORS, None, Forbidden),
        (NoteVisibility.ORGANISATION, None, Forbidden),
    ):
        found = await granted(engine, party, case.id, visibility, of, how="require_note")
        assert getattr(found, "action", found) == answer, (visibility, of)
        if answer == "add_note":
            assert found.subject_id == case.id
    with pytest.raises(Forbidden, match="您无权查看该可见范围的备注"):
        async with work(engine, party) as session:
            await gate_of(party).require_note(session, case.id, NoteVisibility.MEDIATORS, None)
    stranger = acting(world, a_member(world, "resident"))
    asked = (case.id, NoteVisibility.EVERYONE, None)
    assert await granted(engine, stranger, *asked, how="require_note") is NotFound


async def test_a_note_for_one_organisation_is_for_the_writers_own(engine: AsyncEngine, world: World) -> None:
    """The membership that grants the writing, not another of the same person."""
    case = next(row for row in world.cases if row.county_id == world.counties[0] and row.town_id)
    able = dispatcher(world, case.town_id).memberships[0]
    actor = acting(world, a_member(world, "resident", of=world.organisations[1].organisation_id), able)
    grant = await granted(engine, actor, case.id, NoteVisibility.ORGANISATION, None, how="require_note")
    assert grant.membership == able
    facts = note_readers(NoteVisibility.ORGANISATION, None)(grant)
    assert facts == {"visibility": "organisation", "side": None, "organisation_id": able.organisation_id}
    assert note_readers(NoteVisibility.EVERYONE, None)(grant)["organisation_id"] is None


async def test_what_a_county_has_one_of_is_set_for_ones_own(world: World) -> None:
    admin = acting(world, a_member(world, "county_admin"))
    grant = await gate_of(admin).require_in_county("calendar", "set")
    assert (grant.action, grant.county_id) == ("set", world.counties[0])
    assert grant.subject_id == admin.memberships[0].organisation_id
    with pytest.raises(Forbidden):
        await gate_of(acting(world, a_member(world, "resident"))).require_in_county("calendar", "set")
    # An administrator of the next county has none here.
    afar = replace(admin, memberships=(replace(admin.memberships[0], county_id=world.counties[1]),))
    with pytest.raises(Forbidden):
        await gate_of(afar).require_in_county("calendar", "set")


async def test_cases_whose_parties_one_may_know(engine: AsyncEngine, world: World) -> None:
    """Of many, in their order: those seen with the parties' identities, and those that one wrote."""
    county = world.counties[0]
    town = next(row.town_id for row in world.cases if row.county_id == county and row.town_id)
    keys = [row.id for row in world.cases] + [world.an_id()]
    mine = next(row.registered_by for row in world.cases if row.county_id == county and row.town_id != town)
    centre = dispatcher(world, town).memberships[0]
    admin = a_member(world, "county_admin", subtree=(Area(AreaLevel.COUNTY, world.an_id(), (county,)),))
    for members in ((centre,), (admin,), (admin, a_member(world, "resident")), ()):
        actor = acting(world, *members, user=mine)
        async with work(engine, actor) as session:
            found = await gate_of(actor).told_of(session, keys[::-1])
        expected = [
            row.id
            for row in world.cases
            if row.county_id == county
            and POLICY.enforce(actor, str(county), "case", "read", "core", row, NOW)
            and (row.registered_by == mine or POLICY.enforce(actor, str(county), "case", "read", "identity", row, NOW))
        ]
        assert list(found) == expected[::-1]
        assert bool(expected) is bool(members)
    ended = acting(world, replace(centre, valid_until=NOW), user=mine)
    async with work(engine, ended) as session:
        assert await gate_of(ended).told_of(session, keys) == ()
        assert await gate_of(dispatcher(world, town)).told_of(session, []) == ()


async def test_what_is_not_there_to_be_asked_is_a_fault(engine: AsyncEngine, world: World, case: CaseRow) -> None:
    actor = dispatcher(world, case.town_id)
    for asked in (("heron", "read", case.id), ("case", "burn", case.id)):
        with pytest.raises(ValueError, match="no such question"):
            await granted(engine, actor, *asked)
    with pytest.raises(ValueError, match="rows of calendar are not named by commands"):
        await granted(engine, actor, "calendar", "set", case.id)
