"""Figures: counts and rates over the rows a caller may see, in total and by dimension, from one scan.

Where a view has a roll-up, the scan reads what is kept there as far as it answers what is asked (domain.foundation.query.rollup).
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.foundation.query.access import Alternative, NotedColumns
from domain.foundation.query.connections import (
    flag,
    must_be_open,
    scalar,
    usable,
)
from domain.foundation.query.lists import Dimension, Measure
from domain.foundation.query.members import Expression
from domain.foundation.query.rollup import (
    KeptFigures,
    Part,
    Scan,
    Window,
    apart_from,
    part,
)
from domain.foundation.query.roots import CORE
from domain.foundation.query.rows import (
    MAX_GROUNDS,
    READ,
    Row,
    within_counties,
)
from domain.foundation.query.selection import Given, Selected
from domain.foundation.query.statement import (
    Builder,
    Cost,
    ReadRefused,
    literal,
    quoted,
)
from domain.foundation.query.view import View

MAX_DIMENSIONS = 3
# A figure reads many rows to answer with few: its price beside that of a field.
SCAN_WEIGHT = 200


def figures(build: Builder, view: View, selected: Selected, cost: Cost) -> str:
    """{ total { … } groups { key keys { dimension value label } … } } as a JSON expression.

    Raises ReadRefused for too many dimensions, or one that the caller may not read on every row.
    """
    row = Row(build, view)
    cost.fields += SCAN_WEIGHT
    names = chosen(selected)
    dimensions = [view.dimensions[name] for name in names]
    for name, dimension in zip(names, dimensions, strict=True):
        must_be_open(row, dimension.group, name)
    fields = selected.only()
    grouped = any(one.name == "groups" for one in fields) and dimensions
    counts = counts_of(view, measured(selected))
    kept = dimensions if grouped else []
    ctes, source = counted_rows(row, selected, {f"d{i}": names[i] for i in range(len(kept))}, counts)
    columns = [f"sum(k.{name})::bigint AS {name}" for name in counts]
    scan = f"FROM ({source}) k"
    if grouped:
        # Grouped by the values themselves, of which each is then written out once.
        columns += [f"k.d{i}, {one.shown(f'k.d{i}')} AS t{i}" for i, one in enumerate(kept)]
        # Cells may hold what came to nothing.
        key, every = ", ".join(f"k.d{i}" for i in range(len(kept))), next(iter(counts))
        scan += f" GROUP BY {key} HAVING sum(k.{every}) > 0"
    scan = f"SELECT {', '.join(columns)} {scan}"
    parts = [f"{answered(one, names, view, counts, grouped=bool(grouped))} AS {quoted(one.key)}" for one in fields]
    written = "".join(f"{name} AS MATERIALIZED ({text}), " for name, text in ctes.items())
    words = "".join(
        words_of(i, dimension) for i, dimension in enumerate(dimensions) if grouped and has_words(dimension)
    )
    return (
        f"(WITH {written}f AS MATERIALIZED ({scan}){words if labelled(fields) else ''}"
        f" SELECT row_to_json(c$) FROM (SELECT {', '.join(parts)}) c$)"
    )


def labelled(fields: tuple[Selected, ...]) -> bool:
    """Whether a group's labels are wanted anywhere."""
    groups = [one for field in fields if field.name == "groups" for one in field.only()]
    return any(part.name == "label" for one in groups if one.name == "keys" for part in one.only())


def has_words(dimension: Dimension) -> bool:
    """Whether a value's label is another word than the value."""
    return dimension.label("v") != "v"


def words_of(i: int, dimension: Dimension) -> str:
    """The CTE of a dimension's values with their labels: each looked up once, however many groups it is in."""
    label = dimension.label(dimension.shown("v.d"))
    values = f"SELECT DISTINCT f.d{i} AS d FROM f WHERE f.d{i} IS NOT NULL"
    return f", l{i} AS MATERIALIZED (SELECT v.d, {label} AS label FROM ({values}) v)"


def counts_of(view: View, measures: list[str]) -> dict[str, Expression]:
    """The counts that measures are made of, and the one of every row."""
    wanted = {next(iter(view.counts))}
    for name in measures:
        wanted |= {view.measures[name].of, view.measures[name].per or view.measures[name].of}
    return {name: sql for name, sql in view.counts.items() if name in wanted}


def worth(measure: Measure) -> str:
    """A measure over the counts in a row of `f`; a share of nothing is null."""
    if measure.per is None:
        return f"coalesce(f.{measure.of}, 0)"
    return f"f.{measure.of}::float8 / nullif(f.{measure.per}, 0)"


def counted_rows(
    row: Row, selected: Selected, dimensions: Mapping[str, str], counts: Mapping[str, Expression]
) -> tuple[dict[str, str], str]:
    """Dimensions and counts of every row that is seen and asked for, or of cells in their place; with CTEs for them.

    `dimensions`: their names, by the columns that they become.
    """
    view, given = row.view, selected.arguments.get("filter")
    filters = given if isinstance(given, Mapping) else {}
    rollup = view.rollup
    ends = rollup.window if rollup is not None else ()
    window = {}
    narrowing = {name: value for name, argument in filters.items() if (value := scalar(argument)) is not None}
    where = [
        *(part(one, "county_id") for one in within_counties(row)),
        *(filter_part(row, name, value) for name, value in narrowing.items() if name not in ends),
    ]
    for name in ends:
        moment = narrowing.get(name)
        if moment is not None:
            must_be_open(row, view.filters[name].group, name)
            one = view.filters[name]
            window[name] = row.build.value(moment, one.sql_type, usable(one, "filter", name))
    scan = Scan(
        row.alias,
        view.table,
        {column: dimension_part(row, name) for column, name in dimensions.items()},
        {name: condition(row.alias) for name, condition in counts.items()},
        where,
        [view.filters[name].sql(row.alias, value) for name, value in window.items()],
    )
    grounds = grounds_of(row)
    if rollup is None:
        branches = [scan.rows(one, [*map(apart_from, grounds[:index])]) for index, one in enumerate(grounds)]
        return {}, " UNION ALL ".join(branches)
    kept = KeptFigures(rollup, scan, Window(*(window.get(name) for name in rollup.window)))
    branches = kept.branches(grounds)
    return kept.ctes, " UNION ALL ".join(branches)


