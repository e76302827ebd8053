"""Values for arguments of random queries: ids of every kind, cursors of every list, filters that hit and that miss."""

from __future__ import annotations

import base64
import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLSchema, get_named_type

from tests.reference.case_fields import LISTS
from tests.reference.kinds import KINDS
from tests.reference.lists import LISTED
from tests.reference.roots import PARTS, WHOLES, id_of
from tests.reference.rows import Rows, label_rows
from tests.reference.standing_fields import PARTY_LISTS
from tests.reference.things import Thing
from tests.reference.words import shown

Sample = Callable[[], Any]

TABLES = {
    **{prefix: table for prefix, (table, _) in (PARTS | WHOLES).items()},
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
TEXTS = ("", "纠纷", "%", "_", "\\", "'", "\0", "排水", "海棠", "王五", "李小四（虚构）", "赵一", '"')


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
        known = self._known(prefix)
        # A small place may have none of a kind.
        return id_of(prefix, self._pick.choice(known)) if known else f"{prefix}:{UUID(int=0, version=4)}"

    def _known(self, prefix: str) -> list[dict[str, Any]]:
        table = TABLES[prefix]
        return list(label_rows()) if table == "code_label" else self._rows.all(table)

    def a_fitting_id(self, prefix: str) -> str:
        """Nearly always an id of that kind: one of another refuses the whole list."""
        known = self._rows.all(TABLES[prefix])
        return self.an_id(prefix) if self.chance(0.2) or not known else f"{prefix}:{self._pick.choice(known)['id']}"

    def a_row(self, table: str) -> dict[str, Any]:
        return self._pick.choice(self._rows.all(table))

    def a_year(self) -> int:
        return self._pick.choice([*{int(row["day"].year) for row in self._rows.all("calendar_day")}, 2020, -1])

    def a_size(self) -> int:
        return (
            101
            if self.chance(0.01)
            else -1
            if self.chance(0.01)
            else self._pick.choice([0, 1, 1, 2, 2, 3, 4, 5, 7, 10])
        )

    def a_moment(self, table: str = "dispute_case", column: str = "registered_at") -> str:
        text = str(shown(self.a_row(table)[column]))
        if self.chance(0.02):
            return text.removesuffix("+08:00")  # of no zone: of no moment
        return text if self.chance(0.7) else text.replace("+08:00", "Z")

    def a_day(self, table: str, column: str) -> str:
        known = [row[column] for row in self._rows.all(table) if row[column] is not None]
        return str(shown(self._pick.choice(known or [date(2026, 1, 1)])))

    def a_filter(self, name: str) -> dict[str, Any]:
        """Some conditions of that input; few, so that something is left."""
        rare = {
            "titleContains": 0.3,
            "partyName": 0.3,
            "number": 0.3,
            "caseId": 0.3,
            "townId": 0.4,
            "communityId": 0.3,
            "gridId": 0.3,
            "without": 0.5,
            "organisationId": 0.5,
            "breached": 0.5,
        }
        ways = self._conditions()[name]
        names = [
            one for one in self._pick.sample([*ways], self._pick.choice([1, 1, 2, 3])) if self.chance(rare.get(one, 1))
        ]
        return {one: None if self.chance(0.05) else ways[one]() for one in names}

    def _conditions(self) -> dict[str, dict[str, Sample]]:
        """By input type: how a value of each condition is drawn."""
        flag: Sample = lambda: self.chance(0.5)  # noqa: E731
        a_text: Sample = lambda: self._pick.choice(TEXTS)  # noqa: E731
        a_place: Sample = lambda: self.a_fitting_id("organisation")  # noqa: E731

        def words(enum: str, most: int = 3) -> Sample:
            return lambda: self.some(lambda: self.of_enum(enum), most)

        def organisation_of(table: str, column: str) -> Sample:
            known = [row[column] for row in self._rows.all(table) if row[column] is not None]
            return lambda: (
                f"organisation:{self._pick.choice(known)}"
                if known and self.chance(0.95)
                else self.an_id("organisation")
            )

        of_case = {
            f"{name}Id": organisation_of("dispute_case", f"{name}_id") for name in ("organisation", "handler", "court")
        }
        return {
            "CaseFilter": {
                "status": words("CaseStatus", 6),
                "source": words("CaseSource", 6),
                "riskLevel": words("RiskLevel"),
                "typeCodes": lambda: self.some(lambda: self._pick.choice(["0101", "02", "0201", "1601", "99"])),
                "typeGroup": lambda: self.some(lambda: self._pick.choice(["01", "02", "13", "9"])),
                **of_case,
                **dict.fromkeys(("townId", "communityId", "gridId"), a_place),
                "without": words("CaseAbsence", 2),
                "placeId": a_place,
                "number": lambda: self.a_row("dispute_case")["number"],
                "registeredFrom": self.a_moment,
                "registeredUntil": self.a_moment,
                **dict.fromkeys(("settled", "open", "overdue", "paused", "reopened", "breached"), flag),
                "titleContains": a_text,
                "partyName": a_text,
            },
            "OrganisationFilter": {
                "kinds": words("OrganisationKind", 9),
                "nameContains": a_text,
                "parentId": organisation_of("organisation", "parent_id"),
                "withinId": a_place,
                "current": flag,
            },
            "DeadlineFilter": {
                "states": words("DeadlineState", 4),
                "kinds": words("DeadlineKind", 6),
                "open": flag,
                "dueFrom": lambda: self.a_moment("deadline", "due_at"),
                "dueUntil": lambda: self.a_moment("deadline", "due_at"),
                **of_case,
                "caseId": lambda: self.a_fitting_id("case"),
            },
            "SupervisionFilter": {
                "causes": words("SupervisionCause"),
                "levels": words("DeadlineStep"),
                "open": flag,
                "answered": flag,
                "handlerId": of_case["handlerId"],
            },
            "ConfirmationFilter": {
                "status": words("ConfirmationStatus", 5),
                "courtId": organisation_of("judicial_confirmation", "court_id"),
                "dueFrom": lambda: self.a_day("judicial_confirmation", "rule_by"),
                "dueUntil": lambda: self.a_day("judicial_confirmation", "rule_by"),
                "overdue": flag,
            },
            "CommitteeFilter": {
                "placeId": a_place,
                "organisationId": organisation_of("mediation_committee", "id"),
                "termEnded": flag,
                "termEndsUntil": lambda: self.a_day("mediation_committee", "term_ends_on"),
            },
            "MediatorFilter": {
                "placeId": a_place,
                "committeeId": lambda: self.a_fitting_id("committee"),
                "nameContains": a_text,
                "inOffice": flag,
            },
            **{
                f"{work.type}Filter": {name: partial(draw, self) for name, (_, draw) in work.conditions.items()}
                for work in KINDS
            },
        }

    def an_order(self, name: str) -> dict[str, Any]:
        given = {"field": self.of_enum(f"{name}OrderField")}
        return given if self.chance(0.3) else given | {"direction": self.of_enum("OrderDirection")}

    def a_cursor(self, field: str, order: dict[str, Any] | None, *, root: bool) -> str:
        """A cursor of that list in that order: of an earlier answer, of any row there is, or none at all."""
        if self.chance(0.04):
            return self._pick.choice(["", "x", "bnVsbA==", "W10=", "WzEsMiwzXQ==", "eyJhIjoxfQ=="])
        if root:
            listed = LISTED[field]
            table, sorting = listed.table, listed.order(order and {"direction": self._way(f"{field}"), **order})
        elif field == "otherCases":
            table, sorting = "dispute_case", PARTY_LISTS[field]
        else:
            table, _, sorting, _ = LISTS[field]
        word = sorting.named(Thing("", self.a_row(table)))
        known = self._cursors.get(_order_in(word) or "", [])
        return self._pick.choice(known) if known and self.chance(0.5) else word

    def _way(self, field: str) -> str:
        """The direction of an order that names none."""
        query = self._schema.query_type
        assert query is not None
        given: Any = get_named_type(query.fields[field].args["orderBy"].type)
        return str(given.fields["direction"].default_value)

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
