"""Arguments of the case mutations, and how each becomes the domain's command."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from api.enums import (
    AgreementForm,
    CaseScale,
    CaseSource,
    ConfirmationBasis,
    ConfirmationMaterial,
    NoteVisibility,
    PartyKind,
    PartySide,
    RefusalGround,
    RejectionGround,
    RiskLevel,
    SessionForm,
    SettlementMode,
)
from domain.cases import commands
from domain.judicial_confirmation import commands as confirmation
from domain.kernel.errors import InvalidInput, NotFound
from domain.kernel.ids import parse_global_id

FEN = 100
MOST_YUAN = Decimal(10) ** 13


def given(text: str) -> Any:
    """An input field that must be given."""
    return strawberry.field(description=text)


def optional(text: str, default: Any = None) -> Any:
    """An input field that may be left out."""
    return strawberry.field(default=default, description=text)


def key(value: str, prefix: str, field: str) -> UUID:
    """The key in a global id. Raises InvalidInput for an id of anything else."""
    found = parse_global_id(value, prefix)
    if found is None:
        raise InvalidInput("编号格式不正确", field=field)
    return found


def keys(values: list[strawberry.ID], prefix: str, field: str) -> tuple[UUID, ...]:
    """The keys in a list of global ids."""
    return tuple(key(value, prefix, f"{field}.{index}") for index, value in enumerate(values))


def optional_key(value: str | None, prefix: str, field: str) -> UUID | None:
    """The key in a global id, where one was given."""
    return None if value is None else key(value, prefix, field)


def fen(amount: Decimal | None, field: str) -> int | None:
    """Yuan as fen. Raises InvalidInput for parts of a fen, and for what is no amount."""
    if amount is None:
        return None
    # What is too large or too fine even to be multiplied is sorted out before.
    if (
        not amount.is_finite()
        or not -MOST_YUAN <= amount <= MOST_YUAN
        or (cents := amount * FEN) != cents.to_integral_value()
    ):
        raise InvalidInput("金额最多两位小数，且不得超出范围", field=field)
    return int(cents)


@strawberry.input(description="What every change takes 通用参数")
class Change:
    """Fields of every mutation's input."""

    idempotency_key: str | None = optional("A repeat with the same key within 24 hours does nothing 幂等键")
    client_mutation_id: str | None = optional("Given back as it is 客户端标识")


@strawberry.input(description="What every change of a case takes 案件变更通用参数")
class CaseChange(Change):
    """Fields of every mutation upon a case."""

    case_id: strawberry.ID = given("Which case 案件编号")
    expected_version: int = given("The version decided upon; any other is refused 预期版本")

    @property
    def key(self) -> UUID:
        """The case's key. Raises NotFound for an id of anything else: it is no case the caller can see."""
        found = parse_global_id(self.case_id, "case")
        if found is None:
            raise NotFound
        return found


@strawberry.input(description="A party as registered 登记的当事人")
class PartyInput:
    """A party."""

    side: PartySide = given("Which side 当事方")
    kind: PartyKind = optional("Person or organisation 类型", PartyKind.PERSON)
    name: str = given("Name 姓名或名称")
    id_number: str | None = optional("Identity or credit code number; kept only with consent 证件号码")
    phone: str | None = optional("Telephone 电话")
    address: str | None = optional("Address 住址")
    minor: bool = optional("A minor 是否未成年人", default=False)
    elderly: bool = optional("Elderly 是否老年人", default=False)
    woman_at_risk: bool = optional("A woman at risk 是否处境危险的妇女", default=False)
    disabled: bool = optional("Disabled 是否残疾人", default=False)
    address_protected: bool = optional("Protect the address 是否保护住址", default=False)
    consented: bool = optional("Agreed that sensitive data be kept (PI1) 是否同意处理敏感信息", default=False)
    guardian_consented: bool = optional("Under 14: the guardian agreed (PI1) 监护人是否同意", default=False)
    user_id: strawberry.ID | None = optional("The party's own account 本人账号")

    def command(self, field: str) -> commands.NewParty:
        """As the domain takes it."""
        return commands.NewParty(
            side=self.side,
            kind=self.kind,
            name=self.name,
            id_number=self.id_number,
            phone=self.phone,
            address=self.address,
            minor=self.minor,
            elderly=self.elderly,
            woman_at_risk=self.woman_at_risk,
            disabled=self.disabled,
            address_protected=self.address_protected,
            consented=self.consented,
            guardian_consented=self.guardian_consented,
            user_id=optional_key(self.user_id, "user", f"{field}.userId"),
        )


