"""The caller as production makes it: what row-level security is opened for is what the actor's memberships reach."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from api.graphql.callers import Callers, StaleAccess, caller_of
from authz.enforcer import Policies, load_policy, policy_of
from authz.fuzzing.world_rows import write_worlds
from authz.fuzzing.worlds import World
from domain.foundation.basics.actor import Actor
from domain.foundation.database.urls import DatabaseUrls
from tests.authz.place import NOW, a_membership, an_actor
from tests.support.database import MIGRATED, TestServer

POLICY = load_policy()


@pytest.fixture(scope="module")
def world() -> World:
    return World(12)


@pytest.fixture(scope="module")
def urls(database_server: TestServer, world: World) -> Iterator[DatabaseUrls]:
    with database_server.database(MIGRATED) as made:
        asyncio.run(write_worlds(made.admin, [world]))
        yield made


def reaching(world: World, *counties: int) -> Actor:
    """Somebody of the first county whose memberships reach these."""
    actor = world.an_actor()
    return replace(actor, county_id=world.counties[0], counties=counties)


async def test_a_caller_is_let_into_the_counties_of_their_memberships_alone(urls: DatabaseUrls, world: World) -> None:
    """By the values that reads bind, and nothing of the application's own filters."""
    here, there = world.counties
    connection = await asyncpg.connect(urls.application)
    try:
        for counties in ((), (here,), (there,), (here, there)):
            actor = reaching(world, *counties)
            for caller in (caller_of(actor, POLICY, NOW), Callers(Policies(POLICY)).of(actor, NOW)):
                setting = caller.values(NOW)["counties_setting"]
                async with connection.transaction():
                    await connection.execute("SELECT set_config('app.counties', $1, true)", setting)
                    seen = await connection.fetch("SELECT DISTINCT county_id FROM dispute_case ORDER BY 1")
                assert tuple(row["county_id"] for row in seen) == counties
    finally:
        await connection.close()


def test_a_caller_is_worked_out_anew_for_another_actor_or_policy() -> None:
    policies = Policies(POLICY)
    callers = Callers(policies)
    first, second = an_actor(a_membership("resident")), an_actor(a_membership("judge"))
    known = callers.of(first, NOW)
    assert callers.of(first, NOW) is known
    assert callers.of(second, NOW).actor is second
    assert callers.of(replace(first), NOW) is not known
    policies.replace("p, resident, *, case, read, core, any, always, allow")
    other = callers.of(first, NOW)
    assert other is not known
    assert other.policy is policies.current


def test_a_caller_ends_with_the_first_of_their_memberships() -> None:
    lasting = a_membership("resident")
    soon, later = (
        replace(a_membership("judge", name=str(minutes)), valid_until=NOW + timedelta(minutes=minutes))
        for minutes in (1, 2)
    )
    caller = caller_of(an_actor(lasting, later, soon), policy_of(f"{_ROW}"), NOW)
    assert caller.ends == soon.valid_until
    just_before = NOW + timedelta(seconds=59)
    assert caller.values(just_before)["now"] == just_before
    with pytest.raises(StaleAccess):
        caller.values(NOW + timedelta(minutes=1))
    with pytest.raises(StaleAccess):
        caller_of(an_actor(lasting, replace(soon, valid_until=NOW)), POLICY, NOW)


_ROW = "p, resident, *, case, read, core, any, always, allow"
