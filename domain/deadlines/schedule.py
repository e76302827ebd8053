"""Every period of the main road: what starts it, how long it runs, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.kernel.calendar import WorkingCalendar


class Trigger(StrEnum):
    """What starts a period."""

    CASE_ACCEPTED = "case_accepted"
    RISK_ASSESSED = "risk_assessed"
    AGREEMENT_EFFECTIVE = "agreement_effective"
    CONFIRMATION_APPLIED = "confirmation_applied"
    CONFIRMATION_ACCEPTED = "confirmation_accepted"
    PERFORMANCE_DUE = "performance_due"
    AGREEMENT_FULFILLED = "agreement_fulfilled"


@dataclass(frozen=True, slots=True)
class Period:
    """One period. Exactly one of the lengths is set. `sla`: a service level that a place may change, not law."""

    rule: str
    starts: Trigger
    basis: str
    hours: int = 0
    days: int = 0
    months: int = 0
    sla: bool = False

    def last_day(self, start: date, calendar: WorkingCalendar) -> date:
        """The last day of a period of days or months that starts on `start`; ValueError for one of hours."""
        if self.hours:
            message = f"{self.rule} runs in hours"
            raise ValueError(message)
        if self.months:
            return calendar.after_months(start, self.months)
        return calendar.after_days(start, self.days)

    def last_moment(self, start: datetime) -> datetime:
        """When a period of hours ends; ValueError for one of days or months. Hours run through nights and holidays."""
        if not self.hours:
            message = f"{self.rule} runs in days or months"
            raise ValueError(message)
        return start + timedelta(hours=self.hours)


# One month: 人民调解工作若干规定 33 says "generally"; parties may agree to go on.
MEDIATION = Period("CASE5", Trigger.CASE_ACCEPTED, "《人民调解工作若干规定》第三十三条", months=1, sla=True)
# "At once" in the seeds; the hours are ours.
RISK_REPORT = Period("RISK1", Trigger.RISK_ASSESSED, "综治中心工作规范（第一时间报告）", hours=2, sla=True)
CONFIRMATION_APPLICATION = Period(
    "CONF1", Trigger.AGREEMENT_EFFECTIVE, "《人民调解法》第三十三条；《民事诉讼法》第二百零五条", days=30
)
CONFIRMATION_ACCEPTANCE = Period(
    "CONF8", Trigger.CONFIRMATION_APPLIED, "《关于人民调解协议司法确认程序的若干规定》第四条", days=3
)
CONFIRMATION_RULING = Period(
    "CONF8", Trigger.CONFIRMATION_ACCEPTED, "《关于人民调解协议司法确认程序的若干规定》第五条", days=15
)
CONFIRMATION_RULING_EXTENDED = Period(
    "CONF8", Trigger.CONFIRMATION_ACCEPTED, "《关于人民调解协议司法确认程序的若干规定》第五条", days=25
)
ENFORCEMENT = Period("CONF10", Trigger.PERFORMANCE_DUE, "《民事诉讼法》第二百零六条、第二百五十条", months=24)
FOLLOW_UP = Period("FUP1", Trigger.AGREEMENT_FULFILLED, "回访工作规范（平台规则）", days=30, sla=True)

SCHEDULE = (
    MEDIATION,
    RISK_REPORT,
    CONFIRMATION_APPLICATION,
    CONFIRMATION_ACCEPTANCE,
    CONFIRMATION_RULING,
    CONFIRMATION_RULING_EXTENDED,
    ENFORCEMENT,
    FOLLOW_UP,
)
