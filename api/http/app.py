"""Assembles a server process: settings, policy, connections, routes."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from api.fast_path.door import FastPath, fast_path
from api.graphql.context import Context
from api.graphql.documents import Documents
from api.graphql.reads import UNRECORDED, Reads
from api.graphql.schema import graphql_schema
from api.graphql.writes import Writes
from api.http.authentication import Actors, Tokens
from api.http.endpoint import Endpoint, Load, no_exchange
from api.http.headers import COMMON, DATA, PAGE, UNKEPT, adding
from api.http.logs import log_as
from api.http.requests import (
    Gone,
    Slow,
    TooLarge,
    body_of,
)
from api.http.sources import Sources
from api.settings import Settings
from authz.enforcer import Policies
from domain.audit.entries import signing_in
from domain.audit.writer import PATIENCE, AuditUnavailable, AuditWriter
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import Clock, system_clock
from domain.foundation.database.session import create_engine
from domain.foundation.query.run import PooledReader, Reader
from domain.registry import CATALOGUE
from domain.tenancy.credentials import LOCK_FOR, Credentials, Locked

PAGES = Path(__file__).parent / "graphiql" / "static"
STATIC = "/graphql/static/"
MAX_PASSWORD = 1_000
# Requests leave next to nothing to collect: objects made before the collector looks, in each of its three generations.
COLLECT_AFTER = (20_000, 20, 50)
# Bytes of a request to sign in: anybody may send one.
MAX_SIGN_IN = 10_000
WRONG = f"用户名或密码不正确；连续多次不正确的，须等待后再试，最长{LOCK_FOR.seconds // 60}分钟"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process holds open, and the fast path, where it is taken."""

    reader: Reader
    credentials: Credentials
    tokens: Tokens
    actors: Actors
    reads: Reads
    endpoint: Endpoint
    audit: AuditWriter
    fast: FastPath | None


@dataclass(frozen=True, slots=True)
class Front:
    """The ASGI application: what is sent to GraphQL goes straight there, everything else the way of Starlette's routes."""

    endpoint: Endpoint
    routes: Starlette

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and end with the server."""
        if scope["type"] != "http":
            await self.routes(scope, receive, send)
        elif scope["path"] == "/graphql" and scope["method"] == "POST":
            await self.endpoint(scope, receive, send)
        else:
            headers = COMMON if scope["path"].startswith(STATIC) else DATA | UNKEPT
            await self.routes(scope, receive, adding(send, headers))

    @property
    def router(self) -> Router:
        """The routes' own, whose lifespan is the application's."""
        return self.routes.router


def assemble(settings: Settings, *, clock: Clock = system_clock) -> tuple[Parts, Front]:
    """The parts of a server and its ASGI application; connections are opened when first needed."""
    urls = settings.database_urls()
    schema = graphql_schema()
    policies = Policies()
    fast = fast_path(settings)
    new_reader = PooledReader if fast is None else fast.reader
    reader = new_reader(urls.reading, settings.read_connections, slowness=settings.database_slowness)
    credentials = Credentials(urls.authentication)
    tokens = Tokens(settings.secret_key(), clock=clock)
    actors = Actors(tokens, reader, credentials, clock=clock)
    engine = create_engine(urls.application, connections=settings.write_connections)
    audit = AuditWriter(urls.application, patience=PATIENCE * settings.database_slowness)
    reads = Reads(schema, CATALOGUE, policies, reader, audit, clock=clock)

    def context(actor: Actor) -> Context:
        return Context(actor, engine, policies, clock, audit)

    load = Load(settings.most_requests, settings.most_commands)
    exchange_of = no_exchange if fast is None else fast.exchange_of
    endpoint = Endpoint(
        Documents(schema), actors, reads, Writes(reads, context), load, exchange_of, settings.open_introspection
    )
    parts = Parts(reader, credentials, tokens, actors, reads, endpoint, audit, fast)
    sources = Sources(settings.trusted_proxies)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await reader.close()
            await audit.close()
            await credentials.close()
            await engine.dispose()

    async def token(request: Request) -> Response:
        source = sources.of(request.scope)
        return await signed_in(request, source, credentials, tokens, audit, settings.token_hours * 3600, clock)

    async def ready(_request: Request) -> Response:
        try:
            async with reader.connection() as connection:
                await connection.execute("SELECT 1 FROM county LIMIT 1")
        except Exception:  # noqa: BLE001 - whatever it is, this process cannot serve now
            return PlainTextResponse("not ready", status_code=503)
        return PlainTextResponse("ready")

    routes = [
        Route("/graphql", graphql, methods=["GET"]),
        Mount("/graphql/static", Starlette(routes=[Mount("/", StaticFiles(directory=PAGES))], middleware=[Middleware(GZipMiddleware)])),
        Route("/auth/token", token, methods=["POST"]),
        Route("/healthz", healthy),
        Route("/readyz", ready),
    ]  # fmt: skip
    return parts, Front(endpoint, Starlette(routes=routes, lifespan=lifespan))


async def graphql(request: Request) -> Response:
    """GraphiQL, for browsers."""
    if "text/html" in request.headers.get("accept", ""):
        return FileResponse(PAGES / "index.html", headers=PAGE)
    return PlainTextResponse("POST queries here.", status_code=405, headers={"allow": "POST"})


async def healthy(_request: Request) -> Response:
    """The process lives."""
    return PlainTextResponse("ok")


async def signed_in(
    request: Request,
    source: str,
    credentials: Credentials,
    tokens: Tokens,
    audit: AuditWriter,
    seconds: float,
    clock: Clock,
) -> Response:
    """Exchange a username and a password for a token.

    A wrong name, a wrong password and a locked account are answered alike: only a name that exists can be locked.
    `source`: from where it is asked.
    """
    body = b""
    if "application/json" in request.headers.get("content-type", ""):
        with contextlib.suppress(TooLarge, Slow, Gone):
            body = await body_of(dict(request.scope["headers"]), request.receive, MAX_SIGN_IN)
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError:
        sent = None
    username, password = (sent.get("username"), sent.get("password")) if isinstance(sent, dict) else (None, None)
    if not isinstance(username, str) or not isinstance(password, str) or len(password) > MAX_PASSWORD:
        return JSONResponse({"error": "invalid_request", "message": "请提供用户名和密码"}, status_code=400)
    refused = "WRONG_PASSWORD"
    try:
        user = await credentials.sign_in(username[:200], password, clock(), source)
    except Locked:
        user, refused = None, "LOCKED"
    if user is None:
        # Nobody waits for the entry: of a name that nobody has there is none, and the time must not tell.
        account = await credentials.find(username[:200])
        if account is not None:
            audit.write_soon(signing_in(account.county_id, account.user_id, clock(), source, refused=refused))
        return JSONResponse({"error": "invalid_credentials", "message": WRONG}, status_code=401)
    try:
        await audit.write(signing_in(user.county_id, user.user_id, clock(), source))
    except AuditUnavailable:
        return JSONResponse({"error": "temporarily_unavailable", "message": UNRECORDED}, status_code=503)
    issued = {"access_token": tokens.issue(user, seconds), "token_type": "Bearer", "expires_in": int(seconds)}
    return JSONResponse(issued)


def create_app() -> Front:
    """The application of one server process, from the environment's settings."""
    settings = Settings()
    log_as(settings)
    parts, app = assemble(settings)
    if parts.fast is not None:
        parts.fast.schedule()
    # What is here now stays: the collector need not look through it again, in the middle of somebody's request. Nor
    # once beforehand: what was left behind on the way is little, and looking for it takes longer than anything else.
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()
    return app
