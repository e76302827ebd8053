"""What belongs to an agreement of an earlier round is read by those who handle the case, by whatever way; not by a court."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.test_police_notice import notice
from tests.support.api import Client, Server
from tests.support.road import CONTENT, Road
from tests.support.rows import fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

FIRST = "试验旧协议：先付三成（旧协议标记）"
OWED = "旧协议所欠（旧协议标记）"
BROKEN = "旧协议第二期分文未付（旧协议标记）"
MARK = "旧协议标记"
# Table -> prefix of the ids of its rows.
ROWS = {
    "case_agreement": "agreement",
    "case_obligation": "obligation",
    "agreement_signature": "signature",
    "case_breach": "breach",
}
EVERYTHING = """id
    ... on Agreement { content signatures { id signedAt } obligations { id description amount } }
    ... on Obligation { description amount }
    ... on AgreementSignature { signer signedAt }
    ... on Breach { description obligation { id description amount } }"""


async def mediated_again(road: Road) -> None:
    """Agreed, performed in part, not kept in the rest, mediated again, agreed anew, and before the court."""
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")
    given = await road.agreement()
    owed = [one | {"description": OWED} for one in given["obligations"]]
    await road.step("caseAgree", content=FIRST, obligations=owed)
    await road.step("casePerform")
    open_ = (await road.fulfilments())[0]["obligationId"]
    await road.step("caseBreach", obligationId=open_, description=BROKEN)
    await road.along("caseMediateAgain", "caseHoldSession", "caseAgree", "caseApplyConfirmation")


async def ids_of_rows(urls: DatabaseUrls, road: Road, *, earlier: bool) -> list[str]:
    """The ids of what belongs to agreements that are in force no more, or to the one in force."""
    found = []
    for table, prefix in ROWS.items():
        of = {
            "case_agreement": "r.id",
            "case_breach": "(SELECT o.agreement_id FROM case_obligation o WHERE o.id = r.obligation_id)",
        }.get(table, "r.agreement_id")
        rows = await fetch(
            urls,
            f"SELECT r.id FROM {table} r JOIN case_agreement a ON a.id = {of}"
            f" WHERE r.case_id = $1 AND (a.superseded_at IS NOT NULL) = {earlier}",
            key(road.id),
        )
        assert rows or (table == "case_breach" and not earlier), table
        found += [f"{prefix}:{row['id']}" for row in rows]
    return found


async def by_id(client: Client, ids: list[str]) -> list[Any]:
    """What is found by these ids: by `node` and by `nodes`, which agree."""
    many = await client.ask(f"query Q($ids: [ID!]!) {{ nodes(ids: $ids) {{ {EVERYTHING} }} }}", ids=ids)
    for one, found in zip(ids, many["nodes"], strict=True):
        alone = await client.ask(f"query Q($id: ID!) {{ node(id: $id) {{ {EVERYTHING} }} }}", id=one)
        assert alone["node"] == found, one
    return list(many["nodes"])


@pytest.mark.parametrize("who", ["tribunal.haiyan", "judge.haiyan"])
async def test_a_court_reads_the_agreement_before_it_and_no_earlier_one(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls, who: str
) -> None:
    await mediated_again(road)
    seen = await road.read(
        who,
        "agreement { content obligations { description } } earlierAgreements { totalCount }"
        " breaches { totalCount nodes { id description obligation { id description amount } } }"
        " timeline { nodes { action note } }",
    )
    assert seen["agreement"]["content"] == CONTENT
    assert seen["earlierAgreements"] is None
    assert seen["breaches"] == {"totalCount": 0, "nodes": []}
    assert MARK not in str(seen)
    client = await live.as_(who)
    earlier = await ids_of_rows(fresh_haiyan_urls, road, earlier=True)
    assert await by_id(client, earlier) == [None] * len(earlier)
    now = await by_id(client, await ids_of_rows(fresh_haiyan_urls, road, earlier=False))
    assert None not in now
    assert MARK not in str(now)


async def test_who_handles_the_case_reads_both(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await mediated_again(road)
    seen = await road.read(
        "mediator.haiyan",
        "earlierAgreements { nodes { content obligations { description } } }"
        " breaches { nodes { description obligation { description amount } } }",
    )
    (before,) = seen["earlierAgreements"]["nodes"]
    assert (before["content"], before["obligations"][0]["description"]) == (FIRST, OWED)
    (broken,) = seen["breaches"]["nodes"]
    assert (broken["description"], broken["obligation"]["description"]) == (BROKEN, OWED)
    client = await live.as_("mediator.haiyan")
    for earlier in (True, False):
        assert None not in await by_id(client, await ids_of_rows(fresh_haiyan_urls, road, earlier=earlier))


async def test_a_breach_of_the_agreement_in_force_is_read_by_the_court(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.agreed()
    await road.along(
        "caseApplyConfirmation", "caseAcceptConfirmation", "caseRuleConfirmation", "casePerform", "caseBreach"
    )
    (seen,) = (await road.read("judge.haiyan", "breaches { nodes { id description obligation { description } } }"))[
        "breaches"
    ]["nodes"]
    assert seen["obligation"] is not None
    (found,) = await by_id(await live.as_("judge.haiyan"), [seen["id"]])
    assert found["description"] == seen["description"]


async def test_who_registered_a_case_reads_no_notice_to_the_police_by_its_id(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await road.register("grid.haiyan", publicSecurity=True)
    await road.agreed()
    await road.along("caseFulfil")
    await road.step("caseNotifyPolice", "mediator.haiyan", **(await notice(road)))
    ids = [
        f"{prefix}:{row['id']}"
        for table, prefix in (("police_notice", "policenotice"), ("police_notice_application", "policeapplication"))
        for row in await fetch(fresh_haiyan_urls, f"SELECT id FROM {table} WHERE case_id = $1", key(road.id))
    ]
    query = """query Q($ids: [ID!]!) { nodes(ids: $ids) { id
        ... on PoliceNotice { statement reason sender { name } } ... on PoliceNoticeApplication { appliedAt } } }"""
    grid = await live.as_("grid.haiyan")
    told = (await (await live.as_("mediator.haiyan")).ask(query, ids=ids))["nodes"]
    assert None not in told
    seen = await road.read("grid.haiyan", "title policeNotices { id }")
    assert seen["title"] is not None, "they registered it"
    assert seen["policeNotices"] is None
    assert (await grid.ask(query, ids=ids))["nodes"] == [None] * len(ids)
