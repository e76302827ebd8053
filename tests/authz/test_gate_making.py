"""The gate where a service found the place of a new row, as commands ask it: without a look into the database."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from authz.enforcer import policy_of
from authz.facts import new_facts
from authz.gate import Gate
from domain.foundation.basics.errors import Forbidden
from tests.authz.place import NOW
from tests.authz.test_gate import a_member, a_new_case, acting, dispatcher, gate_of
from tests.authz.worlds import World
from tests.support.access_rows import CaseRow


@pytest.fixture(scope="module")
def world() -> World:
    return World(11)


@pytest.fixture
def case(world: World) -> CaseRow:
    """A case with a place, in the first county."""
    return next(row for row in world.cases if row.grid_id and row.county_id == world.counties[0])


@dataclass(frozen=True)
class Location:
    """What a service found of a place: its levels, and the centre that answers for it."""

    place: SimpleNamespace
    centre: SimpleNamespace

    @classmethod
    def of(cls, new: dict[str, Any]) -> Location:
        levels = tuple(new[name] for name in ("county_id", "town_id", "community_id", "grid_id"))
        return cls(SimpleNamespace(levels=levels), SimpleNamespace(id=new["organisation_id"]))


async def test_a_new_row_lies_where_the_service_found_it(world: World, case: CaseRow) -> None:
    """As commands ask: the place was looked up before, so nothing is looked up here, and nothing else is taken."""
    actor = dispatcher(world, case.town_id)
    new = a_new_case(world, actor, case)
    nowhere: Any = None
    grant = await gate_of(actor).require_create(nowhere, new_facts("case", **new), found=Location.of(new))
    assert (grant.action, grant.subject_id) == ("register", new["id"])
    for level in ("grid_id", "organisation_id"):
        elsewhere = Location.of(new | {level: world.an_id()})
        with pytest.raises(Forbidden):
            await gate_of(actor).require_create(nowhere, new_facts("case", **new), found=elsewhere)
    for wrong in ({"registered_by": world.an_id()}, {"county_id": world.counties[1]}):
        with pytest.raises(Forbidden):
            await gate_of(actor).require_create(
                nowhere, new_facts("case", **new | wrong), found=Location.of(new | wrong)
            )


async def test_no_policy_lets_a_row_be_made_in_a_county_that_is_not_ones_own(world: World, case: CaseRow) -> None:
    policy = policy_of("p, resident, *, case, register, core, any, always, allow")
    actor = acting(world, a_member(world, "resident"))
    gate = Gate(policy, actor, lambda: NOW)
    nowhere: Any = None
    for county, allowed in zip(world.counties, (True, False), strict=True):
        new = a_new_case(world, actor, case) | {"county_id": county}
        asked = gate.require_create(nowhere, new_facts("case", **new), found=Location.of(new))
        if allowed:
            assert (await asked).county_id == county
        else:
            with pytest.raises(Forbidden):
                await asked
