"""Paged lists: keyset pages in both directions, with edges, page information and a count, each only when selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from domain.foundation.query.access import Alternative
from domain.foundation.query.cursors import cursor_sql, part
from domain.foundation.query.lists import Filter
from domain.foundation.query.members import ToMany
from domain.foundation.query.rows import (
    Objects,
    Row,
    all_of,
    columns_of,
    guard,
    relate,
)
from domain.foundation.query.selection import Argument, Given, Selected
from domain.foundation.query.statement import (
    DEFAULT_PAGE,
    Cost,
    ReadRefused,
    literal,
    page_size,
    quote,
)
from domain.foundation.query.view import order_of

DEFAULT = Given(DEFAULT_PAGE, lambda _variables: DEFAULT_PAGE, fixed=True)


@dataclass(frozen=True, slots=True)
class Page:
    """How a connection was asked for: which end, how many, from where, in which order."""

    order: str
    descending: bool
    size: Given
    backward: bool
    after: Given | None
    before: Given | None


def scalar(argument: Argument) -> Given | None:
    """A scalar argument that was given and is not null."""
    return argument if isinstance(argument, Given) and argument.value is not None else None


def page_of(arguments: Mapping[str, Argument], order: tuple[str, bool]) -> Page:
    """Read the paging arguments. Raises ReadRefused where both ends are asked for at once."""
    first, last = scalar(arguments.get("first")), scalar(arguments.get("last"))
    if first is not None and last is not None:
        raise ReadRefused("first与last不能同时使用", code="PAGE_SIZE")
    name, descending = order
    chosen = arguments.get("orderBy")
    if isinstance(chosen, Mapping):
        name = cast("Given", chosen["field"]).value
        direction = chosen.get("direction")
        descending = isinstance(direction, Given) and direction.value == "desc"
    return Page(
        name, descending, last or first or DEFAULT, last is not None,
        scalar(arguments.get("after")), scalar(arguments.get("before")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListCondition:
    """One condition of a filter; with `each`, the same for one of the values that `values` gives as rows of `s(v)`."""

    where: str
    each: str = ""
    values: str = ""


def conditions_of(row: Row, filters: Argument) -> list[ListCondition]:
    """The conditions of a filter argument; those not given or null narrow nothing.

    Raises ReadRefused for a field that the caller may not read on every row of the list: a filter would tell of it.
    """
    conditions: list[ListCondition] = []
    if isinstance(filters, Mapping):
        for name, argument in filters.items():
            given = scalar(argument)
            if given is None:
                continue
            one = row.view.filters[name]
            must_be_open(row, one.group, name)
            # To find by it is to read it, of whatever is found.
            row.reveal(one.group, sought=True)
            conditions.append(condition_of(row, one, given, name))
    return conditions


def checking_conversion(one: Filter, *argument: str) -> Callable[[Any], Any]:
    """The filter's conversion, for a value given as `argument`.

    Raises ReadRefused for an id that is malformed or of another kind: a list that is empty for want of a good id would
    be taken for one that has no rows.
    """

    def convert(value: Any) -> Any:
        found = one.convert(value)
        if found is None and value is not None:
            message = "编号格式不正确，或者不是该类对象的编号"
            raise ReadRefused(message, code="BAD_ID", argument=argument)
        return found

    return convert


def condition_of(row: Row, one: Filter, given: Given, name: str) -> ListCondition:
    """One condition of a filter, by its name."""
    if one.holds is not None:
        return ListCondition(flag_condition(row, one, given))
    value = row.build.value(given, one.sql_type, checking_conversion(one, "filter", name))
    if one.each is None:
        return ListCondition(f"({one.sql(row.alias, value)})")
    return ListCondition(f"({one.sql(row.alias, value)})", f"({one.each(row.alias, 's.v')})", f"unnest({value}) s(v)")


def flag_condition(row: Row, one: Filter, given: Given) -> str:
    """A flag's condition, or that it does not hold.

    Written out, so that an index on rows for which it holds is seen. The plan's key holds the value.
    """
    assert one.holds is not None
    return f"({one.holds(row.alias)})" if given.value else f"({one.holds(row.alias)}) IS NOT TRUE"


def must_be_open(row: Row, group: str, name: str) -> None:
    """Refuse to sort, filter or group by what the caller cannot read on every row, or on none: then the list is empty."""
    if row.may(group) is not True or row.closed(group):
        message = f"您无权查看该字段，不能按其筛选、排序或统计：{name}"
        raise ReadRefused(message, code="FORBIDDEN_FIELD")


def bring_whole(row: Row) -> None:
    """Give a part that is listed by itself the whole it belongs to: whoever does not see that does not see the part.

    Nor does whoever may not read the field group of the whole under which its parts are seen.
    """
    if row.view.owner is not None and row.authority is row:
        whole = row.build.catalogue[row.view.owner.view]
        needed = row.build.catalogue.needed_for(row.view)
        row.authority = row.brought = Row(row.build, whole, needed=needed)
        row.alone = True


def visibility_of(row: Row) -> list[str]:
    """Conditions under which the caller sees a row that is listed: its own and, of a part brought along, the whole's."""
    return [*row.visible(), *(row.brought.visible() if row.brought is not None else [])]


