"""The words in which figures are declared: by a closed set, by an organisation, by a moment's month or year."""

from __future__ import annotations

from enum import StrEnum

from domain.codes.loader import list_of
from domain.foundation.query.expressions import label_of
from domain.foundation.query.lists import Dimension
from domain.foundation.query.members import Expression
from domain.foundation.query.roots import CORE

CHINA = "Asia/Shanghai"


def organisation_name(value: str) -> str:
    """SQL for the name of the organisation whose global id a dimension shows."""
    return f"(SELECT o.name FROM organisation o WHERE o.id = split_part({value}, ':', 2)::uuid)"


def by_code(name: str, values: type[StrEnum], description: str, without: str = "", group: str = CORE) -> Dimension:
    """Rows by the value of a closed set, which the column of that name holds."""
    return Dimension(
        name=name,
        description=description,
        value=lambda t: f"{t}.{name}",
        label=lambda v: label_of(list_of(values), f"lower({v})"),
        shown=lambda v: f"upper({v})",
        group=group,
        filter=name,
        without=without,
    )


def by_organisation(name: str, description: str, without: str = "") -> Dimension:
    """Rows by an organisation that the column `<name>_id` names."""
    return Dimension(
        name=name,
        description=description,
        value=lambda t: f"{t}.{name}_id",
        label=organisation_name,
        shown=lambda v: f"'organisation:' || {v}",
        filter=f"{name}_id",
        without=without,
        leads_to="organisation",
    )


def by_place(without: str = "") -> tuple[Dimension, Dimension, Dimension]:
    """Rows by each level of the place in which they lie; with the filters of `lies_in`."""
    return (
        by_organisation("grid", "By grid 网格", without),
        by_organisation("community", "By village or community 村社区", without),
        by_organisation("town", "By town 镇街", without),
    )


def by_month(moment: str, description: str, window: tuple[str, str]) -> Dimension:
    """Rows by the month of the column of a moment, by China's calendar. `window`: the filters of its range."""
    return Dimension(
        name="month",
        description=description,
        value=in_china(moment, "YYYY-MM"),
        span=span_of("-01", "1 month"),
        window=window,
    )


def by_year(moment: str, description: str, window: tuple[str, str]) -> Dimension:
    """The same by the year."""
    return Dimension(
        name="year",
        description=description,
        value=in_china(moment, "YYYY"),
        span=span_of("-01-01", "1 year"),
        window=window,
    )


def span_of(first_day: str, length: str) -> tuple[Expression, Expression]:
    """The start and the end, by China's calendar, of a period that is written as 2026-01 or 2026."""

    def start(v: str) -> str:
        return f"(({v} || '{first_day}')::timestamp AT TIME ZONE '{CHINA}')"

    def end(v: str) -> str:
        return f"((({v} || '{first_day}')::timestamp + interval '{length}') AT TIME ZONE '{CHINA}')"

    return start, end


def in_china(moment: str, form: str) -> Expression:
    """The column of a moment by China's calendar, written as `form` says: YYYY-MM is 2026-01."""
    return lambda t: f"to_char({t}.{moment} AT TIME ZONE '{CHINA}', '{form}')"
