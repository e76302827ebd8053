"""Deadlines: the periods of law and service, the clocks that run by them, a county's own working days."""

from domain.deadlines import models
from domain.deadlines.views import VIEWS
from domain.kernel_of_work.rooms import Room

ROOM = Room(name="deadlines", models=(models,), views=VIEWS)
