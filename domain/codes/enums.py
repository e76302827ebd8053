"""Closed sets that several rooms share; what one room has stands in its own `codes.py`.

Values are stable English; their Chinese labels are rows of labels.csv. The first line of a set's docstring is what the API
says of it: in English, ending with the Chinese term.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a membership lets a person be 角色

    DOMAIN §2.
    """

    RESIDENT = "resident"
    BUILDING_HEAD = "building_head"
    GRID_WORKER = "grid_worker"
    GRID_LEADER = "grid_leader"
    MEDIATOR = "mediator"
    INVITED_MEDIATOR = "invited_mediator"
    COMMITTEE_DIRECTOR = "committee_director"
    CENTRE_DISPATCHER = "centre_dispatcher"
    CENTRE_DIRECTOR = "centre_director"
    POLICE_LIAISON = "police_liaison"
    COURT_LIAISON = "court_liaison"
    JUDGE = "judge"
    PROCURATORATE_LIAISON = "procuratorate_liaison"
    JUSTICE_OFFICER = "justice_officer"
    WOMENS_FEDERATION_OFFICER = "womens_federation_officer"
    PETITION_OFFICER = "petition_officer"
    DEPARTMENT_OFFICER = "department_officer"
    LEGAL_COUNSEL = "legal_counsel"
    TOWN_ADMIN = "town_admin"
    COUNTY_ADMIN = "county_admin"
    CITY_ADMIN = "city_admin"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    INTEGRATION = "integration"


class AreaKind(StrEnum):
    """A territory's level 区域层级"""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"
    GRID = "grid"
    MICRO_GRID = "micro_grid"


class PartnerKind(StrEnum):
    """What kind of institution 单位类型"""

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
    # Two kinds the seeds know and DOMAIN §1 does not name: a community's service station, a mediator's own studio.
    SERVICE_STATION = "service_station"
    BRAND_STUDIO = "brand_studio"


OrganisationKind = StrEnum("OrganisationKind", {one.name: one.value for one in (*AreaKind, *PartnerKind)})  # type: ignore[misc]
OrganisationKind.__doc__ = "Kind of an organisation, area or partner 组织类型"


class FrameworkTier(StrEnum):
    """Place in a framework 体系层次"""

    CORE = "core"
    RESIDENT = "resident"
    ROTATING = "rotating"
    ON_CALL = "on_call"
    WIDER = "wider"


class CaseStatus(StrEnum):
    """Where a case stands 案件状态

    DOMAIN §3.1.
    """

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    AGREED = "agreed"
    FAILED = "failed"
    PERFORMING = "performing"
    FULFILLED = "fulfilled"
    REFERRED_TO_COURT = "referred_to_court"
    CLOSED = "closed"
    ARCHIVED = "archived"


class CaseAction(StrEnum):
    """What can be done to a case 案件操作

    The value is the policy's action name and the mutation's verb.
    """

    REGISTER = "register"
    ACCEPT = "accept"
    DECLINE = "decline"
    ASSESS_RISK = "assess_risk"
    DISPATCH = "dispatch"
    RETURN = "return"
    TAKE_ON = "take_on"
    HOLD_SESSION = "hold_session"
    AGREE = "agree"
    FAIL = "fail"
    APPLY_CONFIRMATION = "apply_confirmation"
    ACCEPT_CONFIRMATION = "accept_confirmation"
    RULE_CONFIRMATION = "rule_confirmation"
    FULFIL = "fulfil"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    # Exceptional actions.
    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    REFER_TO_COURT = "refer_to_court"
    PERFORM = "perform"
    BREACH = "breach"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    # Clocks and supervision.
    EXTEND_DEADLINE = "extend_deadline"
    OPEN_SUPERVISION = "open_supervision"
    ANSWER_SUPERVISION = "answer_supervision"
    CLOSE_SUPERVISION = "close_supervision"
    ACKNOWLEDGE_RISK = "acknowledge_risk"
    # People and what they say.
    ADD_NOTE = "add_note"
    ADD_REPRESENTATIVE = "add_representative"
    DECLARE_RECUSAL = "declare_recusal"
    REPLACE_MEDIATOR = "replace_mediator"
    # The agreement and the court.
    SIGN = "sign"
    SUPPLY_MATERIAL = "supply_material"
    EXTEND_CONFIRMATION = "extend_confirmation"
    WITHDRAW_CONFIRMATION = "withdraw_confirmation"
    ENTRUST = "entrust"
    ACCEPT_ENTRUSTMENT = "accept_entrustment"
    RETURN_ENTRUSTMENT = "return_entrustment"
    # Joint handling.
    CALL = "call"
    RESPOND_TO_CALL = "respond_to_call"
    CONCLUDE_CALL = "conclude_call"
    # Protection.
    PROTECT = "protect"
    RECORD_MEASURE = "record_measure"
    FULFIL_DUTY = "fulfil_duty"
    SEND_CLUE = "send_clue"
    ACKNOWLEDGE_CLUE = "acknowledge_clue"
    # What was agreed is not signed, or not kept.
    MEDIATE_AGAIN = "mediate_again"
    APPLY_ENFORCEMENT = "apply_enforcement"
    # An act against public security that was mediated, and what was agreed performed (POL2).
    NOTIFY_POLICE = "notify_police"
    ANSWER_POLICE_NOTICE = "answer_police_notice"


