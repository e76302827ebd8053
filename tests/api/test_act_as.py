"""Acting as one of one's memberships: for the request that alone lets the caller see or do anything, and nothing more than before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from domain.foundation.basics.ids import global_id
from tests.api.test_sign_in import two_servers
from tests.support.accounts import COUNTY, an_account
from tests.support.api import Client, Server
from tests.support.rows import execute, fetch, value

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

WHO = "two.offices.haiyan"
COUNT = "{ cases { totalCount } }"
OFFICES = "SELECT id, role FROM membership WHERE user_id = (SELECT user_id FROM credential WHERE username = $1)"


async def offices(urls: DatabaseUrls) -> dict[str, str]:
    """Role -> the id of the membership with it."""
    return {row["role"]: global_id("membership", row["id"]) for row in await fetch(urls, OFFICES, WHO)}


async def centre(urls: DatabaseUrls, username: str) -> str:
    return str(
        await value(
            urls,
            "SELECT o.name FROM membership m JOIN credential c USING (county_id, user_id)"
            " JOIN organisation o ON o.county_id = m.county_id AND o.id = m.organisation_id WHERE c.username = $1 LIMIT 1",
            username,
        )
    )


async def somebody(urls: DatabaseUrls) -> dict[str, str]:
    """An account that dispatches in Haiyan's centre and is a grid worker beside it."""
    places = [await centre(urls, name) for name in ("dispatcher.haiyan", "grid.haiyan")]
    await an_account(urls, WHO, ("centre_dispatcher", places[0]), ("grid_worker", places[1]))
    return await offices(urls)


async def post(client: Client, query: str, act_as: str | None, **variables: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {client.token}", "accept": "application/graphql-response+json"}
    if act_as is not None:
        headers["x-act-as"] = act_as
    return await client.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


async def count(client: Client, act_as: str | None) -> int:
    response = await post(client, COUNT, act_as)
    assert response.status_code == 200, response.text
    return int(response.json()["data"]["cases"]["totalCount"])


async def test_each_membership_shows_what_it_shows_alone(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    held = await somebody(fresh_haiyan_urls)
    client = await live.as_(WHO)
    both = await count(client, None)
    dispatcher, worker = await count(client, held["centre_dispatcher"]), await count(client, held["grid_worker"])
    for role, name in (("centre_dispatcher", "dispatcher.haiyan"), ("grid_worker", "grid.haiyan")):
        own = await live.as_(name)
        other = (await own.ask(COUNT))["cases"]["totalCount"]
        assert {"centre_dispatcher": dispatcher, "grid_worker": worker}[role] == other
    assert 0 < worker < dispatcher <= both
    assert await count(client, None) == both, "for the one request alone"


async def test_a_command_asks_that_membership_alone(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    held = await somebody(fresh_haiyan_urls)
    client = await live.as_(WHO)
    found = await client.ask("{ cases(filter: { status: [REGISTERED] }) { nodes { id version } } }")
    case = found["cases"]["nodes"][0]
    accept = """mutation A($id: ID!, $version: Int!) { caseAccept(input: { caseId: $id, expectedVersion: $version, dryRun: true }) { __typename } }"""
    told = {
        role: (await post(client, accept, act_as, id=case["id"], version=case["version"])).json()["data"]["caseAccept"]
        for role, act_as in held.items()
    }
    # The rule refuses whom the gate let through; whoever is not let through is told so.
    assert told["centre_dispatcher"] == {"__typename": "RuleRefused"}
    assert told["grid_worker"]["__typename"] in {"Forbidden", "NotFound"}


async def test_what_is_not_held_is_refused_alike(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    held = await somebody(fresh_haiyan_urls)
    client = await live.as_(WHO)
    another = await value(
        fresh_haiyan_urls,
        "SELECT m.id FROM membership m JOIN credential c USING (county_id, user_id) WHERE c.username = 'director.haiyan'",
    )
    ended = held["grid_worker"]
    await execute(fresh_haiyan_urls, "UPDATE membership SET valid_until = now() WHERE id = $1", ended.partition(":")[2])
    said = set()
    for act_as in (
        global_id("membership", another),
        "membership:0192f000-0000-7000-8000-00000000dead",
        ended,
        held["centre_dispatcher"].partition(":")[2],
        held["centre_dispatcher"].replace("membership", "user"),
        "",
        "x" * 3_000,
    ):
        refused = await post(client, COUNT, act_as)
        assert refused.status_code == 403, act_as
        said.add(refused.text)
        assert refused.json()["errors"][0]["extensions"] == {"code": "ACT_AS_UNKNOWN"}
    assert len(said) == 1
    assert (await post(Client(live.http, "nonsense"), COUNT, held["centre_dispatcher"])).status_code == 401


async def test_what_denies_one_membership_denies_the_other_too(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    """A mediator who is a party of a case elsewhere does not shed that by acting as a mediator."""
    name = await centre(fresh_haiyan_urls, "dispatcher.haiyan")
    community = "海宴圩社区"
    user = await an_account(fresh_haiyan_urls, WHO, ("centre_dispatcher", name), ("resident", community))
    held = await offices(fresh_haiyan_urls)
    client = await live.as_(WHO)
    case = await value(
        fresh_haiyan_urls,
        "SELECT id FROM dispute_case WHERE county_id = $1 AND number = '(2024)海宴人调字第00037号'",
        COUNTY,
    )
    await execute(
        fresh_haiyan_urls,
        "UPDATE case_party SET user_id = $1 WHERE id = (SELECT id FROM case_party WHERE case_id = $2 ORDER BY id LIMIT 1)",
        user.partition(":")[2],
        case,
    )
    query = "query Q($id: ID!) { node(id: $id) { ... on Case { number notes { totalCount } } } }"
    archive = """mutation A($id: ID!) { caseArchive(input: { caseId: $id, expectedVersion: 1, dryRun: true }) { __typename } }"""
    of_case = global_id("case", case)
    whole = await post(client, archive, None, id=of_case)
    alone = await post(client, archive, held["centre_dispatcher"], id=of_case)
    assert whole.json()["data"] == alone.json()["data"] == {"caseArchive": {"__typename": "Forbidden"}}
    told = [(await post(client, query, act_as, id=of_case)).json() for act_as in (held["centre_dispatcher"], None)]
    assert told[0] == told[1]


async def test_a_membership_that_ends_ends_acting_as_it_on_every_server(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    held = await somebody(fresh_haiyan_urls)
    async with two_servers(fresh_haiyan_urls, secret_key_file) as servers:
        clients = [await server.as_(WHO) for server in servers]
        for client in clients:
            assert await count(client, held["grid_worker"]) > 0
        await execute(
            fresh_haiyan_urls,
            "UPDATE membership SET valid_until = now() WHERE id = $1",
            held["grid_worker"].partition(":")[2],
        )
        for client in clients:
            assert (await post(client, COUNT, held["grid_worker"])).status_code == 403
            assert await count(client, held["centre_dispatcher"]) > 0
        # One that begins counts at once.
        await execute(
            fresh_haiyan_urls,
            "UPDATE membership SET valid_until = NULL WHERE id = $1",
            held["grid_worker"].partition(":")[2],
        )
        for client in clients:
            assert await count(client, held["grid_worker"]) > 0
