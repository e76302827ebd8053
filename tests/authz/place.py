"""An invented place for tests of access: two towns of one county and another county, no database behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

from authz.fuzzing import invented_rows
from authz.fuzzing.invented_rows import CaseRow, Tie
from domain.codes.enums import Role
from domain.foundation.basics.actor import (
    Actor,
    Area,
    AreaLevel,
    Membership,
)

NOW = invented_rows.NOW
AGES_AGO = NOW - timedelta(days=400)
COUNTY, OTHER_COUNTY = 440781, 440782


def an_id(name: str) -> UUID:
    """Always the same id for the same name."""
    return uuid5(UUID(int=0), name)


TOWN, OTHER_TOWN, COMMUNITY, GRID = (an_id(name) for name in ("town", "other town", "community", "grid"))
CENTRE, SOMEBODY, ORGANISATION, OTHER_ORGANISATION = (
    an_id(name) for name in ("centre", "somebody", "organisation", "other organisation")
)
ACTOR = an_id("actor")

IN_TOWN = Area(AreaLevel.TOWN, TOWN)
IN_COUNTY = Area(AreaLevel.COUNTY, an_id("county"), (COUNTY,))
IN_CITY = Area(AreaLevel.CITY, an_id("city"), (COUNTY, OTHER_COUNTY))
IN_GRID = Area(AreaLevel.GRID, GRID)

# Role -> (what its organisation holds below it, what it serves), as these roles' organisations usually do.
REACH: dict[Role, tuple[tuple[Area, ...], tuple[Area, ...]]] = {
    **dict.fromkeys(Role, ((), (IN_TOWN,))),
    Role.RESIDENT: ((Area(AreaLevel.COMMUNITY, COMMUNITY),), ()),
    Role.BUILDING_HEAD: ((IN_GRID,), ()),
    Role.GRID_WORKER: ((IN_GRID,), ()),
    Role.GRID_LEADER: ((IN_GRID,), ()),
    Role.CENTRE_DISPATCHER: ((IN_TOWN,), ()),
    Role.CENTRE_DIRECTOR: ((IN_TOWN,), ()),
    Role.TOWN_ADMIN: ((IN_TOWN,), ()),
    Role.COUNTY_ADMIN: ((IN_COUNTY,), ()),
    Role.CITY_ADMIN: ((IN_CITY,), ()),
    Role.AUDITOR: ((IN_COUNTY,), ()),
    Role.SYSTEM_ADMIN: ((IN_COUNTY,), ()),
}


def a_membership(
    role: str,
    *,
    organisation: UUID = ORGANISATION,
    subtree: tuple[Area, ...] = (),
    jurisdiction: tuple[Area, ...] = (),
    county: int = COUNTY,
    name: str = "membership",
) -> Membership:
    """A membership with exactly this reach."""
    return Membership(an_id(name), county, role, organisation, "department", subtree, jurisdiction)


def an_actor(*memberships: Membership, user: UUID = ACTOR) -> Actor:
    """A user with these memberships; invented, as every name here."""
    counties = {county for one in memberships for area in one.subtree for county in area.counties}
    reached = tuple(sorted({COUNTY, *(one.county_id for one in memberships), *counties}))
    return Actor(user, COUNTY, "tester", "测试员（虚构）", memberships, reached, stamp=1)


def acting_as(role: Role) -> Actor:
    """A user with one membership of this role and its usual reach."""
    subtree, jurisdiction = REACH[role]
    return an_actor(a_membership(role.value, subtree=subtree, jurisdiction=jurisdiction))


def a_tie(*, user: UUID | None = None, organisation: UUID | None = None, over: bool = False) -> Tie:
    """A tie that runs now, or one that is over."""
    return Tie(user, organisation, AGES_AGO, NOW if over else None)


def a_case(**facts: object) -> CaseRow:
    """A case in the grid of the town that has nothing to do with the actor, changed by these facts."""
    row = CaseRow(
        county_id=COUNTY,
        id=an_id("case"),
        organisation_id=CENTRE,
        registered_by=SOMEBODY,
        town_id=TOWN,
        community_id=COMMUNITY,
        grid_id=GRID,
    )
    return replace(row, **facts)  # type: ignore[arg-type]


def _elsewhere(**facts: object) -> CaseRow:
    return a_case(town_id=OTHER_TOWN, community_id=an_id("far"), grid_id=an_id("farther"), **facts)


# What may be so of a case; beyond the first two nothing but what is named ties it to the actor.
SITUATIONS: dict[str, Callable[[], CaseRow]] = {
    "here": a_case,
    "other town": _elsewhere,
    "other county": lambda: _elsewhere(county_id=OTHER_COUNTY, organisation_id=an_id("other centre")),
    "no place": lambda: a_case(town_id=None, community_id=None, grid_id=None),
    "registered": lambda: _elsewhere(registered_by=ACTOR),
    "party": lambda: _elsewhere(party_users=frozenset({ACTOR}), party_sides=frozenset({(ACTOR, "applicant")})),
    "represents": lambda: _elsewhere(representatives=(replace(a_tie(user=ACTOR), role="applicant"),)),
    "represented": lambda: _elsewhere(representatives=(replace(a_tie(user=ACTOR, over=True), role="applicant"),)),
    "assigned": lambda: _elsewhere(mediators=(a_tie(user=ACTOR, organisation=ORGANISATION),)),
    "was assigned": lambda: _elsewhere(mediators=(a_tie(user=ACTOR, organisation=ORGANISATION, over=True),)),
    "waiting": lambda: _elsewhere(handler_id=ORGANISATION),
    "handled": lambda: _elsewhere(
        handler_id=ORGANISATION, mediators=(a_tie(user=SOMEBODY, organisation=ORGANISATION),)
    ),
    "called in": lambda: _elsewhere(participants=(a_tie(organisation=ORGANISATION),)),
    "agreed and called in": lambda: replace(
        _elsewhere(participants=(a_tie(organisation=ORGANISATION),)), agreement_in_effect=True
    ),
    "leads": lambda: _elsewhere(participants=(replace(a_tie(organisation=ORGANISATION), role="lead"),)),
    "was called": lambda: _elsewhere(participants=(a_tie(organisation=ORGANISATION, over=True),)),
    "family": lambda: a_case(family_or_minor=True),
    "minor": lambda: a_case(family_or_minor=True, minor_involved=True),
    "security": lambda: a_case(public_security=True),
    "at court": lambda: a_case(court_id=ORGANISATION),
    "agreed at court": lambda: a_case(court_id=ORGANISATION, agreement_in_effect=True),
    "other court": lambda: a_case(court_id=OTHER_ORGANISATION),
    "protected": lambda: a_case(family_or_minor=True, address_protected=True),
    "protector": lambda: a_case(family_or_minor=True, address_protected=True, protectors=(a_tie(user=ACTOR),)),
}


def listed(words: str) -> set[str]:
    """The names in a cell of a table: `a, b`."""
    return {word.strip() for word in words.split(",")}
