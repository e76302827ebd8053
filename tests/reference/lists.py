"""How cases and organisations are narrowed, sorted and counted, in plain Python over rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.reference.case_fields import camel, of_case, overdue
from tests.reference.paging import Order
from tests.reference.rows import Row
from tests.reference.things import Asking
from tests.reference.words import CHINA, INFINITY, share

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


CASE_TESTS: dict[str, Test] = {
    "status": _one_of("status"),
    "source": _one_of("source"),
    "riskLevel": _one_of("risk_level"),
    "typeCodes": lambda _asking, row, value: row["type_code"] in value,
    "typeGroup": lambda _asking, row, value: row["type_code"][:2] in value,
    "organisationId": _names("organisation_id"),
    "handlerId": _names("handler_id"),
    "courtId": _names("court_id"),
    "placeId": _in_place,
    "number": lambda _asking, row, value: row["number"] == value,
    "registeredFrom": lambda _asking, row, value: row["registered_at"] >= datetime.fromisoformat(value),
    "registeredUntil": lambda _asking, row, value: row["registered_at"] < datetime.fromisoformat(value),
    "settled": lambda _asking, row, value: (row["settled_at"] is not None) is value,
    "open": lambda _asking, row, value: (row["status"] not in {"closed", "archived", "declined"}) is value,
    "overdue": lambda asking, row, value: overdue(row, asking.now) is value,
    "titleContains": lambda _asking, row, value: value in row["title"],
    "partyName": _party_named,
}
# Conditions that tell of a field group; whoever may not read it on every case is refused.
GUARDED = {"titleContains": "narrative", "partyName": "identity"}


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


def narrowed(asking: Asking, table: str, tests: dict[str, Test], given: dict[str, Any] | None) -> list[Row]:
    """The rows of a table that the caller sees and that pass every condition given and not null."""
    conditions = [(tests[name], value) for name, value in (given or {}).items() if value is not None]
    return [
        row
        for row in asking.rows.all(table)
        if all(test(asking, row, value) for test, value in conditions) and asking.access.sees(table, row)
    ]


_CASE_ORDERS: dict[str, tuple[Callable[[Row], Any], Any]] = {
    "registered_at": (lambda row: row["registered_at"], datetime),
    "number": (lambda row: row["number"], str),
    # What has no due date comes after everything that has one.
    "due_at": (lambda row: row["due_at"] or INFINITY, datetime),
}


def case_order(given: dict[str, Any] | None) -> Order:
    """Newest first unless asked otherwise."""
    if given is None:
        given = {"field": "REGISTERED_AT", "direction": "DESC"}
    name = given["field"].lower()
    return Order(name, *_CASE_ORDERS[name], descending=given["direction"] == "DESC")


def organisation_order(given: dict[str, Any] | None) -> Order:
    """By name."""
    return Order("name", lambda row: row["name"], str, descending=given is not None and given["direction"] == "DESC")


def _month(row: Row, form: str) -> str:
    return f"{row['registered_at'].astimezone(CHINA):{form}}"


def _word(column: str, listing: str) -> tuple[Callable[[Row], Any], Callable[[Asking, str], str | None]]:
    return (
        lambda row: row[column] and str(row[column]).upper(),
        lambda asking, value: asking.label(listing, value.lower()),
    )


def _organisation(column: str) -> tuple[Callable[[Row], Any], Callable[[Asking, str], str | None]]:
    def named(asking: Asking, value: str) -> str | None:
        row = asking.rows.one("organisation", UUID(value))
        return None if row is None else str(row["name"])

    return lambda row: row[column] and str(row[column]), named


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


def figures(asking: Asking, rows: list[Row], group_by: list[str] | None) -> dict[str, Any]:
    """Counts and rates in total and for each group that has a case; nulls come last."""
    names = list(dict.fromkeys(group_by or ()))
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows if names else ():
        groups.setdefault(tuple(DIMENSIONS[name][0](row) for name in names), []).append(row)
    listed = []
    for values in sorted(groups, key=lambda found: [(value is None, value or "") for value in found]):
        keys = [
            {"dimension": name, "value": value, "label": None if value is None else DIMENSIONS[name][1](asking, value)}
            for name, value in zip(names, values, strict=True)
        ]
        listed.append({"key": "/".join(value or "" for value in values), "keys": keys, **_measures(groups[values])})
    return {"total": _measures(rows), "groups": listed}


__all__ = [
    "CASE_TESTS",
    "GUARDED",
    "ORGANISATION_TESTS",
    "camel",
    "case_order",
    "figures",
    "key_in",
    "narrowed",
    "organisation_order",
]
