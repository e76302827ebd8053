"""Joint handling (联调): calls to other organisations, and their answers."""

from domain.disputes.joint_handling import models
from domain.disputes.joint_handling.case_rules import CASE_RULES
from domain.disputes.joint_handling.command_table import COMMANDS
from domain.disputes.joint_handling.views import VIEWS
from domain.foundation.kernel.facts import contribution, count_of
from domain.foundation.kernel.rooms import Room

ROOM = Room(
    name="joint_handling",
    commands=COMMANDS,
    needs=("disputes", "deadlines", "tenancy"),
    models=(models,),
    views=VIEWS,
    contributes=(
        contribution(
            "case",
            {"calls_open": count_of("joint_call", "case_id", "f.concluded_at IS NULL")},
            rules=CASE_RULES,
        ),
    ),
)
