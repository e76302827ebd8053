"""What rules know of a case: the same facts for a command and for a reader, from one SQL expression.

Names and texts are not among them, so they may be logged, cached and shown to a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.codes.enums import AgreementForm, CaseStatus, ConfirmationStatus


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case as rules see it. Times are instants; counts are of rows that exist now.

    `mediators` are those whose term has not been ended. `confirmation_*` tell of the latest application.
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
    last_obligation_due_on: date | None = None
    confirmation_status: ConfirmationStatus | None = None
    confirmation_court_id: UUID | None = None

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
}


def _of_case(table: str) -> str:
    return f"FROM {table} AS f WHERE f.county_id = {{t}}.county_id AND f.case_id = {{t}}.id"


# One subselect a table, each by (county_id, case_id); nothing here is NULL-dependent or names another case.
# The table of judicial confirmation is read by name: its context knows cases, not the other way round.
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
  'mediators', (SELECT count(*) {_of_case("case_mediator")} AND f.valid_until IS NULL),
  'sessions', (SELECT count(*) {_of_case("case_session")}),
  'follow_ups', (SELECT count(*) {_of_case("case_follow_up")}),
  'agreement_form', agreement.form,
  'agreement_effective_at', agreement.effective_at,
  'obligations', obligation.total,
  'obligations_open', obligation.unfulfilled,
  'last_obligation_due_on', obligation.last_due_on,
  'confirmation_status', confirmation.status,
  'confirmation_court_id', confirmation.court_id
)
FROM (SELECT) AS one
LEFT JOIN LATERAL (SELECT f.form, f.effective_at {_of_case("case_agreement")}) AS agreement ON true
LEFT JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE f.fulfilled_at IS NULL) AS unfulfilled,
    max(f.due_on) AS last_due_on {_of_case("case_obligation")}) AS obligation ON true
LEFT JOIN LATERAL (
  SELECT f.status, f.court_id {_of_case("judicial_confirmation")}
  ORDER BY f.applied_at DESC, f.id DESC LIMIT 1) AS confirmation ON true
)"""  # noqa: S608 - of names alone; no value is ever in it
"""Template of an SQL expression: `FACTS_SQL.format(t=alias)` is a json object for the row of dispute_case so aliased.

For reads and commands alike. It binds no value and needs no `now`: rules compare with the time they are given.
"""
