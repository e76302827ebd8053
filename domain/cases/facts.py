"""What rules know of a case: the same facts for a command and for a reader, from one SQL expression.

Names and texts are not among them, so they may be logged, cached and shown to a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.codes.enums import AgreementForm, CaseStatus, ConfirmationStatus, EntrustmentStatus, SettlementMode


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

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> CaseFacts:
        """Read what FACTS_SQL gave, decoded; KeyError or ValueError if it is anything else."""
        values: dict[str, Any] = {}
        for name in _NAMES:
            value, read = found[name], _READERS.get(name)
            values[name] = value if value is None or read is None else read(value)
        return cls(**values)


_NAMES = tuple(field.name for field in fields(CaseFacts))

_READERS: Mapping[str, Callable[[str], Any]] = {
    "status": CaseStatus,
    "accepted_at": datetime.fromisoformat,
    "rights_told_at": datetime.fromisoformat,
    "risk_assessed_at": datetime.fromisoformat,
    "due_at": datetime.fromisoformat,
    "handler_id": UUID,
    "agreement_form": AgreementForm,
    "agreement_effective_at": datetime.fromisoformat,
    "last_obligation_due_on": date.fromisoformat,
    "confirmation_status": ConfirmationStatus,
    "confirmation_court_id": UUID,
    "confirmation_rule_by": date.fromisoformat,
    "confirmation_material_due_on": date.fromisoformat,
    "entrustment_status": EntrustmentStatus,
    "entrustment_accept_by": date.fromisoformat,
    "enforce_by": date.fromisoformat,
    "paused_at": datetime.fromisoformat,
    "settlement_mode": SettlementMode,
}


def _of_case(table: str) -> str:
    return f"FROM {table} AS f WHERE f.county_id = {{t}}.county_id AND f.case_id = {{t}}.id"


# A mediator whose term on the case runs although they were dismissed and not appointed again since (MED2). The register
# is read by name, as is the table of judicial confirmation: their contexts know cases, not the other way round.
AT_WORK_THOUGH_DISMISSED = """({m}.valid_until IS NULL AND EXISTS (
    SELECT FROM mediator AS d WHERE d.county_id = {m}.county_id AND d.user_id = {m}.user_id AND d.dismissed_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM mediator AS n WHERE n.county_id = d.county_id AND n.user_id = d.user_id
      AND n.dismissed_at IS NULL AND n.recorded_at > d.dismissed_at)))"""
"""Template of an SQL condition on the row of case_mediator aliased `m`."""

# When the present round began: with the last reopening or the last return to mediation, if any.
_ROUND = "coalesce(greatest({t}.reopened_at, {t}.mediated_again_at), '-infinity')"

# One subselect a table, each by (county_id, case_id); nothing here is NULL-dependent or names another case.
FACTS_SQL = f"""(
SELECT json_build_object(
  'status', {{t}}.status,
  'version', {{t}}.version,
  'type_mediable', (SELECT f.mediable FROM dispute_type AS f WHERE f.code = {{t}}.type_code),
  'mass_incident', {{t}}.mass_incident,
  'public_security', {{t}}.public_security,
  'accepted_at', {{t}}.accepted_at,
  'rights_told_at', {{t}}.rights_told_at,
  'risk_assessed_at', {{t}}.risk_assessed_at,
  'due_at', {{t}}.due_at,
  'handler_id', {{t}}.handler_id,
  'return_count', {{t}}.return_count,
  'parties', (SELECT count(*) {_of_case("case_party")}),
  'duties_to_police', (SELECT count(*) {_of_case("report_duty")} AND f.fulfilled_at IS NULL AND f.rule = 'DV1'),
  'duties_for_minors', (SELECT count(*) {_of_case("report_duty")} AND f.fulfilled_at IS NULL AND f.rule = 'MIN1'),
  'clues_waiting', (SELECT count(*) {_of_case("clue_notice")} AND f.acknowledged_at IS NULL),
  'calls_open', (SELECT count(*) {_of_case("joint_call")} AND f.concluded_at IS NULL),
  'supervisions_unanswered', (SELECT count(*) {_of_case("supervision")} AND f.closed_at IS NULL AND f.answered_at IS NULL),
  'supervisions_answered', (SELECT count(*) {_of_case("supervision")} AND f.closed_at IS NULL AND f.answered_at IS NOT NULL),
  'risk_readings_owed', (SELECT count(*) {_of_case("risk_reading")} AND f.read_at IS NULL),
  'mediators', (SELECT count(*) {_of_case("case_mediator")} AND f.valid_until IS NULL),
  'sessions', (SELECT count(*) {_of_case("case_session")} AND f.recorded_at >= {_ROUND}),
  'follow_ups', (SELECT count(*) {_of_case("case_follow_up")} AND f.visited_at >= {_ROUND}),
  'agreement_form', agreement.form,
  'agreement_effective_at', agreement.effective_at,
  'obligations', obligation.total,
  'obligations_open', obligation.unfulfilled,
  'breaches_open', (SELECT count(*) FROM case_breach AS b JOIN case_obligation AS f
    ON f.county_id = b.county_id AND f.id = b.obligation_id
    WHERE b.county_id = {{t}}.county_id AND b.case_id = {{t}}.id
    AND f.agreement_id = agreement.id AND f.fulfilled_at IS NULL),
  'last_obligation_due_on', obligation.last_due_on,
  'confirmation_status', confirmation.status,
  'confirmation_court_id', confirmation.court_id,
  'confirmation_rule_by', confirmation.rule_by,
  'confirmation_extended', confirmation.extended_at IS NOT NULL,
  'confirmation_material_due_on', confirmation.material_due_on,
  'confirmation_material_complete', (SELECT count(*) = CASE WHEN confirmation.concerns_title THEN 4 ELSE 3 END
    {_of_case("confirmation_material")} AND f.confirmation_id = confirmation.id
    AND (f.kind <> 'title_proof' OR confirmation.concerns_title)),
  'entrustment_status', entrustment.status,
  'entrustment_accept_by', entrustment.accept_by,
  'enforce_by', confirmation.enforce_by,
  'settlement_mode', {{t}}.settlement_mode,
  'police_notices', notice.total,
  'police_notices_waiting', notice.waiting,
  'paused_at', {{t}}.paused_at,
  'parties_unidentified', (SELECT count(*) {_of_case("case_party")}
    AND f.id_number IS NULL AND f.phone IS NULL AND f.address IS NULL),
  'minors_without_guardian', (SELECT count(*) {_of_case("case_party")} AND f.minor AND NOT EXISTS (
    SELECT FROM case_representative AS r WHERE r.county_id = f.county_id AND r.case_id = f.case_id
    AND r.party_id = f.id AND r.kind = 'guardian' AND (r.valid_until IS NULL OR r.valid_until > {{now}}))),
  'mediators_barred', (SELECT count(*) {_of_case("case_mediator")} AND f.valid_until IS NULL AND EXISTS (
    SELECT FROM case_recusal AS r WHERE r.county_id = f.county_id AND r.case_id = f.case_id
    AND r.mediator_id = f.user_id AND r.dismissed_at IS NULL
    AND (r.applicant_consent_at IS NULL OR r.respondent_consent_at IS NULL))),
  'mediators_dismissed', (SELECT count(*) {_of_case("case_mediator")} AND {AT_WORK_THOUGH_DISMISSED.format(m="f")})
)
FROM (SELECT) AS one
LEFT JOIN LATERAL (
  SELECT f.id, f.form, f.effective_at {_of_case("case_agreement")} AND f.superseded_at IS NULL) AS agreement ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE f.fulfilled_at IS NULL) AS unfulfilled,
    max(f.due_on) AS last_due_on {_of_case("case_obligation")} AND f.agreement_id = agreement.id) AS obligation ON true
LEFT JOIN LATERAL (
  SELECT f.id, f.status, f.court_id, f.enforce_by, f.rule_by, f.extended_at, f.material_due_on, f.concerns_title
  {_of_case("judicial_confirmation")}
  ORDER BY f.applied_at DESC, f.id DESC LIMIT 1) AS confirmation ON true
LEFT JOIN LATERAL (SELECT f.status, f.accept_by {_of_case("court_entrustment")}) AS entrustment ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE f.answered_at IS NULL) AS waiting
  {_of_case("police_notice")} AND f.agreement_id = agreement.id) AS notice ON true
)"""
"""Template of an SQL expression: `FACTS_SQL.format(t=alias, now=moment)` is a json object for the row of dispute_case so
aliased, at a moment given as SQL.

For reads and commands alike: each puts the moment at which it asks. It binds no value itself.
"""
