"""Which action on a case opens, stops and ends which deadlines: the whole wiring, as tables.

`follow` applies it to the deadlines of one case. It runs for every command, before the commit, and for loaded cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from domain.codes.enums import AgreementForm, CaseAction, CaseSource, ConfirmationStatus, RiskLevel
from domain.foundation.basics.calendar import WorkingCalendar, china_date, end_of_day
from domain.law.deadlines import clocks, schedule
from domain.law.deadlines.clocks import Outcome
from domain.law.deadlines.codes import DeadlineKind
from domain.law.deadlines.models import Deadline
from domain.law.deadlines.schedule import Period, StopsFor

_A = CaseAction
_K = DeadlineKind

LABOUR_TYPES = "07"
MEDICAL_TYPES = frozenset({"0502"})


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """What was done to a case, as far as clocks depend on it: codes, times and ids.

    `agreement_*` and `confirmation_status` are needed for actions of `NEEDS_AGREEMENT` alone. `pause_reason` is that
    of a pause. `violence_suspected`: False where it is known that nothing points to violence.
    """

    county_id: int
    case_id: UUID
    action: CaseAction
    at: datetime
    source: str
    type_code: str
    registered_at: datetime
    risk_level: str | None = None
    mass_incident: bool = False
    return_count: int = 0
    town_known: bool = True
    pause_reason: str | None = None
    agreement_form: AgreementForm | None = None
    agreement_effective_at: datetime | None = None
    last_obligation_due_on: date | None = None
    confirmation_status: ConfirmationStatus | None = None
    violence_suspected: bool = True

    @property
    def id(self) -> UUID:
        """The case, by the name that other rooms use of any kind's row."""
        return self.case_id

    @property
    def brings_in(self) -> bool:
        """Whether the case begins with it."""
        return self.action in {CaseAction.REGISTER, CaseAction.ENTRUST}

    @property
    def red(self) -> bool:
        """A red risk, or a possible mass incident (RISK1)."""
        return self.risk_level == RiskLevel.RED or self.mass_incident


NEEDS_AGREEMENT = frozenset({_A.AGREE, _A.SIGN, _A.ACCEPT_CONFIRMATION, _A.RULE_CONFIRMATION})
"""Actions whose deadlines depend on the agreement or the application as they are after it."""

Start = Callable[[CaseEvent], datetime | None]
"""When a period starts; None: it does not."""


def _now(event: CaseEvent) -> datetime:
    return event.at


def _registered(event: CaseEvent) -> datetime:
    return event.registered_at


def _for_source(source: CaseSource, start: Start = _now) -> Start:
    return lambda event: start(event) if event.source == source else None


def _unless_entrusted(event: CaseEvent) -> datetime | None:
    return None if event.source == CaseSource.COURT_ENTRUSTED else event.at


def _labour(event: CaseEvent) -> datetime | None:
    return event.registered_at if event.type_code.startswith(LABOUR_TYPES) else None


def _medical(event: CaseEvent) -> datetime | None:
    return event.at if event.type_code in MEDICAL_TYPES else None


def _red(event: CaseEvent) -> datetime | None:
    return event.at if event.red else None


def _written_and_effective(event: CaseEvent) -> datetime | None:
    return event.agreement_effective_at if event.agreement_form is AgreementForm.WRITTEN else None


def _application_accepted(event: CaseEvent) -> datetime | None:
    return event.at if event.confirmation_status is ConfirmationStatus.ACCEPTED else None


def _confirmed(event: CaseEvent) -> datetime | None:
    """From the last day for performance, or the ruling if that is later (民事诉讼法 250)."""
    if event.confirmation_status is not ConfirmationStatus.CONFIRMED:
        return None
    last_due = event.last_obligation_due_on
    later = last_due is not None and last_due > china_date(event.at)
    return end_of_day(last_due) if later and last_due is not None else event.at


