"""What can be read of the register and of a county's calendar: committees, who sits on them, mediators; days set."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tests.reference.rows import Row
from tests.reference.standing_fields import coded, columns
from tests.reference.things import (
    Asking,
    Resolver,
    Thing,
    column,
    committee,
    composed_id,
    global_id,
    masked,
    may,
    mediator,
    organisation_at,
    user_at,
)
from tests.reference.words import CHINA, masked_id_number, masked_phone

Args = dict[str, Any]
IDENTITY, DISMISSAL = "identity", "dismissal"
# PMC1: the law's own bounds, where a place has set none.
FEWEST, MOST = 3, 9


def today(asking: Asking) -> date:
    """The day in China."""
    return asking.now.astimezone(CHINA).date()


def over(asking: Asking, last_day: date | None) -> bool:
    """Whether a term with this last day is over; one without a last day runs on."""
    return last_day is not None and last_day < today(asking)


def in_office(asking: Asking, row: Row) -> bool:
    """Whether an appointment holds: neither ended by its term nor by a dismissal."""
    return row["dismissed_at"] is None and not over(asking, row["ends_on"])


def _size(asking: Asking, row: Row) -> Row | None:
    """The bounds that the finest area of a committee's place has set, if any."""
    levels = ("town_id", "community_id", "grid_id")
    found = [
        one
        for one in asking.rows.of("committee_size", "county_id", row["county_id"], row["county_id"])
        if all(one[level] in (None, row[level]) for level in levels)
    ]
    return max(found, key=lambda one: sum(one[level] is not None for level in levels), default=None)


def _bound(name: str, law: Any) -> Resolver:
    def resolve(thing: Thing, asking: Asking, _args: Args) -> Any:
        found = _size(asking, thing.row)
        return law if found is None else found[name]

    return resolve


def _members(asking: Asking, term: Row) -> list[Thing]:
    found = asking.rows.of("committee_member", "term_id", term["id"], term["county_id"])
    return [Thing("CommitteeMember", row) for row in sorted(found, key=lambda row: (row["ordinal"], row["id"]))]


def _terms(asking: Asking, row: Row) -> list[Row]:
    found = asking.rows.of("committee_term", "committee_id", row["id"], row["county_id"])
    return sorted(found, key=lambda one: (one["elected_on"], one["id"]))


def _members_now(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    """Who was elected at the latest election."""
    latest = [term for term in _terms(asking, thing.row) if term["elected_on"] == thing.row["elected_on"]]
    return [member for term in latest for member in _members(asking, term)]


def _mediators(thing: Thing, asking: Asking, _args: Args) -> list[Thing]:
    found = asking.rows.of("mediator", "committee_id", thing.row["id"], thing.row["county_id"])
    seen = [one for one in (mediator(asking, row["id"]) for row in found) if one is not None]
    return sorted(seen, key=lambda one: (one.row["name"], one.row["id"]))


def _committee_of(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    key: UUID = thing.row["committee_id"]
    return committee(asking, key, thing.row["county_id"])


def _own(name: str, mask: Any) -> Resolver:
    """A text that belongs to a mediator's identity; nobody sees it half masked."""
    return lambda thing, asking, _args: masked(
        thing.row[name],
        full=may(thing, asking, IDENTITY),
        partly=thing.row[name] and mask(thing.row[name]),
        hint=False,
    )


REGISTER_FIELDS: dict[str, dict[str, Resolver]] = {
    "MediationCommittee": {
        "id": global_id("committee"),
        "organisation": organisation_at("id"),
        **columns("core", "version", "elected_on", "term_ends_on", "registered_at"),
        "termEnded": lambda thing, asking, _args: over(asking, thing.row["term_ends_on"]),
        "fewestMembers": _bound("fewest", FEWEST),
        "mostMembers": _bound("most", MOST),
        "sizeSource": _bound("source", None),
        "members": _members_now,
        "terms": lambda thing, asking, _args: [Thing("CommitteeTerm", row) for row in _terms(asking, thing.row)],
        "mediators": _mediators,
    },
    "CommitteeTerm": {
        "id": global_id("committeeterm"),
        **columns("core", "elected_on", "ends_on", "ended_on"),
        "fewestMembers": column("fewest"),
        "mostMembers": column("most"),
        "members": lambda thing, asking, _args: _members(asking, thing.row),
    },
    "CommitteeMember": {
        "id": global_id("committeemember"),
        **columns("core", "name", "woman", "left_on"),
        **coded("position", "committee_position"),
        "user": user_at("user_id", "core"),
    },
    "Mediator": {
        "id": global_id("mediator"),
        "committee": _committee_of,
        "user": user_at("user_id", "core"),
        **columns("core", "version", "name", "full_time", "gold_medal", "appointed_on", "dismissed_at"),
        **coded("basis", "mediator_basis"),
        "termEndsOn": column("ends_on"),
        "termEnded": lambda thing, asking, _args: over(asking, thing.row["ends_on"]),
        "inOffice": lambda thing, asking, _args: in_office(asking, thing.row),
        **coded("dismissal_ground", "dismissal_ground", DISMISSAL),
        "dismissalEvidence": column("dismissal_evidence", DISMISSAL),
        "dismissedBy": user_at("dismissed_by", DISMISSAL),
        **columns(IDENTITY, "birth_date", "consent_at"),
        "idNumber": _own("id_number", masked_id_number),
        "phone": _own("phone", masked_phone),
    },
    "CalendarDay": {
        "id": composed_id("calendarday", "county_id", "day"),
        **columns("core", "day", "working", "reason", "set_at"),
        "setBy": user_at("set_by", "core"),
    },
}
