"""The compiler: a root and what is selected below it become one statement, with the caller's access folded in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.foundation.query.access import Access
from domain.foundation.query.connections import (
    Connections,
    bring_whole,
    checking_conversion,
    scalar,
)
from domain.foundation.query.figures import figures
from domain.foundation.query.lists import Filter
from domain.foundation.query.node_ids import column_of_key
from domain.foundation.query.roots import (
    WITHIN,
    Figures,
    Listing,
    Lookup,
    Node,
    Nodes,
    Own,
    Root,
    Rows,
)
from domain.foundation.query.rows import Row, narrowed_to, within_counties
from domain.foundation.query.selection import Given, Selected
from domain.foundation.query.statement import (
    Builder,
    Cost,
    Plan,
    ReadRefused,
)
from domain.foundation.query.view import Catalogue, View

MAX_NODES = 100


def compile_read(catalogue: Catalogue, access: Access, root: Root, selected: Selected) -> Plan:
    """Make the statement for one root field.

    Raises ReadRefused where the request asks for what no statement may answer (both ends of a page at once, sorting
    by a hidden field). What the schema offers always compiles: the schema is bound to views when it is built.
    """
    build = Builder(catalogue, access)
    cost = Cost(1)
    return build.plan(_Compiler(build).root(root, selected, cost), cost, WITHIN[type(root)])


class _Compiler(Connections):
    """Roots, on top of rows and pages."""

    def root(self, root: Root, selected: Selected, cost: Cost) -> str:
        match root:
            case Lookup():
                return self.by_id(self.view(root.view), selected, selected.arguments[root.argument], cost)
            case Own():
                row = Row(self.build, self.view(root.view))
                return self.lookup(row, selected.below, within_counties(row), cost)
            case Listing():
                row = Row(self.build, self.view(root.view))
                bring_whole(row)
                where = [*within_counties(row), *self.narrowed(row, root.arguments, selected)]
                return self.connection(row, where, selected, row.view.default_order, cost)
            case Rows():
                return self.whole(root, selected, cost)
            case Figures():
                return figures(self.build, self.view(root.view), selected, cost)
            case Node():
                return self.node(selected, cost)
            case Nodes():
                return self.nodes_by_id(selected, cost)

    def view(self, name: str) -> View:
        return self.build.catalogue[name]

    def by_id(self, view: View, selected: Selected, argument: Any, cost: Cost) -> str:
        """One row of a view by its global id; an id of anything else, or no id at all, finds nothing."""
        row = Row(self.build, view)
        key = [
            f"{row.alias}.{column} = {self.build.value(argument, type_, column_of_key(view, i))}"
            for i, (column, type_) in enumerate(view.identity)
        ]
        return self.lookup(row, selected.below, [*within_counties(row), *key], cost)

    def whole(self, root: Rows, selected: Selected, cost: Cost) -> str:
        """A reference list, whole."""
        view = self.view(root.view)
        row = Row(self.build, view)
        where = within_counties(row)
        where += self.narrowed(row, root.arguments, selected)
        level = Cost(1)
        cost.below.append(level)
        order = row.sort_value(view.orderings[root.order])
        objects = self.rows(
            row, selected.below, where, f" ORDER BY {order}, {row.alias}.{view.key} LIMIT {root.cap}", level
        )
        return f"(SELECT coalesce(json_agg(l.j), '[]'::json) FROM ({objects}) l)"

    def narrowed(self, row: Row, arguments: Mapping[str, str], selected: Selected) -> list[str]:
        """Conditions of a root's own arguments, each a filter of the view."""
        return [
            self.condition(row, row.view.filters[filter_name], given, name)
            for name, filter_name in arguments.items()
            if (given := scalar(selected.arguments.get(name))) is not None
        ]

    def condition(self, row: Row, one: Filter, given: Given, name: str) -> str:
        return one.sql(row.alias, self.build.value(given, one.sql_type, checking_conversion(one, name)))

    def node(self, selected: Selected, cost: Cost) -> str:
        """One row of the view that the id's prefix names; the plan's key holds the prefix."""
        argument = selected.arguments["id"]
        assert isinstance(argument, Given)
        view = self.build.catalogue.by_prefix(str(argument.value).partition(":")[0])
        if view is None:
            return "NULL::json"
        return self.by_id(view, narrowed_to(view, selected), argument, cost)

    def nodes_by_id(self, selected: Selected, cost: Cost) -> str:
        """Rows of several views in the order of their ids; the plan's key holds the set of prefixes."""
        argument = selected.arguments["ids"]
        assert isinstance(argument, Given)
        prefixes = sorted({str(value).partition(":")[0] for value in argument.value})
        views = [view for prefix in prefixes if (view := self.build.catalogue.by_prefix(prefix)) is not None]
        given = argument.source
        level = Cost(lambda variables: len(given(variables)))
        cost.below.append(level)
        arms = []
        for view in views:
            row = Row(self.build, view)
            keys, names, where = [], [], within_counties(row)
            for i, (column, type_) in enumerate(view.identity):
                keys.append(self.build.value(argument, f"{type_}[]", each_of(column_of_key(view, i))))
                names.append(f"k{i}")
                where.append(f"{row.alias}.{column} = i.k{i}")
            text = self.lookup(row, narrowed_to(view, selected).below, where, level)
            source = f"unnest({', '.join(keys)}) WITH ORDINALITY i({', '.join(names)}, n)"
            arms.append(f"SELECT i.n, {text} AS j FROM {source} WHERE i.k0 IS NOT NULL")
        count = self.build.value(argument, "int", count_values)
        found = " UNION ALL ".join(arms) or "SELECT NULL::int AS n, NULL::json AS j WHERE FALSE"
        return (
            f"(SELECT coalesce(json_agg(f.j ORDER BY g.n), '[]'::json) FROM generate_series(1, {count}) g(n)"
            f" LEFT JOIN ({found}) f ON f.n = g.n)"
        )


def each_of(convert: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """The same conversion for every value of a list."""
    return lambda values: [convert(value) for value in values]


def count_values(values: Any) -> int:
    """How many ids were asked for. Raises ReadRefused over the limit."""
    if len(values) > MAX_NODES:
        message = f"一次最多查询{MAX_NODES}个编号"
        raise ReadRefused(message, code="PAGE_SIZE")
    return len(values)
