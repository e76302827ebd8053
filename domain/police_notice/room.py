"""Notices to the police (通报公安机关) of what was mediated and performed (POL2)."""

from domain.kernel_of_work.facts import contribution, rows_of
from domain.kernel_of_work.rooms import Room
from domain.police_notice import models
from domain.police_notice.case_rules import CASE_RULES
from domain.police_notice.command_table import COMMANDS
from domain.police_notice.views import VIEWS

ROOM = Room(
    name="police_notice",
    commands=COMMANDS,
    needs=("cases", "tenancy"),
    models=(models,),
    views=VIEWS,
    contributes=(
        contribution(
            "case",
            {"police_notices": "notice.total", "police_notices_waiting": "notice.waiting"},
            # Those about the agreement in force, which the case itself tells.
            joins={
                "notice": "SELECT count(*) AS total, count(*) FILTER (WHERE f.answered_at IS NULL) AS waiting "
                + rows_of("police_notice", "case_id")
                + " AND f.agreement_id = agreement.id"
            },
            rules=CASE_RULES,
        ),
    ),
)
