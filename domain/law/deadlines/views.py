"""What can be read of deadlines and of the calendar: a deadline is seen when its case is, and told to its parties."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from domain.foundation.basics.calendar import NATIONAL, china_date
from domain.foundation.query.expressions import (
    NOW,
    belongs_to,
    column,
    computed_field,
    enum,
    expression,
    part_of,
    seen_under,
    seen_with,
    to_many,
    to_one,
)
from domain.foundation.query.lists import Filter
from domain.foundation.query.members import Expression
from domain.foundation.query.narrowing import (
    filter_by,
    flag,
    id_is,
    one_of,
    ordering,
)
from domain.foundation.query.roots import CORE, Listing, Rows
from domain.foundation.query.view import Owner, View, by_name
from domain.law.deadlines.codes import DeadlineKind, DeadlineState, DeadlineStep, DeadlineUnit

HISTORY, NOTES, INTERNAL = "history", "notes", "internal"
_K = DeadlineKind
# Periods of which the parties of a case are told: those of the mediation, and of what they may ask for themselves. By
# the others they would learn of risk, of calls, of supervision and of protection.
TOLD = frozenset({
    _K.PETITION_ROUTING, _K.PETITION_SETTLEMENT, _K.HOTLINE_ORDER, _K.MEDIATION, _K.LABOUR_MEDIATION, _K.MEDICAL_MEDIATION,
    _K.CONFIRMATION_APPLICATION, _K.CONFIRMATION_MATERIAL, _K.CONFIRMATION_ACCEPTANCE, _K.CONFIRMATION_RULING,
    _K.CONFIRMATION_PROCEDURE, _K.ENFORCEMENT, _K.ENTRUSTMENT_ACCEPTANCE, _K.ENTRUSTED_MEDIATION,
})  # fmt: skip
_TOLD = ", ".join(f"'{kind}'" for kind in sorted(TOLD))

# Confidential ones are shown by the context that opened them, to whom they concern.
SHOWN: Expression = lambda t: f"NOT {t}.confidential"  # noqa: E731

OF_CASE = belongs_to("case")


def is_told(t: str) -> str:
    """SQL: whether the parties of a case are told of a deadline."""
    return f"{t}.kind IN ({_TOLD})"


def state(t: str) -> str:
    """Where a deadline stands now, as a code: what has been recorded of it, else what the clock says."""
    return (
        f"(CASE WHEN {t}.outcome IS NOT NULL THEN {t}.outcome WHEN {t}.paused_at IS NOT NULL THEN 'paused'"
        f" WHEN {t}.due_at < {NOW} THEN CASE WHEN {t}.lapses THEN 'lapsed' ELSE 'overdue' END"
        f" WHEN {t}.warn_at <= {NOW} THEN 'warned' ELSE 'running' END)"
    )


def remaining_facts(t: str, _may: Any) -> str:
    """What is needed to count the days that are left: the county's own days as far as they lie between."""
    days = (
        f"(SELECT json_object_agg(c.day, c.working) FROM calendar_day c WHERE c.county_id = {t}.county_id"
        f" AND c.day BETWEEN least({t}.due_at, {NOW})::date - 1 AND greatest({t}.due_at, {NOW})::date + 1)"
    )
    return (
        f"CASE WHEN {t}.closed_at IS NULL THEN json_build_object('unit', {t}.unit, 'due', {t}.due_at,"
        f" 'from', coalesce({t}.paused_at, {NOW}),"
        f" 'days', CASE WHEN {t}.unit = '{DeadlineUnit.WORKING_DAYS}' THEN {days} END) END"
    )


def remaining(found: Any) -> int | None:
    """Whole days left, of the kind the period counts: none on the last day, fewer than none when it is over.

    Of a paused one as of the pause; nothing of one that has ended. Of hours, whole days of 24.
    """
    if found is None:
        return None
    due, since = datetime.fromisoformat(found["due"]), datetime.fromisoformat(found["from"])
    if found["unit"] == DeadlineUnit.HOURS:
        return (due - since) // timedelta(days=1)
    last, first = china_date(due), china_date(since)
    if found["unit"] == DeadlineUnit.WORKING_DAYS:
        own = {date.fromisoformat(day): working for day, working in (found["days"] or {}).items()}
        return NATIONAL.with_overrides(own).working_days_between(first, last)
    return (last - first).days


def _of_its_case(name: str, description: str) -> Filter:
    """Deadlines of cases whose column names this organisation."""
    return id_is(
        name,
        "organisation",
        description,
        lambda t, v: (
            f"EXISTS (SELECT FROM dispute_case c WHERE c.county_id = {t}.county_id AND c.id = {t}.case_id"
            f" AND c.{name} = {v})"
        ),
    )


