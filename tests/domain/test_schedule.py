"""The schedule stated a second time, period by period, as the law and the centre's own rules have it."""

from __future__ import annotations

import pytest

from domain.law.deadlines import schedule
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.schedule import Extension, Period, StopsFor, Trigger

# Starts with, runs for, and is warned of so long before its end.
PERIODS: dict[str, tuple[DeadlineKind, Trigger, str, str]] = {
    "PETITION_ROUTING": (DeadlineKind.PETITION_ROUTING, Trigger.CASE_REGISTERED, "15 days", "3 days"),
    "PETITION_SETTLEMENT": (DeadlineKind.PETITION_SETTLEMENT, Trigger.CASE_ACCEPTED, "60 days", "7 days"),
    "HOTLINE_ORDER": (DeadlineKind.HOTLINE_ORDER, Trigger.CASE_REGISTERED, "5 working_days", "1 days"),
    "MEDIATION": (DeadlineKind.MEDIATION, Trigger.CASE_ACCEPTED, "1 months", "3 days"),
    "LABOUR_MEDIATION": (DeadlineKind.LABOUR_MEDIATION, Trigger.CASE_REGISTERED, "15 days", "3 days"),
    "MEDICAL_MEDIATION": (DeadlineKind.MEDICAL_MEDIATION, Trigger.CASE_ACCEPTED, "30 working_days", "3 days"),
    "RISK_REPORT": (DeadlineKind.RISK_REPORT, Trigger.RISK_ASSESSED, "2 hours", "1 hours"),
    "CONFIRMATION_APPLICATION": (
        DeadlineKind.CONFIRMATION_APPLICATION, Trigger.AGREEMENT_EFFECTIVE, "30 days", "7 days",
    ),
    "CONFIRMATION_ACCEPTANCE": (
        DeadlineKind.CONFIRMATION_ACCEPTANCE, Trigger.CONFIRMATION_APPLIED, "3 days", "1 days",
    ),
    "CONFIRMATION_MATERIAL": (DeadlineKind.CONFIRMATION_MATERIAL, Trigger.MATERIAL_DEMANDED, "15 days", "1 days"),
    "CONFIRMATION_RULING": (DeadlineKind.CONFIRMATION_RULING, Trigger.CONFIRMATION_ACCEPTED, "15 days", "3 days"),
    "CONFIRMATION_RULING_EXTENDED": (
        DeadlineKind.CONFIRMATION_RULING, Trigger.CONFIRMATION_ACCEPTED, "25 days", "3 days",
    ),
    "CONFIRMATION_PROCEDURE": (
        DeadlineKind.CONFIRMATION_PROCEDURE, Trigger.CONFIRMATION_ACCEPTED, "30 days", "3 days",
    ),
    "ENFORCEMENT": (DeadlineKind.ENFORCEMENT, Trigger.PERFORMANCE_DUE, "24 months", "60 days"),
    "ENTRUSTMENT_ACCEPTANCE": (DeadlineKind.ENTRUSTMENT_ACCEPTANCE, Trigger.ENTRUSTED, "3 working_days", "1 days"),
    "ENTRUSTED_MEDIATION": (DeadlineKind.ENTRUSTED_MEDIATION, Trigger.ENTRUSTMENT_ACCEPTED, "30 days", "3 days"),
    "FOLLOW_UP": (DeadlineKind.FOLLOW_UP, Trigger.AGREEMENT_FULFILLED, "30 days", "7 days"),
    "JOINT_RESPONSE": (DeadlineKind.JOINT_RESPONSE, Trigger.CALLED, "24 hours", "4 hours"),
    "PROTECTION_ORDER": (DeadlineKind.PROTECTION_ORDER, Trigger.PROTECTION_SOUGHT, "72 hours", "12 hours"),
    "PROTECTION_ORDER_URGENT": (DeadlineKind.PROTECTION_ORDER, Trigger.PROTECTION_SOUGHT, "24 hours", "4 hours"),
    "PROTECTION_VALIDITY": (DeadlineKind.PROTECTION_VALIDITY, Trigger.PROTECTION_ORDERED, "6 months", "14 days"),
    "SUPERVISION_ANSWER": (DeadlineKind.SUPERVISION_ANSWER, Trigger.SUPERVISION_OPENED, "5 working_days", "1 days"),
}  # fmt: skip
_BY_CONSENT = Extension(days=30, times=None, consent=True, by_court=False)
EXTENSIONS: dict[str, Extension] = {
    "PETITION_SETTLEMENT": Extension(days=30, times=1, consent=False, by_court=False),
    # As EXT_APPROVED says: by the centre, nobody else is asked.
    "HOTLINE_ORDER": Extension(days=5, times=1, consent=False, by_court=False),
    "MEDIATION": _BY_CONSENT,
    "MEDICAL_MEDIATION": _BY_CONSENT,
    "ENTRUSTED_MEDIATION": _BY_CONSENT,
    "CONFIRMATION_RULING": Extension(days=10, times=1, consent=False, by_court=True),
}
SERVICE_LEVELS = {"HOTLINE_ORDER", "MEDIATION", "RISK_REPORT", "FOLLOW_UP", "JOINT_RESPONSE", "SUPERVISION_ANSWER"}
RIGHTS = {
    "LABOUR_MEDIATION", "CONFIRMATION_APPLICATION", "CONFIRMATION_MATERIAL", "ENFORCEMENT", "ENTRUSTMENT_ACCEPTANCE",
    "PROTECTION_VALIDITY",
}  # fmt: skip
CONFIDENTIAL = {"PROTECTION_ORDER", "PROTECTION_ORDER_URGENT", "PROTECTION_VALIDITY"}
STOPPED_BY_APPRAISAL = {"MEDIATION", "MEDICAL_MEDIATION", "ENTRUSTED_MEDIATION"}
# A court's own, which no centre supervises.
OF_A_COURT = {
    "CONFIRMATION_ACCEPTANCE", "CONFIRMATION_RULING", "CONFIRMATION_RULING_EXTENDED", "CONFIRMATION_PROCEDURE",
    "PROTECTION_ORDER", "PROTECTION_ORDER_URGENT",
}  # fmt: skip


def named() -> dict[str, Period]:
    """Every period by the name that the schedule gives it."""
    return {name: one for name, one in vars(schedule).items() if isinstance(one, Period)}


def test_every_period_is_scheduled_and_stated_here() -> None:
    assert named().keys() == PERIODS.keys()
    assert {id(one) for one in named().values()} == {id(one) for one in schedule.SCHEDULE}
    assert len(schedule.SCHEDULE) == len(PERIODS)


@pytest.mark.parametrize("name", PERIODS)
def test_a_period_is_as_stated(name: str) -> None:
    period = named()[name]
    warned = f"{period.warn_hours} hours" if period.hours else f"{period.warn_days} days"
    assert (period.kind, period.starts, f"{period.length} {period.unit}", warned) == PERIODS[name]
    assert period.extension == EXTENSIONS.get(name)
    assert period.stops_for is (StopsFor.APPRAISAL if name in STOPPED_BY_APPRAISAL else StopsFor.NOTHING)
    assert period.sla is (name in SERVICE_LEVELS)
    assert period.lapses is (name in RIGHTS)
    assert period.confidential is (name in CONFIDENTIAL)
    assert period.climbs is (name not in OF_A_COURT)
