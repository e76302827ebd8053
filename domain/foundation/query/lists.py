"""How lists of a view's rows are sorted, narrowed and counted: orderings, filters, dimensions, measures, roll-ups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.foundation.query.members import Expression
from domain.foundation.query.roots import CORE

Condition = Callable[[str, str], str]
"""(row alias, placeholder of the bound value) -> SQL."""


def itself(value: Any) -> Any:
    """A value as it is."""
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """A way to sort: an expression that is never null, and its PostgreSQL type. The row's id breaks ties.

    Offered to callers where it has a description. `alone`: no two parts of one whole are equal in it, so that within a
    whole nothing is left to break. `otherwise`: a field group, and what rows are sorted by for callers to whom it is
    closed: cursors tell the value that a row is sorted by.
    """

    name: str
    sql: Expression
    sql_type: str
    description: str = ""
    group: str = CORE
    alone: bool = False
    otherwise: tuple[str, Expression] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to narrow a list, by a value of a Python type, a closed set, a `GlobalId`, or a list of such.

    `convert` turns the API's value into the bound one, of the PostgreSQL type `sql_type` (None: no value of this kind, which is refused).
    `id_of`: of an id, the prefix of the ids that it takes.
    `holds` is given for a flag, whose value shapes the statement: the condition itself, or that it does not hold.
    `each` is given for a set of values that indexes are sorted below: (row alias, placeholder of one value) -> SQL.
    """

    name: str
    type: Any
    description: str
    sql: Condition
    sql_type: str
    convert: Callable[[Any], Any] = itself
    id_of: str | None = None
    group: str = CORE
    holds: Expression | None = None
    each: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure over many rows: how many count in one of the view's `counts`, or their share of those in another."""

    name: str
    description: str
    of: str
    per: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Something to group figures by: a value, the text that shows it, and the Chinese label of such a text.

    How a group's rows are listed: `filter` is the filter that takes the shown value (or a list of it); of a period,
    `span` gives its start and end out of the value, for `window`, the filters of the range. `without` is the filter that
    takes this dimension's name, for rows that have no value. `leads_to`: the view whose row the value is the key of.
    """

    name: str
    description: str
    value: Expression
    label: Callable[[str], str] = itself
    shown: Callable[[str], str] = itself
    group: str = CORE
    filter: str = ""
    span: tuple[Expression, Expression] | None = None
    window: tuple[str, str] = ("", "")
    without: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Cells of a roll-up that tell rows apart by these columns, kept for these periods, the finest first.

    Each period is part of the next, and a name that the database's `figure_period` knows.
    """

    name: str
    columns: frozenset[str]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellForm:
    """How a dimension or a filter is answered by a cell, or by a change: which of its columns are read, and by what SQL.

    `sql` is an Expression for a dimension, a Condition for a filter; None where it is the same as over a row.
    """

    columns: frozenset[str]
    sql: Callable[..., str] | None = None


@dataclass(frozen=True, slots=True)
class Rollup:
    """Where a view's figures are kept: sums in `cells`, and in `changes` what is not yet folded into them.

    Both have the view's `counts` as columns of whole numbers and the columns by which rows are alike under their own
    names, and tell when by `starts_on`, a day of `zone`. Figures of a `window`, the names of the filters for its start
    and its end, are sums over cells, changes and, at ragged edges, rows by their `moment`.
    `alike` are the columns of a change by which rows are alike. `dimensions` and `filters` say by name how each is
    answered there, the best form first; of what is not named the rows are read.
    Breakdowns stand in the order in which they are tried: those of few cells first.
    """

    cells: str
    changes: str
    moment: str
    zone: str
    window: tuple[str, str]
    breakdowns: tuple[Breakdown, ...]
    alike: frozenset[str]
    dimensions: Mapping[str, tuple[CellForm, ...]]
    filters: Mapping[str, tuple[CellForm, ...]]
