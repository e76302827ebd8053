"""Every command tried before it is carried out: a dry run leaves nothing, the command shows what it made, a repeat the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from domain.registry import CATALOGUE, COMMANDS, KINDS, metadata
from tests.support.api import Client, Server
from tests.support.every_command import WAYS, empty_register, the_register_and_the_calendar
from tests.support.examples import every_command_of
from tests.support.road import Road
from tests.support.rows import fetch, key

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

pytestmark = pytest.mark.slow

# Rows with an id of their own that commands leave beside what they are for: no payload names each of them.
FOLLOWS = {
    "deadline": "clocks that begin with a step; the case lists them",
    "report_duty": "what the law demands of violence and of minors; the case lists them",
    "supervision": "of a red risk it is opened by the risk",
    "case_party": "the parties of a new case, which the case lists",
    "case_obligation": "what is owed under the agreement, which the agreement lists",
    "agreement_signature": "the signatures of an agreement that was signed at once, which the agreement lists",
    "app_user": "the people that an election or an appointment names",
    "mediator": "the mediators of an election, whom the committee lists",
    "membership": "the membership that an election or an appointment gives, which the account lists",
    "committee_term": "the term that an election begins, which the committee lists",
    "committee_member": "the members of that term, whom the committee lists",
    "case_timeline": "what was done, which the case lists",
    "case_participant": "who takes part in a case, which the case lists",
    "case_mediator": "the mediators of a case, which the case lists",
    "confirmation_consent": "the parties' consents, which the application for confirmation lists",
    "joint_respondent": "an organisation asked to handle a case jointly, which the joint handling lists",
    "deadline_extension": "why a clock was given more time, which the clock shows",
    "police_notice_application": "the application that a notice to the police answers, which the case lists",
    "risk_reading": "what a risk was read from, which the risk shows",
    "risk_report": "the report of a risk to those above, which the risk lists",
    "calendar_day": "a day of the calendar, which is known by its date",
}
# The kinds of work beside the case: what is made is what changed, and its timeline says so.
WORK = {kind.subject: kind for kind in KINDS if kind.subject != "case"}
FOLLOWS |= {f"{subject}_timeline": "what was done, which the row lists" for subject in WORK}
# What is made is what changed: the payload shows it as that.
SHOWN = {"dispute_case", "mediation_committee", "mediator", *(CATALOGUE[subject].table for subject in WORK)}
# A known ground of a party is told anew.
MAY_BE_NULL = {"caseDeclareRecusal"}
_STATE = " UNION ALL ".join(
    f"SELECT '{one.name}' AS name, count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0) AS sum FROM {one.name} t"
    for one in metadata.sorted_tables
    # That it was tried is on record; tests/api/test_audit.py looks at that.
    if not one.name.startswith(("audit_", "case_reading"))
)
NODES = {one.table for one in CATALOGUE if one.prefix is not None}


@dataclass
class Trying:
    """What was seen of commands: those that ran, and the tables in which they left rows."""

    urls: DatabaseUrls
    left: dict[str, set[str]] = field(default_factory=dict)
    last: Mapping[str, tuple[int, int]] | None = None

    async def state(self) -> Mapping[str, tuple[int, int]]:
        """Of every table how many rows it has, and a sum over all that is in them."""
        return {row["name"]: (row["rows"], row["sum"]) for row in await fetch(self.urls, _STATE)}

    async def run(self, client: Client, mutation: str, show: str, given: dict[str, Any]) -> dict[str, Any]:
        """Try it, carry it out, send it again; gives the payload."""
        makes = COMMANDS[mutation].makes
        name = (
            "".join(part.capitalize() if n else part for n, part in enumerate(makes.name.split("_"))) if makes else ""
        )
        kind = f"{mutation[0].upper()}{mutation[1:]}"
        query = f"""mutation M($input: {kind}Input!) {{ {mutation}(input: $input) {{ __typename
            ... on Problem {{ code rule message }}
            ... on {kind}Success {{ dryRun {show} {f"made: {name} {{ id }}" if makes else ""} }} }} }}"""
        given = given | {"idempotencyKey": str(uuid4())}

        async def send(**more: Any) -> dict[str, Any]:
            return dict((await client.ask(query, input=given | more))[mutation])

        # Between two commands nobody writes.
        before = self.last or await self.state()
        tried = await send(dryRun=True)
        assert await self.state() == before, f"a dry run of {mutation} leaves something"
        assert (tried["__typename"], tried["dryRun"]) == (f"{kind}Success", True), tried
        assert not tried.get("made"), mutation
        upon = COMMANDS[mutation].upon
        shown = tried.get(upon.name) if upon is not None and given.get("expectedVersion") is not None else None
        if shown is not None and "version" in shown:
            assert shown["version"] == given["expectedVersion"], mutation
        done = await send()
        assert (done["__typename"], done["dryRun"]) == (f"{kind}Success", False), done
        after = self.last = await self.state()
        self.left.setdefault(mutation, set()).update(one for one in NODES if after[one][0] > before[one][0])
        assert await send() == done, f"{mutation} answers a repeat otherwise"
        if makes is not None:
            assert done["made"] or mutation in MAY_BE_NULL, f"{mutation} does not show what it made"
            made = done["made"] if isinstance(done["made"], list) else [done["made"]]
            view = CATALOGUE[makes.view]
            for one in made:
                found = await fetch(self.urls, f"SELECT 1 FROM {view.table} WHERE id = $1", key(one["id"]))
                assert found, mutation
        return {name: value for name, value in done.items() if name not in {"dryRun", "made"}}

    def undeclared(self, concerns: Callable[[str], bool]) -> list[str]:
        """Of the commands upon these resources those that were not run, and that leave a row that they do not declare."""
        found = []
        for name, command in COMMANDS.items():
            if not concerns(command.resource):
                continue
            if name not in self.left:
                found.append(f"{name} was not run")
                continue
            declared = {CATALOGUE[command.makes.view].table} if command.makes else set()
            found += [f"{name} declares {one} and makes none" for one in declared - self.left[name]]
            for table in self.left[name] - declared - SHOWN - set(FOLLOWS):
                found.append(f"{name} makes a row of {table}: say makes=Made(...) in its command table")
        return found


@dataclass
class TryingClient(Client):
    """A client each of whose commands is tried first."""

    trying: Trying | None = None

    async def change(self, mutation: str, show: str = "", **given: Any) -> dict[str, Any]:
        assert self.trying is not None
        return await self.trying.run(self, mutation, f"case {{ id number status version {show} }}", given)


@dataclass
class TryingServer(Server):
    """A server whose clients try what they send."""

    trying: Trying | None = None

    async def as_(self, username: str) -> Client:
        plain = await super().as_(username)
        return TryingClient(plain.http, plain.token, self.trying)


async def test_every_command_upon_a_case(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    trying = Trying(fresh_haiyan_urls)
    server, ids = TryingServer(live.parts, live.http, live.app, trying=trying), dict[str, str]()
    for way in WAYS:
        await way(Road(server, ids=ids))
    assert trying.undeclared(lambda resource: resource == "case") == []


async def test_every_command_upon_the_register_and_the_calendar(live: Server, fresh_haiyan_urls: DatabaseUrls) -> None:
    trying = Trying(fresh_haiyan_urls)
    await empty_register(fresh_haiyan_urls)

    async def do(who: str, mutation: str, show: str, **given: Any) -> dict[str, Any]:
        return await trying.run(await live.as_(who), mutation, show, given)

    subjects = {kind.subject for kind in KINDS}
    await the_register_and_the_calendar(Road(live), do)
    assert trying.undeclared(lambda resource: resource not in subjects) == []


@pytest.mark.parametrize("subject", WORK)
async def test_every_command_upon_every_other_kind(live: Server, fresh_haiyan_urls: DatabaseUrls, subject: str) -> None:
    trying = Trying(fresh_haiyan_urls)

    async def do(who: str, mutation: str, show: str, **given: Any) -> dict[str, Any]:
        return await trying.run(await live.as_(who), mutation, show, given)

    await every_command_of(WORK[subject], fresh_haiyan_urls, do)
    assert trying.undeclared(lambda resource: resource == subject) == []


async def test_a_dry_run_is_refused_as_the_command_would_be(live: Server, road: Road) -> None:
    await road.register()
    refusals = [
        await road.ask_for("caseAccept", dryRun=True, rightsToldAt=None),
        await road.ask_for("caseAccept", dryRun=True, expectedVersion=7),
        await road.ask_for("caseAccept", "grid.haiyan", dryRun=True),
        await road.ask_for("caseAccept", "dispatcher.guanghai", dryRun=True),
        await road.ask_for("caseAccept", dryRun=True, note="长" * 5_000),
        await road.ask_for("caseTakeOn", "dispatcher.haiyan", dryRun=True, mediatorIds=["user:x"]),
    ]
    names = ["RuleRefused", "CaseConflict", "Forbidden", "NotFound", "InvalidInput"]
    assert [one["__typename"] for one in refusals[:5]] == names
    assert not refusals[5]["__typename"].endswith("Success")
    await road.step("caseAccept")


async def test_a_dry_run_takes_no_number(live: Server, road: Road) -> None:
    grid = await live.as_("grid.haiyan")
    query = """mutation R($input: CaseRegisterInput!) { caseRegister(input: $input) {
        __typename ... on CaseRegisterSuccess { dryRun case { id number } } } }"""
    numbers = []
    for dry_run in (False, True, True, False):
        given = await road.registration(dryRun=dry_run)
        payload = (await grid.ask(query, input=given))["caseRegister"]
        assert (payload["__typename"], payload["dryRun"]) == ("CaseRegisterSuccess", dry_run)
        if dry_run:
            assert payload["case"] is None
        else:
            numbers.append(int(payload["case"]["number"][-6:-1]))
    assert numbers[1] == numbers[0] + 1
