"""Every input of every command is stored or refused: asked of each, with two values, as the declarations list them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from domain.registry import COMMANDS, KINDS
from tests.support.api import serving
from tests.support.every_command import NOTE, NUMBER, WAYS, empty_register, in_days, the_register_and_the_calendar
from tests.support.everything import mutation_of
from tests.support.examples import every_command_of
from tests.support.proving import HeldClock, Proof, Prover, ProvingServer
from tests.support.road import Road, a_party, ago
from tests.support.rows import fetch

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls
    from domain.foundation.kernel.rooms import Kind

pytestmark = pytest.mark.slow

# Of these another value is always refused, by the rule or for the reason that stands here: there is nothing to store.
ONLY_REFUSED = {
    ("caseAgree", "allConsented"): "CASE2",
    ("caseAgree", "writtenRequested"): "AGR1: of an oral one; of a written one it is met",
    ("calendarDayClear", "day"): "only a day that was set is cleared",
    ("committeeElect", "members.*.person.consented"): "PI1",
    ("mediatorAppoint", "person.consented"): "PI1",
    ("caseFail", "otherWaysTold"): "CASE8",
    ("caseWithdraw", "otherWaysTold"): "CASE8",
    ("caseMediateAgain", "allConsented"): "CASE2",
    ("caseSign", "signatures.*.signer"): "goes with who is named and how they sign",
    ("caseFulfil", "fulfilments"): "AGR6: all of them",
    ("caseExtendDeadline", "allConsented"): "EXT_CONSENT",
    ("caseApplyConfirmation", "joint"): "CONF1",
    ("caseApplyConfirmation", "consents"): "CONF1: everybody of both sides",
    ("caseApplyConfirmation", "basis"): "CONF3: goes with the place and the resident that are named",
    ("caseAcceptConfirmation", "accepted"): "CONF5: goes with the ground",
    ("caseWithdrawConfirmation", "withdrawal"): "CONF7: only when material is overdue",
    ("caseRuleConfirmation", "confirmed"): "CONF6: goes with the ground",
    ("caseNotifyPolice", "applications"): "POL2: everybody of both sides",
    ("caseNotifyPolice", "minorCircumstances"): "POL2",
    ("policyPropose", "replaces"): "the revision that is in force: another is stale",
    ("policyRevert", "replaces"): "the revision that is in force: another is stale",
    ("policyRevert", "number"): "a revision that was in force once",
    **{
        ("policyPropose", f"rows.*.{name}"): "a name that the policy knows, and a county may use"
        for name in ("role", "resource", "action", "fieldGroup", "scope", "condition", "effect")
    },
}

THIRD = a_party("THIRD_PARTY", "第三人试样（虚构）")


# What other inputs than the road's change of them: what it does not send, and what goes together.
MORE: dict[str, list[dict[str, Any]]] = {
    "caseHoldSession": [{"form": "SEPARATE", "side": "APPLICANT"}],
    "caseAgree": [
        dict.fromkeys(("partiesSignedAt", "mediatorSignedAt", "sealedAt", "copies"))
        | {"form": "ORAL", "obligations": [{"description": NOTE}]}
    ],
    "caseAddNote": [{"visibility": "SIDE", "side": "APPLICANT"}],
    "caseAddRepresentative": [{"idNumber": NUMBER, "consented": True}, {"kind": "GUARDIAN"}],
    "caseAcceptConfirmation": [{"accepted": False, "number": None, "ground": "OTHER_PROCEDURE"}],
    "caseRuleConfirmation": [{"confirmed": False, "number": None, "ground": "UNLAWFUL"}],
    "caseRespondToCall": [{"accepted": False, "reason": NOTE}],
    "caseAnswerPoliceNotice": [{"recognised": False, "reason": NOTE}],
}


def more(mutation: str, given: dict[str, Any], pool: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """The same, with those that name something."""
    yield from MORE.get(mutation, [])
    if "parties" in given:
        for known in ({"idNumber": NUMBER, "consented": True}, {"guardianConsented": True}):
            yield {"parties": [THIRD | known, *given["parties"]]}
    if mutation == "caseApplyConfirmation":
        yield {"consents": [{"partyId": one, "consentedAt": ago(minutes=1)} for one in pool["party"]]}
    if mutation == "committeeElect":
        yield {"members": given["members"][1:] + given["members"][:1]}
    if mutation == "caseRecordMeasure":
        court = {"organisationId": pool["tribunal"][0]}
        yield court | {"kind": "ORDER_APPLIED"}
        yield court | {"kind": "ORDER_ISSUED", "validUntil": in_days(30)}


async def material_demanded(road: Road) -> Road:
    """A court asks for material that is missing."""
    await road.agreed()
    await road.step("caseApplyConfirmation", materials=["AGREEMENT"])
    demanded: dict[str, Any] = {"accepted": False, "number": None, "materialDueOn": in_days(9)}
    await road.step("caseAcceptConfirmation", **demanded)
    return road


async def protected_in_a_plain_case(road: Road) -> Road:
    """Nobody has spoken of violence until the address is protected."""
    await road.along("caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn")
    hidden: dict[str, Any] = {"partyIds": [await road.party("APPLICANT")], "reason": NOTE}
    hidden |= {"protectorIds": [await road.user("women.haiyan")]}
    await road.step("caseProtect", "dispatcher.haiyan", **hidden)
    return road


HERE: tuple[Callable[[Road], Awaitable[Road]], ...] = (material_demanded, protected_in_a_plain_case)


@pytest.fixture
async def proving(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ProvingServer]:
    """A server that proves each command before it carries it out."""
    clock = HeldClock()
    prover = Prover(fresh_haiyan_urls, clock, more, ONLY_REFUSED)
    monkeypatch.setattr("api.graphql.context.unit_of_work", prover.unit_of_work)
    async with serving(fresh_haiyan_urls, secret_key_file, clock=clock) as running:
        yield ProvingServer(running.parts, running.http, running.app, prover=prover)


def unproved(prover: Prover, of: Iterable[str]) -> str:
    """The inputs of these commands of which nobody has shown that they are heard, each with what is known of it."""
    silent = [(name, leaf.name) for name in of for leaf in prover.open(name)]
    return "\n".join(f"{name} {leaf}: {prover.known.get((name, leaf), Proof.NONE).name}" for name, leaf in silent)


async def test_every_input_of_a_case_is_stored_or_refused(proving: ProvingServer) -> None:
    ids: dict[str, str] = {}
    for way in (*WAYS, *HERE):
        await way(Road(proving, ids=ids))
    assert proving.prover is not None
    assert unproved(proving.prover, [name for name, one in COMMANDS.items() if one.resource == "case"]) == ""


async def proved(proving: ProvingServer, who: str, mutation: str, show: str, **given: Any) -> dict[str, Any]:
    """What a command shows when it is done, each of its inputs proved before."""
    assert proving.prover is not None
    client = await proving.as_(who)
    await proving.prover.prove(client, mutation, given)
    kind = f"{mutation[0].upper()}{mutation[1:]}"
    document = mutation_of(mutation, f"__typename ... on {kind}Success {{ {show} }} ... on Problem {{ message }}")
    payload = dict((await client.ask(document, input=given))[mutation])
    assert payload["__typename"] == f"{kind}Success", payload
    return payload


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.subject != "case"], ids=lambda kind: kind.subject)
async def test_every_input_of_every_other_kind_is_stored_or_refused(
    proving: ProvingServer, fresh_haiyan_urls: DatabaseUrls, kind: Kind
) -> None:
    await every_command_of(kind, fresh_haiyan_urls, partial(proved, proving))
    assert proving.prover is not None
    assert unproved(proving.prover, [one.outside for one in kind.commands]) == ""


async def test_every_input_of_the_register_and_the_calendar_is_stored_or_refused(
    proving: ProvingServer, fresh_haiyan_urls: DatabaseUrls
) -> None:
    await empty_register(fresh_haiyan_urls)
    prover, road = proving.prover, Road(proving)
    assert prover is not None

    async def do(who: str, mutation: str, show: str, **given: Any) -> dict[str, Any]:
        return await proved(proving, who, mutation, show, **given)

    subjects = {kind.subject for kind in KINDS}
    await the_register_and_the_calendar(road, do)
    assert unproved(prover, [name for name, one in COMMANDS.items() if one.resource not in subjects]) == ""
    assert await fetch(fresh_haiyan_urls, "SELECT 1 FROM calendar_day") == []
