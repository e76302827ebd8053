"""Every period that concerns a case (DOMAIN §7): what starts it, how long it runs, what may stretch it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.foundation.basics.calendar import WorkingCalendar
from domain.law.deadlines.codes import DeadlineKind, DeadlineUnit


class Trigger(StrEnum):
    """What starts a period."""

    CASE_REGISTERED = "case_registered"
    CASE_ACCEPTED = "case_accepted"
    RISK_ASSESSED = "risk_assessed"
    AGREEMENT_EFFECTIVE = "agreement_effective"
    CONFIRMATION_APPLIED = "confirmation_applied"
    CONFIRMATION_ACCEPTED = "confirmation_accepted"
    MATERIAL_DEMANDED = "material_demanded"
    PERFORMANCE_DUE = "performance_due"
    AGREEMENT_FULFILLED = "agreement_fulfilled"
    ENTRUSTED = "entrusted"
    ENTRUSTMENT_ACCEPTED = "entrustment_accepted"
    CALLED = "called"
    PROTECTION_SOUGHT = "protection_sought"
    PROTECTION_ORDERED = "protection_ordered"
    SUPERVISION_OPENED = "supervision_opened"


class StopsFor(StrEnum):
    """Which pauses of a case stop a period."""

    NOTHING = "nothing"
    APPRAISAL = "appraisal"
    ANY_PAUSE = "any_pause"


@dataclass(frozen=True, slots=True)
class Extension:
    """How a period may be extended: by so many days (of the kind it counts) at a time, so often (None: again and again).

    `consent`: only if all parties agree. `by_court`: with the court's own action, not as a deadline of the centre.
    """

    days: int
    times: int | None = None
    consent: bool = True
    by_court: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """One period. Exactly one of the lengths is set. `sla`: a service level that a place may change, not law.

    `kind` is what a deadline opened by it is for (needed for that alone). `warn_days`, `warn_hours`: how long before
    its end a warning is given. `lapses`: it is a right that ends, nobody's duty, so nothing is overdue.
    `confidential`: shown to nobody along with the case's other deadlines. `climbs`: silence is escalated; not where
    a court is the one to act, which no centre supervises.
    """

    rule: str
    starts: Trigger
    basis: str
    hours: int = 0
    days: int = 0
    months: int = 0
    sla: bool = False
    working_days: int = 0
    kind: DeadlineKind | None = None
    warn_days: int = 3
    warn_hours: int = 1
    stops_for: StopsFor = StopsFor.NOTHING
    extension: Extension | None = None
    lapses: bool = False
    confidential: bool = False
    climbs: bool = True

    @property
    def unit(self) -> DeadlineUnit:
        """By what it counts."""
        if self.hours:
            return DeadlineUnit.HOURS
        if self.working_days:
            return DeadlineUnit.WORKING_DAYS
        return DeadlineUnit.MONTHS if self.months else DeadlineUnit.DAYS

    @property
    def length(self) -> int:
        """How many of them."""
        return self.hours or self.working_days or self.months or self.days

    def last_day(self, start: date, calendar: WorkingCalendar) -> date:
        """The last day of a period of days or months that starts on `start`; ValueError for one of hours."""
        return last_day(self.unit, self.length, start, calendar)

    def last_moment(self, start: datetime) -> datetime:
        """When a period of hours ends; ValueError for one of days or months. Hours run through nights and holidays."""
        if not self.hours:
            message = f"{self.rule} runs in days or months"
            raise ValueError(message)
        return start + timedelta(hours=self.hours)


def last_day(unit: DeadlineUnit, length: int, start: date, calendar: WorkingCalendar, *, further: int = 0) -> date:
    """The last day of a period that starts on `start` and is `further` days longer; ValueError for one of hours.

    The first day does not count; a last day off moves to the next that is worked (民法典 201-203, 民事诉讼法 85). What
    is added belongs to the period: only the end of the whole moves.
    """
    if unit is DeadlineUnit.HOURS:
        message = "a period of hours has no last day"
        raise ValueError(message)
    if unit is DeadlineUnit.WORKING_DAYS:
        return calendar.after_working_days(start, length + further)
    if unit is DeadlineUnit.MONTHS:
        return calendar.after_months(start, length, further)
    return calendar.after_days(start, length + further)


_COURT_CONFIRMATION = "《关于人民调解协议司法确认程序的若干规定》"
_PETITIONS = "《信访工作条例》"
_ENTRUSTED = "《最高人民法院关于人民法院特邀调解的规定》第二十七条"
_VIOLENCE = "《反家庭暴力法》"

# One month: 人民调解工作若干规定 33 says "generally"; parties may agree to go on. So much at a time is ours.
MEDIATION = Period(
    "CASE5",
    Trigger.CASE_ACCEPTED,
    "《人民调解工作若干规定》第三十三条",
    months=1,
    sla=True,
    kind=DeadlineKind.MEDIATION,
    stops_for=StopsFor.APPRAISAL,
    extension=Extension(days=30),
)
# No agreement by then: either side may go to arbitration. The right is theirs, so the period lapses.
LABOUR_MEDIATION = Period(
    "LAB1",
    Trigger.CASE_REGISTERED,
    "《劳动争议调解仲裁法》第十四条",
    days=15,
    kind=DeadlineKind.LABOUR_MEDIATION,
    lapses=True,
)
MEDICAL_MEDIATION = Period(
    "MDC1",
    Trigger.CASE_ACCEPTED,
    "《医疗纠纷预防和处理条例》第三十八条",
    working_days=30,
    kind=DeadlineKind.MEDICAL_MEDIATION,
    stops_for=StopsFor.APPRAISAL,
    extension=Extension(days=30),
)
PETITION_ROUTING = Period(
    "XF1",
    Trigger.CASE_REGISTERED,
    _PETITIONS + "第二十二条、第二十三条",
    days=15,
    kind=DeadlineKind.PETITION_ROUTING,
)
# Extended by the office's head, the petitioner being told why; nobody's consent is asked.
PETITION_SETTLEMENT = Period(
    "XF2",
    Trigger.CASE_ACCEPTED,
    _PETITIONS + "第三十四条",
    days=60,
    kind=DeadlineKind.PETITION_SETTLEMENT,
    warn_days=7,
    extension=Extension(days=30, times=1, consent=False),
)
HOTLINE_ORDER = Period(
    "HOT1",
    Trigger.CASE_REGISTERED,
    "政务服务便民热线工单办理规定（地方规则）",
    sla=True,
    working_days=5,
    kind=DeadlineKind.HOTLINE_ORDER,
    warn_days=1,
    extension=Extension(days=5, times=1, consent=False),
)
# "At once" in the seeds; the hours are ours.
RISK_REPORT = Period(
    "RISK1",
    Trigger.RISK_ASSESSED,
    "综治中心工作规范（第一时间报告）",
    hours=2,
    sla=True,
    kind=DeadlineKind.RISK_REPORT,
)
CONFIRMATION_APPLICATION = Period(
    "CONF1",
    Trigger.AGREEMENT_EFFECTIVE,
    "《人民调解法》第三十三条；《民事诉讼法》第二百零五条",
    days=30,
    kind=DeadlineKind.CONFIRMATION_APPLICATION,
    warn_days=7,
    lapses=True,
)
CONFIRMATION_ACCEPTANCE = Period(
    "CONF8",
    Trigger.CONFIRMATION_APPLIED,
    _COURT_CONFIRMATION + "第四条",
    days=3,
    kind=DeadlineKind.CONFIRMATION_ACCEPTANCE,
    warn_days=1,
    climbs=False,
)
# The court names the day; this is what holds where it names none. Not supplied by then, the application is withdrawn.
CONFIRMATION_MATERIAL = Period(
    "CONF7",
    Trigger.MATERIAL_DEMANDED,
    "《最高人民法院关于适用〈民事诉讼法〉的解释》第三百五十七条",
    days=15,
    kind=DeadlineKind.CONFIRMATION_MATERIAL,
    warn_days=1,
    lapses=True,
)
CONFIRMATION_RULING = Period(
    "CONF8",
    Trigger.CONFIRMATION_ACCEPTED,
    _COURT_CONFIRMATION + "第五条",
    days=15,
    kind=DeadlineKind.CONFIRMATION_RULING,
    extension=Extension(days=10, times=1, consent=False, by_court=True),
    climbs=False,
)
CONFIRMATION_RULING_EXTENDED = Period(
    "CONF8",
    Trigger.CONFIRMATION_ACCEPTED,
    _COURT_CONFIRMATION + "第五条",
    days=25,
    kind=DeadlineKind.CONFIRMATION_RULING,
    climbs=False,
)
CONFIRMATION_PROCEDURE = Period(
    "CONF9",
    Trigger.CONFIRMATION_ACCEPTED,
    "《民事诉讼法》第一百八十七条",
    days=30,
    kind=DeadlineKind.CONFIRMATION_PROCEDURE,
    climbs=False,
)
ENFORCEMENT = Period(
    "CONF10",
    Trigger.PERFORMANCE_DUE,
    "《民事诉讼法》第二百零六条、第二百五十条",
    months=24,
    kind=DeadlineKind.ENFORCEMENT,
    warn_days=60,
    lapses=True,
)
ENTRUSTMENT_ACCEPTANCE = Period(
    "CRT2",
    Trigger.ENTRUSTED,
    "《人民法院在线调解规则》第十二条",
    working_days=3,
    kind=DeadlineKind.ENTRUSTMENT_ACCEPTANCE,
    warn_days=1,
    # Who is silent has not accepted: the entrustment goes back by itself.
    lapses=True,
)
ENTRUSTED_MEDIATION = Period(
    "CRT1",
    Trigger.ENTRUSTMENT_ACCEPTED,
    _ENTRUSTED + "；《人民法院在线调解规则》第二十六条",
    days=30,
    kind=DeadlineKind.ENTRUSTED_MEDIATION,
    stops_for=StopsFor.APPRAISAL,
    extension=Extension(days=30),
)
FOLLOW_UP = Period(
    "FUP1",
    Trigger.AGREEMENT_FULFILLED,
    "回访工作规范（平台规则）",
    days=30,
    sla=True,
    kind=DeadlineKind.FOLLOW_UP,
    warn_days=7,
)
# A call names its own time; this is what holds where it names none.
JOINT_RESPONSE = Period(
    "CALL1",
    Trigger.CALLED,
    "“社区呼叫、部门响应”工作机制（平台规则）",
    hours=24,
    sla=True,
    kind=DeadlineKind.JOINT_RESPONSE,
    warn_hours=4,
)
PROTECTION_ORDER = Period(
    "DV3",
    Trigger.PROTECTION_SOUGHT,
    _VIOLENCE + "第二十八条",
    hours=72,
    kind=DeadlineKind.PROTECTION_ORDER,
    warn_hours=12,
    confidential=True,
    climbs=False,
)
PROTECTION_ORDER_URGENT = Period(
    "DV3",
    Trigger.PROTECTION_SOUGHT,
    _VIOLENCE + "第二十八条",
    hours=24,
    kind=DeadlineKind.PROTECTION_ORDER,
    warn_hours=4,
    confidential=True,
    climbs=False,
)
# At most: the order itself names its days.
PROTECTION_VALIDITY = Period(
    "DV3",
    Trigger.PROTECTION_ORDERED,
    _VIOLENCE + "第三十条",
    months=6,
    kind=DeadlineKind.PROTECTION_VALIDITY,
    warn_days=14,
    lapses=True,
    confidential=True,
)
SUPERVISION_ANSWER = Period(
    "SUP1",
    Trigger.SUPERVISION_OPENED,
    "综治中心督办工作规范（平台规则）",
    sla=True,
    working_days=5,
    kind=DeadlineKind.SUPERVISION_ANSWER,
    warn_days=1,
)

SCHEDULE = (
    PETITION_ROUTING,
    PETITION_SETTLEMENT,
    HOTLINE_ORDER,
    MEDIATION,
    LABOUR_MEDIATION,
    MEDICAL_MEDIATION,
    RISK_REPORT,
    CONFIRMATION_APPLICATION,
    CONFIRMATION_ACCEPTANCE,
    CONFIRMATION_MATERIAL,
    CONFIRMATION_RULING,
    CONFIRMATION_RULING_EXTENDED,
    CONFIRMATION_PROCEDURE,
    ENFORCEMENT,
    ENTRUSTMENT_ACCEPTANCE,
    ENTRUSTED_MEDIATION,
    FOLLOW_UP,
    JOINT_RESPONSE,
    PROTECTION_ORDER,
    PROTECTION_ORDER_URGENT,
    PROTECTION_VALIDITY,
    SUPERVISION_ANSWER,
)
