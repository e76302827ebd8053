"""What the reference knows of visits: who visited which household of a grid when, and what was found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.visits.commands import VisitFindingKind
from domain.visits.rules import VisitAction, VisitStatus
from tests.reference.conditions import before, names, one_of, since, sorted_by
from tests.reference.figures import BY_PLACE, FILTERS_OF_PLACES, by_period, by_word
from tests.reference.things import column, protected, word, word_label
from tests.reference.words import masked_name
from tests.reference.work import Work, common_fields, in_places, moment, words

if TYPE_CHECKING:
    from tests.reference.world import World

Row = dict[str, Any]
HOUSEHOLD = "household"
HOMES = ("李", "东街12号", "西街", "赵一家（虚构）", "虚构路一百二十号之三五楼（虚构）")


def _own(world: World) -> Row:
    return {
        "visited_at": world.a_time(),
        "household": world.pick.choice(HOMES),
        "finding_kind": world.pick.choice(list(VisitFindingKind)),
        "finding": world.maybe('虚构 "情况"'),
        "people_met": world.maybe(world.pick.randrange(4)),
    }


def _measures(rows: list[Row]) -> dict[str, Any]:
    return {"visits": len(rows), "withFindings": sum(row["finding_kind"] != "nothing_found" for row in rows)}


VISITS = Work(
    subject="visit",
    plural="visits",
    statuses=VisitStatus,
    actions=VisitAction,
    fields=common_fields("visit")
    | {
        "visitedAt": column("visited_at"),
        "findingKind": word("finding_kind"),
        "findingKindLabel": word_label("visit_finding_kind", "finding_kind"),
        "peopleMet": column("people_met"),
        "household": protected("household", masked_name, HOUSEHOLD, partly="core"),
        "finding": column("finding", HOUSEHOLD),
    },
    notes=HOUSEHOLD,
    own=_own,
    conditions={
        **in_places(),
        "findingKind": (one_of("finding_kind"), words("VisitFindingKind")),
        "visitedFrom": (since("visited_at"), moment("visit", "visited_at")),
        "visitedUntil": (before("visited_at"), moment("visit", "visited_at")),
        "registeredById": (names("registered_by", "user"), lambda values: values.a_fitting_id("user")),
    },
    moments=frozenset({"visitedFrom", "visitedUntil"}),
    orders=sorted_by("visited_at", like=datetime),
    default=("visited_at", True),
    dimensions={
        **BY_PLACE,
        "MONTH": by_period("visited_at", "%Y-%m"),
        "FINDING_KIND": by_word("finding_kind", "visit_finding_kind"),
    },
    measures=_measures,
    filters={**FILTERS_OF_PLACES, "FINDING_KIND": "findingKind"},
    window=("visitedFrom", "visitedUntil"),
)
