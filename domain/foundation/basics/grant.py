"""Proof that access was decided before a service runs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.foundation.basics.actor import Actor, Membership


@dataclass(frozen=True, slots=True)
class Grant:
    """The gate's word that `actor`, by `membership`, may do `action` to the row `subject_id`.

    Constructed by authz.gate alone (an import contract and a test say so); every service the API can call
    demands one. For a creation `subject_id` is the id the new row will have. `ground`: the policy row that allowed it.

    `partly_told`: of what happened to the row the actor is told a part, and versions that they name count that alone.
    """

    actor: Actor
    membership: Membership
    action: str
    county_id: int
    subject_id: UUID
    policy_version: str
    partly_told: bool = False
    ground: str = ""
