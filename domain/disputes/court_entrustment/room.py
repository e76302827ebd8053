"""Court linkage downwards (委派调解): what a court entrusts, and what becomes of it."""

from domain.disputes.court_entrustment import models
from domain.disputes.court_entrustment.case_rules import CASE_RULES
from domain.disputes.court_entrustment.command_table import COMMANDS
from domain.disputes.court_entrustment.expiry import return_unaccepted
from domain.disputes.court_entrustment.views import VIEWS
from domain.foundation.kernel.facts import contribution, rows_of
from domain.foundation.kernel.rooms import Room
from domain.law.deadlines.codes import DeadlineKind

ROOM = Room(
    name="court_entrustment",
    commands=COMMANDS,
    needs=("disputes", "deadlines", "tenancy"),
    models=(models,),
    views=VIEWS,
    contributes=(
        contribution(
            "case",
            {"entrustment_status": "entrustment.status", "entrustment_accept_by": "entrustment.accept_by"},
            joins={"entrustment": "SELECT f.status, f.accept_by " + rows_of("court_entrustment", "case_id")},
            rules=CASE_RULES,
        ),
    ),
    shows_deadlines={
        DeadlineKind.ENTRUSTMENT_ACCEPTANCE: "UPDATE court_entrustment SET accept_by = :day"
        " WHERE county_id = :county AND case_id = :id AND status = 'entrusted'"
    },
    expiries={DeadlineKind.ENTRUSTMENT_ACCEPTANCE: return_unaccepted},
)
