"""The kernel by itself: what does not fit is told by name; and a kind that is no case changes by it in a real database."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import ForeignKeyConstraint, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from domain.foundation.basics.errors import Forbidden, NotFound, StaleVersion
from domain.foundation.basics.ids import new_id
from domain.foundation.database.session import create_engine, unit_of_work
from domain.foundation.kernel import rooms
from domain.foundation.kernel.availability import AvailableActions
from domain.foundation.kernel.facts import (
    FactsError,
    FactSheet,
    contribution,
)
from domain.foundation.kernel.lifecycle import (
    Lifecycle,
    leads,
    stays,
)
from domain.foundation.kernel.numbering import Numbering
from domain.foundation.kernel.rooms import Room, RoomError
from domain.foundation.kernel.rules import (
    Occasion,
    RefusedByRule,
    Rule,
    Rules,
)
from domain.foundation.kernel.tables import (
    place_references,
)
from domain.foundation.kernel.workflow import (
    Change,
    DomainEvent,
    Message,
    announce,
)
from tests.support.builders import NOW, SmallCounty, a_grant, at
from tests.support.rows import execute, fetch

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

    from domain.foundation.database.urls import DatabaseUrls
    from tests.domain.conftest import Begin

from tests.domain.round_kind import (
    HEARD,
    KIND,
    LEADERS,
    ROUNDS,
    RULES,
    SOON,
    WORK,
    Making,
    NewRound,
    Round,
    RoundAction,
    RoundCounter,
    RoundFacts,
    RoundStatus,
    RoundTimeline,
)

_A, _S = RoundAction, RoundStatus


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """These rooms beside the platform's own."""
    real = rooms.rooms()
    caches = (rooms.fact_sheet, rooms.rules_of, rooms.reactions_to, rooms.command_of)
    monkeypatch.setattr(rooms, "rooms", lambda: (*real, KIND, LEADERS))
    for cached in caches:
        cached.cache_clear()
    HEARD.clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
async def tables(database_urls: DatabaseUrls) -> AsyncIterator[None]:
    """The kind's tables, as the application may use them."""
    made: list[Any] = [Round.__table__, RoundTimeline.__table__, RoundCounter.__table__]
    for table in made:
        await execute(database_urls, str(CreateTable(table).compile(dialect=postgresql.dialect())))
        await execute(database_urls, f"GRANT SELECT, INSERT, UPDATE ON {table.name} TO fengqiao_app")
    yield
    for table in reversed(made):
        await execute(database_urls, f"DROP TABLE {table.name}")


async def planned(begin: Begin, county: SmallCounty) -> UUID:
    key = new_id()
    numbers = Numbering(Round, RoundCounter, NewRound)
    async with begin() as session:
        grant = a_grant(county, _A.PLAN, key)
        new = NewRound(county.id, key, county.centre, _S.PLANNED, NOW, county.grid)
        row = Round(county_id=county.id, id=key, version=1, status=_S.PLANNED)
        WORK.record(session, grant, _A.PLAN, row, None, now=NOW)
        assert await numbers.write(session, new, "试巡") == "(2026)试巡字第00001号"
    return key


async def opened(
    session: AsyncSession, county: SmallCounty, action: RoundAction, key: UUID, expected: int | None = None, **when: Any
) -> Change[Round, RoundAction]:
    return await WORK.open(session, a_grant(county, action, key), action, at(**when), expected=expected)


