"""Keys of integrations: made for one organisation, shown once, kept as digests, good for named operations and a time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import Role
from domain.foundation.basics.errors import InvalidInput, NotFound
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import new_id
from domain.foundation.database.statements import Statement
from domain.tenancy.credentials import Credentials
from domain.tenancy.models import Membership, User
from domain.tenancy.sessions import digest

MARK = "fqk_"
"""How every key begins, so that one that lies about is recognised."""

MANAGE = "manage_keys"
"""The action upon an organisation by which its keys are made, rotated and revoked."""

LONGEST = timedelta(days=366)
LONGEST_OVERLAP = timedelta(days=30)
# The use of a key is noted so often.
NOTED_EVERY = timedelta(minutes=1)
# What nobody gives to a program.
_NOT_FOR_PROGRAMS = frozenset({Role.TOWN_ADMIN, Role.COUNTY_ADMIN, Role.CITY_ADMIN, Role.SYSTEM_ADMIN})

_HELD = Statement("""
SELECT 1 FROM membership WHERE county_id = :county AND organisation_id = :organisation AND role = :role
  AND valid_from <= :now AND (valid_until IS NULL OR valid_until > :now) LIMIT 1
""")
_ADD = """
INSERT INTO api_key (id, county_id, organisation_id, user_id, name, prefix, token_hash, operations, created_by,
  created_at, expires_at, replaces)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_OPEN = """
SELECT id, county_id, organisation_id, user_id, prefix, operations, expires_at FROM api_key
WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2
"""
_SHOWN = "id, name, prefix, operations, created_at, expires_at, revoked_at, last_used_at, replaces"
_OF_ORGANISATION = (
    f"SELECT {_SHOWN} FROM api_key WHERE county_id = $1 AND organisation_id = $2 ORDER BY id DESC LIMIT 200"
)
_ONE = "SELECT county_id, organisation_id FROM api_key WHERE id = $1"
_REPLACED = """
UPDATE api_key SET expires_at = least(expires_at, $3)
WHERE id = $1 AND county_id = $2 AND revoked_at IS NULL AND expires_at > $4
  AND NOT EXISTS (SELECT FROM api_key n WHERE n.replaces = $1 AND n.revoked_at IS NULL)
RETURNING organisation_id, user_id, name, operations
"""
_REVOKE = "UPDATE api_key SET revoked_at = $3 WHERE id = $1 AND county_id = $2 AND revoked_at IS NULL"
_NOTE = "UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)"


@dataclass(frozen=True, slots=True)
class NewKey:
    """What an administrator asks for. `lifetime`: how long it is good."""

    name: str
    role: str
    operations: tuple[str, ...]
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Issued:
    """A key as it is shown, once."""

    id: UUID
    key: str
    prefix: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who asks by a key, in which organisation, and for what alone."""

    id: UUID
    county_id: int
    organisation_id: UUID
    user_id: UUID
    prefix: str
    operations: frozenset[str]
    expires_at: datetime


async def add_account(session: AsyncSession, grant: Grant, wanted: NewKey, now: datetime) -> UUID:
    """Make the account of a program in the grant's organisation, with one membership, and give its user's id.

    Raises InvalidInput for a role that nobody holds there, so that a key opens nothing that is closed to all of them,
    and for those of administrators.
    """
    given = {"county": grant.county_id, "organisation": grant.subject_id, "role": wanted.role, "now": now}
    if wanted.role in _NOT_FOR_PROGRAMS or await _HELD.first(session, **given) is None:
        raise InvalidInput(
            "接口密钥的角色须是该单位现有人员的角色，且不得为管理员",
            "The role of a key is one that somebody of the organisation holds, and no administrator's",
            field="role",
        )
    user = new_id()
    session.add(User(county_id=grant.county_id, id=user, display_name=f"接口：{wanted.name}"))
    await session.flush()
    session.add(
        Membership(
            county_id=grant.county_id,
            id=new_id(),
            user_id=user,
            organisation_id=grant.subject_id,
            role=wanted.role,
            valid_from=now,
        )
    )
    return user


class ApiKeys:
    """Keys, through the database role that alone may read them."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._noted: dict[UUID, datetime] = {}

    async def issue(self, grant: Grant, user_id: UUID, wanted: NewKey, now: datetime) -> Issued:
        """A key for the account of a program."""
        made, until = _new(), now + wanted.lifetime
        await (await self._credentials.pool()).execute(
            _ADD, *_row(grant, user_id, wanted.name, made, list(wanted.operations)), now, until, None
        )
        return Issued(*made, until)

    async def rotate(
        self, grant: Grant, key_id: UUID, overlap: timedelta, lifetime: timedelta, now: datetime
    ) -> Issued:
        """Another key in a key's place, which is good for `overlap` longer.

        Raises NotFound for one that has ended, or has been rotated already.
        """
        made, until = _new(), now + lifetime
        pool = await self._credentials.pool()
        async with pool.acquire() as connection, connection.transaction():
            before = await connection.fetchrow(_REPLACED, key_id, grant.county_id, now + overlap, now)
            if before is None or before["organisation_id"] != grant.subject_id:
                raise NotFound
            row = _row(grant, before["user_id"], before["name"], made, before["operations"])
            await connection.execute(_ADD, *row, now, until, key_id)
        return Issued(*made, until)

    async def revoke(self, grant: Grant, key_id: UUID, now: datetime) -> None:
        """End a key at once."""
        await (await self._credentials.pool()).execute(_REVOKE, key_id, grant.county_id, now)

    async def organisation_of(self, key_id: UUID) -> tuple[int, UUID] | None:
        """Whose key it is: county and organisation; None if there is none."""
        row = await (await self._credentials.pool()).fetchrow(_ONE, key_id)
        return None if row is None else (row["county_id"], row["organisation_id"])

    async def of_organisation(self, grant: Grant) -> Sequence[dict[str, Any]]:
        """The organisation's keys, the newest first, without what opens anything."""
        found = await (await self._credentials.pool()).fetch(_OF_ORGANISATION, grant.county_id, grant.subject_id)
        return [dict(row) for row in found]

    async def holder(self, key: str, now: datetime) -> KeyHolder | None:
        """Who asks by this key; None where it does not count (any more)."""
        row = await (await self._credentials.pool()).fetchrow(_OPEN, digest(key), now)
        return None if row is None else KeyHolder(**{**dict(row), "operations": frozenset(row["operations"])})

    async def note_use(self, key_id: UUID, now: datetime) -> None:
        """Remember when a key was last used, to the minute."""
        noted = self._noted.get(key_id)
        if noted is None or not noted <= now < noted + NOTED_EVERY:
            self._noted[key_id] = now
            await (await self._credentials.pool()).execute(_NOTE, key_id, now)


def _new() -> tuple[UUID, str, str]:
    """An id, a key, and how the key begins."""
    prefix = MARK + secrets.token_hex(5)
    return new_id(), f"{prefix}_{secrets.token_urlsafe(32)}", prefix


def _row(grant: Grant, user_id: UUID, name: str, made: tuple[UUID, str, str], operations: list[str]) -> tuple[Any, ...]:
    key_id, key, prefix = made
    actor = grant.actor.user_id
    return key_id, grant.county_id, grant.subject_id, user_id, name, prefix, digest(key), operations, actor
