"""The code tables' contents: read from the files beside this one, and upserted into the database."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncpg import Connection

HERE = Path(__file__).resolve().parent


def list_of(values: type[StrEnum]) -> str:
    """The list that holds a closed set's words: its class's name in small letters."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", values.__name__).lower()


@dataclass(frozen=True, slots=True)
class Label:
    """The words of one value of a closed set. `list` is the enum's name in snake_case, `ordinal` counts from 1."""

    list: str
    code: str
    label: str
    label_en: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class DisputeTypeCode:
    """A type of dispute (DOMAIN §9): two digits at the upper level, four at the lower."""

    code: str
    label: str
    mediable: bool

    @property
    def parent_code(self) -> str | None:
        """The upper level's code; None for an upper level itself."""
        return self.code[:2] if len(self.code) == 4 else None


def labels() -> tuple[Label, ...]:
    """Every row of labels.csv, in the file's order."""
    return tuple(
        Label(row["list"], row["code"], row["label"], row["label_en"], int(row["ordinal"]))
        for row in _rows("labels.csv")
    )


def words() -> dict[tuple[str, str], str]:
    """(list, code) -> its words in both languages: of closed sets that are code lists, and of those that are not.

    What stands in words.csv alone is said of the schema, and never stored.
    """
    return {
        (row["list"], row["code"]): f"{row['label_en']} {row['label']}"
        for name in ("labels.csv", "words.csv")
        for row in _rows(name)
    }


@cache
def _chinese() -> Mapping[tuple[str, str], str]:
    return {(one.list, one.code): one.label for one in labels()}


def in_words(type_: type, value: object) -> str:
    """A value of a type as people say it in Chinese: of a closed set its label, of nothing that there is none."""
    if value is None:
        return "无"
    if issubclass(type_, StrEnum):
        return _chinese()[list_of(type_), str(value)]
    return str(value)


def dispute_types() -> tuple[DisputeTypeCode, ...]:
    """Every row of dispute_types.csv, an upper level before those below it."""
    return tuple(
        DisputeTypeCode(row["code"], row["label"], {"true": True, "false": False}[row["mediable"]])
        for row in _rows("dispute_types.csv")
    )


async def load_codes(connection: Connection) -> None:
    """Bring code_label and dispute_type to what the files say; what is there already stays untouched.

    Runs in the caller's transaction, as a role that may insert into and update both tables. Rows that the
    files no longer hold are kept: cases of earlier years may carry their codes.
    """
    held = labels()
    await connection.execute(
        """
        INSERT INTO code_label AS t (list, code, label, label_en, ordinal)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[])
        ON CONFLICT (list, code) DO UPDATE
        SET label = excluded.label, label_en = excluded.label_en, ordinal = excluded.ordinal
        WHERE (t.label, t.label_en, t.ordinal) IS DISTINCT FROM (excluded.label, excluded.label_en, excluded.ordinal)
        """,
        [one.list for one in held],
        [one.code for one in held],
        [one.label for one in held],
        [one.label_en for one in held],
        [one.ordinal for one in held],
    )
    types: Sequence[DisputeTypeCode] = dispute_types()
    await connection.execute(
        """
        INSERT INTO dispute_type AS t (code, parent_code, label, mediable)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[])
        ON CONFLICT (code) DO UPDATE
        SET parent_code = excluded.parent_code, label = excluded.label, mediable = excluded.mediable
        WHERE (t.parent_code, t.label, t.mediable)
              IS DISTINCT FROM (excluded.parent_code, excluded.label, excluded.mediable)
        """,
        [one.code for one in types],
        [one.parent_code for one in types],
        [one.label for one in types],
        [one.mediable for one in types],
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
