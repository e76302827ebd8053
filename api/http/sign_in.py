"""Signing in and out of local accounts: what is sent to /auth/…, and what is answered."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.graphql.reads import UNRECORDED
from api.http.authentication import Actors, Unauthenticated
from api.http.requests import Gone, Slow, TooLarge, body_of
from api.http.sources import Sources
from domain.audit.entries import signing_in
from domain.audit.writer import AuditUnavailable, AuditWriter
from domain.foundation.basics.clock import Clock
from domain.tenancy.credentials import LOCK_FOR, Confirm, Credentials, Locked, SignedIn
from domain.tenancy.passwords import MOST as MOST_PASSWORD, normalised, refused_because
from domain.tenancy.second_factors import SecondFactors
from domain.tenancy.sessions import Opened, Reused, Sessions

# Bytes of a request to sign in: anybody may send one.
MAX_SIGN_IN = 10_000
MAX_USERNAME = 200
MAX_CODE = 100

MESSAGES = {
    "invalid_request": "请提供用户名和密码",
    "invalid_credentials": f"用户名或密码不正确；连续多次不正确的，须等待后再试，最长{LOCK_FOR.seconds // 60}分钟",
    "invalid_refresh_token": "登录已过期或已在别处结束，请重新登录",
    "invalid_token": "请先登录，或登录已过期",
    "second_factor_required": "请输入两步验证码",
    "invalid_code": f"两步验证码不正确或已使用过；连续多次不正确的，须等待后再试，最长{LOCK_FOR.seconds // 60}分钟",
    "second_factor_enrolment_required": "管理员账号须先启用两步验证（/auth/second-factor），再登录",
    "password_change_required": "该账号仍在使用公开的演示密码，请先修改密码（/auth/password）",
}
# Codes that are said of the request, not of who sends it.
STATUSES = {
    "invalid_request": 400,
    "password_refused": 400,
    "password_change_required": 403,
    "second_factor_enrolment_required": 403,
    "act_as_unknown": 403,
    "temporarily_unavailable": 503,
}


class Declined(Exception):  # noqa: N818 - an answer
    """Nobody is signed in: a code of MESSAGES, or another with its message."""

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or MESSAGES[code]

    def answer(self) -> Response:
        """What is told of it."""
        body = {"error": self.code, "message": self.message}
        return JSONResponse(body, status_code=STATUSES.get(self.code, 401))


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, and from where."""

    fields: dict[str, Any]
    source: str

    def text(self, name: str, most: int) -> str:
        """A field that must be a text. Raises Declined for anything else."""
        value = self.fields.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise Declined("invalid_request")
        return value

    def account(self) -> tuple[str, str]:
        """A name and a password."""
        username, password = self.text("username", MAX_SIGN_IN), self.text("password", MOST_PASSWORD)
        return username[:MAX_USERNAME], password


