"""Loading a place into a database: its counties, organisations, people, cases and demo accounts.

Any folder beside this module that has the files of README.md is a place; none needs code. Loading is harmless when
repeated: every row has an id derived from the place and a key, each county cell is one transaction, and a cell that
is all there is left alone. What was added to the files since is added; nothing that is there is ever changed, and a
centre that has cases gets no more, because their numbers run on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson

from domain.codes.loader import load_codes
from domain.foundation.basics.clock import Clock
from domain.places.case_rows import CaseRows
from domain.places.files import place_names, read_place
from domain.places.histories import HistorySpec, read_histories
from domain.places.invention import Invention
from domain.places.people import People, Person
from domain.places.register import RegisterSpec, read_register
from domain.places.rows import Row, Rows
from domain.places.specification import CaseSpec, Place
from domain.places.tenants import Node, Tenants
from domain.places.work import WorkSpec, read_work
from domain.tenancy.credentials import hash_password
from domain.tenancy.passwords import DEMO_PASSWORD

if TYPE_CHECKING:
    from asyncpg import Connection

Progress = Callable[[str, int, int], None]
"""Told of each step: what is being loaded, how many are done, of how many."""

# A row refers only to rows of tables before its own.
STRUCTURE = ("organisation", "jurisdiction", "framework", "framework_member", "app_user", "membership")
CASES = (
    "dispute_case",
    "case_party",
    "case_participant",
    "case_mediator",
    "case_protector",
    "case_session",
    "case_follow_up",
    "case_timeline",
    "case_agreement",
    "agreement_signature",
    "case_obligation",
    "case_pause",
    "case_breach",
    "judicial_confirmation",
    "confirmation_consent",
    "confirmation_material",
    "court_entrustment",
    "deadline",
    "risk_report",
    "risk_reading",
    "case_number_counter",
)
# Each row of these has an id of its own: whether all of a cell are there can be counted.
COUNTED = ("organisation", "app_user", "membership", "framework")
CHUNK = 500
HASHERS = 2
ADVISORY_LOCK = 0x46454E47_504C4143


def quiet(_label: str, _done: int, _total: int) -> None:
    """The progress of somebody who does not want to know."""


class Model:
    """A place read, checked and ready to give rows."""

    def __init__(
        self,
        place: Place,
        histories: tuple[HistorySpec, ...] = (),
        register: tuple[RegisterSpec, ...] = (),
        work: tuple[WorkSpec, ...] = (),
    ) -> None:
        self.place = place
        self.histories = histories
        self.register = register
        self.work = work
        self.inventions = Invention(place.name)
        self.tenants = Tenants(place, self.inventions)
        self.people = People(place, self.inventions, self.tenants)
        self.cases = CaseRows(place, self.inventions, self.tenants, self.people)
        for one in work:
            # Places and people are looked up when it is played: whom nobody knows is told before anything is loaded.
            assert self.tenants[one.place]
            assert all(self.people[step.by] for step in one.steps)

    def case(self, key: str) -> CaseSpec:
        """The case of that key. Raises PlaceError if cases.csv has none."""
        return self.cases.case(key)


def read_model(place: str) -> Model:
    """The place of that name with all that was done there. Raises PlaceError when the files contradict themselves."""
    return Model(read_place(place), read_histories(place), read_register(place), read_work(place))


async def load_place(
    application_url: str, authentication_url: str, place: str, *, clock: Clock, progress: Progress = quiet
) -> None:
    """Load the place of that name, as the application's role; its demo accounts as the authentication role.

    Safe when killed, repeated, or run by several processes at once. Cases that the files date back from the moment of
    loading are dated by `clock`. Raises PlaceError when the files contradict themselves; then nothing is loaded.
    """
    model = read_model(place)
    now = clock()
    # Everything is made before anything is written: what the files get wrong shows before it does harm.
    structure = {county.id: _structure(model, county.id) for county in model.place.counties}
    cases = {
        (county.id, centre.key): _cases(model, county.id, centre, now)
        for county in model.place.counties
        for centre in model.cases.centres(county.id)
    }
    connection = await asyncpg.connect(application_url)
    try:
        await _load_reference(connection, model.place)
        for county in model.place.counties:
            await _load_structure(connection, structure[county.id], county.name, progress)
            for centre in model.cases.centres(county.id):
                await _load_cases(connection, cases[county.id, centre.key], centre, progress)
    finally:
        await connection.close()
    await _load_credentials(authentication_url, model.people.accounts(), progress)


async def demo_accounts(application_url: str) -> list[dict[str, Any]]:
    """The demo accounts of every sample place in the database, as far as they are loaded and active.

    Each is `{username, display_name, roles, organisation, county_id, user_id}`: `roles` are those held now,
    `organisation` the name of the first one's. The passwords are all DEMO_PASSWORD; hashes are not read.
    """
    accounts = []
    connection = await asyncpg.connect(application_url)
    try:
        for name in place_names():
            place = read_place(name)
            people = People(place, Invention(place.name), Tenants(place, Invention(place.name)))
            by_id = {person.id: person for person in people.accounts()}
            async with connection.transaction(readonly=True):
                await _enter(connection, (county.id for county in place.counties))
                found = {row["user_id"]: row for row in await connection.fetch(_ACCOUNTS, list(by_id))}
            accounts += [_account(person, found[user]) for user, person in by_id.items() if user in found]
    finally:
        await connection.close()
    return accounts


_ACCOUNTS = """
    SELECT u.id AS user_id, u.county_id, u.display_name, array_agg(m.role ORDER BY m.id) AS roles,
           (array_agg(o.name ORDER BY m.id))[1] AS organisation
    FROM app_user AS u
    JOIN membership AS m ON (m.county_id, m.user_id) = (u.county_id, u.id)
         AND m.valid_from <= now() AND (m.valid_until IS NULL OR m.valid_until > now())
    JOIN organisation AS o ON (o.county_id, o.id) = (m.county_id, m.organisation_id)
    WHERE u.id = ANY ($1::uuid[]) AND u.active AND u.sample
    GROUP BY u.id, u.county_id, u.display_name
