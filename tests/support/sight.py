"""What an account sees of one case, asked in every way there is; the ways must agree with each other."""

from __future__ import annotations

from typing import Any

from tests.support.api import Client

NOWHERE = "case:0192f000-0000-7000-8000-00000000dead"
NO_NUMBER = "(2001)无此人调字第00001号"

EVERY_WAY = """query Sight($id: ID!, $ids: [ID!]!, $number: String!) {
    case(id: $id) {
        id number status registeredAt title facts demands addressProtected registeredBy { id }
        parties { totalCount nodes {
            name { display masked reason } phone { display masked } address { display masked } minor
        } }
        sessions { totalCount nodes { record attendees } }
        timeline { totalCount nodes { action note } }
        agreement { content obligations { description amount } }
        access { group level reason }
    }
    node(id: $id) { __typename id ... on Case { status parties { totalCount } } }
    nodes(ids: $ids) { id }
    cases(filter: {number: $number}) { totalCount nodes { id } edges { node { id } } }
    caseFigures(filter: {number: $number}, groupBy: [STATUS]) { total { broughtIn } groups { key broughtIn } }
}"""

# What an account sees of a case: the field groups that are open to it, of those asked for above; `masked`: its parties
# are shown masked.
Groups = frozenset[str]
NOTHING: Groups = frozenset()
EXISTENCE: Groups = frozenset({"core"})
OUTLINE: Groups = EXISTENCE | {"narrative"}
PARTIES: Groups = OUTLINE | {"identity", "history"}
AGREED: Groups = PARTIES | {"agreement"}
AT_COURT: Groups = AGREED | {"money"}
WHOLE: Groups = AT_COURT | {"address", "notes"}
COUNTED: Groups = EXISTENCE | {"masked"}
FIGURES: Groups = COUNTED | {"money", "history"}


async def asked(client: Client, case_id: str, number: str) -> bytes:
    """The whole answer to `EVERY_WAY`, as bytes."""
    response = await client.post(EVERY_WAY, {"id": case_id, "ids": [case_id], "number": number})
    assert response.status_code == 200
    return response.content


async def sight(client: Client, case_id: str, number: str) -> Groups:
    """The field groups open to an account; nothing at all is exactly what nobody's case would give."""
    content = await asked(client, case_id, number)
    body = (await client.post(EVERY_WAY, {"id": case_id, "ids": [case_id], "number": number})).json()
    assert "errors" not in body, body["errors"]
    data = body["data"]
    if data["case"] is None:
        assert content == await asked(client, NOWHERE, NO_NUMBER), (
            "not found, and yet told apart from what is not there"
        )
        assert data["cases"]["totalCount"] == data["caseFigures"]["total"]["broughtIn"] == 0
        return NOTHING
    case = data["case"]
    counted(data, case)
    return groups(case)


def counted(data: dict[str, Any], case: dict[str, Any]) -> None:
    """Every way finds the same case, once."""
    assert data["node"]["id"] == data["nodes"][0]["id"] == case["id"]
    assert data["node"]["status"] == case["status"]
    assert data["cases"]["totalCount"] == 1
    assert [one["id"] for one in data["cases"]["nodes"]] == [one["node"]["id"] for one in data["cases"]["edges"]]
    assert data["cases"]["nodes"][0]["id"] == case["id"]
    assert data["caseFigures"]["total"]["broughtIn"] == 1
    assert data["caseFigures"]["groups"] == [{"key": case["status"], "broughtIn": 1}]


def groups(case: dict[str, Any]) -> Groups:
    """What `access` says is open, held against what the fields show."""
    level = {one["group"]: one["level"] for one in case["access"]}
    full = {group for group, value in level.items() if value == "FULL"}
    parties = case["parties"]["nodes"]
    assert (case["title"] is not None) == (case["facts"] is not None) == ("narrative" in full)
    assert all(party["name"]["masked"] is ("identity" not in full) for party in parties)
    assert all((party["minor"] is not None) is ("identity" in full) for party in parties)
    assert (case["addressProtected"] is not None) is ("identity" in full)
    if level["identity"] == "PARTIAL":
        assert all(party["name"]["display"][1:].strip("*") == "" for party in parties)
        assert {party["name"]["reason"] for party in parties} == {"PARTIAL"}
    if level["identity"] == "HIDDEN":
        assert {party["name"]["display"] for party in parties} == {None}
        assert {party["name"]["reason"] for party in parties} == {"HIDDEN"}
    addresses = [party["address"] for party in parties]
    if "address" not in full:
        assert all(one == {"display": None, "masked": True} for one in addresses)
    # Records that are for the mediators alone; those of wider readership have tests of their own.
    assert "notes" in full or case["sessions"] == {"totalCount": 0, "nodes": []}
    assert (case["timeline"] is not None) == ("history" in full)
    assert (case["registeredBy"] is not None) == ({"history", "internal"} <= full)
    if case["timeline"] is not None and "notes" not in full:
        assert {entry["note"] for entry in case["timeline"]["nodes"]} == {None}
    if "agreement" not in full:
        assert case["agreement"] is None
    elif case["agreement"] is not None:
        amounts = [one["amount"] for one in case["agreement"]["obligations"]]
        assert "money" in full or set(amounts) <= {None}
    assert all(one["reason"] is not None or one["level"] == "FULL" for one in case["access"])
    return (WHOLE & full) | ({"masked"} if level["identity"] == "PARTIAL" else set())
