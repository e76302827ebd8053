"""Mediation committees, who sits on them, and mediators, as the schema shows them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import strawberry

from api.enums import CommitteePosition, DismissalGround, MediatorBasis
from api.fields import MaskedText, Node, described
from api.tenancy.types import Organisation, User

LazyMediator = Annotated["Mediator", strawberry.lazy("api.committees.types")]


@strawberry.type(description="Somebody elected to a committee 调委会委员")
class CommitteeMember:
    """A member."""

    __view__ = "committee_member"

    name: str = described("Name as elected 姓名")
    position: CommitteePosition = described("Which office 职务")
    position_label: str = described("The office's Chinese word 职务名称")
    woman: bool = described("Whether a woman (PMC2) 是否妇女")
    left_on: dt.date | None = described("Left in the course of the term, dismissed 离任日期")
    user: User | None = described("The person 用户")


@strawberry.type(description="One election of a committee and the term that it began 调委会任期")
class CommitteeTerm:
    """A term."""

    __view__ = "committee_term"

    elected_on: dt.date = described("Day of the election 推选日期")
    ends_on: dt.date = described("Last day of the term (PMC3) 任期届满日")
    ended_on: dt.date | None = described("Ended before that by the next election 提前换届日期")
    fewest_members: int = described("At least so many members then (PMC1) 当时最少人数")
    most_members: int = described("At most so many members then (PMC1) 当时最多人数")
    members: list[CommitteeMember] = described("Who was elected, in order 委员")


@strawberry.type(description="A people's mediation committee on the register 人民调解委员会")
class MediationCommittee(Node):
    """A committee."""

    __view__ = "mediation_committee"

    version: int = described("Counts its elections; what a change is decided upon 版本")
    organisation: Organisation | None = described("The organisation that it is 所属单位")
    elected_on: dt.date | None = described("Day of the latest election; none before the first 推选日期")
    term_ends_on: dt.date | None = described("Last day of the term (PMC3) 任期届满日")
    term_ended: bool = described("The term is over: it elects before it appoints (PMC3) 任期是否届满")
    registered_at: dt.datetime = described("When put on the register 登记时间")
    fewest_members: int = described("At least so many members at its next election (PMC1) 最少人数")
    most_members: int = described("At most so many members at its next election (PMC1) 最多人数")
    size_source: str | None = described(
        "The paper by which its place narrows how many; none: the law's own 规定委员人数的依据"
    )
    members: list[CommitteeMember] = described("Who was elected at the latest election, in order 委员")
    terms: list[CommitteeTerm] = described("Every term, oldest first, with who was elected then 历届任期")
    mediators: list[LazyMediator] = described("Its appointments of mediators, past ones too, by name 调解员")


@strawberry.type(description="One appointment of a people's mediator, to its end 人民调解员")
class Mediator(Node):
    """A mediator."""

    __view__ = "mediator"

    version: int = described("Counts its changes; what a change is decided upon 版本")
    committee: MediationCommittee | None = described("Which committee's 所属调委会")
    user: User | None = described("The person 用户")
    name: str = described("Name 姓名")
    basis: MediatorBasis = described("Elected or engaged 任职方式")
    basis_label: str = described("The basis's Chinese word 任职方式名称")
    full_time: bool = described("Full-time or part-time 是否专职")
    gold_medal: bool = described("Carries the honour of gold-medal mediator 是否金牌调解员")
    appointed_on: dt.date = described("First day in office 任职日期")
    term_ends_on: dt.date | None = described("Last day in office; none: until dismissed 任期届满日")
    term_ended: bool = described("That day is past 任期是否届满")
    in_office: bool = described("In office now: neither ended nor dismissed 是否在任")
    dismissed_at: dt.datetime | None = described("When dismissed 罢免解聘时间")
    dismissal_ground: DismissalGround | None = described("For what dismissed (MED2) 罢免解聘事由")
    dismissal_ground_label: str | None = described("The ground's Chinese word 罢免解聘事由名称")
    dismissal_evidence: str | None = described("What the dismissal rests on 罢免解聘依据")
    dismissed_by: User | None = described("Who recorded the dismissal 登记人")
    birth_date: dt.date | None = described("Birth date (MED1) 出生日期")
    id_number: MaskedText | None = described("Identity number, kept with consent alone (PI1) 身份证号")
    phone: MaskedText | None = described("Telephone 电话")
    consent_at: dt.datetime | None = described("When the mediator agreed that the number be kept 同意时间")