DEADLINE = View(
    name="deadline",
    description="A period that runs, or ran, for a case 办理期限",
    table="deadline",
    owner=OF_CASE,
    seen=seen_under(CORE, besides=INTERNAL, unless=is_told, only=SHOWN),
    prefix="deadline",
    members=by_name(
        to_one("case", "case", "Its case 所属案件"),
        enum("kind", DeadlineKind, "What it is for 期限类型"),
        column("rule", "Id of the rule that sets it 规则编号"),
        column("source", "The law or policy behind it 依据"),
        enum("unit", DeadlineUnit, "By what it counts 计算单位"),
        column("starts_at", "What it counts from; the first day does not count 起算时间"),
        column("opened_at", "When it was opened 开始时间"),
        column("due", "Its last moment 到期时间", column="due_at"),
        column("warn_at", "When a warning is given 提醒时间"),
        enum("state", DeadlineState, "Where it stands now 状态", sql=state),
        computed_field(
            "remaining",
            int,
            "Whole days left, working days where the rule counts those; 0 on the last day, negative when over 剩余天数",
            remaining_facts,
            remaining,
            nullable=True,
        ),
        expression(
            "remaining_hours",
            int,
            "Whole hours left 剩余小时",
            lambda t: (
                f"CASE WHEN {t}.closed_at IS NULL THEN"
                f" floor(extract(epoch FROM {t}.due_at - coalesce({t}.paused_at, {NOW})) / 3600)::int END"
            ),
            nullable=True,
        ),
        expression(
            "late",
            bool,
            "Past its end, or ended past it 是否超期",
            lambda t: f"NOT {t}.lapses AND {t}.due_at < coalesce({t}.closed_at, {t}.paused_at, {NOW})",
        ),
        column("paused_at", "Since when it stands still 中止时间"),
        column("paused_days", "Days of pauses that did not count 不计入期限的天数"),
        column("extensions", "How often extended 延长次数"),
        column("extended_by", "By how many days in all 延长天数"),
        column("closed_at", "When it ended 终结时间"),
        to_many("steps", "deadline_step", "What was done about it, in order 处理步骤", join=part_of("deadline_id")),
        to_many(
            "extension_records", "deadline_extension", "Each extension 延长记录", HISTORY, join=part_of("deadline_id")
        ),
    ),
    orderings=by_name(
        ordering("due_at", "timestamptz", "By due time 到期时间"),
        ordering("opened_at", "timestamptz", "By start 起算时间"),
        ordering("id", "uuid"),
    ),
    roots={
        "deadlines": Listing(
            "deadline",
            "Deadlines of the cases within reach, soonest first 期限列表",
            plural="deadlines",
            term="期限",
            which="Which deadlines 筛选",
        )
    },
    filters=by_name(
        one_of("states", DeadlineState, "In one of these states 状态", state),
        one_of("kinds", DeadlineKind, "Of these kinds 期限类型", lambda t: f"{t}.kind"),
        flag("open", "Not ended yet 是否未终结", lambda t: f"{t}.closed_at IS NULL"),
        filter_by("due_from", datetime, "Due at or after 到期起始时间", lambda t, v: f"{t}.due_at >= {v}"),
        filter_by("due_until", datetime, "Due before 到期截止时间", lambda t, v: f"{t}.due_at < {v}"),
        _of_its_case("organisation_id", "Of cases of this centre 受理中心"),
        _of_its_case("handler_id", "Of cases handled by 承办单位"),
        _of_its_case("court_id", "Of cases this court is seized of 法院"),
        id_is("case_id", "case", "Of this case 案件"),
    ),
)

OF_DEADLINE = Owner(
    "case",
    lambda t, o: (
        f"{o}.county_id = {t}.county_id AND {o}.id = (SELECT d.case_id FROM deadline d"
        f" WHERE d.county_id = {t}.county_id AND d.id = {t}.deadline_id)"
    ),
)

DEADLINE_STEP = View(
    name="deadline_step",
    description="Something the worker did about a deadline, once 期限处理步骤",
    type_name="DeadlineStepTaken",
    table="deadline_step",
    owner=OF_DEADLINE,
    # Whom it warned, and on which rung supervision stands.
    seen=seen_with("deadline", "deadline_id", besides=INTERNAL),
    key="step",
    key_type="text",
    prefix="deadlinestep",
    identity=(("deadline_id", "uuid"), ("step", "text")),
    members=by_name(
        enum("step", DeadlineStep, "Which step 步骤"),
        column("at", "When 时间"),
    ),
    orderings=by_name(ordering("at", "timestamptz")),
)

DEADLINE_EXTENSION = View(
    name="deadline_extension",
    description="One extension of a deadline 期限延长记录",
    table="deadline_extension",
    owner=OF_DEADLINE,
    prefix="extension",
    seen=seen_with("deadline", "deadline_id", under=HISTORY),
    members=by_name(
        column("days", "By how many days of the kind it counts 延长天数", HISTORY),
        # Written by who mediates, for their own: neither side, nor a court (CRT3), reads what the other is ready for.
        column("reason", "Why 延长理由", NOTES),
        column("consented", "Whether all parties agreed 各方当事人是否同意", HISTORY),
        column("due_before", "When it was due 原期限", HISTORY),
        column("due_after", "When it was due from then on 延长后期限", HISTORY),
        to_one("recorded_by", "user", "Who recorded it 登记人", HISTORY),
        column("recorded_at", "When recorded 登记时间", HISTORY),
    ),
    orderings=by_name(ordering("ordinal", "int")),
)

CALENDAR_DAY = View(
    name="calendar_day",
    description="A day that the county works, or not, whatever the published calendar says 工作日历调整",
    table="calendar_day",
    resource="calendar",
    key="day",
    key_type="date",
    prefix="calendarday",
    identity=(("county_id", "int"), ("day", "date")),
    members=by_name(
        column("day", "Which day 日期"),
        column("working", "Whether it is worked 是否工作日"),
        column("reason", "Why 理由"),
        to_one("set_by", "user", "Who set it 设定人"),
        column("set_at", "When set 设定时间"),
    ),
    orderings=by_name(ordering("day", "date")),
    roots={
        "calendar_days": Rows(
            "calendar_day", "day", {"year": "year"}, description="Days that the county has set for itself 工作日历调整"
        )
    },
    filters=by_name(
        filter_by("year", int, "Of which year 年份", lambda t, v: f"extract(year FROM {t}.day) = {v}"),
    ),
)

VIEWS = (DEADLINE, DEADLINE_STEP, DEADLINE_EXTENSION, CALENDAR_DAY)
