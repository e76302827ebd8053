"""Closed sets and code lists, with their words."""

from domain.codes import models
from domain.codes.views import VIEWS
from domain.foundation.kernel.rooms import Room

ROOM = Room(name="codes", models=(models,), views=VIEWS, common=True)