def dimension_part(row: Row, name: str) -> Part:
    """A dimension over rows, and over what is kept in their place."""
    over_row = row.view.dimensions[name].value(row.alias)
    forms = () if row.view.rollup is None else row.view.rollup.dimensions.get(name, ())
    return Part(over_row, tuple((one.columns, over_row if one.sql is None else one.sql(row.alias)) for one in forms))


def filter_part(row: Row, name: str, given: Given) -> Part:
    """A filter over rows, and over what is kept in their place: the same value, bound once.

    Raises ReadRefused for a field that the caller may not read on every row.
    """
    one = row.view.filters[name]
    must_be_open(row, one.group, name)
    forms = () if row.view.rollup is None else row.view.rollup.filters.get(name, ())
    if one.holds is not None:
        return Part(flag(row, one, given), tuple((form.columns, flag(row, one, given)) for form in forms))
    value = row.build.value(given, one.sql_type, usable(one, "filter", name))
    return Part(
        f"({one.sql(row.alias, value)})",
        tuple((form.columns, f"({(form.sql or one.sql)(row.alias, value)})") for form in forms),
    )


def grounds_of(row: Row) -> list[Alternative]:
    """The grounds on which the caller sees rows, one by one; as one where there are many, or there is none."""
    if row.view.resource is None:
        return [Alternative("TRUE", listed=False)]
    predicate = row.build.access.predicate(row.view.resource, READ, CORE)
    found = [] if predicate.never else list(predicate.alternatives(row.columns, row.build.actor))
    if not 0 < len(found) <= MAX_GROUNDS:
        noted = NotedColumns(row.columns)
        where = predicate.where_sql(noted, row.build.actor)
        return [Alternative(where, listed=False, facts=frozenset(noted.facts))]
    return sorted(found, key=lambda one: one.listed)


def chosen(selected: Selected) -> list[str]:
    """The dimensions asked for, in order, each once."""
    argument = selected.arguments.get("groupBy")
    values = argument.value if isinstance(argument, Given) else None
    names = list(dict.fromkeys(values or ()))
    if len(names) > MAX_DIMENSIONS:
        message = f"最多只能按{MAX_DIMENSIONS}个维度分组"
        raise ReadRefused(message, code="TOO_MANY_DIMENSIONS")
    return names


def measured(selected: Selected) -> list[str]:
    """The measures that anything below selects."""
    names: dict[str, None] = {}
    for one in selected.only():
        for fields in one.below.values():
            names.update((field.name, None) for field in fields if field.name not in {"key", "keys", "__typename"})
    return list(names)


def answered(one: Selected, names: list[str], view: View, counts: Mapping[str, Expression], *, grouped: bool) -> str:
    """The total, or the groups, as a JSON expression over the scan `f`."""
    if one.name == "__typename":
        return f"{literal(f'{view.noun}Figures')}::text"
    ((type_name, fields),) = one.below.items()
    columns = ", ".join(f"{cell(field, type_name, names, view)} AS {quoted(field.key)}" for field in fields)
    if one.name == "total":
        sums = ", ".join(f"sum(f.{name})::bigint AS {name}" for name in counts)
        source = f"(SELECT {sums} FROM f) f" if grouped else "f"
        return f"(SELECT row_to_json(r$) FROM (SELECT {columns} FROM {source}) r$)"
    if not grouped:
        return "'[]'::json"
    order = ", ".join(f"f.t{i} NULLS LAST" for i in range(len(names)))
    words = "".join(
        f" LEFT JOIN l{i} ON l{i}.d = f.d{i}"
        for i, name in enumerate(names)
        if has_words(view.dimensions[name]) and labelled((one,))
    )
    rows = f"SELECT {columns} FROM f{words} ORDER BY {order}"
    return f"(SELECT coalesce(json_agg(row_to_json(r$)), '[]'::json) FROM ({rows}) r$)"


def cell(field: Selected, type_name: str, names: list[str], view: View) -> str:
    """One field of a total or a group."""
    match field.name:
        case "__typename":
            return f"{literal(type_name)}::text"
        case "key":
            values = ", ".join(f"coalesce(f.t{i}, '')" for i in range(len(names)))
            return f"concat_ws('/', {values})"
        case "keys":
            return keys(field, names, view)
        case name:
            return worth(view.measures[name])


def keys(field: Selected, names: list[str], view: View) -> str:
    """A group's dimensions, each with its value and its label."""
    objects = []
    for i, name in enumerate(names):
        parts = {
            "dimension": f"{literal(name.upper())}::text",
            "value": f"f.t{i}",
            "label": f"l{i}.label" if has_words(view.dimensions[name]) else f"f.t{i}",
            "__typename": f"{literal(view.key_type_name)}::text",
        }
        columns = ", ".join(f"{parts[one.name]} AS {quoted(one.key)}" for one in field.only())
        objects.append(f"(SELECT row_to_json(k$) FROM (SELECT {columns}) k$)")
    return f"json_build_array({', '.join(objects)})"
