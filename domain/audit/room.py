"""The audit log (审计日志): who did, was refused, and read what, on which grounds; chained, so that no change is silent."""

from domain.audit import models
from domain.audit.access_facts import RESOURCES
from domain.audit.views import VIEWS
from domain.foundation.kernel.rooms import Room

ROOM = Room(name="audit", needs=("disputes",), models=(models,), views=VIEWS, resources=RESOURCES, policy="policy.csv")
