"""What resolvers hand to each other: a row under the type it is shown as, and what belongs to the one who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.reference.access import Access
from tests.reference.rows import Row, Rows
from tests.reference.told import shown_to
from tests.reference.words import enum_word, shown


@dataclass(frozen=True)
class Asking:
    """One request: the rows there are, what the caller may see, when; and root fields refused, with the codes."""

    rows: Rows
    access: Access
    now: datetime
    refused: Mapping[str, set[str]] = field(default_factory=dict)

    def label(self, listing: str, code: str | None) -> str | None:
        """The Chinese word of a code."""
        return None if code is None else self.rows.labels[listing, code]


@dataclass(frozen=True)
class Thing:
    """A row as an object of the schema. `case` is the case that it is, or is part of, if any."""

    type: str
    row: Row
    case: Row | None = None


# What of a party, and of who stands for one, is open to their own side though the case's is not.
OWN = {
    "Party": ("case_party", frozenset({"identity", "address"})),
    "Representative": ("case_representative", frozenset({"identity"})),
}
# Types that are no part of a case, and have field groups of their own: the table of their rows.
APART = {"Mediator": "mediator"}

Resolver = Callable[[Thing, Asking, dict[str, Any]], Any]


@dataclass(frozen=True)
class Within:
    """A resolver whose answer is null unless a field group is open."""

    group: str
    resolver: Resolver

    def __call__(self, thing: Thing, asking: Asking, args: dict[str, Any]) -> Any:
        return self.resolver(thing, asking, args) if may(thing, asking, self.group) else None


def organisation(asking: Asking, key: UUID | None, county: int) -> Thing | None:
    """An organisation of the county, if the caller sees it."""
    row = asking.rows.one("organisation", key, county)
    if row is None or not asking.access.sees("organisation", row):
        return None
    return Thing("Area" if row["is_area"] else "Partner", row)


def user(asking: Asking, key: UUID | None, county: int) -> Thing | None:
    """A user of the county, if the caller sees them."""
    row = asking.rows.one("app_user", key, county)
    return Thing("User", row) if row is not None and asking.access.sees("app_user", row) else None


def case(asking: Asking, key: UUID | None, county: int | None = None) -> Thing | None:
    """A case, if the caller sees it."""
    row = asking.rows.one("dispute_case", key, county)
    return Thing("Case", row, row) if row is not None and asking.access.sees("dispute_case", row) else None


def committee(asking: Asking, key: UUID | None, county: int | None = None) -> Thing | None:
    """A mediation committee on the register, if the caller sees it."""
    row = asking.rows.one("mediation_committee", key, county)
    return (
        Thing("MediationCommittee", row) if row is not None and asking.access.sees("mediation_committee", row) else None
    )


def mediator(asking: Asking, key: UUID | None, county: int | None = None) -> Thing | None:
    """An appointment of a mediator, if the caller sees it."""
    row = asking.rows.one("mediator", key, county)
    return Thing("Mediator", row) if row is not None and asking.access.sees("mediator", row) else None


def part(asking: Asking, type_: str, row: Row | None) -> Thing | None:
    """A row that is part of a case: there exactly when the caller sees the case."""
    if row is None:
        return None
    whole = case(asking, row["case_id"], row["county_id"])
    return None if whole is None else Thing(type_, row, whole.row)


def may(thing: Thing, asking: Asking, group: str) -> bool:
    """Whether a field group is open: of the thing's case, or of itself if it is part of none."""
    if thing.type in APART:
        return asking.access.may(APART[thing.type], thing.row, group)
    assert thing.case is not None
    if group == "core" or asking.access.may("dispute_case", thing.case, group):
        return True
    # A party's own account reads of its own side what the case does not open to it.
    table, groups = OWN.get(thing.type, ("", frozenset[str]()))
    return group in groups and asking.access.may(table, thing.row, group)


def within(group: str, resolver: Resolver) -> Resolver:
    """Null unless the field group is open."""
    return Within(group, resolver)


