"""The server as a client sees it: GraphQL over HTTP, in this process, on a real database."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from pydantic import SecretStr

from api.http.app import Parts, assemble
from api.settings import Settings
from tests.support.wire import listening

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

# Nothing is encrypted here, and to read the machine's certificates takes longer than to start a server.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
Clock = Callable[[], datetime]


@dataclass
class Client:
    """One signed-in account (or nobody, without a token)."""

    http: httpx.AsyncClient
    token: str | None = None

    async def post(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """The whole response to one GraphQL request."""
        headers = {"accept": "application/graphql-response+json"}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token}"
        body = {"query": query, "variables": variables} | more
        return await self.http.post("/graphql", json=body, headers=headers)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a request that has no errors."""
        response = await self.post(query, variables)
        body = response.json()
        assert "errors" not in body, body["errors"]
        return dict(body["data"])

    async def refused(self, query: str, **variables: Any) -> list[str]:
        """The codes of a request's errors."""
        body = (await self.post(query, variables)).json()
        return [error["extensions"]["code"] for error in body.get("errors", [])]

    async def change(self, mutation: str, show: str = "", **given: Any) -> dict[str, Any]:
        """The payload of one mutation: `__typename`, the case's version and status, or what the problem says."""
        kind = mutation[0].upper() + mutation[1:]
        query = f"""mutation M($input: {kind}Input!) {{ {mutation}(input: $input) {{
            __typename
            ... on {kind}Success {{ case {{ id number status version {show} }} }}
            ... on Problem {{ code message rule source }}
            ... on InvalidInput {{ field }}
        }} }}"""
        return dict((await self.ask(query, input=given))[mutation])


@dataclass
class Server:
    """A server process's application with its parts, and accounts that can sign in."""

    parts: Parts
    http: httpx.AsyncClient
    app: Any
    _tokens: dict[str, str] = field(default_factory=dict)

    async def as_(self, username: str) -> Client:
        """A client with a token of that account (issued directly: passwords have tests of their own)."""
        if username not in self._tokens:
            user = await self.parts.credentials.find(username)
            assert user is not None, f"the sample place has no account {username}"
            self._tokens[username] = self.parts.tokens.issue(user, 3600)
        return Client(self.http, self._tokens[username])

    @asynccontextmanager
    async def without_wire(self) -> AsyncIterator[Server]:
        """The same, asked past the HTTP server: a request given up is cancelled, as by a server that has to end."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield replace(self, http=http)

    @property
    def nobody(self) -> Client:
        """A client without a token."""
        return Client(self.http)


@asynccontextmanager
async def serving(
    urls: DatabaseUrls, secret: Path, *, clock: Clock | None = None, **more: Any
) -> AsyncIterator[Server]:
    """A server on that database. `clock` moves its time; `more` are settings."""
    # Whatever else a machine does, no test fails for it.
    more = {"database_slowness": 40.0, "demo": True} | more
    settings = Settings(database_url=SecretStr(urls.admin), secret_key_file=secret, **more)
    parts, app = assemble(settings, clock=clock or (lambda: datetime.now(UTC)))
    async with (
        app.router.lifespan_context(app),
        listening(app) as address,
        # However long a test holds the database.
        httpx.AsyncClient(base_url=address, timeout=600, trust_env=False, verify=_NO_TLS) as http,
    ):
        yield Server(parts, http, app)
