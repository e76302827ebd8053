"""A case and its parts, as the schema shows them. Protected fields are nullable: null where the caller may not read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.codes.types import DisputeType
from api.court.types import (
    AgreementSignature,
    ConfirmationConsent,
    ConfirmationMaterialState,
    CourtEntrustment,
    EnforcementApplication,
    EscalationStep,
    HandOver,
    MissingSignature,
)
from api.deadlines.types import Deadline, RiskReport, Supervision
from api.enums import (
    AccessLevel,
    AgreementForm,
    BlockerKind,
    CaseAction,
    CaseScale,
    CaseSource,
    CaseStatus,
    ConfirmationBasis,
    ConfirmationMaterial,
    ConfirmationStatus,
    ConfirmationWithdrawal,
    NoteVisibility,
    ParticipantRelation,
    PartyKind,
    PartySide,
    PauseReason,
    RiskLevel,
    Role,
    SessionForm,
    SettlementMode,
)
from api.fields import Connection, MaskedText, Node, NotResolved, described, taking
from api.joint.types import JointCall
from api.off_road.types import Breach, Pause, Withdrawal
from api.police_notice.types import PoliceNotice
from api.protection.types import ClueNotice, ProtectionMeasure, ReportDuty
from api.tenancy.types import Organisation, User

LazyCase = Annotated["Case", strawberry.lazy("api.cases.types")]
if TYPE_CHECKING:
    from api.standing.types import Note, Recusal, Representative
LazyRepresentative = Annotated["Representative", strawberry.lazy("api.standing.types")]
LazyNote = Annotated["Note", strawberry.lazy("api.standing.types")]
LazyRecusal = Annotated["Recusal", strawberry.lazy("api.standing.types")]

First = Annotated[int | None, strawberry.argument(description="At most so many from the start, up to 100 前若干条")]
Last = Annotated[int | None, strawberry.argument(description="At most so many from the end, up to 100 后若干条")]
After = Annotated[str | None, strawberry.argument(description="Only after this cursor 在此游标之后")]
Before = Annotated[str | None, strawberry.argument(description="Only before this cursor 在此游标之前")]


@strawberry.type(description="A party to the dispute 当事人")
class Party(Node):
    """A party."""

    __view__ = "party"

    case: LazyCase | None = described("Its case 所属案件")
    side: PartySide = described("Which side 当事方")
    side_label: str = described("The side's Chinese word 当事方名称")
    kind: PartyKind = described("Person or organisation 类型")
    name: MaskedText | None = described("Name 姓名或名称")
    id_number: MaskedText | None = described("Identity or credit code number 证件号码")
    phone: MaskedText | None = described("Telephone 电话")
    address: MaskedText | None = described("Address; protected ones only for the protection team 住址")
    minor: bool | None = described("A minor 是否未成年人")
    elderly: bool | None = described("Elderly 是否老年人")
    woman_at_risk: bool | None = described("A woman at risk 是否处境危险的妇女")
    disabled: bool | None = described("Disabled 是否残疾人")
    address_protected: bool | None = described("The address is protected 住址是否受保护")
    consent_at: dt.datetime | None = described("When consent to sensitive data was given (PI1) 同意处理敏感信息时间")
    consented_by: LazyRepresentative | None = described(
        "The guardian who consented for a party under 14 (PI1) 代为同意的监护人"
    )

    @taking("Who stands for the party 监护人和代理人")
    def representatives(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[LazyRepresentative]:
        raise NotResolved

    @taking("Other cases within reach in which the same person is a party, by identity number 同一当事人的其他案件")
    def other_cases(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[LazyCase] | None:
        raise NotResolved


@strawberry.type(description="An organisation on the case 参与单位")
class Participant:
    """A participant."""

    __view__ = "participant"

    organisation: Organisation | None = described("Which organisation 单位")
    relation: ParticipantRelation = described("Lead, assisting, observing 参与方式")
    relation_label: str = described("The relation's Chinese word 参与方式名称")
    valid_from: dt.datetime = described("Since 开始时间")
    valid_until: dt.datetime | None = described("Until 结束时间")


@strawberry.type(description="A mediator of the case 承办调解员")
class CaseMediator:
    """A mediator on the case."""

    __view__ = "case_mediator"

    user: User | None = described("The mediator 调解员")
    organisation: Organisation | None = described("Acting for 所属单位")
    valid_from: dt.datetime = described("Since 开始时间")
    valid_until: dt.datetime | None = described("Until 结束时间")
    to_be_replaced: bool = described("At work on it though dismissed: another is to be named (MED2) 是否应当更换")


@strawberry.type(description="A mediation session and its record 调解会")
class Session(Node):
    """A session."""

    __view__ = "session"

    case: LazyCase | None = described("Its case 所属案件")
    visibility: NoteVisibility = described("For whom the record is 可见范围")
    visibility_label: str = described("The visibility's Chinese word 可见范围名称")
    side: PartySide | None = described("With which side, of a separate session 与哪一方")
    side_label: str | None = described("The side's Chinese word 当事方名称")
    organisation: Organisation | None = described("Which organisation alone reads it 仅限单位")
    ordinal: int | None = described("Which one, from 1 第几次")
    form: SessionForm | None = described("Joint or separate 形式")
    form_label: str | None = described("The form's Chinese word 形式名称")
    held_at: dt.datetime | None = described("When held 时间")
    place: str | None = described("Where 地点")
    attendees: str | None = described("Who attended 参加人员")
    record: str | None = described("The record 笔录")
    recorded_by: User | None = described("Who recorded 记录人")
    recorded_at: dt.datetime | None = described("When recorded 记录时间")


@strawberry.type(description="A visit after the case 回访")
class FollowUp(Node):
    """A follow-up visit."""

    __view__ = "follow_up"

    case: LazyCase | None = described("Its case 所属案件")
    visited_at: dt.datetime | None = described("When 回访时间")
    visited_by: User | None = described("By whom 回访人")
    record: str | None = described("What was found 回访记录")
    satisfaction: int | None = described("From 1 to 5 满意度")
    relapse: bool | None = described("Whether the dispute came back 是否反复")


@strawberry.type(description="What happened, one entry for each version 时间线")
class TimelineEntry:
    """A timeline entry."""

    __view__ = "timeline_entry"

    version: int | None = described("The case's version from then on 版本")
    action: CaseAction | None = described("What was done 操作")
    action_label: str | None = described("The action's Chinese word 操作名称")
    from_status: CaseStatus | None = described("Status before 原状态")
    to_status: CaseStatus | None = described("Status after 新状态")
    at: dt.datetime | None = described("When 时间")
    actor: User | None = described("Who; nobody where the clock did it by itself 操作人")
    organisation: Organisation | None = described("For which organisation 操作单位")
    role: Role | None = described("In which role 操作角色")
    note: str | None = described("What was said 备注")


@strawberry.type(description="One thing owed under an agreement 履行事项")
class Obligation(Node):
    """An obligation."""

    __view__ = "obligation"

    description: str | None = described("What is owed 内容")
    debtor: Party | None = described("Who owes 义务人")
    creditor: Party | None = described("To whom 权利人")
    amount: Decimal | None = described("In yuan 金额（元）")
    due_on: dt.date | None = described("Due date 期限")
    fulfilled_at: dt.datetime | None = described("When done 履行时间")
    evidence: str | None = described("Proof that it was done 履行凭证")


@strawberry.type(description="What the sides agreed 调解协议")
class Agreement(Node):
    """An agreement."""

    __view__ = "agreement"

    case: LazyCase | None = described("Its case 所属案件")
    form: AgreementForm | None = described("Written or oral 形式")
    form_label: str | None = described("The form's Chinese word 形式名称")
    content: str | None = described("What was agreed 内容")
    reached_at: dt.datetime | None = described("When reached 达成时间")
    effective_at: dt.datetime | None = described("In effect since (AGR3, AGR4) 生效时间")
    parties_signed_at: dt.datetime | None = described("When all parties had signed 当事人签字时间")
    mediator_signed_at: dt.datetime | None = described("When the mediator signed 调解员签字时间")
    sealed_at: dt.datetime | None = described("When the committee sealed 盖章时间")
    copies: int | None = described("Copies made (AGR5) 份数")
    signatures: list[AgreementSignature] | None = described("Who signed, when and how 签署")
    missing_signatures: list[MissingSignature] | None = described(
        "Without whose signature it is not in effect yet (AGR3) 缺少的签署"
    )
    superseded_at: dt.datetime | None = described("No longer in force since the case was reopened 失效时间")
    obligations: list[Obligation] | None = described("What is owed 履行事项")


@strawberry.type(description="An application to a court to confirm the agreement 司法确认")
class JudicialConfirmation(Node):
    """A judicial confirmation."""

    __view__ = "judicial_confirmation"

    case: LazyCase | None = described("Its case 所属案件")
    status: ConfirmationStatus | None = described("Where it stands 状态")
    status_label: str | None = described("The status's Chinese word 状态名称")
    court: Organisation | None = described("Which court 法院")
    number: str | None = described("The court's number 案号")
    basis: ConfirmationBasis | None = described("Why this court (CONF3) 管辖依据")
    basis_label: str | None = described("The basis's Chinese words 管辖依据名称")
    place: Organisation | None = described("The residence, or the object's place 住所地或标的物所在地")
    resident: Party | None = described("Whose residence it is 住所地所属当事人")
    concerns_title: bool | None = described("Title is concerned, and must be proven (CONF4) 是否涉及财产权利")
    applied_at: dt.datetime | None = described("When both sides applied 申请时间")
    consents: list[ConfirmationConsent] | None = described("Who of each side applies (CONF1) 申请人同意")
    materials: list[ConfirmationMaterialState] | None = described("Each kind of material, there or not (CONF4) 材料")
    missing: list[ConfirmationMaterial] | None = described("What the court still waits for 缺少的材料")
    material_due_on: dt.date | None = described("The day the court set for it (CONF7) 补充材料期限")
    decide_by: dt.date | None = described("Last day to decide on acceptance (CONF8) 受理决定期限")
    rule_by: dt.date | None = described("Last day to rule (CONF8) 裁定期限")
    extended_at: dt.datetime | None = described("When the court took ten days more 延长时间")
    extension_reason: str | None = described("Why 延长理由")
    conclude_by: dt.date | None = described("Last day of the special procedure (CONF9) 审结期限")
    withdrawn_at: dt.datetime | None = described("Ended before the ruling 撤回时间")
    withdrawal: ConfirmationWithdrawal | None = described("Why it ended (CONF7) 撤回原因")
    withdrawal_label: str | None = described("The reason's Chinese words 撤回原因名称")
    due_on: dt.date | None = described("When the next step is due 下一步期限")
    days_remaining: int | None = described("Days left for it; negative when past 剩余天数")
    overdue: bool | None = described("The court's day has passed 是否超期")
    apply_by: dt.date | None = described("Last day to apply (CONF1) 申请期限")
    decided_at: dt.datetime | None = described("When accepted or refused 受理决定时间")
    ground: str | None = described("Ground of a refusal or rejection 理由")
    ruled_at: dt.datetime | None = described("When ruled 裁定时间")
    enforce_by: dt.date | None = described("Last day to apply for enforcement (CONF10) 申请执行期限")
    enforcements: list[EnforcementApplication] | None = described("Applications for enforcement, oldest first 申请执行")


@strawberry.type(description="What the dispatcher judged the risk to be 风险研判")
class CaseRisk:
    """The risk of a case."""

    level: RiskLevel | None = described("How dangerous 风险等级")
    level_label: str | None = described("The level's Chinese word 风险等级名称")
    scale: CaseScale | None = described("How many it concerns 规模")
    scale_label: str | None = described("The scale's Chinese word 规模名称")
    people_count: int | None = described("People concerned 涉及人数")
    mass_incident: bool = described("May become a mass incident 是否可能引发群体性事件")
    public_security: bool = described("Touches public security 是否涉及治安")
    assessed_at: dt.datetime | None = described("When judged 研判时间")


@strawberry.type(description="What stands in the way of an action 阻碍")
class Blocker:
    """A blocker."""

    kind: BlockerKind = described("Permission or rule 类型")
    code: str = described("Rule id, or FORBIDDEN 代码")
    message: str = described("Why, in Chinese 说明")
    source: str | None = described("The law behind it 依据")


@strawberry.type(description="Whether the caller may do an action now 可用操作")
class ActionAvailability:
    """An action's availability."""

    action: CaseAction = described("Which action 操作")
    allowed: bool = described("Open to the caller now 是否可执行")
    blocked_by: list[Blocker] = described("What stands in the way 阻碍原因")