@strawberry.input(description="Register a dispute 登记")
class CaseRegisterInput(Change):
    """Registration."""

    place_id: strawberry.ID = given("Town, community or grid where it lies 发生地")
    type_code: str = given("Dispute type, two or four digits 纠纷类型代码")
    source: CaseSource = optional("What brought it in 来源", CaseSource.PROACTIVE)
    title: str = given("Title, at most 200 characters 标题")
    facts: str = given("What happened 事实")
    demands: str | None = optional("What is asked for 诉求")
    parties: list[PartyInput] = given("At least one applicant and one respondent 当事人")
    people_count: int | None = optional("People concerned 涉及人数")
    public_security: bool = optional("Touches public security 是否涉及治安", default=False)
    violence_suspected: bool = optional("Violence is suspected 是否疑似暴力", default=False)
    protector_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="Who protects a protected address 保护小组成员"
    )

    def command(self) -> commands.RegisterCase:
        """As the domain takes it."""
        return commands.RegisterCase(
            place_id=key(self.place_id, "organisation", "placeId"),
            type_code=self.type_code,
            source=self.source,
            title=self.title,
            facts=self.facts,
            demands=self.demands,
            parties=tuple(party.command(f"parties.{index}") for index, party in enumerate(self.parties)),
            people_count=self.people_count,
            public_security=self.public_security,
            violence_suspected=self.violence_suspected,
            protector_ids=keys(self.protector_ids, "user", "protectorIds"),
        )


@strawberry.input(description="Accept 受理")
class CaseAcceptInput(CaseChange):
    """Acceptance."""

    rights_told_at: dt.datetime | None = optional(
        "When the parties were told their rights and duties (CASE4) 权利义务告知时间"
    )
    note: str | None = optional("Note 备注")

    def command(self) -> commands.AcceptCase:
        """As the domain takes it."""
        return commands.AcceptCase(self.expected_version, self.rights_told_at, self.note)


@strawberry.input(description="Decline 不予受理")
class CaseDeclineInput(CaseChange):
    """Refusal to take a case in."""

    reason: str = given("Why 原因")
    guidance: str = given("The legal way that is open instead 法律途径指引")

    def command(self) -> commands.DeclineCase:
        """As the domain takes it."""
        return commands.DeclineCase(self.expected_version, self.reason, self.guidance)


@strawberry.input(description="Assess the risk 风险研判")
class CaseAssessRiskInput(CaseChange):
    """Risk."""

    level: RiskLevel = given("How dangerous 风险等级")
    scale: CaseScale = given("How many it concerns 规模")
    people_count: int = given("People concerned 涉及人数")
    mass_incident: bool = optional("May become a mass incident 是否可能引发群体性事件", default=False)
    public_security: bool | None = optional("Touches public security; left as it is when not given 是否涉及治安")
    note: str | None = optional("Note 备注")

    def command(self) -> commands.AssessRisk:
        """As the domain takes it."""
        return commands.AssessRisk(
            self.expected_version,
            self.level,
            self.scale,
            self.people_count,
            self.mass_incident,
            self.public_security,
            self.note,
        )


@strawberry.input(description="Dispatch 分流")
class CaseDispatchInput(CaseChange):
    """Dispatch."""

    handler_id: strawberry.ID = given("Who leads 承办单位")
    assisting_ids: list[strawberry.ID] = strawberry.field(default_factory=list, description="Who assists 协办单位")
    note: str | None = optional("Note 备注")

    def command(self) -> commands.DispatchCase:
        """As the domain takes it."""
        return commands.DispatchCase(
            self.expected_version,
            key(self.handler_id, "organisation", "handlerId"),
            keys(self.assisting_ids, "organisation", "assistingIds"),
            self.note,
        )


@strawberry.input(description="Return to the centre 退回")
class CaseReturnInput(CaseChange):
    """Return."""

    reason: str = given("Why 原因")

    def command(self) -> commands.ReturnCase:
        """As the domain takes it."""
        return commands.ReturnCase(self.expected_version, self.reason)


@strawberry.input(description="Take on, naming who mediates 接办")
class CaseTakeOnInput(CaseChange):
    """Taking on."""

    mediator_ids: list[strawberry.ID] = given("Who mediates 调解员")
    note: str | None = optional("Note 备注")

    def command(self) -> commands.TakeOnCase:
        """As the domain takes it."""
        return commands.TakeOnCase(self.expected_version, keys(self.mediator_ids, "user", "mediatorIds"), self.note)


