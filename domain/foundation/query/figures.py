"""Figures: counts and rates over the rows a caller may see, in total and by dimension, from one scan.

Where a view has a roll-up, the scan reads what is kept there as far as it answers what is asked (domain.foundation.query.rollup).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_origin

from domain.foundation.query.access import Alternative, NotedColumns
from domain.foundation.query.connections import (
    Connections,
    checking_conversion,
    flag_condition,
    must_be_open,
    scalar,
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
    narrowed_to,
    within_counties,
)
from domain.foundation.query.selection import Argument, Given, Selected
from domain.foundation.query.statement import (
    LIST_WEIGHT,
    Builder,
    Cost,
    ReadRefused,
    literal,
    quote,
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
    names = dimensions_of(selected)
    dimensions = [view.dimensions[name] for name in names]
    for name, dimension in zip(names, dimensions, strict=True):
        must_be_open(row, dimension.group, name)
    fields = selected.only()
    grouped = any(one.name == "groups" for one in fields) and dimensions
    counts = counts_of(view, measures_of(selected))
    kept = dimensions if grouped else []
    ctes, source, window = counted_rows(row, selected, {f"d{i}": names[i] for i in range(len(kept))}, counts)
    grouping = Grouping(row, names, window, selected.arguments.get("filter"), cost)
    columns = [f"sum(k.{name})::bigint AS {name}" for name in counts]
    scan = f"FROM ({source}) k"
    if grouped:
        # Grouped by the values themselves, of which each is then written out once.
        columns += [f"k.d{i}, {one.shown(f'k.d{i}')} AS t{i}" for i, one in enumerate(kept)]
        # Cells may hold what came to nothing.
        key, every = ", ".join(f"k.d{i}" for i in range(len(kept))), next(iter(counts))
        scan += f" GROUP BY {key} HAVING sum(k.{every}) > 0"
    scan = f"SELECT {', '.join(columns)} {scan}"
    parts = [f"{answer_sql(one, grouping, counts, grouped=bool(grouped))} AS {quote(one.key)}" for one in fields]
    written = "".join(f"{name} AS MATERIALIZED ({text}), " for name, text in ctes.items())
    words = "".join(
        words_of(i, dimension) for i, dimension in enumerate(dimensions) if grouped and has_words(dimension)
    )
    return (
        f"(WITH {written}f AS MATERIALIZED ({scan}){words if asks_for_labels(fields) else ''}"
        f" SELECT row_to_json(c$) FROM (SELECT {', '.join(parts)}) c$)"
    )


def asks_for_labels(fields: tuple[Selected, ...]) -> bool:
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
) -> tuple[dict[str, str], str, dict[str, str]]:
    """Dimensions and counts of every row that is seen and asked for, or of cells in their place; with CTEs for them.

    With the ends of the window that was asked for, by the names of their filters.

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
            window[name] = row.build.value(moment, one.sql_type, checking_conversion(one, "filter", name))
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
        return {}, " UNION ALL ".join(branches), window
    kept = KeptFigures(rollup, scan, Window(*(window.get(name) for name in rollup.window)))
    branches = kept.branches(grounds)
    return kept.ctes, " UNION ALL ".join(branches), window


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
        return Part(
            flag_condition(row, one, given), tuple((form.columns, flag_condition(row, one, given)) for form in forms)
        )
    value = row.build.value(given, one.sql_type, checking_conversion(one, "filter", name))
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


def dimensions_of(selected: Selected) -> list[str]:
    """The dimensions asked for, in order, each once."""
    argument = selected.arguments.get("groupBy")
    values = argument.value if isinstance(argument, Given) else None
    names = list(dict.fromkeys(values or ()))
    if len(names) > MAX_DIMENSIONS:
        message = f"最多只能按{MAX_DIMENSIONS}个维度分组"
        raise ReadRefused(message, code="TOO_MANY_DIMENSIONS")
    return names


def measures_of(selected: Selected) -> list[str]:
    """The measures that anything below selects."""
    names: dict[str, None] = {}
    for one in selected.only():
        for fields in one.below.values():
            names.update(
                (field.name, None) for field in fields if field.name not in {"key", "keys", "filter", "__typename"}
            )
    return list(names)


