"""What a process keeps of a caller between requests: their access under the policy, and the values statements bind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cachetools import LRUCache

from authz.enforcer import Policies, Policy
from authz.reach import RoleAccess, StaleActor, access_of, actor_values
from domain.foundation.basics.actor import Actor

MAX_CALLERS = 10_000


class StaleAccess(Exception):  # noqa: N818 - said of the actor
    """Who may see what has changed since the actor was read: read the actor again and repeat."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One actor as last read, under one policy. `ends` is when the first of their memberships does."""

    actor: Actor
    policy: Policy
    access: RoleAccess
    ends: datetime | None
    fixed: Mapping[str, Any]

    def values(self, now: datetime) -> dict[str, Any]:
        """What statements bind of the caller now: what predicates name, and the counties that row-level security lets in.

        Raises StaleAccess when a membership has ended since the actor was read.
        """
        if self.ends is not None and now >= self.ends:
            raise StaleAccess
        return {**self.fixed, "now": now}


def caller_of(actor: Actor, policy: Policy, now: datetime) -> Caller:
    """Work out a caller. Raises StaleAccess when a membership has ended since the actor was read."""
    counties = "{" + ",".join(map(str, actor.counties)) + "}"
    try:
        fixed = {**actor_values(actor, now), "counties_setting": counties}
    except StaleActor as error:
        raise StaleAccess from error
    ends = min((one.valid_until for one in actor.memberships if one.valid_until is not None), default=None)
    return Caller(actor, policy, access_of(policy, actor), ends, fixed)


class Callers:
    """Gives callers by their actors: the same actor is worked out once under each policy."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        # By identity, which is quick; the entry holds the actor, so that no other can have the same.
        self._known: LRUCache[int, Caller] = LRUCache(MAX_CALLERS)

    def of(self, actor: Actor, now: datetime) -> Caller:
        """The caller. Raises StaleAccess as `caller_of` does."""
        policy = self._policies.of(actor)
        found = self._known.get(id(actor))
        if found is None or found.actor is not actor or found.policy is not policy:
            found = self._known[id(actor)] = caller_of(actor, policy, now)
        return found
