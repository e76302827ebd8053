"""Who is asking: a user, with the memberships that are valid now and the areas each reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class AreaLevel(StrEnum):
    """The level columns by which containment is tested; a finer area than a grid has none and reaches nothing."""

    CITY = "city"  # every county below: compared with county_id, as a set
    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"
    GRID = "grid"


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """One area a membership reaches: its level, and its id at that level.

    For a county (or what is above it) `counties` holds the county numbers and `id` is not used to compare.
    """

    level: AreaLevel
    id: UUID
    counties: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Membership:
    """One role in one organisation. Role and reach are always tested on the same membership."""

    id: UUID
    county_id: int
    role: str
    organisation_id: UUID
    organisation_kind: str
    # What an area membership, or a governance centre's, holds below it.
    subtree: tuple[Area, ...]
    # What a partner serves; empty for areas.
    jurisdiction: tuple[Area, ...]
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CountyPolicy:
    """A county's own rows of the policy that are in force: the revision's number, and its rows in order.

    Each row: role, resource, action, field group, scope, condition, effect.
    """

    county_id: int
    number: int
    rows: tuple[tuple[str, str, str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in user. `counties` is every county that any membership can reach: what row-level security lets in.

    `stamp` is the access stamp under which this was read; a statement that returns another one makes it stale.
    `valid_until` is the first moment at which a membership ends: read again from then on. `county_policies`: what the
    counties that have rows of their own add to the policy, read no later than the stamp tells.
    `acting`: the membership by which alone anything is allowed, where the caller chose one; what is denied to any of them is denied.
    `operations`: the root fields that a program may ask for and nothing else; None of people, who may ask for any.
    """

    user_id: UUID
    county_id: int
    username: str
    display_name: str
    memberships: tuple[Membership, ...]
    counties: tuple[int, ...]
    stamp: int
    valid_until: datetime | None = None
    county_policies: tuple[CountyPolicy, ...] = ()
    acting: UUID | None = None
    operations: frozenset[str] | None = None
