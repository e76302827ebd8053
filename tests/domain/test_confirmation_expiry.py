"""Material that an application lacked is not supplied (CONF7): the clock ends it, once, whoever runs and whoever is killed."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.judicial_confirmation import service as confirmations
from domain.disputes.judicial_confirmation.codes import ConfirmationMaterial
from domain.disputes.judicial_confirmation.commands import AcceptConfirmation, ApplyConfirmation, SupplyMaterial
from domain.disputes.judicial_confirmation.rules import required_material
from domain.foundation.basics.calendar import end_of_day
from domain.foundation.database.session import create_engine
from domain.foundation.database.urls import DatabaseUrls
from domain.law.deadlines.calendar import set_day
from domain.law.deadlines.commands import SetCalendarDay
from domain.law.supervision import watch
from domain.registry import EXPIRY_HANDLERS
from tests.domain.conftest import Begin
from tests.support.builders import NOW, SmallCounty, a_case, a_grant, at
from tests.support.rows import fetch

_A = CaseAction
DUE = date(2026, 3, 6)
AFTER = end_of_day(DUE) + timedelta(seconds=1)
STATE = """SELECT c.version, c.court_id, c.status, j.status AS application, j.withdrawal, j.material_due_on, j.decide_by,
    d.outcome, d.due_at, (SELECT count(*) FROM case_timeline t WHERE t.case_id = c.id) AS entries,
    (SELECT count(*) FROM outbox o WHERE o.subject_id = c.id AND o.topic = 'case.confirmation_withdrawn') AS told
  FROM dispute_case c JOIN judicial_confirmation j ON j.case_id = c.id
  JOIN deadline d ON d.case_id = c.id AND d.kind = 'confirmation_material' WHERE c.id = $1"""


async def asked(begin: Begin, county: SmallCounty) -> UUID:
    """A case whose application lacks material, which the court wants by the sixth of March."""
    async with begin() as session:
        case_id = (await a_case(session, county, CaseStatus.AGREED, agreement="written")).id
    apply = ApplyConfirmation(1, county.tribunal, joint=True, materials=(ConfirmationMaterial.AGREEMENT,))
    await _do(begin, county, _A.APPLY_CONFIRMATION, case_id, confirmations.apply_confirmation, apply, "dispatcher")
    ask = AcceptConfirmation(2, accepted=False, material_due_on=DUE)
    await _do(begin, county, _A.ACCEPT_CONFIRMATION, case_id, confirmations.accept_confirmation, ask, "judge")
    return case_id


async def _do(
    begin: Begin, county: SmallCounty, action: CaseAction, case_id: UUID, perform: Any, command: Any, by: str
) -> None:
    async with begin() as session:
        await perform(session, a_grant(county, action, case_id, by=by), command, clock=at(NOW))


async def state(urls: DatabaseUrls, case_id: UUID) -> dict[str, Any]:
    (row,) = await fetch(urls, STATE, case_id)
    return dict(row)


async def test_the_clock_withdraws_what_was_not_supplied(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id = await asked(begin, county)
    await watch.attend(engine, county.id, at(end_of_day(DUE)), EXPIRY_HANDLERS)
    before = await state(database_urls, case_id)
    assert (before["application"], before["outcome"], before["court_id"]) == ("applied", None, county.tribunal)
    for _ in range(2):
        await watch.attend(engine, county.id, at(AFTER), EXPIRY_HANDLERS)
        found = await state(database_urls, case_id)
        assert (found["application"], found["withdrawal"]) == ("withdrawn", "material_not_supplied")
        assert (found["outcome"], found["court_id"], found["status"]) == ("lapsed", None, "agreed")
        assert (found["version"], found["entries"], found["told"]) == (
            before["version"] + 1, before["entries"] + 1, 1
        )  # fmt: skip
    (entry,) = await fetch(
        database_urls, "SELECT * FROM case_timeline WHERE case_id = $1 AND action = 'withdraw_confirmation'", case_id
    )
    assert (entry["actor_id"], entry["role"], entry["organisation_id"]) == (None, None, None)


async def test_what_was_supplied_in_time_stays(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id = await asked(begin, county)
    rest = tuple(required_material(concerns_title=False) - {ConfirmationMaterial.AGREEMENT})
    supply = SupplyMaterial(3, rest)
    await _do(begin, county, _A.SUPPLY_MATERIAL, case_id, confirmations.supply_material, supply, "mediator")
    await watch.attend(engine, county.id, at(AFTER), EXPIRY_HANDLERS)
    found = await state(database_urls, case_id)
    assert (found["application"], found["outcome"], found["court_id"]) == ("applied", "satisfied", county.tribunal)


async def test_nobody_watches_without_saying_what_follows(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id = await asked(begin, county)
    with pytest.raises(KeyError):
        await watch.attend(engine, county.id, at(AFTER))
    assert (await state(database_urls, case_id))["outcome"] is None


async def test_a_day_off_moves_the_last_day_wherever_it_is_kept(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id = await asked(begin, county)
    async with begin() as session:
        grant = replace(a_grant(county, _A.ACCEPT, county.area), action="set")
        await set_day(session, grant, SetCalendarDay(DUE, working=False, reason="试验停工（虚构）"), clock=lambda: NOW)
    found = await state(database_urls, case_id)
    # The sixth is a Friday.
    assert found["material_due_on"] == date(2026, 3, 9)
    assert found["due_at"] == end_of_day(date(2026, 3, 9))


async def test_three_workers_and_broken_connections_withdraw_each_once(
    database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    chance = random.Random(11)
    ids = [await asked(begin, county) for _ in range(16)]

    async def one(engine: AsyncEngine) -> None:
        while True:
            with contextlib.suppress(Exception):  # the connection was cut: another round
                await watch.attend(engine, county.id, at(AFTER), EXPIRY_HANDLERS)
                return

    async def cut(stop: asyncio.Event) -> None:
        while not stop.is_set():
            await asyncio.sleep(chance.uniform(0.005, 0.05))
            await fetch(
                database_urls,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'fengqiao_app'"
                " AND datname = current_database() AND state <> 'idle' ORDER BY random() LIMIT 1",
            )

    engines = [create_engine(database_urls.application, connections=2) for _ in range(3)]
    try:
        stop = asyncio.Event()
        cutting = asyncio.create_task(cut(stop))
        await asyncio.gather(*(one(engine) for engine in engines))
        stop.set()
        await cutting
        await one(engines[0])
    finally:
        for engine in engines:
            await engine.dispose()
    for case_id in ids:
        found = await state(database_urls, case_id)
        assert (found["application"], found["outcome"], found["told"], found["version"]) == (
            "withdrawn", "lapsed", 1, 4
        )  # fmt: skip
