"""The policy compiled: what a caller may see, as predicates over rows, compiled once for all callers of one shape.

Implements the `Access` and `Predicate` that domain/foundation/query asks for. The values that predicates name by path come
from `actor_values`, request by request.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any

from cachetools import LRUCache

from authz.atoms import InCounty, equals
from authz.conditions import grounds_of
from authz.enforcer import Policy, require_known
from authz.policy_file import ALLOW, PolicyRow
from authz.predicate import Alternatives, Conjunction, RowPredicate, decide
from authz.resources import READ, RESOURCES, Resource
from authz.shape import MembershipShape, NumberedMembership, canonical, values_of
from domain.foundation.basics.actor import Actor

# Shapes in use at once are few (roles and what they hold); the bound only keeps a flood from filling memory.
_MAX_SHAPES = 4096

Signature = tuple[bool, tuple[MembershipShape, ...], int | None]
"""Whether all memberships are in one county, their shapes in canonical order, and the number of the one that is acted as.

None where all of them count; a number that none has where that one is not held any more.
"""


class StaleActor(RuntimeError):  # noqa: N818 - it says what is wrong with the actor
    """A membership of this actor has ended since it was read: read the actor again."""


class RoleAccess:
    """The access of every caller of one shape under one policy. Predicates are compiled when first asked for."""

    def __init__(self, policy: Policy, signature: Signature) -> None:
        self._policy = policy
        self._signature = signature
        shared, shapes, self._acting = signature
        self._members = tuple(NumberedMembership(shape, number, shared) for number, shape in enumerate(shapes))
        self._predicates: dict[tuple[str, str, str], RowPredicate] = {}

    @property
    def signature(self) -> Hashable:
        """Equal for callers whose statements are the same, their values apart."""
        return self._signature

    @property
    def policy_version(self) -> str:
        """The version of the policy that this compiles."""
        return self._policy.version

    def predicate(self, resource: str, action: str, group: str) -> RowPredicate:
        """Which rows this is granted for. Raises ValueError for a question that cannot be asked."""
        question = (resource, action, group)
        found = self._predicates.get(question)
        if found is None:
            found = self._predicates[question] = self._compile(require_known(*question), question)
        return found

    def grounds(self, resource: str, group: str) -> tuple[tuple[int, str], ...]:
        """The policy rows on which a field group can be open: each with the number of the membership that it counts for."""
        return tuple(
            (member.number, f"{row.role} {resource} {group} {row.scope} {row.cond}")
            for row in self._policy.rows_about(resource, READ, group)
            if row.eft == ALLOW
            for member in self._members
            if row.role in self._policy.closure.get(member.shape.role, ())
            and grounds_of_row(row, member, RESOURCES[resource])
        )

    def _compile(self, resource: Resource, question: tuple[str, str, str]) -> RowPredicate:
        allow: set[Conjunction] = set()
        deny: set[Conjunction] = set()
        for row in self._policy.rows_about(*question):
            side = allow if row.eft == ALLOW else deny
            for member in self._members:
                # Whoever acts as one membership is allowed by that one alone, and denied by any.
                if side is allow and self._acting not in (None, member.number):
                    continue
                # The same membership gives the role, the scope and the condition.
                if row.role in self._policy.closure.get(member.shape.role, ()):
                    side |= grounds_of_row(row, member, resource)
        return decide(allow, deny)


def grounds_of_row(row: PolicyRow, member: NumberedMembership, resource: Resource) -> Alternatives:
    """What one policy row comes to for one membership that has its role."""
    alternatives = grounds_of(row.scope, row.cond, member, resource)
    if row.dom == "*":
        return alternatives
    county = int(row.dom)
    at_home = equals(resource, "county_id", member.county)
    # Rows bound to the membership's county are decided here; others are asked which county they are of.
    return frozenset(
        one if at_home in one else one | {InCounty(county)}
        for one in alternatives
        if at_home not in one or member.shape.home == county
    )


# By policy version, which is a hash of what the policy says, and shape; those of policies gone by age out.
_ACCESSES: LRUCache[tuple[str, Signature], RoleAccess] = LRUCache(_MAX_SHAPES)
_LOCK = threading.Lock()


def signature_of(policy: Policy, actor: Actor) -> Signature:
    """The canonical shape of the actor's memberships, as far as this policy can tell shapes apart."""
    members = canonical(actor.memberships)
    return (
        len({one.county_id for one in members}) <= 1,
        tuple(MembershipShape.of(one, policy.homes) for one in members),
        None if actor.acting is None else next((n for n, one in enumerate(members) if one.id == actor.acting), -1),
    )


def access_of(policy: Policy, actor: Actor) -> RoleAccess:
    """The actor's access under a policy: one object for all actors of the same shape."""
    signature = signature_of(policy, actor)
    key = (policy.version, signature)
    with _LOCK:
        access = _ACCESSES.get(key)
        if access is None:
            access = _ACCESSES[key] = RoleAccess(policy, signature)
        return access


def actor_values(actor: Actor, now: datetime) -> Mapping[str, Any]:
    """The value of every path that a predicate of this actor can name.

    Raises StaleActor if a membership has ended by `now`: nothing may be read with it any more.
    """
    if any(one.valid_until is not None and now >= one.valid_until for one in actor.memberships):
        message = "a membership of this actor has ended"
        raise StaleActor(message)
    values: dict[str, Any] = {
        "user": actor.user_id,
        "now": now,
        "counties": list(actor.counties),
        "county": actor.county_id,
    }
    for number, one in enumerate(canonical(actor.memberships)):
        values |= values_of(one, number)
    return values
