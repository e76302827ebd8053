"""Assembles a server process: settings, policy, connections, routes."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from api.fast_path.door import FastPath, fast_path
from api.graphql.context import Context
from api.graphql.documents import Documents
from api.graphql.inquiries import Inquiries
from api.graphql.reads import Reads
from api.graphql.schema import graphql_schema
from api.graphql.writes import Writes
from api.http.api_keys import Keys
from api.http.authentication import Actors, Tokens
from api.http.endpoint import Endpoint, Load, no_exchange
from api.http.headers import COMMON, DATA, PAGE, UNKEPT, adding
from api.http.logs import log_as
from api.http.openid import Provider, ProviderKeys, ProviderTokens
from api.http.sign_in import SignIn
from api.http.sources import Sources
from api.settings import Settings
from authz.enforcer import Policies
from domain.audit.writer import PATIENCE, AuditWriter
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import Clock, system_clock
from domain.foundation.database.session import Engine, create_engine
from domain.foundation.query.run import PooledReader, Reader
from domain.registry import CATALOGUE
from domain.tenancy.api_keys import ApiKeys
from domain.tenancy.credentials import Credentials
from domain.tenancy.second_factors import SecondFactors
from domain.tenancy.sessions import Lifetimes, Sessions

PAGES = Path(__file__).parent / "graphiql" / "static"
STATIC = "/graphql/static/"
# Requests leave next to nothing to collect: objects made before the collector looks, in each of its three generations.
COLLECT_AFTER = (20_000, 20, 50)


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
    sessions = sessions_of(settings, credentials)
    keys = ApiKeys(credentials)
    second_factor = settings.require_second_factor and not settings.demo
    actors = Actors(
        tokens, reader, sessions, keys, second_factor=second_factor, provider=provider_of(settings, clock), clock=clock
    )
    engine = create_engine(urls.application, connections=settings.write_connections)
    audit = AuditWriter(urls.application, patience=PATIENCE * settings.database_slowness)
    inquiries = Inquiries(engine, policies, reader, clock)
    reads = Reads(schema, CATALOGUE, policies, reader, audit, clock=clock, inquiries=inquiries)

    def context(actor: Actor) -> Context:
        return Context(actor, engine, policies, clock, audit)

    load = Load(settings.most_requests, settings.most_commands)
    exchange_of = no_exchange if fast is None else fast.exchange_of
    endpoint = Endpoint(
        Documents(schema), actors, reads, Writes(reads, context), load, exchange_of, settings.open_introspection
    )
    parts = Parts(reader, credentials, tokens, actors, reads, endpoint, audit, fast)
    sources = Sources(settings.trusted_proxies)
    sign_in = SignIn(
        credentials,
        sessions,
        SecondFactors(credentials, settings.secret_key()),
        actors,
        sources,
        clock,
        audit,
        settings.token_hours * 3600,
        settings.demo,
    )

    routes = [
        Route("/graphql", graphql, methods=["GET"]),
        Mount("/graphql/static", Starlette(routes=[Mount("/", StaticFiles(directory=PAGES))], middleware=[Middleware(GZipMiddleware)])),
        *sign_in.routes(),
        *Keys(keys, actors, context, schema, sources).routes(),
        Route("/healthz", healthy),
        Route("/readyz", ready_by(reader)),
    ]  # fmt: skip
    return parts, Front(endpoint, Starlette(routes=routes, lifespan=closing(reader, audit, credentials, engine)))


def closing(
    reader: Reader, audit: AuditWriter, credentials: Credentials, engine: Engine
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """The life of a server process, at whose end every connection is closed."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await reader.close()
            await audit.close()
            await credentials.close()
            await engine.dispose()

    return lifespan


def sessions_of(settings: Settings, credentials: Credentials) -> Sessions:
    """The sessions of local accounts, for as long as the settings say."""
    lifetimes = Lifetimes(timedelta(days=settings.session_days), timedelta(hours=settings.refresh_hours))
    return Sessions(credentials, lifetimes, demo=settings.demo)


def ready_by(reader: Reader) -> Callable[[Request], Awaitable[Response]]:
    """Whether this process reaches its database, as a route answers it."""

    async def ready(_request: Request) -> Response:
        try:
            async with reader.connection() as connection:
                await connection.execute("SELECT 1 FROM county LIMIT 1")
        except Exception:  # noqa: BLE001 - whatever it is, this process cannot serve now
            return PlainTextResponse("not ready", status_code=503)
        return PlainTextResponse("ready")

    return ready


def provider_of(settings: Settings, clock: Clock) -> ProviderTokens | None:
    """The identity provider that is configured, if any."""
    if settings.openid_issuer is None:
        return None
    assert settings.openid_audience is not None
    provider = Provider(
        settings.openid_issuer,
        settings.openid_audience,
        settings.openid_algorithms,
        settings.openid_username_claim,
        settings.openid_keys_file,
    )
    return ProviderTokens(provider, ProviderKeys(provider), clock)


async def graphql(request: Request) -> Response:
    """GraphiQL, for browsers."""
    if "text/html" in request.headers.get("accept", ""):
        return FileResponse(PAGES / "index.html", headers=PAGE)
    return PlainTextResponse("POST queries here.", status_code=405, headers={"allow": "POST"})


async def healthy(_request: Request) -> Response:
    """The process lives."""
    return PlainTextResponse("ok")


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
