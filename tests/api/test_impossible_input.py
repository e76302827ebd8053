"""What cannot have been so is refused with the field's name, and changes nothing: times out of order, amounts that are none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from domain.foundation.basics.calendar import NATIONAL
from domain.foundation.basics.clock import CHINA
from tests.support.api import Server
from tests.support.road import Road, ago
from tests.support.rows import fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

STATE = """version status timeline(first: 50) { totalCount } deadlines { id kind due closedAt }
    agreement { id effectiveAt signatures { id } obligations { id fulfilledAt } } confirmation { id }
    calls { id concludedAt } addressProtected protectionMeasures { kind }"""


async def refused(road: Road, mutation: str, field: str, who: str | None = None, **given: Any) -> None:
    """The step is refused for that field, and the case is as it was."""
    before = await road.read("director.haiyan", STATE)
    payload = await road.ask_for(mutation, who, **given)
    assert (payload["__typename"], payload.get("field")) == ("InvalidInput", field), payload
    assert await road.read("director.haiyan", STATE) == before


async def mediated(road: Road) -> Road:
    return await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession")


@pytest.mark.parametrize(
    "amount",
    ["0", "-1", "1.005", "1e30", "1E+999999", "-1E+999999", "1E-999999", "1E-20", "NaN", "sNaN", "Infinity", "-Infinity",
     "1.000000000000000000000000000000000000001", "100000000000000", -5, 0.001],
)  # fmt: skip
async def test_an_amount_that_nobody_can_owe(live: Server, amount: Any) -> None:
    road = await mediated(Road(live))
    await refused(road, "caseAgree", "obligations.0.amount", obligations=[{"description": "还款", "amount": amount}])


async def test_the_largest_and_the_smallest_amount_are_kept_to_the_fen(live: Server) -> None:
    road = await mediated(Road(live))
    amounts = ["0.01", "9999999999999.99", "1E+3", "3.10000000000000000000000000000000000000000"]
    await road.step("caseAgree", obligations=[{"description": "还款", "amount": amount} for amount in amounts])
    found = (await road.read("mediator.haiyan", "agreement { obligations { amount } }"))["agreement"]["obligations"]
    assert [one["amount"] for one in found] == ["0.01", "9999999999999.99", "1000.00", "3.10"]


async def test_nobody_signs_or_owes_before_there_is_an_agreement(live: Server) -> None:
    road = await mediated(Road(live))
    for field in ("partiesSignedAt", "mediatorSignedAt", "sealedAt"):
        await refused(road, "caseAgree", field, **{field: ago(hours=2)})
    owed = [{"description": "还款", "amount": "1.00", "dueOn": "2020-01-01"}]
    await refused(road, "caseAgree", "obligations.0.dueOn", obligations=owed)
    await road.step("caseAgree")
    (first, *_) = await road.fulfilments()
    long_ago = {**first, "fulfilledAt": ago(days=900)}
    await refused(road, "casePerform", "performance.fulfilledAt", performance=long_ago)
    await refused(road, "caseFulfil", "fulfilments.0.fulfilledAt", fulfilments=[long_ago])
    both = [{"partyId": await road.party(side), "consentedAt": ago(minutes=1)} for side in ("APPLICANT", "RESPONDENT")]
    early = [both[0], {**both[1], "consentedAt": ago(days=900)}]
    await refused(road, "caseApplyConfirmation", "consents.1.consentedAt", consents=early)
    await road.step("caseApplyConfirmation", consents=both)


async def test_a_signature_names_a_picture_and_no_way_to_one(live: Server) -> None:
    road = await mediated(Road(live))
    unsigned: dict[str, Any] = dict.fromkeys(("partiesSignedAt", "mediatorSignedAt", "sealedAt", "copies"))
    await road.step("caseAgree", **unsigned)
    one = {"signer": "PARTY", "method": "FINGERPRINT", "signedAt": ago(minutes=1)}
    one["partyId"] = await road.party("APPLICANT")
    for name in ("../../etc/passwd", "a/b.png", "a\\b.png", "..", "<b>.png", "图" * 201, "a\x01.png"):
        await refused(
            road, "caseSign", "signatures.0.imageName", "mediator.haiyan", signatures=[one | {"imageName": name}]
        )
    wrong = one | {"partyId": "party:no"}
    await refused(road, "caseSign", "signatures.0.partyId", "mediator.haiyan", signatures=[wrong])
    await road.step("caseSign", "mediator.haiyan", signatures=[one | {"imageName": "申请人指印.png"}])


async def test_nobody_sat_together_before_they_were_called(live: Server) -> None:
    road = await mediated(Road(live))
    called: dict[str, Any] = {"respondentIds": [await road.organisation("海宴派出所")], "matter": "请到场", "hours": 24}
    await road.step("caseCall", "dispatcher.haiyan", **called)
    (call,) = (await road.read("dispatcher.haiyan", "calls { id }"))["calls"]
    given = {"callId": call["id"], "conclusion": "联调结论"}
    await refused(road, "caseConcludeCall", "sessionHeldAt", "dispatcher.haiyan", **given, sessionHeldAt=ago(days=2))
    await road.step("caseConcludeCall", "dispatcher.haiyan", **given)


async def test_who_protects_serves_in_the_county(live: Server) -> None:
    road = await mediated(Road(live))
    given: dict[str, Any] = {"partyIds": [await road.party("APPLICANT")], "reason": "需要保护"}
    resident = [await road.user("resident.haiyan")]
    await refused(road, "caseProtect", "protectorIds", "dispatcher.haiyan", **given, protectorIds=resident)
    await road.step("caseProtect", "dispatcher.haiyan", **given, protectorIds=[await road.user("police.haiyan")])


async def test_an_order_is_revoked_that_stands_and_holds_until_its_own_day(
    live: Server, fresh_haiyan_urls: DatabaseUrls
) -> None:
    road = await mediated(Road(live))
    court = {"organisationId": await road.organisation("海宴人民法庭"), "takenAt": ago(minutes=1)}
    revoked = court | {"kind": "ORDER_REVOKED"}
    await refused(road, "caseRecordMeasure", "kind", "dispatcher.haiyan", **revoked)
    await road.step("caseRecordMeasure", "dispatcher.haiyan", **court, kind="ORDER_ISSUED", validUntil=day(10))
    assert await clocks(road, fresh_haiyan_urls) == [day(10)]
    # Prolonged: the new day counts, and only that one.
    await road.step("caseRecordMeasure", "dispatcher.haiyan", **court, kind="ORDER_ISSUED", validUntil=day(24))
    assert await clocks(road, fresh_haiyan_urls) == [day(24)]
    await road.step("caseRecordMeasure", "dispatcher.haiyan", **revoked)
    assert await clocks(road, fresh_haiyan_urls) == []
    await refused(road, "caseRecordMeasure", "kind", "dispatcher.haiyan", **revoked)


def day(ahead: int) -> str:
    """A day from today in China, moved to one that is worked: no day off moves the clock in the test."""
    found = datetime.now(CHINA).date() + timedelta(days=ahead)
    while not NATIONAL.is_working_day(found):
        found += timedelta(days=1)
    return found.isoformat()


async def clocks(road: Road, urls: DatabaseUrls) -> list[str]:
    """The last days of the orders that run."""
    rows = await fetch(
        urls,
        "SELECT due_at FROM deadline WHERE case_id = $1 AND kind = 'protection_validity' AND closed_at IS NULL",
        key(road.id),
    )
    return [row["due_at"].astimezone(CHINA).date().isoformat() for row in rows]
