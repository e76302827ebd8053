"""What every answer says, whatever it is: what browsers may make of it, and that nobody keeps it."""

from __future__ import annotations

import pytest

from tests.support.api import Server

JSON = "application/json"
GUARDED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
NO_PAGE = GUARDED | {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
ROUTES: dict[str, tuple[str, str, dict[str, str]]] = {
    "GraphQL": ("POST", "/graphql", {"content-type": JSON}),
    "GraphQL of another kind": ("POST", "/graphql", {"content-type": "text/plain"}),
    "GraphQL by GET": ("GET", "/graphql", {}),
    "GraphQL by PUT": ("PUT", "/graphql", {}),
    "signing in": ("POST", "/auth/token", {"content-type": JSON}),
    "signing in by GET": ("GET", "/auth/token", {}),
    "health": ("GET", "/healthz", {}),
    "readiness": ("GET", "/readyz", {}),
    "nothing": ("GET", "/nothing", {}),
    "a way out": ("GET", "/graphql/%2e%2e/x", {}),
}


@pytest.mark.parametrize("name", ROUTES)
async def test_every_answer_says_what_browsers_may_make_of_it(server: Server, name: str) -> None:
    method, path, headers = ROUTES[name]
    for token in (None, (await server.as_("director.haiyan")).token):
        sent = headers if token is None else headers | {"authorization": f"Bearer {token}"}
        body = b'{"query": "{ __typename }"}' if method == "POST" else b""
        answer = await server.http.request(method, path, headers=sent, content=body)
        assert {one: answer.headers.get_list(one) for one in NO_PAGE} == {one: [is_] for one, is_ in NO_PAGE.items()}
        assert "server" not in answer.headers


async def test_the_page_and_its_files_say_so_too(server: Server) -> None:
    page = await server.http.get("/graphql", headers={"accept": "text/html"})
    for one in (page, *[await server.http.get(f"/graphql/static/{name}") for name in ("graphiql.js", "nothing.js")]):
        assert {name: one.headers[name] for name in GUARDED} == GUARDED
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert (await server.http.get("/graphql/static/graphiql.js")).headers["content-type"].startswith("text/javascript")
