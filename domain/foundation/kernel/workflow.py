"""How rows of a kind of work change: loaded under lock, judged, changed and recorded, together or not at all.

A command that does no more than put what it brings into the row is declared (`kernel/commands.py`). The service of any
other reads:

    work = await VISITS.open(session, grant, VisitAction.CORRECT, clock, expected=command.expected_version)
    work.require(command)
    before = work.take(command)
    return await work.complete(note=f"{command.reason}（更正前：{before}）")

and one that makes a row begins with `VISITS.begin(…)` instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.loader import in_words
from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.commands import inputs_of
from domain.foundation.basics.errors import Forbidden, NotFound, StaleVersion
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.foundation.database.objects import columns_of, load_objects
from domain.foundation.database.statements import Statement, add_later
from domain.foundation.kernel.lifecycle import A
from domain.foundation.kernel.rooms import fact_sheet, reactions_to, rules_of
from domain.foundation.kernel.row_ref import RowRef
from domain.foundation.kernel.rules import Occasion, RefusedByRule
from domain.foundation.kernel.tables import FILLED_IN
from domain.foundation.outbox.service import Code, record as add_message

__all__ = [
    "Change",
    "DomainEvent",
    "Message",
    "Place",
    "RefusedByRule",
    "RowRef",
    "Workflow",
    "announce",
    "check_grant",
    "check_version",
]

Payload = Mapping[str, Code]


class Changing(Protocol):
    """A row of a kind, as far as every change of it goes."""

    county_id: int
    id: UUID
    version: int
    status: str


class Place(Protocol):
    """Where a row lies, as far as it is known."""

    @property
    def town_id(self) -> UUID | None: ...
    @property
    def community_id(self) -> UUID | None: ...
    @property
    def grid_id(self) -> UUID | None: ...


# A model that is `Changing`; said so as a bound, mypy judges models before it has read their columns.
Row = TypeVar("Row", bound=Any)


@dataclass(frozen=True, slots=True)
class Message:
    """Something that others must hear of, beside the change itself: ids and codes, never personal data."""

    topic: str
    payload: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """What was done to a row of a kind, as other rooms hear of it."""

    subject: str
    county_id: int
    id: UUID
    action: str
    at: datetime


def check_grant(grant: Grant, action: str) -> None:
    """Refuse a grant for another action, and an actor of another county: its people are no users of this one."""
    if grant.action != action:
        message = f"a grant for {grant.action} was used for {action}"
        raise AssertionError(message)
    if grant.actor.county_id != grant.county_id:
        raise Forbidden


class HasVersion(Protocol):
    """A row whose version rises with each change."""

    version: int


def check_version(row: HasVersion, expected: int | None, word: str, told: int | None = None) -> None:
    """Raise StaleVersion if the row is no longer what the caller saw. `expected`: None for a command that only adds.

    `told`: the row's version as a caller counts it who is told a part of what happened to it.
    """
    version = row.version if told is None else told
    if expected is not None and version != expected:
        raise StaleVersion(expected, version, word)


def announce(session: AsyncSession, grant: Grant, topic: str, at: datetime, **payload: Code) -> None:
    """Tell others what became of what the grant is upon, where it has no timeline."""
    add_message(session, county_id=grant.county_id, topic=topic, subject_id=grant.subject_id, payload=payload, at=at)


@dataclass(frozen=True)
class Workflow(Generic[Row, A]):
    """How the rows of one kind change.

    `subject`: what a row is called, by which its kind's facts and rules are found. `model`: its table. `topics`: what a
    change by each action is called in the outbox; every change has exactly one such message. `word`: the Chinese word
    for a row, in refusals. `timeline`: the table of its history, of `TimelineEntry`, and the column that names the row;
    None for a kind that keeps none.
    """

    subject: str
    model: type[Row]
    topics: Mapping[A, str]
    word: str
    timeline: tuple[Any, str] | None = None

    async def open(
        self,
        session: AsyncSession,
        grant: Grant,
        action: A,
        clock: Clock,
        *,
        expected: int | None = None,
        calendar: WorkingCalendar = NATIONAL,
    ) -> Change[Row, A]:
        """Load the row that the grant is for, under lock, and judge whether the action is open.

        `expected`: the version that the caller saw; None for a command that only adds. Raises NotFound, StaleVersion if
        it is no longer that version, RefusedByRule if status or a rule forbids the action.
        """
        check_grant(grant, action)
        occasion = Occasion(clock(), calendar)
        row, facts = await self.load(session, grant.county_id, grant.subject_id, occasion.now)
        self.judge(row, facts, action, occasion, expected)
        return Change(self, session, grant, action, row, facts, occasion)

    def begin(
        self,
        session: AsyncSession,
        grant: Grant,
        action: A,
        clock: Clock,
        *,
        place: Place,
        calendar: WorkingCalendar = NATIONAL,
    ) -> Change[Row, A]:
        """A new `WorkRow` in a place, with the id that the grant names; written when the change is complete.

        There are no facts yet: rules are asked of what the command brings alone.
        """
        check_grant(grant, action)
        occasion = Occasion(clock(), calendar)
        row = self.model(
            county_id=grant.county_id,
            id=grant.subject_id,
            version=0,
            status=None,
            town_id=place.town_id,
            community_id=place.community_id,
            grid_id=place.grid_id,
            registered_by=grant.actor.user_id,
            registered_at=occasion.now,
        )
        return Change(self, session, grant, action, row, None, occasion)

    def judge(
        self, row: Row, facts: Any, action: A, occasion: Occasion, expected: int | None, told: int | None = None
    ) -> None:
        """Raise StaleVersion, or RefusedByRule for what status or a rule forbids whatever the command brings.

        `told`: as for check_version.
        """
        check_version(row, expected, self.word, told)
        rules_of(self.subject).require_state(facts, action, occasion)

    async def load(self, session: AsyncSession, county_id: int, key: UUID, now: datetime) -> tuple[Row, Any]:
        """The row, locked until the transaction ends, with its facts at that moment. NotFound if there is none."""
        values = {"county": county_id, "id": key}
        # The facts are read by a statement that begins when the lock is held.
        if await self._lock.first(session, **values) is None:
            raise NotFound
        (found,) = await self._load.rows(session, **values, now=now)
        *columns, facts = found.values()
        (row,) = load_objects(session, self.model, [tuple(columns)])
        return row, fact_sheet(self.subject).read(json.loads(facts))

    def status_after(self, status: str | None, action: A) -> str:
        """The status that the action leads to; what is not open there was to be judged before."""
        lifecycle = rules_of(self.subject).lifecycle
        after: str | None = None if lifecycle is None else lifecycle.status_after(status, action)
        if after is None:
            message = f"{action} was not judged before it was done"
            raise AssertionError(message)
        return after

    def record(
        self,
        session: AsyncSession,
        grant: Grant | None,
        action: A,
        row: Changing,
        before: str | None,
        *,
        now: datetime,
        note: str | None = None,
        payload: Payload | None = None,
        messages: Sequence[Message] = (),
    ) -> None:
        """Record a change: the timeline's entry for the row's version, and its messages. Written before the commit.

        `before`: its status before the change; None where it begins with it. `grant`: by whose; None for what the clock
        did by itself.
        """
        if self.timeline is not None:
            model, reference = self.timeline
            add_later(
                session,
                model,
                county_id=row.county_id,
                id=new_id(),
                **{reference: row.id},
                version=row.version,
                action=action,
                from_status=before,
                to_status=row.status,
                at=now,
                actor_id=None if grant is None else grant.actor.user_id,
                organisation_id=None if grant is None else grant.membership.organisation_id,
                role=None if grant is None else grant.membership.role,
                note=note,
            )
        change: dict[str, Code] = {"action": action, "version": row.version, "from": before, "to": row.status}
        for message in (Message(self.topics[action], change | dict(payload or {})), *messages):
            add_message(
                session,
                county_id=row.county_id,
                topic=message.topic,
                subject_id=row.id,
                payload=message.payload,
                at=now,
            )

    def event(self, action: A, row: Row, now: datetime) -> DomainEvent:
        """What was done, as other rooms hear of it."""
        return DomainEvent(self.subject, row.county_id, row.id, action, now)

    async def react(self, session: AsyncSession, event: Any, calendar: WorkingCalendar) -> None:
        """Let follow, in other rooms, what follows from an event upon a row of this kind."""
        for reaction in reactions_to(self.subject):
            await reaction(session, event, calendar)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The columns that a command may bring: all but those that the kernel fills in."""
        return frozenset(self.model.__table__.columns.keys()) - FILLED_IN

    @cached_property
    def _table(self) -> str:
        return str(self.model.__tablename__)

    @cached_property
    def _lock(self) -> Statement:
        return Statement(f"SELECT id FROM {self._table} WHERE county_id = :county AND id = :id FOR UPDATE")

    @cached_property
    def _load(self) -> Statement:
        facts = fact_sheet(self.subject).sql("t", "CAST(:now AS timestamptz)")
        return Statement(
            f"SELECT {columns_of(self.model, 't')}, CAST({facts} AS text) AS _facts FROM {self._table} t"
            " WHERE t.county_id = :county AND t.id = :id"
        )