@strawberry.input(description="Record a session that was held 调解")
class CaseHoldSessionInput(CaseChange):
    """A session."""

    form: SessionForm = given("Joint or separate 形式")
    held_at: dt.datetime = given("When 时间")
    attendees: str = given("Who attended 参加人员")
    record: str = given("The record 笔录")
    place: str | None = optional("Where 地点")
    visibility: NoteVisibility = optional("For whom the record is 可见范围", NoteVisibility.MEDIATORS)
    side: PartySide | None = optional("With which side a separate session was held 与哪一方进行")

    def command(self) -> commands.HoldSession:
        """As the domain takes it."""
        return commands.HoldSession(
            self.expected_version,
            self.form,
            self.held_at,
            self.attendees,
            self.record,
            self.place,
            self.visibility,
            self.side,
        )


@strawberry.input(description="One thing owed 履行事项")
class ObligationInput:
    """An obligation."""

    description: str = given("What is owed 内容")
    debtor_id: strawberry.ID | None = optional("Who owes 义务人")
    creditor_id: strawberry.ID | None = optional("To whom 权利人")
    amount: Decimal | None = optional("In yuan, at most two decimals 金额（元）")
    due_on: dt.date | None = optional("Due date 期限")

    def command(self, field: str) -> commands.NewObligation:
        """As the domain takes it."""
        return commands.NewObligation(
            self.description,
            optional_key(self.debtor_id, "party", f"{field}.debtorId"),
            optional_key(self.creditor_id, "party", f"{field}.creditorId"),
            fen(self.amount, f"{field}.amount"),
            self.due_on,
        )


@strawberry.input(description="Record an agreement 达成协议")
class CaseAgreeInput(CaseChange):
    """An agreement."""

    form: AgreementForm = given("Written or oral 形式")
    content: str = given("What was agreed 内容")
    reached_at: dt.datetime = given("When reached 达成时间")
    all_consented: bool = given("Every party agreed of its own will (CASE2) 各方是否自愿同意")
    obligations: list[ObligationInput] = strawberry.field(default_factory=list, description="What is owed 履行事项")
    parties_signed_at: dt.datetime | None = optional("When all parties had signed (AGR3) 当事人签字时间")
    mediator_signed_at: dt.datetime | None = optional("When the mediator signed (AGR3) 调解员签字时间")
    sealed_at: dt.datetime | None = optional("When the committee sealed (AGR3) 盖章时间")
    copies: int | None = optional("One for each party, one kept (AGR5) 份数")
    written_requested: bool = optional("A party asked for paper (AGR1) 当事人是否要求书面", default=False)
    settlement_mode: SettlementMode = optional("How it was settled 化解方式", SettlementMode.PEOPLES_MEDIATION)

    def command(self) -> commands.AgreeCase:
        """As the domain takes it."""
        return commands.AgreeCase(
            expected_version=self.expected_version,
            form=self.form,
            content=self.content,
            reached_at=self.reached_at,
            all_consented=self.all_consented,
            obligations=tuple(one.command(f"obligations.{i}") for i, one in enumerate(self.obligations)),
            parties_signed_at=self.parties_signed_at,
            mediator_signed_at=self.mediator_signed_at,
            sealed_at=self.sealed_at,
            copies=self.copies,
            written_requested=self.written_requested,
            settlement_mode=self.settlement_mode,
        )


@strawberry.input(description="End a mediation without agreement 调解不成")
class CaseFailInput(CaseChange):
    """Failure."""

    reason: str = given("Why 原因")
    other_ways_told: bool = given("The parties were told of other ways (CASE8) 是否已告知其他途径")

    def command(self) -> commands.FailCase:
        """As the domain takes it."""
        return commands.FailCase(self.expected_version, self.reason, self.other_ways_told)


@strawberry.input(description="A party's word that it applies with the others (CONF1) 申请人同意")
class ConsentInput:
    """A consent."""

    party_id: strawberry.ID = given("Which party 当事人")
    consented_at: dt.datetime = given("When given 同意时间")

    def command(self, field: str) -> confirmation.Consent:
        """As the domain takes it."""
        return confirmation.Consent(key(self.party_id, "party", f"{field}.partyId"), self.consented_at)