@strawberry.type(description="How much of a field group the caller sees 访问情况")
class GroupAccess:
    """Access to a field group."""

    group: str = described("Which field group 字段组")
    level: AccessLevel = described("How much 可见程度")
    reason: str | None = described("Why not more 原因")
    break_glass_available: bool = described("Whether emergency access can be asked for 是否可紧急查阅")


@strawberry.type(description="A dispute from registration to archive 矛盾纠纷案件")
class Case(Node):
    """A case."""

    __view__ = "case"

    number: str = described("Such as (2026)海宴人调字第00012号 案号")
    status: CaseStatus = described("Where it stands 状态")
    status_label: str = described("The status's Chinese word 状态名称")
    version: int = described("Raised by every change; send it back as expectedVersion 版本")
    type: DisputeType = described("What kind of dispute 纠纷类型")
    source: CaseSource = described("What brought it in 来源")
    source_label: str = described("The source's Chinese word 来源名称")
    organisation: Organisation | None = described("The centre that answers for it 受理中心")
    town: Organisation | None = described("Town 镇街")
    community: Organisation | None = described("Village or community 村社区")
    grid: Organisation | None = described("Grid 网格")
    handler: Organisation | None = described("Who handles it 承办单位")
    court: Organisation | None = described("The court seized of it 法院")
    risk: CaseRisk | None = described("Risk, once assessed 风险研判")
    registered_at: dt.datetime = described("Registered 登记时间")
    accepted_at: dt.datetime | None = described("Accepted 受理时间")
    declined_at: dt.datetime | None = described("Declined 不予受理时间")
    dispatched_at: dt.datetime | None = described("Dispatched 分流时间")
    taken_on_at: dt.datetime | None = described("Taken on 接办时间")
    settled_at: dt.datetime | None = described("Settled 化解时间")
    failed_at: dt.datetime | None = described("Mediation failed 调解不成时间")
    fulfilled_at: dt.datetime | None = described("Everything done 履行完毕时间")
    concluded_at: dt.datetime | None = described("Mediation ended, one way or the other 调解终结时间")
    closed_at: dt.datetime | None = described("Closed 结案时间")
    due_at: dt.datetime | None = described("Mediation due (CASE5) 调解期限")
    overdue: bool = described("Past due, or ended past due 是否超期")
    settlement_mode: SettlementMode | None = described("How it was settled 化解方式")
    return_count: int = described("Times returned 退回次数")
    reopen_count: int = described("Times reopened 重启次数")
    reopened_at: dt.datetime | None = described("Last reopened 重启时间")
    mediated_again_at: dt.datetime | None = described(
        "Last returned from an agreement, unsigned or not kept, to mediation 再次调解时间"
    )
    dispatch_binding: bool = described(
        "Dispatched by the centre's binding decision, after two returns (DSP1) 是否中心裁定承办"
    )
    paused: bool = described("Mediation rests 是否中止")
    paused_at: dt.datetime | None = described("Resting since 中止时间")
    pause_reason: PauseReason | None = described("Why it rests 中止原因")
    pause_reason_label: str | None = described("The reason's Chinese words 中止原因名称")
    referred_at: dt.datetime | None = described("Referred to the court 移送法院时间")
    referral_consent_at: dt.datetime | None = described("When the parties consented to the referral 当事人同意移送时间")
    archived_at: dt.datetime | None = described("Put into the archive; read-only from then on 归档时间")
    breached: bool | None = described("An obligation was reported as not kept and is still open 是否存在未履行")
    title: str | None = described("Title 标题")
    facts: str | None = described("What happened 事实")
    demands: str | None = described("What is asked for 诉求")
    decline_reason: str | None = described("Why declined 不予受理原因")
    decline_guidance: str | None = described("The legal way that is open instead 法律途径指引")
    failure_reason: str | None = described("Why mediation failed 调解不成原因")
    address_protected: bool | None = described("Some party's address is protected 是否有受保护住址")
    registered_by: User | None = described("Who registered it 登记人")
    agreement: Agreement | None = described("What was agreed 调解协议")
    confirmation: JudicialConfirmation | None = described("The latest application for confirmation 司法确认")
    deadlines: list[Deadline] = described("Periods that run, or ran, soonest first 办理期限")
    supervisions: list[Supervision] = described("Supervision of the case 督办")
    risk_reports: list[RiskReport] = described("Reports of its risk, and who has read them 风险报告")
    report_duties: list[ReportDuty] | None = described("Whom the law wants told (DV1, MIN1) 强制报告")
    protection_measures: list[ProtectionMeasure] | None = described("Warnings and protection orders 保护措施")
    clue_notices: list[ClueNotice] | None = described("Notices between those who protect 线索通报")
    police_notices: list[PoliceNotice] | None = described(
        "Notices to the police that what was done was mediated and performed (POL2) 通报公安机关"
    )
    calls: list[JointCall] = described("Calls for joint handling, oldest first 联调呼叫")
    entrustment: CourtEntrustment | None = described("The court's entrustment that made it 法院委派")
    hand_over: HandOver | None = described("What goes to court, once mediation failed 诉非对接移送")
    escalation_path: list[EscalationStep] = described("Stations and courts on the way up, lowest first 诉非对接层级")
    available_actions: list[ActionAvailability] = described("Each action, allowed or not, and why 可用操作")
    access: list[GroupAccess] = described("What of the case the caller sees 访问情况")

    @taking("Parties in order 当事人")
    def parties(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Party]:
        raise NotResolved

    @taking("Organisations on the case 参与单位")
    def participants(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Participant]:
        raise NotResolved

    @taking("Mediators of the case 承办调解员")
    def mediators(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CaseMediator]:
        raise NotResolved

    @taking("Mediation sessions in order 调解会")
    def sessions(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Session] | None:
        raise NotResolved

    @taking("Notes that are for the caller, oldest first 备注")
    def notes(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[LazyNote]:
        raise NotResolved

    @taking("Who stands for the parties 监护人和代理人")
    def representatives(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[LazyRepresentative]:
        raise NotResolved

    @taking("Grounds of recusal declared about mediators 回避事由")
    def recusals(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[LazyRecusal] | None:
        raise NotResolved

    @taking("Visits after the case 回访")
    def follow_ups(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[FollowUp] | None:
        raise NotResolved

    @taking("Rests of the mediation, oldest first 调解中止记录")
    def pauses(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Pause] | None:
        raise NotResolved

    @taking("Withdrawals by parties, oldest first 当事人终止记录")
    def withdrawals(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Withdrawal] | None:
        raise NotResolved

    @taking("Reports that an obligation was not kept, oldest first 未履行记录")
    def breaches(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Breach] | None:
        raise NotResolved

    @taking("Agreements of earlier rounds, and drafts that were given up 以往调解协议")
    def earlier_agreements(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Agreement] | None:
        raise NotResolved

    @taking("What happened, oldest first 时间线")
    def timeline(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[TimelineEntry] | None:
        raise NotResolved
