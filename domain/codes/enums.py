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
    # Off the main road.
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


class NoteVisibility(StrEnum):
    """For whom a note or a session's record is (DOMAIN §3.2)."""

    EVERYONE = "everyone"
    SIDE = "side"
    MEDIATORS = "mediators"
    ORGANISATION = "organisation"


class RepresentativeKind(StrEnum):
    """By what right somebody stands for a party."""

    GUARDIAN = "guardian"
    AGENT = "agent"
    GROUP_REPRESENTATIVE = "group_representative"


class RecusalRelation(StrEnum):
    """What ties a mediator to a party (RECUSAL)."""

    NEAR_RELATIVE = "near_relative"
    INTEREST = "interest"
    OTHER = "other"


class AgreementForm(StrEnum):
    """An agreement on paper, or by word of mouth and recorded by the mediator."""

    WRITTEN = "written"
    ORAL = "oral"


class RespondentStatus(StrEnum):
    """What an organisation answered to a call for joint handling."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class DutyRecipient(StrEnum):
    """Whom the law wants told at once."""

    POLICE = "police"
    CIVIL_AFFAIRS = "civil_affairs"
    EDUCATION = "education"


class MeasureKind(StrEnum):
    """A written warning, or a step of a protection order."""

    WRITTEN_WARNING = "written_warning"
    ORDER_APPLIED = "order_applied"
    ORDER_ISSUED = "order_issued"
    ORDER_REFUSED = "order_refused"
    ORDER_REVOKED = "order_revoked"


class ConfirmationStatus(StrEnum):
    """Where an application for judicial confirmation stands."""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class PauseReason(StrEnum):
    """Why a mediation rests. The time of an appraisal does not count (CRT2, MDC1)."""

    APPRAISAL = "appraisal"
    FORCE_MAJEURE = "force_majeure"
    PARTY_ABSENT = "party_absent"
    AWAITING_OTHER_RESULT = "awaiting_other_result"
    OTHER = "other"


class BreachRemedy(StrEnum):
    """What is open to the party to whom an agreement was not kept."""

    ENFORCEMENT = "enforcement"
    MEDIATION_OR_COURT = "mediation_or_court"


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


class Signer(StrEnum):
    """Whose signature an agreement bears (AGR3): a party's, a mediator's, the committee's."""

    PARTY = "party"
    MEDIATOR = "mediator"
    COMMITTEE = "committee"


class SigningMethod(StrEnum):
    """How an agreement is signed."""

    SIGNATURE = "signature"
    FINGERPRINT = "fingerprint"
    SEAL = "seal"


class ConfirmationBasis(StrEnum):
    """Why a court may be asked to confirm (CONF3)."""

    INVITING_COURT = "inviting_court"
    RESIDENCE = "residence"
    OBJECT_PLACE = "object_place"
    COMMITTEE_PLACE = "committee_place"


class ConfirmationMaterial(StrEnum):
    """What an application for confirmation comes with (CONF4)."""

    AGREEMENT = "agreement"
    MEDIATION_PROOF = "mediation_proof"
    TITLE_PROOF = "title_proof"
    IDENTITY_AND_CONTACT = "identity_and_contact"


class ConfirmationWithdrawal(StrEnum):
    """Why an application ended before the ruling (CONF7)."""

    BY_PARTIES = "by_parties"
    MATERIAL_NOT_SUPPLIED = "material_not_supplied"


class EntrustmentStatus(StrEnum):
    """Where a court's entrustment stands."""

    ENTRUSTED = "entrusted"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class EntrustmentReturn(StrEnum):
    """Why an entrustment goes back to the court: a code, so that nothing said in mediation goes with it (CRT3)."""

    NOT_COMPETENT = "not_competent"
    CANNOT_TAKE_ON = "cannot_take_on"
    PARTY_UNWILLING = "party_unwilling"
    PARTY_NOT_REACHED = "party_not_reached"
    TIME_PASSED = "time_passed"
    NOT_SETTLED = "not_settled"


