"""Closed sets that code branches on. Values are stable English; their Chinese labels are rows of labels.csv."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a membership lets a person be (DOMAIN §2)."""

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
    """A territory's level."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"
    GRID = "grid"
    MICRO_GRID = "micro_grid"


class PartnerKind(StrEnum):
    """What kind of institution a partner is."""

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


class FrameworkTier(StrEnum):
    """An organisation's place in a framework."""

    CORE = "core"
    RESIDENT = "resident"
    ROTATING = "rotating"
    ON_CALL = "on_call"
    WIDER = "wider"


class CaseStatus(StrEnum):
    """Where a case stands (DOMAIN §3.1)."""

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
    """What can be done to a case. The value is the policy's action name and the mutation's verb."""

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


class CaseSource(StrEnum):
    """What brought a case in (DOMAIN §9)."""

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
    """How dangerous a dispute is judged to be."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class CaseScale(StrEnum):
    """How many a dispute concerns."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    MAJOR_GROUP = "major_group"


class PartySide(StrEnum):
    """On which side of the dispute a party stands."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD_PARTY = "third_party"


class PartyKind(StrEnum):
    """A natural person or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ParticipantRelation(StrEnum):
    """What an organisation on the case does there."""

    LEAD = "lead"
    ASSISTING = "assisting"
    OBSERVING = "observing"


class SessionForm(StrEnum):
    """Whether a mediation session brings the sides together."""

    JOINT = "joint"
    SEPARATE = "separate"


class AgreementForm(StrEnum):
    """An agreement on paper, or by word of mouth and recorded by the mediator."""

    WRITTEN = "written"
    ORAL = "oral"


class ConfirmationStatus(StrEnum):
    """Where an application for judicial confirmation stands."""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class SettlementMode(StrEnum):
    """How a case was settled (DOMAIN §9)."""

    PEOPLES_MEDIATION = "peoples_mediation"
    ADMINISTRATIVE_MEDIATION = "administrative_mediation"
    INDUSTRY_MEDIATION = "industry_mediation"
    JUDICIAL_MEDIATION = "judicial_mediation"
    ARBITRATION = "arbitration"
    RECONSIDERATION = "reconsideration"
    LITIGATION = "litigation"
    SETTLEMENT = "settlement"


ROLES = tuple(Role)
AREA_KINDS = tuple(AreaKind)
PARTNER_KINDS = tuple(PartnerKind)
ORGANISATION_KINDS = AREA_KINDS + PARTNER_KINDS
FRAMEWORK_TIERS = tuple(FrameworkTier)