def tables_of(row: Row) -> str:
    """The tables of a list's rows: the row's own, and of a part's the whole's."""
    if row.brought is None or row.view.owner is None:
        return f"{row.view.table} {row.alias}"
    whole = row.brought
    return (
        f"{row.view.table} {row.alias} JOIN {whole.view.table} {whole.alias}"
        f" ON {row.view.owner.join(row.alias, whole.alias)}"
    )


def with_brought(row: Row) -> str:
    """The whole again beside each row of a page, with what is masked of it."""
    if row.brought is None or row.view.owner is None:
        return ""
    whole = row.brought
    tie = row.view.owner.join(row.alias, whole.alias)
    return (
        f" CROSS JOIN LATERAL (SELECT {whole.alias}.*{whole.masks} FROM {whole.view.table} {whole.alias}"
        f" WHERE {tie} OFFSET 0) {whole.alias}"
    )


def where_clause(visible: Sequence[str], where: Sequence[ListCondition]) -> str:
    """The conditions as a WHERE clause, if there are any."""
    conditions = [*(one.where for one in where), *visible]
    return " WHERE " + " AND ".join(conditions) if conditions else ""


def first_rows(row: Row, ground: Alternative, where: Sequence[ListCondition], order: str, read: str) -> str:
    """The first rows that are seen on one ground, in brackets: of a set of values, the first of each.

    Rows named by their keys are read, all of them, and sorted: fenced, because the planner, who takes them for many,
    would rather look for them along an index that is sorted.
    """
    spread = None if ground.listed else next((one for one in where if one.each), None)
    conditions = [one.each if one is spread else one.where for one in where]
    source = f"{row.view.table} {row.alias} WHERE {' AND '.join([*conditions, ground.where])}"
    if ground.listed:
        source = f"(SELECT {read} FROM {source} OFFSET 0) {row.alias}"
    rows = f"SELECT {read} FROM {source}{order}"
    if spread is None:
        return f"({rows})"
    return f"(SELECT {read} FROM {spread.values} CROSS JOIN LATERAL ({rows}) {row.alias})"


def every_row(row: Row, where: Sequence[ListCondition]) -> str:
    """All rows that are seen, each once, as what follows FROM: those of one ground after those of another."""
    grounds = sorted(row.grounds(), key=lambda one: one.listed)
    if not grounds:
        return f"{row.view.table} {row.alias}{where_clause(row.visible(), where)}"
    parts = []
    for index, ground in enumerate(grounds):
        # What was seen on an earlier ground is not seen again.
        others = [f"{one.where} IS NOT TRUE" for one in grounds[:index]]
        parts.append(
            f"SELECT {row.alias}.* FROM {row.view.table} {row.alias}{where_clause([ground.where, *others], where)}"
        )
    return f"({' UNION ALL '.join(parts)}) {row.alias}"


