"""Random histories of a case, driven through GraphQL by several accounts: what must hold after every step of any.

A state machine of hypothesis. Half of the steps are ones that somebody is offered, so that histories get far; the
others are anybody's attempt at anything, with the right input or a spoilt one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.cases.lifecycle import TRANSITIONS
from tests.support.api import Server, serving
from tests.support.road import RESPONDENT, WHO, Road, a_party, ago
from tests.support.rows import key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

T = TypeVar("T")

MUTATIONS = (
    "caseAccept", "caseDecline", "caseAssessRisk", "caseDispatch", "caseReturn", "caseTakeOn", "caseHoldSession",
    "caseAgree", "caseFail", "caseFulfil", "caseFollowUp", "caseClose", "casePause", "caseResume", "caseWithdraw",
    "caseReferToCourt", "casePerform", "caseBreach", "caseReopen", "caseArchive", "caseMediateAgain",
)  # fmt: skip
ACCOUNTS = (
    "dispatcher.haiyan", "director.haiyan", "committee.haiyan", "mediator.haiyan", "resident.haiyan", "grid.haiyan",
    "judge.haiyan", "mediator.guanghai",
)  # fmt: skip
# What turns a good input into one that may not be taken.
SPOILT: dict[str, dict[str, Any]] = {
    "stale": {"expectedVersion": 1_000},
    "untold": {"otherWaysTold": False},
    "unwilling": {"allConsented": False},
    "no reason": {"reason": " "},
    "no consent": {"consentedAt": None},
}
OF: dict[str, tuple[str, ...]] = {
    "untold": ("caseFail", "caseWithdraw"),
    "unwilling": ("caseAgree", "caseMediateAgain"),
    "no reason": ("caseDecline", "caseReturn", "caseFail", "caseWithdraw", "caseReopen", "caseMediateAgain"),
    "no consent": ("caseReferToCourt",),
}
# Of two that are offered the first leads further; each history leaves some of them out.
ONWARD = (
    "caseAccept", "caseDecline", "caseDispatch", "caseTakeOn", "caseResume", "caseAgree", "caseFail", "caseHoldSession", "casePerform",
    "caseFulfil", "caseReferToCourt", "caseClose", "caseReopen", "caseArchive", "caseFollowUp",
    "caseAssessRisk",
)  # fmt: skip
LEFT_OUT = (
    {"caseFail", "caseArchive"}, {"caseAgree", "caseReopen"}, {"caseFail", "caseReopen"}, {"caseAccept", "caseReopen"},
)  # fmt: skip
SHOWN = """status version registeredAt acceptedAt declinedAt dispatchedAt takenOnAt settledAt failedAt fulfilledAt
    concludedAt closedAt dueAt reopenCount reopenedAt returnCount paused pausedAt pauseReason referredAt archivedAt
    handler { id } court { id } agreement { id } dispatchBinding breached
    timeline(first: 100) { totalCount nodes { version action fromStatus toStatus } }"""
ENDED = {"AGREED", "PERFORMING", "FULFILLED", "FAILED", "REFERRED_TO_COURT"}
KEPT = {"AGREED", "PERFORMING", "FULFILLED"}
UNDER_WAY = {"REGISTERED", "ACCEPTED", "DISPATCHED", "HANDLING"}
UNHANDLED = {"REGISTERED", "ACCEPTED", "DECLINED"}


def action_of(mutation: str) -> CaseAction:
    """caseTakeOn -> take_on."""
    name = mutation.removeprefix("case")
    return CaseAction("".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_"))


class Story(Road):
    """A road whose inputs are made from what the director reads, whoever takes the step."""

    async def read(self, who: str, selection: str) -> dict[str, Any]:  # noqa: ARG002
        return await super().read("director.haiyan", selection)

    async def fulfilments(self) -> list[dict[str, Any]]:
        if (await self.read("", "agreement { id }"))["agreement"] is not None:
            found = await super().fulfilments()
            if found:
                return found
        nothing = "obligation:0192f000-0000-7000-8000-00000000dead"
        return [{"obligationId": nothing, "evidence": "凭证（虚构）", "fulfilledAt": ago(minutes=5)}]

    async def given(self, mutation: str) -> dict[str, Any]:
        if mutation == "caseFulfil" and (await self.read("", "agreement { id }"))["agreement"] is None:
            return {}
        if mutation == "caseFulfil":
            owed = await self.fulfilments()
            return {"fulfilments": [one for one in owed if not one["obligationId"].endswith("dead")]}
        if mutation == "caseFollowUp":
            return {"visitedAt": ago(seconds=0), "record": "试验回访"}
        if mutation == "caseBreach":
            return await super().given(mutation) | {"refused": True}
        return await super().given(mutation)


class World:
    """What all histories of a run share: a server, a look behind it, and the loop both run in."""

    def __init__(self, runner: asyncio.Runner, server: Server, behind: asyncpg.Connection) -> None:
        self.run: Callable[[Coroutine[Any, Any, T]], T] = runner.run
        self.server = server
        self._behind = behind
        self.reached: set[str] = set()
        self._traces = ""

    async def traces(self, case_id: str) -> Any:
        """Everything that is kept of a case, in every table, as a digest by table."""
        if not self._traces:
            tables = await self._behind.fetch(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'case_id' AND table_schema = 'public'"
            )
            of = {row[0]: "case_id" for row in tables} | {"dispute_case": "id", "outbox": "subject_id"}
            self._traces = " UNION ALL ".join(
                f"SELECT '{table}', count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t WHERE t.{column} = $1"
                for table, column in sorted(of.items())
            )
        return await self._behind.fetch(self._traces, key(case_id))


class Histories(RuleBasedStateMachine):
    """One case's history."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.story = Story(world.server)
        self.case: dict[str, Any] = {}
        self.onward: tuple[str, ...] = ONWARD

    @initialize(
        mediable=st.sampled_from([True, True, True, False]), far=st.integers(0, 14), left_out=st.sampled_from(LEFT_OUT)
    )
    def register(self, mediable: bool, far: int, left_out: set[str]) -> None:
        self.onward = tuple(one for one in ONWARD if one not in left_out)

        async def work() -> None:
            own = a_party(
                "APPLICANT", "伍试样（虚构）", phone="13900000001", userId=await self.story.user("resident.haiyan")
            )
            parties = [own, a_party("RESPONDENT", RESPONDENT, phone="13900000002")]
            await self.story.register(typeCode="0901" if mediable else "1301", parties=parties)
            await self.look()

        self.world.run(work())
        for _ in range(far):
            self.it_goes_on()

    @rule()
    def it_goes_on(self) -> None:
        """The next step of the road, by whom it falls to: so that histories get far."""
        for mutation in self.onward:
            if action_of(mutation) in self.world.run(self.offered(WHO[mutation])):
                self.attempt(WHO[mutation], mutation, "")
                return

    @rule(data=st.data())
    def somebody_does_what_they_are_offered(self, data: st.DataObject) -> None:
        account = data.draw(st.sampled_from(ACCOUNTS))
        offered = self.world.run(self.offered(account))
        if offers := [mutation for mutation in MUTATIONS if action_of(mutation) in offered]:
            self.attempt(account, data.draw(st.sampled_from(offers)), "")

    @rule(
        account=st.sampled_from(ACCOUNTS),
        mutation=st.sampled_from(MUTATIONS),
        spoilt=st.sampled_from(["", "", *SPOILT]),
    )
    def anybody_tries_anything(self, account: str, mutation: str, spoilt: str) -> None:
        self.attempt(account, mutation, spoilt if mutation in OF.get(spoilt, MUTATIONS) else "")

    def attempt(self, account: str, mutation: str, spoilt: str) -> None:
        self.world.run(self.attempted(account, mutation, spoilt))

    async def attempted(self, account: str, mutation: str, spoilt: str) -> None:
        """One request; its outcome compared with what was said beforehand, and with what it left."""
        before, action = self.case, action_of(mutation)
        traces = await self.world.traces(self.story.id)
        offered = await self.offered(account)
        expected = TRANSITIONS.get((CaseStatus(before["status"].lower()), action))
        payload = await self.story.ask_for(mutation, account, **SPOILT.get(spoilt, {}))
        if payload["__typename"].endswith("Success"):
            self.story.version += 1
            await self.look()
            assert not spoilt
            assert action in offered, "done, though it was not offered"
            assert expected is not None
            assert self.case["status"] == expected.upper()
            assert self.case["version"] == before["version"] + 1
            self.world.reached.add(expected)
            return
        assert payload["__typename"] in {"RuleRefused", "Forbidden", "NotFound", "InvalidInput"}
        assert await self.world.traces(self.story.id) == traces, "refused, and yet it left something"
        if action in offered:
            assert payload.get("rule") != "LIFECYCLE", "offered, and refused by the status"
            assert payload["__typename"] in {"RuleRefused", "InvalidInput"}
        if expected is None:
            assert payload["__typename"] != "RuleRefused" or payload["rule"] == "LIFECYCLE"
        await self.look()
        assert self.case == before

    async def offered(self, account: str) -> set[CaseAction]:
        """What `availableActions` offers the account; nothing of a case that it does not see."""
        client = await self.world.server.as_(account)
        query = "query A($id: ID!) { case(id: $id) { availableActions { action allowed } } }"
        found = (await client.ask(query, id=self.story.id))["case"]
        actions = found["availableActions"] if found else []
        return {CaseAction(one["action"].lower()) for one in actions if one["allowed"]}

    async def look(self) -> None:
        self.case = await self.story.read("director.haiyan", SHOWN)

    @invariant()
    def the_timeline_is_complete_and_legal(self) -> None:
        if not self.case:
            return
        entries, status = self.case["timeline"]["nodes"], None
        count = self.case["timeline"]["totalCount"]
        assert self.case["version"] == count
        assert [entry["version"] for entry in entries] == list(range(1, len(entries) + 1))
        for entry in entries:
            assert entry["fromStatus"] == (None if status is None else status.upper())
            status = TRANSITIONS[status, CaseAction(entry["action"].lower())]
            assert entry["toStatus"] == status.upper()
        if count == len(entries):
            assert status is not None
            assert self.case["status"] == status.upper()

    @invariant()
    def the_clocks_agree(self) -> None:
        if not self.case:
            return
        case, status = self.case, self.case["status"]
        if case["acceptedAt"] is not None:
            assert case["acceptedAt"] >= case["registeredAt"]
            assert case["dueAt"] is not None
            assert case["dueAt"] > (case["reopenedAt"] or case["acceptedAt"])
        assert (case["acceptedAt"] is None) or status != "REGISTERED"
        if case["agreement"] is not None and case["failedAt"] is not None:
            # An agreement in effect that was not kept: mediation had ended with it, and has failed since.
            assert case["concludedAt"] < case["failedAt"]
        else:
            assert case["concludedAt"] == (case["settledAt"] or case["failedAt"])
        assert case["settledAt"] is None or case["failedAt"] is None
        if status in ENDED:
            assert case["concludedAt"] is not None
            assert (case["settledAt"] is not None) == (status in KEPT)
        if status in UNDER_WAY | {"DECLINED"}:
            assert case["concludedAt"] is case["closedAt"] is case["fulfilledAt"] is case["referredAt"] is None
        assert (case["closedAt"] is not None) == (status in {"CLOSED", "ARCHIVED"})
        assert (case["archivedAt"] is not None) == (status == "ARCHIVED")
        assert (case["reopenCount"] > 0) == (case["reopenedAt"] is not None)
        assert case["paused"] == (case["pausedAt"] is not None) == (case["pauseReason"] is not None)
        assert not case["paused"] or status == "HANDLING"

    @invariant()
    def what_belongs_to_a_state_is_there_and_nothing_else(self) -> None:
        if not self.case:
            return
        case, status = self.case, self.case["status"]
        if status in UNHANDLED:
            assert case["handler"] is case["agreement"] is None
        if status in {"DISPATCHED", "HANDLING"} | ENDED:
            assert case["handler"] is not None
            assert case["dispatchedAt"] is not None
        assert case["agreement"] is not None or case["settledAt"] is None
        assert case["agreement"] is None or case["settledAt"] is not None or case["breached"]
        assert case["returnCount"] <= 2
        assert case["dispatchBinding"] == (case["returnCount"] == 2 and case["handler"] is not None)
        assert (case["court"] is not None) == (case["referredAt"] is not None)
        assert not case["breached"] or status in {"PERFORMING", "FAILED", "REFERRED_TO_COURT", "CLOSED", "ARCHIVED"}


def test_no_history_breaks_what_must_hold(fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    with asyncio.Runner() as runner:
        running = serving(fresh_haiyan_urls, secret_key_file)
        server = runner.run(running.__aenter__())
        behind = runner.run(asyncpg.connect(fresh_haiyan_urls.admin))
        try:
            world = World(runner, server, behind)
            run_state_machine_as_test(
                lambda: Histories(world),  # type: ignore[arg-type] # it only calls it
                settings=settings(
                    max_examples=10,
                    stateful_step_count=20,
                    # Histories are short: making a failing one shorter takes minutes and shows no more.
                    phases=[Phase.generate],
                    deadline=None,
                    database=None,
                    derandomize=True,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(behind.close())
            runner.run(running.__aexit__(None, None, None))
    assert len(world.reached) >= 8, "histories should get far"
