"""Protection of women and children (妇儿保护): hidden addresses, measures, clue notices."""

from domain.kernel_of_work.facts import contribution, count_of
from domain.kernel_of_work.rooms import Room
from domain.protection import models
from domain.protection.case_rules import CASE_RULES
from domain.protection.command_table import COMMANDS
from domain.protection.views import VIEWS

ROOM = Room(
    name="protection",
    commands=COMMANDS,
    needs=("cases", "deadlines", "duties", "tenancy"),
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
