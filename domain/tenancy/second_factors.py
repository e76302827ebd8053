"""One-time codes beside a password (TOTP, RFC 6238): enrolled, confirmed, asked, each good once; and codes for a lost one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyotp
from joserfc import jwe
from joserfc.jwk import OctKey

from domain.tenancy.credentials import Credentials, SignedIn

ISSUER = "Fengqiao"
# Seconds for which a code is good; the one before and the one after are taken too, for clocks that differ.
STEP = 30
RECOVERY_CODES = 10
_ENCRYPTION = {"alg": "dir", "enc": "A256GCM"}

_FIND = "SELECT sealed, pending, last_step FROM second_factor WHERE username = $1 FOR UPDATE"
_ENROL = """
INSERT INTO second_factor AS f (username, pending) VALUES ($1, $2)
ON CONFLICT (username) DO UPDATE SET pending = excluded.pending
"""
_TAKE = "UPDATE second_factor SET last_step = $2 WHERE username = $1"
_CONFIRM = "UPDATE second_factor SET sealed = pending, pending = NULL, last_step = $2 WHERE username = $1"
_USE = "UPDATE recovery_code SET used_at = $3 WHERE username = $1 AND code_hash = $2 AND used_at IS NULL RETURNING 1"
_FORGET_CODES = "DELETE FROM recovery_code WHERE username = $1"
_GIVE_CODE = "INSERT INTO recovery_code (username, code_hash) VALUES ($1, $2)"
_REMOVE = "DELETE FROM second_factor WHERE username = $1"
# Whoever is signed in without the factor is not any more.
_NEXT_GENERATION = """
UPDATE credential SET generation = generation + 1 WHERE username = $1 AND generation = $2 RETURNING generation
"""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is given: the secret, and the same as an address for a QR code."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who has a second factor from now on, and the codes that stand for it when it is lost, shown once."""

    user: SignedIn
    recovery_codes: Sequence[str]


class SecondFactors:
    """Second factors, through the database role that alone may read them. `secret`: the server's key, which seals them."""

    def __init__(self, credentials: Credentials, secret: bytes) -> None:
        self._credentials = credentials
        # Keys of their own: what signs tokens seals nothing.
        self._sealing = OctKey.import_key(hmac.digest(secret, b"seal second factors", "sha256"))
        self._digesting = hmac.digest(secret, b"digest recovery codes", "sha256")

    async def is_asked(self, username: str) -> bool:
        """Whether the account has a second factor."""
        pool = await self._credentials.pool()
        return await pool.fetchval("SELECT sealed IS NOT NULL FROM second_factor WHERE username = $1", username) is True

    async def check(self, username: str, code: str, now: datetime) -> bool:
        """Whether this is the account's code now, or a recovery code of it; either is used up by being asked about."""
        pool = await self._credentials.pool()
        async with pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_FIND, username)
            if row is None or row["sealed"] is None:
                return False
            step = self._step_of(row["sealed"], row["last_step"], code, now)
            if step is not None:
                await connection.execute(_TAKE, username, step)
                return True
            return await connection.fetchval(_USE, username, self._digest(code), now) is not None

    async def enrol(self, username: str) -> Enrolment:
        """A new secret, which counts once a code of it is confirmed; until then the one before does."""
        secret = pyotp.random_base32()
        await (await self._credentials.pool()).execute(_ENROL, username, self._seal(secret))
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER))

    async def confirm(self, user: SignedIn, code: str, now: datetime) -> Confirmed | None:
        """Ask for the enrolled secret from now on, and end every session that began without it.

        None where the code is not of it, or the account has changed meanwhile.
        """
        pool = await self._credentials.pool()
        async with pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_FIND, user.username)
            step = None if row is None or row["pending"] is None else self._step_of(row["pending"], None, code, now)
            if step is None:
                return None
            generation = await connection.fetchval(_NEXT_GENERATION, user.username, user.generation)
            if generation is None:
                return None
            await connection.execute(_CONFIRM, user.username, step)
            codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
            await connection.execute(_FORGET_CODES, user.username)
            await connection.executemany(_GIVE_CODE, [(user.username, self._digest(one)) for one in codes])
        return Confirmed(replace(user, generation=generation, second_factor=True), codes)

    async def remove(self, username: str) -> None:
        """Ask the account for none any more."""
        await (await self._credentials.pool()).execute(_REMOVE, username)

    def _step_of(self, sealed: str, last: int | None, code: str, now: datetime) -> int | None:
        """The half minute whose code this is, if it is later than the last that was taken."""
        totp, here = pyotp.TOTP(self._open(sealed)), int(now.timestamp()) // STEP
        given = "".join(code.split())
        for step in (here, here - 1, here + 1):
            if hmac.compare_digest(totp.generate_otp(step).encode(), given.encode("utf-8", "replace")):
                return step if last is None or step > last else None
        return None

    def _digest(self, code: str) -> bytes:
        plain = "".join(code.replace("-", "").split()).upper()
        return hmac.digest(self._digesting, plain.encode("utf-8", "replace"), hashlib.sha256)

    def _seal(self, secret: str) -> str:
        return jwe.encrypt_compact(_ENCRYPTION, secret.encode(), self._sealing)

    def _open(self, sealed: str) -> str:
        plaintext: Any = jwe.decrypt_compact(sealed, self._sealing, algorithms=list(_ENCRYPTION.values())).plaintext
        return bytes(plaintext).decode()


def _recovery_code() -> str:
    """Eighty random bits, as people copy them: four groups of four letters and digits."""
    text = b32encode(secrets.token_bytes(10)).decode()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