@pytest.mark.usefixtures("found", "tables")
async def test_a_kind_changes_by_the_kernel(database_urls: DatabaseUrls, county: SmallCounty, begin: Begin) -> None:
    key = await planned(begin, county)
    async with begin() as session:
        work = await opened(session, county, _A.MAKE, key, 1)
        assert work.facts == RoundFacts(
            _S.PLANNED, None, 1, min((county.dispatcher, county.mediator, county.judge), key=str)
        )
        work.require(Making("门窗完好"))
        work.row.made_at, work.row.found = work.now, "门窗完好"
        work.messages.append(Message("round.told", {"rule": "ROUND"}))
        done = await work.complete(note="已巡查", payload={"entries": 1})
    assert (done.version, done.status) == (2, "made")
    entries = await fetch(database_urls, "SELECT * FROM toy_round_timeline WHERE round_id = $1 ORDER BY version", key)
    assert [(one["version"], one["action"], one["from_status"], one["to_status"], one["note"]) for one in entries] == [
        (1, "plan", None, "planned", None),
        (2, "make", "planned", "made", "已巡查"),
    ]
    assert entries[1]["actor_id"] == county.dispatcher
    told = await fetch(database_urls, "SELECT topic FROM outbox WHERE subject_id = $1 ORDER BY id", key)
    assert [one["topic"] for one in told] == ["round.planned", "round.made", "round.told"]
    assert [DomainEvent("round", county.id, key, _A.MAKE, NOW)] == HEARD


@pytest.mark.usefixtures("found", "tables")
async def test_a_reader_is_told_what_a_command_would_be(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    key = await planned(begin, county)
    member = AvailableActions("round", RoundAction)
    sql = member.sql("q", lambda action, group: "false" if action == "correct" else f"'{group}' = 'core'")
    ((answer,),) = await fetch(database_urls, f"SELECT {sql} FROM toy_round q WHERE q.id = $2", NOW, key)
    found = member.of(json.loads(answer))
    offered = {one.action: [blocker.code for blocker in one.blocked_by] for one in found}
    # What it begins with is not offered; to whom an action is not permitted, its rules are not shown.
    assert offered == {"ROUND_MAKE": [], "ROUND_CORRECT": ["FORBIDDEN"]}
    # In the words of the command, where no list of labels has them.
    assert [(one.label, one.label_en) for one in found] == [("巡查", "Make a round"), ("更正", "Correct a round")]


@pytest.mark.usefixtures("found", "tables")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"allowed": True}, ["ROUND_MAKE"]),
        ({"allowed": False}, ["ROUND_CORRECT"]),
        ({"only": ["round_correct", "case_accept"]}, ["ROUND_CORRECT"]),
        ({"only": ["round_correct"], "allowed": True}, []),
        ({"only": []}, []),
    ],
)
async def test_a_reader_is_told_of_what_was_asked_for(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin, given: dict[str, Any], expected: list[str]
) -> None:
    key = await planned(begin, county)
    member = AvailableActions("round", RoundAction).narrow_to(given)
    asked = []

    def may(action: str, group: str) -> str:
        asked.append(action)
        return "FALSE" if action == "correct" else f"'{group}' = 'core'"

    ((answer, _),) = await fetch(
        database_urls, f"SELECT {member.facts('q', may)}, $1::timestamptz FROM toy_round q WHERE q.id = $2", NOW, key
    )
    assert [one.action for one in member.fill(answer and json.loads(answer))] == expected
    # What is not asked for is not asked of the policy either.
    assert asked == (["make", "correct"] if "only" not in given else ["correct"] if given["only"] else [])


