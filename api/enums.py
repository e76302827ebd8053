"""The domain's closed sets as GraphQL enums; each value's description comes from labels.csv when the schema is built."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from domain.cases.computed import AccessLevel
from domain.cases.rules import BlockerKind
from domain.codes.enums import (
    AgreementForm,
    AreaKind,
    BreachRemedy,
    CaseAction,
    CaseScale,
    CaseSource,
    CaseStatus,
    CommitteePosition,
    ConfirmationBasis,
    ConfirmationMaterial,
    ConfirmationStatus,
    ConfirmationWithdrawal,
    CourtLevel,
    DeadlineKind,
    DeadlineState,
    DeadlineStep,
    DeadlineUnit,
    DismissalGround,
    DutyRecipient,
    EntrustmentReturn,
    EntrustmentStatus,
    FrameworkTier,
    HandOverItem,
    LeadershipLevel,
    MeasureKind,
    MediatorBasis,
    NoteVisibility,
    ParticipantRelation,
    PartnerKind,
    PartyKind,
    PartySide,
    PauseReason,
    RecusalRelation,
    RepresentativeKind,
    RespondentStatus,
    RiskLevel,
    Role,
    SessionForm,
    SettlementMode,
    Signer,
    SigningMethod,
    SupervisionCause,
)
from domain.judicial_confirmation.rules import RefusalGround, RejectionGround

DOMAIN: dict[type[StrEnum], str] = {
    Role: "What a membership lets a person be 角色",
    AreaKind: "A territory's level 区域层级",
    PartnerKind: "What kind of institution 单位类型",
    FrameworkTier: "Place in a framework 体系层次",
    CaseStatus: "Where a case stands 案件状态",
    CaseAction: "What can be done to a case 案件操作",
    CaseSource: "What brought a case in 案件来源",
    RiskLevel: "How dangerous 风险等级",
    CaseScale: "How many it concerns 涉及规模",
    PartySide: "Side of the dispute 当事方",
    PartyKind: "Person or organisation 当事人类型",
    ParticipantRelation: "What it does on the case 参与方式",
    SessionForm: "Together or apart 调解形式",
    NoteVisibility: "For whom a note or a record is 可见范围",
    RepresentativeKind: "By what right somebody stands for a party 代表身份",
    RecusalRelation: "What ties a mediator to a party 回避事由",
    AgreementForm: "On paper or by word 协议形式",
    ConfirmationStatus: "Where an application stands 司法确认状态",
    SettlementMode: "How it was settled 化解方式",
    PauseReason: "Why a mediation rests 中止原因",
    BreachRemedy: "What is open to whom an agreement was not kept 未履行的救济途径",
    DeadlineKind: "What a deadline is for 期限类型",
    DeadlineUnit: "By what a period counts 计算单位",
    DeadlineState: "Where a deadline stands 期限状态",
    DeadlineStep: "What is done about a deadline 期限处理步骤",
    SupervisionCause: "Why a case is supervised 督办事由",
    LeadershipLevel: "Whose leadership 领导层级",
    AccessLevel: "How much is seen 可见程度",
    BlockerKind: "Access or a rule 阻碍类型",
    ConfirmationBasis: "Why a court may be asked to confirm (CONF3) 管辖依据",
    ConfirmationMaterial: "What an application comes with (CONF4) 申请材料",
    ConfirmationWithdrawal: "Why an application ended before the ruling (CONF7) 撤回原因",
    CourtLevel: "A level on the way to court 诉非对接层级",
    EntrustmentReturn: "Why an entrustment goes back 退回委派理由",
    DutyRecipient: "Whom the law wants told 报告对象",
    MeasureKind: "A warning or a step of an order 保护措施类型",
    RespondentStatus: "What an organisation answered to a call 响应状态",
    EntrustmentStatus: "Where an entrustment stands 委派状态",
    HandOverItem: "What a court may ask for when mediation failed 移送材料类别",
    Signer: "Whose signature 签署方",
    SigningMethod: "How an agreement is signed 签署方式",
    RefusalGround: "Why a court does not accept an application (CONF5) 不予受理理由",
    RejectionGround: "Why a court rejects an application (CONF6) 驳回理由",
    CommitteePosition: "Office on a mediation committee (PMC1) 调委会职务",
    MediatorBasis: "How somebody became a mediator 任职方式",
    DismissalGround: "For what a mediator is dismissed (MED2) 罢免解聘事由",
}
# Strawberry keeps its definition on the class itself, so that the domain's own sets are the schema's.
for _set, _words in DOMAIN.items():
    strawberry.enum(_set, description=_words)


@strawberry.enum(description="Kind of an organisation, area or partner 组织类型")
class OrganisationKind(StrEnum):
    """Every area kind and every partner kind."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"
    GRID = "grid"
    MICRO_GRID = "micro_grid"
    GOVERNANCE_CENTRE = "governance_centre"
    COURT = "court"
    TRIBUNAL = "tribunal"
    PROCURATORATE = "procuratorate"
    POLICE_BUREAU = "police_bureau"
    POLICE_STATION = "police_station"
    JUSTICE_BUREAU = "justice_bureau"
    JUSTICE_OFFICE = "justice_office"
    PETITION_OFFICE = "petition_office"
    WOMENS_FEDERATION = "womens_federation"
    DEPARTMENT = "department"
    MEDIATION_COMMITTEE = "mediation_committee"
    ARBITRATION_BODY = "arbitration_body"
    LAW_FIRM = "law_firm"
    NOTARY_OFFICE = "notary_office"
    UNIVERSITY = "university"
    CHAMBER_OF_COMMERCE = "chamber_of_commerce"
    INDUSTRY_ASSOCIATION = "industry_association"
    SOCIAL_ORGANISATION = "social_organisation"
    VOLUNTEER_TEAM = "volunteer_team"
    PROPERTY_COMPANY = "property_company"
    HOTLINE = "hotline"
    SERVICE_STATION = "service_station"
    BRAND_STUDIO = "brand_studio"


