"""The policy's rows of each county beside the shipped ones: proposed, looked at by a second person, applied, restored."""

from domain.foundation.kernel.rooms import Room
from domain.policy import models
from domain.policy.access_facts import RESOURCES
from domain.policy.command_table import COMMANDS

ROOM = Room(name="policy", models=(models,), commands=COMMANDS, resources=RESOURCES, policy="policy.csv")
