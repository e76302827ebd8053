"""How lists of cases are sorted and narrowed."""

from __future__ import annotations

from enum import StrEnum

from domain.codes.enums import CaseSource, CaseStatus, RiskLevel
from domain.disputes.cases.told import INTERNAL
from domain.disputes.exceptional_actions import views as exceptional
from domain.foundation.query.narrowing import (
    contains,
    filter_by,
    flag,
    id_is,
    lies_in,
    one_of,
    ordering,
    within,
)
from domain.foundation.query.view import by_name

NARRATIVE, IDENTITY, AGREEMENT = "narrative", "identity", "agreement"


class CaseAbsence(StrEnum):
    """What a case may have none of 案件可缺少的项目"""

    RISK_LEVEL = "risk_level"
    TOWN = "town"
    COMMUNITY = "community"
    GRID = "grid"


_HELD = {CaseAbsence.RISK_LEVEL: "risk_level"} | {
    one: f"{one}_id" for one in (CaseAbsence.TOWN, CaseAbsence.COMMUNITY, CaseAbsence.GRID)
}


def _without(t: str, v: str) -> str:
    """SQL: the row has no value of any of these."""
    return " AND ".join(f"({t}.{column} IS NULL OR NOT '{one}' = ANY ({v}))" for one, column in _HELD.items())


ORDERINGS = by_name(
    ordering("registered_at", "timestamptz", "By registration 登记时间"),
    ordering("number", "text", "By number 案号"),
    # A case without a due date sorts after all that have one.
    ordering(
        "due_at",
        "timestamptz",
        "By due date; without one last 调解期限",
        lambda t: f"coalesce({t}.due_at, 'infinity')",
    ),
    ordering("id", "uuid"),
)

FILTERS = by_name(
    # Few cases are in any state but the last: a list of those is read from the indexes sorted below each state.
    one_of("status", CaseStatus, "In one of these states 状态", each=lambda t, v: f"{t}.status = {v}"),
    one_of("source", CaseSource, "Brought in by one of these 来源"),
    one_of("risk_level", RiskLevel, "Of these risk levels 风险等级", group=INTERNAL),
    one_of("type_codes", str, "Of these types 纠纷类型代码", lambda t: f"{t}.type_code"),
    one_of("type_group", str, "Of these groups of types, two digits 纠纷大类代码", lambda t: f"left({t}.type_code, 2)"),
    id_is("organisation_id", "organisation", "Registered at this centre 受理中心"),
    id_is("handler_id", "organisation", "Handled by 承办单位"),
    id_is("court_id", "organisation", "This court is seized of it 法院"),
    lies_in("In this town, community or grid 区域"),
    filter_by("without", list[CaseAbsence], "That have none of these 缺少的项目", _without, INTERNAL),
    filter_by("number", str, "Exactly this number 案号", lambda t, v: f"{t}.number = {v}"),
    within("registered", "registered_at", ("Registered at or after 登记起始时间", "Registered before 登记截止时间")),
    flag("settled", "Settled or not 是否化解", lambda t: f"{t}.settled_at IS NOT NULL", written_out=True),
    flag(
        "open",
        "Neither closed, archived nor declined 是否未结",
        lambda t: f"{t}.status NOT IN ('closed', 'archived', 'declined')",
        written_out=True,
    ),
    flag("overdue", "Past due, or ended past due 是否超期", exceptional.overdue, written_out=True),
    flag("paused", "Mediation rests or not 是否中止", lambda t: f"{t}.paused_at IS NOT NULL", written_out=True),
    flag("reopened", "Ever reopened or not 是否重启过", lambda t: f"{t}.reopen_count > 0", written_out=True),
    flag("breached", "An obligation is reported as not kept 是否存在未履行", exceptional.is_breached, AGREEMENT),
    contains("title_contains", "Title contains 标题包含", "title", NARRATIVE),
    filter_by(
        "party_name",
        str,
        "A party has exactly this name 当事人姓名",
        lambda t, v: (
            "EXISTS (SELECT FROM case_party q"
            f" WHERE q.county_id = {t}.county_id AND q.case_id = {t}.id AND q.name = {v})"
        ),
        IDENTITY,
    ),
)
