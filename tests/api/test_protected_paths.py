"""A protected address, and who reported: found by no path of the schema, whoever asks, but by the team that protects.

Every field of a case and of its parts is selected for each account, its rows are asked for by their ids, what commands
answer is read, and what is written for others to hear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.api.test_court_protection import given_to
from tests.support.accounts import an_account
from tests.support.api import Server
from tests.support.road import Road, a_party, ago
from tests.support.rows import fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

MARKER = "试验保护路77号（住址标记）"
ASKING = [
    "grid.haiyan", "leader.haiyan", "mediator.haiyan", "committee.haiyan", "dispatcher.haiyan", "director.haiyan",
    "police.haiyan", "tribunal.haiyan", "judge.haiyan", "procuratorate.haiyan", "justice.haiyan", "petition.haiyan",
    "department.haiyan", "counsel.haiyan", "admin.haiyan", "admin.taishan", "auditor.taishan", "system.taishan",
    "admin.jiangmen", "dispatcher.guanghai", "resident.haiyan", "abuser.haiyan",
]  # fmt: skip


def identity_number() -> str:
    from domain.foundation.basics.identity_number import check_digit

    body = "44079919850203001"
    return body + check_digit(body)


async def in_danger(live: Server, urls: DatabaseUrls, road: Road) -> str:
    """A case on its way to court, of somebody whose address is then protected; the other side has an account."""
    abuser = await an_account(urls, "abuser.haiyan", ("resident", "海宴圩社区"))
    victim = a_party("APPLICANT", "司徒试样（虚构）", address=MARKER, idNumber=identity_number(), consented=True)
    respondent = a_party("RESPONDENT", "欧阳试样（虚构）", userId=abuser)
    await road.register(parties=[victim, respondent])
    await road.agreed()
    home = {
        "basis": "RESIDENCE",
        "residentId": await road.party("APPLICANT"),
        "placeId": await road.organisation("海宴圩网格"),
    }
    await road.step("caseApplyConfirmation", **home)
    told = await given_to(live, urls, "mediator.haiyan", road)
    assert MARKER in told, "the search finds nothing even where it is"
    assert await where(road, "mediator.haiyan") == "海宴圩网格"
    # To a party it would tell, by and by, that the address has become a protected one.
    assert await where(road, "abuser.haiyan") is None
    women = await road.user("women.haiyan")
    given: dict[str, Any] = {
        "partyIds": [await road.party("APPLICANT")],
        "reason": "疑似家庭暴力",
        "protectorIds": [women],
    }
    await road.step("caseProtect", "director.haiyan", **given, violenceSuspected=True)
    return women


async def where(road: Road, who: str) -> str | None:
    found = (await road.read(who, "confirmation { place { name } }"))["confirmation"]["place"]
    return None if found is None else str(found["name"])


async def test_the_address_is_found_by_the_team_alone(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    urls = fresh_haiyan_urls
    await in_danger(live, urls, road)
    # On the team: who protects, and who began it.
    assert MARKER in await given_to(live, urls, "women.haiyan", road)
    assert MARKER in await given_to(live, urls, "director.haiyan", road)
    for who in ASKING:
        if who != "director.haiyan":
            assert MARKER not in await given_to(live, urls, who, road), who
    # Nor the place of the residence that made the court competent.
    for who in ("abuser.haiyan", "judge.haiyan", "mediator.haiyan", "women.haiyan"):
        client = await live.as_(who)
        query = "query P($id: ID!) { case(id: $id) { confirmation { place { name } } } }"
        found = (await client.ask(query, id=road.id))["case"]
        assert found is None or (found["confirmation"] or {}).get("place") is None, who


async def test_commands_and_messages_do_not_tell_it(live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls) -> None:
    await in_danger(live, fresh_haiyan_urls, road)
    shown = "parties { nodes { address { display } } }"
    # Registered again, by somebody outside the team: the warning of a likeness, and a repeat, are as silent.
    same = {"parties": [a_party("APPLICANT", "司徒试样（虚构）", address="新住处9号（住址标记）", idNumber=identity_number(),
                                consented=True), a_party("RESPONDENT", "欧阳试样（虚构）")]}  # fmt: skip
    client = await live.as_("dispatcher.haiyan")
    query = f"""mutation R($input: CaseRegisterInput!) {{ caseRegister(input: $input) {{ __typename
        ... on CaseRegisterSuccess {{ case {{ id {shown} }} possibleDuplicates {{ id {shown} }} }} }} }}"""
    given = await road.registration(**same) | {"idempotencyKey": "the same again"}
    for _ in range(2):
        answer = (await client.post(query, {"input": given})).text
        assert "CaseRegisterSuccess" in answer
        assert "住址标记" not in answer
    done = await road.step("caseWithdrawConfirmation", "mediator.haiyan", show=shown)
    assert "住址标记" not in str(done)
    written = await fetch(fresh_haiyan_urls, "SELECT payload::text FROM outbox")
    assert "住址标记" not in "".join(row["payload"] for row in written)
    kept = await fetch(fresh_haiyan_urls, "SELECT to_jsonb(i)::text AS said FROM idempotency_key i")
    assert kept
    assert "住址标记" not in "".join(row["said"] for row in kept)
    notes = await fetch(fresh_haiyan_urls, "SELECT note FROM case_timeline WHERE case_id = $1", key(road.id))
    assert "住址标记" not in "".join(row["note"] or "" for row in notes)


async def test_the_other_side_learns_nothing_of_what_is_done(
    live: Server, road: Road, fresh_haiyan_urls: DatabaseUrls
) -> None:
    """A warning, an order, a call, a clue: neither that there is one, nor by whom."""
    abuser = await an_account(fresh_haiyan_urls, "abuser.haiyan", ("resident", "海宴圩社区"))
    sides = [a_party("APPLICANT", "司徒试样（虚构）"), a_party("RESPONDENT", "欧阳试样（虚构）", userId=abuser)]
    await road.register(parties=sides)
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    shown = "timeline { totalCount } registeredBy { id } deadlines { kind } calls { matter }"
    before = await road.read("abuser.haiyan", shown)
    # Registered, accepted, dispatched, taken on; not that its risk was judged.
    assert (before["timeline"]["totalCount"], before["registeredBy"], before["calls"]) == (4, None, [])
    police = await road.organisation("海宴派出所")
    court = {"organisationId": await road.organisation("海宴人民法庭"), "takenAt": ago(minutes=1)}
    await road.step("caseRecordMeasure", "director.haiyan", **court, kind="ORDER_APPLIED")
    called: dict[str, Any] = {"respondentIds": [police], "matter": "请上门保护（线索标记）", "hours": 1}
    await road.step("caseCall", "director.haiyan", **called)
    clue = {"recipientId": police, "clue": "有人受到威胁（线索标记）"}
    await road.step("caseSendClue", "director.haiyan", **clue)
    assert await road.read("abuser.haiyan", shown) == before
    told = await given_to(live, fresh_haiyan_urls, "abuser.haiyan", road)
    assert road.number in told
    for word in ("线索标记", "ORDER_APPLIED"):
        assert word not in told, word
    assert "线索标记" in await given_to(live, fresh_haiyan_urls, "police.haiyan", road)


async def test_who_reported_is_in_no_timeline(live: Server, road: Road) -> None:
    danger = {"violenceSuspected": True, "parties": [
        a_party("APPLICANT", "司徒试样（虚构）", disabled=True, consented=True), a_party("RESPONDENT", "欧阳试样（虚构）")
    ]}  # fmt: skip
    await road.register("dispatcher.haiyan", **danger)
    (duty,) = (await road.read("dispatcher.haiyan", "reportDuties { id }"))["reportDuties"]
    await road.step("caseFulfilDuty", "director.haiyan", dutyId=duty["id"], record="已报警")
    for who in ("director.haiyan", "women.haiyan", "admin.taishan"):
        shown = "timeline { nodes { action actor { id } organisation { id } role } }"
        entries = (await road.read(who, shown))["timeline"]["nodes"]
        assert entries[-1] == {"action": "FULFIL_DUTY", "actor": None, "organisation": None, "role": None}, who
        assert entries[0]["actor"] is not None


async def test_a_department_reads_the_clue_that_it_acknowledges(live: Server, road: Road) -> None:
    await road.along("caseAccept")
    office = await road.organisation("海宴镇信访办公室")
    await road.step("caseSendClue", "director.haiyan", recipientId=office, clue="请关注（线索标记）")
    (clue,) = (await road.read("petition.haiyan", "clueNotices { id clue }"))["clueNotices"]
    assert clue["clue"] == "请关注（线索标记）"
    await road.step("caseAcknowledgeClue", "petition.haiyan", clueId=clue["id"])
    assert (await road.read("director.haiyan", "clueNotices { acknowledgedAt }"))["clueNotices"][0]["acknowledgedAt"]
