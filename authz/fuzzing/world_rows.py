"""Invented worlds, written into a real database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Table

from authz.fuzzing.any_value import made
from authz.fuzzing.invented_rows import (
    NOW,
    CaseRow,
    MediatorRow,
    NoteRow,
)
from authz.fuzzing.worlds import PLACED, PLACED_FACTS, World
from authz.resources import RESOURCES
from domain.foundation.basics.actor import (
    AreaLevel,
)


async def write_world(world: World, connection: asyncpg.Connection[Any]) -> None:
    """Put the world into a migrated database, as its administrator."""

    async def insert(table: str, names: str, rows: list[tuple[Any, ...]]) -> None:
        await connection.copy_records_to_table(table, columns=names.split(), records=rows)

    await connection.executemany(
        "INSERT INTO dispute_type (code, label) VALUES ($1, $1) ON CONFLICT DO NOTHING", [("01",), ("02",)]
    )
    await insert(
        "county",
        "id level name division_code",
        [(county, "county", "虚构县", f"{county}000000"[:12]) for county in world.counties],
    )
    await insert("organisation", _ORGANISATION, _organisation_records(world))
    await insert("app_user", "county_id id display_name", [(u.county_id, u.user_id, "虚构") for u in world.users])
    await insert(
        "membership",
        "county_id id user_id organisation_id role valid_from valid_until",
        [
            (u.county_id, world.an_id(), u.user_id, t.organisation_id, t.role, t.valid_from, t.valid_until)
            for u in world.users
            for t in u.members
        ],
    )
    await insert("dispute_case", _CASE, [_case_record(n, row) for n, row in enumerate(world.cases)])
    await insert(
        "case_party",
        "county_id id case_id ordinal side kind name user_id address_protected address_closed",
        [
            (row.county_id, key, case, 1, row.side, "person", "虚构", row.user_id, *[row.address_closed] * 2)
            for key, case, row in world.parties
        ],
    )
    parties = {case: key for key, case, _ in world.parties}
    await insert(
        "case_representative",
        "county_id id case_id party_id side kind name user_id valid_from valid_until",
        [
            (
                c.county_id,
                world.an_id(),
                c.id,
                parties[c.id],
                t.role,
                "agent",
                "虚构",
                t.user_id,
                t.valid_from,
                t.valid_until,
            )
            for c in world.cases
            for t in c.representatives
        ],
    )
    await insert("case_note", f"{_NOTE} content", [(*_note_record(*note), "虚构") for note in world.notes])
    await insert(
        "case_session",
        f"{_NOTE} ordinal form held_at attendees record",
        [
            (*_note_record(*note), ordinal, "separate" if note[2].side else "joint", NOW, "虚构", "虚构")
            for ordinal, note in enumerate(world.notes)
        ],
    )
    await insert(
        "case_participant",
        "county_id id case_id organisation_id relation valid_from valid_until",
        [
            (c.county_id, world.an_id(), c.id, t.organisation_id, t.role, t.valid_from, t.valid_until)
            for c in world.cases
            for t in c.participants
        ],
    )
    await insert(
        "case_mediator",
        "county_id id case_id user_id organisation_id valid_from valid_until",
        [
            (c.county_id, world.an_id(), c.id, t.user_id, t.organisation_id, t.valid_from, t.valid_until)
            for c in world.cases
            for t in c.mediators
        ],
    )
    await insert(
        "case_protector",
        "county_id case_id user_id valid_from valid_until",
        [(c.county_id, c.id, t.user_id, t.valid_from, t.valid_until) for c in world.cases for t in c.protectors],
    )

    await insert(
        "mediation_committee",
        "county_id id town_id community_id grid_id registered_at",
        [
            (row.county_id, row.organisation_id, row.town_id, row.community_id, row.grid_id, _LONG_AGO)
            for row in world.committees
        ],
    )
    await insert(
        "policy_revision",
        "county_id id number reason proposed_at proposed_by proposed_as",
        [
            (row.county_id, key, 1, "虚构", _LONG_AGO, world.of(row.county_id, world.users)[0].user_id, "county_admin")
            for key, row in world.revisions
        ],
    )
    await insert("mediator", _MEDIATOR, [_mediator_record(*one) for one in world.mediators])
    for name in PLACED:
        await _write_placed(world, connection, name)


async def _write_placed(world: World, connection: asyncpg.Connection[Any], name: str) -> None:
    table: Table = RESOURCES[name].declared.table.__table__
    own = {one.name: made(table, one) for one in table.columns if not one.nullable and one.name not in PLACED_FACTS}
    facts = sorted(PLACED_FACTS)
    given = ", ".join(f"${number}" for number in range(1, len(facts) + 1))
    await connection.executemany(
        f"INSERT INTO {table.name} ({', '.join([*facts, *own])}) VALUES ({', '.join([given, *own.values()])})",
        [[({"id": key} | dict(row.columns))[fact] for fact in facts] for key, row in world.rows(name)],
    )


def _mediator_record(key: UUID, row: MediatorRow) -> tuple[Any, ...]:
    place = (row.town_id, row.community_id, row.grid_id)
    born, since = date(1980, 1, 1), _LONG_AGO.date()
    own = ("虚构", "engaged", False, born, since, _LONG_AGO)
    return (row.county_id, key, row.organisation_id, row.user_id, *place, *own)


def _note_record(key: UUID, case: UUID, row: NoteRow) -> tuple[Any, ...]:
    return (row.county_id, key, case, row.visibility, row.side, row.organisation_id, row.registered_by, NOW)


def _organisation_records(world: World) -> list[tuple[Any, ...]]:
    records = []
    kinds = {key: level.value for levels in world.areas.values() for level, keys in levels.items() for key in keys}
    for number, row in enumerate(world.organisations):
        kind = kinds.get(row.organisation_id)
        code = f"{row.county_id:06d}{number:06d}" if kind else None
        home = None if kind else world.areas[row.county_id][AreaLevel.TOWN][0]
        place = (row.town_id, row.community_id, row.grid_id)
        key = (row.county_id, row.organisation_id)
        records.append((*key, kind or "department", kind is not None, "虚构", code, home, *place, _LONG_AGO))
    return records


def _case_record(number: int, row: CaseRow) -> tuple[Any, ...]:
    # Computed by the database from the type: a family matter, or a minor.
    type_code = "01" if row.family_or_minor else "02"
    place = (row.town_id, row.community_id, row.grid_id, row.handler_id, row.court_id)
    flags = (
        row.agreement_in_effect,
        row.public_security,
        row.minor_involved,
        row.address_protected,
    )
    key = (row.county_id, row.id, row.organisation_id, row.registered_by)
    return (
        *key,
        *place,
        *flags,
        str(number),
        2026,
        number,
        type_code,
        "other",
        "虚构",
        "虚构",
        "handling",
        _LONG_AGO,
    )


async def write_worlds(admin_url: str, worlds: list[World]) -> None:
    """Put worlds of different seeds side by side into a migrated database."""
    connection = await asyncpg.connect(admin_url)
    try:
        for world in worlds:
            await write_world(world, connection)
    finally:
        await connection.close()


_LONG_AGO: datetime = NOW - timedelta(days=900)
_ORGANISATION = "county_id id kind is_area name division_code home_id town_id community_id grid_id valid_from"
_MEDIATOR = (
    "county_id id committee_id user_id town_id community_id grid_id"
    " name basis full_time birth_date appointed_on recorded_at"
)
_NOTE = "county_id id case_id visibility side organisation_id recorded_by recorded_at"
_CASE = (
    "county_id id organisation_id registered_by town_id community_id grid_id handler_id court_id agreement_in_effect"
    " public_security minor_involved address_protected number number_year number_serial type_code source title facts status registered_at"
)
