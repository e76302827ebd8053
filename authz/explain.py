"""Why: which policy rows decided a question about one row, and by which membership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from authz.enforcer import Policy
from authz.facts import Row, Subject
from authz.policy_file import ALLOW, DENY, PolicyRow
from domain.foundation.basics.actor import Actor, Membership


@dataclass(frozen=True, slots=True)
class Ground:
    """A policy row that holds, and the membership for which it does."""

    row: PolicyRow
    membership: Membership


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer with its grounds: the denials if there are any, else what allows; none means nothing allows it."""

    allowed: bool
    grounds: tuple[Ground, ...]


def explain_rows(
    policy: Policy, actor: Actor, resource: str, action: str, group: str, row: Row, now: datetime
) -> Explanation:
    """The rows that decided, in the policy's order and, for each, the first membership in canonical order.

    Decides as Policy.enforce does (a test holds them together). Raises ValueError for an unknown question.
    """
    subject = Subject(actor, now)
    grounds: list[Ground] = []
    for stated in policy.rows_about(resource, action, group):
        if stated.dom not in ("*", str(row.county_id)):
            continue
        by = next(
            (
                one
                for one in subject.counting(to_allow=stated.eft == ALLOW).memberships
                if policy.counts(one, stated, row)
            ),
            None,
        )
        if by is not None:
            grounds.append(Ground(stated, by.membership))
    denials = tuple(ground for ground in grounds if ground.row.eft == DENY)
    return Explanation(allowed=bool(grounds) and not denials, grounds=denials or tuple(grounds))
