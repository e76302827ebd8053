"""From a token to an Actor. Tokens are signed with the server's key; actors are cached and proved fresh by each read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cachetools import LRUCache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from api.http.openid import NotIssued, ProviderTokens
from domain.codes.enums import Role
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.checks import LARGEST_INT
from domain.foundation.basics.clock import Clock, system_clock
from domain.foundation.basics.ids import parse_global_id
from domain.foundation.query.run import Reader
from domain.tenancy.actors import read_actor
from domain.tenancy.api_keys import MARK, ApiKeys
from domain.tenancy.credentials import SignedIn
from domain.tenancy.sessions import Sessions

if TYPE_CHECKING:
    from api.settings import Settings

ISSUER = AUDIENCE = "fengqiao"
ALGORITHM = "HS256"
# Tokens and actors kept at hand by each process; the others are read again when needed.
MAX_TOKENS_KEPT = 10_000

# Characters; ours have a few hundred.
MAX_TOKEN = 4_000
# Whose sign-in a password alone does not open, where the setting says so.
ADMINISTRATORS = frozenset({Role.COUNTY_ADMIN, Role.CITY_ADMIN, Role.SYSTEM_ADMIN})
NOT_HELD = "您不具有该身份，或该身份已终止（X-Act-As）"
# Whatever is wrong with a token, from its shape to its claims; it may be nested without end.
_NO_TOKEN = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


class NotHeld(Exception):  # noqa: N818 - said of the membership
    """The caller asks to act as a membership that is not theirs, or not any more."""


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
    # None of tokens that the operator's own tools issue.
    session: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An actor at hand: until when the token counts (seconds of the epoch), and until when their memberships are as read."""

    actor: Actor
    expires_at: float
    valid_until: datetime | None
    # Of a program: the key by which it asks.
    key: UUID | None = None


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
        if user.session_id is not None:
            claims["session"] = str(user.session_id)
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
    session = said.get("session")
    if session is not None and not isinstance(session, str):
        raise TypeError
    return Claims(UUID(user), county, name, generation, float(ends), None if session is None else UUID(session))


