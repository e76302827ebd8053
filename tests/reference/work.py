"""What the reference knows of every kind of work beside the case: rows that lie in a place, with a timeline, listed and
counted. What a kind has of its own it says in a module of its own, as visits.py; kinds.py names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.codes.enums import Role
from tests.reference.conditions import Listed, Test, in_place, names
from tests.reference.figures import Dimension, Figured
from tests.reference.paging import Order, page
from tests.reference.rows import WORK, Row
from tests.reference.things import (
    Asking,
    Resolver,
    Thing,
    column,
    global_id,
    organisation_at,
    user_at,
    word,
    word_label,
)

if TYPE_CHECKING:
    from tests.reference.values import Values
    from tests.reference.world import World

Args = dict[str, Any]
LEVELS = ("town_id", "community_id", "grid_id")
BY_VERSION = Order("version", lambda row: row["version"], int)

Draw = Callable[["Values"], Any]
Condition = tuple[Test, Draw]
"""A condition of a list: whether a row meets it, and how a value for it is drawn."""


@dataclass(frozen=True)
class Work:
    """A kind of work, as an implementation apart from the product's has to know it.

    `subject`: what a row is called: its table, the prefix of its id, its resource, the root field of one. `fields`: what
    can be read of a row. `notes`: the field group of what is said in the timeline. `own`: of a random row the columns
    that no other kind has. `conditions`, `orders`, `default`: of the list; `moments`: the conditions that are moments.
    `dimensions`, `measures`, `filters`, `window`: as those of `Figured`.
    """

    subject: str
    plural: str
    statuses: type[StrEnum]
    actions: type[StrEnum]
    fields: Mapping[str, Resolver]
    notes: str
    own: Callable[[World], Row]
    conditions: Mapping[str, Condition]
    moments: frozenset[str]
    orders: Mapping[str, tuple[Callable[[Row], Any], Any]]
    default: tuple[str, bool]
    dimensions: Mapping[str, Dimension]
    measures: Callable[[list[Row]], dict[str, Any]]
    filters: Mapping[str, str]
    window: tuple[str, str]

    @property
    def type(self) -> str:
        """The type of its rows in the schema."""
        return WORK[self.subject]

    @property
    def timeline(self) -> str:
        """The table of what happened to its rows."""
        return f"{self.subject}_timeline"

    @property
    def figures(self) -> str:
        """The root field that counts its rows."""
        return f"{self.subject}Figures"

    def found(self, asking: Asking, row: Row | None) -> Thing | None:
        """A row, if the caller sees it."""
        return Thing(self.type, row, row) if row is not None and asking.access.sees(self.subject, row) else None

    def one(self, asking: Asking, key: UUID) -> Thing | None:
        """The row with this id, if the caller sees it."""
        return self.found(asking, asking.rows.one(self.subject, key))

    def entry(self, asking: Asking, key: UUID) -> Thing | None:
        """The entry of a timeline with this id: there exactly when the caller sees the row."""
        row = asking.rows.one(self.timeline, key)
        whole = None if row is None else self.one(asking, row[f"{self.subject}_id"])
        return None if row is None or whole is None else Thing(f"{self.type}TimelineEntry", row, whole.row)

    def types(self) -> dict[str, Mapping[str, Resolver]]:
        """The fields of its types."""
        return {self.type: self.fields, f"{self.type}TimelineEntry": _timeline_fields(self.subject, self.notes)}

    def listed(self) -> Listed:
        """Its list."""
        tests = {name: test for name, (test, _) in self.conditions.items()}
        return Listed(self.subject, self.found, tests, self.orders, self.default, moments=self.moments)

    def figured(self) -> Figured:
        """Its figures."""
        return Figured(self.plural, self.dimensions, self.measures, self.filters, self.window)

    def invent(self, world: World, county: int) -> None:
        """Random rows all over a county, and here and there in no place at all; each with some of a timeline."""
        pick = world.pick
        areas = [area for found in world.areas[county].values() for area in found]
        for _ in range(3 * len(areas)):
            area = pick.choice(areas)
            known = pick.choice([LEVELS, LEVELS, LEVELS, LEVELS[:2], LEVELS[:1]])
            row = world.add(
                self.subject, county_id=county, id=world.an_id(), version=pick.randrange(1, 5),
                **{level: area[level] if level in known else None for level in LEVELS},
                status=pick.choice(list(self.statuses)), registered_by=pick.choice(world.users[county])["id"],
                registered_at=world.a_time(), **self.own(world),
            )  # fmt: skip
            for version in range(1, pick.choice([1, 2, 3, 6])):
                self._invent_entry(world, row, version)

    def _invent_entry(self, world: World, row: Row, version: int) -> None:
        pick, county = world.pick, row["county_id"]
        somebody: Row = dict.fromkeys(("actor_id", "organisation_id", "role"))
        if world.chance(0.8):
            somebody = {
                "actor_id": pick.choice(world.users[county])["id"],
                "organisation_id": pick.choice(world.partners[county])["id"],
                "role": pick.choice(list(Role)),
            }
        world.add(
            self.timeline, county_id=county, id=world.an_id(), **{f"{self.subject}_id": row["id"]}, version=version,
            action=pick.choice(list(self.actions)), from_status=world.maybe(pick.choice(list(self.statuses))),
            to_status=pick.choice(list(self.statuses)), at=row["registered_at"] + timedelta(days=version // 2),
            note=world.maybe("更正前：住户 虚构"), **somebody,
        )  # fmt: skip


def common_fields(subject: str) -> dict[str, Resolver]:
    """What can be read of a row of any kind that shows all that the kernel keeps."""
    return {
        "id": global_id(subject),
        "version": column("version"),
        "status": word("status"),
        "statusLabel": word_label(f"{subject}_status", "status"),
        **{level.removesuffix("_id"): organisation_at(level) for level in LEVELS},
        "registeredAt": column("registered_at"),
        "registeredBy": user_at("registered_by", "core"),
        "timeline": _timeline(subject),
    }


def _timeline(subject: str) -> Resolver:
    def resolve(thing: Thing, asking: Asking, args: Args) -> Any:
        found = asking.rows.of(f"{subject}_timeline", f"{subject}_id", thing.row["id"], thing.row["county_id"])
        return page([Thing(f"{thing.type}TimelineEntry", row, thing.row) for row in found], args, BY_VERSION, UUID)

    return resolve


def _timeline_fields(subject: str, notes: str) -> dict[str, Resolver]:
    return {
        "id": global_id(f"{subject}timeline"),
        "version": column("version"),
        "action": word("action"),
        "actionLabel": word_label(f"{subject}_action", "action"),
        "fromStatus": word("from_status"),
        "fromStatusLabel": word_label(f"{subject}_status", "from_status"),
        "toStatus": word("to_status"),
        "toStatusLabel": word_label(f"{subject}_status", "to_status"),
        "at": column("at"),
        "actor": user_at("actor_id", "core"),
        "organisation": organisation_at("organisation_id"),
        "role": word("role"),
        "roleLabel": word_label("role", "role"),
        "note": column("note", notes),
    }


def in_places() -> dict[str, Condition]:
    """The conditions upon where a row lies."""
    draw: Draw = lambda values: values.a_fitting_id("organisation")  # noqa: E731
    exact = {f"{level.removesuffix('_id')}Id": (names(level), draw) for level in LEVELS}
    return {"placeId": (in_place, draw), **exact}


def words(enum: str) -> Draw:
    """Some words of a closed set of the schema."""
    return lambda values: values.some(lambda: values.of_enum(enum))


def moment(table: str, column_name: str) -> Draw:
    """A moment that some row has."""
    return lambda values: values.a_moment(table, column_name)
