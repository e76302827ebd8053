"""What happened and is still to be told."""

from domain.kernel_of_work.rooms import Room
from domain.outbox import models

ROOM = Room(name="outbox", models=(models,), common=True)
