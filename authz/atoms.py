"""Atoms: single tests of one row against the caller, each a class that says its meaning once.

`sql` writes the test over the row's columns, for compiled reads; `holds` is the same test over the row's facts, for one
decision. Both stand side by side because they must agree, NULL included: a comparison with NULL holds for no row, and
neither does its opposite. Atoms hold paths and names, never values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from authz.facts import Row
from authz.resources import TERM, Relationship, Resource
from domain.foundation.query.access import ActorValue, Bind, Columns

# The alias of a relationship's rows inside EXISTS; nothing outside is called so.
_ALIAS = "acl_related"

Values = Mapping[str, Any]
"""The caller's values by path, as predicates name them."""


class Atom(Protocol):
    """One test of the row. `nullable`: its SQL can be NULL, which means it does not hold."""

    @property
    def nullable(self) -> bool: ...
    def sql(self, columns: Columns, bind: Bind) -> str: ...
    def holds(self, row: Row, values: Values) -> bool: ...
    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Equals:
    """The column equals a value of the caller, or one of several (a value whose type is an array)."""

    column: str
    value: ActorValue
    nullable: bool

    def sql(self, columns: Columns, bind: Bind) -> str:
        """`t.town_id = $2::uuid`, or `t.town_id = any($2::uuid[])`."""
        placeholder = f"{bind(self.value)}::{self.value.sql_type}"
        right = f"any({placeholder})" if self.value.sql_type.endswith("[]") else placeholder
        return f"{columns[self.column]} = {right}"

    def holds(self, row: Row, values: Values) -> bool:
        """The same of one row."""
        found, wanted = row.columns[self.column], values[self.value.path]
        if found is None or wanted is None:
            return False
        return bool(found in wanted if self.value.sql_type.endswith("[]") else found == wanted)


@dataclass(frozen=True, slots=True)
class InCounty:
    """The row is in the county that a policy row names: part of the plan, because the policy is."""

    county: int
    nullable: bool = False

    def sql(self, columns: Columns, _bind: Bind) -> str:
        """`t.county_id = 440781`."""
        return f"{columns['county_id']} = {self.county:d}"

    def holds(self, row: Row, _values: Values) -> bool:
        """The same of one row."""
        return row.county_id == self.county


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A flag of the row is set."""

    column: str
    nullable: bool

    def sql(self, columns: Columns, _bind: Bind) -> str:
        """`t.public_security`."""
        return columns[self.column]

    def holds(self, row: Row, _values: Values) -> bool:
        """The same of one row."""
        return row.columns[self.column] is True


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The column holds one of these words of a closed set: they come from code, never from a caller."""

    column: str
    words: tuple[str, ...]
    nullable: bool

    def sql(self, columns: Columns, _bind: Bind) -> str:
        """`t.visibility in ('everyone', 'side')`."""
        return f"{columns[self.column]} in ({', '.join(repr(word) for word in self.words)})"

    def holds(self, row: Row, _values: Values) -> bool:
        """The same of one row."""
        return row.columns[self.column] in self.words