"""


def _account(person: Person, row: asyncpg.Record) -> dict[str, Any]:
    return {
        "username": person.username,
        "display_name": row["display_name"],
        "roles": list(dict.fromkeys(row["roles"])),
        "organisation": row["organisation"],
        "county_id": row["county_id"],
        "user_id": row["user_id"],
    }


def _structure(model: Model, county_id: int) -> Rows:
    rows = Rows(county_id)
    model.tenants.add_rows(rows)
    model.people.add_rows(rows)
    return rows


def _cases(model: Model, county_id: int, centre: Node, now: datetime) -> Rows:
    rows = Rows(county_id)
    model.cases.add_rows(rows, centre, now)
    return rows


async def _load_reference(connection: Connection, place: Place) -> None:
    async with connection.transaction():
        await _lock(connection)
        await load_codes(connection)
        there = {row["id"] for row in await connection.fetch("SELECT id FROM county")}
        # In the file's order a cell comes after the one above it. Not an upsert that finds nothing to do: even that
        # would raise the stamp that ends what every process has cached.
        for county in place.counties:
            if county.id not in there:
                await connection.execute(
                    "INSERT INTO county (id, parent_id, level, name, division_code) VALUES ($1, $2, $3, $4, $5)",
                    county.id,
                    county.parent,
                    county.level,
                    county.name,
                    county.division_code,
                )


async def _load_structure(connection: Connection, rows: Rows, county: str, progress: Progress) -> None:
    total = sum(len(rows.of(table)) for table in STRUCTURE)
    done = 0
    async with connection.transaction():
        await _lock(connection)
        await _enter(connection, [rows.county_id])
        if not await _complete(connection, rows):
            for table in STRUCTURE:
                for chunk in _chunks(rows.of(table)):
                    progress(county, done, total)
                    await _insert(connection, table, chunk)
                    done += len(chunk)
    progress(county, total, total)


async def _load_cases(connection: Connection, rows: Rows, centre: Node, progress: Progress) -> None:
    total = sum(len(rows.of(table)) for table in CASES)
    done = 0
    async with connection.transaction():
        await _lock(connection)
        await _enter(connection, [rows.county_id])
        if not await connection.fetchval(
            "SELECT EXISTS (SELECT FROM case_number_counter WHERE county_id = $1 AND organisation_id = $2)",
            rows.county_id,
            centre.id,
        ):
            for table in CASES:
                for chunk in _chunks(rows.of(table)):
                    progress(centre.name, done, total)
                    await _insert(connection, table, chunk)
                    done += len(chunk)
    progress(centre.name, total, total)


async def _load_credentials(authentication_url: str, people: list[Person], progress: Progress) -> None:
    """Give each account its password, hashed as real ones are, once."""
    label = "demo accounts"
    connection = await asyncpg.connect(authentication_url)
    try:
        found = await connection.fetch("SELECT username FROM credential")
        there = {row["username"] for row in found}
        missing = [person for person in people if person.username not in there]
        for start in range(0, len(missing), HASHERS):
            progress(label, len(people) - len(missing) + start, len(people))
            some = missing[start : start + HASHERS]
            hashes = await asyncio.gather(*(asyncio.to_thread(hash_password, DEMO_PASSWORD) for _ in some))
            await connection.executemany(
                "INSERT INTO credential (username, county_id, user_id, password_hash) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT DO NOTHING",
                [(one.username, one.county_id, one.id, hashed) for one, hashed in zip(some, hashes, strict=True)],
            )
    finally:
        await connection.close()
    progress(label, len(people), len(people))


async def _complete(connection: Connection, rows: Rows) -> bool:
    """Whether every row of the cell's structure is there."""
    for table in COUNTED:
        wanted = [row["id"] for row in rows.of(table)]
        there = await connection.fetchval(
            f"SELECT count(*) FROM {table} WHERE county_id = $1 AND id = ANY ($2::uuid[])",
            rows.county_id,
            wanted,
        )
        if there != len(wanted):
            return False
    return True


async def _insert(connection: Connection, table: str, rows: list[Row]) -> None:
    """Insert what is not there yet, in one statement: rows may then refer to one another in any order.

    Not COPY, which PostgreSQL refuses on tables behind row-level security.
    """
    columns = ", ".join(rows[0])
    await connection.execute(
        f"INSERT INTO {table} ({columns})"
        f" SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb) ON CONFLICT DO NOTHING",
        orjson.dumps(rows).decode(),
    )


async def _enter(connection: Connection, counties: Iterable[int]) -> None:
    """Let the transaction see and write these counties, and no other."""
    held = ",".join(map(str, counties))
    await connection.execute("SELECT set_config('app.counties', $1, true)", f"{{{held}}}")


async def _lock(connection: Connection) -> None:
    await connection.execute("SELECT pg_advisory_xact_lock($1)", ADVISORY_LOCK)


def _chunks(rows: list[Row]) -> Iterable[list[Row]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
