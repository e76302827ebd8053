"""The words in which figures are declared: by a closed set, by an organisation, by a moment's month or year."""

from __future__ import annotations

from enum import StrEnum

from domain.codes.loader import list_of
from domain.foundation.query.expressions import label_of
from domain.foundation.query.lists import Dimension
from domain.foundation.query.members import Expression

CHINA = "Asia/Shanghai"


def organisation_name(value: str) -> str:
    """SQL for the name of the organisation whose id a dimension shows as text."""
    return f"(SELECT o.name FROM organisation o WHERE o.id = ({value})::uuid)"


def by_code(name: str, values: type[StrEnum], description: str) -> Dimension:
    """Rows by the value of a closed set, which the column of that name holds."""
    return Dimension(
        name=name,
        description=description,
        value=lambda t: f"{t}.{name}",
        label=lambda v: label_of(list_of(values), f"lower({v})"),
        shown=lambda v: f"upper({v})",
    )


def by_organisation(name: str, description: str) -> Dimension:
    """Rows by an organisation that the column `<name>_id` names."""
    return Dimension(
        name=name,
        description=description,
        value=lambda t: f"{t}.{name}_id",
        label=organisation_name,
        shown=lambda v: f"{v}::text",
    )


def by_place() -> tuple[Dimension, Dimension, Dimension]:
    """Rows by each level of the place in which they lie."""
    return (
        by_organisation("grid", "By grid 网格"),
        by_organisation("community", "By village or community 村社区"),
        by_organisation("town", "By town 镇街"),
    )


def by_month(moment: str, description: str) -> Dimension:
    """Rows by the month of the column of a moment, by China's calendar."""
    return Dimension(name="month", description=description, value=in_china(moment, "YYYY-MM"))


def in_china(moment: str, form: str) -> Expression:
    """The column of a moment by China's calendar, written as `form` says: YYYY-MM is 2026-01."""
    return lambda t: f"to_char({t}.{moment} AT TIME ZONE '{CHINA}', '{form}')"
