"""Repeated requests, which do nothing a second time."""

from domain.foundation.idempotency import models
from domain.foundation.kernel.rooms import Room

ROOM = Room(name="idempotency", models=(models,), common=True)
