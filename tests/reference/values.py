"""Values for arguments of random queries: ids of every kind, cursors of every list, filters that hit and that miss."""

from __future__ import annotations

import base64
import json
import random
from collections import defaultdict
from typing import Any
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLSchema

from tests.reference import lists
from tests.reference.case_fields import LISTS
from tests.reference.roots import PART_LISTS, PARTS
from tests.reference.rows import Rows
from tests.reference.standing_fields import PARTY_LISTS
from tests.reference.things import Thing
from tests.reference.words import shown

TABLES = {
    "case": "dispute_case",
    "organisation": "organisation",
    "user": "app_user",
    **{prefix: table for prefix, (table, _) in PARTS.items()},
}
NONSENSE = (
    "",
    "case",
    "case:",
    "nothing",
    ":",
    "case:1",
    "案件:0",
    "organisation:none",
    "node:00000000-0000-7000-8000-000000000000",
)
TEXTS = ("", "纠纷", "%", "_", "\\", "'", "\0", "排水", "海棠", "王五", "李小四（虚构）", '"')


class Enum(str):
    """A word of a closed set: bare in a document, quoted in JSON."""

    __slots__ = ()


class Values:
    """Draws values. `remember` takes the cursors of earlier answers, to be used again."""

    def __init__(self, schema: GraphQLSchema, rows: Rows, pick: random.Random) -> None:
        self._schema = schema
        self._rows = rows
        self._pick = pick
        self._cursors: dict[str, list[str]] = defaultdict(list)

    def chance(self, odds: float) -> bool:
        return self._pick.random() < odds

    def of_enum(self, name: str) -> Enum:
        type_ = self._schema.type_map[name]
        assert isinstance(type_, GraphQLEnumType)
        return Enum(self._pick.choice([*type_.values]))

    def some(self, draw: Any, most: int = 3) -> list[Any]:
        return [draw() for _ in range(self._pick.randrange(most + 1))]

    def an_id(self, *prefixes: str) -> str:
        """Mostly an id of one of these kinds (of any, if none is named), visible or not."""
        if self.chance(0.06):
            return self._pick.choice(NONSENSE)
        if self.chance(0.05):
            return f"{self._pick.choice([*TABLES])}:{UUID(int=self._pick.getrandbits(128), version=4)}"
        prefix = self._pick.choice(prefixes if prefixes and self.chance(0.93) else [*TABLES])
        return f"{prefix}:{self._pick.choice(self._rows.all(TABLES[prefix]))['id']}"

    def a_row(self, table: str) -> dict[str, Any]:
        return self._pick.choice(self._rows.all(table))

    def a_size(self) -> int:
        return (
            101
            if self.chance(0.01)
            else -1
            if self.chance(0.01)
            else self._pick.choice([0, 1, 1, 2, 2, 3, 4, 5, 7, 10])
        )

    def a_moment(self) -> str:
        text = str(shown(self.a_row("dispute_case")["registered_at"]))
        if self.chance(0.02):
            return text.removesuffix("+08:00")  # of no zone: of no moment
        return text if self.chance(0.7) else text.replace("+08:00", "Z")

    def a_case_filter(self) -> dict[str, Any]:
        """Some conditions on cases; few, so that something is left."""
        ways: dict[str, Any] = {
            "status": lambda: self.some(lambda: self.of_enum("CaseStatus"), 6),
            "source": lambda: self.some(lambda: self.of_enum("CaseSource"), 6),
            "riskLevel": lambda: self.some(lambda: self.of_enum("RiskLevel")),
            "typeCodes": lambda: self.some(lambda: self._pick.choice(["0101", "02", "0201", "1601", "99"])),
            "typeGroup": lambda: self.some(lambda: self._pick.choice(["01", "02", "13", "9"])),
            "organisationId": lambda: f"organisation:{self.a_row('dispute_case')['organisation_id']}",
            "handlerId": lambda: f"organisation:{self.a_row('dispute_case')['handler_id']}",
            "courtId": lambda: f"organisation:{self.a_row('dispute_case')['court_id']}",
            "placeId": lambda: self.an_id("organisation"),
            "number": lambda: self.a_row("dispute_case")["number"],
            "registeredFrom": self.a_moment,
            "registeredUntil": self.a_moment,
            **{name: lambda: self.chance(0.5) for name in ("settled", "open", "overdue")},
            "titleContains": lambda: self._pick.choice(TEXTS),
            "partyName": lambda: self._pick.choice(TEXTS),
        }
        return self._drawn(ways, rare={"titleContains": 0.3, "partyName": 0.3, "number": 0.3})

    def an_organisation_filter(self) -> dict[str, Any]:
        """Some conditions on organisations."""
        ways: dict[str, Any] = {
            "kinds": lambda: self.some(lambda: self.of_enum("OrganisationKind"), 9),
            "nameContains": lambda: self._pick.choice(TEXTS),
            "parentId": lambda: f"organisation:{self.a_row('organisation')['parent_id']}",
            "withinId": lambda: self.an_id("organisation"),
            "current": lambda: self.chance(0.5),
        }
        return self._drawn(ways, rare={})

    def _drawn(self, ways: dict[str, Any], rare: dict[str, float]) -> dict[str, Any]:
        names = [
            name
            for name in self._pick.sample([*ways], self._pick.choice([1, 1, 2, 3]))
            if self.chance(rare.get(name, 1))
        ]
        return {name: None if self.chance(0.05) else ways[name]() for name in names}

    def an_order(self, name: str) -> dict[str, Any]:
        given = {"field": self.of_enum(f"{name}OrderField")}
        return given if self.chance(0.3) else given | {"direction": self.of_enum("OrderDirection")}

    def a_cursor(self, field: str, order: dict[str, Any] | None) -> str:
        """A cursor of that list in that order: of an earlier answer, of any row there is, or none at all."""
        if self.chance(0.04):
            return self._pick.choice(["", "x", "bnVsbA==", "W10=", "WzEsMiwzXQ==", "eyJhIjoxfQ=="])
        if field == "cases":
            row, kind = self.a_row("dispute_case"), "Case"
            if order is not None:
                order = {"direction": "DESC", **order}
            sorting = lists.case_order(order)
        elif field == "organisations":
            row, kind = self.a_row("organisation"), "Area"
            if order is not None:
                order = {"direction": "ASC", **order}
            sorting = lists.organisation_order(order)
        elif field == "otherCases":
            row, kind, sorting = self.a_row("dispute_case"), "Case", PARTY_LISTS[field]
        else:
            table, kind, sorting, _ = (LISTS | PART_LISTS)[field]
            row = self.a_row(table)
        word = sorting.named(Thing(kind, row))
        known = self._cursors.get(_order_in(word) or "", [])
        return self._pick.choice(known) if known and self.chance(0.5) else word

    def remember(self, answer: Any) -> None:
        """Keep the cursors of an answer."""
        if isinstance(answer, dict):
            for name, value in answer.items():
                if name in ("cursor", "startCursor", "endCursor") and isinstance(value, str):
                    if (order := _order_in(value)) is not None:
                        self._cursors[order] = [*self._cursors[order][-20:], value]
                else:
                    self.remember(value)
        elif isinstance(answer, list):
            for item in answer:
                self.remember(item)


def _order_in(word: str) -> str | None:
    try:
        found = json.loads(base64.b64decode(word))
    except ValueError:
        return None
    return str(found[0]) if isinstance(found, list) and found else None
