"""Every row of a small database as plain dictionaries, found again by their keys; and how a world gets into one."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

import domain.codes
from domain.codes.loader import load_codes
from domain.registry import CATALOGUE, KINDS

Row = dict[str, Any]

# The kinds of work beside the case: what a row is called, and its type in the schema.
WORK = {kind.subject: CATALOGUE[kind.subject].type_name for kind in KINDS if kind.subject != "case"}
# In the order in which rows can be written.
TABLES = (
    "county", "organisation", "jurisdiction", "framework", "framework_member", "app_user", "membership", "credential",
    "dispute_case", "case_party", "case_participant", "case_mediator", "case_protector", "case_session",
    "case_follow_up", "case_timeline", "case_agreement", "case_obligation", "judicial_confirmation",
    "case_note", "case_representative", "case_recusal", "case_pause", "case_withdrawal", "case_breach",
    "agreement_signature", "confirmation_consent", "confirmation_material", "court_entrustment", "deadline",
    "deadline_step", "deadline_extension", "supervision", "risk_report", "risk_reading", "joint_call",
    "joint_respondent", "report_duty", "protection_measure", "clue_notice",
    "police_notice", "police_notice_application", "enforcement_application", "mediation_committee", "committee_term",
    "committee_member", "mediator", "committee_size", "calendar_day",
    *(table for subject in WORK for table in (subject, f"{subject}_timeline")),
)  # fmt: skip


class Rows:
    """All rows of a database, by table. They are never changed."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.tables = tables
        self._by_id: dict[str, dict[Any, Row]] = {
            name: {row["id"]: row for row in rows if "id" in row} for name, rows in tables.items()
        }
        self._grouped: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def all(self, table: str) -> list[Row]:
        """Every row of a table."""
        return self.tables[table]

    def one(self, table: str, key: UUID | None, county: int | None = None) -> Row | None:
        """The row with this id, of this county if one is named."""
        found = self._by_id[table].get(key)
        return found if found is not None and county in (None, found["county_id"]) else None

    def of(self, table: str, column: str, key: Any, county: int) -> list[Row]:
        """The rows of a county whose column is this key."""
        index = self._grouped.get((table, column))
        if index is None:
            index = self._grouped[table, column] = defaultdict(list)
            for row in self.tables[table]:
                index[row[column], row["county_id"]].append(row)
        return index.get((key, county), [])

    @cached_property
    def dispute_types(self) -> dict[str, Row]:
        """Types of dispute by code, in the order of the codes."""
        return {row["code"]: row for row in sorted(self.tables["dispute_type"], key=lambda row: row["code"])}

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """(list, code) -> Chinese word, from labels.csv itself."""
        return {(row["list"], row["code"]): row["label"] for row in label_rows()}

    @cached_property
    def labels_en(self) -> dict[tuple[str, str], str]:
        """The same in English."""
        return {(row["list"], row["code"]): row["label_en"] for row in label_rows()}


def label_rows() -> list[dict[str, str]]:
    """The rows of labels.csv."""
    with (Path(domain.codes.__path__[0]) / "labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def written(url: str, tables: dict[str, list[Row]]) -> None:
    """Put rows into a migrated database, as its administrator, with the code tables as they are shipped."""
    connection = await asyncpg.connect(url)
    try:
        await load_codes(connection)
        for name in TABLES:
            found = tables.get(name, [])
            columns = sorted({column for row in found for column in row})
            records = [tuple(row.get(column) for column in columns) for row in found]
            await connection.copy_records_to_table(name, columns=columns, records=records)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def loaded(url: str, tables: Iterable[str] = (*TABLES, "dispute_type")) -> Rows:
    """Every row of a database, as its administrator reads them, whom row-level security does not bind."""
    connection = await asyncpg.connect(url)
    try:
        return Rows({name: [dict(row) for row in await connection.fetch(f"SELECT * FROM {name}")] for name in tables})
    finally:
        await connection.close()
