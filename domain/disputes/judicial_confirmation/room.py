"""Judicial confirmation (司法确认) and enforcement: applications, rulings, material, and the clock that ends them."""

from domain.codes.enums import ConfirmationStatus
from domain.disputes.judicial_confirmation import models
from domain.disputes.judicial_confirmation.case_rules import CASE_RULES
from domain.disputes.judicial_confirmation.command_table import COMMANDS
from domain.disputes.judicial_confirmation.expiry import withdraw_unsupplied
from domain.disputes.judicial_confirmation.views import VIEWS
from domain.foundation.kernel.facts import contribution, rows_of
from domain.foundation.kernel.rooms import Room
from domain.law.deadlines.codes import DeadlineKind


def last_day_in(column: str, status: ConfirmationStatus) -> str:
    """The statement that keeps a deadline's last day in a column of the application that stands so."""
    of_case = "WHERE county_id = :county AND case_id = :id"
    return f"UPDATE judicial_confirmation SET {column} = :day {of_case} AND status = '{status}'"


ROOM = Room(
    name="judicial_confirmation",
    commands=COMMANDS,
    needs=("disputes", "court_entrustment", "deadlines", "tenancy"),
    models=(models,),
    views=VIEWS,
    contributes=(
        contribution(
            "case",
            {
                "confirmation_status": "confirmation.status",
                "confirmation_court_id": "confirmation.court_id",
                "confirmation_rule_by": "confirmation.rule_by",
                "confirmation_extended": "confirmation.extended_at IS NOT NULL",
                "confirmation_material_due_on": "confirmation.material_due_on",
                "confirmation_material_complete": """(
    SELECT count(*) = CASE WHEN confirmation.concerns_title THEN 4 ELSE 3 END """
                + rows_of("confirmation_material", "case_id")
                + """ AND f.confirmation_id = confirmation.id
    AND (f.kind <> 'title_proof' OR confirmation.concerns_title))""",
                "enforce_by": "confirmation.enforce_by",
            },
            # The latest application.
            joins={
                "confirmation": """
  SELECT f.id, f.status, f.court_id, f.enforce_by, f.rule_by, f.extended_at, f.material_due_on, f.concerns_title
  """
                + rows_of("judicial_confirmation", "case_id")
                + " ORDER BY f.applied_at DESC, f.id DESC LIMIT 1"
            },
            rules=CASE_RULES,
        ),
    ),
    shows_deadlines={
        DeadlineKind.CONFIRMATION_ACCEPTANCE: last_day_in("decide_by", ConfirmationStatus.APPLIED),
        DeadlineKind.CONFIRMATION_MATERIAL: last_day_in("material_due_on", ConfirmationStatus.APPLIED),
        DeadlineKind.CONFIRMATION_RULING: last_day_in("rule_by", ConfirmationStatus.ACCEPTED),
        DeadlineKind.CONFIRMATION_PROCEDURE: last_day_in("conclude_by", ConfirmationStatus.ACCEPTED),
        DeadlineKind.ENFORCEMENT: last_day_in("enforce_by", ConfirmationStatus.CONFIRMED),
    },
    expiries={DeadlineKind.CONFIRMATION_MATERIAL: withdraw_unsupplied},
)