@strawberry.enum(description="Which way to sort 排序方向")
class OrderDirection(StrEnum):
    """Ascending or descending."""

    ASC = "asc"
    DESC = "desc"


@strawberry.enum(description="What cases can be sorted by 案件排序字段")
class CaseOrderField(StrEnum):
    """Orderings of the view `case`."""

    REGISTERED_AT = "registered_at"
    NUMBER = "number"
    DUE_AT = "due_at"


@strawberry.enum(description="What deadlines can be sorted by 期限排序字段")
class DeadlineOrderField(StrEnum):
    """Orderings of the view `deadline`."""

    DUE_AT = "due_at"
    OPENED_AT = "opened_at"


@strawberry.enum(description="What committees can be sorted by 调委会排序字段")
class CommitteeOrderField(StrEnum):
    """Orderings of the view `mediation_committee`."""

    TERM_ENDS_ON = "term_ends_on"
    REGISTERED_AT = "registered_at"


@strawberry.enum(description="What mediators can be sorted by 调解员排序字段")
class MediatorOrderField(StrEnum):
    """Orderings of the view `mediator`."""

    NAME = "name"
    APPOINTED_ON = "appointed_on"


@strawberry.enum(description="What supervisions can be sorted by 督办排序字段")
class SupervisionOrderField(StrEnum):
    """Orderings of the view `supervision`."""

    OPENED_AT = "opened_at"


@strawberry.enum(description="What applications for confirmation can be sorted by 司法确认排序字段")
class ConfirmationOrderField(StrEnum):
    """Orderings of the view `judicial_confirmation`."""

    APPLIED_AT = "applied_at"
    DUE_ON = "due_on"


@strawberry.enum(description="What organisations can be sorted by 组织排序字段")
class OrganisationOrderField(StrEnum):
    """Orderings of the view `organisation`."""

    NAME = "name"


@strawberry.enum(description="What figures can be grouped by 统计维度")
class CaseDimension(StrEnum):
    """Dimensions of the view `case`."""

    STATUS = "status"
    SOURCE = "source"
    RISK_LEVEL = "risk_level"
    TYPE = "type"
    TYPE_GROUP = "type_group"
    ORGANISATION = "organisation"
    TOWN = "town"
    COMMUNITY = "community"
    MONTH = "month"
    YEAR = "year"


