"""The expressions most views are made of: columns, global ids, enum values, labels, masks."""

from __future__ import annotations

from domain.reading.view import CORE, Expression, Field, Join, Masked

NOW = "$1::timestamptz"
"""The moment of the request, in an expression of a view: what a compiled statement binds first. One clock decides of
access and of what is read, and it is not the database's."""


def column(name: str, group: str = CORE) -> Field:
    """A column as it is."""
    return Field(lambda t: f"{t}.{name}", group)


def identifier(prefix: str, column_name: str = "id") -> Field:
    """A row's global id: `prefix:key`."""
    return Field(lambda t: f"'{prefix}:' || {t}.{column_name}")


def enum(name: str, group: str = CORE) -> Field:
    """A closed set's value, as the API writes it."""
    return Field(lambda t: f"upper({t}.{name})", group)


def label_of(listing: str, value: str) -> str:
    """SQL for the Chinese label of a code."""
    return f"(SELECT l.label FROM code_label l WHERE l.list = '{listing}' AND l.code = {value})"


def label(listing: str, name: str, group: str = CORE) -> Field:
    """The Chinese label of a closed set's value."""
    return Field(lambda t: label_of(listing, f"{t}.{name}"), group)


def same_county(mine: str, theirs: str) -> Join:
    """A tie within the county: this row's column equals the other's."""
    return lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.{theirs} = {t}.{mine}"


def refers_to(name: str) -> Join:
    """A tie to the row whose id a column holds."""
    return same_county(name, "id")


def part_of(name: str) -> Join:
    """A tie to the rows that hold this row's id in a column."""
    return same_county("id", name)


def masked(name: str, group: str, mask: Expression | None = None, partly: str | None = None) -> Masked:
    """A protected text column."""
    return Masked(lambda t: f"{t}.{name}", group, mask, partly)


def mask_name(value: str) -> str:
    """张三丰 as 张**: the first character, and as many stars as make its length, at most four."""
    return f"left({value}, 1) || repeat('*', least(greatest(char_length({value}) - 1, 1), 4))"


def mask_phone(value: str) -> str:
    """13812345678 as 138****5678; anything shorter than eleven digits is all stars, and nothing is nothing."""
    shown = f"left({value}, 3) || '****' || right({value}, 4)"
    return f"CASE WHEN char_length({value}) >= 11 THEN {shown} WHEN {value} IS NOT NULL THEN '****' END"


def mask_id_number(value: str) -> str:
    """An ID number as its province and city, and stars: nothing of the birth date or the serial."""
    return f"left({value}, 4) || repeat('*', greatest(char_length({value}) - 4, 1))"
