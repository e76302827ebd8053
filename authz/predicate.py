"""Decisions about one row: conjunctions of atoms, alternatives of those, and the predicate that compiling leaves.

A conjunction is a set of atoms, all of which must hold; alternatives are a set of conjunctions. No alternatives means
never, an empty conjunction means always. Kept as sets, duplicates collapse and equal decisions compare equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from authz.atoms import Atom, Equals, Related, Values
from authz.facts import Row
from domain.foundation.query.access import (
    ActorValue,
    Alternative,
    Bind,
    Columns,
    NotedColumns,
)

Conjunction = frozenset[Atom]
Alternatives = frozenset[Conjunction]

NEVER: Alternatives = frozenset()
ALWAYS: Alternatives = frozenset({frozenset()})


def all_of(*atoms: Atom) -> Alternatives:
    """One ground: every atom holds."""
    return frozenset({frozenset(atoms)})


def any_of(*alternatives: Alternatives) -> Alternatives:
    """Several grounds: one of these holds."""
    return frozenset().union(*alternatives)


def hold(alternatives: Iterable[Iterable[Atom]], row: Row, values: Values) -> bool:
    """Whether one of the grounds holds for this row."""
    for one in alternatives:
        for atom in one:
            if not atom.holds(row, values):
                break
        else:
            return True
    return False


def combine(left: Alternatives, right: Alternatives) -> Alternatives:
    """Left and right together: every pair of their conjunctions."""
    return frozenset(one | other for one, other in product(left, right))


def drop_absorbed(alternatives: Iterable[Conjunction]) -> Alternatives:
    """The same decision without conjunctions that a weaker one already implies."""
    given = frozenset(alternatives)
    return frozenset(one for one in given if not any(other < one for other in given))


def in_order(alternatives: Alternatives) -> list[list[Atom]]:
    """Alternatives in an order that depends on nothing but what they say, and is tried so: columns before other tables."""

    def related(conjunction: list[Atom]) -> int:
        return sum(isinstance(atom, Related) for atom in conjunction)

    inner = [sorted(one, key=lambda atom: (isinstance(atom, Related), repr(atom))) for one in alternatives]
    return sorted(inner, key=lambda one: (related(one), repr(one)))


def _write(alternatives: Alternatives, columns: Columns, bind: Bind) -> str:
    """Alternatives as SQL."""
    texts = [" and ".join(atom.sql(columns, bind) for atom in one) for one in in_order(alternatives)]
    return texts[0] if len(texts) == 1 else "(" + " or ".join(f"({text})" for text in texts) + ")"


def _county_of(conjunction: Iterable[Atom]) -> ActorValue | None:
    """The one county that all rows of a conjunction are in, if there is one."""
    values = [atom.value for atom in conjunction if isinstance(atom, Equals) and atom.column == "county_id"]
    return next((value for value in values if not value.sql_type.endswith("[]")), None)


def _related_of(conjunction: Iterable[Atom]) -> Related | None:
    """What relates every row of a conjunction to the caller, if there is one."""
    return next(
        (atom for atom in conjunction if isinstance(atom, Related) and atom.wanted and atom.equal and not atom.same),
        None,
    )


@dataclass(frozen=True, slots=True)
class RowPredicate:
    """What is left of a decision when the caller's shape is known: allowed by some, denied by none.

    Made by `decide`; equal predicates decide alike for every row.
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
        denied = (
            f" and not {false_for_null('(' + _write(self.deny, refused, bind) + ')', self.deny)}" if self.deny else ""
        )
        found = []
        for one in in_order(self.allow):
            noted = NotedColumns(columns)
            county, lookup = _county_of(one), _related_of(one)
            if county is None or lookup is None:
                texts = [atom.sql(noted, bind) for atom in one]
            else:
                rest = [atom.sql(noted, bind) for atom in one if atom is not lookup]
                texts = [*rest, lookup.listed_sql(noted, bind, county)]
            where = "(" + (" and ".join(texts) or "true") + denied + ")"
            facts = frozenset(noted.facts | refused.facts)
            found.append(Alternative(where, listed=county is not None and lookup is not None, facts=facts))
        return found

    def _sql(self, columns: Columns, bind: Bind, *, filtering: bool) -> str:
        if self.never:
            return "false"
        parts: list[str] = []
        if self.allow != ALWAYS:
            text = _write(self.allow, columns, bind)
            parts.append(text if filtering else false_for_null(text, self.allow))
        if self.deny:
            parts.append(f"not {false_for_null('(' + _write(self.deny, columns, bind) + ')', self.deny)}")
        return "(" + " and ".join(parts) + ")" if parts else "true"


def false_for_null(text: str, alternatives: Alternatives) -> str:
    """The text, made false where it could be NULL. Needed at the top only: inside, NULL behaves as false does."""
    return f"coalesce({text}, false)" if any(atom.nullable for one in alternatives for atom in one) else text


def _exclude(one: Conjunction, other: Conjunction) -> bool:
    """No row can satisfy both: an atom of one is the opposite of an atom of the other."""
    return any(isinstance(atom, Related) and atom.opposite in other for atom in one)


def decide(allow: Iterable[Conjunction], deny: Iterable[Conjunction]) -> RowPredicate:
    """Compile: drop what is implied, what is denied as soon as it is allowed, and denials that no allowed row can meet."""
    shut = drop_absorbed(deny)
    opened = drop_absorbed(one for one in allow if not any(refused <= one for refused in shut))
    return RowPredicate(
        allow=opened,
        deny=frozenset(refused for refused in shut if any(not _exclude(one, refused) for one in opened)),
    )
