"""What tables of kinds of work have in common, to be named by those that have it: columns as mixins, constraints beside.

A kind's tables are its own: each names what it takes, and says the rest itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.foundation.database.base import (
    APPENDED_ONLY,
    TENANT,
    Base,
    county_key,
    id_key,
    instant,
    one_of,
    refers,
)


class TenantRow:
    """The key of a county's row: `county_id`, and an id that the application makes."""

    county_id: Mapped[int] = county_key()
    id: Mapped[UUID] = id_key()


class InPlace:
    """Where a row lies: town, community and grid, as far as they are known. With `place_references`."""

    town_id: Mapped[UUID | None]
    community_id: Mapped[UUID | None]
    grid_id: Mapped[UUID | None]


def place_references() -> tuple[Any, ...]:
    """The constraints of `InPlace`."""
    return tuple(refers(column, "organisation") for column in ("town_id", "community_id", "grid_id"))


class Versioned:
    """A row that changes by commands: its version rises with each. With `version_check`."""

    version: Mapped[int] = mapped_column(server_default=text("1"))


def version_check() -> CheckConstraint:
    """The constraint of `Versioned`."""
    return CheckConstraint("version >= 1", name="version")


class Registered:
    """Who registered a row, and when. With `refers("registered_by", "app_user")`."""

    registered_by: Mapped[UUID]
    registered_at: Mapped[datetime] = instant()


class WorkRow(TenantRow, InPlace, Versioned, Registered):
    """A row of a kind of work that lies in a place, and what `Workflow.begin` knows of it. With `work_constraints`."""

    status: Mapped[str] = mapped_column(Text)


FILLED_IN = frozenset(name for one in WorkRow.__mro__ for name in getattr(one, "__annotations__", ()))
"""The columns of a `WorkRow` that the kernel fills in, and no command brings."""


def work_constraints(statuses: Iterable[str]) -> tuple[Any, ...]:
    """The constraints of a `WorkRow`."""
    known = CheckConstraint(one_of("status", statuses), name="status")
    return (*place_references(), refers("registered_by", "app_user"), version_check(), known)


def place_indexes(table: str, moment: str) -> tuple[Index, ...]:
    """For lists of a county, town, community or grid by a moment."""
    levels = {"county": (), "town": ("town_id",), "community": ("community_id",), "grid": ("grid_id",)}
    return tuple(Index(f"ix_{table}__{name}", "county_id", *columns, moment, "id") for name, columns in levels.items())


def work_table(table: str, statuses: Iterable[str], moment: str, *own: Any) -> tuple[Any, ...]:
    """The `__table_args__` of a `WorkRow` that is listed by a moment, with constraints of its own."""
    return (*work_constraints(statuses), *own, *place_indexes(table, moment), {"info": TENANT})


class InTerm:
    """A row that holds for a term, and longer than that as history. With `term_check`."""

    valid_from: Mapped[datetime] = instant()
    valid_until: Mapped[datetime | None] = instant(nullable=True)


def term_check() -> CheckConstraint:
    """The constraint of `InTerm`."""
    return CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="validity")


class TimelineEntry(TenantRow):
    """One change of a row of a kind: with `timeline_constraints`, and a column of its own that says which row's.

    Append-only: the application may insert and read, and a trigger refuses the rest.
    """

    version: Mapped[int]
    action: Mapped[str] = mapped_column(Text)
    from_status: Mapped[str | None] = mapped_column(Text)
    to_status: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = instant()
    # Null, all three, for what the clock did by itself.
    actor_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)


def timeline_constraints(
    reference: str, table: str, actions: Iterable[str], statuses: Iterable[str]
) -> tuple[Any, ...]:
    """The constraints of a `TimelineEntry` whose column `reference` names a row of `table`."""
    known = tuple(statuses)
    return (
        refers(reference, table),
        refers("actor_id", "app_user"),
        refers("organisation_id", "organisation"),
        CheckConstraint(one_of("action", actions), name="action"),
        CheckConstraint(one_of("from_status", known), name="from_status"),
        CheckConstraint(one_of("to_status", known), name="to_status"),
        CheckConstraint(
            "(actor_id IS NULL) = (role IS NULL) AND (actor_id IS NULL) = (organisation_id IS NULL)", name="by_whom"
        ),
        # One entry a version, so the timeline has no gap and no fork.
        UniqueConstraint("county_id", reference, "version"),
    )


def timeline_of(model: type[Any], actions: Iterable[str], statuses: Iterable[str]) -> type[Any]:
    """The table of what happened to a kind's rows, one entry a version: `visit_timeline` of `visit`, by `visit_id`."""
    table = model.__tablename__
    reference = f"{table}_id"
    return type(
        f"{model.__name__}Timeline",
        (TimelineEntry, Base),
        {
            "__module__": model.__module__,
            "__doc__": f"What happened to each row of {table}.",
            "__tablename__": f"{table}_timeline",
            "__table_args__": (
                *timeline_constraints(reference, table, actions, statuses),
                {"info": TENANT | APPENDED_ONLY},
            ),
            "__annotations__": {reference: Mapped[UUID]},
        },
    )


class Numbered:
    """A row with a number of its organisation's, of a year and without gaps. With `number_constraint`."""

    number: Mapped[str] = mapped_column(Text)
    number_year: Mapped[int] = mapped_column(SmallInteger)
    number_serial: Mapped[int]


def number_constraint() -> UniqueConstraint:
    """The constraint of `Numbered`, beside a column `organisation_id`."""
    return UniqueConstraint("county_id", "organisation_id", "number_year", "number_serial")


class NumberCounter:
    """The last serial number given by an organisation in a year; raised in the transaction that uses it."""

    county_id: Mapped[int] = county_key()
    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    last: Mapped[int]
