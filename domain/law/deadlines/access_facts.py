"""What access to a county's working days depends on: whose they are."""

from __future__ import annotations

from domain.foundation.basics.resource import ONLY_CORE, READ, ResourceDeclaration
from domain.law.deadlines.models import CalendarDay

CALENDAR = ResourceDeclaration(
    name="calendar", table=CalendarDay, actions={READ: ONLY_CORE, "set": ONLY_CORE}, key=None, changing=False
)

RESOURCES = (CALENDAR,)
