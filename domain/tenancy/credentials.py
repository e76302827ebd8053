"""Local sign-in: argon2id in a thread, a budget of attempts, and generations that end tokens early."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

ATTEMPTS = 5
LOCK_FOR = timedelta(minutes=15)
# Each check takes tens of mebibytes and a core: more at once would starve everything else.
CHECKS_AT_ONCE = 2

_HASHER = PasswordHasher()

# The attempt is counted before the password is looked at: many at once cannot spend more than the budget.
_ATTEMPT = """
UPDATE credential SET
  failures = CASE WHEN locked_until IS NULL THEN failures + 1 ELSE 1 END,
  locked_until = CASE WHEN locked_until IS NULL AND failures + 1 >= $2 THEN $3::timestamptz + $4::interval END
WHERE username = $1 AND (locked_until IS NULL OR locked_until <= $3)
RETURNING county_id, user_id, password_hash, generation
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose password was right."""

    username: str
    county_id: int
    user_id: UUID
    generation: int


class Locked(Exception):  # noqa: N818 - a state of the account
    """Too many attempts: nobody may try until the lock ends."""


class Credentials:
    """Sign-ins, through the database role that alone may read them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)

    async def _open(self) -> asyncpg.Pool[Any]:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(self._url, min_size=0, max_size=2)
            return self._pool

    async def sign_in(self, username: str, password: str, now: datetime) -> SignedIn | None:
        """Check a password. None when name or password is wrong, without saying which. Raises Locked."""
        # No name holds a NUL, and PostgreSQL takes none.
        username = username.replace("\x00", "\ufffd")
        pool = await self._open()
        row = await pool.fetchrow(_ATTEMPT, username, ATTEMPTS, now, LOCK_FOR)
        right = await self._matches(None if row is None else row["password_hash"], password)
        if row is None:
            if await pool.fetchval("SELECT locked_until > $2 FROM credential WHERE username = $1", username, now):
                raise Locked
            return None
        if not right:
            return None
        await pool.execute("UPDATE credential SET failures = 0, locked_until = NULL WHERE username = $1", username)
        return SignedIn(username, row["county_id"], row["user_id"], row["generation"])

    async def find(self, username: str) -> SignedIn | None:
        """An account without its password: for the operator's own tools, never for a request."""
        row = await (await self._open()).fetchrow(
            "SELECT county_id, user_id, generation FROM credential WHERE username = $1", username
        )
        return None if row is None else SignedIn(username, row["county_id"], row["user_id"], row["generation"])

    async def is_current(self, username: str, user_id: UUID, generation: int) -> bool:
        """Whether a token of this generation still counts."""
        found = await (await self._open()).fetchval(
            "SELECT generation FROM credential WHERE username = $1 AND user_id = $2", username, user_id
        )
        return found is not None and bool(found == generation)

    async def _matches(self, stored: str | None, password: str) -> bool:
        async with self._checks:
            return await asyncio.to_thread(lambda: _verify(stored or nobody(), password))

    async def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.close()


def hash_password(password: str) -> str:
    """The argon2id hash to be stored. Takes tens of milliseconds: call it in a thread."""
    return _HASHER.hash(password)


@cache
def nobody() -> str:
    """Checked for names that do not exist, so that they take as long to refuse as those that do."""
    return _HASHER.hash("nobody has this password")


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
