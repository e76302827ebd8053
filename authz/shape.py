"""The shape of a membership: what compiling may know of it, with every value replaced by the path that will bring it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.foundation.basics.actor import Area, AreaLevel, Membership
from domain.foundation.query.access import ActorValue

USER = ActorValue("user", "uuid")
NOW = ActorValue("now", "timestamptz")

# Level -> the column that holds a row's area at that level. A county, and what is above it, is a set of numbers.
LEVEL_COLUMNS = {
    AreaLevel.CITY: "county_id",
    AreaLevel.COUNTY: "county_id",
    AreaLevel.TOWN: "town_id",
    AreaLevel.COMMUNITY: "community_id",
    AreaLevel.GRID: "grid_id",
}

AreaShape = tuple[tuple[str, bool], ...]
"""Level column and whether several areas stand there, in the order of the columns' names."""


def area_values(areas: tuple[Area, ...]) -> dict[str, tuple[int | UUID, ...]]:
    """Level column -> the areas' ids (or county numbers) there, each once, in order. Empty levels are left out."""
    found: dict[str, set[int | UUID]] = {}
    for area in areas:
        column = LEVEL_COLUMNS[area.level]
        values = area.counties if column == "county_id" else (area.id,)
        if values:
            found.setdefault(column, set()).update(values)
    return {column: tuple(sorted(found[column])) for column in sorted(found)}


def area_path(number: int, source: str, column: str, *, many: bool) -> ActorValue:
    """The value of a membership's areas at one level: `m0.subtree.town_id`, or `….many` for an array."""
    base = "int4" if column == "county_id" else "uuid"
    path = f"m{number}.{source}.{column}"
    return ActorValue(f"{path}.many", f"{base}[]") if many else ActorValue(path, base)


@dataclass(frozen=True, slots=True, order=True)
class MembershipShape:
    """One membership without its values. Orders as signatures do.

    `home` is the county's number only where the policy has rows of that county alone; else 0: shapes are then shared.
    """

    role: str
    subtree: AreaShape
    jurisdiction: AreaShape
    home: int = 0

    @staticmethod
    def of(membership: Membership, homes: frozenset[int] = frozenset()) -> MembershipShape:
        """The shape of a membership under a policy with rows of these counties alone."""
        return MembershipShape(
            role=membership.role,
            subtree=_area_shape(membership.subtree),
            jurisdiction=_area_shape(membership.jurisdiction),
            home=membership.county_id if membership.county_id in homes else 0,
        )


def _area_shape(areas: tuple[Area, ...]) -> AreaShape:
    return tuple((column, len(values) > 1) for column, values in area_values(areas).items())


@dataclass(frozen=True, slots=True)
class NumberedMembership:
    """A membership as scopes and conditions see it: its shape and its number among the caller's, which names its values.

    `shared_county`: all of the caller's memberships are in one county, whose value then has one path for all.
    """

    shape: MembershipShape
    number: int
    shared_county: bool

    @property
    def county(self) -> ActorValue:
        """The membership's county."""
        return ActorValue("county" if self.shared_county else f"m{self.number}.county", "int4")

    @property
    def organisation(self) -> ActorValue:
        """The membership's organisation."""
        return ActorValue(f"m{self.number}.organisation", "uuid")

    def areas(self, source: str) -> list[tuple[str, ActorValue]]:
        """(level column, value) for each level on which the membership's `subtree` or `jurisdiction` has areas."""
        shape: AreaShape = getattr(self.shape, source)
        return [(column, area_path(self.number, source, column, many=many)) for column, many in shape]


def values_of(membership: Membership, number: int) -> Mapping[str, Any]:
    """The value of every path that predicates can name of a membership with this number."""
    values: dict[str, Any] = {
        "county": membership.county_id,
        f"m{number}.county": membership.county_id,
        f"m{number}.organisation": membership.organisation_id,
    }
    for source in ("subtree", "jurisdiction"):
        for column, found in area_values(getattr(membership, source)).items():
            many = len(found) > 1
            path = area_path(number, source, column, many=many).path
            values[path] = list(found) if many else found[0]
    return values


def canonical(memberships: tuple[Membership, ...]) -> list[Membership]:
    """The caller's memberships in the order in which their values are numbered: by shape first, then by id.

    Depends on no policy and no value that shapes leave out, so callers of one shape number alike.
    """
    return sorted(memberships, key=lambda one: (MembershipShape.of(one), one.id))