def column(name: str, group: str = "core") -> Resolver:
    """A column as it is."""
    return within(group, lambda thing, _asking, _args: shown(thing.row[name])) if group != "core" else _plain(name)


def _plain(name: str) -> Resolver:
    return lambda thing, _asking, _args: shown(thing.row[name])


def word(name: str, group: str = "core") -> Resolver:
    """A closed set's value."""
    resolver: Resolver = lambda thing, _asking, _args: enum_word(thing.row[name])  # noqa: E731
    return resolver if group == "core" else within(group, resolver)


def word_label(listing: str, name: str, group: str = "core") -> Resolver:
    """The Chinese word of a closed set's value."""
    resolver: Resolver = lambda thing, asking, _args: asking.label(listing, thing.row[name])  # noqa: E731
    return resolver if group == "core" else within(group, resolver)


def global_id(prefix: str) -> Resolver:
    """`prefix:key`."""
    return lambda thing, _asking, _args: f"{prefix}:{thing.row['id']}"


def composed_id(prefix: str, *names: str) -> Resolver:
    """`prefix:key` of a key of other columns."""
    return lambda thing, _asking, _args: composed(prefix, thing.row, *names)


def composed(prefix: str, row: Row, *names: str) -> str:
    """The id of a row whose key is of these columns."""
    return f"{prefix}:{'.'.join(str(row[name]) for name in names)}"


def organisation_at(name: str, group: str = "core") -> Resolver:
    """The organisation that a column names."""
    resolver: Resolver = lambda thing, asking, _args: organisation(asking, thing.row[name], thing.row["county_id"])  # noqa: E731
    return resolver if group == "core" else within(group, resolver)


def user_at(name: str, group: str) -> Resolver:
    """The user that a column names."""
    resolver: Resolver = lambda thing, asking, _args: user(asking, thing.row[name], thing.row["county_id"])  # noqa: E731
    return resolver if group == "core" else within(group, resolver)


def the_case(thing: Thing, asking: Asking, _args: dict[str, Any]) -> Thing | None:
    """The case that a part belongs to."""
    return case(asking, thing.row["case_id"], thing.row["county_id"])


def part_at(type_: str, table: str, name: str, group: str = "core") -> Resolver:
    """Another part of the same case that a column names; anybody else's is not there."""

    def resolve(thing: Thing, asking: Asking, _args: dict[str, Any]) -> Thing | None:
        row = asking.rows.one(table, thing.row[name], thing.row["county_id"])
        same = row is not None and thing.case is not None and row["case_id"] == thing.case["id"]
        return Thing(type_, row, thing.case) if row is not None and same else None

    return resolve if group == "core" else within(group, resolve)


def parts_of(type_: str, table: str, key: str, *order: str, group: str = "core") -> Resolver:
    """The rows of a table whose column is this thing's id, as a list in this order."""

    def resolve(thing: Thing, asking: Asking, _args: dict[str, Any]) -> list[Thing]:
        found = asking.rows.of(table, key, thing.row["id"], thing.row["county_id"])
        assert thing.case is not None
        found = [row for row in found if not row.get("confidential") and shown_to(asking, table, row, thing.case)]
        return [Thing(type_, row, thing.case) for row in sorted(found, key=lambda row: [row[one] for one in order])]

    return resolve if group == "core" else within(group, resolve)


def protected(name: str, mask: Callable[[str], str]) -> Resolver:
    """A text that belongs to somebody's identity."""

    def resolve(thing: Thing, asking: Asking, _args: dict[str, Any]) -> Any:
        value = thing.row[name]
        hint = None if value is None else mask(value)
        return masked(value, full=may(thing, asking, "identity"), partly=hint, hint=may(thing, asking, "masked"))

    return resolve


def masked(value: str | None, *, full: bool, partly: str | None = None, hint: bool = False) -> dict[str, Any] | None:
    """A protected text. `partly` is its mask, shown if `hint`; a hidden absence looks like anything hidden."""
    if full:
        return None if value is None else {"display": value, "masked": False, "reason": None}
    return {"display": partly if hint else None, "masked": True, "reason": "PARTIAL" if hint else "HIDDEN"}
