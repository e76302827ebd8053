"""Decisions as SQL over one row: atoms, conjunctions of atoms, and the predicate that folding leaves.

An atom compares one fact of the row with a value of the caller. A conjunction is a set of atoms, all of which must
hold; alternatives are a set of conjunctions. No alternatives means never, an empty conjunction means always. Kept as
sets, duplicates collapse and equal decisions compare equal. Atoms hold paths and names, never values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Protocol

from authz.resources import Relation, Resource
from domain.reading.access import ActorValue, Alternative, Bind, Columns, NotedColumns

# The alias of a relation's rows inside EXISTS; nothing outside is called so.
_TIE = "acl_tie"


class Atom(Protocol):
    """One test of the row. `nullable`: its SQL can be NULL, which means it does not hold."""

    @property
    def nullable(self) -> bool: ...
    def sql(self, columns: Columns, bind: Bind) -> str: ...
    def __hash__(self) -> int: ...


Conjunction = frozenset[Atom]
Alternatives = frozenset[Conjunction]

NEVER: Alternatives = frozenset()
ALWAYS: Alternatives = frozenset({frozenset()})


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


@dataclass(frozen=True, slots=True)
class InCounty:
    """The row is in the county that a policy row names: part of the plan, because the policy is."""

    county: int
    nullable: bool = False

    def sql(self, columns: Columns, _bind: Bind) -> str:
        """`t.county_id = 440781`."""
        return f"{columns['county_id']} = {self.county:d}"


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A flag of the row is set."""

    column: str
    nullable: bool

    def sql(self, columns: Columns, _bind: Bind) -> str:
        """`t.public_security`."""
        return columns[self.column]


@dataclass(frozen=True, slots=True)
class IsFalse:
    """A flag of the row is not set."""

    column: str
    nullable: bool

    def sql(self, columns: Columns, _bind: Bind) -> str:
        """`not t.violence_suspected`."""
        return f"not {columns[self.column]}"


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The column holds one of these words of a closed set: they come from code, never from a caller."""

    column: str
    words: tuple[str, ...]
    nullable: bool

    def sql(self, columns: Columns, _bind: Bind) -> str:
        """`t.visibility in ('everyone', 'side')`."""
        return f"{columns[self.column]} in ({', '.join(repr(word) for word in self.words)})"


@dataclass(frozen=True, slots=True)
class Tied:
    """The row has a tie of this relation with these columns equal to values of the caller (`wanted` False: has none).

    `now` limits it to ties whose term covers that moment; `other_than` leaves out ties with a column so valued; `same`
    names columns that must be equal in the tie and in the row.
    """

    relation: Relation
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
    def opposite(self) -> Tied:
        """Holds exactly where this does not."""
        return replace(self, wanted=not self.wanted)

    def sql(self, columns: Columns, bind: Bind) -> str:
        """`exists (select 1 from case_participant … )`."""
        tie = f"{_TIE}.{self.relation.key} = {columns[self.relation.of]}"
        tests = f"{tie} and {self._tests(columns, columns['county_id'], bind)}"
        found = f"exists (select 1 from {self.relation.table} {_TIE} where {tests})"
        return found if self.wanted else f"not {found}"

    def _tests(self, columns: Columns, county: str, bind: Bind) -> str:
        """What a tie in this county must be, whichever row it ties."""
        tests = [
            f"{_TIE}.county_id = {county}",
            *(f"{_TIE}.{column} = {bind(value)}::{value.sql_type}" for column, value in self.equal),
        ]
        tests += [f"{_TIE}.{column} = {columns[column]}" for column in self.same]
        if self.other_than is not None:
            column, word = self.other_than
            tests.append(f"{_TIE}.{column} <> '{word}'")
        if self.now is not None:
            now = f"{bind(self.now)}::{self.now.sql_type}"
            tests.append(f"{_TIE}.valid_from <= {now} and ({_TIE}.valid_until is null or {now} < {_TIE}.valid_until)")
        return " and ".join(tests)

    def listed(self, columns: Columns, bind: Bind, county: ActorValue) -> str:
        """The same within one county, with the ties looked up first: `t.id = any(array(select … ))`.

        For lists: a caller's ties are few, and the planner, who knows no caller, would rather try every row.
        """
        tests = self._tests(columns, f"{bind(county)}::{county.sql_type}", bind)
        return f"{columns[self.relation.of]} = any(array(select {_TIE}.{self.relation.key} from {self.relation.table} {_TIE} where {tests}))"


def column_equals(resource: Resource, fact: str, value: ActorValue) -> Equals:
    """The resource's fact equals a value of the caller."""
    column = resource.columns[fact]
    return Equals(column, value, nullable=column not in resource.never_null)


def column_is_true(resource: Resource, fact: str) -> IsTrue:
    """The resource's flag is set."""
    column = resource.columns[fact]
    return IsTrue(column, nullable=column not in resource.never_null)


def column_is_false(resource: Resource, fact: str) -> IsFalse:
    """The resource's flag is not set."""
    column = resource.columns[fact]
    return IsFalse(column, nullable=column not in resource.never_null)


def column_is_one_of(resource: Resource, fact: str, *words: str) -> IsOneOf:
    """The resource's fact is one of these words."""
    column = resource.columns[fact]
    return IsOneOf(column, words, nullable=column not in resource.never_null)


