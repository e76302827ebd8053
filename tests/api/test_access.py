"""Who sees what of the sample cases (ACCESS §6): court, police, women's federation, mediators, admins; and that what is
shown of access is what then happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.graphql.schema import graphql_schema
from domain.codes.enums import CaseAction
from domain.foundation.kernel.rooms import command_of
from tests.support.api import Client, Server
from tests.support.everything import given_for
from tests.support.rows import fetch
from tests.support.sight import EXISTENCE, OUTLINE, WHOLE, sight

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

HAIYAN = "town_id = (SELECT id FROM organisation WHERE name = '海宴镇' AND kind = 'town')"
TRIBUNAL = "(SELECT id FROM organisation WHERE name = '海宴人民法庭')"
FAMILY = "庄某母女家庭纠纷及救助安置"


async def listed(client: Client) -> dict[str, dict[str, Any]]:
    """Every case an account lists, by id."""
    found: dict[str, dict[str, Any]] = {}
    after = None
    while True:
        page = (
            await client.ask(
                """query L($a: String) { cases(first: 100, after: $a) { totalCount pageInfo { hasNextPage endCursor }
                nodes { id number title parties { nodes { name { display masked } idNumber { display masked } address { display masked } } }
                sessions { totalCount } } } }""",
                a=after,
            )
        )["cases"]
        found |= {one["id"]: one for one in page["nodes"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(found) == page["totalCount"]
            return found


async def ids(urls: DatabaseUrls, where: str) -> set[str]:
    """The cases of which that holds, asked of the database itself."""
    return {f"case:{row['id']}" for row in await fetch(urls, f"SELECT c.id FROM dispute_case c WHERE {where}")}


def participating(name: str) -> str:
    return (
        "EXISTS (SELECT FROM case_participant p JOIN organisation o ON o.id = p.organisation_id"
        f" WHERE p.case_id = c.id AND o.name = '{name}' AND p.valid_from <= now() AND (p.valid_until IS NULL OR p.valid_until > now()))"
    )


REGISTERED = "registered_by = (SELECT user_id FROM credential WHERE username = '{}')"


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("judge.haiyan", f"c.court_id = {TRIBUNAL}"),
        ("tribunal.haiyan", f"c.court_id = {TRIBUNAL}"),
        ("court.taishan", "c.court_id = (SELECT id FROM organisation WHERE name = '台山市人民法院')"),
        (
            "police.haiyan",
            (
                f"({HAIYAN} AND public_security) OR {participating('海宴派出所')} OR {REGISTERED.format('police.haiyan')}"
                " OR handler_id = (SELECT id FROM organisation WHERE name = '海宴派出所')"
            ),
        ),
        (
            "women.haiyan",
            f"({HAIYAN} AND (left(type_code, 2) = '01' OR minor_involved OR violence_suspected)) OR {participating('海宴镇妇女联合会')}",
        ),
        ("procuratorate.haiyan", f"({HAIYAN} AND minor_involved) OR {REGISTERED.format('procuratorate.haiyan')}"),
        ("department.haiyan", participating("海宴镇公共服务办公室")),
        ("director.haiyan", HAIYAN),
        ("admin.haiyan", HAIYAN),
        ("admin.taishan", "c.county_id = 440781"),
        ("admin.kaiping", "c.county_id = 440783"),
        ("admin.jiangmen", "TRUE"),
        ("hotline.taishan", REGISTERED.format("hotline.taishan")),
        (
            "grid.haiyan",
            f"grid_id = (SELECT id FROM organisation WHERE name = '海宴圩网格') OR {REGISTERED.format('grid.haiyan')}",
        ),
        ("system.taishan", "FALSE"),
        (
            "resident.haiyan",
            f"{REGISTERED.format('resident.haiyan')} OR EXISTS (SELECT FROM case_party p JOIN credential d ON d.user_id = p.user_id WHERE p.case_id = c.id AND d.username = 'resident.haiyan')",
        ),
        (
            "mediator.haiyan",
            (
                "EXISTS (SELECT FROM case_mediator m JOIN credential d ON d.user_id = m.user_id WHERE m.case_id = c.id"
                " AND d.username = 'mediator.haiyan' AND m.valid_until IS NULL)"
                " OR handler_id = (SELECT id FROM organisation WHERE name = '海宴镇人民调解委员会')"
                " AND NOT EXISTS (SELECT FROM case_mediator m WHERE m.case_id = c.id AND m.valid_until IS NULL)"
            ),
        ),
    ],
)
async def test_an_account_lists_exactly_the_cases_that_concern_it(
    server: Server, haiyan_urls: DatabaseUrls, who: str, where: str
) -> None:
    found = await listed(await server.as_(who))
    assert set(found) == await ids(haiyan_urls, where)
    if who in {"judge.haiyan", "police.haiyan", "women.haiyan", "mediator.haiyan", "procuratorate.haiyan"}:
        assert 0 < len(found) < 182


# To whom no record is open there are none: the list is empty, whatever there is.
NOTHING = {"totalCount": 0}


async def test_police_see_who_it_is_and_no_record_but_one_for_everybody_where_they_were_called(
    server: Server, haiyan_urls: DatabaseUrls
) -> None:
    rows = await fetch(
        haiyan_urls,
        """SELECT s.case_id, count(*) FROM case_session s WHERE s.visibility = 'everyone' AND EXISTS (
             SELECT FROM case_participant p JOIN organisation o ON o.id = p.organisation_id
             WHERE p.case_id = s.case_id AND o.name = '海宴派出所') GROUP BY s.case_id""",
    )
    called = {f"case:{row[0]}": row[1] for row in rows}
    for name, one in (await listed(await server.as_("police.haiyan"))).items():
        assert one["sessions"]["totalCount"] in {0, called.get(name, 0)}
        assert not any(party["name"]["masked"] for party in one["parties"]["nodes"])


async def test_admins_see_masks_and_no_address(server: Server) -> None:
    for who in ("admin.taishan", "admin.haiyan", "auditor.taishan"):
        for one in (await listed(await server.as_(who))).values():
            assert (one["title"], one["sessions"]) == (None, NOTHING)
            for party in one["parties"]["nodes"]:
                name, number = party["name"], party["idNumber"]
                assert name["masked"]
                assert len(name["display"]) >= 2
                assert set(name["display"][1:]) == {"*"}
                assert number["masked"]
                assert number["display"] is None or set(number["display"][4:]) == {"*"}
                assert party["address"] == {"display": None, "masked": True}


PROTECTORS = ("mediator.family.haiyan", "police.haiyan", "women.haiyan", "department.haiyan")
ADDRESS = """query A($id: ID!, $p: ID!) {
    case(id: $id) { parties { nodes { address { display masked } } } access { group level } }
    node(id: $p) { ... on Party { address { display masked } case { parties { nodes { address { display masked } } } } } }
    cases(first: 100, filter: {typeGroup: ["01"]}) { nodes { id parties { nodes { address { display masked } } } } }
}"""


async def test_a_protected_address_is_the_protection_teams_alone(server: Server, haiyan_urls: DatabaseUrls) -> None:
    (case,) = await fetch(haiyan_urls, "SELECT id FROM dispute_case WHERE title = $1", FAMILY)
    parties = await fetch(
        haiyan_urls, "SELECT id, address FROM case_party WHERE case_id = $1 ORDER BY ordinal", case["id"]
    )
    addresses = {party["address"] for party in parties}
    assert None not in addresses
    given = {"id": f"case:{case['id']}", "p": f"party:{parties[0]['id']}"}
    everybody = await fetch(haiyan_urls, "SELECT username FROM credential ORDER BY username")
    seers = []
    for who in (row["username"] for row in everybody):
        response = await (await server.as_(who)).post(ADDRESS, given)
        assert "errors" not in response.json()
        shown = {address for address in addresses if address in response.text}
        if shown:
            assert shown == addresses
            seers.append(who)
        elif (seen := response.json()["data"]["case"]) is not None:
            assert {"group": "address", "level": "HIDDEN"} in seen["access"]
            assert all(one["address"] == {"display": None, "masked": True} for one in seen["parties"]["nodes"])
    assert sorted(seers) == sorted(PROTECTORS)
    for who in ("admin.taishan", "director.haiyan", "admin.haiyan", "women.taishan"):
        found = await (await server.as_(who)).ask("query C($id: ID!) { case(id: $id) { number } }", id=given["id"])
        assert found["case"] is not None, f"{who} sees the case, and not where they live"


async def test_a_mediator_here_and_a_grid_worker_there_are_not_mixed(server: Server, haiyan_urls: DatabaseUrls) -> None:
    """mediator.guanghai mediates in Guanghai and works a grid in Haiyan."""
    client = await server.as_("mediator.guanghai")
    cases = await fetch(
        haiyan_urls,
        "SELECT id, number, registered_by FROM dispute_case WHERE grid_id = (SELECT id FROM organisation WHERE name = '东联网格')",
    )
    assert cases
    user = (await fetch(haiyan_urls, "SELECT user_id FROM credential WHERE username = 'mediator.guanghai'"))[0][
        "user_id"
    ]
    for case in cases:
        # What they reported themselves they may read again; nothing else that mediators read.
        expected = OUTLINE if case["registered_by"] == user else EXISTENCE
        assert await sight(client, f"case:{case['id']}", case["number"]) == expected
    own = await fetch(
        haiyan_urls,
        "SELECT c.id, c.number FROM dispute_case c JOIN case_mediator m ON m.case_id = c.id JOIN credential d ON d.user_id = m.user_id"
        " WHERE d.username = 'mediator.guanghai' LIMIT 3",
    )
    assert {await sight(client, f"case:{case['id']}", case["number"]) for case in own} == {WHOLE}


@pytest.mark.parametrize(
    ("who", "given"),
    [
        ("grid.haiyan", {"partyName": "庄某"}),
        ("admin.taishan", {"partyName": "庄某"}),
        ("admin.taishan", {"titleContains": "庄"}),
        ("procuratorate.haiyan", {"partyName": "庄某"}),
        ("auditor.taishan", {"titleContains": "庄"}),
        # Of most of what they list they read it, and not of all: it would tell of the rest.
        ("women.haiyan", {"partyName": "庄某"}),
        ("building.haiyan", {"titleContains": "庄"}),
    ],
)
async def test_a_hidden_field_can_neither_be_filtered_nor_counted_by(
    server: Server, who: str, given: dict[str, str]
) -> None:
    client = await server.as_(who)
    for query in (
        "query F($f: CaseFilter) { cases(filter: $f) { totalCount } }",
        "query F($f: CaseFilter) { cases(filter: $f) { nodes { id } } }",
        "query F($f: CaseFilter) { caseFigures(filter: $f) { total { broughtIn } } }",
    ):
        response = (await client.post(query, {"f": given})).json()
        assert [error["extensions"]["code"] for error in response["errors"]] == ["FORBIDDEN_FIELD"]
        assert set(response["data"].values()) == {None}


NEVER = ("grid.haiyan", "women.haiyan", "auditor.taishan")


@pytest.mark.parametrize("who", NEVER)
@pytest.mark.parametrize(
    "given",
    [
        {"orderBy": {"field": "DUE_ON", "direction": "ASC"}},
        {"filter": {"status": ["ACCEPTED"]}},
        {"filter": {"overdue": True}},
    ],
)
async def test_a_list_that_is_always_empty_is_not_sorted_or_filtered_by_what_empties_it(
    server: Server, who: str, given: dict[str, Any]
) -> None:
    client = await server.as_(who)
    declared = "query C($filter: ConfirmationFilter, $orderBy: ConfirmationOrder)"
    for wanted in ("nodes { id }", "totalCount", "pageInfo { hasNextPage }"):
        query = f"{declared} {{ confirmations(filter: $filter, orderBy: $orderBy) {{ {wanted} }} }}"
        assert await client.refused(query, **given) == ["FORBIDDEN_FIELD"], wanted
        # In its own order it is answered, empty.
        assert await client.refused(query) == []


async def test_an_order_is_judged_whatever_is_wanted_of_the_list(server: Server) -> None:
    tribunal = await server.as_("tribunal.haiyan")
    query = "{ confirmations(orderBy: {field: DUE_ON, direction: ASC}) { totalCount nodes { id } } }"
    assert (await tribunal.ask(query))["confirmations"]["totalCount"] > 0


async def test_who_reads_everything_filters_by_it(server: Server) -> None:
    director = await server.as_("director.haiyan")
    for given in ({"partyName": "庄某"}, {"titleContains": "庄某母女"}):
        found = await director.ask("query F($f: CaseFilter) { cases(filter: $f) { nodes { title } } }", f=given)
        assert [one["title"] for one in found["cases"]["nodes"]] == [FAMILY]


ACTIONS = "id version availableActions { action allowed blockedBy { kind code } }"
ACCOUNTS = (
    "dispatcher.haiyan",
    "committee.haiyan",
    "mediator.haiyan",
    "tribunal.haiyan",
    "judge.haiyan",
    "grid.haiyan",
    "admin.taishan",
    "police.haiyan",
)


NOBODY = "organisation:0192f000-0000-7000-8000-00000000dead"
NAMED = {"CASE_DISPATCH": {"handlerId": NOBODY}, "CASE_APPLY_CONFIRMATION": {"courtId": NOBODY}}


def mutation_for(action: str) -> tuple[str, str] | None:
    """The mutation of an action and the name of its input, where there is one yet."""
    first, *others = action.lower().split("_")
    name = first + "".join(word.capitalize() for word in others)
    root = graphql_schema().mutation_type
    assert root is not None
    # What a court entrusts begins a case and is done to none.
    return (name, f"{name[0].upper()}{name[1:]}Input") if name in root.fields and first == "case" else None


async def test_what_is_said_to_be_open_is_what_can_be_done(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    """For one case of each status and every account: not allowed means refused, and Forbidden exactly for want of permission."""
    sample = await fetch(
        fresh_haiyan_urls,
        "SELECT DISTINCT ON (status) id, status FROM dispute_case WHERE county_id = 440781 ORDER BY status, registered_at DESC",
    )
    assert len(sample) >= 7
    tried = {"RuleRefused": 0, "Forbidden": 0, "allowed": 0}
    for who in ACCOUNTS:
        client = await live.as_(who)
        for case in (f"case:{one['id']}" for one in sample):
            seen = (await client.ask(f"query C($id: ID!) {{ case(id: $id) {{ {ACTIONS} }} }}", id=case))["case"]
            for offered in () if seen is None else seen["availableActions"]:
                if (mutation := mutation_for(offered["action"])) is None:
                    continue
                kinds = {blocker["kind"] for blocker in offered["blockedBy"]}
                assert offered["allowed"] is not bool(kinds)
                if offered["allowed"]:
                    tried["allowed"] += 1
                    continue
                given = given_for(
                    mutation[1], caseId=case, expectedVersion=seen["version"], **NAMED.get(offered["action"], {})
                )
                payload = await client.change(mutation[0], **given)
                if payload["__typename"] == "InvalidInput" and "PERMISSION" not in kinds:
                    # What is made up for it names things of no case: refused before the rules are asked.
                    continue
                assert payload["__typename"] == ("Forbidden" if "PERMISSION" in kinds else "RuleRefused"), (
                    who,
                    offered,
                    payload,
                )
                if payload["__typename"] == "RuleRefused":
                    assert payload["rule"] == offered["blockedBy"][0]["code"]
                tried[payload["__typename"]] += 1
    assert min(tried.values()) >= 8, tried


async def test_every_action_is_accounted_for_on_every_case(server: Server) -> None:
    director = await server.as_("director.haiyan")
    found = await director.ask("{ cases(first: 50) { nodes { availableActions { action } access { group } } } }")
    expected = [command_of("case", action).code.upper() for action in CaseAction if action is not CaseAction.REGISTER]
    for one in found["cases"]["nodes"]:
        assert [offered["action"] for offered in one["availableActions"]] == expected
        assert len({group["group"] for group in one["access"]}) == 14
