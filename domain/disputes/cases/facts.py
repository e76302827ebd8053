"""What rules know of a case: the same facts for a command and for a reader, from one SQL expression.

Names and texts are not among them, so they may be logged, cached and shown to a test. `CaseFacts` says what a rule may
ask; here stands what a case itself tells. What other rooms tell of it, from tables of their own, each says in its
`kind.py` or `room.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.codes.enums import AgreementForm, CaseStatus, ConfirmationStatus, EntrustmentStatus, SettlementMode
from domain.foundation.kernel.facts import contribution, count_of, rows_of
from domain.foundation.kernel.rooms import fact_sheet


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case as rules see it. Times are instants; counts are of rows that exist now.

    `mediators` are those whose term has not been ended. `confirmation_*` tell of the latest application. Sessions and
    follow-ups are those since the case was last reopened or mediated again, agreement and obligations those in force, and
    notices to the police those about that agreement. A party is identified by a number, a telephone or an address on
    record.
    """

    status: CaseStatus
    version: int
    type_mediable: bool
    mass_incident: bool = False
    public_security: bool = False
    accepted_at: datetime | None = None
    rights_told_at: datetime | None = None
    risk_assessed_at: datetime | None = None
    due_at: datetime | None = None
    handler_id: UUID | None = None
    return_count: int = 0
    parties: int = 0
    mediators: int = 0
    sessions: int = 0
    follow_ups: int = 0
    agreement_form: AgreementForm | None = None
    agreement_effective_at: datetime | None = None
    obligations: int = 0
    obligations_open: int = 0
    breaches_open: int = 0
    last_obligation_due_on: date | None = None
    confirmation_status: ConfirmationStatus | None = None
    confirmation_court_id: UUID | None = None
    confirmation_rule_by: date | None = None
    confirmation_extended: bool = False
    confirmation_material_due_on: date | None = None
    confirmation_material_complete: bool = False
    entrustment_status: EntrustmentStatus | None = None
    entrustment_accept_by: date | None = None
    enforce_by: date | None = None
    paused_at: datetime | None = None
    parties_unidentified: int = 0
    minors_without_guardian: int = 0
    mediators_barred: int = 0
    mediators_dismissed: int = 0
    calls_open: int = 0
    duties_to_police: int = 0
    duties_for_minors: int = 0
    clues_waiting: int = 0
    supervisions_unanswered: int = 0
    supervisions_answered: int = 0
    risk_readings_owed: int = 0
    settlement_mode: SettlementMode | None = None
    police_notices: int = 0
    police_notices_waiting: int = 0


# When the present round began: with the last reopening or the last return to mediation, if any.
_ROUND = "coalesce(greatest({t}.reopened_at, {t}.mediated_again_at), '-infinity')"

_OF_THE_ROW = (
    "status",
    "version",
    "mass_incident",
    "public_security",
    "accepted_at",
    "rights_told_at",
    "risk_assessed_at",
    "due_at",
    "handler_id",
    "return_count",
    "settlement_mode",
    "paused_at",
)

OWN_FACTS = contribution(
    "case",
    {
        **{name: f"{{t}}.{name}" for name in _OF_THE_ROW},
        "type_mediable": "(SELECT f.mediable FROM dispute_type AS f WHERE f.code = {t}.type_code)",
        "parties": count_of("case_party", "case_id"),
        "mediators": count_of("case_mediator", "case_id", "f.valid_until IS NULL"),
        "sessions": count_of("case_session", "case_id", f"f.recorded_at >= {_ROUND}"),
        "follow_ups": count_of("case_follow_up", "case_id", f"f.visited_at >= {_ROUND}"),
        "agreement_form": "agreement.form",
        "agreement_effective_at": "agreement.effective_at",
        "obligations": "obligation.total",
        "obligations_open": "obligation.unfulfilled",
        "breaches_open": """(SELECT count(*) FROM case_breach AS b JOIN case_obligation AS f
    ON f.county_id = b.county_id AND f.id = b.obligation_id
    WHERE b.county_id = {t}.county_id AND b.case_id = {t}.id
    AND f.agreement_id = agreement.id AND f.fulfilled_at IS NULL)""",
        "last_obligation_due_on": "obligation.last_due_on",
        "parties_unidentified": count_of(
            "case_party", "case_id", "f.id_number IS NULL AND f.phone IS NULL AND f.address IS NULL"
        ),
        "minors_without_guardian": count_of(
            "case_party",
            "case_id",
            """f.minor AND NOT EXISTS (
    SELECT FROM case_representative AS r WHERE r.county_id = f.county_id AND r.case_id = f.case_id
    AND r.party_id = f.id AND r.kind = 'guardian' AND (r.valid_until IS NULL OR r.valid_until > {now}))""",
        ),
        "mediators_barred": count_of(
            "case_mediator",
            "case_id",
            """f.valid_until IS NULL AND EXISTS (
    SELECT FROM case_recusal AS r WHERE r.county_id = f.county_id AND r.case_id = f.case_id
    AND r.mediator_id = f.user_id AND r.dismissed_at IS NULL
    AND (r.applicant_consent_at IS NULL OR r.respondent_consent_at IS NULL))""",
        ),
    },
    # At most one agreement is in force; what is owed under it, and notices about it, go with it.
    joins={
        "agreement": f"""
  SELECT f.id, f.form, f.effective_at {rows_of("case_agreement", "case_id")} AND f.superseded_at IS NULL""",
        "obligation": f"""
  SELECT count(*) AS total, count(*) FILTER (WHERE f.fulfilled_at IS NULL) AS unfulfilled,
    max(f.due_on) AS last_due_on {rows_of("case_obligation", "case_id")} AND f.agreement_id = agreement.id""",
    },
)


def facts_sql(t: str, now: str = "now()") -> str:
    """The SQL of a JSON object of the facts of the row of dispute_case so aliased, as at that moment."""
    return fact_sheet("case").sql(t, now)


def facts_from(found: Mapping[str, Any]) -> CaseFacts:
    """The facts from what that SQL gave, decoded; KeyError or ValueError if it is anything else."""
    facts: CaseFacts = fact_sheet("case").read(found)
    return facts
