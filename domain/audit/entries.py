"""Entries of the audit log: what is written of a command, a refusal, a reading, a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.codes import AuditKind
from domain.audit.models import AuditEntry
from domain.foundation.basics.actor import Actor, Membership
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.foundation.basics.request import REQUEST_ID
from domain.foundation.database.statements import add_later

DONE, TRIED = "done", "tried"
COLUMNS = (
    "county_id",
    "id",
    "at",
    "kind",
    "action",
    "outcome",
    "request_id",
    "actor_county",
    "actor_id",
    "membership_id",
    "organisation_id",
    "role",
    "grounds",
    "policy_version",
    "subject_kind",
    "subject_id",
    "shown",
    "detail",
)
"""Of an entry, in the order of `Entry.values`; the database adds the transaction."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that is to be written. Each field is the column of that name (`domain.audit.models.AuditEntry`).

    `counties`: those that row-level security must let in; the first is the county in whose log it is written, of a
    reading in several counties those that were read.
    `shown` is JSON, as the reading statement made it.
    """

    counties: tuple[int, ...]
    at: datetime
    kind: AuditKind
    action: str
    outcome: str
    actor_county: int | None = None
    actor_id: UUID | None = None
    membership: Membership | None = None
    grounds: str | None = None
    policy_version: str | None = None
    subject_kind: str | None = None
    subject_id: UUID | None = None
    shown: str | None = None
    detail: str | None = None

    def values(self, request_id: str | None, county_id: int | None = None, shown: str | None = None) -> tuple[Any, ...]:
        """The row, with an id; in the log of another county, with what was read there, where one is given."""
        member = self.membership
        return (
            self.counties[0] if county_id is None else county_id,
            new_id(),
            self.at,
            self.kind.value,
            self.action,
            self.outcome,
            request_id,
            self.actor_county,
            self.actor_id,
            None if member is None else member.id,
            None if member is None else member.organisation_id,
            None if member is None else member.role,
            self.grounds,
            self.policy_version,
            self.subject_kind,
            self.subject_id,
            shown or self.shown,
            self.detail,
        )


def record_command(session: AsyncSession, grant: Grant, command: str, subject: tuple[str, UUID], at: datetime) -> None:
    """Write a command into the log of the county that it is upon, in the command's own transaction.

    `subject`: what it changed or made, by the prefix of its ids and its key.
    """
    entry = Entry(
        counties=(grant.county_id,),
        at=at,
        kind=AuditKind.COMMAND,
        action=command,
        outcome=DONE,
        actor_county=grant.actor.county_id,
        actor_id=grant.actor.user_id,
        membership=grant.membership,
        grounds=grant.ground or None,
        policy_version=grant.policy_version,
        subject_kind=subject[0],
        subject_id=subject[1],
    )
    add_later(session, AuditEntry, **dict(zip(COLUMNS, entry.values(REQUEST_ID.get()), strict=True)))


def attempt(
    actor: Actor,
    command: str,
    outcome: str,
    at: datetime,
    policy_version: str,
    *,
    subject: tuple[str, UUID | None],
    detail: str | None = None,
) -> Entry:
    """A command that was refused with the code `outcome`, or only tried: in the log of the actor's own county.

    `subject`: upon what it was to be, as the caller named it; that may be nothing, or out of their reach.
    """
    return Entry(
        counties=(actor.county_id,),
        at=at,
        kind=AuditKind.COMMAND if outcome == TRIED else AuditKind.REFUSAL,
        action=command,
        outcome=outcome,
        actor_county=actor.county_id,
        actor_id=actor.user_id,
        membership=actor.memberships[0] if len(actor.memberships) == 1 else None,
        policy_version=policy_version,
        subject_kind=subject[0] or None,
        subject_id=subject[1],
        detail=detail,
    )


def signing_in(
    county_id: int, user_id: UUID, at: datetime, source: str, *, refused: str | None = None, action: str = "sign_in"
) -> Entry:
    """A sign-in to an account that there is, from a source, or another `action` upon it; `refused`: why not."""
    return Entry(
        counties=(county_id,),
        at=at,
        kind=AuditKind.SIGN_IN if refused is None else AuditKind.SIGN_IN_REFUSED,
        action=action,
        outcome=refused or DONE,
        actor_county=county_id,
        actor_id=user_id,
        subject_kind="user",
        subject_id=user_id,
        detail=source,
    )


def reading(
    actor: Actor, membership: Membership | None, grounds: str, policy_version: str, shown: str, at: datetime
) -> Entry:
    """What was read of people. `shown`: as the statement told it; `grounds`: the policy rows on which it was open."""
    return Entry(
        counties=actor.counties,
        at=at,
        kind=AuditKind.READING,
        action="read",
        outcome=DONE,
        actor_county=actor.county_id,
        actor_id=actor.user_id,
        membership=membership,
        grounds=grounds,
        policy_version=policy_version,
        shown=shown,
    )
