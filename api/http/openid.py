"""Bearer tokens of an OpenID Connect provider: found right by its own keys, and said of a local account.

Keys come from a file, or from where the provider's discovery document says. They are kept; a key id that is not among them
has them fetched again, but no more often than once a minute, however many tokens name one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import IO, Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.foundation.basics.clock import Clock

# Seconds by which clocks may differ.
SKEW = 60
# Seconds for which keys are kept, and between two fetches for a key id that is not among them.
KEPT = 3_600.0
# A provider that is away for longer vouches for nobody.
LONGEST_KEPT = 86_400.0
AGAIN_AFTER = 60.0
# Seconds, and bytes, that a provider may take.
WITHIN = 5.0
MAX_DOCUMENT = 256_000
MAX_TOKEN = 16_000
# How a provider says that more than a password was asked (RFC 8176).
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk"})

_FAULTY = (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
log = logging.getLogger("fengqiao")


class NotIssued(Exception):  # noqa: N818 - said of the token
    """Nothing that the provider issued to us, or not any more."""


class ProviderUnreachable(Exception):  # noqa: N818 - said of the provider
    """The provider's keys cannot be had."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a token says: whose it is, until when (seconds of the epoch), and whether a second factor was asked."""

    username: str
    expires_at: float
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Provider:
    """As configured. `claim`: which claim names the local account. Without `keys_file` keys are discovered."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    claim: str
    keys_file: Path | None = None


@dataclass(slots=True)
class ProviderKeys:
    """The provider's keys, as last fetched. `timer`: seconds of a clock that only goes forward."""

    provider: Provider
    timer: Callable[[], float] = monotonic
    _keys: dict[str | None, Any] = field(default_factory=dict)
    _fetched: float = -math.inf
    _tried: float = -math.inf
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, key_id: str | None) -> Any:
        """The key of an id; without one the only key, if there is but one. Raises NotIssued."""
        known, age = key_id in self._keys, self.timer() - self._fetched
        # While one request waits for the provider, the others go on with what is at hand.
        if not known or (age > KEPT and not self._fetching.locked()):
            await self._fetch(key_id)
        if self.timer() - self._fetched > LONGEST_KEPT:
            raise NotIssued
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        if key_id is None or key_id not in self._keys:
            raise NotIssued
        return self._keys[key_id]

    async def _fetch(self, key_id: str | None) -> None:
        async with self._fetching:
            now = self.timer()
            known = key_id in self._keys or (key_id is None and bool(self._keys))
            if now - self._tried < AGAIN_AFTER or (known and now - self._fetched <= KEPT):
                return
            self._tried = now
            try:
                self._keys = await asyncio.to_thread(_keys_of, self.provider)
            except (ProviderUnreachable, *_FAULTY) as error:
                # Those that are at hand go on for a day.
                log.warning("the keys of the identity provider were not fetched (%s)", type(error).__name__)
                return
            self._fetched = now


@dataclass(frozen=True, slots=True)
class ProviderTokens:
    """Reads tokens of the provider."""

    provider: Provider
    keys: ProviderKeys
    clock: Clock

    async def read(self, token: str) -> Said:
        """What a token says. Raises NotIssued for one that is not for us, was altered, or has expired."""
        if len(token) > MAX_TOKEN:
            raise NotIssued
        try:
            header = json.loads(_segment(token.split(".", maxsplit=1)[0]))
            if header["alg"] not in self.provider.algorithms:
                raise NotIssued
            key_id = header.get("kid")
            if key_id is not None and not isinstance(key_id, str):
                raise NotIssued
            key = await self.keys.key(key_id)
            # A key that says for which algorithm it is serves no other.
            if key.as_dict(private=False).get("alg", header["alg"]) != header["alg"]:
                raise NotIssued
            return self._said(jwt.decode(token, key, algorithms=[header["alg"]]).claims)
        except _FAULTY as error:
            raise NotIssued from error

    def _said(self, claims: dict[str, Any]) -> Said:
        now = self.clock().timestamp()
        audience = claims["aud"]
        audiences = audience if isinstance(audience, list) else [audience]
        if claims["iss"] != self.provider.issuer or self.provider.audience not in audiences:
            raise NotIssued
        ends = _moment(claims["exp"])
        begins = max(_moment(claims.get(name, 0)) for name in ("nbf", "iat"))
        if now >= ends + SKEW or now < begins - SKEW:
            raise NotIssued
        username = claims[self.provider.claim]
        if not isinstance(username, str) or not 1 <= len(username) <= 200 or "\0" in username:
            raise NotIssued
        username.encode()
        ways = claims.get("amr")
        asked = isinstance(ways, list) and any(isinstance(way, str) and way in SECOND_FACTORS for way in ways)
        return Said(username, ends + SKEW, asked)


def _moment(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise NotIssued
    return float(value)


def _segment(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _keys_of(provider: Provider) -> dict[str | None, Any]:
    """The provider's signing keys by their ids. Raises ProviderUnreachable, and what a document that is none raises."""
    if provider.keys_file is not None:
        try:
            document = json.loads(provider.keys_file.read_bytes())
        except OSError as error:
            raise ProviderUnreachable from error
    else:
        found = _document(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found["issuer"] != provider.issuer:
            raise ProviderUnreachable
        document = _document(found["jwks_uri"])
    # Keys that encrypt, and secrets that somebody put there, sign nothing.
    signing = [
        one for one in document["keys"] if one.get("use", "sig") == "sig" and one.get("kty") in ("RSA", "EC", "OKP")
    ]
    return {key.kid: key for key in KeySet.import_key_set({"keys": signing}).keys}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, _request: Any, _file: IO[bytes], _code: int, _message: str, _headers: HTTPMessage, _url: str
    ) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def _document(address: str) -> Any:
    """A JSON document of the provider's. Nothing but TLS is trusted, except on this very machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
        raise ProviderUnreachable
    try:
        with _OPENER.open(address, timeout=WITHIN) as answer:
            body = answer.read(MAX_DOCUMENT + 1)
    except (OSError, HTTPException) as error:
        raise ProviderUnreachable from error
    if len(body) > MAX_DOCUMENT:
        raise ProviderUnreachable
    return json.loads(body)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
