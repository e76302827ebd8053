"""What access to the register depends on: whose committee it is, who was appointed, and where."""

from __future__ import annotations

from domain.committees.models import MediationCommittee, Mediator
from domain.foundation.basics.resource import (
    CORE,
    ONLY_CORE,
    PLACE,
    READ,
    ResourceDeclaration,
    same_name,
)

# `register` makes a committee of an organisation; `set` says how many members the committees of an area have.
COMMITTEE = ResourceDeclaration(
    name="committee",
    table=MediationCommittee,
    actions=dict.fromkeys((READ, "register", "elect", "set", "appoint"), ONLY_CORE),
    columns={"organisation_id": "id", **PLACE},
    changing=False,
    taken_upon={"register": "organisation", "set": "organisation"},
)

# One appointment: `organisation_id` is the committee that made it.
MEDIATOR = ResourceDeclaration(
    name="mediator",
    table=Mediator,
    actions={READ: frozenset({CORE, "identity", "dismissal"}), "dismiss": ONLY_CORE},
    columns={"organisation_id": "committee_id", **same_name("user_id"), **PLACE},
    changing=False,
)

RESOURCES = (COMMITTEE, MEDIATOR)
