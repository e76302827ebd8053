"""What access to a county's policy depends on: whose it is. Rows of a county never speak of it."""

from __future__ import annotations

from domain.foundation.basics.resource import ONLY_CORE, READ, ResourceDeclaration
from domain.policy.models import PolicyRevision

# `explain`: why somebody else may or may not do something; about oneself anybody may ask.
POLICY = ResourceDeclaration(
    name="policy",
    table=PolicyRevision,
    actions=dict.fromkeys((READ, "explain", "propose", "approve", "apply", "revert"), ONLY_CORE),
    changing=False,
)

RESOURCES = (POLICY,)
