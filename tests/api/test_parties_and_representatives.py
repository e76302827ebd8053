"""A resident's own side of a case, who stands for a party, and the same person in other cases; through the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.foundation.basics.clock import CHINA
from tests.support.accounts import a_resident, an_account
from tests.support.api import Client, Server
from tests.support.builders import an_identity_number
from tests.support.road import Road, a_party
from tests.support.rows import execute

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

OWN, SAME_SIDE, OTHER = "司徒试样（虚构）", "司徒同侧（虚构）", "欧阳试样（虚构）"
NUMBERS = {name: an_identity_number(serial=serial) for serial, name in enumerate((OWN, SAME_SIDE, OTHER), start=101)}

PARTY = """id side name { display masked } idNumber { display masked } phone { display masked }
    address { display masked } minor consentAt"""


async def three_parties(road: Road, urls: DatabaseUrls, **changes: Any) -> None:
    """Two applicants, of whom one has an account, against one respondent with another."""
    await a_resident(urls, "own.test")
    await a_resident(urls, "other.test")
    known = {"consented": True, "address": "试验路1号", "phone": "13900000001"}
    parties = [
        a_party("APPLICANT", OWN, userId=await road.user("own.test"), idNumber=NUMBERS[OWN], **known),
        a_party("APPLICANT", SAME_SIDE, idNumber=NUMBERS[SAME_SIDE], **known),
        a_party("RESPONDENT", OTHER, userId=await road.user("other.test"), idNumber=NUMBERS[OTHER], **known),
    ]
    await road.register(**{"parties": parties} | changes)


async def parties_as(client: Client, road: Road) -> dict[str, dict[str, Any]]:
    """The parties by the names behind them, the same through the case and by their ids."""
    found = (
        await client.ask(f"query P($id: ID!) {{ case(id: $id) {{ parties {{ nodes {{ {PARTY} }} }} }} }}", id=road.id)
    )["case"]
    nodes = found["parties"]["nodes"]
    query = f"query N($ids: [ID!]!, $id: ID!) {{ nodes(ids: $ids) {{ ... on Party {{ {PARTY} }} }} node(id: $id) {{ ... on Party {{ {PARTY} }} }} }}"
    alone = await client.ask(query, ids=[one["id"] for one in nodes], id=nodes[0]["id"])
    assert alone["nodes"] == nodes
    assert alone["node"] == nodes[0]
    return dict(zip((OWN, SAME_SIDE, OTHER), nodes, strict=True))


def whole(value: dict[str, Any]) -> bool:
    return not value["masked"]


async def test_a_resident_sees_their_own_side_whole_and_the_other_masked(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await three_parties(road, fresh_haiyan_urls)
    seen = await parties_as(await live.as_("own.test"), road)
    for name in (OWN, SAME_SIDE):
        assert seen[name]["name"] == {"display": name, "masked": False}
        assert seen[name]["idNumber"] == {"display": NUMBERS[name], "masked": False}
        assert seen[name]["minor"] is False
        assert whole(seen[name]["phone"])
    assert seen[OTHER]["name"] == {"display": "欧****", "masked": True}
    assert seen[OTHER]["idNumber"]["masked"]
    assert seen[OTHER]["minor"] is None
    # An address is its own party's alone.
    assert [whole(seen[name]["address"]) for name in (OWN, SAME_SIDE, OTHER)] == [True, False, False]
    mirrored = await parties_as(await live.as_("other.test"), road)
    assert [whole(mirrored[name]["name"]) for name in (OWN, SAME_SIDE, OTHER)] == [False, False, True]
    # For all others it is as the case's own groups have it.
    dispatcher = await parties_as(await live.as_("dispatcher.haiyan"), road)
    assert all(whole(one["name"]) and whole(one["address"]) for one in dispatcher.values())
    admin = await parties_as(await live.as_("admin.taishan"), road)
    assert not any(whole(one["name"]) for one in admin.values())
    # Sorting, filtering by a name is still refused to those who may not read every name.
    refused = await (await live.as_("own.test")).refused(
        '{ cases(filter: {partyName: "欧阳试样（虚构）"}) { totalCount } }'
    )
    assert refused == ["FORBIDDEN_FIELD"]


async def test_a_protected_address_is_open_to_the_account_of_its_party_unless_it_is_closed(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await three_parties(road, fresh_haiyan_urls)
    await execute(fresh_haiyan_urls, "UPDATE case_party SET address_protected = true WHERE name = $1", OWN)
    await execute(fresh_haiyan_urls, "UPDATE dispute_case SET address_protected = true WHERE number = $1", road.number)
    seen = await parties_as(await live.as_("own.test"), road)
    assert [name for name, one in seen.items() if whole(one["address"])] == [OWN]
    await execute(fresh_haiyan_urls, "UPDATE case_party SET address_closed = true WHERE name = $1", OWN)
    seen = await parties_as(await live.as_("own.test"), road)
    assert not any(whole(one["address"]) for one in seen.values())
    assert whole(seen[OWN]["name"])


REPRESENTATIVES = """parties { nodes { id name { display } consentedBy { name { display } }
        representatives { totalCount nodes { kind name { display masked } authority wardConsentAt } } } }
    representatives { totalCount nodes { id side kindLabel validUntil party { id } name { display masked } } }"""


async def party(road: Road, name: str) -> str:
    nodes = (await road.read("dispatcher.haiyan", "parties { nodes { id name { display } } }"))["parties"]["nodes"]
    return str(next(one["id"] for one in nodes if one["name"]["display"] == name))


async def test_a_representative_sees_the_case_from_the_side_that_they_represent(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await three_parties(road, fresh_haiyan_urls)
    agent = await a_resident(fresh_haiyan_urls, "agent.test")
    client = await live.as_("agent.test")
    sees = "query C($id: ID!) { case(id: $id) { title } cases { totalCount } }"
    assert await client.ask(sees, id=road.id) == {"case": None, "cases": {"totalCount": 0}}
    given = {
        "partyId": await party(road, OTHER),
        "kind": "AGENT",
        "name": "代理试样（虚构）",
        "userId": agent,
        "authority": "一般授权",
    }
    await road.step("caseAddRepresentative", "dispatcher.haiyan", **given)
    assert (await client.ask(sees, id=road.id))["cases"]["totalCount"] == 1
    seen = await parties_as(client, road)
    assert [whole(seen[name]["name"]) for name in (OWN, SAME_SIDE, OTHER)] == [False, False, True]
    for side, who in (("APPLICANT", "own.test"), ("RESPONDENT", "other.test")):
        await road.step("caseAddNote", who, content=f"{side}的话", visibility="SIDE", side=side)
    notes = (await road.read("agent.test", "notes { nodes { content } }"))["notes"]["nodes"]
    assert [one["content"] for one in notes] == ["RESPONDENT的话"]
    # Who stands for a party is known to both sides; who that is by name, to their own.
    shown = {
        who: (await road.read(who, REPRESENTATIVES))["representatives"]["nodes"][0]["name"]
        for who in ("own.test", "other.test")
    }
    assert shown == {
        "own.test": {"display": "代****", "masked": True},
        "other.test": {"display": "代理试样（虚构）", "masked": False},
    }
    # With the term the sight ends.
    await execute(
        fresh_haiyan_urls,
        "UPDATE case_representative SET valid_from = now() - interval '2 hours', valid_until = now() - interval '1 second'",
    )
    assert await client.ask(sees, id=road.id) == {"case": None, "cases": {"totalCount": 0}}


async def refused_rule(road: Road, **given: Any) -> str:
    payload = await road.ask_for("caseAddRepresentative", "dispatcher.haiyan", **given)
    assert payload["__typename"] == "RuleRefused", payload
    return str(payload["rule"])


async def test_a_party_has_two_agents_and_no_third(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await three_parties(road, fresh_haiyan_urls)
    agent = {"partyId": await party(road, OWN), "kind": "AGENT"}
    for name in ("代理甲（虚构）", "代理乙（虚构）"):
        await road.step("caseAddRepresentative", "dispatcher.haiyan", **agent, name=name)
    assert await refused_rule(road, **agent, name="代理丙（虚构）") == "REP_AGENTS"
    # Another party's are another matter, and so is one who takes another's place.
    await road.step(
        "caseAddRepresentative",
        "dispatcher.haiyan",
        partyId=await party(road, OTHER),
        kind="AGENT",
        name="代理丁（虚构）",
    )
    first = (await road.read("dispatcher.haiyan", REPRESENTATIVES))["representatives"]["nodes"][0]
    await road.step(
        "caseAddRepresentative", "dispatcher.haiyan", **agent, name="代理丙（虚构）", replacesId=first["id"]
    )
    after = (await road.read("dispatcher.haiyan", REPRESENTATIVES))["representatives"]["nodes"]
    assert [one["validUntil"] is None for one in after] == [False, True, True, True]
    assert await refused_rule(road, **agent, name="代理戊（虚构）") == "REP_AGENTS"


async def test_a_group_has_five_representatives_and_no_sixth_and_one_person_is_no_group(
    live: Server, road: Road
) -> None:
    group = [a_party("APPLICANT", f"群体试样{n}（虚构）") for n in range(7)]
    await road.register(parties=[*group, a_party("RESPONDENT", OTHER)])
    leading = [{"partyId": await party(road, f"群体试样{n}（虚构）"), "kind": "GROUP_REPRESENTATIVE"} for n in range(6)]
    for one in leading[:5]:
        await road.step("caseAddRepresentative", "dispatcher.haiyan", **one)
    assert await refused_rule(road, **leading[5]) == "REP_GROUP"
    assert await refused_rule(road, partyId=await party(road, OTHER), kind="GROUP_REPRESENTATIVE") == "REP_GROUP"
    nodes = (await road.read("dispatcher.haiyan", REPRESENTATIVES))["representatives"]["nodes"]
    assert [one["name"]["display"] for one in nodes] == [f"群体试样{n}（虚构）" for n in range(5)]


async def test_nobody_stands_for_two_sides(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await three_parties(road, fresh_haiyan_urls)
    own, other = await party(road, OWN), await party(road, OTHER)
    number = an_identity_number(serial=777)
    known: dict[str, Any] = {"kind": "AGENT", "name": "代理试样（虚构）", "idNumber": number, "consented": True}
    await road.step("caseAddRepresentative", "dispatcher.haiyan", partyId=own, **known)
    assert await refused_rule(road, partyId=other, **known) == "REP_SIDES"
    # Nor does a party of the other side, by account or by number.
    assert (
        await refused_rule(road, partyId=other, kind="AGENT", name="代理乙（虚构）", userId=await road.user("own.test"))
        == "REP_SIDES"
    )
    assert await refused_rule(road, partyId=other, **known | {"idNumber": NUMBERS[OWN]}) == "REP_SIDES"
    await road.step("caseAddRepresentative", "dispatcher.haiyan", partyId=await party(road, SAME_SIDE), **known)


def born_years_ago(years: int, *, days: int = 0) -> date:
    today = datetime.now(UTC).astimezone(CHINA).date()
    return today.replace(year=today.year - years) + timedelta(days=days)


async def test_a_child_agrees_through_a_guardian_whose_consent_is_on_record(live: Server, road: Road) -> None:
    number = an_identity_number(born_years_ago(14, days=1))
    child = a_party("APPLICANT", OWN, idNumber=number, consented=True, guardianConsented=True)
    await road.register(parties=[child, a_party("RESPONDENT", OTHER)])
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
    refusal = await road.ask_for("caseAgree")
    assert (refusal["__typename"], refusal["rule"]) == ("RuleRefused", "MINOR_GUARDIAN")
    guardian = {"partyId": await party(road, OWN), "kind": "GUARDIAN", "name": "监护试样（虚构）"}
    # Of one day under 14 the guardian's word is needed.
    assert await refused_rule(road, **guardian) == "PI1"
    own_number = {"idNumber": an_identity_number()}
    assert await refused_rule(road, **guardian, **own_number, wardConsented=True) == "PI1"
    await road.step(
        "caseAddRepresentative", "mediator.haiyan", **guardian, **own_number, consented=True, wardConsented=True
    )
    found = await road.read("mediator.haiyan", REPRESENTATIVES)
    by_name = {one["name"]["display"]: one for one in found["parties"]["nodes"]}
    assert by_name[OWN]["consentedBy"] == {"name": {"display": "监护试样（虚构）"}}
    assert by_name[OTHER]["consentedBy"] is None
    assert by_name[OWN]["representatives"]["totalCount"] == found["representatives"]["totalCount"] == 1
    await road.step("caseAgree")


async def test_from_the_fourteenth_birthday_the_guardian_consents_no_more_for_the_ward(
    live: Server, road: Road
) -> None:
    ward = a_party("APPLICANT", OWN, idNumber=an_identity_number(born_years_ago(14)), consented=True)
    await road.register(parties=[ward, a_party("RESPONDENT", OTHER)])
    await road.step(
        "caseAddRepresentative",
        "dispatcher.haiyan",
        partyId=await party(road, OWN),
        kind="GUARDIAN",
        name="监护试样（虚构）",
    )


CANNOT_BE_TAKEN: list[tuple[str, dict[str, Any]]] = [
    ("partyId", {"partyId": "party:0192f000-0000-7000-8000-00000000dead"}),
    ("partyId", {"partyId": "case:0192f000-0000-7000-8000-00000000dead"}),
    ("name", {"name": " "}),
    ("idNumber", {"idNumber": "11010119800101001X", "consented": True}),
    ("idNumber", {"kind": "GUARDIAN", "idNumber": an_identity_number(born_years_ago(18, days=1)), "consented": True}),
    ("phone", {"phone": "12"}),
    ("userId", {"userId": "user:0192f000-0000-7000-8000-00000000dead"}),
    ("validUntil", {"validUntil": "2026-01-01T00:00:00+08:00"}),
    ("replacesId", {"replacesId": "representative:0192f000-0000-7000-8000-00000000dead"}),
    ("wardConsented", {"wardConsented": True}),
]


async def test_a_representative_that_cannot_be_taken_names_the_field(live: Server, road: Road) -> None:
    company = a_party("RESPONDENT", "试样公司（虚构）", kind="ORGANISATION")
    await road.register(parties=[a_party("APPLICANT", OWN), company])
    given = {"partyId": await party(road, OWN), "kind": "AGENT", "name": "代理试样（虚构）"}
    of_company = {"partyId": await party(road, "试样公司（虚构）"), "kind": "GUARDIAN"}
    for field, changes in [*CANNOT_BE_TAKEN, ("kind", of_company)]:
        payload = await road.ask_for("caseAddRepresentative", "dispatcher.haiyan", **given | changes)
        assert (payload["__typename"], payload["field"]) == ("InvalidInput", field), changes
    # Residents do not enter papers of authority by themselves, and a grid worker does not at all.
    payload = await road.ask_for("caseAddRepresentative", "grid.haiyan", **given)
    assert payload["__typename"] == "Forbidden"
    await road.step("caseAddRepresentative", "dispatcher.haiyan", **given)


async def other_cases(client: Client, road: Road, name: str) -> list[str] | None:
    query = "query O($id: ID!) { case(id: $id) { parties { nodes { name { display } otherCases { totalCount nodes { number } } } } } }"
    nodes = (await client.ask(query, id=road.id))["case"]["parties"]["nodes"]
    found = next(one["otherCases"] for one in nodes if (one["name"]["display"] or name)[0] == name[0])
    if found is None:
        return None
    assert found["totalCount"] == len(found["nodes"])
    return [one["number"] for one in found["nodes"]]


async def test_the_same_person_is_recognised_by_those_who_may_see_who_it_is(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await three_parties(road, fresh_haiyan_urls)
    same = a_party("RESPONDENT", "别名试样（虚构）", idNumber=NUMBERS[OTHER], consented=True)
    another = Road(live)
    await another.register(parties=[a_party("APPLICANT", "甲试样（虚构）"), same])
    # A dispute that touches public security: the police see who is in it.
    await another.along("caseAccept")
    await another.step("caseAssessRisk", publicSecurity=True)
    afar = Road(live)
    place = await afar.organisation("广海镇", "admin.taishan")
    await afar.register("dispatcher.guanghai", placeId=place, parties=[a_party("APPLICANT", "乙试样（虚构）"), same])
    dispatcher = await live.as_("dispatcher.haiyan")
    assert await other_cases(dispatcher, road, OTHER) == [another.number]
    assert await other_cases(dispatcher, another, "别名试样（虚构）") == [road.number]
    assert await other_cases(dispatcher, road, OWN) == []
    # Another town's is out of reach: neither listed nor counted. To it, ours are.
    assert await other_cases(await live.as_("dispatcher.guanghai"), afar, "别名试样（虚构）") == []
    # The police see one of the cases: the other is not there for them.
    assert await other_cases(await live.as_("police.haiyan"), another, "别名试样（虚构）") == []
    # To whom the person is masked the list is closed, though they see all three cases.
    assert await other_cases(await live.as_("admin.taishan"), road, OTHER) is None
    # Who is masked there is not given away from here: the same account sees `another` by its office, and masked.
    await an_account(fresh_haiyan_urls, "both.test", ("resident", "海宴圩社区"), ("justice_officer", "海宴司法所"))
    await road.step(
        "caseAddRepresentative",
        "dispatcher.haiyan",
        partyId=await party(road, OTHER),
        kind="AGENT",
        name="代理试样（虚构）",
        userId=await road.user("both.test"),
    )
    assert await other_cases(await live.as_("both.test"), road, OTHER) == []
