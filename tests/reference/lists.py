"""What each list is narrowed and sorted by, and how cases are counted, in plain Python over rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from tests.reference.case_fields import of_case, overdue
from tests.reference.conditions import Listed, Test, before, in_place, key_in, names, one_of, since, sorted_by
from tests.reference.court_fields import due_on
from tests.reference.figures import BY_PLACE, FILTERS_OF_PLACES, Figured, by_organisation, by_period, by_word
from tests.reference.kinds import KINDS
from tests.reference.register_fields import in_office, over, today
from tests.reference.rows import Row
from tests.reference.standing_fields import breached
from tests.reference.things import Asking, Thing, committee, mediator, part
from tests.reference.watch_fields import state
from tests.reference.words import INFINITY, LAST_DAY, share


def _party_named(asking: Asking, row: Row, value: str) -> bool:
    return any(party["name"] == value for party in of_case(asking, "case_party", row))


ABSENT = {"RISK_LEVEL": "risk_level", "TOWN": "town_id", "COMMUNITY": "community_id", "GRID": "grid_id"}
CASE_TESTS: dict[str, Test] = {
    "status": one_of("status"),
    "source": one_of("source"),
    "riskLevel": one_of("risk_level"),
    "typeCodes": lambda _asking, row, value: row["type_code"] in value,
    "typeGroup": lambda _asking, row, value: row["type_code"][:2] in value,
    "organisationId": names("organisation_id"),
    "handlerId": names("handler_id"),
    "courtId": names("court_id"),
    "townId": names("town_id"),
    "communityId": names("community_id"),
    "gridId": names("grid_id"),
    "without": lambda _asking, row, value: all(row[ABSENT[one]] is None for one in value),
    "placeId": in_place,
    "number": lambda _asking, row, value: row["number"] == value,
    "registeredFrom": lambda _asking, row, value: row["registered_at"] >= datetime.fromisoformat(value),
    "registeredUntil": lambda _asking, row, value: row["registered_at"] < datetime.fromisoformat(value),
    "settled": lambda _asking, row, value: (row["settled_at"] is not None) is value,
    "open": lambda _asking, row, value: (row["status"] not in {"closed", "archived", "declined"}) is value,
    "overdue": lambda asking, row, value: overdue(row, asking.now) is value,
    "paused": lambda _asking, row, value: (row["paused_at"] is not None) is value,
    "reopened": lambda _asking, row, value: (row["reopen_count"] > 0) is value,
    "breached": lambda asking, row, value: breached(asking, row) is value,
    "titleContains": lambda _asking, row, value: value in row["title"],
    "partyName": _party_named,
}
# Conditions that tell of a field group; whoever may not read it on every case is refused.
GUARDED = {
    "titleContains": "narrative", "partyName": "identity", "breached": "agreement", "riskLevel": "internal",
    "without": "internal",
}  # fmt: skip
# The same of what cases are counted by.
GUARDED_DIMENSIONS = {"RISK_LEVEL": "internal"}


def _within(_asking: Asking, row: Row, value: str) -> bool:
    key = key_in(value)
    return key is not None and key in (row["town_id"], row["community_id"], row["grid_id"], row["id"], row["parent_id"])


ORGANISATION_TESTS: dict[str, Test] = {
    "kinds": one_of("kind"),
    "nameContains": lambda _asking, row, value: value in row["name"],
    "parentId": names("parent_id"),
    "withinId": _within,
    "current": lambda asking, row, value: (row["valid_until"] is None or row["valid_until"] > asking.now) is value,
}


def _of_its_case(column: str) -> Test:
    def names(asking: Asking, row: Row, value: str) -> bool:
        case = asking.rows.one("dispute_case", row["case_id"], row["county_id"])
        return case is not None and case[column] is not None and case[column] == key_in(value)

    return names


def _still_open(_asking: Asking, row: Row, value: bool) -> bool:
    return (row["closed_at"] is None) is value


def _due(row: Row) -> date:
    return due_on(row) or LAST_DAY


def _court_late(asking: Asking, row: Row, value: bool) -> bool:
    return (row["status"] in {"applied", "accepted"} and _due(row) < today(asking)) is value


DEADLINE_TESTS: dict[str, Test] = {
    "states": lambda asking, row, value: state(row, asking.now).upper() in value,
    "kinds": one_of("kind"),
    "open": _still_open,
    "dueFrom": since("due_at"),
    "dueUntil": before("due_at"),
    "organisationId": _of_its_case("organisation_id"),
    "handlerId": _of_its_case("handler_id"),
    "courtId": _of_its_case("court_id"),
    "caseId": lambda _asking, row, value: row["case_id"] == key_in(value, "case"),
}
SUPERVISION_TESTS: dict[str, Test] = {
    "causes": one_of("cause"),
    "levels": one_of("level"),
    "open": _still_open,
    "answered": lambda _asking, row, value: (row["answered_at"] is not None) is value,
    "handlerId": _of_its_case("handler_id"),
}
CONFIRMATION_TESTS: dict[str, Test] = {
    "status": one_of("status"),
    "courtId": names("court_id"),
    "dueFrom": lambda _asking, row, value: due_on(row) is not None and _due(row) >= date.fromisoformat(value),
    "dueUntil": lambda _asking, row, value: due_on(row) is not None and _due(row) <= date.fromisoformat(value),
    "overdue": _court_late,
}
COMMITTEE_TESTS: dict[str, Test] = {
    "placeId": in_place,
    "organisationId": names("id"),
    "termEnded": lambda asking, row, value: over(asking, row["term_ends_on"]) is value,
    "termEndsUntil": lambda _asking, row, value: (
        row["term_ends_on"] is not None and row["term_ends_on"] <= date.fromisoformat(value)
    ),
}
MEDIATOR_TESTS: dict[str, Test] = {
    "placeId": in_place,
    "committeeId": lambda _asking, row, value: row["committee_id"] == key_in(value, "committee"),
    "nameContains": lambda _asking, row, value: value in row["name"],
    "inOffice": lambda asking, row, value: in_office(asking, row) is value,
}


def _own(type_: str | None = None) -> Callable[[Asking, Row], Thing | None]:
    """A row with a policy of its own; an organisation is of one of two types."""
    tables = {"Case": "dispute_case", None: "organisation"}

    def found(asking: Asking, row: Row) -> Thing | None:
        if not asking.access.sees(tables[type_], row):
            return None
        return Thing(type_ or ("Area" if row["is_area"] else "Partner"), row, row if type_ == "Case" else None)

    return found


def _part(type_: str) -> Callable[[Asking, Row], Thing | None]:
    """A part of a case."""
    return lambda asking, row: part(asking, type_, row)


LISTED: dict[str, Listed] = {
    "cases": Listed(
        "dispute_case", _own("Case"), CASE_TESTS,
        # What has no due date comes after everything that has one.
        sorted_by("registered_at", like=datetime) | sorted_by("number", like=str) | sorted_by("due_at", like=datetime, last=INFINITY),
        ("registered_at", True), guarded=GUARDED, moments=frozenset({"registeredFrom", "registeredUntil"}),
    ),
    "organisations": Listed("organisation", _own(), ORGANISATION_TESTS, sorted_by("name", like=str), ("name", False)),
    "deadlines": Listed(
        "deadline", _part("Deadline"), DEADLINE_TESTS, sorted_by("due_at", "opened_at", like=datetime), ("due_at", False),
        moments=frozenset({"dueFrom", "dueUntil"}),
    ),
    "supervisions": Listed(
        "supervision", _part("Supervision"), SUPERVISION_TESTS, sorted_by("opened_at", like=datetime), ("opened_at", True)
    ),
    "confirmations": Listed(
        "judicial_confirmation", _part("JudicialConfirmation"), CONFIRMATION_TESTS,
        sorted_by("applied_at", like=datetime) | {"due_on": (_due, date)}, ("applied_at", True), needed="agreement",
        telling=frozenset({"status", "courtId", "dueFrom", "dueUntil", "overdue", "due_on"}),
    ),
    "committees": Listed(
        "mediation_committee", lambda asking, row: committee(asking, row["id"]), COMMITTEE_TESTS,
        sorted_by("term_ends_on", like=date, last=LAST_DAY) | sorted_by("registered_at", like=datetime), ("term_ends_on", False),
    ),
    "mediators": Listed(
        "mediator", lambda asking, row: mediator(asking, row["id"]), MEDIATOR_TESTS,
        sorted_by("name", like=str) | sorted_by("appointed_on", like=date), ("name", False),
    ),
    **{work.plural: work.listed() for work in KINDS},
}  # fmt: skip


def _type(asking: Asking, value: str) -> str:
    return str(asking.rows.dispute_types[value]["label"])


def _measures(rows: list[Row]) -> dict[str, Any]:
    ended = [row for row in rows if row["concluded_at"] is not None]
    dated = [row for row in ended if row["due_at"] is not None]
    settled = sum(row["settled_at"] is not None for row in rows)
    return {
        "broughtIn": len(rows),
        "settled": settled,
        "settlementRate": share(settled, len(rows)),
        "reopened": sum(row["reopen_count"] > 0 for row in rows),
        "returned": sum(row["return_count"] > 0 for row in rows),
        "declined": sum(row["declined_at"] is not None for row in rows),
        "concluded": len(ended),
        "onTimeRate": share(sum(row["concluded_at"] <= row["due_at"] for row in dated), len(dated)),
    }


FIGURED: dict[str, Figured] = {
    "caseFigures": Figured(
        listed="cases",
        dimensions={
            "STATUS": by_word("status", "case_status"),
            "SOURCE": by_word("source", "case_source"),
            "RISK_LEVEL": by_word("risk_level", "risk_level"),
            "TYPE": (lambda row: row["type_code"], _type),
            "TYPE_GROUP": (lambda row: row["type_code"][:2], _type),
            "ORGANISATION": by_organisation("organisation_id"),
            **BY_PLACE,
            "MONTH": by_period("registered_at", "%Y-%m"),
            "YEAR": by_period("registered_at", "%Y"),
        },
        measures=_measures,
        filters={
            "STATUS": "status",
            "SOURCE": "source",
            "RISK_LEVEL": "riskLevel",
            "TYPE": "typeCodes",
            "TYPE_GROUP": "typeGroup",
            "ORGANISATION": "organisationId",
            **FILTERS_OF_PLACES,
        },
        window=("registeredFrom", "registeredUntil"),
        without=True,
    ),
    **{work.figures: work.figured() for work in KINDS},
}
"""By root field."""