@dataclass(frozen=True, slots=True)
class Grouping:
    """What figures are grouped by, and how they were narrowed: what is written of a group beside its measures."""

    row: Row
    names: Sequence[str]
    window: Mapping[str, str]
    narrowed: Argument
    cost: Cost

    @property
    def view(self) -> View:
        """The view whose rows are counted."""
        return self.row.view

    def dimensions(self) -> Iterator[tuple[int, str, Dimension]]:
        """Each dimension with its place, which names its columns in `f`."""
        return ((i, name, self.view.dimensions[name]) for i, name in enumerate(self.names))

    def filter(self) -> str:
        """The filter that lists a group's rows, spread over the one that was given; null where none lists just these."""
        parts, beyond = [], []
        for i, _, one in self.dimensions():
            if not one.without:
                beyond.append(f"f.d{i} IS NULL" if one.filter or one.span else "TRUE")
            if one.filter:
                many = get_origin(self.view.filters[one.filter].type) is list
                value = f"jsonb_build_array(f.t{i})" if many else f"f.t{i}"
                made = f"jsonb_build_object('{outside(one.filter)}', {value})"
                parts.append(f"CASE WHEN f.d{i} IS NULL THEN '{{}}'::jsonb ELSE {made} END")
        found = " || ".join([*parts, *self._window(), *self._without()]) or "'{}'::jsonb"
        return f"(CASE WHEN {' OR '.join(beyond)} THEN NULL ELSE {found} END)" if beyond else f"({found})"

    def _window(self) -> Iterator[str]:
        """Of periods the window that they have in common with the one that was asked for."""
        spans = [(one.span, one.window, f"f.d{i}") for i, _, one in self.dimensions() if one.span is not None]
        for end, nearest in enumerate(("greatest", "least")):
            for name in {window[end]: None for _, window, _ in spans}:
                moments = [
                    *self._window_end(name),
                    *(span[end](value) for span, window, value in spans if window[end] == name),
                ]
                yield f"jsonb_build_object('{outside(name)}', {nearest}({', '.join(moments)}))"

    def _window_end(self, name: str) -> Iterator[str]:
        """The end of a window that was asked for, if it was."""
        if name in self.window:
            yield self.window[name]
        elif isinstance(self.narrowed, Mapping) and (given := scalar(self.narrowed.get(name))) is not None:
            one = self.view.filters[name]
            yield self.row.build.value(given, one.sql_type, checking_conversion(one, "filter", name))

    def _without(self) -> Iterator[str]:
        """What a group's rows have no value of, together with what was asked for without."""
        empty: dict[str, list[str]] = {}
        for i, name, one in self.dimensions():
            if one.without:
                here = f"CASE WHEN f.d{i} IS NULL THEN ARRAY[{literal(name)}] ELSE '{{}}'::text[] END"
                empty.setdefault(one.without, []).append(here)
        for name, parts in empty.items():
            found = " || ".join(parts)
            given = scalar(self.narrowed.get(name)) if isinstance(self.narrowed, Mapping) else None
            asked = "" if given is None else f" || {self.row.build.value(given, self.view.filters[name].sql_type)}"
            listed = f"ARRAY(SELECT DISTINCT upper(x) FROM unnest({found}{asked}) x ORDER BY 1)"
            yield (
                f"CASE WHEN cardinality({found}) = 0 THEN '{{}}'::jsonb"
                f" ELSE jsonb_build_object('{outside(name)}', to_jsonb({listed})) END"
            )

    def node(self, i: int, one: Dimension, selected: Selected) -> str:
        """The row that a value is the key of, if the caller sees it."""
        if not one.leads_to:
            return "NULL::json"
        build = self.row.build
        row = Row(build, build.catalogue[one.leads_to])
        level = Cost(LIST_WEIGHT)
        self.cost.below.append(level)
        where = [*within_counties(row), f"{row.alias}.{row.view.key} = f.d{i}"]
        return Connections(build).lookup(row, narrowed_to(row.view, selected).below, where, level)


def outside(name: str) -> str:
    """A filter's name as the API writes it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def answer_sql(one: Selected, grouping: Grouping, counts: Mapping[str, Expression], *, grouped: bool) -> str:
    """The total, or the groups, as a JSON expression over the scan `f`."""
    names, view = grouping.names, grouping.view
    if one.name == "__typename":
        return f"{literal(f'{view.noun}Figures')}::text"
    ((type_name, fields),) = one.below.items()
    columns = ", ".join(f"{cell(field, type_name, grouping)} AS {quote(field.key)}" for field in fields)
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
        if has_words(view.dimensions[name]) and asks_for_labels((one,))
    )
    rows = f"SELECT {columns} FROM f{words} ORDER BY {order}"
    return f"(SELECT coalesce(json_agg(row_to_json(r$)), '[]'::json) FROM ({rows}) r$)"


def cell(field: Selected, type_name: str, grouping: Grouping) -> str:
    """One field of a total or a group."""
    match field.name:
        case "__typename":
            return f"{literal(type_name)}::text"
        case "key":
            values = ", ".join(f"coalesce(f.t{i}, '')" for i in range(len(grouping.names)))
            return f"concat_ws('/', {values})"
        case "keys":
            return keys(field, grouping)
        case "filter":
            return grouping.filter()
        case name:
            return worth(grouping.view.measures[name])


def keys(field: Selected, grouping: Grouping) -> str:
    """A group's dimensions, each with its value, its label, and the row that it leads to."""
    objects = []
    for i, name, dimension in grouping.dimensions():
        parts = {
            "dimension": f"{literal(name.upper())}::text",
            "value": f"f.t{i}",
            "label": f"l{i}.label" if has_words(dimension) else f"f.t{i}",
            "__typename": f"{literal(grouping.view.key_type_name)}::text",
        }
        columns = ", ".join(
            f"{grouping.node(i, dimension, one) if one.name == 'node' else parts[one.name]} AS {quote(one.key)}"
            for one in field.only()
        )
        objects.append(f"(SELECT row_to_json(k$) FROM (SELECT {columns}) k$)")
    return f"json_build_array({', '.join(objects)})"
