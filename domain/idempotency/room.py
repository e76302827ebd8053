"""Repeated requests, which do nothing a second time."""

from domain.idempotency import models
from domain.kernel_of_work.rooms import Room

ROOM = Room(name="idempotency", models=(models,), common=True)
