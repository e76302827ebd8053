"""Facts about a row of a kind of work, put together from what every room that knows of them says: one SQL expression.

A kind says what it can be asked about: a frozen dataclass, its `Facts`, whose attributes are what rules name. Which
tables a fact comes from is said by the room that owns them, in `Contribution`s; so no kind names a table of a room
above it. The same expression serves reads and commands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, Generic, TypeVar, get_args, get_type_hints
from uuid import UUID

F = TypeVar("F")


class FactsError(Exception):
    """What rules ask and what rooms tell do not fit: by name, with the file to write."""


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What rules may ask of any row of a kind that lies in a place; a kind whose rules ask more has facts of its own."""

    status: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one room knows of another kind's rows.

    `facts`: an SQL expression for each fact. `joins`: subselects of at most one row that several facts share, by the
    alias under which the facts name them. All of them are templates: `{t}` is the alias of the kind's row, `{now}` the
    moment at which it is asked. A join may name those that stand before it, the kind's own first of all. `rules`: what
    the room adds to the rules of that kind, asked after its own.
    """

    to: str
    facts: Mapping[str, str]
    joins: Mapping[str, str]
    rules: tuple[Any, ...] = ()


def contribution(
    to: str, facts: Mapping[str, str], joins: Mapping[str, str] | None = None, rules: Iterable[Any] = ()
) -> Contribution:
    """A contribution, most of which share no subselect."""
    return Contribution(to, facts, joins or {}, tuple(rules))


def own_columns(facts: type) -> dict[str, str]:
    """The facts that are columns of the kind's own row, each called as its column: all of this dataclass."""
    return {one.name: f"{{t}}.{one.name}" for one in fields(facts)}


def rows_of(table: str, reference: str) -> str:
    """A template: the rows of a table that refer to the kind's row by this column, under the alias `f`."""
    return f"FROM {table} AS f WHERE f.county_id = {{t}}.county_id AND f.{reference} = {{t}}.id"


def count_of(table: str, reference: str, where: str = "TRUE") -> str:
    """A template: how many of these rows there are, of those of which the condition on `f` holds."""
    return f"(SELECT count(*) {rows_of(table, reference)} AND {where})"


class FactSheet(Generic[F]):
    """The facts of a kind: how they are asked for in SQL, and how what comes back is read."""

    def __init__(self, kind: str, facts: type[F], contributions: Iterable[tuple[str, Contribution]]) -> None:
        """`contributions`: with the name of the room that each comes from, the kind's own first.

        Raises FactsError, by name, for a fact that no room tells, that two tell, or that the kind does not have.
        """
        self.kind = kind
        self._facts = facts
        self._readers = {name: _reader(hint) for name, hint in get_type_hints(facts).items()}
        names = [one.name for one in fields(facts)]  # type: ignore[arg-type]
        told: dict[str, tuple[str, str]] = {}
        joins: dict[str, str] = {}
        for room, one in contributions:
            for name, sql in one.facts.items():
                if name not in names:
                    message = (
                        f"room {room} tells the fact {name} of {kind}, which {facts.__module__}.{facts.__name__} does"
                        " not have: add the attribute there"
                    )
                    raise FactsError(message)
                if name in told:
                    message = f"the fact {name} of {kind} is told by two rooms, {told[name][0]} and {room}"
                    raise FactsError(message)
                told[name] = (room, sql)
            if twice := joins.keys() & one.joins.keys():
                message = f"room {room} calls a join to {kind} {min(twice)}, as another room does"
                raise FactsError(message)
            joins |= one.joins
        if missing := [name for name in names if name not in told]:
            message = (
                f"no room tells the facts {', '.join(missing)} of {kind}: contribute them in the kind.py of the room"
                " that owns the tables"
            )
            raise FactsError(message)
        # As rows: a function of PostgreSQL's takes at most a hundred arguments.
        columns = ",\n  ".join(f"{told[name][1]} AS {name}" for name in names)
        laterals = "\n".join(f"LEFT JOIN LATERAL ({sql}) AS {alias} ON true" for alias, sql in joins.items())
        self._told = {name: sql for name, (_, sql) in told.items()}
        self.template = (
            f"(SELECT row_to_json(facts$) FROM (\nSELECT {columns}\nFROM (SELECT) AS one\n{laterals}\n) facts$)"
        )

    def sql(self, row: str, now: str = "now()") -> str:
        """The SQL of a JSON object of the facts of the row so aliased, asked at a moment. It binds no value."""
        return self.template.format(t=row, now=now)

    def fact(self, row: str, name: str) -> str:
        """The SQL of one fact that needs no join, such as the status."""
        return self._told[name].format(t=row)

    def read(self, found: Mapping[str, Any]) -> F:
        """The facts from what that SQL gave, decoded; KeyError or ValueError if it is anything else."""
        values: dict[str, Any] = {}
        for name, read in self._readers.items():
            value = found[name]
            values[name] = value if value is None or read is None else read(value)
        return self._facts(**values)


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    """How a value of this type comes back from JSON; None: as it is."""
    if isinstance(hint, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    if hint is datetime or hint is date:
        parse: Callable[[Any], Any] = hint.fromisoformat
        return parse
    if hint is UUID or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        made: Callable[[Any], Any] = hint
        return made
    return None
