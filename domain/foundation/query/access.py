"""What the compiler of reads asks about access. authz.reach answers; this side only knows the shapes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ActorValue:
    """A value of the caller that a statement binds: `user`, `now`, `counties`, `m0.organisation`, `m1.towns` …

    `sql_type` is the PostgreSQL type it is bound as. Plans hold only the path; the value comes with each request.
    """

    path: str
    sql_type: str


Bind = Callable[[ActorValue], str]
"""Gives the placeholder (`$3`) under which the statement binds a value of the caller."""

Columns = Mapping[str, str]
"""A resource's facts as SQL over one row: fact name -> expression, already with the row's alias."""


class NotedColumns(Columns):
    """Columns that note which facts were asked for while a condition was written."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.facts: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.facts.add(name)
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several grounds on which a row passes, as a WHERE condition that one index can serve.

    `listed`: the rows it lets through are named by their keys, found first in another table; no index orders them.
    `facts`: the names of all facts of the row that it asks for.
    """

    where: str
    listed: bool
    facts: frozenset[str] = frozenset()


class Predicate(Protocol):
    """A decision folded as far as it goes without the row: never, always, or SQL over the row.

    Two predicates that are equal decide alike for every row (used to skip a mask that the row filter implies).
    `sql` is never NULL: what cannot be known is denied. `where_sql` may be NULL where `sql` is false, which comes to
    the same in a WHERE, and leaves indexes in sight. `alternatives` are conditions of which at least one holds exactly
    where `where_sql` does: an ordered list over several grounds is read from an index of each.
    """

    @property
    def never(self) -> bool: ...
    @property
    def always(self) -> bool: ...
    def sql(self, columns: Columns, bind: Bind) -> str: ...
    def where_sql(self, columns: Columns, bind: Bind) -> str: ...
    def alternatives(self, columns: Columns, bind: Bind) -> Sequence[Alternative]: ...
    def __hash__(self) -> int: ...


class Access(Protocol):
    """A caller's access with the values taken out: equal for all callers whose memberships have the same shape."""

    @property
    def signature(self) -> Hashable: ...
    @property
    def policy_version(self) -> str: ...
    def predicate(self, resource: str, action: str, group: str) -> Predicate: ...