OPENS: Mapping[CaseAction, tuple[tuple[Period, Start], ...]] = MappingProxyType(
    {
        _A.REGISTER: (
            (schedule.PETITION_ROUTING, _for_source(CaseSource.PETITION, _registered)),
            (schedule.HOTLINE_ORDER, _for_source(CaseSource.HOTLINE, _registered)),
            (schedule.LABOUR_MEDIATION, _labour),
        ),
        _A.ACCEPT: (
            (schedule.MEDIATION, _now),
            (schedule.MEDICAL_MEDIATION, _medical),
            (schedule.PETITION_SETTLEMENT, _for_source(CaseSource.PETITION)),
        ),
        # A reopened case stands where an accepted one does.
        _A.REOPEN: ((schedule.MEDIATION, _now), (schedule.MEDICAL_MEDIATION, _medical)),
        # Another round of mediation: of what a court entrusted, as long as the court allows (CRT1).
        _A.MEDIATE_AGAIN: (
            (schedule.MEDIATION, _unless_entrusted),
            (schedule.ENTRUSTED_MEDIATION, _for_source(CaseSource.COURT_ENTRUSTED)),
            (schedule.MEDICAL_MEDIATION, _medical),
        ),
        _A.ASSESS_RISK: ((schedule.RISK_REPORT, _red),),
        _A.AGREE: ((schedule.CONFIRMATION_APPLICATION, _written_and_effective),),
        _A.SIGN: ((schedule.CONFIRMATION_APPLICATION, _written_and_effective),),
        _A.APPLY_CONFIRMATION: ((schedule.CONFIRMATION_ACCEPTANCE, _now),),
        _A.ACCEPT_CONFIRMATION: (
            (schedule.CONFIRMATION_RULING, _application_accepted),
            (schedule.CONFIRMATION_PROCEDURE, _application_accepted),
        ),
        _A.RULE_CONFIRMATION: ((schedule.ENFORCEMENT, _confirmed),),
        _A.ENTRUST: ((schedule.ENTRUSTMENT_ACCEPTANCE, _now),),
        _A.ACCEPT_ENTRUSTMENT: ((schedule.ENTRUSTED_MEDIATION, _now),),
        _A.FULFIL: ((schedule.FOLLOW_UP, _now),),
    }
)

# Mediation is over, with or without success.
_CONCLUDED = (
    _K.MEDIATION,
    _K.LABOUR_MEDIATION,
    _K.MEDICAL_MEDIATION,
    _K.PETITION_ROUTING,
    _K.PETITION_SETTLEMENT,
    _K.HOTLINE_ORDER,
    _K.ENTRUSTED_MEDIATION,
)
_AT_COURT = (
    _K.CONFIRMATION_ACCEPTANCE,
    _K.CONFIRMATION_MATERIAL,
    _K.CONFIRMATION_RULING,
    _K.CONFIRMATION_PROCEDURE,
)

SATISFIES: Mapping[CaseAction, tuple[DeadlineKind, ...]] = MappingProxyType(
    {
        _A.ACCEPT: (_K.PETITION_ROUTING,),
        # Answered in writing, with the way that is open instead.
        _A.DECLINE: (_K.PETITION_ROUTING, _K.HOTLINE_ORDER),
        _A.AGREE: _CONCLUDED,
        _A.FAIL: _CONCLUDED,
        _A.WITHDRAW: _CONCLUDED,
        _A.APPLY_CONFIRMATION: (_K.CONFIRMATION_APPLICATION,),
        # Asking for material ends the clock of an earlier day for it; the new one is opened where it is asked for.
        _A.ACCEPT_CONFIRMATION: (_K.CONFIRMATION_ACCEPTANCE, _K.CONFIRMATION_MATERIAL),
        _A.RULE_CONFIRMATION: (_K.CONFIRMATION_RULING, _K.CONFIRMATION_PROCEDURE),
        _A.FULFIL: (_K.ENFORCEMENT,),
        _A.APPLY_ENFORCEMENT: (_K.ENFORCEMENT,),
        _A.ACCEPT_ENTRUSTMENT: (_K.ENTRUSTMENT_ACCEPTANCE,),
        _A.RETURN_ENTRUSTMENT: (_K.ENTRUSTMENT_ACCEPTANCE, _K.ENTRUSTED_MEDIATION),
        _A.FOLLOW_UP: (_K.FOLLOW_UP,),
    }
)

