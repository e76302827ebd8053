"""Deadlines: the periods of law and service, the clocks that run by them, a county's own working days."""

from domain.foundation.kernel.rooms import Room
from domain.law.deadlines import models
from domain.law.deadlines.access_facts import RESOURCES
from domain.law.deadlines.command_table import COMMANDS
from domain.law.deadlines.views import VIEWS

ROOM = Room(
    name="deadlines",
    models=(models,),
    views=VIEWS,
    commands=COMMANDS,
    resources=RESOURCES,
    policy="policy.csv",
    # Of a deadline that everybody on the case may know of.
    example={
        "deadline_extension": {
            "deadline_id": "(SELECT id FROM deadline WHERE county_id = {county} AND NOT confidential AND case_id IN"
            " (SELECT id FROM ({cases}) c) ORDER BY id LIMIT 1)"
        },
    },
)
