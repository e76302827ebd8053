"""Acting as one of several memberships: that one alone allows, all of them deny, and both evaluators say so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import asyncpg
import pytest

from authz.enforcer import policy_of
from authz.reach import RoleAccess, signature_of
from authz.resources import READ, RESOURCES
from domain.foundation.database.urls import DatabaseUrls
from tests.authz.place import NOW
from tests.authz.test_two_evaluators import SEEDS, Tally, compare, shipped
from tests.authz.world_rows import write_worlds
from tests.authz.worlds import World
from tests.support.database import MIGRATED, TestServer


@pytest.fixture(scope="module")
def written(database_server: TestServer) -> Iterator[tuple[DatabaseUrls, list[World]]]:
    """A database of its own with some worlds side by side."""
    made = [World(seed) for seed in SEEDS]
    with database_server.database(MIGRATED) as urls:
        asyncio.run(write_worlds(urls.admin, made))
        yield urls, made


async def test_acting_as_one_membership_is_decided_alike_and_never_allows_more(
    written: tuple[DatabaseUrls, list[World]],
) -> None:
    urls, made = written
    tally, fewer = Tally(), 0
    connection = await asyncpg.connect(urls.admin)
    try:
        for world in made:
            world.pick.seed(world.seed)
            for text in (shipped(), world.a_policy(60), world.a_policy(150)):
                policy = policy_of(text)
                several = next(actor for actor in iter(world.an_actor, None) if len(actor.memberships) > 1)
                for acting in (several.memberships[0].id, several.memberships[-1].id, world.an_id()):
                    narrowed = replace(several, acting=acting)
                    await compare(connection, world, text, narrowed, tally)
                    for _, row in world.rows("case"):
                        for group in sorted(RESOURCES["case"].actions[READ]):
                            question = (str(row.county_id), "case", READ, group, row, NOW)
                            whole, part = policy.enforce(several, *question), policy.enforce(narrowed, *question)
                            assert whole or not part
                            fewer += whole and not part
    finally:
        await connection.close()
    assert (tally.differences, tally.untrue) == (0, 0)
    assert fewer > 50


def test_what_denies_one_membership_denies_whoever_acts_as_another() -> None:
    world = World(4)
    row = world.rows("case")[0][1]
    actor = next(actor for actor in iter(world.an_actor, None) if len({one.role for one in actor.memberships}) > 1)
    allowed, denied = (
        actor.memberships[0],
        next(one for one in actor.memberships if one.role != actor.memberships[0].role),
    )
    text = f"p, {allowed.role}, *, case, read, core, any, always, allow\n"
    alone = replace(actor, acting=allowed.id)
    question = (str(row.county_id), "case", READ, "core", row, NOW)
    assert policy_of(text).enforce(alone, *question)
    text += f"p, {denied.role}, *, case, read, core, any, always, deny\n"
    assert not policy_of(text).enforce(alone, *question)
    predicate = RoleAccess(policy_of(text), signature_of(policy_of(text), alone)).predicate("case", READ, "core")
    assert predicate.never
