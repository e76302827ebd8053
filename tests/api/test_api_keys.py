"""Keys of programs: an administrator makes them for one organisation; they open what is named, for a time, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from domain.foundation.basics.ids import global_id
from domain.tenancy.sessions import digest
from tests.api.test_sign_in import MovedClock, two_servers
from tests.support.api import Client, Server, serving
from tests.support.rows import execute, fetch, value

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

ADMIN = "admin.taishan"
COUNT = "{ cases { totalCount } }"
CENTRE = """SELECT m.organisation_id, m.county_id, m.role FROM membership m JOIN credential c ON c.user_id = m.user_id
            WHERE c.username = $1 ORDER BY m.id LIMIT 1"""


async def centre(urls: DatabaseUrls, username: str = "dispatcher.haiyan") -> str:
    """The organisation of an account."""
    (row,) = await fetch(urls, CENTRE, username)
    return str(global_id("organisation", row["organisation_id"]))


async def ask(client: Client, method: str, path: str = "", **sent: Any) -> httpx.Response:
    headers = {} if client.token is None else {"authorization": f"Bearer {client.token}"}
    way = f"/auth/keys{path}"
    if method == "GET":
        return await client.http.get(way, params=sent, headers=headers)
    return await client.http.post(way, json=sent, headers=headers)


async def a_key(server: Server, urls: DatabaseUrls, *operations: str, **more: Any) -> dict[str, Any]:
    """A key of the centre of Haiyan, as a dispatcher."""
    wanted = {
        "organisation": await centre(urls),
        "name": "大屏对接",
        "role": "CENTRE_DISPATCHER",
        "operations": list(operations) or ["cases"],
    }
    made = await ask(await server.as_(ADMIN), "POST", **(wanted | more))
    assert made.status_code == 200, made.text
    return dict(made.json())


async def listed(server: Server, urls: DatabaseUrls) -> list[dict[str, Any]]:
    found = await ask(await server.as_(ADMIN), "GET", organisation=await centre(urls))
    assert found.status_code == 200, found.text
    return list(found.json()["keys"])


async def test_a_key_shows_what_its_role_shows_there_and_is_kept_as_a_digest(
    live: Server, fresh_haiyan_urls: DatabaseUrls
) -> None:
    made = await a_key(live, fresh_haiyan_urls)
    assert made["key"].startswith(made["prefix"] + "_")
    program = Client(live.http, made["key"])
    person = await live.as_("dispatcher.haiyan")
    assert await program.ask(COUNT) == await person.ask(COUNT)
    rows = await fetch(fresh_haiyan_urls, "SELECT * FROM api_key")
    assert [row["token_hash"] for row in rows] == [digest(made["key"])]
    assert made["key"].encode() not in repr([tuple(row) for row in rows]).encode()
    recorded = await fetch(fresh_haiyan_urls, "SELECT action, outcome FROM audit_entry WHERE action LIKE 'apiKey%'")
    assert [(row["action"], row["outcome"]) for row in recorded] == [("apiKeyCreate", "done")]
    (shown,) = await listed(live, fresh_haiyan_urls)
    assert (shown["id"], shown["prefix"], shown["operations"]) == (made["id"], made["prefix"], ["cases"])
    assert shown["lastUsedAt"] is not None
    assert made["key"] not in str(shown)


@pytest.mark.parametrize(
    "query",
    [
        "{ organisations { totalCount } }",
        "{ cases { totalCount } organisations { totalCount } }",
        "{ cases { totalCount } x: organisations { totalCount } }",
        "{ ...F } fragment F on Query { cases { totalCount } ... { ... on Query { organisations { totalCount } } } }",
        "{ viewer { user { id } } }",
        '{ node(id: "case:0") { id } }',
        "{ __schema { queryType { name } } }",
        'mutation { caseAccept(input: { caseId: "case:0", expectedVersion: 1 }) { __typename } }',
    ],
)
async def test_what_a_key_does_not_name_is_refused_whole(
    live: Server, fresh_haiyan_urls: DatabaseUrls, query: str
) -> None:
    program = Client(live.http, (await a_key(live, fresh_haiyan_urls))["key"])
    refused = await program.post(query)
    assert (refused.status_code, await program.refused(query)) == (403, ["OPERATION_NOT_ALLOWED"])
    assert "data" not in refused.json()


async def test_a_named_mutation_is_carried_out_as_the_program(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    program = Client(live.http, (await a_key(live, fresh_haiyan_urls, "caseAccept", "cases"))["key"])
    found = await program.ask("{ __typename cases(filter: { status: [REGISTERED] }) { nodes { id version } } }")
    case = found["cases"]["nodes"][0]
    payload = await program.change(
        "caseAccept", caseId=case["id"], expectedVersion=case["version"], rightsToldAt="2026-01-01T00:00:00+08:00"
    )
    assert payload["__typename"] in {"CaseAcceptSuccess", "RuleRefused", "InvalidInput"}, payload


async def test_keys_expire_and_end_everywhere_when_revoked(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    clock = MovedClock()
    async with two_servers(fresh_haiyan_urls, secret_key_file, clock=clock) as servers:
        short = await a_key(servers[0], fresh_haiyan_urls, days=2)
        long = await a_key(servers[0], fresh_haiyan_urls, days=20)

        async def open_(key: dict[str, Any]) -> list[int]:
            return [(await Client(server.http, key["key"]).post(COUNT)).status_code for server in servers]

        assert await open_(short) == await open_(long) == [200, 200]
        clock.by = timedelta(days=2, minutes=1)
        assert await open_(short) == [401, 401]
        assert await open_(long) == [200, 200]
        servers[0]._tokens.clear()
        revoked = await ask(await servers[0].as_(ADMIN), "POST", f"/{long['id']}/revoke")
        assert revoked.status_code == 200
        assert await open_(long) == [401, 401]


async def test_a_key_is_rotated_with_an_overlap(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    clock = MovedClock()
    async with two_servers(fresh_haiyan_urls, secret_key_file, clock=clock) as servers:
        old = await a_key(servers[0], fresh_haiyan_urls)
        admin = await servers[0].as_(ADMIN)

        async def open_(key: dict[str, Any]) -> list[int]:
            return [(await Client(server.http, key["key"]).post(COUNT)).status_code for server in servers]

        assert await open_(old) == [200, 200]
        rotated = await ask(admin, "POST", f"/{old['id']}/rotate", overlapHours=1)
        assert rotated.status_code == 200, rotated.text
        new = rotated.json()
        assert await open_(old) == await open_(new) == [200, 200]
        assert (await ask(admin, "POST", f"/{old['id']}/rotate")).status_code == 404, "it is rotated already"
        clock.by = timedelta(minutes=61)
        assert await open_(old) == [401, 401]
        assert await open_(new) == [200, 200]
        newest = (await listed(servers[1], fresh_haiyan_urls))[0]
        assert (newest["id"], newest["replaces"]) == (new["id"], old["id"])


async def test_only_administrators_of_the_place_manage_keys(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    made = await a_key(live, fresh_haiyan_urls)
    organisation = await centre(fresh_haiyan_urls)
    wanted: dict[str, Any] = {
        "organisation": organisation,
        "name": "x",
        "role": "CENTRE_DISPATCHER",
        "operations": ["cases"],
    }
    for who in ("dispatcher.haiyan", "mediator.haiyan", "director.haiyan"):
        client = await live.as_(who)
        assert (await ask(client, "POST", **wanted)).status_code == 403, who
        assert (await ask(client, "GET", organisation=organisation)).status_code == 403
        for way in ("rotate", "revoke"):
            assert (await ask(client, "POST", f"/{made['id']}/{way}")).status_code == 403
    for nobody in (live.nobody, Client(live.http, "nonsense"), Client(live.http, made["prefix"])):
        assert (await ask(nobody, "POST", **wanted)).status_code == 401
    # A program manages no keys, whatever role it has.
    await execute(
        fresh_haiyan_urls, "UPDATE membership SET role = 'county_admin' WHERE user_id = (SELECT user_id FROM api_key)"
    )
    assert (await ask(Client(live.http, made["key"]), "POST", **wanted)).status_code == 403


async def test_another_countys_organisations_and_keys_are_not_found(
    live: Server, fresh_haiyan_urls: DatabaseUrls
) -> None:
    made = await a_key(live, fresh_haiyan_urls)
    admin = await live.as_(ADMIN)
    absent = await ask(admin, "GET", organisation="organisation:0192f000-0000-7000-8000-00000000dead")
    assert absent.status_code == 404
    afar = await value(
        fresh_haiyan_urls, "SELECT id FROM organisation WHERE county_id = 440783 AND is_area ORDER BY id LIMIT 1"
    )
    other = await ask(admin, "GET", organisation=global_id("organisation", afar))
    assert other.content == absent.content
    await execute(fresh_haiyan_urls, "UPDATE api_key SET county_id = 440783, organisation_id = $1", afar)
    for key_id in (made["id"], "apikey:0192f000-0000-7000-8000-00000000dead", "nonsense"):
        for way in ("rotate", "revoke"):
            refused = await ask(admin, "POST", f"/{key_id}/{way}")
            assert (refused.status_code, refused.content) == (404, absent.content)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 51},
        {"name": None},
        {"role": "COUNTY_ADMIN"},
        {"role": "JUDGE"},
        {"role": "nonsense"},
        {"role": 5},
        {"operations": []},
        {"operations": ["cases", "nothing"]},
        {"operations": "cases"},
        {"operations": [5]},
        {"days": 0},
        {"days": 367},
        {"days": True},
        {"days": "5"},
    ],
)
async def test_what_cannot_be_given_is_refused_and_leaves_nothing(
    live: Server, fresh_haiyan_urls: DatabaseUrls, wrong: dict[str, Any]
) -> None:
    people = await value(fresh_haiyan_urls, "SELECT count(*) FROM app_user")
    wanted = {
        "organisation": await centre(fresh_haiyan_urls),
        "name": "x",
        "role": "CENTRE_DISPATCHER",
        "operations": ["cases"],
    }
    refused = await ask(await live.as_(ADMIN), "POST", **(wanted | wrong))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_input")
    assert await value(fresh_haiyan_urls, "SELECT count(*) FROM app_user") == people
    assert await value(fresh_haiyan_urls, "SELECT count(*) FROM api_key") == 0


async def test_a_key_ends_with_its_membership_and_reaches_its_organisation_alone(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with serving(fresh_haiyan_urls, secret_key_file) as server:
        made = await a_key(server, fresh_haiyan_urls)
        program = Client(server.http, made["key"])
        before = (await program.ask(COUNT))["cases"]["totalCount"]
        assert before > 0
        # Whatever else its account comes to hold elsewhere, the key is for one organisation.
        (afar,) = await fetch(fresh_haiyan_urls, CENTRE, "dispatcher.guanghai")
        await execute(
            fresh_haiyan_urls,
            "INSERT INTO membership (county_id, id, user_id, organisation_id, role, valid_from)"
            " SELECT county_id, gen_random_uuid(), user_id, $1, 'centre_dispatcher', '2020-01-01' FROM api_key",
            afar["organisation_id"],
        )
        assert (await program.ask(COUNT))["cases"]["totalCount"] == before
        await execute(
            fresh_haiyan_urls, "UPDATE membership SET valid_until = now() WHERE user_id = (SELECT user_id FROM api_key)"
        )
        assert (await program.ask(COUNT))["cases"]["totalCount"] == 0
        await execute(fresh_haiyan_urls, "DELETE FROM api_key")
        assert (await program.post(COUNT)).status_code == 401
