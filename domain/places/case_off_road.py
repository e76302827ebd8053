"""Rows of what left the main road: a mediation that rests now, an obligation that was not kept."""

from __future__ import annotations

from uuid import UUID

from domain.codes.enums import BreachRemedy, CaseAction
from domain.places.case_course import Course
from domain.places.rows import Rows
from domain.places.specification import CaseSpec


def add_pause(rows: Rows, course: Course, case: CaseSpec, case_id: UUID, identifier: UUID) -> None:
    """The rest that runs: the course's last pause."""
    step = course.all(CaseAction.PAUSE)[-1]
    rows.add(
        "case_pause",
        id=identifier,
        case_id=case_id,
        reason=case.paused,
        paused_at=step.at,
        paused_by=step.by.person.id,
        resumed_at=None,
        working_days=None,
    )


def add_breach(rows: Rows, course: Course, case_id: UUID, obligation_id: UUID, identifier: UUID) -> None:
    """The course's last report of a breach. No sample of one was confirmed: the parties mediate again or sue."""
    step = course.all(CaseAction.BREACH)[-1]
    rows.add(
        "case_breach",
        id=identifier,
        case_id=case_id,
        obligation_id=obligation_id,
        reported_at=step.at,
        reported_by=step.by.person.id,
        party_id=None,
        refused=False,
        description=step.note,
        remedy=BreachRemedy.MEDIATION_OR_COURT,
        enforce_by=None,
    )
