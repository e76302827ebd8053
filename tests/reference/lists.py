"""How lists are narrowed and sorted, and cases counted, in plain Python over rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tests.reference.case_fields import of_case, overdue
from tests.reference.court_fields import due_on
from tests.reference.paging import Order
from tests.reference.register_fields import in_office, over, today
from tests.reference.rows import Row
from tests.reference.standing_fields import breached
from tests.reference.things import Asking, Thing, committee, may, mediator, organisation, part
from tests.reference.told import shown_to
from tests.reference.watch_fields import state
from tests.reference.words import CHINA, INFINITY, LAST_DAY, share, shown

Test = Callable[[Asking, Row, Any], bool]


def key_in(value: str, prefix: str = "organisation") -> UUID | None:
    """The key in a global id; None, which nothing equals, in anything else."""
    head, _, tail = value.partition(":")
    try:
        return UUID(tail) if head == prefix else None
    except ValueError:
        return None


def _names(column: str) -> Test:
    return lambda _asking, row, value: row[column] is not None and row[column] == key_in(value)


def _one_of(column: str) -> Test:
    return lambda _asking, row, value: row[column] is not None and row[column].upper() in value


def _in_place(_asking: Asking, row: Row, value: str) -> bool:
    key = key_in(value)
    return key is not None and key in (row["town_id"], row["community_id"], row["grid_id"])


def _party_named(asking: Asking, row: Row, value: str) -> bool:
    return any(party["name"] == value for party in of_case(asking, "case_party", row))


ABSENT = {"RISK_LEVEL": "risk_level", "TOWN": "town_id", "COMMUNITY": "community_id", "GRID": "grid_id"}
CASE_TESTS: dict[str, Test] = {
    "status": _one_of("status"),
    "source": _one_of("source"),
    "riskLevel": _one_of("risk_level"),
    "typeCodes": lambda _asking, row, value: row["type_code"] in value,
    "typeGroup": lambda _asking, row, value: row["type_code"][:2] in value,
    "organisationId": _names("organisation_id"),
    "handlerId": _names("handler_id"),
    "courtId": _names("court_id"),
    "townId": _names("town_id"),
    "communityId": _names("community_id"),
    "gridId": _names("grid_id"),
    "without": lambda _asking, row, value: all(row[ABSENT[one]] is None for one in value),
    "placeId": _in_place,
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
    "kinds": _one_of("kind"),
    "nameContains": lambda _asking, row, value: value in row["name"],
    "parentId": _names("parent_id"),
    "withinId": _within,
    "current": lambda asking, row, value: (row["valid_until"] is None or row["valid_until"] > asking.now) is value,
}


def _of_its_case(column: str) -> Test:
    def names(asking: Asking, row: Row, value: str) -> bool:
        case = asking.rows.one("dispute_case", row["case_id"], row["county_id"])
        return case is not None and case[column] is not None and case[column] == key_in(value)

    return names


def _since(column: str) -> Test:
    return lambda _asking, row, value: row[column] >= datetime.fromisoformat(value)


def _before(column: str) -> Test:
    return lambda _asking, row, value: row[column] < datetime.fromisoformat(value)


def _still_open(_asking: Asking, row: Row, value: bool) -> bool:
    return (row["closed_at"] is None) is value


def _due(row: Row) -> date:
    return due_on(row) or LAST_DAY


def _court_late(asking: Asking, row: Row, value: bool) -> bool:
    return (row["status"] in {"applied", "accepted"} and _due(row) < today(asking)) is value


DEADLINE_TESTS: dict[str, Test] = {
    "states": lambda asking, row, value: state(row, asking.now).upper() in value,
    "kinds": _one_of("kind"),
    "open": _still_open,
    "dueFrom": _since("due_at"),
    "dueUntil": _before("due_at"),
    "organisationId": _of_its_case("organisation_id"),
    "handlerId": _of_its_case("handler_id"),
    "courtId": _of_its_case("court_id"),
    "caseId": lambda _asking, row, value: row["case_id"] == key_in(value, "case"),
}
SUPERVISION_TESTS: dict[str, Test] = {
    "causes": _one_of("cause"),
    "levels": _one_of("level"),
    "open": _still_open,
    "answered": lambda _asking, row, value: (row["answered_at"] is not None) is value,
    "handlerId": _of_its_case("handler_id"),
}
CONFIRMATION_TESTS: dict[str, Test] = {
    "status": _one_of("status"),
    "courtId": _names("court_id"),
    "dueFrom": lambda _asking, row, value: due_on(row) is not None and _due(row) >= date.fromisoformat(value),
    "dueUntil": lambda _asking, row, value: due_on(row) is not None and _due(row) <= date.fromisoformat(value),
    "overdue": _court_late,
}
COMMITTEE_TESTS: dict[str, Test] = {
    "placeId": _in_place,
    "organisationId": _names("id"),
    "termEnded": lambda asking, row, value: over(asking, row["term_ends_on"]) is value,
    "termEndsUntil": lambda _asking, row, value: (
        row["term_ends_on"] is not None and row["term_ends_on"] <= date.fromisoformat(value)
    ),
}
MEDIATOR_TESTS: dict[str, Test] = {
    "placeId": _in_place,
    "committeeId": lambda _asking, row, value: row["committee_id"] == key_in(value, "committee"),
    "nameContains": lambda _asking, row, value: value in row["name"],
    "inOffice": lambda asking, row, value: in_office(asking, row) is value,
}


def _by(*columns: str, like: Any, last: Any = None) -> dict[str, tuple[Callable[[Row], Any], Any]]:
    """Orders by columns; what is null sorts as `last`."""

    def of(name: str) -> Callable[[Row], Any]:
        return lambda row: last if row[name] is None else row[name]

    return {name: (of(name), like) for name in columns}


@dataclass(frozen=True)
class Listed:
    """A root field that lists rows: of which table, how each is shown, by what it is narrowed and sorted.

    `found` gives the row as a thing, or None where the caller does not see it. `default` is the order of who asks for
    none: its name, and whether it descends. `guarded`: conditions that tell of a field group, by name. `moments`:
    conditions that are moments. `needed`: the group of its case without which a part is not listed at all.
    """

    table: str
    found: Callable[[Asking, Row], Thing | None]
    tests: Mapping[str, Test]
    orders: Mapping[str, tuple[Callable[[Row], Any], Any]]
    default: tuple[str, bool]
    guarded: Mapping[str, str] = field(default_factory=dict)
    moments: frozenset[str] = frozenset()
    needed: str = "core"

    def order(self, given: Mapping[str, Any] | None) -> Order:
        """How the list is sorted for an `orderBy`."""
        name, descending = self.default
        if given is not None:
            name, descending = given["field"].lower(), given["direction"] == "DESC"
        return Order(name, *self.orders[name], descending=descending)

    def things(self, asking: Asking, given: Mapping[str, Any] | None) -> list[Thing]:
        """What the caller sees of it that meets every condition given and not null."""
        conditions = [(self.tests[name], value) for name, value in (given or {}).items() if value is not None]
        rows = [
            row for row in asking.rows.all(self.table) if all(test(asking, row, value) for test, value in conditions)
        ]
        return [one for one in (self.found(asking, row) for row in rows) if one is not None]


def _own(type_: str | None = None) -> Callable[[Asking, Row], Thing | None]:
    """A row with a policy of its own; an organisation is of one of two types."""
    tables = {"Case": "dispute_case", None: "organisation"}

    def found(asking: Asking, row: Row) -> Thing | None:
        if not asking.access.sees(tables[type_], row):
            return None
        return Thing(type_ or ("Area" if row["is_area"] else "Partner"), row, row if type_ == "Case" else None)

    return found


def _part(type_: str, table: str, needed: str = "core") -> Callable[[Asking, Row], Thing | None]:
    """A part of a case, unless it is confidential."""

    def found(asking: Asking, row: Row) -> Thing | None:
        thing = None if row.get("confidential") else part(asking, type_, row)
        if thing is None or thing.case is None or not may(thing, asking, needed):
            return None
        return thing if shown_to(asking, table, row, thing.case) else None

    return found


LISTED: dict[str, Listed] = {
    "cases": Listed(
        "dispute_case", _own("Case"), CASE_TESTS,
        # What has no due date comes after everything that has one.
        _by("registered_at", like=datetime) | _by("number", like=str) | _by("due_at", like=datetime, last=INFINITY),
        ("registered_at", True), guarded=GUARDED, moments=frozenset({"registeredFrom", "registeredUntil"}),
    ),
    "organisations": Listed("organisation", _own(), ORGANISATION_TESTS, _by("name", like=str), ("name", False)),
    "deadlines": Listed(
        "deadline", _part("Deadline", "deadline"), DEADLINE_TESTS, _by("due_at", "opened_at", like=datetime), ("due_at", False),
        moments=frozenset({"dueFrom", "dueUntil"}),
    ),
    "supervisions": Listed(
        "supervision", _part("Supervision", "supervision"), SUPERVISION_TESTS, _by("opened_at", like=datetime), ("opened_at", True)
    ),
    "confirmations": Listed(
        "judicial_confirmation", _part("JudicialConfirmation", "judicial_confirmation", "agreement"), CONFIRMATION_TESTS,
        _by("applied_at", like=datetime) | {"due_on": (_due, date)}, ("applied_at", True), needed="agreement",
    ),
    "committees": Listed(
        "mediation_committee", lambda asking, row: committee(asking, row["id"]), COMMITTEE_TESTS,
        _by("term_ends_on", like=date, last=LAST_DAY) | _by("registered_at", like=datetime), ("term_ends_on", False),
    ),
    "mediators": Listed(
        "mediator", lambda asking, row: mediator(asking, row["id"]), MEDIATOR_TESTS,
        _by("name", like=str) | _by("appointed_on", like=date), ("name", False),
    ),
}  # fmt: skip


def _month(row: Row, form: str) -> str:
    return f"{row['registered_at'].astimezone(CHINA):{form}}"


def _word(column: str, listing: str) -> tuple[Callable[[Row], Any], Callable[[Asking, str], str | None]]:
    return (
        lambda row: row[column] and str(row[column]).upper(),
        lambda asking, value: asking.label(listing, value.lower()),
    )


def _organisation(column: str) -> tuple[Callable[[Row], Any], Callable[[Asking, str], str | None]]:
    def named(asking: Asking, value: str) -> str | None:
        row = asking.rows.one("organisation", key_in(value))
        return None if row is None else str(row["name"])

    return lambda row: row[column] and f"organisation:{row[column]}", named


def _type(asking: Asking, value: str) -> str:
    return str(asking.rows.dispute_types[value]["label"])


DIMENSIONS: dict[str, tuple[Callable[[Row], Any], Callable[[Asking, str], str | None]]] = {
    "STATUS": _word("status", "case_status"),
    "SOURCE": _word("source", "case_source"),
    "RISK_LEVEL": _word("risk_level", "risk_level"),
    "TYPE": (lambda row: row["type_code"], _type),
    "TYPE_GROUP": (lambda row: row["type_code"][:2], _type),
    "ORGANISATION": _organisation("organisation_id"),
    "TOWN": _organisation("town_id"),
    "COMMUNITY": _organisation("community_id"),
    "GRID": _organisation("grid_id"),
    "MONTH": (lambda row: _month(row, "%Y-%m"), lambda _asking, value: value),
    "YEAR": (lambda row: _month(row, "%Y"), lambda _asking, value: value),
}


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


FILTERS = {
    "STATUS": "status", "SOURCE": "source", "RISK_LEVEL": "riskLevel", "TYPE": "typeCodes", "TYPE_GROUP": "typeGroup",
    "ORGANISATION": "organisationId", "TOWN": "townId", "COMMUNITY": "communityId", "GRID": "gridId",
}  # fmt: skip
PLACES = {"ORGANISATION", "TOWN", "COMMUNITY", "GRID"}
OF_ONE = {"organisationId", "townId", "communityId", "gridId"}


def _period(value: str) -> tuple[datetime, datetime]:
    """A month's or a year's start, and that of the next."""
    year, _, month = value.partition("-")
    start = datetime(int(year), int(month or 1), 1, tzinfo=CHINA)
    if not month:
        return start, start.replace(year=start.year + 1)
    return start, start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def _listing(names: list[str], values: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """The filter that lists a group's cases, its names in the order in which PostgreSQL keeps those of an object."""
    found: dict[str, Any] = {}
    without: list[str] = []
    starts, ends = [], []
    for name, value in zip(names, values, strict=True):
        if value is None:
            without.append(name)
        elif name in FILTERS:
            found[FILTERS[name]] = value if FILTERS[name] in OF_ONE else [value]
        else:
            start, end = _period(value)
            starts.append(start)
            ends.append(end)
    if starts:
        asked = [datetime.fromisoformat(given[one]) for one in ("registeredFrom",) if given.get(one)]
        found["registeredFrom"] = shown(max([*starts, *asked]))
        asked = [datetime.fromisoformat(given[one]) for one in ("registeredUntil",) if given.get(one)]
        found["registeredUntil"] = shown(min([*ends, *asked]))
    if without:
        found["without"] = sorted({*without, *(given.get("without") or ())})
    return {name: found[name] for name in sorted(found, key=lambda one: (len(one), one))}


def _node(asking: Asking, value: str | None, county: int) -> Thing | None:
    key = key_in(value or "")
    return None if key is None else organisation(asking, key, county)


def figures(
    asking: Asking, rows: list[Row], group_by: list[str] | None, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Counts and rates in total and for each group that has a case; nulls come last."""
    names = list(dict.fromkeys(group_by or ()))
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows if names else ():
        groups.setdefault(tuple(DIMENSIONS[name][0](row) for name in names), []).append(row)
    listed = []
    for values in sorted(groups, key=lambda found: [(value is None, value or "") for value in found]):
        keys = [
            {
                "dimension": name,
                "value": value,
                "label": None if value is None else DIMENSIONS[name][1](asking, value),
                "node": _node(asking, value, groups[values][0]["county_id"]) if name in PLACES else None,
            }
            for name, value in zip(names, values, strict=True)
        ]
        key = "/".join(value or "" for value in values)
        listing = _listing(names, values, given or {})
        listed.append({"key": key, "keys": keys, "filter": listing, **_measures(groups[values])})
    return {"total": _measures(rows), "groups": listed}
