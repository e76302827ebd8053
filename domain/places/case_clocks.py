"""The clocks of a loaded case: what each step of its course opened, stopped and ended, by the same wiring as commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from domain.codes.enums import AgreementForm, CaseAction, CaseSource, CaseStatus, ConfirmationStatus
from domain.foundation.basics.calendar import NATIONAL, china_date
from domain.law.deadlines.models import Deadline
from domain.law.deadlines.wiring import CaseEvent, advance_deadlines
from domain.law.supervision.codes import LeadershipLevel
from domain.places.case_course import Course
from domain.places.rows import Rows
from domain.places.specification import CaseSpec, StorySpec

COLUMNS = tuple(column.key for column in Deadline.__table__.columns if column.key != "county_id")

# Of cases long settled nobody kept who read the report; what is under way is before the leadership now.
SETTLED = frozenset({CaseStatus.FULFILLED, CaseStatus.CLOSED, CaseStatus.ARCHIVED, CaseStatus.FAILED})
CONFIRMATION: Mapping[CaseAction, ConfirmationStatus] = MappingProxyType(
    {
        CaseAction.ACCEPT_CONFIRMATION: ConfirmationStatus.ACCEPTED,
        CaseAction.RULE_CONFIRMATION: ConfirmationStatus.CONFIRMED,
    }
)


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What of a case its clocks depend on, beside its course."""

    case_id: UUID
    source: CaseSource
    type_code: str
    risk_level: str | None
    mass_incident: bool
    in_town: bool
    pause_reason: str | None
    agreement_form: AgreementForm | None
    last_due_on: date | None


def clock_facts(course: Course, case: CaseSpec, story: StorySpec, case_id: UUID, *, in_town: bool) -> ClockFacts:
    """What the files say of them."""
    agreed = course.last(CaseAction.AGREE)
    due = [china_date(agreed) + timedelta(days=owed.days) for owed in story.obligations] if agreed else []
    return ClockFacts(
        case_id,
        case.source,
        story.type_code,
        case.risk,
        case.mass_incident,
        in_town,
        case.paused,
        case.form if agreed else None,
        max(due, default=None),
    )


def add_clocks(rows: Rows, course: Course, facts: ClockFacts, identify: Callable[..., UUID]) -> None:
    """Add the case's deadlines, and the risk report that its leadership has still to read.

    `identify(at, *what)` gives the ids, so that loading twice gives the same rows.
    """
    deadlines: list[Deadline] = []
    under_way = course.steps[-1].after not in SETTLED
    for step in course.steps:
        event = CaseEvent(
            county_id=rows.county_id,
            case_id=facts.case_id,
            action=step.action,
            at=step.at,
            source=facts.source,
            type_code=facts.type_code,
            registered_at=course.begins,
            risk_level=facts.risk_level if under_way else None,
            mass_incident=facts.mass_incident and under_way,
            pause_reason=facts.pause_reason,
            agreement_form=facts.agreement_form,
            agreement_effective_at=course.last(CaseAction.AGREE),
            last_obligation_due_on=facts.last_due_on,
            confirmation_status=CONFIRMATION.get(step.action),
        )
        opened = advance_deadlines([one for one in deadlines if one.closed_at is None], event, NATIONAL)
        for one in opened:
            one.id = identify(step.at, "deadline", one.kind, len(deadlines))
            deadlines.append(one)
        if step.action is CaseAction.ASSESS_RISK and event.red:
            _add_report(rows, facts, step.at, identify)
    for one in deadlines:
        rows.add("deadline", **_columns(one))


def _columns(deadline: Deadline) -> dict[str, Any]:
    return {name: getattr(deadline, name) for name in COLUMNS}


def _add_report(rows: Rows, facts: ClockFacts, at: datetime, identify: Callable[..., UUID]) -> None:
    report = identify(at, "risk report")
    rows.add(
        "risk_report",
        id=report,
        case_id=facts.case_id,
        risk_level=facts.risk_level,
        mass_incident=facts.mass_incident,
        reported_at=at,
    )
    for level in LeadershipLevel if facts.in_town else (LeadershipLevel.COUNTY,):
        rows.add("risk_reading", report_id=report, level=level, case_id=facts.case_id, read_at=None, read_by=None)