@dataclass(frozen=True, slots=True)
class Related:
    """Some row of a relationship has these columns equal to values of the caller (`wanted` False: none has).

    `now` limits it to rows whose term covers that moment: its first instant does, its last does not. `other_than`
    leaves out rows with a column so valued; `same` names columns that must be equal in the related row and in the row.
    """

    relationship: Relationship
    equal: tuple[tuple[str, ActorValue], ...]
    now: ActorValue | None = None
    other_than: tuple[str, str] | None = None
    wanted: bool = True
    same: tuple[str, ...] = ()

    @property
    def nullable(self) -> bool:
        """EXISTS is never NULL."""
        return False

    @property
    def opposite(self) -> Related:
        """Holds exactly where this does not."""
        return replace(self, wanted=not self.wanted)

    def sql(self, columns: Columns, bind: Bind) -> str:
        """`exists (select 1 from case_participant … )`."""
        key = f"{_ALIAS}.{self.relationship.key} = {columns[self.relationship.of]}"
        tests = f"{key} and {self._tests(columns, columns['county_id'], bind)}"
        found = f"exists (select 1 from {self.relationship.table} {_ALIAS} where {tests})"
        return found if self.wanted else f"not {found}"

    def holds(self, row: Row, values: Values) -> bool:
        """The same of one row, whose related rows are those of its county and key."""
        found = any(self._counts(one, row, values) for one in row.related[self.relationship.name])
        return found is self.wanted

    def listed_sql(self, columns: Columns, bind: Bind, county: ActorValue) -> str:
        """The same within one county, with the related rows looked up first: `t.id = any(array(select … ))`.

        For lists: the rows that relate to a caller are few, and the planner, who knows no caller, would rather try
        every row.
        """
        tests = self._tests(columns, f"{bind(county)}::{county.sql_type}", bind)
        found = f"select {_ALIAS}.{self.relationship.key} from {self.relationship.table} {_ALIAS} where {tests}"
        return f"{columns[self.relationship.of]} = any(array({found}))"

    def _tests(self, columns: Columns, county: str, bind: Bind) -> str:
        """What a related row in this county must be, whichever row it relates to."""
        tests = [
            f"{_ALIAS}.county_id = {county}",
            *(f"{_ALIAS}.{column} = {bind(value)}::{value.sql_type}" for column, value in self.equal),
        ]
        tests += [f"{_ALIAS}.{column} = {columns[column]}" for column in self.same]
        if self.other_than is not None:
            column, word = self.other_than
            tests.append(f"{_ALIAS}.{column} <> '{word}'")
        if self.now is not None:
            now = f"{bind(self.now)}::{self.now.sql_type}"
            since, until = (f"{_ALIAS}.{column}" for column in TERM)
            tests.append(f"{since} <= {now} and ({until} is null or {now} < {until})")
        return " and ".join(tests)

    def _counts(self, one: Mapping[str, Any], row: Row, values: Values) -> bool:
        """Whether one related row is such. What is NULL equals nothing, and differs from nothing."""
        for column, value in self.equal:
            if one[column] is None or one[column] != values[value.path]:
                return False
        for column in self.same:
            if one[column] is None or one[column] != row.columns[column]:
                return False
        if self.other_than is not None:
            column, word = self.other_than
            if one[column] is None or one[column] == word:
                return False
        if self.now is not None:
            now, (since, until) = values[self.now.path], (one[column] for column in TERM)
            return bool(since <= now and (until is None or now < until))
        return True


def equals(resource: Resource, fact: str, value: ActorValue) -> Equals:
    """The resource's fact equals a value of the caller."""
    column = resource.columns[fact]
    return Equals(column, value, nullable=column not in resource.never_null)


def is_true(resource: Resource, fact: str) -> IsTrue:
    """The resource's flag is set."""
    column = resource.columns[fact]
    return IsTrue(column, nullable=column not in resource.never_null)


def is_one_of(resource: Resource, fact: str, *words: str) -> IsOneOf:
    """The resource's fact is one of these words."""
    column = resource.columns[fact]
    return IsOneOf(column, words, nullable=column not in resource.never_null)


def related(
    resource: Resource,
    name: str,
    *,
    now: ActorValue | None = None,
    other_than: tuple[str, str] | None = None,
    wanted: bool = True,
    same: tuple[str, ...] = (),
    **equal: ActorValue,
) -> Related:
    """The resource's row has a row of this relationship with these columns equal to values of the caller, or none.

    Raises ValueError for one that would look at rows which name nobody: their facts are not read.
    """
    relationship = resource.relationships[name]
    if relationship.naming is not None and relationship.naming not in equal:
        message = f"{name} must be asked about by {relationship.naming}"
        raise ValueError(message)
    return Related(relationship, tuple(equal.items()), now, other_than, wanted, same)