class CourtLevel(StrEnum):
    """The four levels that a dispute climbs on its way to court (诉非对接)."""

    COMMUNITY_STATION = "community_station"
    TOWN_STATION = "town_station"
    TRIBUNAL = "tribunal"
    COUNTY_COURT = "county_court"


class HandOverItem(StrEnum):
    """What a court may ask for when mediation has failed, handed over or withheld."""

    CASE_PARTICULARS = "case_particulars"
    PARTY_PARTICULARS = "party_particulars"
    MEDIATION_PROOF = "mediation_proof"
    AGREEMENT = "agreement"
    SESSION_RECORDS = "session_records"
    NOTES = "notes"
    PROPOSALS = "proposals"
    FAILURE_DETAILS = "failure_details"


class DeadlineKind(StrEnum):
    """What a deadline is for (DOMAIN §7): each kind has its period in domain/deadlines/schedule.py."""

    PETITION_ROUTING = "petition_routing"
    PETITION_SETTLEMENT = "petition_settlement"
    HOTLINE_ORDER = "hotline_order"
    MEDIATION = "mediation"
    LABOUR_MEDIATION = "labour_mediation"
    MEDICAL_MEDIATION = "medical_mediation"
    RISK_REPORT = "risk_report"
    CONFIRMATION_APPLICATION = "confirmation_application"
    CONFIRMATION_ACCEPTANCE = "confirmation_acceptance"
    CONFIRMATION_RULING = "confirmation_ruling"
    CONFIRMATION_PROCEDURE = "confirmation_procedure"
    ENFORCEMENT = "enforcement"
    ENTRUSTMENT_ACCEPTANCE = "entrustment_acceptance"
    ENTRUSTED_MEDIATION = "entrusted_mediation"
    FOLLOW_UP = "follow_up"
    JOINT_RESPONSE = "joint_response"
    PROTECTION_ORDER = "protection_order"
    PROTECTION_VALIDITY = "protection_validity"
    SUPERVISION_ANSWER = "supervision_answer"
    CONFIRMATION_MATERIAL = "confirmation_material"


class DeadlineUnit(StrEnum):
    """By what a period counts."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class DeadlineState(StrEnum):
    """Where a deadline stands; all but the last three follow from the clock."""

    RUNNING = "running"
    PAUSED = "paused"
    WARNED = "warned"
    OVERDUE = "overdue"
    SATISFIED = "satisfied"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class DeadlineStep(StrEnum):
    """What the worker does about a deadline, each once: the warning, the due date, the rungs of the ladder."""

    WARNED = "warned"
    OVERDUE = "overdue"
    REMINDED = "reminded"
    SUPERVISED = "supervised"
    NOTICED = "noticed"
    INTERVIEWED = "interviewed"
    REPORTED = "reported"


class SupervisionCause(StrEnum):
    """Why a case is supervised (督办)."""

    OVERDUE = "overdue"
    RED_RISK = "red_risk"
    RETURNED_TWICE = "returned_twice"
    BY_HAND = "by_hand"
    # Nobody is left to mediate it (MED2).
    MEDIATOR_DISMISSED = "mediator_dismissed"


class CommitteePosition(StrEnum):
    """What somebody was elected to on a mediation committee (PMC1)."""

    DIRECTOR = "director"
    DEPUTY_DIRECTOR = "deputy_director"
    MEMBER = "member"


class MediatorBasis(StrEnum):
    """How somebody became a people's mediator (人民调解法 13): elected to the committee, or engaged by it."""

    ELECTED = "elected"
    ENGAGED = "engaged"


class DismissalGround(StrEnum):
    """For what a people's mediator is dismissed (MED2, 人民调解法 15)."""

    BIAS = "bias"
    INSULT = "insult"
    TAKING_GAIN = "taking_gain"
    LEAKING = "leaking"


class LeadershipLevel(StrEnum):
    """Whose leadership reads a risk report."""

    TOWN = "town"
    COUNTY = "county"


ROLES = tuple(Role)
AREA_KINDS = tuple(AreaKind)
PARTNER_KINDS = tuple(PartnerKind)
ORGANISATION_KINDS = AREA_KINDS + PARTNER_KINDS
FRAMEWORK_TIERS = tuple(FrameworkTier)
