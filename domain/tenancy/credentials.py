"""Local sign-in: argon2id in a thread, a budget of attempts by account and source, generations that end tokens early."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.tenancy.passwords import PUBLISHED, normalised

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
# Only upon the generation whose password was found right: of two changes at once the second is refused.
_CHANGE = """
UPDATE credential SET password_hash = $2, generation = generation + 1 WHERE username = $1 AND generation = $3
RETURNING generation
"""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose password was right. `published`: it is one that anybody can read. `second_factor`:
    one was shown too. `session_id`: once a session has begun.
    """

    username: str
    county_id: int
    user_id: UUID
    generation: int
    published: bool = False
    second_factor: bool = False
    session_id: UUID | None = None


Confirm = Callable[[SignedIn], Awaitable[SignedIn]]
"""What is asked of somebody whose password was right, before they are signed in; raises where that is not enough."""


class Locked(Exception):  # noqa: N818 - a state of the account
    """Too many attempts: from there nobody may try until the lock ends."""


class Credentials:
    """Sign-ins, through the database role that alone may read them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: asyncpg.Pool[Any] | None = None
        self._opening = asyncio.Lock()
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)

    async def pool(self) -> asyncpg.Pool[Any]:
        """Connections of the authentication role, opened when first needed."""
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(self._url, min_size=0, max_size=2)
            return self._pool

    async def sign_in(
        self, username: str, password: str, now: datetime, source: str, confirm: Confirm | None = None
    ) -> SignedIn | None:
        """Check a password that was sent from `source`, at most 50 characters, and then what `confirm` asks beside it.

        None when name or password is wrong, without saying which. Raises Locked, and what `confirm` raises: the attempt
        then stays counted, so that a known password gives no more guesses at a second factor than at a password.
        """
        pool = await self.pool()
        username, row = await self._attempt(username, source, now)
        right = await self._matches(None if row is None else row["password_hash"], password)
        if row is None:
            if await pool.fetchval("SELECT EXISTS (SELECT FROM credential WHERE username = $1)", username):
                raise Locked
            return None
        if not right:
            return None
        user = SignedIn(
            username, row["county_id"], row["user_id"], row["generation"], normalised(password) in PUBLISHED
        )
        if confirm is not None:
            user = await confirm(user)
        await pool.execute(_SUCCESS, username, source, now)
        return user

    async def count_failure(self, username: str, source: str, now: datetime) -> None:
        """Count what came from a source in vain as an attempt to sign in to the account."""
        await self._attempt(username, source, now)

    async def set_password(self, user: SignedIn, password: str) -> SignedIn | None:
        """Give whose password was right another one, which ends every session and token of the account.

        None where it was changed meanwhile.
        """
        hashed = await asyncio.to_thread(hash_password, password)
        generation = await (await self.pool()).fetchval(_CHANGE, user.username, hashed, user.generation)
        return None if generation is None else replace(user, generation=generation, published=False)

    async def _attempt(self, username: str, source: str, now: datetime) -> tuple[str, asyncpg.Record | None]:
        """The name as it is kept, and the account where the attempt may be made."""
        # No name holds a NUL, and PostgreSQL takes none.
        username = username.replace("\x00", "\ufffd")
        return username, await (await self.pool()).fetchrow(_ATTEMPT, username, source, now)

    async def tidy(self, now: datetime) -> None:
        """Remove sources that say nothing any more."""
        await (await self.pool()).execute(_TIDY, now)

    async def find(self, username: str) -> SignedIn | None:
        """An account without its password: for the operator's own tools, the audit log, and whoever else proved who it is."""
        username = username.replace("\x00", "\ufffd")
        row = await (await self.pool()).fetchrow(
            "SELECT county_id, user_id, generation FROM credential WHERE username = $1", username
        )
        return None if row is None else SignedIn(username, row["county_id"], row["user_id"], row["generation"])

    async def _matches(self, stored: str | None, password: str) -> bool:
        async with self._checks:
            return await asyncio.to_thread(lambda: _verify(stored or nobody(), password))

    async def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            await self._pool.close()


def hash_password(password: str) -> str:
    """The argon2id hash to be stored. Takes tens of milliseconds: call it in a thread."""
    return _HASHER.hash(normalised(password))


@cache
def nobody() -> str:
    """Checked for names that do not exist, so that they take as long to refuse as those that do."""
    return _HASHER.hash("nobody has this password")


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, normalised(password))
    except (VerificationError, InvalidHashError):
        return False