class Actors:
    """Who the bearers of tokens are. A cached actor is good until a membership ends or a read finds its stamp stale."""

    def __init__(
        self,
        tokens: Tokens,
        reader: Reader,
        sessions: Sessions,
        keys: ApiKeys,
        *,
        second_factor: bool = False,
        provider: ProviderTokens | None = None,
        clock: Clock = system_clock,
    ) -> None:
        """`second_factor`: sessions of administrators count only if one was shown. `provider`: whose tokens are taken too."""
        self.tokens = tokens
        self.clock = clock
        self._reader = reader
        self._sessions = sessions
        self._keys = keys
        self._second_factor = second_factor
        self._provider = provider
        # By the whole header: found again without looking into it.
        self._known: LRUCache[str | tuple[str, str], Known] = LRUCache(MAX_TOKENS_KEPT)

    async def of(self, authorization: str | None, act_as: str | None = None) -> Actor:
        """The actor of an Authorization header; `act_as`: the id of the one membership of theirs that they act as.

        Raises Unauthenticated, and NotHeld.
        """
        known = self._known.get((authorization or "") if act_as is None else (authorization or "", act_as))
        if known is not None:
            now = self.clock()
            if now.timestamp() < known.expires_at and (known.valid_until is None or now < known.valid_until):
                if known.key is not None:
                    await self._keys.note_use(known.key, now)
                return known.actor
        if act_as is not None:
            try:
                # Who asks is at hand more often than not; if as read before a membership began, they are read again.
                return self._narrowed(await self.of(authorization), authorization or "", act_as)
            except NotHeld:
                return await self.reload(authorization, act_as)
        return await self.reload(authorization)

    async def reload(self, authorization: str | None, act_as: str | None = None) -> Actor:
        """The same, read anew: there was none at hand, or it was found stale."""
        token = bearer(authorization)
        # What is no token of ours, or has expired, is not kept.
        self._known.pop(authorization or "", None)
        if token.startswith(MARK):
            known = await self._by_key(token, self.clock())
        else:
            known = await self._by_token(token)
        self._known[authorization or ""] = known
        return known.actor if act_as is None else self._narrowed(known.actor, authorization or "", act_as)

    def _narrowed(self, actor: Actor, authorization: str, act_as: str) -> Actor:
        """The actor as one of their memberships, which alone lets them do or see anything."""
        key = (authorization, act_as)
        self._known.pop(key, None)
        named = parse_global_id(act_as, "membership")
        held = next((one for one in actor.memberships if one.id == named), None)
        if held is None:
            raise NotHeld
        reached = {c for area in (*held.subtree, *held.jurisdiction) for c in area.counties}
        acting = replace(actor, acting=held.id, counties=tuple(sorted({actor.county_id, *reached})))
        whole = self._known.get(authorization)
        if whole is not None:
            self._known[key] = replace(whole, actor=acting)
        return acting

    async def _by_token(self, token: str) -> Known:
        """Whoever bears a token of ours or, where one is configured, of the identity provider."""
        try:
            claims = self.tokens.read(token)
        except Unauthenticated:
            if self._provider is None:
                raise
            return await self._by_provider(self._provider, token, self.clock())
        actor = await self._load(claims, self.clock())
        return Known(actor, claims.expires_at, actor.valid_until)

    async def _by_provider(self, provider: ProviderTokens, token: str, now: datetime) -> Known:
        """The local account that a token of the provider names. What the account may do is said here alone."""
        try:
            said = await provider.read(token)
        except NotIssued:
            raise Unauthenticated from None
        user = await self._sessions.account(said.username)
        if user is None:
            raise Unauthenticated
        actor = await read_actor(self._reader, user.county_id, user.user_id, user.username, now)
        # Asked again: an account that went before the actor's stamp was read would otherwise count as fresh.
        if actor is None or await self._sessions.account(said.username) != user:
            raise Unauthenticated
        if self._must_show_second_factor(actor) and not said.second_factor:
            raise Unauthenticated
        return Known(actor, said.expires_at, actor.valid_until)

    async def signed_in(self, authorization: str | None) -> Claims:
        """What a token of a local account says, if it still counts. Raises Unauthenticated."""
        claims = self.tokens.read(bearer(authorization))
        await self._load(claims, self.clock())
        return claims

    async def _by_key(self, key: str, now: datetime) -> Known:
        """The program that asks by a key: its membership in the key's organisation, and what it may ask for."""
        holder = await self._keys.holder(key, now) if len(key) <= MAX_TOKEN else None
        if holder is None:
            raise Unauthenticated
        actor = await read_actor(self._reader, holder.county_id, holder.user_id, holder.prefix, now)
        # Asked again: a key that was revoked before the actor's stamp was read would otherwise count as fresh.
        if actor is None or await self._keys.holder(key, now) != holder:
            raise Unauthenticated
        held = tuple(one for one in actor.memberships if one.organisation_id == holder.organisation_id)
        await self._keys.note_use(holder.id, now)
        program = replace(actor, memberships=held, operations=holder.operations)
        return Known(program, holder.expires_at.timestamp(), actor.valid_until, holder.id)

    async def _load(self, claims: Claims, now: datetime) -> Actor:
        # The actor's stamp is read before the generation, so that a change in between makes the stamp stale.
        actor = await read_actor(self._reader, claims.county_id, claims.user_id, claims.username, now)
        if actor is None:
            raise Unauthenticated
        user = SignedIn(claims.username, claims.county_id, claims.user_id, claims.generation, session_id=claims.session)
        if not await self._sessions.counts(user, now, second_factor=self._must_show_second_factor(actor)):
            raise Unauthenticated
        return actor

    async def must_show_second_factor(self, user: SignedIn) -> bool:
        """Whether somebody signs in with a second factor or not at all."""
        if not self._second_factor:
            return False
        actor = await read_actor(self._reader, user.county_id, user.user_id, user.username, self.clock())
        return actor is not None and self._must_show_second_factor(actor)

    def _must_show_second_factor(self, actor: Actor) -> bool:
        return self._second_factor and any(one.role in ADMINISTRATORS for one in actor.memberships)


def bearer(authorization: str | None) -> str:
    """The token of an Authorization header. Raises Unauthenticated for any other."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()


def issue_token(settings: Settings, account: dict[str, Any]) -> str:
    """A token for a demo account: `{username, county_id, user_id}` and, where it has one, `generation`."""
    user = SignedIn(
        account["username"], int(account["county_id"]), UUID(str(account["user_id"])), int(account.get("generation", 0))
    )
    return Tokens(settings.secret_key()).issue(user, settings.token_hours * 3600)
