"""Rows of exceptional actions: a court's entrustment, a mediation that rests, an obligation that was not kept."""

from __future__ import annotations

from uuid import UUID

from domain.codes.enums import CaseAction, EntrustmentStatus
from domain.disputes.exceptional_actions.codes import BreachRemedy
from domain.foundation.basics.calendar import NATIONAL, china_date
from domain.law.deadlines.schedule import ENTRUSTED_MEDIATION, ENTRUSTMENT_ACCEPTANCE
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


def add_entrustment(
    rows: Rows, course: Course, case_id: UUID, identifier: UUID, organisation_id: UUID, serial: int
) -> None:
    """What a court handed down to a centre, which accepted it (CRT1, CRT2). `serial`: of the court's own number."""
    entrusted, accepted = (course.all(action)[-1] for action in (CaseAction.ENTRUST, CaseAction.ACCEPT_ENTRUSTMENT))
    begun, taken = china_date(entrusted.at), china_date(accepted.at)
    rows.add(
        "court_entrustment",
        id=identifier,
        case_id=case_id,
        court_id=entrusted.by.organisation.id,
        organisation_id=organisation_id,
        reference_number=f"({begun.year})粤0781诉前调{serial}号",
        status=EntrustmentStatus.ACCEPTED,
        entrusted_at=entrusted.at,
        entrusted_by=entrusted.by.person.id,
        accept_by=ENTRUSTMENT_ACCEPTANCE.last_day(begun, NATIONAL),
        accepted_at=accepted.at,
        mediate_by=ENTRUSTED_MEDIATION.last_day(taken, NATIONAL),
        returned_at=None,
        return_reason=None,
    )