# What outlives the file: rights, orders, and what leadership has still to read or to be answered.
_OUTLIVING = frozenset(
    {_K.ENFORCEMENT, _K.PROTECTION_ORDER, _K.PROTECTION_VALIDITY, _K.RISK_REPORT, _K.SUPERVISION_ANSWER}
)
_ENDING_WITH_THE_CASE = tuple(kind for kind in _K if kind not in _OUTLIVING)

CANCELS: Mapping[CaseAction, tuple[DeadlineKind, ...]] = MappingProxyType(
    {
        _A.DECLINE: _ENDING_WITH_THE_CASE,
        _A.CLOSE: _ENDING_WITH_THE_CASE,
        _A.ARCHIVE: _ENDING_WITH_THE_CASE,
        _A.REOPEN: (_K.FOLLOW_UP, _K.CONFIRMATION_APPLICATION, _K.ENFORCEMENT),
        # What is done need not be confirmed, and what came to nothing cannot be.
        _A.FULFIL: (_K.CONFIRMATION_APPLICATION,),
        _A.MEDIATE_AGAIN: (_K.CONFIRMATION_APPLICATION,),
        _A.FAIL: (_K.CONFIRMATION_APPLICATION,),
        _A.WITHDRAW_CONFIRMATION: _AT_COURT,
    }
)

# The court's own extension of its ruling (司法确认程序规定 5); it is asked for, and limited, where it is done.
EXTENDS: Mapping[CaseAction, Period] = MappingProxyType({_A.EXTEND_CONFIRMATION: schedule.CONFIRMATION_RULING})

STOPS = {period.kind: period.stops_for for period in schedule.SCHEDULE if period.kind is not None}
APPRAISAL = "appraisal"


def opens(event: CaseEvent) -> bool:
    """Whether it opens a deadline on a case that has none."""
    return any(start(event) is not None for _, start in OPENS.get(event.action, ()))


def advance_deadlines(running: Iterable[Deadline], event: CaseEvent, calendar: WorkingCalendar) -> list[Deadline]:
    """Carry the case's open deadlines through what happened; returns those that it opens.

    One that concerns a subject of its own (an answer to a call) is ended here only with the case.
    """
    still = list(running)
    for outcome, table in ((Outcome.SATISFIED, SATISFIES), (Outcome.CANCELLED, CANCELS)):
        for deadline in _of_kinds(still, table.get(event.action, ()), outcome):
            clocks.close(deadline, outcome, event.at)
    still = [deadline for deadline in still if deadline.closed_at is None]
    _stop_and_go(still, event, calendar)
    longer = EXTENDS.get(event.action)
    if longer is not None and longer.extension is not None:
        for deadline in still:
            if deadline.kind == longer.kind and deadline.extensions == 0:
                clocks.extend(deadline, longer.extension.days, calendar)
    there = {deadline.kind for deadline in still if deadline.subject_id is None}
    opened = []
    for period, start in OPENS.get(event.action, ()):
        starts_at = start(event) if period.kind not in there else None
        if starts_at is not None:
            opened.append(
                clocks.new_deadline(
                    period,
                    county_id=event.county_id,
                    case_id=event.case_id,
                    start=starts_at,
                    now=event.at,
                    calendar=calendar,
                )
            )
    return opened


def _of_kinds(running: Iterable[Deadline], kinds: Iterable[DeadlineKind], outcome: Outcome) -> list[Deadline]:
    wanted = set(kinds)
    return [
        deadline
        for deadline in running
        if deadline.closed_at is None
        and deadline.kind in wanted
        and (deadline.subject_id is None or outcome is Outcome.CANCELLED)
    ]


def _stop_and_go(running: Iterable[Deadline], event: CaseEvent, calendar: WorkingCalendar) -> None:
    if event.action is _A.PAUSE:
        for deadline in running:
            if _stops(STOPS.get(DeadlineKind(deadline.kind), StopsFor.NOTHING), event.pause_reason):
                clocks.pause(deadline, event.at)
    elif event.action in {_A.RESUME, _A.REOPEN}:
        for deadline in running:
            clocks.resume(deadline, event.at, calendar)


def _stops(stops_for: StopsFor, reason: str | None) -> bool:
    return stops_for is StopsFor.ANY_PAUSE or (stops_for is StopsFor.APPRAISAL and reason == APPRAISAL)
