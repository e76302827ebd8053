"""What a caller asks to be done to a case: one frozen command for each action of its ordinary course.

Those of judicial confirmation are in its own context.

`expected_version` is the version that the caller decided upon; any other refuses the command. Times carry a zone and
lie in the past. There is no field for a fee anywhere: mediation is free of charge (CASE1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.codes.enums import (
    AgreementForm,
    CaseScale,
    CaseSource,
    NoteVisibility,
    PartyKind,
    PartySide,
    RiskLevel,
    SessionForm,
    SettlementMode,
)
from domain.disputes.cases.particulars import number_faults, phone_faults
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.checks import (
    EARLIEST,
    EARLIEST_DAY,
    LATEST_DAY,
    LONGEST_NOTE,
    LONGEST_TITLE,
)
from domain.foundation.basics.commands import (
    ExpectedVersion,
    Note,
    Record,
    Takes,
    VersionIfGiven,
)
from domain.foundation.basics.errors import Fault
from domain.foundation.basics.identity_number import normalise
from domain.foundation.kernel.row_ref import RowRef

MOST_NAMED = 20
MOST_COPIES = 1_000


RightsToldAt = Annotated[
    datetime | None,
    Takes(
        "When the parties were told their rights and duties 权利义务告知时间",
        rules=("CASE4",),
        label="告知时间",
        past=True,
    ),
]


@dataclass(frozen=True, slots=True, repr=False)
class NewParty:
    """A party as registered. Not shown in logs: it is personal data.

    `consented`: the party agreed that sensitive data be kept; `guardian_consented`: for under-fourteens the guardian
    did (PI1). `user_id`: the party's own account, if there is one.
    """

    declared: ClassVar = Record("Party", "A party as registered 登记的当事人")

    side: Annotated[PartySide, Takes("Which side 当事方")]
    kind: Annotated[PartyKind, Takes("Person or organisation 类型", unless_given=PartyKind.PERSON)]
    name: Annotated[str, Takes("Name 姓名或名称", label="当事人姓名或名称", longest=100, protected=True)]
    id_number: Annotated[
        str | None, Takes("Identity or credit code number; kept only with consent 证件号码", longest=30, protected=True)
    ] = None
    phone: Annotated[str | None, Takes("Telephone 电话", label="电话号码", longest=40, protected=True)] = None
    address: Annotated[str | None, Takes("Address 住址", label="地址", longest=300, protected=True)] = None
    minor: Annotated[bool, Takes("A minor 是否未成年人")] = False
    elderly: Annotated[bool, Takes("Elderly 是否老年人")] = False
    woman_at_risk: Annotated[bool, Takes("A woman at risk 是否处境危险的妇女")] = False
    disabled: Annotated[bool, Takes("Disabled 是否残疾人")] = False
    address_protected: Annotated[bool, Takes("Protect the address 是否保护住址")] = False
    consented: Annotated[bool, Takes("Agreed that sensitive data be kept 是否同意处理敏感信息", rules=("PI1",))] = False
    guardian_consented: Annotated[bool, Takes("Under 14: the guardian agreed 监护人是否同意", rules=("PI1",))] = False
    user_id: Annotated[UUID | None, Takes("The party's own account 本人账号", id_of="user")] = None

    def contradictions(self, now: datetime) -> Iterator[Fault]:
        """What is no number of such a party, no telephone number, and what an organisation cannot be."""
        person = self.kind is PartyKind.PERSON
        if not person and (self.minor or self.elderly or self.woman_at_risk or self.disabled):
            yield Fault("", "单位当事人不得标注自然人特征", "an organisation is no minor, elderly, at risk or disabled")
        if self.id_number is not None:
            yield from number_faults(self.id_number, china_date(now), person=person)
        if self.phone is not None:
            yield from phone_faults(self.phone)


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class RegisterCase:
    """Register (登记). `place_id` is the area, as fine as is known, in which the dispute lies.

    `protector_ids`: users who form the protection team; only with a party whose address is protected.
    """

    place_id: Annotated[UUID, Takes("Town, community or grid where it lies 发生地", id_of="organisation")]
    type_code: Annotated[str, Takes("Dispute type, two or four digits 纠纷类型代码", pattern=r"[0-9]{2}(?:[0-9]{2})?")]
    source: Annotated[CaseSource, Takes("What brought it in 来源", unless_given=CaseSource.PROACTIVE)]
    title: Annotated[str, Takes("Title, at most 200 characters 标题", longest=LONGEST_TITLE, label="标题")]
    facts: Annotated[str, Takes("What happened 事实", label="事实经过")]
    demands: Annotated[str | None, Takes("What is asked for 诉求")] = None
    parties: Annotated[tuple[NewParty, ...], Takes("At least one applicant and one respondent 当事人")]
    people_count: Annotated[int | None, Takes("People concerned 涉及人数", least=1)] = None
    public_security: Annotated[bool, Takes("Touches public security 是否涉及治安")] = False
    violence_suspected: Annotated[bool, Takes("Violence is suspected 是否疑似暴力")] = False
    protector_ids: Annotated[
        tuple[UUID, ...], Takes("Who protects a protected address 保护小组成员", id_of="user", label="保护人员")
    ] = ()

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """A side without anybody, a number that two parties have."""
        sides = {party.side for party in self.parties}
        for side, label in ((PartySide.APPLICANT, "申请人"), (PartySide.RESPONDENT, "被申请人")):
            if side not in sides:
                yield Fault(
                    "parties", f"至少应有一名{label}", f"there must be at least one {side.value}", "NUMBER_OF_ENTRIES"
                )
        numbers = [normalise(party.id_number) for party in self.parties if party.id_number is not None]
        if len(set(numbers)) != len(numbers):
            yield Fault("parties", "同一证件号码不得登记为多名当事人", "two parties have the same number", "REPEATED")


@dataclass(frozen=True, slots=True)
class AcceptCase:
    """Accept (受理). `rights_told_at`: when the parties were told of the nature, their rights and duties (CASE4)."""

    expected_version: ExpectedVersion
    rights_told_at: RightsToldAt
    note: Note = None


@dataclass(frozen=True, slots=True)
class DeclineCase:
    """Decline (不予受理), with the legal way that is open to the parties instead."""

    expected_version: ExpectedVersion
    reason: Annotated[str, Takes("Why 原因", label="不予受理的理由", longest=LONGEST_NOTE)]
    guidance: Annotated[
        str,
        Takes(
            "The legal way that is open instead 法律途径指引", label="其他法定途径", longest=LONGEST_NOTE, blank=True
        ),
    ]


@dataclass(frozen=True, slots=True)
class AssessRisk:
    """Assess the risk (风险研判). `public_security`: None leaves the flag as it is."""

    expected_version: ExpectedVersion
    level: Annotated[RiskLevel, Takes("How dangerous 风险等级")]
    scale: Annotated[CaseScale, Takes("How many it concerns 规模")]
    people_count: Annotated[int, Takes("People concerned 涉及人数", least=1)]
    mass_incident: Annotated[bool, Takes("May become a mass incident 是否可能引发群体性事件")] = False
    public_security: Annotated[
        bool | None, Takes("Touches public security; left as it is when not given 是否涉及治安")
    ] = None
    note: Note = None


@dataclass(frozen=True, slots=True)
class DispatchCase:
    """Dispatch (分流) to the organisation that leads and those that assist."""

    expected_version: ExpectedVersion
    handler_id: Annotated[UUID, Takes("Who leads 承办单位", id_of="organisation")]
    assisting_ids: Annotated[tuple[UUID, ...], Takes("Who assists 协办单位", id_of="organisation")] = ()
    note: Note = None

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """Each organisation is named once, and not too many of them."""
        named = (self.handler_id, *self.assisting_ids)
        if len(set(named)) != len(named):
            yield Fault("assistingIds", "承办和协办单位不得重复", "each organisation is named once", "REPEATED")
        if len(named) > MOST_NAMED:
            english = f"at most {MOST_NAMED} organisations lead and assist"
            yield Fault("assistingIds", f"承办和协办单位不得超过{MOST_NAMED}个", english, "NUMBER_OF_ENTRIES")


@dataclass(frozen=True, slots=True)
class ReturnCase:
    """Return (退回) to the centre."""

    expected_version: ExpectedVersion
    reason: Annotated[str, Takes("Why 原因", label="退回理由", longest=LONGEST_NOTE)]


@dataclass(frozen=True, slots=True)
class TakeOnCase:
    """Take on (接办), naming who mediates."""

    expected_version: ExpectedVersion
    mediator_ids: Annotated[
        tuple[UUID, ...], Takes("Who mediates 调解员", id_of="user", most_entries=MOST_NAMED, distinct=True)
    ]
    note: Note = None


@dataclass(frozen=True, slots=True)
class HoldSession:
    """Record a mediation session that was held (调解): for whom the record is; with which side a separate one was."""

    expected_version: ExpectedVersion
    form: Annotated[SessionForm, Takes("Joint or separate 形式")]
    held_at: Annotated[datetime, Takes("When 时间", label="调解时间", past=True)]
    attendees: Annotated[str, Takes("Who attended 参加人员", longest=LONGEST_NOTE, blank=True)]
    record: Annotated[str, Takes("The record 笔录", label="调解笔录", blank=True)]
    place: Annotated[str | None, Takes("Where 地点", label="调解地点", longest=200)] = None
    visibility: Annotated[NoteVisibility, Takes("For whom the record is 可见范围")] = NoteVisibility.MEDIATORS
    side: Annotated[PartySide | None, Takes("With which side a separate session was held 与哪一方进行")] = None

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """A separate session is held with one side, which its record may be for."""
        if self.side is not None and self.form is not SessionForm.SEPARATE:
            yield Fault("side", "背对背调解才指明与哪一方进行", "only a separate session is held with one side")
        if self.visibility is NoteVisibility.SIDE and self.side is None:
            yield Fault("side", "请指明对哪一方可见", "say which side may read it", "REQUIRED")


@dataclass(frozen=True, slots=True)
class NewObligation:
    """One thing owed. `amount_cents` in fen; debtor and creditor are parties of the case."""

    declared: ClassVar = Record("Obligation", "One thing owed 履行事项")

    description: Annotated[str, Takes("What is owed 内容", label="义务内容", longest=LONGEST_NOTE)]
    debtor_id: Annotated[UUID | None, Takes("Who owes 义务人", id_of="party")] = None
    creditor_id: Annotated[UUID | None, Takes("To whom 权利人", id_of="party")] = None
    amount_cents: Annotated[
        int | None,
        Takes(
            "In yuan, at most two decimals 金额（元）", name="amount", label="金额", money=True, least=1, most=10**15
        ),
    ] = None
    due_on: Annotated[date | None, Takes("Due date 期限", label="履行期限", least=EARLIEST_DAY, most=LATEST_DAY)] = None

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """Nobody owes themselves."""
        if self.debtor_id is not None and self.debtor_id == self.creditor_id:
            yield Fault("creditorId", "义务人与权利人不得相同", "nobody owes themselves")


@dataclass(frozen=True, slots=True)
class AgreeCase:
    """Record an agreement (达成协议). `all_consented`: every party agreed of its own will (CASE2).

    The three times of signing and sealing and the copies are for a written one (AGR3, AGR5): all of the times, or none
    of them for a draft that is signed afterwards;
    `written_requested`: a party asked for paper (AGR1).
    """

    expected_version: ExpectedVersion
    form: Annotated[AgreementForm, Takes("Written or oral 形式")]
    content: Annotated[str, Takes("What was agreed 内容", label="协议内容", blank=True)]
    reached_at: Annotated[datetime, Takes("When reached 达成时间", label="达成协议时间", past=True)]
    all_consented: Annotated[bool, Takes("Every party agreed of its own will 各方是否自愿同意", rules=("CASE2",))]
    obligations: Annotated[
        tuple[NewObligation, ...], Takes("What is owed 履行事项", label="协议义务", most_entries=200)
    ] = ()
    parties_signed_at: Annotated[
        datetime | None,
        Takes("When all parties had signed 当事人签字时间", rules=("AGR3",), label="当事人签名时间", past=True),
    ] = None
    mediator_signed_at: Annotated[
        datetime | None,
        Takes("When the mediator signed 调解员签字时间", rules=("AGR3",), label="调解员签名时间", past=True),
    ] = None
    sealed_at: Annotated[datetime | None, Takes("When the committee sealed 盖章时间", rules=("AGR3",), past=True)] = (
        None
    )
    copies: Annotated[
        int | None, Takes("One for each party, one kept 份数", rules=("AGR5",), least=1, most=MOST_COPIES)
    ] = None
    written_requested: Annotated[bool, Takes("A party asked for paper 当事人是否要求书面", rules=("AGR1",))] = False
    settlement_mode: Annotated[SettlementMode, Takes("How it was settled 化解方式")] = SettlementMode.PEOPLES_MEDIATION

    def contradictions(self, _now: datetime) -> Iterator[Fault]:
        """A written agreement has a content; nobody signs what is not agreed yet, nor owes it before."""
        if self.form is AgreementForm.WRITTEN and not self.content:
            yield Fault("content", "请填写协议内容", "content must be given", "REQUIRED")
        for path, label, moment in (
            ("partiesSignedAt", "当事人签名时间", self.parties_signed_at),
            ("mediatorSignedAt", "调解员签名时间", self.mediator_signed_at),
            ("sealedAt", "盖章时间", self.sealed_at),
        ):
            if moment is not None and moment < self.reached_at:
                yield Fault(path, f"{label}不得早于达成协议时间", f"{path} may not be before reachedAt", "TOO_EARLY")
        if self.reached_at < EARLIEST:
            # That is a fault already, and the first days of the calendar are none in China.
            return
        agreed_on = china_date(self.reached_at)
        for index, one in enumerate(self.obligations):
            if one.due_on is not None and one.due_on < agreed_on:
                path = f"obligations.{index}.dueOn"
                yield Fault(path, "履行期限不得早于达成协议之日", f"{path} may not be before reachedAt", "TOO_EARLY")


@dataclass(frozen=True, slots=True)
class FailCase:
    """End a mediation without agreement (调解不成). `other_ways_told`: what other ways the parties were told (CASE8)."""

    expected_version: ExpectedVersion
    reason: Annotated[str, Takes("Why 原因", label="调解不成的原因", longest=LONGEST_NOTE)]
    other_ways_told: Annotated[bool, Takes("The parties were told of other ways 是否已告知其他途径", rules=("CASE8",))]


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Proof that one obligation was done."""

    declared: ClassVar = Record("Fulfilment", "Proof that one obligation was done 履行凭证")

    obligation_id: Annotated[UUID, Takes("Which obligation 履行事项", id_of="obligation")]
    evidence: Annotated[str, Takes("What proves it 凭证", label="履行凭证", longest=LONGEST_NOTE)]
    fulfilled_at: Annotated[datetime, Takes("When done 履行时间", past=True)]


