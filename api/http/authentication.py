"""From a token to an Actor. Tokens are signed with the server's key; actors are cached and proved fresh by each read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cachetools import LRUCache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.foundation.basics.actor import Actor
from domain.foundation.basics.checks import LARGEST_INT
from domain.foundation.basics.clock import Clock, system_clock
from domain.foundation.query.run import Reader
from domain.tenancy.actors import read_actor
from domain.tenancy.credentials import Credentials, SignedIn

if TYPE_CHECKING:
    from api.settings import Settings

ISSUER = AUDIENCE = "fengqiao"
ALGORITHM = "HS256"
# Tokens and actors kept at hand by each process; the others are read again when needed.
MAX_TOKENS_KEPT = 10_000

# Characters; ours have a few hundred.
MAX_TOKEN = 4_000
# Whatever is wrong with a token, from its shape to its claims; it may be nested without end.
_NO_TOKEN = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class Unauthenticated(Exception):  # noqa: N818 - a state of the request
    """No token, or none that counts."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once its signature was found right."""

    user_id: UUID
    county_id: int
    username: str
    generation: int
    expires_at: float


@dataclass(frozen=True, slots=True)
class Known:
    """An actor at hand: until when the token counts (seconds of the epoch), and until when their memberships are as read."""

    actor: Actor
    expires_at: float
    valid_until: datetime | None


class Tokens:
    """Issues and reads tokens. Only HS256 with our own key is accepted, whatever a token's header says."""

    def __init__(self, secret: bytes, *, clock: Clock = system_clock) -> None:
        self._key = OctKey.import_key(secret)
        self._clock = clock
        self._read: LRUCache[str, Claims] = LRUCache(MAX_TOKENS_KEPT)

    def issue(self, user: SignedIn, seconds: float) -> str:
        """A token for a user, good for so many seconds."""
        now = self._clock().timestamp()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user.user_id),
            "county": user.county_id,
            "name": user.username,
            "generation": user.generation,
            "iat": int(now),
            "exp": int(now + seconds),
        }
        return jwt.encode({"alg": ALGORITHM}, claims, self._key)

    def read(self, token: str) -> Claims:
        """What a token says. Raises Unauthenticated for one that is not ours, or has expired."""
        claims = self._read.get(token)
        if claims is None:
            claims = self._verify(token)
            self._read[token] = claims
        if claims.expires_at <= self._clock().timestamp():
            self._read.pop(token, None)
            raise Unauthenticated
        return claims

    def _verify(self, token: str) -> Claims:
        if len(token) > MAX_TOKEN:
            raise Unauthenticated
        try:
            return _claims_of(jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims)
        except _NO_TOKEN as error:
            raise Unauthenticated from error


def _claims_of(said: Any) -> Claims:
    """What a token of ours says; ValueError, TypeError or KeyError where one of its claims is nothing that we ever said."""
    if said["iss"] != ISSUER or said["aud"] != AUDIENCE:
        raise ValueError
    user, county, name, generation, ends = (said[one] for one in ("sub", "county", "name", "generation", "exp"))
    # True is a number to Python, and Infinity one to its JSON.
    if not all(type(one) is int and 0 <= one <= LARGEST_INT for one in (county, generation)):
        raise TypeError
    if type(ends) is not int or not all(isinstance(one, str) for one in (user, name)):
        raise TypeError
    # No name holds a NUL or half a character, and the database takes none.
    if "\0" in name or len(name.encode()) > MAX_TOKEN:
        raise ValueError
    return Claims(UUID(user), county, name, generation, float(ends))


class Actors:
    """Who the bearers of tokens are. A cached actor is good until a membership ends or a read finds its stamp stale."""

    def __init__(
        self, tokens: Tokens, reader: Reader, credentials: Credentials, *, clock: Clock = system_clock
    ) -> None:
        self.tokens = tokens
        self.clock = clock
        self._reader = reader
        self._credentials = credentials
        # By the whole header: found again without looking into it.
        self._known: LRUCache[str, Known] = LRUCache(MAX_TOKENS_KEPT)

    async def of(self, authorization: str | None) -> Actor:
        """The actor of an Authorization header. Raises Unauthenticated."""
        known = self._known.get(authorization or "")
        if known is not None:
            now = self.clock()
            if now.timestamp() < known.expires_at and (known.valid_until is None or now < known.valid_until):
                return known.actor
        return await self.reload(authorization)

    async def reload(self, authorization: str | None) -> Actor:
        """The same, read anew: there was none at hand, or it was found stale."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        # What is no token of ours, or has expired, is not kept.
        self._known.pop(authorization or "", None)
        claims = self.tokens.read(token.strip())
        actor = await self._load(claims, self.clock())
        self._known[authorization or ""] = Known(actor, claims.expires_at, actor.valid_until)
        return actor

    async def _load(self, claims: Claims, now: datetime) -> Actor:
        # The actor's stamp is read before the generation, so that a change in between makes the stamp stale.
        actor = await read_actor(self._reader, claims.county_id, claims.user_id, claims.username, now)
        current = actor is not None and await self._credentials.is_current(
            claims.username, claims.user_id, claims.generation
        )
        if actor is None or not current:
            raise Unauthenticated
        return actor


def issue_token(settings: Settings, account: dict[str, Any]) -> str:
    """A token for a demo account: `{username, county_id, user_id}` and, where it has one, `generation`."""
    user = SignedIn(
        account["username"], int(account["county_id"]), UUID(str(account["user_id"])), int(account.get("generation", 0))
    )
    return Tokens(settings.secret_key()).issue(user, settings.token_hours * 3600)
