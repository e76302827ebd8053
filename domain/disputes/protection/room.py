"""Protection of women and children (妇儿保护): hidden addresses, measures, clue notices."""

from domain.disputes.protection import models
from domain.disputes.protection.case_rules import CASE_RULES
from domain.disputes.protection.command_table import COMMANDS
from domain.disputes.protection.views import VIEWS
from domain.foundation.kernel.facts import contribution, count_of
from domain.foundation.kernel.rooms import Room

ROOM = Room(
    name="protection",
    commands=COMMANDS,
    needs=("disputes", "deadlines", "report_duties", "tenancy"),
    models=(models,),
    views=VIEWS,
    contributes=(
        contribution(
            "case",
            {"clues_waiting": count_of("clue_notice", "case_id", "f.acknowledged_at IS NULL")},
            rules=CASE_RULES,
        ),
    ),
)
