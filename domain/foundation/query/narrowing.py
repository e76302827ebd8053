"""The words in which the lists of views are written: orderings, and filters by value, id, moment, flag and text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, get_args, get_origin

from domain.foundation.basics.ids import GlobalId, parse_global_id
from domain.foundation.query.lists import Condition, Filter, Ordering
from domain.foundation.query.members import Expression
from domain.foundation.query.roots import CORE

SQL_TYPES: dict[Any, str] = {
    GlobalId: "uuid",
    bool: "boolean",
    int: "int",
    datetime: "timestamptz",
    date: "date",
}


def ordering(
    name: str,
    sql_type: str,
    description: str = "",
    sql: Expression | None = None,
    group: str = CORE,
    *,
    alone: bool = False,
    otherwise: tuple[str, Expression] | None = None,
) -> Ordering:
    """By the column of that name, or by `sql`, which is never null. Without a description callers cannot ask for it."""
    return Ordering(
        name=name,
        description=description,
        sql=sql or (lambda t: f"{t}.{name}"),
        sql_type=sql_type,
        group=group,
        alone=alone,
        otherwise=otherwise,
    )


def filter_by(name: str, type_: Any, description: str, condition: Condition, group: str = CORE) -> Filter:
    """Rows for which a condition upon the given value holds."""
    many = get_origin(type_) is list
    sql_type = SQL_TYPES.get(get_args(type_)[0] if many else type_, "text")
    return Filter(
        name=name,
        type=type_,
        description=description,
        sql=condition,
        sql_type=f"{sql_type}[]" if many else sql_type,
        group=group,
    )


def one_of(
    name: str,
    values: type,
    description: str,
    sql: Expression | None = None,
    group: str = CORE,
    *,
    each: Condition | None = None,
) -> Filter:
    """Rows whose column, or expression, is one of these values of a closed set, or of these texts."""
    value: Expression = sql or (lambda t: f"{t}.{name}")
    return Filter(
        name=name,
        type=list[values],  # type: ignore[valid-type]
        description=description,
        sql=lambda t, v: f"{value(t)} = ANY ({v})",
        sql_type="text[]",
        group=group,
        each=each,
    )


def id_is(
    name: str,
    prefix: str,
    description: str,
    condition: Condition | None = None,
    group: str = CORE,
) -> Filter:
    """Rows whose column is the key in a global id of that kind; any other id is refused."""
    return Filter(
        name=name,
        type=GlobalId,
        description=description,
        sql=condition or (lambda t, v: f"{t}.{name} = {v}"),
        sql_type="uuid",
        convert=key_in(prefix),
        id_of=prefix,
        group=group,
    )


def lies_in(description: str) -> tuple[Filter, Filter, Filter, Filter]:
    """Rows that lie in this town, community or grid, as `place_id`; or whose place at one level is just that."""
    return (
        id_is(
            "place_id",
            "organisation",
            description,
            lambda t, v: f"({t}.town_id = {v} OR {t}.community_id = {v} OR {t}.grid_id = {v})",
        ),
        id_is("town_id", "organisation", "Of this town 镇街"),
        id_is("community_id", "organisation", "Of this village or community 村社区"),
        id_is("grid_id", "organisation", "Of this grid 网格"),
    )


def within(name: str, of: str, description: tuple[str, str]) -> tuple[Filter, Filter]:
    """Rows whose moment `of` lies in a range, as `<name>_from`, inclusive, and `<name>_until`, exclusive."""
    start, end = description
    return (
        filter_by(f"{name}_from", datetime, start, lambda t, v: f"{t}.{of} >= {v}"),
        filter_by(f"{name}_until", datetime, end, lambda t, v: f"{t}.{of} < {v}"),
    )


def key_in(prefix: str) -> Callable[[str], object]:
    """The key in a global id of that kind; None for any other id."""
    return lambda value: parse_global_id(value, prefix)


def flag(name: str, description: str, condition: Expression, group: str = CORE, *, written_out: bool = False) -> Filter:
    """Rows for which a condition holds, or does not. `written_out`: the value shapes the statement, for an index."""
    return Filter(
        name=name,
        type=bool,
        description=description,
        sql=lambda t, v: f"({condition(t)}) = {v}",
        sql_type="boolean",
        group=group,
        holds=condition if written_out else None,
    )


def contains(name: str, description: str, column: str, group: str = CORE) -> Filter:
    """Rows whose text has the given one in it."""
    return filter_by(name, str, description, lambda t, v: f"strpos({t}.{column}, {v}) > 0", group)
