"""The register: mediation committees with their terms and members, mediators, how large committees may be."""

from domain.committees import models
from domain.committees.access_facts import RESOURCES
from domain.committees.command_table import COMMANDS
from domain.committees.rules import REGISTER_RULES
from domain.committees.views import VIEWS
from domain.disputes.people.dismissed import AT_WORK_THOUGH_DISMISSED
from domain.foundation.kernel.facts import contribution, count_of
from domain.foundation.kernel.rooms import Room

ROOM = Room(
    name="committees",
    resources=RESOURCES,
    policy="policy.csv",
    commands=COMMANDS,
    needs=("disputes", "supervision", "tenancy"),
    models=(models,),
    views=VIEWS,
    rules=REGISTER_RULES,
    contributes=(
        contribution(
            "case",
            {"mediators_dismissed": count_of("case_mediator", "case_id", AT_WORK_THOUGH_DISMISSED.format(m="f"))},
        ),
    ),
)
