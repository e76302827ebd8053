"""Rows on their way to the database: plain values by table and county, nothing connected to a session."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


class Rows:
    """Rows of one county cell, by table. All rows of a table have the same columns."""

    def __init__(self, county_id: int) -> None:
        self.county_id = county_id
        self.tables: dict[str, list[Row]] = {}

    def add(self, table: str, **values: Any) -> None:
        """Remember a row; its county column is filled in here."""
        self.tables.setdefault(table, []).append({"county_id": self.county_id, **values})

    def of(self, table: str) -> list[Row]:
        """The rows remembered for a table; empty when there are none."""
        return self.tables.get(table, [])