@dataclass(frozen=True, slots=True)
class FulfilCase:
    """Record that everything agreed was done (履行完毕)."""

    expected_version: ExpectedVersion
    fulfilments: Annotated[
        tuple[Fulfilment, ...], Takes("Proof for each obligation 履行凭证", label="义务", distinct="obligation_id")
    ] = ()
    note: Note = None


@dataclass(frozen=True, slots=True)
class FollowUpCase:
    """Record a visit after the case (回访). `satisfaction` from 1 to 5."""

    expected_version: VersionIfGiven = field(default=None, kw_only=True)
    visited_at: Annotated[datetime, Takes("When 时间", label="回访时间", past=True)]
    record: Annotated[str, Takes("What was found 回访记录")]
    satisfaction: Annotated[int | None, Takes("From 1 to 5 满意度", least=1, most=5)] = None
    relapse: Annotated[bool, Takes("Whether the dispute came back 是否反复")] = False


@dataclass(frozen=True, slots=True)
class CloseCase:
    """Close (结案)."""

    expected_version: ExpectedVersion
    note: Note = None


CaseRef = RowRef
"""The case that a command changed, and how it stands now."""


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """The new case, and cases that may be about the same dispute.

    `possible_duplicates`, unless `known` was asked, are ids found without regard to what the caller may see: show only those that a read under
    the caller's own reach returns, and no count of the others.
    """

    case: CaseRef
    number: str
    possible_duplicates: tuple[UUID, ...]

    @property
    def id(self) -> UUID:
        """The new case's id."""
        return self.case.id
