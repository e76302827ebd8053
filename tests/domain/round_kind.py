"""A kind of work made up for the kernel's tests, rounds, with tables of its own; and a room that stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import UUID as PGUUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from domain.foundation.basics.commands import Command
from domain.foundation.database.base import NAMING, instant, one_of
from domain.foundation.kernel.facts import (
    contribution,
    count_of,
)
from domain.foundation.kernel.lifecycle import (
    Lifecycle,
    begins,
    leads,
    stays,
)
from domain.foundation.kernel.rooms import Kind, Room
from domain.foundation.kernel.rules import (
    Rule,
    Rules,
)
from domain.foundation.kernel.tables import (
    InPlace,
    NumberCounter,
    Numbered,
    TenantRow,
    TimelineEntry,
    Versioned,
    number_constraint,
    place_references,
    timeline_constraints,
    version_check,
)
from domain.foundation.kernel.workflow import (
    DomainEvent,
    Workflow,
)

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.foundation.basics.calendar import WorkingCalendar


class RoundStatus(StrEnum):
    PLANNED = "planned"
    MADE = "made"


class RoundAction(StrEnum):
    PLAN = "plan"
    MAKE = "make"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True)
class RoundFacts:
    status: RoundStatus
    made_at: datetime | None = None
    entries: int = 0
    leader_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Making:
    found: str


_A, _S = RoundAction, RoundStatus
ROUNDS = Lifecycle(
    RoundAction,
    begins(_A.PLAN, _S.PLANNED),
    leads(_A.MAKE, out_of=[_S.PLANNED], to=_S.MADE),
    stays(_A.CORRECT, within=[_S.MADE]),
)
OUT_OF_ORDER = Rule("ROUND_ORDER", "顺序不符", "Out of order", "试验", tuple(RoundAction))
SOON = timedelta(days=1)
RULES: Rules[RoundAction, RoundFacts] = Rules(
    (
        Rule(
            "ROUND_SOON", "超过一天不得更正", "Corrected within a day", "试验", (_A.CORRECT,),
            by_state={_A.CORRECT: lambda facts, occasion: occasion.now - facts.made_at <= SOON},
        ),
        Rule("ROUND_FOUND", "应当写明情况", "Says what was found", "试验", (_A.MAKE,),
             by_input={_A.MAKE: lambda _facts, given: bool(given.found)}),
    ),
    ROUNDS,
    OUT_OF_ORDER,
)  # fmt: skip


class ToyBase(DeclarativeBase):
    """Tables of their own: the platform's are walked by other tests."""

    metadata = MetaData(naming_convention=NAMING)


Table("county", ToyBase.metadata, Column("id", Integer, primary_key=True))
for _name in ("organisation", "app_user"):
    Table(
        _name,
        ToyBase.metadata,
        Column("county_id", Integer, primary_key=True),
        Column("id", PGUUID(as_uuid=True), primary_key=True),
    )


class Round(TenantRow, InPlace, Versioned, Numbered, ToyBase):
    __tablename__ = "toy_round"
    __table_args__ = (
        *place_references(),
        version_check(),
        number_constraint(),
        CheckConstraint(one_of("status", RoundStatus), name="status"),
    )

    organisation_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(Text)
    found: Mapped[str | None] = mapped_column(Text)
    registered_at: Mapped[datetime] = instant()
    made_at: Mapped[datetime | None] = instant(nullable=True)


class RoundTimeline(TimelineEntry, ToyBase):
    __tablename__ = "toy_round_timeline"
    __table_args__ = timeline_constraints("round_id", "toy_round", RoundAction, RoundStatus)

    round_id: Mapped[UUID]


class RoundCounter(NumberCounter, ToyBase):
    __tablename__ = "toy_round_counter"


@dataclass(slots=True)
class NewRound:
    county_id: int
    id: UUID
    organisation_id: UUID
    status: str
    registered_at: datetime
    grid_id: UUID | None = None


WORK: Workflow[Round, RoundAction] = Workflow(
    subject="round",
    model=Round,
    topics={_A.PLAN: "round.planned", _A.MAKE: "round.made", _A.CORRECT: "round.corrected"},
    word="巡查",
    timeline=(RoundTimeline, "round_id"),
)
HEARD: list[DomainEvent] = []


async def hear(_session: AsyncSession, event: DomainEvent, _calendar: WorkingCalendar) -> None:
    HEARD.append(event)


async def _nothing(*_given: Any) -> None:
    """The kernel's own tests need no service."""


KIND = Kind(
    commands=(
        Command("round", "make", Making, _nothing, "Make a round 巡查"),
        Command("round", "correct", Making, _nothing, "Correct a round 更正"),
    ),
    name="rounds",
    subject="round",
    rules=RULES,
    facts=RoundFacts,
    contributes=(contribution("round", {"status": "{t}.status", "made_at": "{t}.made_at"}),),
)
# A room that stands on it: knows of more, and forbids more.
LEADERS = Room(
    name="leaders",
    needs=("rounds",),
    contributes=(
        contribution(
            "round",
            {"entries": count_of("toy_round_timeline", "round_id", "f.at <= {now}"), "leader_id": "leader.id"},
            joins={"leader": "SELECT min(u.id::text)::uuid AS id FROM app_user u WHERE u.county_id = {t}.county_id"},
            rules=(
                Rule(
                    "ROUND_TWICE", "不得再次更正", "Corrected once", "试验", (_A.CORRECT,),
                    by_state={_A.CORRECT: lambda facts, _occasion: facts.entries < 3},
                ),
            ),
        ),
    ),
    reactions={"round": (hear,)},
)  # fmt: skip
