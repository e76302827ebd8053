"""What every command on a case does first and last: load under lock and judge; write the change and tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.commands import CaseRef
from domain.cases.events import TOPICS, CaseEvent
from domain.cases.given import Given
from domain.cases.lifecycle import status_after
from domain.cases.models import Case, CaseTimeline
from domain.cases.repository import LoadedCase, facts_of, load_for_change
from domain.cases.rules import Occasion, require
from domain.codes.enums import CaseAction, CaseStatus
from domain.database.statements import add_later
from domain.deadlines.calendar import calendar_of
from domain.deadlines.wiring import NEEDS_AGREEMENT, Happening
from domain.kernel.calendar import NATIONAL, WorkingCalendar
from domain.kernel.clock import Clock
from domain.kernel.errors import Forbidden, StaleVersion
from domain.kernel.grant import Grant
from domain.kernel.ids import new_id
from domain.outbox.service import Code, record
from domain.reactions import react


class Told(Protocol):
    """A case, as far as the timeline tells of it."""

    county_id: int
    id: UUID
    version: int
    status: str


@dataclass(slots=True)
class Work:
    """One command under way on a case that is loaded and open for it."""

    session: AsyncSession
    grant: Grant
    action: CaseAction
    loaded: LoadedCase
    occasion: Occasion
    events: list[CaseEvent] = field(default_factory=list)

    @property
    def case(self) -> Case:
        """The case under change."""
        return self.loaded.case

    @property
    def now(self) -> datetime:
        """The moment of the command: every time it writes is this one."""
        return self.occasion.now

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar by which it counts days."""
        return self.occasion.calendar

    def require(self, given: Given) -> None:
        """Raise CaseRuleRefused if a rule forbids what the command brings."""
        require(self.loaded.facts, self.action, self.occasion, given)

    async def finish(self, *, note: str | None = None, payload: dict[str, Code] | None = None) -> CaseRef:
        """Move the case on, raise its version, write timeline and outbox, flush."""
        case, before = self.case, CaseStatus(self.case.status)
        after = status_after(before, self.action)
        if after is None:
            message = f"{self.action} was not judged before it was done"
            raise AssertionError(message)
        case.status = after
        case.version += 1
        await self.session.flush()
        return await tell(
            self.session,
            self.grant,
            self.action,
            case,
            before,
            now=self.now,
            note=note,
            payload=payload,
            events=self.events,
            calendar=self.calendar,
        )


def demand(grant: Grant, action: str) -> None:
    """Refuse a grant for another action, and an actor of another county: its people are no users of this one."""
    if grant.action != action:
        message = f"a grant for {grant.action} was used for {action}"
        raise AssertionError(message)
    if grant.actor.county_id != grant.county_id:
        raise Forbidden


async def begin(
    session: AsyncSession,
    grant: Grant,
    action: CaseAction,
    expected_version: int,
    clock: Clock,
    calendar: WorkingCalendar = NATIONAL,
) -> Work:
    """Load the case under lock and judge whether the action is open.

    Raises NotFound, StaleVersion if it is no longer the version that the caller saw, CaseRuleRefused if status or
    a rule forbids the action.
    """
    demand(grant, action)
    now = clock()
    loaded = await load_for_change(session, grant, now)
    if loaded.case.version != expected_version:
        raise StaleVersion(expected_version, loaded.case.version)
    occasion = Occasion(now, calendar.overridden(loaded.days))
    require(loaded.facts, action, occasion)
    return Work(session, grant, action, loaded, occasion)


async def tell(
    session: AsyncSession,
    grant: Grant | None,
    action: CaseAction,
    case: Case,
    before: CaseStatus | None,
    *,
    now: datetime,
    note: str | None,
    payload: dict[str, Code] | None = None,
    events: Sequence[CaseEvent] = (),
    calendar: WorkingCalendar | None = None,
) -> CaseRef:
    """Write the timeline's entry for the case's version, and its messages; then let what follows from it follow.

    `grant`: by whose; None for what the clock did by itself. `calendar`: the county's, where the command has it already.
    """
    note_down(session, grant, action, case, before, now=now, note=note, payload=payload, events=events)
    counted = calendar or await calendar_of(session, case.county_id)
    due_at = await react(session, case, await happening(session, action, case, now), counted)
    if due_at is not None:
        # CASE5: the case shows when its mediation is due.
        case.due_at = due_at
        await session.flush()
    return CaseRef(case.county_id, case.id, case.version, case.status)


def note_down(
    session: AsyncSession,
    grant: Grant | None,
    action: CaseAction,
    case: Told,
    before: CaseStatus | None,
    *,
    now: datetime,
    note: str | None,
    payload: dict[str, Code] | None = None,
    events: Sequence[CaseEvent] = (),
) -> None:
    """Keep the timeline's entry for the case's version, and its messages, to be written before the commit.

    `grant`: by whose; None for what the clock did by itself.
    """
    add_later(
        session,
        CaseTimeline,
        county_id=case.county_id,
        id=new_id(),
        case_id=case.id,
        version=case.version,
        action=action,
        from_status=before,
        to_status=case.status,
        at=now,
        actor_id=None if grant is None else grant.actor.user_id,
        organisation_id=None if grant is None else grant.membership.organisation_id,
        role=None if grant is None else grant.membership.role,
        note=note,
    )
    change: dict[str, Code] = {"action": action, "version": case.version, "from": before, "to": case.status}
    for event in (CaseEvent(TOPICS[action], change | (payload or {})), *events):
        record(session, county_id=case.county_id, topic=event.topic, subject_id=case.id, payload=event.payload, at=now)


async def happening(session: AsyncSession, action: CaseAction, case: Case, now: datetime) -> Happening:
    """What was done, as others hear of it."""
    facts = await facts_of(session, case.county_id, case.id, now) if action in NEEDS_AGREEMENT else None
    return Happening(
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
