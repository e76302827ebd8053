"""Administrators' keys for integrations: /auth/keys. What may be done is asked of the policy, upon the organisation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from graphql import GraphQLSchema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.graphql.callers import StaleAccess
from api.graphql.context import Context, Done, Refusal
from api.graphql.reads import UNRECORDED
from api.http.authentication import NOT_HELD, Actors, NotHeld, Unauthenticated
from api.http.sign_in import Declined, sent_in
from api.http.sources import Sources
from authz.gate import Gate
from domain.audit.entries import attempt as refused_attempt, record_command
from domain.audit.writer import AuditUnavailable
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import DomainError, Forbidden, InvalidInput, NotFound
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import global_id, parse_global_id
from domain.foundation.database.session import Session
from domain.tenancy.api_keys import LONGEST, LONGEST_OVERLAP, MANAGE, ApiKeys, Issued, NewKey, add_account

RELOADS = 3
_STATUSES = {NotFound: 404, Forbidden: 403, InvalidInput: 400}
_MOMENTS = ("created_at", "expires_at", "revoked_at", "last_used_at")


Change = Callable[[Session, Grant, datetime], Awaitable[dict[str, Any]]]


@dataclass(slots=True)
class _Attempt:
    """What is asked of the gate upon an organisation, and what is done in the same transaction."""

    context: Context
    organisation: UUID
    clock: Clock
    # What it is called in the audit log; None of what only shows.
    command: str | None
    change: Change | None
    grant: Grant | None = None

    async def work(self, session: Session, gate: Gate) -> Done:
        self.grant = await gate.require(session, "organisation", MANAGE, self.organisation)
        await self.context.require_fresh(session)
        told = {} if self.change is None else await self.change(session, self.grant, self.clock())
        if self.command is not None:
            record_command(session, self.grant, self.command, ("organisation", self.organisation), self.clock())
        return Done(self.organisation, told)


@dataclass(frozen=True, slots=True)
class Keys:
    """The routes."""

    keys: ApiKeys
    actors: Actors
    context: Callable[[Actor], Context]
    schema: GraphQLSchema
    sources: Sources

    def routes(self) -> list[Route]:
        """All of them, for local accounts' bearer tokens."""
        return [
            Route("/auth/keys", self._answering(self.list), methods=["GET"]),
            Route("/auth/keys", self._answering(self.create), methods=["POST"]),
            Route("/auth/keys/{id}/rotate", self._answering(self.rotate), methods=["POST"]),
            Route("/auth/keys/{id}/revoke", self._answering(self.revoke), methods=["POST"]),
        ]

    def _answering(self, way: Any) -> Any:
        async def answer(request: Request) -> Response:
            try:
                return JSONResponse(await way(request))
            except Declined as declined:
                return declined.answer()
            except Unauthenticated:
                return Declined("invalid_token").answer()
            except AuditUnavailable:
                return Declined("temporarily_unavailable", UNRECORDED).answer()
            except NotHeld:
                return Declined("act_as_unknown", NOT_HELD).answer()
            except DomainError as refused:
                status = next((code for kind, code in _STATUSES.items() if isinstance(refused, kind)), 400)
                return JSONResponse({"error": refused.code.lower(), "message": refused.message}, status_code=status)

        return answer

    async def list(self, request: Request) -> dict[str, Any]:
        """The keys of an organisation, named in the query as `organisation`."""
        organisation = parse_global_id(request.query_params.get("organisation", ""), "organisation")
        grant, _ = await self._granted(request, organisation)
        return {"keys": [_shown(row) for row in await self.keys.of_organisation(grant)]}

    async def create(self, request: Request) -> dict[str, Any]:
        """A new key with an account of its own; it is never shown again."""
        fields = (await sent_in(request, self.sources)).fields
        organisation = fields.get("organisation")
        wanted = self._wanted(fields)

        async def add(session: Session, grant: Grant, now: datetime) -> dict[str, Any]:
            return {"user": await add_account(session, grant, wanted, now)}

        named = parse_global_id(organisation, "organisation") if isinstance(organisation, str) else None
        grant, told = await self._granted(request, named, "apiKeyCreate", add)
        return _issued(await self.keys.issue(grant, told["user"], wanted, self.actors.clock()))

    async def rotate(self, request: Request) -> dict[str, Any]:
        """Another key in its place; the old one is good for so many `overlapHours` longer."""
        fields = (await sent_in(request, self.sources)).fields
        overlap = _span(fields, "overlapHours", timedelta(hours=1), LONGEST_OVERLAP, 24)
        lifetime = _span(fields, "days", timedelta(days=1), LONGEST, 90)
        key_id, grant = await self._of_key(request, "apiKeyRotate")
        return _issued(await self.keys.rotate(grant, key_id, overlap, lifetime, self.actors.clock()))

    async def revoke(self, request: Request) -> dict[str, Any]:
        """End a key at once."""
        key_id, grant = await self._of_key(request, "apiKeyRevoke")
        await self.keys.revoke(grant, key_id, self.actors.clock())
        return {}

    async def _of_key(self, request: Request, command: str) -> tuple[UUID, Grant]:
        """A key by its id, and the grant upon its organisation. Raises NotFound alike for what is absent or beyond reach."""
        key_id = parse_global_id(request.path_params["id"], "apikey")
        found = None if key_id is None else await self.keys.organisation_of(key_id)
        grant, _ = await self._granted(request, None if found is None else found[1], command)
        assert key_id is not None
        return key_id, grant

    async def _granted(
        self, request: Request, organisation: UUID | None, command: str | None = None, change: Change | None = None
    ) -> tuple[Grant, dict[str, Any]]:
        """The gate's word upon an organisation, and what was changed in the same transaction. Raises what refuses it."""
        authorization = request.headers.get("authorization")
        act_as = request.headers.get("x-act-as")
        actor = await self.actors.of(authorization, act_as)
        for _ in range(RELOADS):
            if actor.operations is not None:
                # What a program is let do is named, and this is not among it.
                raise Forbidden
            if organisation is None:
                raise NotFound
            attempt = _Attempt(self.context(actor), organisation, self.actors.clock, command, change)
            try:
                outcome = await attempt.context.perform("apiKeys", None, None, attempt.work)
            except StaleAccess:
                actor = await self.actors.reload(authorization, act_as)
                continue
            if isinstance(outcome, Refusal):
                if command is not None:
                    await self._record_refusal(attempt.context, command, outcome, organisation)
                raise outcome.error
            assert attempt.grant is not None
            return attempt.grant, outcome.told
        raise StaleAccess

    async def _record_refusal(self, context: Context, command: str, refusal: Refusal, organisation: UUID) -> None:
        subject, version = ("organisation", organisation), context.policies.current.version
        code, now = refusal.error.code, self.actors.clock()
        await context.audit.write(refused_attempt(context.actor, command, code, now, version, subject=subject))

    def _wanted(self, fields: dict[str, Any]) -> NewKey:
        """What is asked for. Raises InvalidInput."""
        name, role, operations = fields.get("name"), fields.get("role"), fields.get("operations")
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= 50 or "\0" in name:
            raise InvalidInput("请给密钥一个名称（1至50个字符）", "Name the key", field="name")
        if not isinstance(role, str) or len(role) > 50:
            raise InvalidInput("请指定角色", "Name a role", field="role")
        known = {*self.schema.query_type.fields, *self.schema.mutation_type.fields}  # type: ignore[union-attr]
        if (
            not isinstance(operations, list)
            or not 1 <= len(operations) <= 50
            or not all(isinstance(one, str) and one in known for one in operations)
        ):
            raise InvalidInput(
                "请列出密钥可以使用的查询和变更的名称（1至50个）",
                "Name fields of Query and Mutation",
                field="operations",
            )
        lifetime = _span(fields, "days", timedelta(days=1), LONGEST, 90)
        return NewKey(name.strip(), role.lower(), tuple(dict.fromkeys(operations)), lifetime)


def _span(fields: dict[str, Any], name: str, unit: timedelta, longest: timedelta, default: int) -> timedelta:
    value = fields.get(name, default)
    if type(value) is not int or not 1 <= value <= longest // unit:
        raise InvalidInput(f"{name}须为1至{longest // unit}的整数", f"{name}: 1 to {longest // unit}", field=name)
    return value * unit


def _issued(key: Issued) -> dict[str, Any]:
    return {
        "id": global_id("apikey", key.id),
        "key": key.key,
        "prefix": key.prefix,
        "expiresAt": key.expires_at.isoformat(),
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    replaces = row["replaces"]
    moments = {name: None if row[name] is None else row[name].isoformat() for name in _MOMENTS}
    return {
        "id": global_id("apikey", row["id"]),
        "name": row["name"],
        "prefix": row["prefix"],
        "operations": row["operations"],
        "createdAt": moments["created_at"],
        "expiresAt": moments["expires_at"],
        "revokedAt": moments["revoked_at"],
        "lastUsedAt": moments["last_used_at"],
        "replaces": None if replaces is None else global_id("apikey", replaces),
    }
