"""Each period of the schedule at a date where it matters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.disputes.judicial_confirmation.rules import last_day_to_enforce
from domain.foundation.basics.calendar import NATIONAL, china_date, end_of_day
from domain.foundation.basics.ids import new_id
from domain.law.deadlines import clocks, schedule
from domain.law.deadlines.schedule import Period
from domain.registry import RULES
from tests.support.builders import NOW


@pytest.mark.parametrize(
    ("period", "start", "last"),
    [
        (schedule.MEDIATION, date(2026, 3, 2), date(2026, 4, 2)),
        (schedule.MEDIATION, date(2026, 1, 31), date(2026, 2, 28)),
        (schedule.CONFIRMATION_APPLICATION, date(2026, 9, 1), date(2026, 10, 8)),
        (schedule.CONFIRMATION_ACCEPTANCE, date(2026, 9, 29), date(2026, 10, 8)),
        (schedule.CONFIRMATION_RULING, date(2026, 3, 2), date(2026, 3, 17)),
        (schedule.CONFIRMATION_RULING_EXTENDED, date(2026, 3, 2), date(2026, 3, 27)),
        (schedule.ENFORCEMENT, date(2024, 2, 29), date(2026, 2, 28)),
        (schedule.FOLLOW_UP, date(2026, 3, 2), date(2026, 4, 1)),
        (schedule.LABOUR_MEDIATION, date(2026, 3, 2), date(2026, 3, 17)),
        (schedule.MEDICAL_MEDIATION, date(2026, 3, 2), date(2026, 4, 14)),
        (schedule.PETITION_ROUTING, date(2026, 3, 2), date(2026, 3, 17)),
        (schedule.PETITION_SETTLEMENT, date(2026, 3, 2), date(2026, 5, 6)),
        (schedule.HOTLINE_ORDER, date(2026, 3, 2), date(2026, 3, 9)),
    ],
)
def test_periods(period: Period, start: date, last: date) -> None:
    assert period.last_day(start, NATIONAL) == last


def test_every_period_is_of_a_rule_that_is_listed() -> None:
    """Whoever reads the rules finds each period there, with the same law behind it."""
    for period in schedule.SCHEDULE:
        rule = RULES[period.rule]
        assert rule.sla or not period.sla, period.rule
        assert rule.number is not None or period.rule == "CRT2", period.rule


@pytest.mark.parametrize("rule", ["LAB1", "MDC1", "XF1", "XF2", "MED5", "CONF10", "DV1", "MIN1", "PI1"])
def test_the_law_of_labour_medicine_petitions_and_people_is_listed(rule: str) -> None:
    found = RULES[rule]
    assert found.source.startswith("《")
    assert found.message
    assert found.message_en


@pytest.mark.parametrize(
    ("period", "last_day"),
    [
        (schedule.LABOUR_MEDIATION, date(2026, 3, 17)),
        (schedule.MEDICAL_MEDIATION, date(2026, 4, 14)),
        (schedule.PETITION_ROUTING, date(2026, 3, 17)),
        (schedule.PETITION_SETTLEMENT, date(2026, 5, 6)),
    ],
)
def test_a_deadline_is_kept_to_the_last_moment_of_its_last_day(period: Period, last_day: date) -> None:
    """The last microsecond of the day in China is in time; the next is not."""
    deadline = clocks.new_deadline(
        period, county_id=1, case_id=new_id(), start=NOW, now=NOW, calendar=NATIONAL, subject_id=None
    )
    assert deadline.due_at == end_of_day(last_day)
    assert china_date(deadline.due_at) == last_day
    assert china_date(deadline.due_at + timedelta(microseconds=1)) == last_day + timedelta(days=1)


def test_a_period_of_hours_runs_through_the_night() -> None:
    assert schedule.RISK_REPORT.last_moment(NOW) == NOW + timedelta(hours=2)


def test_every_period_has_one_length_and_a_basis() -> None:
    for period in schedule.SCHEDULE:
        assert [bool(period.hours), bool(period.days), bool(period.months), bool(period.working_days)].count(True) == 1
        assert period.kind is not None
        assert period.basis
    with pytest.raises(ValueError, match="hours"):
        schedule.RISK_REPORT.last_day(date(2026, 3, 2), NATIONAL)
    with pytest.raises(ValueError, match="days or months"):
        schedule.MEDIATION.last_moment(NOW)


@pytest.mark.parametrize(
    ("ruled", "due", "last"),
    [
        (date(2023, 3, 2), None, date(2025, 3, 3)),  # a Sunday
        (date(2023, 3, 2), date(2023, 1, 1), date(2025, 3, 3)),  # due before: from the ruling
        (date(2023, 3, 2), date(2023, 9, 30), date(2025, 9, 30)),  # from the last instalment
    ],
)
def test_enforcement_is_counted_from_the_last_day_for_performance(ruled: date, due: date | None, last: date) -> None:
    assert last_day_to_enforce(ruled, due, NATIONAL) == last
