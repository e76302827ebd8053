"""Closed sets of a county's own policy rows."""

from __future__ import annotations

from enum import StrEnum


class PolicyEffect(StrEnum):
    """What a row of the policy does 规则效力"""

    ALLOW = "allow"
    DENY = "deny"


class PolicyOrigin(StrEnum):
    """Whose a row of the policy is 规则来源"""

    SHIPPED = "shipped"
    COUNTY = "county"


class PolicyStepKind(StrEnum):
    """What somebody did with a proposed revision of a county's policy rows 规则变更环节"""

    APPROVE = "approve"
    APPLY = "apply"
