"""A dispute in Haiyan on the main road: each step as the account whose work it is sends it. Everybody is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.foundation.basics.ids import global_id
from tests.support.api import Server

APPLICANT = "司徒试样（虚构）"
RESPONDENT = "欧阳试样（虚构）"
TITLE = "试验承揽费用纠纷（虚构）"
RECORD = "试验笔录：双方各自陈述（虚构）。"
CONTENT = "试验协议：欧阳试样分两期支付（虚构）。"

WHO = {
    "caseRegister": "grid.haiyan",
    "caseAccept": "dispatcher.haiyan",
    "caseDecline": "dispatcher.haiyan",
    "caseAssessRisk": "dispatcher.haiyan",
    "caseDispatch": "dispatcher.haiyan",
    "caseReturn": "committee.haiyan",
    "caseTakeOn": "committee.haiyan",
    "caseHoldSession": "mediator.haiyan",
    "caseAgree": "mediator.haiyan",
    "caseFail": "mediator.haiyan",
    "caseApplyConfirmation": "committee.haiyan",
    "caseAcceptConfirmation": "tribunal.haiyan",
    "caseRuleConfirmation": "judge.haiyan",
    "caseFulfil": "mediator.haiyan",
    "caseFollowUp": "mediator.haiyan",
    "caseClose": "director.haiyan",
    "casePause": "mediator.haiyan",
    "caseResume": "mediator.haiyan",
    "caseWithdraw": "mediator.haiyan",
    "caseReferToCourt": "dispatcher.haiyan",
    "casePerform": "mediator.haiyan",
    "caseBreach": "mediator.haiyan",
    "caseReopen": "director.haiyan",
    "caseArchive": "dispatcher.haiyan",
    "caseMediateAgain": "mediator.haiyan",
    "caseApplyEnforcement": "mediator.haiyan",
}
"""Whose work each step is, unless a test sends somebody else."""

AT_WORK = frozenset(WHO.values())
"""Accounts that are told of every step, and so count every version."""

NAMED = {
    "caseDispatch": ("handlerId", "海宴镇人民调解委员会"),
    "caseApplyConfirmation": ("courtId", "海宴人民法庭"),
}
"""The organisation that a step names."""

BROUGHT: dict[str, dict[str, Any]] = {
    "caseDecline": {"reason": "试验理由", "guidance": "可向人民法院起诉"},
    "caseAssessRisk": {"level": "YELLOW", "scale": "INDIVIDUAL", "peopleCount": 2},
    "caseDispatch": {},
    "caseReturn": {"reason": "试验退回理由"},
    "caseHoldSession": {"form": "JOINT", "attendees": "双方到场", "record": RECORD},
    "caseFail": {"reason": "试验：差距过大", "otherWaysTold": True},
    "caseApplyConfirmation": {"joint": True, "materials": ["AGREEMENT", "MEDIATION_PROOF", "IDENTITY_AND_CONTACT"]},
    "caseAcceptConfirmation": {"accepted": True, "number": "试验受理号"},
    "caseRuleConfirmation": {"confirmed": True, "number": "试验裁定号"},
    "caseFollowUp": {"record": "试验回访", "satisfaction": 5},
    "caseClose": {},
}
"""What steps bring that is always the same."""


def ago(**span: float) -> str:
    """A moment before now, as the API takes it."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


def a_party(side: str, name: str, **more: Any) -> dict[str, Any]:
    """A party as an input."""
    return {"side": side, "kind": "PERSON", "name": name} | more


