"""What a caller asks of the register of committees and mediators: one frozen command for each action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.committees.codes import CommitteePosition, DismissalGround
from domain.foundation.basics.checks import LATEST_DAY, LONGEST_NOTE
from domain.foundation.basics.commands import ExpectedVersion, Record, Takes
from domain.foundation.basics.errors import Fault
from domain.foundation.basics.identity_number import birth_date, is_valid, normalise


@dataclass(frozen=True, slots=True)
class RegisterCommittee:
    """Put the organisation that the grant is upon on the register (登记调委会)."""


@dataclass(frozen=True, slots=True, repr=False)
class NewPerson:
    """Who takes an office: somebody known to the platform (`user_id`), or a new person by name.

    The birth date is given or comes with the identity number, which is kept only with consent (PI1). Of somebody who
    is on the register already neither need be given again. Not shown in logs: it is personal data.
    """

    declared: ClassVar = Record(
        "Person", "Who takes an office: a user of the platform, or somebody new by name 任职人员"
    )

    user_id: Annotated[UUID | None, Takes("Somebody known to the platform 用户", id_of="user")] = None
    name: Annotated[str | None, Takes("Name of somebody new 姓名", longest=100, protected=True)] = None
    birth_date: Annotated[
        date | None, Takes("Birth date, where the identity number does not tell it 出生日期", rules=("MED1",))
    ] = None
    id_number: Annotated[
        str | None, Takes("Identity number; only with consent 身份证号", rules=("PI1",), longest=30, protected=True)
    ] = None
    consented: Annotated[bool, Takes("Whether the person agreed that the number be kept 是否同意")] = False
    phone: Annotated[str | None, Takes("Telephone 电话", longest=30, protected=True)] = None

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """Somebody new has a name; an identity number is one, and says the same day of birth."""
        if self.user_id is None and self.name is None:
            yield Fault("name", "请填写姓名", "name must be given of somebody new", "REQUIRED")
        if self.id_number is not None:
            number = normalise(self.id_number)
            if not is_valid(number):
                yield Fault("idNumber", "身份证号不正确", "idNumber is no identity number", "MALFORMED")
            elif self.birth_date is not None and birth_date(number) != self.birth_date:
                yield Fault("birthDate", "出生日期与身份证号不符", "birthDate is not that of the identity number")


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody elected."""

    declared: ClassVar = Record("CommitteeMember", "Somebody elected to a committee 当选委员")

    person: Annotated[NewPerson, Takes("Who 人员")]
    position: Annotated[CommitteePosition, Takes("To which office 职务", rules=("PMC1",))]
    woman: Annotated[bool, Takes("Whether a woman 是否妇女", rules=("PMC2",))]
    full_time: Annotated[bool, Takes("Full-time or part-time 是否专职")] = False
    gold_medal: Annotated[bool, Takes("Carries the honour of gold-medal mediator 是否金牌调解员")] = False


@dataclass(frozen=True, slots=True)
class ElectCommittee:
    """Record an election (推选、换届): who was elected on that day, all of them."""

    expected_version: ExpectedVersion
    elected_on: Annotated[date, Takes("Day of the election 推选日期", past=True)]
    members: Annotated[tuple[NewMember, ...], Takes("Who was elected, in order 委员")]


@dataclass(frozen=True, slots=True)
class AppointMediator:
    """Record that a committee engaged a mediator (聘任). `ends_on`: the last day, where one was agreed."""

    person: Annotated[NewPerson, Takes("Whom 人员")]
    full_time: Annotated[bool, Takes("Full-time or part-time 是否专职")]
    appointed_on: Annotated[date, Takes("First day in office 聘任日期", past=True)]
    ends_on: Annotated[
        date | None, Takes("Last day in office, where one was agreed 聘期届满日", name="term_ends_on")
    ] = None
    gold_medal: Annotated[bool, Takes("Carries the honour of gold-medal mediator 是否金牌调解员")] = False

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """An appointment ends after it has begun, and within anybody's reach."""
        if self.ends_on is not None and not self.appointed_on < self.ends_on <= LATEST_DAY:
            yield Fault("termEndsOn", "聘期届满日应晚于聘任日期", "termEndsOn must be after appointedOn", "TOO_EARLY")


@dataclass(frozen=True, slots=True)
class DismissMediator:
    """Record a dismissal (罢免、解聘) with its ground and what it rests on (MED2)."""

    expected_version: ExpectedVersion
    ground: Annotated[DismissalGround, Takes("For what 事由")]
    evidence: Annotated[
        str | None, Takes("What it rests on; without it the dismissal is refused 依据", longest=LONGEST_NOTE)
    ] = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SetCommitteeSize:
    """Narrow how many members the committees of an area have (PMC1), by a paper that says so."""

    fewest: Annotated[int, Takes("At least so many, not below three 最少人数")]
    most: Annotated[int, Takes("At most so many, not above nine 最多人数")]
    source: Annotated[str, Takes("The paper that says so 依据", longest=200)]
