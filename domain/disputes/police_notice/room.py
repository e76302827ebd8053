"""Notices to the police (通报公安机关) of what was mediated and performed (POL2)."""

from domain.disputes.police_notice import models
from domain.disputes.police_notice.case_rules import CASE_RULES
from domain.disputes.police_notice.command_table import COMMANDS
from domain.disputes.police_notice.views import VIEWS
from domain.foundation.kernel.facts import contribution, rows_of
from domain.foundation.kernel.rooms import Room

ROOM = Room(
    name="police_notice",
    commands=COMMANDS,
    needs=("disputes", "tenancy"),
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
