"""Deadlines: the periods of law and service, the clocks that run by them, a county's own working days."""

from domain.deadlines import models
from domain.deadlines.access_facts import RESOURCES
from domain.deadlines.command_table import COMMANDS
from domain.deadlines.views import VIEWS
from domain.kernel_of_work.rooms import Room

ROOM = Room(
    name="deadlines", models=(models,), views=VIEWS, commands=COMMANDS, resources=RESOURCES, policy="policy.csv"
)