@strawberry.input(description="Apply to a court to confirm the agreement 申请司法确认")
class CaseApplyConfirmationInput(CaseChange):
    """Application for confirmation."""

    court_id: strawberry.ID = given("Which court (CONF3) 法院")
    joint: bool = given("Both sides apply together (CONF1) 是否双方共同申请")
    note: str | None = optional("Note 备注")
    consents: list[ConsentInput] = strawberry.field(
        default_factory=list,
        description="Who of each side applies; everybody of both sides, now, when empty 申请人同意",
    )
    basis: ConfirmationBasis | None = optional(
        "Why this court (CONF3): the inviting one if a court entrusted the case, else the committee's place 管辖依据"
    )
    place_id: strawberry.ID | None = optional("The residence or the object's place 住所地或标的物所在地")
    concerns_title: bool = optional("Title is concerned, and must be proven (CONF4) 是否涉及财产权利", default=False)
    materials: list[ConfirmationMaterial] = strawberry.field(
        default_factory=list, description="What is enclosed (CONF4) 随附材料"
    )
    resident_id: strawberry.ID | None = optional("Whose residence it is (CONF3) 住所地所属当事人")

    def command(self) -> confirmation.ApplyConfirmation:
        """As the domain takes it."""
        return confirmation.ApplyConfirmation(
            self.expected_version,
            key(self.court_id, "organisation", "courtId"),
            self.joint,
            self.note,
            tuple(one.command(f"consents[{index}]") for index, one in enumerate(self.consents)),
            self.basis,
            optional_key(self.place_id, "organisation", "placeId"),
            self.concerns_title,
            tuple(self.materials),
            optional_key(self.resident_id, "party", "residentId"),
        )


@strawberry.input(description="Accept or refuse an application for confirmation 受理司法确认申请")
class CaseAcceptConfirmationInput(CaseChange):
    """The court's decision whether to examine."""

    accepted: bool = given("Accepted or refused 是否受理")
    number: str | None = optional("The court's number 案号")
    ground: RefusalGround | None = optional("Ground of a refusal (CONF5) 不予受理理由")
    note: str | None = optional("Note 备注")
    material_due_on: dt.date | None = optional(
        "Neither accepted nor refused yet: missing material is to be supplied by this day (CONF7) 补充材料期限"
    )

    def command(self) -> confirmation.AcceptConfirmation:
        """As the domain takes it."""
        return confirmation.AcceptConfirmation(
            self.expected_version, self.accepted, self.number, self.ground, self.note, self.material_due_on
        )


@strawberry.input(description="Rule on an application for confirmation 裁定")
class CaseRuleConfirmationInput(CaseChange):
    """The court's ruling."""

    confirmed: bool = given("Confirmed or rejected 是否确认有效")
    number: str | None = optional("The court's number 案号")
    ground: RejectionGround | None = optional("Ground of a rejection (CONF6) 驳回理由")
    note: str | None = optional("Note 备注")

    def command(self) -> confirmation.RuleConfirmation:
        """As the domain takes it."""
        return confirmation.RuleConfirmation(self.expected_version, self.confirmed, self.number, self.ground, self.note)


@strawberry.input(description="Proof that one obligation was done 履行凭证")
class FulfilmentInput:
    """Proof."""

    obligation_id: strawberry.ID = given("Which obligation 履行事项")
    evidence: str = given("What proves it 凭证")
    fulfilled_at: dt.datetime = given("When done 履行时间")

    def command(self, field: str) -> commands.Fulfilment:
        """As the domain takes it."""
        return commands.Fulfilment(
            key(self.obligation_id, "obligation", f"{field}.obligationId"), self.evidence, self.fulfilled_at
        )


@strawberry.input(description="Everything agreed was done 履行完毕")
class CaseFulfilInput(CaseChange):
    """Fulfilment."""

    fulfilments: list[FulfilmentInput] = strawberry.field(
        default_factory=list, description="Proof for each obligation 履行凭证"
    )
    note: str | None = optional("Note 备注")

    def command(self) -> commands.FulfilCase:
        """As the domain takes it."""
        return commands.FulfilCase(
            self.expected_version,
            tuple(one.command(f"fulfilments.{i}") for i, one in enumerate(self.fulfilments)),
            self.note,
        )


@strawberry.input(description="Record a visit after the case 回访")
class CaseFollowUpInput(CaseChange):
    """A visit."""

    visited_at: dt.datetime = given("When 时间")
    record: str = given("What was found 回访记录")
    satisfaction: int | None = optional("From 1 to 5 满意度")
    relapse: bool = optional("Whether the dispute came back 是否反复", default=False)

    def command(self) -> commands.FollowUpCase:
        """As the domain takes it."""
        return commands.FollowUpCase(
            self.expected_version, self.visited_at, self.record, self.satisfaction, self.relapse
        )


@strawberry.input(description="Close 结案")
class CaseCloseInput(CaseChange):
    """Closing."""

    note: str | None = optional("Note 备注")

    def command(self) -> commands.CloseCase:
        """As the domain takes it."""
        return commands.CloseCase(self.expected_version, self.note)
