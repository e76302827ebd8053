"""Figures: counts and rates over the rows a caller may see, in total and by dimension, from one scan."""

from __future__ import annotations

from domain.reading.connections import Narrowing, every_row, must_be_open, narrowed
from domain.reading.rows import Row, within_counties
from domain.reading.selection import Given, Selected
from domain.reading.statement import Builder, Cost, ReadRefused, literal, quoted
from domain.reading.view import Dimension, View

MAX_DIMENSIONS = 3
# A figure reads many rows to answer with few: its price beside that of a field.
SCAN_WEIGHT = 200


def figures(build: Builder, view: View, selected: Selected, cost: Cost) -> str:
    """{ total { … } groups { key keys { dimension value label } … } } as a JSON expression.

    Raises ReadRefused for too many dimensions, or one that the caller may not read on every row.
    """
    row = Row(build, view)
    cost.fields += SCAN_WEIGHT
    where = [*map(Narrowing, within_counties(row)), *narrowed(row, selected.arguments.get("filter"))]
    names = chosen(selected)
    dimensions = [view.dimensions[name] for name in names]
    for name, dimension in zip(names, dimensions, strict=True):
        must_be_open(row, dimension.group, name)
    fields = selected.only()
    grouped = any(one.name == "groups" for one in fields) and dimensions
    measures = measured(selected)
    columns = [f"{view.measures[name].sql(row.alias)} AS m_{name}" for name in measures] or ["count(*) AS m"]
    values = [f"{dimension.value(row.alias)} AS d{i}" for i, dimension in enumerate(dimensions)] if grouped else []
    aliases = ", ".join(f"d{i}" for i in range(len(values)))
    # Grouped by name over a sub-select, so that a dimension's expression is written, and planned, once.
    source = every_row(row, where)
    if grouped:
        source = f"(SELECT {row.alias}.*, {', '.join(values)} FROM {source}) {row.alias}"
        sets = f" GROUP BY GROUPING SETS ((), ({aliases}))"
        marks = f", grouping({aliases}) AS _set, {aliases}"
    else:
        sets, marks = "", ", 1 AS _set"
    scan = f"SELECT {', '.join(columns)}{marks} FROM {source}{sets}"
    parts = [
        f"{part(build, one, names, dimensions, view, grouped=bool(grouped))} AS {quoted(one.key)}" for one in fields
    ]
    return f"(WITH f AS MATERIALIZED ({scan}) SELECT row_to_json(c$) FROM (SELECT {', '.join(parts)}) c$)"


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


def part(
    build: Builder, one: Selected, names: list[str], dimensions: list[Dimension], view: View, *, grouped: bool
) -> str:
    """The total, or the groups, as a JSON expression over the scan `f`."""
    del build, view
    if one.name == "__typename":
        return "'CaseFigures'::text"
    ((type_name, fields),) = one.below.items()
    columns = ", ".join(f"{cell(field, type_name, names, dimensions)} AS {quoted(field.key)}" for field in fields)
    if one.name == "total":
        whole = "f._set > 0" if grouped else "TRUE"
        return f"(SELECT row_to_json(r$) FROM (SELECT {columns} FROM f WHERE {whole}) r$)"
    if not grouped:
        return "'[]'::json"
    order = ", ".join(f"f.d{i} NULLS LAST" for i in range(len(names)))
    rows = f"SELECT {columns} FROM f WHERE f._set = 0 ORDER BY {order}"
    return f"(SELECT coalesce(json_agg(row_to_json(r$)), '[]'::json) FROM ({rows}) r$)"


def cell(field: Selected, type_name: str, names: list[str], dimensions: list[Dimension]) -> str:
    """One field of a total or a group."""
    match field.name:
        case "__typename":
            return f"{literal(type_name)}::text"
        case "key":
            values = ", ".join(f"coalesce(f.d{i}, '')" for i in range(len(names)))
            return f"concat_ws('/', {values})"
        case "keys":
            return keys(field, names, dimensions)
        case name:
            return f"f.m_{name}"


def keys(field: Selected, names: list[str], dimensions: list[Dimension]) -> str:
    """A group's dimensions, each with its value and its label."""
    objects = []
    for i, (name, dimension) in enumerate(zip(names, dimensions, strict=True)):
        parts = {
            "dimension": f"{literal(name.upper())}::text",
            "value": f"f.d{i}",
            "label": dimension.label(f"f.d{i}"),
            "__typename": "'FigureKey'::text",
        }
        columns = ", ".join(f"{parts[one.name]} AS {quoted(one.key)}" for one in field.only())
        objects.append(f"(SELECT row_to_json(k$) FROM (SELECT {columns}) k$)")
    return f"json_build_array({', '.join(objects)})"
