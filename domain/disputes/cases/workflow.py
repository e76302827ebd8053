"""What every command on a case does first and last: load under lock and judge; record the change and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.cases.commands import CaseRef
from domain.disputes.cases.events import TOPICS
from domain.disputes.cases.models import Case, CaseTimeline
from domain.disputes.cases.repository import LoadedCase, facts_of, load_for_change
from domain.disputes.cases.told import count_told
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.grant import Grant
from domain.foundation.kernel.rules import Occasion
from domain.foundation.kernel.workflow import (
    Change,
    Changing,
    Message,
    Payload,
    Workflow,
    check_grant,
)
from domain.law.deadlines.calendar import calendar_of
from domain.law.deadlines.service import update_deadlines
from domain.law.deadlines.wiring import NEEDS_AGREEMENT, CaseEvent

CASES: Workflow[Case, CaseAction] = Workflow(
    subject="case", model=Case, topics=TOPICS, word="案件", timeline=(CaseTimeline, "case_id")
)


@dataclass(kw_only=True)
class CaseChange(Change[Case, CaseAction]):
    """One command under way on a case that is loaded, with what belongs to it, and open for the action."""

    loaded: LoadedCase

    @property
    def case(self) -> Case:
        """The case under change."""
        return self.row

    async def complete(self, *, note: str | None = None, payload: Payload | None = None) -> CaseRef:
        """Move the case on, raise its version, record the change and let others react; flush."""
        await self.move(note=note, payload=payload)
        return await react_to_change(self.session, self.action, self.case, now=self.now, calendar=self.calendar)


async def open_case(
    session: AsyncSession,
    grant: Grant,
    action: CaseAction,
    expected_version: int | None,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> CaseChange:
    """Load the case under lock and judge whether the action is open.

    `expected_version`: None for a command that only adds. Raises NotFound, StaleVersion if it is no longer the version
    that the caller saw, which for a party counts what parties are told of; RefusedByRule if status or a rule forbids the
    action.
    """
    check_grant(grant, action)
    now = clock()
    loaded = await load_for_change(session, grant, now)
    occasion = Occasion(now, calendar.with_overrides(loaded.days))
    told = await count_told(session, grant.county_id, grant.subject_id) if grant.partly_told else None
    CASES.judge(loaded.case, loaded.facts, action, occasion, expected_version, told)
    return CaseChange(CASES, session, grant, action, loaded.case, loaded.facts, occasion, loaded=loaded)


async def record_and_react(
    session: AsyncSession,
    grant: Grant | None,
    action: CaseAction,
    case: Case,
    before: CaseStatus | None,
    *,
    now: datetime,
    note: str | None,
    payload: Payload | None = None,
    events: Sequence[Message] = (),
    calendar: WorkingCalendar | None = None,
) -> CaseRef:
    """Record a change of a case that is no command's own, and let others react.

    `grant`: by whose; None for what the clock did by itself. `calendar`: the county's, where the command has it already.
    """
    record_change(session, grant, action, case, before, now=now, note=note, payload=payload, events=events)
    return await react_to_change(session, action, case, now=now, calendar=calendar)


def record_change(
    session: AsyncSession,
    grant: Grant | None,
    action: CaseAction,
    case: Changing,
    before: CaseStatus | None,
    *,
    now: datetime,
    note: str | None,
    payload: Payload | None = None,
    events: Sequence[Message] = (),
) -> None:
    """Record a change of a case alone: timeline and messages, to be written before the commit."""
    CASES.record(session, grant, action, case, before, now=now, note=note, payload=payload, messages=events)


async def react_to_change(
    session: AsyncSession, action: CaseAction, case: Case, *, now: datetime, calendar: WorkingCalendar | None
) -> CaseRef:
    """Carry the case's deadlines along with what was done, then let other rooms react."""
    counted = calendar or await calendar_of(session, case.county_id)
    due_at = await react_to_event(session, await case_event(session, action, case, now), counted)
    if due_at is not None:
        # CASE5: the case shows when its mediation is due.
        case.due_at = due_at
        await session.flush()
    return CaseRef(case.county_id, case.id, case.version, case.status)


async def react_to_event(session: AsyncSession, event: CaseEvent, calendar: WorkingCalendar) -> datetime | None:
    """Carry the deadlines along, then let other rooms react; returns when mediation is due, if its clock runs."""
    due_at = await update_deadlines(session, event, calendar)
    await CASES.react(session, event, calendar)
    return due_at


async def case_event(session: AsyncSession, action: CaseAction, case: Case, now: datetime) -> CaseEvent:
    """What was done, as others hear of it."""
    facts = await facts_of(session, case.county_id, case.id, now) if action in NEEDS_AGREEMENT else None
    return CaseEvent(
        county_id=case.county_id,
        case_id=case.id,
        action=action,
        at=now,
        source=case.source,
        type_code=case.type_code,
        registered_at=case.registered_at,
        risk_level=case.risk_level,
        mass_incident=case.mass_incident,
        return_count=case.return_count,
        town_known=case.town_id is not None,
        violence_suspected=case.violence_suspected,
        pause_reason=case.pause_reason,
        agreement_form=facts.agreement_form if facts else None,
        agreement_effective_at=facts.agreement_effective_at if facts else None,
        last_obligation_due_on=facts.last_obligation_due_on if facts else None,
        confirmation_status=facts.confirmation_status if facts else None,
    )
