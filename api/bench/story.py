"""A dispute from registration to closure, each step as the account whose work it is. Everybody is invented."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from api.bench.operations import DOCUMENTS, REGISTER, Variables, World, organisation, registration, user
from api.bench.tenants_sql import MEDIATORS

Ask = Callable[[str, str, str | None, Variables], Awaitable[dict[str, Any]]]
"""(account, document, operation name, variables) -> data."""

STEPS = (DOCUMENTS / "story.graphql").read_text(encoding="utf-8")
DISPATCHER, LEADER, MEDIATOR, DIRECTOR = "bench.registrar", "bench.leader", "bench.conciliator", "bench.closer"


def ago(**span: float) -> str:
    """A moment before now."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat()


class Refused(RuntimeError):  # noqa: N818 - what happened
    """A step was refused, so that the story could not go on."""


class Story:
    """One dispute on its way."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._case: dict[str, Any] = {}

    async def step(self, account: str, name: str, **given: Any) -> None:
        """One change of the case."""
        root = f"case{name}"
        sent = {"caseId": self._case["id"], "expectedVersion": self._case["version"]} | given
        self._take((await self._ask(account, STEPS, name, {"input": sent}))[root])

    def _take(self, payload: dict[str, Any]) -> None:
        if not payload["__typename"].endswith("Success"):
            message = f"{payload['__typename']}: {payload.get('code')} {payload.get('message')}"
            raise Refused(message)
        self._case |= payload["case"]

    async def tell(self) -> None:
        """All of it: ten changes and a reading of the file."""
        (first,) = registration(World([], datetime.now(UTC)))
        self._take((await self._ask(DISPATCHER, REGISTER.text, None, first))["caseRegister"])
        await self.step(DISPATCHER, "Accept", rightsToldAt=ago(seconds=0.1))
        await self.step(DISPATCHER, "AssessRisk", level="YELLOW", scale="INDIVIDUAL", peopleCount=2)
        await self.step(DISPATCHER, "Dispatch", handlerId=organisation(21, 2))
        await self.step(LEADER, "TakeOn", mediatorIds=[user(43, MEDIATORS + 1)])
        await self.step(
            MEDIATOR,
            "HoldSession",
            form="JOINT",
            heldAt=ago(seconds=0.1),
            attendees="双方",
            record="各自陈述（虚构）。",
        )
        sides = {one["side"]: one["id"] for one in self._case["parties"]["nodes"]}
        owed = {"debtorId": sides["RESPONDENT"], "creditorId": sides["APPLICANT"], "description": "修复（虚构）"}
        signed = dict.fromkeys(("reachedAt", "partiesSignedAt", "mediatorSignedAt", "sealedAt"), ago(seconds=0.1))
        agreed = {"form": "WRITTEN", "content": "一周内修复（虚构）。", "allConsented": True, "copies": 3}
        await self.step(MEDIATOR, "Agree", obligations=[owed], **agreed, **signed)
        done = [
            {"obligationId": one["id"], "evidence": "照片（虚构）", "fulfilledAt": ago(seconds=0.01)}
            for one in self._case["agreement"]["obligations"]
        ]
        await self.step(MEDIATOR, "Fulfil", fulfilments=done)
        await self.step(MEDIATOR, "FollowUp", visitedAt=ago(seconds=0.01), record="已修复（虚构）。", satisfaction=5)
        await self.step(DIRECTOR, "Close")
        found = await self._ask(DIRECTOR, STEPS, "File", {"id": self._case["id"]})
        if found["case"]["status"] != "CLOSED":
            message = "the file does not tell of the closure"
            raise Refused(message)