@dataclass(frozen=True, slots=True)
class SignIn:
    """The routes. `seconds`: how long an access token is good."""

    credentials: Credentials
    sessions: Sessions
    second_factors: SecondFactors
    actors: Actors
    sources: Sources
    clock: Clock
    audit: AuditWriter
    seconds: float
    demo: bool

    def routes(self) -> list[Route]:
        """All of them: each takes a JSON object by POST."""
        ways = {
            "/auth/token": self.sign_in,
            "/auth/refresh": self.refresh,
            "/auth/password": self.change_password,
            "/auth/sign-out": self.sign_out,
            "/auth/second-factor": self.enrol,
            "/auth/second-factor/confirm": self.confirm,
            "/auth/second-factor/remove": self.remove,
        }
        return [Route(path, self._answering(way), methods=["POST"]) for path, way in ways.items()]

    def _answering(self, way: Any) -> Any:
        async def answer(request: Request) -> Response:
            try:
                return JSONResponse(await way(request, await sent_in(request, self.sources)))
            except Declined as declined:
                return declined.answer()

        return answer

    async def sign_in(self, _request: Request, sent: Sent) -> dict[str, Any]:
        """Exchange a username, a password and, of whoever has a second factor, a code of it for tokens.

        A wrong name, a wrong password and a locked account are answered alike: only a name that exists can be locked.
        """
        now = self.clock()
        user = await self._checked(sent, now, "sign_in")
        return await self._opened(user, sent, now)

    async def refresh(self, _request: Request, sent: Sent) -> dict[str, Any]:
        """Exchange a refresh token, which is then used up, for new tokens."""
        token, now = sent.text("refresh_token", MOST_PASSWORD), self.clock()
        try:
            opened = await self.sessions.refresh(token, now)
        except Reused as reused:
            await self.credentials.count_failure(reused.username, sent.source, now)
            await self._refused(reused.username, sent, now, "refresh", "REUSED")
            opened = None
        if opened is None:
            raise Declined("invalid_refresh_token")
        return self._tokens(opened, now)

    async def change_password(self, _request: Request, sent: Sent) -> dict[str, Any]:
        """Replace the password by another. Every session of the account ends; the answer begins a new one."""
        new, now = sent.text("new_password", MAX_SIGN_IN), self.clock()
        user = await self._checked(sent, now, "change_password", published=True)
        reason = refused_because(new, user.username, second_factor=user.second_factor)
        if reason is None and normalised(new) == normalised(sent.account()[1]):
            reason = "新密码须与原密码不同"
        if reason is not None:
            raise Declined("password_refused", reason)
        await self._record(user, sent, now, "change_password")
        changed = await self.credentials.set_password(user, new)
        if changed is None:
            raise Declined("invalid_credentials")
        return await self._opened(changed, sent, now)

    async def enrol(self, _request: Request, sent: Sent) -> dict[str, Any]:
        """A new secret for an authenticator; it counts once a code of it has confirmed it."""
        user = await self._checked(sent, self.clock(), "enrol_second_factor")
        enrolment = await self.second_factors.enrol(user.username)
        return {"secret": enrolment.secret, "uri": enrolment.uri}

    async def confirm(self, _request: Request, sent: Sent) -> dict[str, Any]:
        """Ask for the new secret's codes from now on. Every other session ends; recovery codes are shown once."""
        new_code, now = sent.text("new_code", MAX_CODE), self.clock()
        codes: list[str] = []

        async def confirm_new(user: SignedIn) -> SignedIn:
            confirmed = await self.second_factors.confirm(user, new_code, now)
            if confirmed is None:
                raise Declined("invalid_code")
            codes.extend(confirmed.recovery_codes)
            return confirmed.user

        user = await self._checked(sent, now, "confirm_second_factor", and_then=confirm_new)
        return await self._opened(user, sent, now) | {"recovery_codes": codes}

    async def remove(self, _request: Request, sent: Sent) -> dict[str, Any]:
        """Ask for no second factor any more; of whom one is demanded, the next sign-in has them enrol another."""
        user = await self._checked(sent, self.clock(), "remove_second_factor")
        await self.second_factors.remove(user.username)
        return {}

    async def sign_out(self, request: Request, sent: Sent) -> dict[str, Any]:
        """End the session of the bearer token, or of a refresh token that is sent; with `everywhere` all of the account."""
        token, now = sent.fields.get("refresh_token"), self.clock()
        if isinstance(token, str) and len(token) <= MOST_PASSWORD:
            await self.sessions.end_by_token(token, now)
            return {}
        try:
            claims = await self.actors.signed_in(request.headers.get("authorization"))
        except Unauthenticated:
            raise Declined("invalid_token") from None
        everywhere = sent.fields.get("everywhere") is True
        user = SignedIn(claims.username, claims.county_id, claims.user_id, claims.generation)
        await self._record(user, sent, now, "sign_out_everywhere" if everywhere else "sign_out")
        if everywhere:
            await self.sessions.end_all(claims.username)
        elif claims.session is not None:
            await self.sessions.end(claims.session, now)
        else:
            raise Declined("invalid_request", "该令牌不属于任何会话，只能全部退出（everywhere）")
        return {}

    async def _checked(
        self, sent: Sent, now: datetime, action: str, *, published: bool = False, and_then: Confirm | None = None
    ) -> SignedIn:
        """Whose password and second factor were sent, and, of these, what `and_then` asks. Raises Declined.

        What it is for, the `action`, is on record if it was refused, and before it is done; of what must first be
        looked at further whoever called records it.
        `published`: a password that anybody can read will do, to choose another.
        """
        username, password = sent.account()
        code = sent.fields.get("code")
        if code is not None and (not isinstance(code, str) or len(code) > MAX_CODE):
            raise Declined("invalid_request")

        async def confirm(user: SignedIn) -> SignedIn:
            if user.published and not (self.demo or published):
                raise Declined("password_change_required")
            if await self.second_factors.is_asked(user.username):
                if code is None:
                    raise Declined("second_factor_required")
                if not await self.second_factors.check(user.username, code, now):
                    raise Declined("invalid_code")
                user = replace(user, second_factor=True)
            return user if and_then is None else await and_then(user)

        refused = "WRONG_PASSWORD"
        try:
            user = await self.credentials.sign_in(username, password, now, sent.source, confirm)
        except Locked:
            user, refused = None, "LOCKED"
        except Declined as declined:
            await self._refused(username, sent, now, action, declined.code.upper())
            raise
        if user is None:
            await self._refused(username, sent, now, action, refused)
            raise Declined("invalid_credentials")
        if action not in {"sign_in", "change_password"}:
            await self._record(user, sent, now, action)
        return user

    async def _refused(self, username: str, sent: Sent, now: datetime, action: str, why: str) -> None:
        """Have it recorded. Nobody waits for the entry: of a name that nobody has there is none, and the time must not tell."""
        account = await self.credentials.find(username)
        if account is not None:
            entry = signing_in(account.county_id, account.user_id, now, sent.source, refused=why, action=action)
            self.audit.write_soon(entry)

    async def _record(self, user: SignedIn, sent: Sent, now: datetime, action: str) -> None:
        """Put it on record before anything is given. Raises Declined where that cannot be."""
        try:
            await self.audit.write(signing_in(user.county_id, user.user_id, now, sent.source, action=action))
        except AuditUnavailable:
            raise Declined("temporarily_unavailable", UNRECORDED) from None

    async def _opened(self, user: SignedIn, sent: Sent, now: datetime) -> dict[str, Any]:
        """A new session's tokens. Raises Declined where a second factor is demanded that the account does not have."""
        if not user.second_factor and await self.actors.must_show_second_factor(user):
            await self._refused(user.username, sent, now, "sign_in", "SECOND_FACTOR_ENROLMENT_REQUIRED")
            raise Declined("second_factor_enrolment_required")
        await self._record(user, sent, now, "sign_in")
        return self._tokens(await self.sessions.begin(user, now), now)

    def _tokens(self, opened: Opened, now: datetime) -> dict[str, Any]:
        # No access token outlives its session.
        seconds = min(self.seconds, (opened.session_until - now).total_seconds())
        return {
            "access_token": self.actors.tokens.issue(opened.user, seconds),
            "token_type": "Bearer",
            "expires_in": int(seconds),
            "refresh_token": opened.refresh_token,
            "refresh_expires_in": int((opened.refresh_until - now).total_seconds()),
        }


async def sent_in(request: Request, sources: Sources) -> Sent:
    """The JSON object of a request; an empty one of anything else."""
    body = b""
    if "application/json" in request.headers.get("content-type", ""):
        with contextlib.suppress(TooLarge, Slow, Gone):
            body = await body_of(dict(request.scope["headers"]), request.receive, MAX_SIGN_IN)
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError:
        fields = None
    return Sent(fields if isinstance(fields, dict) else {}, sources.of(request.scope))
