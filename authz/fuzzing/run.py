"""Random worlds and random policies, one after the other, until the time is up or something differs."""

from __future__ import annotations

import time
from collections.abc import Callable

import asyncpg

from authz.enforcer import Policies, Policy, load_policy, policy_of
from authz.fuzzing.comparing import Tally, compare
from authz.fuzzing.world_rows import write_worlds
from authz.fuzzing.worlds import World
from domain.foundation.basics.actor import CountyPolicy

# Of each world so many random policies, each asked for by so many callers.
POLICIES, CALLERS = 4, 2
# County numbers are made of it, and stay what a column holds.
MOST_SEEDS = 100_000


async def fuzz(
    admin_url: str,
    minutes: float,
    first_seed: int,
    progress: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Tally:
    """Compare both evaluators, world by world, in a migrated database that nobody needs.

    At least one world is gone through. Seeds say everything: the same seed is the same world.
    """
    tally, ends, seed = Tally(), clock() + minutes * 60, first_seed
    shipped = load_policy()
    connection = await asyncpg.connect(admin_url)
    try:
        while True:
            world = World(seed % MOST_SEEDS)
            await write_worlds(admin_url, [world])
            for policy in (shipped, _with_county_rows(world), *_random(world)):
                for _ in range(CALLERS):
                    await compare(connection, world, policy, world.an_actor(), tally)
            progress(f"seed {seed}: {tally.checks} decisions so far, {tally.differences} differ")
            seed += 1
            if clock() >= ends or tally.differences:
                return tally
    finally:
        await connection.close()


def _random(world: World) -> list[Policy]:
    return [policy_of(world.a_policy(world.pick.choice([5, 30, 150]))) for _ in range(POLICIES)]


def _with_county_rows(world: World) -> Policy:
    """The shipped policy with random rows of each county."""
    counties = []
    for county in world.counties:
        rows = [line.split(", ")[1:] for line in world.a_policy(12).splitlines() if line.startswith("p, ")]
        said = dict.fromkeys((role, *rest) for role, _, *rest in rows)
        counties.append(CountyPolicy(county, 1, tuple(said)))  # type: ignore[arg-type]
    return Policies().with_rows(tuple(counties))
