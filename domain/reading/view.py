"""What can be read: views, declared beside the tables, from which the compiler makes statements.

A view says nothing of GraphQL and nothing of people. It names expressions over one row of a table, the field
group that policy must grant for each, and how to reach other views. An expression is a function from a row's
alias to SQL text; it holds no values. Values always arrive as bound parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Expression = Callable[[str], str]
"""Row alias -> SQL over that row."""

Join = Callable[[str, str], str]
"""(alias of this row, alias of the other) -> SQL that ties them, with `county_id` where both have it."""

Condition = Callable[[str, str], str]
"""(row alias, placeholder of the bound value) -> SQL."""

CORE = "core"


@dataclass(frozen=True, slots=True)
class Field:
    """One scalar. `group` other than core makes it null for callers to whom policy does not grant the group."""

    sql: Expression
    group: str = CORE


@dataclass(frozen=True, slots=True)
class Masked:
    """A protected text, answered as { display, masked, reason }.

    In full where `group` is granted; as `mask` of the value where `partly` is; else nothing but that it is hidden,
    so that not even an absent value can be told from a hidden one.
    """

    sql: Expression
    group: str
    mask: Callable[[str], str] | None = None
    partly: str | None = None


@dataclass(frozen=True, slots=True)
class One:
    """The one row of another view that belongs to this one, or null: absent and out of reach look alike.

    `latest` names an ordering of that view: of several rows that belong, the last one in it.
    """

    view: str
    join: Join
    group: str = CORE
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """Rows of another view that belong to this one, in `order` (an ordering of that view).

    As a list it is cut at `cap`; as a connection the caller's arguments page through it. `theirs`: only rows on which
    the caller may read this field group, for a relation that would tell of it.
    """

    view: str
    join: Join
    order: str
    descending: bool = False
    group: str = CORE
    cap: int = 500
    theirs: str = CORE


@dataclass(frozen=True, slots=True)
class Computed:
    """A field that needs Python: `facts` is SQL for what it needs, fetched in the same statement and only when selected.

    `facts(alias, may)` where `may(action, group)` is the compiled policy predicate over that row.
    `fill(facts)` makes the values, an object or a list of `result`.
    """

    facts: Callable[[str, Callable[[str, str], str]], str]
    fill: Callable[[Any], Any]
    result: type
    group: str = CORE


@dataclass(frozen=True, slots=True)
class Part:
    """Some scalars of the same row under one name, or null where `present` does not hold."""

    members: Mapping[str, Field]
    present: Expression = lambda _t: "TRUE"
    group: str = CORE


Member = Field | Masked | Part | One | Many | Computed


@dataclass(frozen=True, slots=True)
class Ordering:
    """A way to sort: an expression that is never null, and its PostgreSQL type. The row's id breaks ties.

    `alone`: no two parts of one whole are equal in it, so that within a whole nothing is left to break.
    """

    sql: Expression
    sql_type: str
    group: str = CORE
    alone: bool = False

    def by(self, alias: str, key: str, way: str, *, within_whole: bool) -> str:
        """The list of an ORDER BY: `t.version DESC`, or `t.registered_at DESC, t.id DESC`."""
        first = f"{self.sql(alias)} {way}"
        return first if self.alone and within_whole else f"{first}, {alias}.{key} {way}"


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow a list. `convert` turns the API's value into the bound one (None: matches nothing).

    `holds` is given for a flag, whose value shapes the statement: the condition itself, or that it does not hold.
    `each` is given for a set of values that indexes are sorted below: (row alias, placeholder of one value) -> SQL.
    """

    sql: Condition
    sql_type: str
    convert: Callable[[Any], Any] = lambda value: value
    group: str = CORE
    holds: Expression | None = None
    each: Condition | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure over many rows: how many count in one of the view's `counts`, or their share of those in another."""

    of: str
    per: str | None = None


def itself(value: str) -> str:
    """A value as it is."""
    return value


@dataclass(frozen=True, slots=True)
class Dimension:
    """Something to group figures by: a value, the text that shows it, and the Chinese label of such a text."""

    value: Expression
    label: Callable[[str], str] = itself
    shown: Callable[[str], str] = itself
    group: str = CORE


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


@dataclass(frozen=True, slots=True)
class Owner:
    """A view whose rows are part of another view's row: seen only when that row is, by that row's field groups."""

    view: str
    join: Join


@dataclass(frozen=True, slots=True)
class View:
    """One readable resource.

    `resource` names it in the policy; None with `open_because` for what anybody signed in may read. A part of another
    view's row (`owner`) may have a resource too: then policy also decides which of the parts are seen, and each of
    `own_groups` is open where either the whole's row or the part's own opens it.
    `prefix` begins its global ids; None for rows that are no Node.
    `tenant` is False for reference tables, which have no county.
    `types` maps concrete type names to conditions, for a view whose rows are of several types.
    """

    name: str
    table: str
    members: Mapping[str, Member]
    resource: str | None = None
    owner: Owner | None = None
    own_groups: frozenset[str] = frozenset()
    open_because: str | None = None
    prefix: str | None = None
    tenant: bool = True
    key: str = "id"
    key_type: str = "uuid"
    orderings: Mapping[str, Ordering] = field(default_factory=dict)
    default_order: tuple[str, bool] = ("id", False)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    # What measures are made of: a condition upon a row each. The first holds for every row.
    counts: Mapping[str, Expression] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    rollup: Rollup | None = None
    types: Mapping[str, Expression] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a view of which nobody said who may read it."""
        decided = self.resource is not None or self.owner is not None
        if decided is (self.open_because is not None):
            message = f"view {self.name}: either resource, owner or both must be given, or open_because"
            raise ValueError(message)
        if self.own_groups and (self.resource is None or self.owner is None):
            message = f"view {self.name}: own groups are for a part that has a resource of its own"
            raise ValueError(message)


class Catalogue:
    """Every view by name, with each name it refers to checked."""

    def __init__(self, *views: View) -> None:
        self._views = {view.name: view for view in views}
        if len(self._views) != len(views):
            message = "two views share a name"
            raise ValueError(message)
        for view in views:
            if view.owner is not None:
                self._check(view, "owner", view.owner.view)
            for name, member in view.members.items():
                if not isinstance(member, (One, Many)):
                    continue
                self._check(view, name, member.view)
                order = member.order if isinstance(member, Many) else member.latest
                if order is not None and order not in self._views[member.view].orderings:
                    message = f"{view.name}.{name}: {member.view} has no ordering {order}"
                    raise ValueError(message)

    def _check(self, view: View, name: str, target: str) -> None:
        if target not in self._views:
            message = f"{view.name}.{name}: there is no view {target}"
            raise ValueError(message)

    def __getitem__(self, name: str) -> View:
        return self._views[name]

    def __iter__(self) -> Iterator[View]:
        return iter(self._views.values())

    def by_prefix(self, prefix: str) -> View | None:
        """The view whose global ids begin with this word."""
        return next((view for view in self._views.values() if view.prefix == prefix), None)
