"""Local sign-in: argon2id in a thread, a budget of attempts by account and source, generations that end tokens early."""

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

# Wrong passwords in a row for one account from one source, after which that source waits.
ATTEMPTS = 5
LOCK_FOR = timedelta(minutes=15)
# The same from all sources together from which nobody has signed in to the account before: then each further one makes
# all of them wait, twice as long as the last. Sources that are known to the account are spared: its owner gets in.
STRANGE_ATTEMPTS = 20
STRANGE_WAIT = timedelta(seconds=30)
# After a quiet day attempts are counted anew.
FORGET_AFTER = timedelta(days=1)
# A source from which nobody has signed in for so long is not known any more.
KNOWN_FOR = timedelta(days=90)
# Each check takes tens of mebibytes and a core: more at once would starve everything else.
CHECKS_AT_ONCE = 2

_HASHER = PasswordHasher()

# The attempt is counted before the password is looked at: many at once, and on several servers, cannot spend more than the
# budget. A row is given only where the attempt may be made. While strange sources wait no rows are added for new ones.
_ATTEMPT = f"""
WITH given AS (
  SELECT $1::text AS username, $2::text AS source, $3::timestamptz AS now
), source AS (
  INSERT INTO sign_in_source AS s (username, source, failures, attempted_at)
  SELECT c.username, g.source, 1, g.now FROM given g JOIN credential c USING (username)
  WHERE c.locked_until IS NULL OR c.locked_until <= g.now OR EXISTS (
    SELECT FROM sign_in_source k WHERE k.username = g.username AND k.source = g.source AND k.signed_in_at IS NOT NULL)
  ON CONFLICT (username, source) DO UPDATE SET
    failures = CASE
      WHEN s.locked_until <= $3 OR s.attempted_at < $3 - interval '{FORGET_AFTER}' AND s.locked_until IS NULL THEN 1
      ELSE least(s.failures + 1, {ATTEMPTS + 1}) END,
    locked_until = CASE
      WHEN s.locked_until > $3 THEN s.locked_until
      WHEN s.locked_until IS NULL AND s.failures + 1 >= {ATTEMPTS} AND s.attempted_at >= $3 - interval '{FORGET_AFTER}'
        THEN $3 + interval '{LOCK_FOR}' END,
    attempted_at = $3
  RETURNING s.username, s.failures, s.signed_in_at IS NOT NULL AS known
)
UPDATE credential c SET
  failures = CASE
    WHEN s.known THEN c.failures
    WHEN c.failed_at >= $3 - interval '{FORGET_AFTER}' THEN least(c.failures + 1, 1000)
    ELSE 1 END,
  failed_at = CASE WHEN s.known THEN c.failed_at ELSE $3 END,
  locked_until = CASE
    WHEN s.known THEN c.locked_until
    WHEN c.failed_at >= $3 - interval '{FORGET_AFTER}' AND c.failures + 1 >= {STRANGE_ATTEMPTS}
      THEN $3 + least(interval '{STRANGE_WAIT}' * 2 ^ least(c.failures + 1 - {STRANGE_ATTEMPTS}, 20), interval '{LOCK_FOR}') END
FROM source s
WHERE c.username = s.username AND s.failures <= {ATTEMPTS}
  AND (s.known OR c.locked_until IS NULL OR c.locked_until <= $3)
RETURNING c.county_id, c.user_id, c.password_hash, c.generation
"""
_SUCCESS = """
WITH before AS (
  SELECT signed_in_at IS NOT NULL AS known FROM sign_in_source WHERE username = $1 AND source = $2
), source AS (
  UPDATE sign_in_source SET failures = 0, locked_until = NULL, signed_in_at = $3 WHERE username = $1 AND source = $2
)
UPDATE credential SET failures = 0, locked_until = NULL WHERE username = $1 AND NOT (SELECT known FROM before)
"""
_TIDY = f"""
DELETE FROM sign_in_source WHERE (locked_until IS NULL OR locked_until <= $1)
  AND attempted_at < $1 - interval '{FORGET_AFTER}'
  AND (signed_in_at IS NULL OR signed_in_at < $1 - interval '{KNOWN_FOR}')
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose password was right."""

    username: str
    county_id: int
    user_id: UUID
    generation: int


class Locked(Exception):  # noqa: N818 - a state of the account
    """Too many attempts: from there nobody may try until the lock ends."""


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

    async def sign_in(self, username: str, password: str, now: datetime, source: str) -> SignedIn | None:
        """Check a password that was sent from `source`, at most 50 characters.

        None when name or password is wrong, without saying which. Raises Locked.
        """
        # No name holds a NUL, and PostgreSQL takes none.
        username = username.replace("\x00", "\ufffd")
        pool = await self._open()
        row = await pool.fetchrow(_ATTEMPT, username, source, now)
        right = await self._matches(None if row is None else row["password_hash"], password)
        if row is None:
            if await pool.fetchval("SELECT EXISTS (SELECT FROM credential WHERE username = $1)", username):
                raise Locked
            return None
        if not right:
            return None
        await pool.execute(_SUCCESS, username, source, now)
        return SignedIn(username, row["county_id"], row["user_id"], row["generation"])

    async def tidy(self, now: datetime) -> None:
        """Remove sources that say nothing any more."""
        await (await self._open()).execute(_TIDY, now)

    async def find(self, username: str) -> SignedIn | None:
        """An account without its password: for the operator's own tools and the audit log; nothing of it is told."""
        username = username.replace("\x00", "\ufffd")
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
