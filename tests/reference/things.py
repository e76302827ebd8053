"""What resolvers hand to each other: a row under the type it is shown as, and what belongs to the one who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.reference.access import Access
from tests.reference.rows import WORK, Row, Rows
from tests.reference.told import is_told
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
    """A row as an object of the schema. `whole` is the case, or other row of a kind of work, that it is or is part of."""

    type: str
    row: Row
    whole: Row | None = None


# What of a party, and of who stands for one, is open to their own side though the case's is not.
OWN = {
    "Party": ("case_party", frozenset({"identity", "address"})),
    "Representative": ("case_representative", frozenset({"identity"})),
}
# Types that are no part of a case, and have field groups of their own or of their whole: the table that decides.
APART = {"Mediator": "mediator"}
APART |= {word_: subject for subject, type_ in WORK.items() for word_ in (type_, f"{type_}TimelineEntry")}

# Type of a part -> the field group of its case without which the part is not there at all, however it is asked for.
OPENED_BY = {
    **dict.fromkeys(("FollowUp", "TimelineEntry", "Recusal", "Pause", "Withdrawal", "DeadlineExtension"), "history"),
    **dict.fromkeys(("CourtEntrustment", "HandOver", "PoliceNotice", "PoliceNoticeApplication"), "history"),
    **dict.fromkeys(("Agreement", "Obligation", "AgreementSignature", "Breach"), "agreement"),
    **dict.fromkeys(("JudicialConfirmation", "ConfirmationConsent", "EnforcementApplication"), "agreement"),
    **dict.fromkeys(("ReportDuty", "ProtectionMeasure"), "identity"),
    "ClueNotice": "clue",
}

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
    """A row that is part of a case: there where the caller sees the case and so much of it."""
    if row is None:
        return None
    whole = case(asking, row["case_id"], row["county_id"])
    return None if whole is None else part_within(asking, type_, row, whole.row)


def part_within(asking: Asking, type_: str, row: Row, whole: Row) -> Thing | None:
    """The same of a case that the caller sees.

    What belongs to an agreement of an earlier round is for those who handle the case; a confidential period, and what
    was done about it, for nobody.
    """
    groups = {OPENED_BY.get(type_, "core")}
    agreed = _its_agreement(asking, type_, row)
    if agreed is not None and agreed["superseded_at"] is not None:
        groups.add("handling")
    if not all(group == "core" or asking.access.may("dispute_case", whole, group) for group in groups):
        return None
    period = row if type_ == "Deadline" else None
    if type_ in {"DeadlineStepTaken", "DeadlineExtension"}:
        period = asking.rows.one("deadline", row["deadline_id"], row["county_id"])
    if period is not None and period["confidential"]:
        return None
    return Thing(type_, row, whole) if is_told(asking, type_, row, whole) else None


def _its_agreement(asking: Asking, type_: str, row: Row) -> Row | None:
    """The agreement that a row is, or that it is about."""
    county = row["county_id"]
    if type_ == "Agreement":
        return row
    if type_ == "Breach":
        owed = asking.rows.one("case_obligation", row["obligation_id"], county)
        return None if owed is None else asking.rows.one("case_agreement", owed["agreement_id"], county)
    if type_ in {"Obligation", "AgreementSignature"}:
        return asking.rows.one("case_agreement", row["agreement_id"], county)
    return None


def may(thing: Thing, asking: Asking, group: str) -> bool:
    """Whether a field group is open: of the thing's case, or of itself if it is part of none."""
    if thing.type in APART:
        return asking.access.may(APART[thing.type], thing.whole or thing.row, group)
    assert thing.whole is not None
    if group == "core" or asking.access.may("dispute_case", thing.whole, group):
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
        if row is None or thing.whole is None or row["case_id"] != thing.whole["id"]:
            return None
        return part_within(asking, type_, row, thing.whole)

    return resolve if group == "core" else within(group, resolve)


def parts_of(type_: str, table: str, key: str, *order: str, group: str = "core") -> Resolver:
    """The rows of a table whose column is this thing's id, as a list in this order."""

    def resolve(thing: Thing, asking: Asking, _args: dict[str, Any]) -> list[Thing]:
        assert thing.whole is not None
        found = asking.rows.of(table, key, thing.row["id"], thing.row["county_id"])
        found = sorted(found, key=lambda row: [row[one] for one in order])
        parts = [part_within(asking, type_, row, thing.whole) for row in found]
        return [one for one in parts if one is not None]

    return resolve if group == "core" else within(group, resolve)


def protected(name: str, mask: Callable[[str], str], group: str = "identity", *, partly: str = "masked") -> Resolver:
    """A text that belongs to somebody's identity: whole to one field group, its mask to another."""

    def resolve(thing: Thing, asking: Asking, _args: dict[str, Any]) -> Any:
        value = thing.row[name]
        hint = None if value is None else mask(value)
        return masked(value, full=may(thing, asking, group), partly=hint, hint=may(thing, asking, partly))

    return resolve


def masked(value: str | None, *, full: bool, partly: str | None = None, hint: bool = False) -> dict[str, Any] | None:
    """A protected text. `partly` is its mask, shown if `hint`; a hidden absence looks like anything hidden."""
    if full:
        return None if value is None else {"display": value, "masked": False, "reason": None}
    return {"display": partly if hint else None, "masked": True, "reason": "PARTIAL" if hint else "HIDDEN"}