@pytest.mark.usefixtures("found", "tables")
async def test_what_forbids_a_change_leaves_nothing(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    key = await planned(begin, county)

    async def refused(action: RoundAction, *given: Any, **more: Any) -> str:
        async def attempt() -> None:
            async with begin() as session:
                (await opened(session, county, action, key, **more)).require(given[0])

        with pytest.raises(RefusedByRule) as refusal:
            await attempt()
        return f"{refusal.value.rule} {','.join(refusal.value.open_actions)}"

    assert await refused(_A.CORRECT) == "ROUND_ORDER make"
    assert await refused(_A.MAKE, Making("")) == "ROUND_FOUND make"
    async with begin() as session:
        with pytest.raises(StaleVersion, match="该巡查已被他人更新"):
            await opened(session, county, _A.MAKE, key, 7)
        with pytest.raises(NotFound):
            await opened(session, county, _A.MAKE, new_id())
        with pytest.raises(AssertionError, match="a grant for plan"):
            await WORK.open(session, a_grant(county, _A.PLAN, key), _A.MAKE, at())
        stranger = replace(a_grant(county, _A.MAKE, key), county_id=county.id + 1)
        with pytest.raises(Forbidden):
            await WORK.open(session, stranger, _A.MAKE, at())
    async with begin() as session:
        work = await opened(session, county, _A.MAKE, key)
        work.row.made_at = work.now
        await work.complete()
    assert await refused(_A.CORRECT, moment=NOW + SOON + timedelta(seconds=1)) == "ROUND_SOON correct"
    async with begin() as session:
        await (await opened(session, county, _A.CORRECT, key, moment=NOW + SOON)).complete()
    # What another room counts, it forbids.
    assert await refused(_A.CORRECT, moment=NOW + SOON) == "ROUND_TWICE correct"
    versions = await fetch(database_urls, "SELECT version FROM toy_round WHERE id = $1", key)
    assert [one["version"] for one in versions] == [3]


@pytest.mark.usefixtures("found", "tables")
async def test_a_change_waits_for_the_one_before_it(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin, engine: AsyncEngine
) -> None:
    key = await planned(begin, county)
    other = create_engine(database_urls.application)
    try:
        async with begin() as session:
            work = await opened(session, county, _A.MAKE, key)
            async with unit_of_work(other, [county.id]) as second:
                locked = select(Round).where(Round.id == key).with_for_update(skip_locked=True)
                assert (await second.scalars(locked)).all() == []
            work.row.made_at = work.now
            await work.complete()
    finally:
        await other.dispose()


async def test_what_has_no_timeline_is_announced(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    key = new_id()
    async with begin() as session:
        announce(session, a_grant(county, _A.PLAN, key), "round.thought_of", NOW, people=2)
    (told,) = await fetch(database_urls, "SELECT topic, payload FROM outbox WHERE subject_id = $1", key)
    assert tuple(told) == ("round.thought_of", '{"people": 2}')


def test_a_transition_stands_once_in_a_lifecycle() -> None:
    assert ROUNDS.beginnings == {_A.PLAN}
    assert ROUNDS.actions_open_in(None) == (_A.PLAN,)
    assert ROUNDS.actions_open_in(_S.MADE) == (_A.CORRECT,)
    with pytest.raises(ValueError, match="correct out of made stands twice"):
        Lifecycle(RoundAction, stays(_A.CORRECT, within=[_S.MADE]), leads(_A.CORRECT, out_of=[_S.MADE], to=_S.PLANNED))


def test_rules_that_do_not_fit_are_told_by_their_ids() -> None:
    (rule, *_) = RULES.table[1:]
    with pytest.raises(ValueError, match="two rules are called ROUND_SOON"):
        RULES.with_rules([rule])
    with pytest.raises(ValueError, match="rule STRAY tests plan"):
        Rules([Rule("STRAY", "", "", "", (_A.MAKE,), by_state={_A.PLAN: lambda _facts, _occasion: True})])
    with pytest.raises(ValueError, match="a lifecycle comes with the rule"):
        Rules([rule], ROUNDS)
    # Without a lifecycle every action is open, and a refusal names none.
    plain: Rules[RoundAction, RoundFacts] = Rules([rule])
    made = RoundFacts(_S.MADE, NOW)
    plain.require_state(made, _A.CORRECT, Occasion(NOW))
    with pytest.raises(RefusedByRule) as refused:
        plain.require_state(made, _A.CORRECT, Occasion(NOW + 2 * SOON))
    assert refused.value.open_actions == ()
    # What is asked for is told of, and nothing is offered unless it is said to be.
    assert plain.available_actions(made, {_A.CORRECT: True}, Occasion(NOW)) == ()
    (told,) = plain.available_actions(made, {}, Occasion(NOW + 2 * SOON), only=[_A.CORRECT])
    assert (told.action, told.allowed, [one.code for one in told.blocked_by]) == (_A.CORRECT, False, ["FORBIDDEN"])
    some = RULES.available_actions(made, dict.fromkeys(_A, True), Occasion(NOW), only=[_A.CORRECT])
    assert [one.action for one in some] == [_A.CORRECT]


def test_the_first_rule_in_order_refuses() -> None:
    """The kind's own before those that other rooms add; of several the first."""
    late: Rule[RoundAction] = Rule(
        "LATE", "", "", "", (_A.CORRECT,), by_state={_A.CORRECT: lambda _facts, _occasion: False}
    )
    extended = RULES.with_rules([late])
    occasion = Occasion(NOW + 2 * SOON)
    assert [one.id for one in extended.blocked_by(RoundFacts(_S.MADE, NOW), _A.CORRECT, occasion)] == [
        "ROUND_SOON",
        "LATE",
    ]
    with pytest.raises(RefusedByRule) as refused:
        extended.require_state(RoundFacts(_S.MADE, NOW), _A.CORRECT, occasion)
    assert refused.value.rule == "ROUND_SOON"


OWN = contribution("round", {"status": "{t}.status", "made_at": "{t}.made_at", "entries": "1", "leader_id": "NULL"})


def test_facts_that_do_not_fit_are_told_by_name() -> None:
    assert FactSheet("round", RoundFacts, [("rounds", OWN)]).read(
        {"status": "made", "made_at": NOW.isoformat(), "entries": 2, "leader_id": str(UUID(int=7))}
    ) == RoundFacts(_S.MADE, NOW, 2, UUID(int=7))
    with pytest.raises(FactsError, match="no room tells the facts made_at, entries, leader_id of round"):
        FactSheet("round", RoundFacts, [("rounds", contribution("round", {"status": "{t}.status"}))])
    with pytest.raises(
        FactsError, match=r"room leaders tells the fact weather of round, which .*RoundFacts does not have"
    ):
        FactSheet("round", RoundFacts, [("rounds", OWN), ("leaders", contribution("round", {"weather": "1"}))])
    with pytest.raises(FactsError, match="entries of round is told by two rooms, rounds and leaders"):
        FactSheet("round", RoundFacts, [("rounds", OWN), ("leaders", contribution("round", {"entries": "2"}))])
    joined = contribution("round", {}, joins={"leader": "SELECT 1 AS id"})
    with pytest.raises(FactsError, match="room leaders calls a join to round leader, as another room does"):
        FactSheet("round", RoundFacts, [("rounds", OWN), ("a", joined), ("leaders", joined)])


def test_the_moment_is_a_slot_of_the_facts() -> None:
    sheet = FactSheet("round", RoundFacts, [("rounds", contribution("round", {**OWN.facts, "entries": "f({now})"}))])
    assert "f(now())" in sheet.sql("t")
    assert "f($1)" in sheet.sql("t", "$1")


def test_rooms_that_do_not_fit_are_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"one": Room(name="one", needs=("two",)), "two": Room(name="two", needs=("one",))}
    monkeypatch.setattr(rooms, "modules", lambda: dict.fromkeys(said, "domain.codes.room"))
    named = iter(said.values())
    monkeypatch.setattr(rooms, "_said_in", lambda _module: next(named))
    with pytest.raises(RoomError, match="rooms need each other in a circle: one → two → one"):
        rooms.rooms.__wrapped__()
    said["two"] = Room(name="two", needs=("three",))
    named = iter(said.values())
    with pytest.raises(RoomError, match="room two needs three, and there is no such room"):
        rooms.rooms.__wrapped__()
    with pytest.raises(RoomError, match="there is no kind of work upon a wish"):
        rooms.kind_of("wish")


def test_a_place_has_its_references() -> None:
    (reference, *_) = [one for one in place_references() if isinstance(one, ForeignKeyConstraint)]
    assert list(reference.column_keys) == ["county_id", "town_id"]