@dataclass
class Road:
    """One case: its id and version as the last step left them, and the steps."""

    server: Server
    id: str = ""
    number: str = ""
    version: int = 0
    ids: dict[str, str] = field(default_factory=dict)

    async def organisation(self, name: str, who: str = "director.haiyan") -> str:
        """The global id of the organisation of that short or full name, as that account finds it."""
        if name not in self.ids:
            client = await self.server.as_(who)
            found = await client.ask(
                "query O($n: String!) { organisations(first: 100, filter: {nameContains: $n}) { nodes { id name } } }",
                n=name,
            )
            there = [one["id"] for one in found["organisations"]["nodes"] if one["name"] == name]
            assert len(there) == 1, f"{who} finds {len(there)} organisations of the name {name}, not one"
            self.ids[name] = there[0]
        return self.ids[name]

    async def user(self, username: str) -> str:
        """The global id of an account's user."""
        found = await self.server.parts.credentials.find(username)
        assert found is not None, f"the sample place has no account {username}"
        return global_id("user", found.user_id)

    async def registration(self, **changes: Any) -> dict[str, Any]:
        """An input that registers a plain dispute: no police matter, no family."""
        plain: dict[str, Any] = {
            "placeId": await self.organisation("海宴圩网格"),
            "typeCode": "0901",
            "source": "PROACTIVE",
            "title": TITLE,
            "facts": "试验事实经过（虚构）。",
            "parties": [
                a_party("APPLICANT", APPLICANT, phone="13900000001", address="试验路1号"),
                a_party("RESPONDENT", RESPONDENT, phone="13900000002", address="试验路2号"),
            ],
        }
        return plain | changes

    async def given(self, mutation: str) -> dict[str, Any]:
        """What a step brings besides the case and its version."""
        if mutation == "caseAgree":
            return await self.agreement()
        if mutation == "caseFulfil":
            return {"fulfilments": await self.fulfilments()}
        if mutation == "caseTakeOn":
            return {"mediatorIds": [await self.user("mediator.haiyan")]}
        if mutation in NAMED:
            argument, name = NAMED[mutation]
            return {argument: await self.organisation(name)} | BROUGHT[mutation]
        if mutation == "caseAccept":
            return {"rightsToldAt": ago(hours=3)}
        if mutation == "caseHoldSession":
            return {"heldAt": ago(hours=2)} | BROUGHT[mutation]
        if mutation == "caseFollowUp":
            return {"visitedAt": ago(minutes=1)} | BROUGHT[mutation]
        if mutation in BROUGHT:
            return dict(BROUGHT[mutation])
        return await self.given_at_exception(mutation)

    async def given_at_exception(self, mutation: str) -> dict[str, Any]:
        """The same, of the steps that leave the main road."""
        match mutation:
            case "casePause":
                return {"reason": "APPRAISAL"}
            case "caseWithdraw":
                return {"reason": "试验：不愿继续", "otherWaysTold": True, "partyId": await self.party("APPLICANT")}
            case "caseReferToCourt":
                return {"courtId": await self.organisation("海宴人民法庭"), "consentedAt": ago(minutes=2)}
            case "casePerform":
                return {"performance": next(iter(await self.fulfilments()), None)}
            case "caseBreach":
                return {"obligationId": (await self.fulfilments())[0]["obligationId"], "description": "试验：分文未付"}
            case "caseReopen":
                return {"reason": "试验：又起争执"}
            case "caseMediateAgain":
                return {"reason": "试验：愿意再谈", "allConsented": True}
            case "caseApplyEnforcement":
                return {"partyId": await self.party("APPLICANT")}
        return {}

    async def agreement(self) -> dict[str, Any]:
        """A written agreement, signed and sealed, under which money is owed in two parts."""
        parties = (await self.read("mediator.haiyan", "parties { nodes { id side } }"))["parties"]["nodes"]
        of = {party["side"]: party["id"] for party in parties}
        owed = {"debtorId": of["RESPONDENT"], "creditorId": of["APPLICANT"]}
        signed = {"partiesSignedAt": ago(minutes=50), "mediatorSignedAt": ago(minutes=50), "sealedAt": ago(minutes=45)}
        return {
            "form": "WRITTEN",
            "content": CONTENT,
            "reachedAt": ago(hours=1),
            "allConsented": True,
            "copies": len(parties) + 1,
            "obligations": [
                owed | {"description": "第一期", "amount": "8000.50"},
                owed | {"description": "第二期", "amount": "8000.00"},
            ],
        } | signed

    async def party(self, side: str, who: str = "director.haiyan") -> str:
        """The global id of the first party of that side."""
        parties = (await self.read(who, "parties { nodes { id side } }"))["parties"]["nodes"]
        of_the_side = [str(party["id"]) for party in parties if party["side"] == side]
        assert of_the_side, f"the case of the test has no {side} whom {who} sees"
        return of_the_side[0]

    async def fulfilments(self) -> list[dict[str, Any]]:
        """Proof for every obligation that has none yet."""
        found = await self.read("mediator.haiyan", "agreement { obligations { id fulfilledAt } }")
        owed = [one for one in found["agreement"]["obligations"] if one["fulfilledAt"] is None]
        return [
            {"obligationId": one["id"], "evidence": "转账凭证（虚构）", "fulfilledAt": ago(minutes=5)} for one in owed
        ]

    async def read(self, who: str, selection: str) -> dict[str, Any]:
        """The case as an account that sees it reads it."""
        client = await self.server.as_(who)
        found = (await client.ask(f"query C($id: ID!) {{ case(id: $id) {{ {selection} }} }}", id=self.id))["case"]
        assert found is not None, f"{who} does not see the case"
        return dict(found)

    async def ask_for(self, mutation: str, who: str | None = None, show: str = "", **given: Any) -> dict[str, Any]:
        """The payload of a step, done or refused, whatever it brings."""
        who = who or WHO[mutation]
        client = await self.server.as_(who)
        version = await self.version_as(who)
        brought = {"caseId": self.id, "expectedVersion": version} | await self.given(mutation) | given
        return await client.change(mutation, show, **brought)

    async def version_as(self, who: str) -> int:
        """The version as an account counts it: a party counts what parties are told."""
        if who in AT_WORK:
            return self.version
        client = await self.server.as_(who)
        found = (await client.ask("query V($id: ID!) { case(id: $id) { version } }", id=self.id))["case"]
        return self.version if found is None else int(found["version"])

    async def step(self, mutation: str, who: str | None = None, show: str = "", **given: Any) -> dict[str, Any]:
        """Take a step, which is done: the case's id, number, status and version, and what else is shown.

        Of a case that leaves the actor's reach by it, None.
        """
        payload = await self.ask_for(mutation, who, show, **given)
        assert payload["__typename"] == f"{mutation[0].upper()}{mutation[1:]}Success", payload
        self.version += 1
        case = payload["case"]
        if case is not None:
            assert case["version"] == await self.version_as(who or WHO[mutation])
        return payload

    async def register(self, who: str = WHO["caseRegister"], **changes: Any) -> dict[str, Any]:
        """Register it."""
        payload = await (await self.server.as_(who)).change("caseRegister", **await self.registration(**changes))
        assert payload["__typename"] == "CaseRegisterSuccess", payload
        case = payload["case"]
        self.id, self.number, self.version = case["id"], case["number"], case["version"]
        return payload

    async def along(self, *mutations: str) -> Road:
        """Several steps, each as its account takes it; registered first unless it is."""
        if not self.id:
            await self.register()
        for mutation in mutations:
            await self.step(mutation)
        return self

    async def agreed(self) -> Road:
        """Registered and taken along as far as an agreement."""
        return await self.along(
            "caseAccept", "caseAssessRisk", "caseDispatch", "caseTakeOn", "caseHoldSession", "caseAgree"
        )
