"""An entrustment that nobody accepts in its three working days (CRT2) goes back by the clock: once, whoever is killed."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.codes.enums import CaseAction
from domain.disputes.court_entrustment import service as linkage
from domain.disputes.court_entrustment.commands import AcceptEntrustment, EntrustCase
from domain.disputes.court_entrustment.models import CourtEntrustment
from domain.disputes.rules.asking import RefusedByRule
from domain.foundation.basics.calendar import end_of_day
from domain.foundation.basics.ids import new_id
from domain.foundation.database.urls import DatabaseUrls
from domain.law.supervision import watch
from domain.registry import EXPIRY_HANDLERS
from tests.domain.conftest import Begin
from tests.domain.test_confirmation_expiry import asked
from tests.domain.test_watch import a_worker
from tests.support.builders import NOW, SmallCounty, a_grant, a_registration, at
from tests.support.rows import fetch

_A = CaseAction
_numbers = itertools.count(1)
LAST = end_of_day(date(2026, 3, 5))
AFTER = LAST + timedelta(seconds=1)
STATE = """SELECT c.version, c.status, c.court_id, c.handler_id, c.decline_guidance, e.status AS entrustment,
    e.return_reason, d.outcome,
    (SELECT count(*) FROM case_timeline t WHERE t.case_id = c.id) AS entries,
    (SELECT count(*) FROM outbox o WHERE o.subject_id = c.id AND o.topic = 'case.entrustment_returned') AS told,
    (SELECT count(*) FROM supervision s WHERE s.case_id = c.id) AS supervised
  FROM dispute_case c JOIN court_entrustment e ON e.case_id = c.id
  JOIN deadline d ON d.case_id = c.id AND d.kind = 'entrustment_acceptance' WHERE c.id = $1"""


async def entrusted(begin: Begin, county: SmallCounty) -> UUID:
    """A case that the county's tribunal entrusts to its committee on Monday the second of March."""
    command = EntrustCase(a_registration(county), county.committee, f"(2026)试诉前调{next(_numbers)}号")
    async with begin() as session:
        grant = a_grant(county, _A.ENTRUST, new_id(), by="judge")
        return (await linkage.entrust(session, grant, command, clock=at(NOW))).case.id


async def state(urls: DatabaseUrls, case_id: UUID) -> dict[str, Any]:
    (row,) = await fetch(urls, STATE, case_id)
    return dict(row)