class CaseSource(StrEnum):
    """What brought a case in 案件来源

    DOMAIN §9.
    """

    PROACTIVE = "proactive"
    ON_APPLICATION = "on_application"
    COURT_ENTRUSTED = "court_entrusted"
    PROCURATORATE = "procuratorate"
    POLICE = "police"
    PETITION = "petition"
    HOTLINE = "hotline"
    GRID_EVENT = "grid_event"
    SWEEP = "sweep"
    OTHER = "other"


class RiskLevel(StrEnum):
    """How dangerous 风险等级"""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class CaseScale(StrEnum):
    """How many it concerns 涉及规模"""

    INDIVIDUAL = "individual"
    GROUP = "group"
    MAJOR_GROUP = "major_group"


class PartySide(StrEnum):
    """Side of the dispute 当事方"""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD_PARTY = "third_party"


class PartyKind(StrEnum):
    """Person or organisation 当事人类型"""

    PERSON = "person"
    ORGANISATION = "organisation"


class ParticipantRelation(StrEnum):
    """What it does on the case 参与方式"""

    LEAD = "lead"
    ASSISTING = "assisting"
    OBSERVING = "observing"


class SessionForm(StrEnum):
    """Together or apart 调解形式

    Whether a mediation session brings the sides together.
    """

    JOINT = "joint"
    SEPARATE = "separate"


class NoteVisibility(StrEnum):
    """For whom a note or a record is 可见范围

    DOMAIN §3.2.
    """

    EVERYONE = "everyone"
    SIDE = "side"
    MEDIATORS = "mediators"
    ORGANISATION = "organisation"


class AgreementForm(StrEnum):
    """On paper or by word 协议形式

    By word of mouth, the mediator records it.
    """

    WRITTEN = "written"
    ORAL = "oral"


class ConfirmationStatus(StrEnum):
    """Where an application stands 司法确认状态"""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class SettlementMode(StrEnum):
    """How it was settled 化解方式

    DOMAIN §9.
    """

    PEOPLES_MEDIATION = "peoples_mediation"
    ADMINISTRATIVE_MEDIATION = "administrative_mediation"
    INDUSTRY_MEDIATION = "industry_mediation"
    JUDICIAL_MEDIATION = "judicial_mediation"
    ARBITRATION = "arbitration"
    RECONSIDERATION = "reconsideration"
    LITIGATION = "litigation"
    SETTLEMENT = "settlement"


class EntrustmentStatus(StrEnum):
    """Where an entrustment stands 委派状态"""

    ENTRUSTED = "entrusted"
    ACCEPTED = "accepted"
    RETURNED = "returned"


ROLES = tuple(Role)
AREA_KINDS = tuple(AreaKind)
PARTNER_KINDS = tuple(PartnerKind)
ORGANISATION_KINDS = AREA_KINDS + PARTNER_KINDS
FRAMEWORK_TIERS = tuple(FrameworkTier)