class Connections(Objects):
    """Writes rows as JSON, and relations as pages where pages were selected."""

    def many(self, row: Row, member: ToMany, selected: Selected, cost: Cost) -> str:
        """A relation to many: a page where the selection is a connection's, else the plain list."""
        (type_name,) = {*selected.below} if len(selected.below) == 1 else {""}
        if not type_name.endswith("Connection"):
            return super().many(row, member, selected, cost)
        asked = self.asked_on_the_way(row, member)
        if asked is None:
            return "NULL"
        other, tie = relate(row, member)
        with self.within(*asked):
            text = self.connection(other, tie, selected, order_of(other.view, member), cost)
        return guard(all_of(asked), text)

    def connection(self, row: Row, tie: Sequence[str], selected: Selected, order: tuple[str, bool], cost: Cost) -> str:
        """A page of rows as a JSON expression: with only what was selected of it worked out."""
        page = page_of(selected.arguments, order)
        # Whatever is wanted of the list, and whatever it holds.
        must_be_open(row, row.view.orderings[page.order].group, page.order)
        where = [*map(ListCondition, tie), *conditions_of(row, selected.arguments.get("filter"))]
        size = page.size
        level = Cost(page_size(size.value) if size.fixed else lambda variables: page_size(size.source(variables)))
        cost.below.append(level)
        ((type_name, fields),) = selected.below.items()
        # Rows are written before their source is: only then is it known which masks they need beside them.
        lists = {one.key: self.items(row, one, level) for one in fields if one.name in {"edges", "nodes"}}
        told = any(one.name == "page_info" for one in fields)
        # Of a count alone it is bound only to be judged: a length that cannot be is refused whatever is wanted.
        limit = self.build.value(size, "int", page_size) if lists or told or not size.fixed else ""
        written = "".join(write("") for write in lists.values())
        shared = told or len(lists) > 1
        if shared:
            way = "DESC" if page.backward else "ASC"
            source = f"(SELECT * FROM p WHERE p._n <= p._limit ORDER BY p._n {way}) {row.alias}{with_brought(row)}"
            rows = self.page_rows(row, where, page, f"{limit} + 1", written, cursor=True)
            pages = (
                f"WITH p AS MATERIALIZED (SELECT n.*, row_number() OVER () AS _n, {limit} AS _limit FROM ({rows}) n) "
            )
        else:
            source = self.alone(row, where, page, limit, fields, written) if lists else ""
            pages = ""
        parts = []
        for one in fields:
            match one.name:
                case "edges" | "nodes":
                    text = f"(SELECT coalesce(json_agg(e.j), '[]'::json) FROM ({lists[one.key](source)}) e)"
                case "page_info":
                    text = self.page_info(page, one, limit)
                case "total_count":
                    text = self.count(row, where)
                case _:
                    text = f"{literal(type_name)}::text"
            parts.append(f"{text} AS {quote(one.key)}")
        return f"({pages}SELECT row_to_json(c$) FROM (SELECT {', '.join(parts)}) c$)"

    def items(self, row: Row, selected: Selected, cost: Cost) -> Callable[[str], str]:
        """The page's edges or nodes: from the rows' source, a SELECT of JSON named `j`."""
        if selected.name == "nodes" and row.view.types:
            text = self.json(row, selected.below, cost)
            return lambda source: f"SELECT {text} AS j FROM {source}"
        if selected.name == "nodes":
            ((name, fields),) = selected.below.items()
            made = self.columns(row, name, fields, cost)
            return lambda source: f"SELECT row_to_json(r$) AS j FROM (SELECT {made} FROM {source}) r$"
        columns = []
        for one in selected.only():
            match one.name:
                case "cursor":
                    text = f"{row.alias}._cursor"
                case "node":
                    text = self.json(row, one.below, cost)
                case _:
                    ((edge_type, _),) = selected.below.items()
                    text = f"{literal(edge_type)}::text"
            columns.append(f"{text} AS {quote(one.key)}")
        listed = ", ".join(columns)
        return lambda source: f"SELECT row_to_json(r$) AS j FROM (SELECT {listed} FROM {source}) r$"

    def alone(
        self, row: Row, where: Sequence[ListCondition], page: Page, limit: str, fields: Sequence[Selected], written: str
    ) -> str:
        """The rows of a page of which nothing but one list is asked: no row beyond it, nothing numbered."""
        cursor = any(one.name == "edges" and any(e.name == "cursor" for e in one.only()) for one in fields)
        rows = f"({self.page_rows(row, where, page, limit, written, cursor=cursor)}) {row.alias}"
        if not page.backward:
            return f"{rows}{with_brought(row)}"
        way = "DESC" if page.descending else "ASC"
        order = row.order(row.view.orderings[page.order], way)
        turned = f"(SELECT * FROM {rows} ORDER BY {order}) {row.alias}"
        return f"{turned}{with_brought(row)}"

    def page_rows(
        self, row: Row, where: Sequence[ListCondition], page: Page, limit: str, written: str, *, cursor: bool
    ) -> str:
        """The page's rows from the end that was asked for, with their masks and, where wanted, their cursors.

        Of their columns only those that are read by what was `written` of them: rows are kept, and may be sorted.
        """
        ordering = row.view.orderings[page.order]
        sort, key = row.sort_value(ordering), f"{row.alias}.{row.view.key}"
        beyond = []
        for given, below in ((page.after, page.descending), (page.before, not page.descending)):
            if given is not None:
                value, tie = (
                    self.build.value(given, kind, part(page.order, descending=page.descending, index=i, sql_type=kind))
                    for i, kind in enumerate((ordering.sql_type, row.view.key_type))
                )
                beyond.append(ListCondition(f"({sort}, {key}) {'<' if below else '>'} ({value}, {tie})"))
        way = "DESC" if page.descending != page.backward else "ASC"
        name = cursor_sql(page.order, descending=page.descending, value=sort, key=key) if cursor else ""
        order = f" ORDER BY {row.order(ordering, way)} LIMIT {limit}"
        if row.brought is not None:
            # A part listed by itself: joined with the whole, which decides who sees it.
            everything = f"{row.alias}.*{row.masks}{f', {name} AS _cursor' if cursor else ''}"
            return (
                f"SELECT {everything} FROM {tables_of(row)}{where_clause(visibility_of(row), [*where, *beyond])}{order}"
            )
        read = columns_of(row.alias, written, row.masks, sort, key)
        columns = f"{read}{row.masks}{f', {name} AS _cursor' if cursor else ''}"
        grounds = row.grounds()
        if not grounds and not any(one.each for one in where):
            return f"SELECT {columns} FROM {row.view.table} {row.alias}{where_clause(row.visible(), [*where, *beyond])}{order}"
        # An index is sorted within one ground and one value: the first rows of each are merged, each row once.
        parts = [
            first_rows(row, one, [*where, *beyond], order, read)
            for one in grounds or [Alternative(" AND ".join(row.visible()) or "TRUE", listed=False)]
        ]
        merged = f"SELECT DISTINCT ON ({sort}, {key}) {read} FROM ({' UNION ALL '.join(parts)}) {row.alias}{order}"
        return f"SELECT {columns} FROM ({merged}) {row.alias}"

    def page_info(self, page: Page, selected: Selected, limit: str) -> str:
        """Whether there is more, and the page's two ends. Behind a cursor there is taken to be more, as Relay allows."""
        more = f"(SELECT count(*) > {limit} FROM p)"
        start, end = ("max", "min") if page.backward else ("min", "max")
        parts = {
            "has_next_page": ("TRUE" if page.before is not None else "FALSE") if page.backward else more,
            "has_previous_page": more if page.backward else ("TRUE" if page.after is not None else "FALSE"),
            "start_cursor": self.end(start),
            "end_cursor": self.end(end),
            "__typename": "'PageInfo'::text",
        }
        columns = ", ".join(f"{parts[one.name]} AS {quote(one.key)}" for one in selected.only())
        return f"(SELECT row_to_json(i$) FROM (SELECT {columns}) i$)"

    @staticmethod
    def end(which: str) -> str:
        """The cursor of the page's first or last row; null for an empty page."""
        return f"(SELECT p._cursor FROM p WHERE p._n = (SELECT {which}(p._n) FROM p WHERE p._n <= p._limit))"

    @staticmethod
    def count(row: Row, where: Sequence[ListCondition]) -> str:
        """How many rows the whole list has, whatever the page."""
        if row.brought is not None:
            return f"(SELECT count(*) FROM {tables_of(row)}{where_clause(visibility_of(row), where)})"
        return f"(SELECT count(*) FROM {every_row(row, where)})"
