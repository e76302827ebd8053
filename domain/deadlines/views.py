"""What can be read of deadlines and of the calendar: a deadline is seen exactly when its case is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from domain.codes.enums import DeadlineUnit
from domain.kernel.calendar import NATIONAL, china_date
from domain.kernel.ids import parse_global_id
from domain.reading.expressions import NOW, column, enum, identifier, label, label_of, part_of, refers_to
from domain.reading.view import Computed, Expression, Field, Filter, Many, One, Ordering, Owner, View

HISTORY, NOTES = "history", "notes"

# Confidential ones are shown by the context that opened them, to whom they concern.
SHOWN: Expression = lambda t: f"NOT {t}.confidential"  # noqa: E731

OF_CASE = Owner("case", lambda t, o: f"{o}.county_id = {t}.county_id AND {o}.id = {t}.case_id AND {SHOWN(t)}")


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
        return NATIONAL.overridden(own).working_days_between(first, last)
    return (last - first).days


def _of_its_case(name: str) -> Filter:
    """Deadlines of cases whose column names this organisation."""
    return Filter(
        lambda t, v: (
            f"EXISTS (SELECT FROM dispute_case c WHERE c.county_id = {t}.county_id AND c.id = {t}.case_id"
            f" AND c.{name} = {v})"
        ),
        "uuid",
        lambda value: parse_global_id(value, "organisation"),
    )


DEADLINE = View(
    name="deadline",
    table="deadline",
    owner=OF_CASE,
    prefix="deadline",
    members={
        "id": identifier("deadline"),
        "case": One("case", refers_to("case_id")),
        "kind": enum("kind"),
        "kind_label": label("deadline_kind", "kind"),
        "rule": column("rule"),
        "source": column("source"),
        "unit": enum("unit"),
        "starts_at": column("starts_at"),
        "opened_at": column("opened_at"),
        "due": column("due_at"),
        "warn_at": column("warn_at"),
        "state": Field(lambda t: f"upper({state(t)})"),
        "state_label": Field(lambda t: label_of("deadline_state", state(t))),
        "remaining": Computed(remaining_facts, remaining, int),
        "remaining_hours": Field(
            lambda t: (
                f"CASE WHEN {t}.closed_at IS NULL THEN"
                f" floor(extract(epoch FROM {t}.due_at - coalesce({t}.paused_at, {NOW})) / 3600)::int END"
            )
        ),
        "late": Field(lambda t: f"NOT {t}.lapses AND {t}.due_at < coalesce({t}.closed_at, {t}.paused_at, {NOW})"),
        "paused_at": column("paused_at"),
        "paused_days": column("paused_days"),
        "extensions": column("extensions"),
        "extended_by": column("extended_by"),
        "closed_at": column("closed_at"),
        "steps": Many("deadline_step", part_of("deadline_id"), order="at"),
        "extension_records": Many("deadline_extension", part_of("deadline_id"), order="ordinal", group=HISTORY),
    },
    orderings={
        "due_at": Ordering(lambda t: f"{t}.due_at", "timestamptz"),
        "opened_at": Ordering(lambda t: f"{t}.opened_at", "timestamptz"),
        "id": Ordering(lambda t: f"{t}.id", "uuid"),
    },
    default_order=("due_at", False),
    filters={
        "states": Filter(lambda t, v: f"{state(t)} = ANY ({v})", "text[]"),
        "kinds": Filter(lambda t, v: f"{t}.kind = ANY ({v})", "text[]"),
        "open": Filter(lambda t, v: f"({t}.closed_at IS NULL) = {v}", "boolean"),
        "due_from": Filter(lambda t, v: f"{t}.due_at >= {v}", "timestamptz"),
        "due_until": Filter(lambda t, v: f"{t}.due_at < {v}", "timestamptz"),
        "organisation_id": _of_its_case("organisation_id"),
        "handler_id": _of_its_case("handler_id"),
        "court_id": _of_its_case("court_id"),
        "case_id": Filter(lambda t, v: f"{t}.case_id = {v}", "uuid", lambda value: parse_global_id(value, "case")),
    },
)

OF_DEADLINE = Owner(
    "case",
    lambda t, o: (
        f"{o}.county_id = {t}.county_id AND {o}.id = (SELECT d.case_id FROM deadline d"
        f" WHERE d.county_id = {t}.county_id AND d.id = {t}.deadline_id AND {SHOWN('d')})"
    ),
)

DEADLINE_STEP = View(
    name="deadline_step",
    table="deadline_step",
    owner=OF_DEADLINE,
    key="step",
    key_type="text",
    members={"step": enum("step"), "step_label": label("deadline_step", "step"), "at": column("at")},
    orderings={"at": Ordering(lambda t: f"{t}.at", "timestamptz")},
    default_order=("at", False),
)

DEADLINE_EXTENSION = View(
    name="deadline_extension",
    table="deadline_extension",
    owner=OF_DEADLINE,
    members={
        "days": column("days", HISTORY),
        # Written by who mediates, for their own: neither side, nor a court (CRT3), reads what the other is ready for.
        "reason": column("reason", NOTES),
        "consented": column("consented", HISTORY),
        "due_before": column("due_before", HISTORY),
        "due_after": column("due_after", HISTORY),
        "recorded_by": One("user", refers_to("recorded_by"), HISTORY),
        "recorded_at": column("recorded_at", HISTORY),
    },
    orderings={"ordinal": Ordering(lambda t: f"{t}.ordinal", "int")},
    default_order=("ordinal", False),
)

CALENDAR_DAY = View(
    name="calendar_day",
    table="calendar_day",
    resource="calendar",
    key="day",
    key_type="date",
    members={
        "day": column("day"),
        "working": column("working"),
        "reason": column("reason"),
        "set_by": One("user", refers_to("set_by")),
        "set_at": column("set_at"),
    },
    orderings={"day": Ordering(lambda t: f"{t}.day", "date")},
    default_order=("day", False),
    filters={"year": Filter(lambda t, v: f"extract(year FROM {t}.day) = {v}", "int")},
)

VIEWS = (DEADLINE, DEADLINE_STEP, DEADLINE_EXTENSION, CALENDAR_DAY)
