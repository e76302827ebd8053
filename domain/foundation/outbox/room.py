"""What happened and is still to be told."""

from domain.foundation.kernel.rooms import Room
from domain.foundation.outbox import models

ROOM = Room(name="outbox", models=(models,), common=True)
