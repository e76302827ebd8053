"""What can be read of visits, and how they are listed and counted."""

from domain.foundation.kernel.timeline import timeline_view
from domain.foundation.query.counting import by_code, by_month, by_place
from domain.foundation.query.expressions import column, enum, mask_name, masked_text, place, to_one, to_page
from domain.foundation.query.lists import Measure
from domain.foundation.query.narrowing import id_is, lies_in, one_of, ordering, within
from domain.foundation.query.roots import CORE, Figures, Listing, Lookup
from domain.foundation.query.view import View, by_name
from domain.visits.commands import VisitFindingKind
from domain.visits.rules import VisitAction, VisitStatus

# Which household, and what was found there.
HOUSEHOLD = "household"

VISIT = View(
    name="visit",
    description="A visit of a household 走访记录",
    table="visit",
    resource="visit",
    sensitive=frozenset({HOUSEHOLD}),
    prefix="visit",
    members=by_name(
        column("version", "Raised by every correction; send it back as expectedVersion 版本"),
        enum("status", VisitStatus, "Recorded, or corrected since 状态"),
        place(),
        column("visited_at", "When 走访时间"),
        column("registered_at", "When it was recorded 登记时间"),
        to_one("registered_by", "user", "Who visited, and recorded it 走访人"),
        enum("finding_kind", VisitFindingKind, "What kind of finding 发现类别"),
        column("people_met", "How many people were met 见到人数"),
        masked_text("household", "Which household 住户", HOUSEHOLD, mask_name, CORE),
        column("finding", "What was found 走访情况", HOUSEHOLD),
        to_page("timeline", "visit_timeline_entry", "Who recorded and corrected it, oldest first 时间线"),
    ),
    roots={
        "visit": Lookup("visit", "One visit; null when there is none within reach 走访记录"),
        "visits": Listing("visit", "Visits within reach, latest first 走访记录列表", plural="visits", term="走访记录"),
        "visit_figures": Figures("visit", "Counts of the visits within reach 走访统计", measured="Visits 走访指标"),
    },
    orderings=by_name(ordering("visited_at", "timestamptz", "By when 走访时间"), ordering("id", "uuid")),
    default_order=("visited_at", True),
    filters=by_name(
        lies_in("In this town, community or grid 区域"),
        one_of("finding_kind", VisitFindingKind, "Of these kinds of finding 发现类别"),
        within("visited", "visited_at", ("Visited at or after 走访起始时间", "Visited before 走访截止时间")),
        id_is("registered_by_id", "user", "By this visitor 走访人", lambda t, v: f"{t}.registered_by = {v}"),
    ),
    dimensions=by_name(
        by_place(),
        by_month("visited_at", "By month 走访月份", ("visited_from", "visited_until")),
        by_code("finding_kind", VisitFindingKind, "By kind of finding 发现类别"),
    ),
    counts={"visits": lambda _t: "TRUE", "found": lambda t: f"{t}.finding_kind <> '{VisitFindingKind.NOTHING_FOUND}'"},
    measures=by_name(
        Measure(name="visits", description="Visits 走访数", of="visits"),
        Measure(name="with_findings", description="Those that found something 发现情况数", of="found"),
    ),
)

VIEWS = (VISIT, timeline_view("visit", VisitAction, VisitStatus, notes=HOUSEHOLD))