def both(left: Alternatives, right: Alternatives) -> Alternatives:
    """Left and right together: every pair of their conjunctions."""
    return frozenset(one | other for one, other in product(left, right))


def without_absorbed(alternatives: Iterable[Conjunction]) -> Alternatives:
    """The same decision without conjunctions that a weaker one already implies."""
    given = frozenset(alternatives)
    return frozenset(one for one in given if not any(other < one for other in given))


def _ordered(alternatives: Alternatives) -> list[list[Atom]]:
    """Alternatives in an order that depends on nothing but what they say, and is tried so: columns before other tables."""

    def ties(conjunction: list[Atom]) -> int:
        return sum(isinstance(atom, Tied) for atom in conjunction)

    inner = [sorted(one, key=lambda atom: (isinstance(atom, Tied), repr(atom))) for one in alternatives]
    return sorted(inner, key=lambda one: (ties(one), repr(one)))


def _written(alternatives: Alternatives, columns: Columns, bind: Bind) -> str:
    """Alternatives as SQL."""
    texts = [" and ".join(atom.sql(columns, bind) for atom in one) for one in _ordered(alternatives)]
    return texts[0] if len(texts) == 1 else "(" + " or ".join(f"({text})" for text in texts) + ")"


def _county_of(conjunction: Iterable[Atom]) -> ActorValue | None:
    """The one county that all rows of a conjunction are in, if there is one."""
    values = [atom.value for atom in conjunction if isinstance(atom, Equals) and atom.column == "county_id"]
    return next((value for value in values if not value.sql_type.endswith("[]")), None)


def _tie_of(conjunction: Iterable[Atom]) -> Tied | None:
    """A tie to the caller that every row of a conjunction has, if there is one."""
    return next(
        (atom for atom in conjunction if isinstance(atom, Tied) and atom.wanted and atom.equal and not atom.same), None
    )


@dataclass(frozen=True, slots=True)
class RowPredicate:
    """What is left of a decision when the caller's shape is known: allowed by some, denied by none.

    Made by `decided`; equal predicates decide alike for every row.
    """

    allow: Alternatives
    deny: Alternatives

    @property
    def never(self) -> bool:
        """Nothing lets any row through."""
        return not self.allow

    @property
    def always(self) -> bool:
        """Every row passes."""
        return self.allow == ALWAYS and not self.deny

    def sql(self, columns: Columns, bind: Bind) -> str:
        """A boolean over the row that is never NULL: for a SELECT list, for NOT, for CASE."""
        return self._sql(columns, bind, filtering=False)

    def where_sql(self, columns: Columns, bind: Bind) -> str:
        """The same decision for a WHERE clause, never to be negated: NULL there drops the row as false does.

        Leaves the allowing side bare, so that indexes serve its equalities.
        """
        return self._sql(columns, bind, filtering=True)

    def alternatives(self, columns: Columns, bind: Bind) -> Sequence[Alternative]:
        """The grounds one by one, each with what is denied; never none, unless nothing lets any row through."""
        refused = NotedColumns(columns)
        denied = f" and not {not_null('(' + _written(self.deny, refused, bind) + ')', self.deny)}" if self.deny else ""
        found = []
        for one in _ordered(self.allow):
            noted = NotedColumns(columns)
            county, tie = _county_of(one), _tie_of(one)
            if county is None or tie is None:
                texts = [atom.sql(noted, bind) for atom in one]
            else:
                rest = [atom.sql(noted, bind) for atom in one if atom is not tie]
                texts = [*rest, tie.listed(noted, bind, county)]
            where = "(" + (" and ".join(texts) or "true") + denied + ")"
            facts = frozenset(noted.facts | refused.facts)
            found.append(Alternative(where, listed=county is not None and tie is not None, facts=facts))
        return found

    def _sql(self, columns: Columns, bind: Bind, *, filtering: bool) -> str:
        if self.never:
            return "false"
        parts: list[str] = []
        if self.allow != ALWAYS:
            text = _written(self.allow, columns, bind)
            parts.append(text if filtering else not_null(text, self.allow))
        if self.deny:
            parts.append(f"not {not_null('(' + _written(self.deny, columns, bind) + ')', self.deny)}")
        return "(" + " and ".join(parts) + ")" if parts else "true"


def not_null(text: str, alternatives: Alternatives) -> str:
    """The text, made false where it could be NULL. Needed at the top only: inside, NULL behaves as false does."""
    return f"coalesce({text}, false)" if any(atom.nullable for one in alternatives for atom in one) else text


def _exclude(one: Conjunction, other: Conjunction) -> bool:
    """No row can satisfy both: an atom of one is the opposite of an atom of the other."""
    return any(isinstance(atom, Tied) and atom.opposite in other for atom in one)


def decided(allow: Iterable[Conjunction], deny: Iterable[Conjunction]) -> RowPredicate:
    """Fold: drop what is implied, what is denied as soon as it is allowed, and denials that no allowed row can meet."""
    shut = without_absorbed(deny)
    opened = without_absorbed(one for one in allow if not any(refused <= one for refused in shut))
    return RowPredicate(
        allow=opened,
        deny=frozenset(refused for refused in shut if any(not _exclude(one, refused) for one in opened)),
    )
