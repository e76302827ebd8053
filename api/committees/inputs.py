"""Arguments of the mutations of the register, and how each becomes the domain's command."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import strawberry

from api.cases.inputs import Change, given, optional, optional_key
from api.enums import CommitteePosition, DismissalGround
from domain.committees import commands
from domain.kernel.errors import NotFound
from domain.kernel.ids import parse_global_id


def known(value: str, prefix: str) -> UUID:
    """The key of what a change is upon. Raises NotFound for an id of anything else: it is nothing the caller can see."""
    found = parse_global_id(value, prefix)
    if found is None:
        raise NotFound
    return found


@strawberry.input(description="Who takes an office: a user of the platform, or somebody new by name 任职人员")
class PersonInput:
    """A person."""

    user_id: strawberry.ID | None = optional("Somebody known to the platform 用户")
    name: str | None = optional("Name of somebody new 姓名")
    birth_date: dt.date | None = optional("Birth date, where the identity number does not tell it (MED1) 出生日期")
    id_number: str | None = optional("Identity number; only with consent (PI1) 身份证号")
    consented: bool = optional("Whether the person agreed that the number be kept 是否同意", False)
    phone: str | None = optional("Telephone 电话")

    def person(self, field: str) -> commands.NewPerson:
        """As the domain takes it."""
        user_id = optional_key(self.user_id, "user", f"{field}.userId")
        return commands.NewPerson(
            user_id, self.name, self.birth_date, self.id_number, consented=self.consented, phone=self.phone
        )


@strawberry.input(description="Somebody elected to a committee 当选委员")
class CommitteeMemberInput:
    """A member."""

    person: PersonInput = given("Who 人员")
    position: CommitteePosition = given("To which office (PMC1) 职务")
    woman: bool = given("Whether a woman (PMC2) 是否妇女")
    full_time: bool = optional("Full-time or part-time 是否专职", False)
    gold_medal: bool = optional("Carries the honour of gold-medal mediator 是否金牌调解员", False)


@strawberry.input(description="Put an organisation on the register as a mediation committee 登记调委会")
class CommitteeRegisterInput(Change):
    """A registration."""

    organisation_id: strawberry.ID = given("Which organisation 单位")

    @property
    def key(self) -> UUID:
        """The organisation's key."""
        return known(self.organisation_id, "organisation")

    def command(self) -> commands.RegisterCommittee:
        """As the domain takes it."""
        return commands.RegisterCommittee()


@strawberry.input(description="Record an election: everybody elected that day 推选、换届")
class CommitteeElectInput(Change):
    """An election."""

    committee_id: strawberry.ID = given("Which committee 调委会")
    expected_version: int = given("The version decided upon; any other is refused 预期版本")
    elected_on: dt.date = given("Day of the election 推选日期")
    members: list[CommitteeMemberInput] = given("Who was elected, in order 委员")

    @property
    def key(self) -> UUID:
        """The committee's key."""
        return known(self.committee_id, "committee")

    def command(self) -> commands.ElectCommittee:
        """As the domain takes it."""
        members = tuple(
            commands.NewMember(
                one.person.person(f"members.{index}.person"),
                one.position,
                woman=one.woman,
                full_time=one.full_time,
                gold_medal=one.gold_medal,
            )
            for index, one in enumerate(self.members)
        )
        return commands.ElectCommittee(self.expected_version, self.elected_on, members)


@strawberry.input(description="Say how many members the committees of an area have (PMC1) 规定委员人数")
class CommitteeSetSizeInput(Change):
    """Bounds."""

    area_id: strawberry.ID = given("Of which county, town or community 区域")
    fewest: int = given("At least so many, not below three 最少人数")
    most: int = given("At most so many, not above nine 最多人数")
    source: str = given("The paper that says so 依据")

    @property
    def key(self) -> UUID:
        """The area's key."""
        return known(self.area_id, "organisation")

    def command(self) -> commands.SetCommitteeSize:
        """As the domain takes it."""
        return commands.SetCommitteeSize(self.fewest, self.most, self.source)


@strawberry.input(description="Record that a committee engaged a mediator 聘任调解员")
class MediatorAppointInput(Change):
    """An appointment."""

    committee_id: strawberry.ID = given("Which committee 调委会")
    person: PersonInput = given("Whom 人员")
    full_time: bool = given("Full-time or part-time 是否专职")
    appointed_on: dt.date = given("First day in office 聘任日期")
    term_ends_on: dt.date | None = optional("Last day in office, where one was agreed 聘期届满日")
    gold_medal: bool = optional("Carries the honour of gold-medal mediator 是否金牌调解员", False)

    @property
    def key(self) -> UUID:
        """The committee's key."""
        return known(self.committee_id, "committee")

    def command(self) -> commands.AppointMediator:
        """As the domain takes it."""
        return commands.AppointMediator(
            self.person.person("person"), self.full_time, self.appointed_on, self.term_ends_on, self.gold_medal
        )


@strawberry.input(description="Record a dismissal (MED2): the mediator is named on no case any more 罢免、解聘调解员")
class MediatorDismissInput(Change):
    """A dismissal."""

    mediator_id: strawberry.ID = given("Which appointment 调解员")
    expected_version: int = given("The version decided upon; any other is refused 预期版本")
    ground: DismissalGround = given("For what 事由")
    evidence: str | None = optional("What it rests on; without it the dismissal is refused 依据")

    @property
    def key(self) -> UUID:
        """The appointment's key."""
        return known(self.mediator_id, "mediator")

    def command(self) -> commands.DismissMediator:
        """As the domain takes it."""
        return commands.DismissMediator(self.expected_version, self.ground, self.evidence)