@strawberry.enum(description="A list of codes with their words 代码表")
class CodeList(StrEnum):
    """The lists of labels.csv."""

    ROLE = "role"
    AREA_KIND = "area_kind"
    PARTNER_KIND = "partner_kind"
    ORGANISATION_KIND = "organisation_kind"
    FRAMEWORK_TIER = "framework_tier"
    CASE_STATUS = "case_status"
    CASE_ACTION = "case_action"
    CASE_SOURCE = "case_source"
    RISK_LEVEL = "risk_level"
    CASE_SCALE = "case_scale"
    PARTY_SIDE = "party_side"
    PARTY_KIND = "party_kind"
    PARTICIPANT_RELATION = "participant_relation"
    SESSION_FORM = "session_form"
    NOTE_VISIBILITY = "note_visibility"
    REPRESENTATIVE_KIND = "representative_kind"
    RECUSAL_RELATION = "recusal_relation"
    AGREEMENT_FORM = "agreement_form"
    CONFIRMATION_STATUS = "confirmation_status"
    SETTLEMENT_MODE = "settlement_mode"
    CONFIRMATION_BASIS = "confirmation_basis"
    CONFIRMATION_MATERIAL = "confirmation_material"
    CONFIRMATION_WITHDRAWAL = "confirmation_withdrawal"
    COURT_LEVEL = "court_level"
    ENTRUSTMENT_RETURN = "entrustment_return"
    ENTRUSTMENT_STATUS = "entrustment_status"
    RESPONDENT_STATUS = "respondent_status"
    DUTY_RECIPIENT = "duty_recipient"
    MEASURE_KIND = "measure_kind"
    HAND_OVER_ITEM = "hand_over_item"
    SIGNER = "signer"
    SIGNING_METHOD = "signing_method"
    DEADLINE_KIND = "deadline_kind"
    DEADLINE_UNIT = "deadline_unit"
    DEADLINE_STATE = "deadline_state"
    DEADLINE_STEP = "deadline_step"
    SUPERVISION_CAUSE = "supervision_cause"
    LEADERSHIP_LEVEL = "leadership_level"
    PAUSE_REASON = "pause_reason"
    BREACH_REMEDY = "breach_remedy"
    COMMITTEE_POSITION = "committee_position"
    MEDIATOR_BASIS = "mediator_basis"
    DISMISSAL_GROUND = "dismissal_ground"


__all__ = [
    "AccessLevel",
    "AgreementForm",
    "AreaKind",
    "BlockerKind",
    "BreachRemedy",
    "CaseAction",
    "CaseDimension",
    "CaseOrderField",
    "CaseScale",
    "CaseSource",
    "CaseStatus",
    "CodeList",
    "CommitteeOrderField",
    "CommitteePosition",
    "ConfirmationBasis",
    "ConfirmationMaterial",
    "ConfirmationOrderField",
    "ConfirmationStatus",
    "ConfirmationWithdrawal",
    "CourtLevel",
    "DeadlineKind",
    "DeadlineOrderField",
    "DeadlineState",
    "DeadlineStep",
    "DeadlineUnit",
    "DismissalGround",
    "DutyRecipient",
    "EntrustmentReturn",
    "EntrustmentStatus",
    "FrameworkTier",
    "HandOverItem",
    "LeadershipLevel",
    "MeasureKind",
    "MediatorBasis",
    "MediatorOrderField",
    "NoteVisibility",
    "OrderDirection",
    "OrganisationKind",
    "OrganisationOrderField",
    "ParticipantRelation",
    "PartnerKind",
    "PartyKind",
    "PartySide",
    "PauseReason",
    "RecusalRelation",
    "RefusalGround",
    "RejectionGround",
    "RepresentativeKind",
    "RespondentStatus",
    "RiskLevel",
    "Role",
    "SessionForm",
    "SettlementMode",
    "Signer",
    "SigningMethod",
    "SupervisionCause",
    "SupervisionOrderField",
]
