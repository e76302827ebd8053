"""What pauses, extensions and the calendar do to a deadline, at the dates where it goes wrong; and the wiring as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.codes.enums import AgreementForm, CaseAction, CaseSource, ConfirmationStatus
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar, china_date
from domain.foundation.basics.ids import new_id
from domain.law.deadlines import clocks, schedule, wiring
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.models import Deadline
from domain.law.deadlines.schedule import Period
from domain.law.deadlines.views import remaining
from domain.law.deadlines.wiring import CaseEvent, advance_deadlines
from tests.support.builders import NOW

CASE = new_id()


def noon(day: str) -> datetime:
    """Noon in China on a day."""
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def a_clock(period: Period, start: str) -> Deadline:
    return clocks.new_deadline(period, county_id=1, case_id=CASE, start=noon(start), now=noon(start), calendar=NATIONAL)


def last(deadline: Deadline) -> str:
    return china_date(deadline.due_at).isoformat()


@pytest.mark.parametrize(
    ("period", "start", "due"),
    [
        (schedule.HOTLINE_ORDER, "2026-09-29", "2026-10-12"),  # over National Day, the tenth a worked Saturday
        (schedule.HOTLINE_ORDER, "2026-09-17", "2026-09-23"),  # the twentieth, a Sunday, is worked
        (schedule.PETITION_ROUTING, "2026-09-16", "2026-10-08"),  # ends on National Day
        (schedule.PETITION_SETTLEMENT, "2026-08-02", "2026-10-08"),
        (schedule.LABOUR_MEDIATION, "2024-02-14", "2024-02-29"),  # a leap day
        (schedule.MEDIATION, "2024-01-31", "2024-02-29"),  # no thirty-first of February
        (schedule.MEDIATION, "2024-01-29", "2024-02-29"),
        (schedule.MEDICAL_MEDIATION, "2026-03-02", "2026-04-14"),  # thirty working days, Qingming among them
        (schedule.ENTRUSTMENT_ACCEPTANCE, "2026-09-30", "2026-10-10"),
        (schedule.ENTRUSTED_MEDIATION, "2026-03-02", "2026-04-01"),
        (schedule.CONFIRMATION_PROCEDURE, "2026-09-01", "2026-10-08"),
        (schedule.PROTECTION_VALIDITY, "2026-03-02", "2026-09-02"),
    ],
)
def test_when_each_period_ends(period: Period, start: str, due: str) -> None:
    deadline = a_clock(period, start)
    assert last(deadline) == due
    assert deadline.due_at.astimezone(UTC).time().isoformat() == "15:59:59.999999"
    assert deadline.warn_at < deadline.due_at


def test_hours_run_through_the_night() -> None:
    deadline = a_clock(schedule.PROTECTION_ORDER, "2026-10-01")
    assert deadline.due_at == noon("2026-10-04")


@pytest.mark.parametrize(
    ("period", "resumed", "due"),
    [
        # Paused on Monday the ninth: seven days stand still, one does not count as the first day.
        (schedule.MEDIATION, "2026-03-16", "2026-04-09"),
        (schedule.MEDIATION, "2026-03-09", "2026-04-02"),  # resumed on the same day: nothing is added
        (schedule.MEDICAL_MEDIATION, "2026-03-16", "2026-04-21"),  # five working days
        (schedule.ENTRUSTED_MEDIATION, "2026-03-12", "2026-04-07"),  # the fourth of April is Qingming: the next worked
    ],
)
def test_a_pause_does_not_count(period: Period, resumed: str, due: str) -> None:
    deadline = a_clock(period, "2026-03-02")
    clocks.pause(deadline, noon("2026-03-09"))
    assert deadline.next_at is None
    clocks.resume(deadline, noon(resumed), NATIONAL)
    assert last(deadline) == due
    assert deadline.next_at is not None


def test_extensions_add_to_the_period_and_its_end_moves_once() -> None:
    deadline = a_clock(schedule.MEDIATION, "2026-08-31")
    assert last(deadline) == "2026-09-30"
    clocks.extend(deadline, 3, NATIONAL)
    # The thirty-third day is in the holiday; counted from the thirtieth of September, not from a moved end.
    assert last(deadline) == "2026-10-08"
    clocks.extend(deadline, 5, NATIONAL)
    assert last(deadline) == "2026-10-08"
    assert (deadline.extensions, deadline.extended_by) == (2, 8)


def test_a_changed_calendar_moves_what_is_counted_by_it_and_back() -> None:
    days = {date(2026, 4, 2): False, date(2026, 4, 3): False}
    deadline = a_clock(schedule.MEDIATION, "2026-03-02")
    warned = deadline.warn_at
    assert clocks.recount(deadline, WorkingCalendar(days))
    assert last(deadline) == "2026-04-07"
    assert deadline.warn_at - warned == timedelta(days=5)
    assert clocks.recount(deadline, NATIONAL)
    assert last(deadline) == "2026-04-02"
    assert deadline.warn_at == warned
    assert not clocks.recount(deadline, NATIONAL)


def happening(action: CaseAction, **more: Any) -> CaseEvent:
    plain = CaseEvent(
        county_id=1,
        case_id=CASE,
        action=action,
        at=NOW,
        source=CaseSource.ON_APPLICATION,
        type_code="0901",
        registered_at=NOW - timedelta(days=1),
    )
    return replace(plain, **more)


# What was done -> the kinds that open by it.
OPENED = [
    (happening(CaseAction.REGISTER), set()),
    (happening(CaseAction.REGISTER, source=CaseSource.PETITION), {"petition_routing"}),
    (happening(CaseAction.REGISTER, source=CaseSource.HOTLINE), {"hotline_order"}),
    (happening(CaseAction.REGISTER, type_code="0701"), {"labour_mediation"}),
    (happening(CaseAction.ACCEPT), {"mediation"}),
    (happening(CaseAction.ACCEPT, type_code="0502"), {"mediation", "medical_mediation"}),
    (happening(CaseAction.ACCEPT, source=CaseSource.PETITION), {"mediation", "petition_settlement"}),
    (happening(CaseAction.ASSESS_RISK, risk_level="orange"), set()),
    (happening(CaseAction.ASSESS_RISK, risk_level="red"), {"risk_report"}),
    (happening(CaseAction.ASSESS_RISK, risk_level="blue", mass_incident=True), {"risk_report"}),
    (happening(CaseAction.AGREE, agreement_form=AgreementForm.ORAL, agreement_effective_at=NOW), set()),
    (happening(CaseAction.AGREE, agreement_form=AgreementForm.WRITTEN), set()),
    (
        happening(CaseAction.SIGN, agreement_form=AgreementForm.WRITTEN, agreement_effective_at=NOW),
        {"confirmation_application"},
    ),
    (happening(CaseAction.APPLY_CONFIRMATION), {"confirmation_acceptance"}),
    (happening(CaseAction.ACCEPT_CONFIRMATION, confirmation_status=ConfirmationStatus.REFUSED), set()),
    (
        happening(CaseAction.ACCEPT_CONFIRMATION, confirmation_status=ConfirmationStatus.ACCEPTED),
        {"confirmation_ruling", "confirmation_procedure"},
    ),
    (happening(CaseAction.RULE_CONFIRMATION, confirmation_status=ConfirmationStatus.REJECTED), set()),
    (happening(CaseAction.RULE_CONFIRMATION, confirmation_status=ConfirmationStatus.CONFIRMED), {"enforcement"}),
    (happening(CaseAction.ENTRUST), {"entrustment_acceptance"}),
    (happening(CaseAction.ACCEPT_ENTRUSTMENT), {"entrusted_mediation"}),
    (happening(CaseAction.FULFIL), {"follow_up"}),
    (happening(CaseAction.REOPEN), {"mediation"}),
]


@pytest.mark.parametrize(("happened", "kinds"), OPENED, ids=lambda one: getattr(one, "action", None))
def test_what_opens_which_clock(happened: CaseEvent, kinds: set[str]) -> None:
    opened = advance_deadlines([], happened, NATIONAL)
    assert {one.kind for one in opened} == kinds
    # One of a kind runs at a time.
    assert advance_deadlines(opened, happened, NATIONAL) == [] or happened.action in wiring.CANCELS


def test_every_kind_is_opened_somewhere_or_by_its_own_context() -> None:
    own = {DeadlineKind.JOINT_RESPONSE, DeadlineKind.PROTECTION_ORDER, DeadlineKind.PROTECTION_VALIDITY}
    own |= {DeadlineKind.SUPERVISION_ANSWER, DeadlineKind.CONFIRMATION_MATERIAL}
    wired = {period.kind for opens in wiring.OPENS.values() for period, _ in opens}
    assert wired | own == set(DeadlineKind)
    assert not wired & own


@pytest.mark.parametrize(("action", "kinds"), wiring.SATISFIES.items())
def test_what_ends_a_clock(action: CaseAction, kinds: tuple[DeadlineKind, ...]) -> None:
    periods = {period.kind: period for period in schedule.SCHEDULE}
    there = [a_clock(periods[kind], "2026-03-01") for kind in kinds]
    advance_deadlines(there, happening(action), NATIONAL)
    assert {one.outcome for one in there} == {"satisfied"}


def test_an_appraisal_stops_mediation_and_no_other_reason_does() -> None:
    deadline = a_clock(schedule.MEDIATION, "2026-02-27")
    advance_deadlines([deadline], happening(CaseAction.PAUSE, pause_reason="party_absent"), NATIONAL)
    assert deadline.paused_at is None
    advance_deadlines([deadline], happening(CaseAction.PAUSE, pause_reason="appraisal"), NATIONAL)
    assert deadline.paused_at == NOW
    advance_deadlines([deadline], happening(CaseAction.RESUME, at=NOW + timedelta(days=4)), NATIONAL)
    assert (deadline.paused_at, deadline.paused_days) == (None, 4)


def test_the_court_extends_its_ruling_once_by_ten_days() -> None:
    ruling = a_clock(schedule.CONFIRMATION_RULING, "2026-03-02")
    for _ in range(2):
        advance_deadlines([ruling], happening(CaseAction.EXTEND_CONFIRMATION), NATIONAL)
    assert last(ruling) == "2026-03-27"


@pytest.mark.parametrize(
    ("unit", "since", "due", "days", "left"),
    [
        ("days", "2026-03-30", "2026-04-02", None, 3),
        ("days", "2026-04-02", "2026-04-02", None, 0),
        ("days", "2026-04-04", "2026-04-02", None, -2),
        ("working_days", "2026-09-30", "2026-10-10", None, 3),
        ("working_days", "2026-09-30", "2026-10-10", {"2026-10-09": False}, 2),
        ("working_days", "2026-10-12", "2026-10-10", None, -1),
        ("hours", "2026-04-01", "2026-04-02", None, 1),
    ],
)
def test_days_that_are_left(unit: str, since: str, due: str, days: Any, left: int) -> None:
    assert (
        remaining({"unit": unit, "from": noon(since).isoformat(), "due": noon(due).isoformat(), "days": days}) == left
    )