async def test_who_is_silent_has_not_accepted(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id = await entrusted(begin, county)
    await watch.attend(engine, county.id, at(LAST), EXPIRY_HANDLERS)
    before = await state(database_urls, case_id)
    assert (before["entrustment"], before["outcome"], before["handler_id"]) == ("entrusted", None, county.committee)
    for _ in range(2):
        await watch.attend(engine, county.id, at(AFTER), EXPIRY_HANDLERS)
        found = await state(database_urls, case_id)
        assert (found["entrustment"], found["return_reason"], found["status"]) == (
            "returned", "time_passed", "declined"
        )  # fmt: skip
        assert (found["court_id"], found["handler_id"], found["outcome"]) == (county.tribunal, None, "lapsed")
        assert found["decline_guidance"] == linkage.GUIDANCE
        assert (found["version"], found["entries"], found["told"]) == (2, before["entries"] + 1, 1)
        assert found["supervised"] == 0, "it is over: there is nothing to be urged"
    (entry,) = await fetch(
        database_urls, "SELECT * FROM case_timeline WHERE case_id = $1 AND action = 'return_entrustment'", case_id
    )
    assert (entry["actor_id"], entry["role"], entry["from_status"], entry["to_status"]) == (
        None, None, "registered", "declined"
    )  # fmt: skip
    async with begin() as session:
        grant = a_grant(county, _A.ACCEPT_ENTRUSTMENT, case_id, by="mediator")
        with pytest.raises(RefusedByRule) as refused:
            await linkage.accept_entrustment(session, grant, AcceptEntrustment(2, NOW), clock=at(AFTER))
    assert refused.value.rule == "LIFECYCLE"


async def test_what_was_accepted_on_the_last_day_stays(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    case_id = await entrusted(begin, county)
    async with begin() as session:
        grant = a_grant(county, _A.ACCEPT_ENTRUSTMENT, case_id, by="mediator")
        await linkage.accept_entrustment(session, grant, AcceptEntrustment(1, NOW), clock=at(LAST))
    await watch.attend(engine, county.id, at(AFTER), EXPIRY_HANDLERS)
    found = await state(database_urls, case_id)
    assert (found["entrustment"], found["outcome"], found["version"]) == ("accepted", "satisfied", 2)


async def test_a_day_off_moves_the_last_day_to_accept(
    engine: AsyncEngine, database_urls: DatabaseUrls, county: SmallCounty, begin: Begin
) -> None:
    from dataclasses import replace

    from domain.law.deadlines.calendar import set_day
    from domain.law.deadlines.commands import SetCalendarDay

    case_id = await entrusted(begin, county)
    async with begin() as session:
        grant = replace(a_grant(county, _A.ACCEPT, county.area), action="set")
        await set_day(
            session, grant, SetCalendarDay(LAST.date(), working=False, reason="试验停工（虚构）"), clock=lambda: NOW
        )
    async with begin() as session:
        found = await session.scalar(select(CourtEntrustment).where(CourtEntrustment.case_id == case_id))
        assert found is not None
        assert found.accept_by == date(2026, 3, 6)
    await watch.attend(engine, county.id, at(AFTER), EXPIRY_HANDLERS)
    assert (await state(database_urls, case_id))["entrustment"] == "entrusted"
    await watch.attend(engine, county.id, at(AFTER + timedelta(days=1)), EXPIRY_HANDLERS)
    assert (await state(database_urls, case_id))["entrustment"] == "returned"


@pytest.mark.slow
async def test_real_workers_one_of_them_killed_end_each_once(
    database_urls: DatabaseUrls, secret_key_file: Path, county: SmallCounty, begin: Begin
) -> None:
    """Three processes, one ended by kill -9 while it works: entrustments go back, applications end, each once."""
    given = [await entrusted(begin, county) for _ in range(40)]
    wanting = [await asked(begin, county) for _ in range(40)]
    environment = os.environ | {
        "FENGQIAO_DATABASE_URL": database_urls.admin,
        "FENGQIAO_SECRET_KEY_FILE": str(secret_key_file),
    }
    workers = [a_worker(environment) for _ in range(3)]
    try:
        for _ in range(600):
            (row,) = await fetch(
                database_urls,
                "SELECT count(*) AS n FROM deadline WHERE case_id = ANY ($1) AND outcome = 'lapsed'"
                " AND kind IN ('entrustment_acceptance', 'confirmation_material')",
                [*given, *wanting],
            )
            if row["n"] >= 15 and workers[0].poll() is None:
                workers[0].send_signal(signal.SIGKILL)
            if row["n"] >= 80:
                break
            await asyncio.sleep(0.05)
    finally:
        for process in workers:
            process.terminate()
        codes = [await asyncio.to_thread(process.wait, 20) for process in workers]
    assert codes == [-signal.SIGKILL, 0, 0]
    for case_id in given:
        found = await state(database_urls, case_id)
        assert (found["entrustment"], found["version"], found["told"], found["entries"]) == ("returned", 2, 1, 2)
    rows = await fetch(
        database_urls,
        "SELECT c.version, j.status, (SELECT count(*) FROM case_timeline t WHERE t.case_id = c.id AND t.action ="
        " 'withdraw_confirmation') AS entries, (SELECT count(*) FROM outbox o WHERE o.subject_id = c.id"
        " AND o.topic = 'case.confirmation_withdrawn') AS told"
        " FROM dispute_case c JOIN judicial_confirmation j ON j.case_id = c.id WHERE c.id = ANY ($1)",
        wanting,
    )
    assert [tuple(row) for row in rows] == [(4, "withdrawn", 1, 1)] * 40