@dataclass
class Change(Generic[Row, A]):
    """One command under way on a row that is loaded, locked and open for it. `facts` are as they were when it was loaded.

    `messages`: what others must hear of beside the change itself.
    """

    workflow: Workflow[Row, A]
    session: AsyncSession
    grant: Grant
    action: A
    row: Row
    facts: Any
    occasion: Occasion
    messages: list[Message] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The moment of the command: every time it writes is this one."""
        return self.occasion.now

    @property
    def calendar(self) -> WorkingCalendar:
        """The calendar by which it counts days."""
        return self.occasion.calendar

    def require(self, given: Any) -> None:
        """Raise RefusedByRule if a rule forbids what the command brings."""
        rules_of(self.workflow.subject).require_input(self.facts, self.action, given)

    def take(self, command: Any) -> str:
        """Put what the command brings into the columns of the same names.

        Returns what stood there before and differs, in Chinese: "住户 甲楼101室；见到人数 无".
        """
        before = []
        form: type = type(command)
        for one in inputs_of(form):
            new = getattr(command, one.name)
            if one.name in self.workflow.taken and (old := getattr(self.row, one.name)) != new:
                setattr(self.row, one.name, new)
                before.append(f"{one.takes.term} {in_words(one.type, old)}")
        return "；".join(before)

    async def move(self, *, note: str | None = None, payload: Payload | None = None) -> str | None:
        """Move the row on, raise its version, flush, record the change; returns its status before, None of a new one."""
        row = self.row
        before: str | None = row.status
        # One that was loaded is there already.
        self.session.add(row)
        row.status = self.workflow.status_after(before, self.action)
        row.version += 1
        await self.session.flush()
        self.workflow.record(
            self.session,
            self.grant,
            self.action,
            row,
            before,
            now=self.now,
            note=note,
            payload=payload,
            messages=self.messages,
        )
        return before

    async def complete(self, *, note: str | None = None, payload: Payload | None = None) -> RowRef:
        """Move the row on, record it, let other rooms react; all in the caller's transaction."""
        await self.move(note=note, payload=payload)
        row = self.row
        await self.workflow.react(self.session, self.workflow.event(self.action, row, self.now), self.calendar)
        return RowRef(row.county_id, row.id, row.version, row.status)
