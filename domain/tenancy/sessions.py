"""What follows a sign-in: sessions, whose refresh tokens follow one another, until they end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.foundation.basics.ids import new_id
from domain.tenancy.credentials import Credentials, SignedIn

# What has ended says nothing any more after so long.
FORGET_AFTER = timedelta(days=1)

_BEGIN = """
INSERT INTO sign_in_session
  (id, username, county_id, generation, published_password, second_factor, started_at, used_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
"""
_GIVE = "INSERT INTO refresh_token (token_hash, session_id, expires_at) VALUES ($1, $2, $3)"
# Locked, so that of two that come with one token the second finds it used.
_FIND = """
SELECT s.id, s.username, s.county_id, c.user_id, s.generation, s.published_password, s.second_factor, s.expires_at,
  t.used_at IS NOT NULL AS used,
  s.ended_at IS NULL AND s.expires_at > $2 AND t.expires_at > $2 AND s.generation = c.generation
    AND s.county_id = c.county_id AND (NOT s.published_password OR $3) AS counts
FROM refresh_token t JOIN sign_in_session s ON s.id = t.session_id JOIN credential c ON c.username = s.username
WHERE t.token_hash = $1 FOR UPDATE OF s, t
"""
_USE = "UPDATE refresh_token SET used_at = $2 WHERE token_hash = $1"
_USED = "UPDATE sign_in_session SET used_at = $2 WHERE id = $1"
_END = "UPDATE sign_in_session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL"
_END_OF_REFRESHED = """
UPDATE sign_in_session s SET ended_at = $2 FROM refresh_token t
WHERE t.token_hash = $1 AND s.id = t.session_id AND s.ended_at IS NULL
"""
_NEXT_GENERATION = "UPDATE credential SET generation = generation + 1 WHERE username = $1"
_COUNTS = """
SELECT c.generation = $3 AND ($4::uuid IS NULL OR EXISTS (
  SELECT FROM sign_in_session s WHERE s.id = $4 AND s.username = c.username AND s.generation = c.generation
    AND s.ended_at IS NULL AND s.expires_at > $5 AND (NOT s.published_password OR $6)
    AND (NOT $7 OR s.second_factor)))
FROM credential c WHERE c.username = $1 AND c.user_id = $2
"""
_TIDY = f"""
DELETE FROM sign_in_session WHERE expires_at < $1::timestamptz - interval '{FORGET_AFTER}' OR ended_at < $1::timestamptz - interval '{FORGET_AFTER}'
"""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session lasts, and how long of that it may go unused."""

    session: timedelta
    unused: timedelta


@dataclass(frozen=True, slots=True)
class Opened:
    """Who is signed in, by a session; the refresh token that is good once, and until when each is."""

    user: SignedIn
    refresh_token: str
    refresh_until: datetime
    session_until: datetime


class Reused(Exception):  # noqa: N818 - said of the token
    """A refresh token came a second time: somebody else has it too, and its session has ended. Tells whose it was."""

    def __init__(self, username: str) -> None:
        super().__init__()
        self.username = username


class Sessions:
    """Sessions of local accounts. `demo`: published passwords count."""

    def __init__(self, credentials: Credentials, lifetimes: Lifetimes, *, demo: bool) -> None:
        self._credentials = credentials
        self._lifetimes = lifetimes
        self._demo = demo

    async def begin(self, user: SignedIn, now: datetime) -> Opened:
        """Begin a session of somebody whose password was right."""
        session_id, until = new_id(), now + self._lifetimes.session
        pool = await self._credentials.pool()
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(
                _BEGIN,
                session_id,
                user.username,
                user.county_id,
                user.generation,
                user.published,
                user.second_factor,
                now,
                until,
            )
            token, token_until = self._next(now, until)
            await connection.execute(_GIVE, digest(token), session_id, token_until)
        return Opened(replace(user, session_id=session_id), token, token_until, until)

    async def refresh(self, token: str, now: datetime) -> Opened | None:
        """The session's next refresh token for this one, which is used up.

        None where it does not count (any more). Raises Reused for one that was used before, and ends its session.
        """
        pool = await self._credentials.pool()
        async with pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_FIND, digest(token), now, self._demo)
            if row is not None and row["used"]:
                await connection.execute(_END, row["id"], now)
            elif row is not None and row["counts"]:
                following, until = self._next(now, row["expires_at"])
                await connection.execute(_USE, digest(token), now)
                await connection.execute(_GIVE, digest(following), row["id"], until)
                await connection.execute(_USED, row["id"], now)
        if row is None or not (row["used"] or row["counts"]):
            return None
        if row["used"]:
            raise Reused(row["username"])
        named = ("username", "county_id", "user_id", "generation", "published_password", "second_factor", "id")
        user = SignedIn(*(row[name] for name in named))
        return Opened(user, following, until, row["expires_at"])

    async def counts(self, user: SignedIn, now: datetime, *, second_factor: bool) -> bool:
        """Whether a token of the user's generation, and session if of one, still counts.

        `second_factor`: sessions do only that began with one.
        """
        pool = await self._credentials.pool()
        asked = (user.username, user.user_id, user.generation, user.session_id, now, self._demo, second_factor)
        return bool(await pool.fetchval(_COUNTS, *asked))

    async def account(self, username: str) -> SignedIn | None:
        """An account of that name, of whom another has said who it is."""
        return await self._credentials.find(username)

    async def end(self, session_id: UUID, now: datetime) -> None:
        """End one session, and with it all its tokens."""
        await (await self._credentials.pool()).execute(_END, session_id, now)

    async def end_by_token(self, token: str, now: datetime) -> None:
        """End the session of a refresh token, used or not; of an unknown one nothing."""
        await (await self._credentials.pool()).execute(_END_OF_REFRESHED, digest(token), now)

    async def end_all(self, username: str) -> None:
        """End all sessions of an account, and all tokens that were ever issued to it."""
        await (await self._credentials.pool()).execute(_NEXT_GENERATION, username)

    def _next(self, now: datetime, until: datetime) -> tuple[str, datetime]:
        return secrets.token_urlsafe(32), min(now + self._lifetimes.unused, until)


def digest(token: str) -> bytes:
    """What is kept of a token: it is random, so that a quick digest is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def tidy(credentials: Credentials, now: datetime) -> None:
    """Remove sessions that ended long ago."""
    await (await credentials.pool()).execute(_TIDY, now)
