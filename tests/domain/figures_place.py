"""A random place whose cases go on changing, and random questions for figures of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from domain.foundation.database.urls import DatabaseUrls
from domain.foundation.query.selection import Argument, Given, Selected
from domain.registry import CATALOGUE
from tests.reference.people import actor_of
from tests.reference.rows import Rows
from tests.reference.world import FIRST, SECOND, World

CASE = CATALOGUE["case"]
STATUSES = ["registered", "accepted", "handling", "agreed", "failed", "closed", "archived", "declined"]


class Place:
    """A random place, its people, and a history that goes on."""

    def __init__(self, urls: DatabaseUrls, world: World, rows: Rows, seed: int) -> None:
        self.urls, self.world, self.rows = urls, world, rows
        self.pick = random.Random(seed)
        self.actors = [actor_of(rows, name, world.now) for name in world.usernames]
        self.serial = 500_000

    def a_moment(self) -> datetime:
        """Some moment of the last three years, often the very start of a day, of ten days, of a month in China."""
        day = datetime(2026, 1, 1, 16, tzinfo=UTC) + timedelta(days=self.pick.randrange(-900, 330))
        if self.pick.random() < 0.4:
            day = day.replace(day=self.pick.choice([1, 10, 11, 20, 21, 28])) - timedelta(days=1)
        shift = timedelta(seconds=self.pick.choice([0, 0, 0, 1, 40_000, 43_200, 50_000, 86_399]))
        return self.pick.choice([day + shift, day + shift, self.world.now, self.world.now - timedelta(days=365)])

    def an_area(self) -> str:
        return f"organisation:{self.pick.choice(self.rows.all('organisation'))['id']}"

    def a_filter(self) -> dict[str, Argument]:
        """Up to three conditions, the window's ends among them more often than not."""
        pick = self.pick
        codes = [row["type_code"] for row in self.rows.all("dispute_case")]
        values: dict[str, Any] = {
            "status": pick.sample(STATUSES, 2),
            "source": ["police", "hotline"],
            "risk_level": ["red", "yellow"],
            "type_codes": pick.sample(codes, 3),
            "type_group": [code[:2] for code in pick.sample(codes, 3)],
            "place_id": self.an_area(),
            "organisation_id": self.an_area(),
            "handler_id": self.an_area(),
            "court_id": self.an_area(),
            "open": pick.random() < 0.5,
            "settled": pick.random() < 0.5,
            "overdue": pick.random() < 0.5,
        }
        names = pick.sample(list(values), pick.choice([0, 0, 0, 1, 1, 2]))
        chosen = {name: values[name] for name in names}
        start, end = self.a_moment(), self.a_moment()
        if start > end and pick.random() < 0.9:
            start, end = end, start
        if pick.random() < 0.2:
            end = start + timedelta(hours=pick.randrange(60))
        if pick.random() < 0.7:
            chosen["registered_from"] = start
        if pick.random() < 0.7:
            chosen["registered_until"] = end
        return {name: Given(value, lambda _v, value=value: value) for name, value in chosen.items()}  # type: ignore[misc]

    def a_question(self) -> Selected:
        """Everything that is measured, in total and by up to three dimensions."""
        names = self.pick.sample(list(CASE.dimensions), self.pick.choice([0, 0, 1, 1, 1, 2, 2, 3]))
        measures = tuple(Selected(name, name) for name in CASE.measures)
        groups = (Selected("key", "key"), *measures)
        below = (
            Selected("total", "total", below={"CaseTotal": measures}),
            Selected("groups", "groups", below={"CaseGroup": groups}),
        )
        arguments: dict[str, Argument] = {
            "filter": self.a_filter(),
            "groupBy": Given(names, lambda _v: names),
        }
        return Selected("f", "case_figures", arguments, {"CaseFigures": below})

    async def change(self, connection: asyncpg.Connection[Any]) -> None:
        """Something happens to some cases, as a command, a correction or a migration might do it."""
        pick = self.pick
        county = pick.choice([FIRST, SECOND])
        some = f"county_id = {county} AND id IN (SELECT id FROM dispute_case WHERE county_id = {county} ORDER BY random() LIMIT {pick.choice([1, 1, 1, 4])})"
        organisation = f"(SELECT id FROM organisation WHERE county_id = {county} ORDER BY random() LIMIT 1)"
        change = pick.choice(
            [
                f"status = '{pick.choice(STATUSES)}'",
                f"status = '{pick.choice(STATUSES)}', version = version + 1",
                "settled_at = CASE WHEN settled_at IS NULL THEN now() END",
                "concluded_at = CASE WHEN concluded_at IS NULL THEN registered_at + interval '9 days' END",
                "due_at = CASE WHEN due_at IS NULL THEN registered_at + interval '9 days' END",
                "declined_at = CASE WHEN declined_at IS NULL THEN now() END",
                "reopen_count = 1 - least(reopen_count, 1), return_count = return_count + 1",
                f"registered_at = '{self.a_moment().isoformat()}'",
                "type_code = (SELECT code FROM dispute_type ORDER BY random() LIMIT 1)",
                f"town_id = {organisation}, community_id = NULL, grid_id = NULL",
                "town_id = NULL",
                f"handler_id = {organisation}, court_id = NULL",
                f"court_id = {organisation}, risk_level = 'red'",
                "public_security = NOT public_security, minor_involved = NOT minor_involved",
                f"organisation_id = {organisation}",
                "title = title || '。'",
            ]
        )
        match pick.randrange(10):
            case 0 | 1:
                self.serial += 1
                # As generated columns may not be written, each is named but the one.
                names = ", ".join(name for name in self.columns if name not in {"id", "number_serial", "registered_at"})
                await connection.execute(
                    f"INSERT INTO dispute_case (id, number_serial, registered_at, {names})"
                    f" SELECT gen_random_uuid(), {self.serial}, '{self.a_moment().isoformat()}', {names}"
                    f" FROM dispute_case WHERE county_id = {county} ORDER BY random() LIMIT 1"
                )
            case 2:
                # Only those have no parts that were put in above.
                await connection.execute(
                    "DELETE FROM dispute_case WHERE (county_id, id) IN (SELECT county_id, id FROM dispute_case"
                    f" WHERE number_serial >= 500000 ORDER BY random() LIMIT {pick.choice([1, 2])})"
                )
            case 3:
                with_rollback = connection.transaction()
                await with_rollback.start()
                await connection.execute(f"UPDATE dispute_case SET {change} WHERE {some}")
                await with_rollback.rollback()
            case _:
                await connection.execute(f"UPDATE dispute_case SET {change} WHERE {some}")

    columns: tuple[str, ...] = ()
