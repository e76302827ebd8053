"""What the policy speaks of: every resource that a room declares, with what its tables say of the facts.

A fact is a column of the row, or of the whole that the row is part of (`owner.`), or a *relationship*: the rows of
another table that relate people or organisations to it, mostly for a term. A policy row that needs a fact which its
resource lacks is refused when the policy is loaded; a declaration that its tables do not bear out stops the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from authz.rooms import Room, rooms
from domain.foundation.basics.resource import (
    CORE,
    READ,
    Model,
    RelatedRows,
    ResourceDeclaration,
)
from domain.foundation.query.access import Columns

__all__ = ["CORE", "OF_OWNER", "READ", "RESOURCES", "Relationship", "Resource", "columns"]

OF_OWNER = "owner."
COUNTY = "county_id"
TERM = ("valid_from", "valid_until")
# Types of columns that facts may have: those whose values a decision compares, in Python as in SQL.
COMPARED = ("UUID", "TEXT", "INTEGER", "BOOLEAN", "TIMESTAMP")


class UnsoundResources(RuntimeError):  # noqa: N818 - it says what is wrong
    """Declarations that their tables do not bear out: `faults` has one sentence each, with where to mend it."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("resources refused:\n" + "\n".join(self.faults))


@dataclass(frozen=True, slots=True)
class Relationship:
    """Rows of `table` that belong to the resource's row: same county, and `key` equal to the row's column `of`."""

    table: str
    key: str
    of: str
    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Resource:
    """Something that the policy speaks of: its actions with their field groups, and its facts.

    `columns` gives each column fact the column that holds it, in every table whose rows it speaks of (`tables`, the
    first of which commands name rows of); `never_null` lists the columns that are NOT NULL in all of them.
    """

    name: str
    declared: ResourceDeclaration
    room: str
    columns: Mapping[str, str]
    never_null: frozenset[str]
    relationships: Mapping[str, Relationship]

    @property
    def actions(self) -> Mapping[str, frozenset[str]]:
        """What can be done to it, each with its field groups."""
        return self.declared.actions

    @property
    def facts(self) -> frozenset[str]:
        """Every fact, of either kind, by name."""
        return frozenset(self.columns) | frozenset(self.relationships)

    def column_of(self, column: str) -> Any:
        """The table's column behind a column of `columns`, of the row's own table or of its whole's."""
        if column.startswith(OF_OWNER):
            assert self.declared.whole is not None
            return _columns(self.declared.whole.table)[column.removeprefix(OF_OWNER)]
        return _columns(self.declared.table)[column]


def _columns(model: Model) -> Mapping[str, Any]:
    found: Mapping[str, Any] = model.__table__.columns
    return found


def resource_of(declared: ResourceDeclaration, room: str) -> Resource:
    """A resource as declared. Raises UnsoundResources with every fault of the declaration."""
    faults = list(faults_of(declared))
    if faults:
        raise UnsoundResources(f"{room}/access_facts.py: {declared.name}: {fault}" for fault in faults)
    whole = declared.whole
    facts = _own_facts(declared)
    if whole is not None:
        facts |= {name: f"{OF_OWNER}{name}" for name in whole.facts}
    never_null = {
        column
        for column in facts.values()
        if not column.startswith(OF_OWNER)
        and not any(table[column].nullable for table in _tables(declared) if column in table)
    }
    if whole is not None:
        never_null |= {f"{OF_OWNER}{name}" for name in whole.facts if not _columns(whole.table)[name].nullable}
    return Resource(
        name=declared.name,
        declared=declared,
        room=room,
        columns=facts,
        never_null=frozenset(never_null),
        relationships={one.name: _relationship(one) for one in declared.related},
    )


def _own_facts(declared: ResourceDeclaration) -> dict[str, str]:
    """Fact -> column of the row: what is declared, its county, and its key if no fact is called otherwise for it."""
    facts = {COUNTY: COUNTY, **declared.columns}
    if declared.key is not None and declared.key not in facts.values():
        facts[declared.key] = declared.key
    return facts


def _relationship(declared: RelatedRows) -> Relationship:
    columns = declared.columns + (TERM if declared.term else ())
    return Relationship(declared.table.__tablename__, declared.key, declared.of, declared.name, columns)


def _tables(declared: ResourceDeclaration) -> list[Mapping[str, Any]]:
    return [_columns(declared.table), *(_columns(other.table) for other in declared.other_tables)]


def faults_of(declared: ResourceDeclaration) -> Iterator[str]:
    """What a declaration says that its tables do not, a sentence each."""
    if CORE not in declared.actions.get(READ, ()):
        yield f"its actions have no {READ!r} with the group {CORE!r}: nobody could see a row"
    expected = _own_facts(declared)
    for model, lacks in [
        (declared.table, frozenset[str]()),
        *((one.table, one.lacks) for one in declared.other_tables),
    ]:
        for fact, column in expected.items():
            if fact in lacks and column in _columns(model):
                yield f"table {model.__tablename__} has the column {column!r} that it is said to lack"
            elif fact not in lacks:
                yield from _column_faults(model, column, f"fact {fact!r}")
    if declared.whole is not None:
        for table in (declared.table, *(other.table for other in declared.other_tables)):
            yield from _column_faults(table, declared.whole.key, "the key of its whole", nullable=False)
        for name in (COUNTY, "id", *declared.whole.facts):
            yield from _column_faults(declared.whole.table, name, f"fact {name!r} of its whole")
    names = [*expected, *(declared.whole.facts if declared.whole else ()), *(one.name for one in declared.related)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two facts are called {name!r}"
    for one in declared.related:
        yield from _faults_of_related(declared, one)


def _faults_of_related(declared: ResourceDeclaration, one: RelatedRows) -> Iterator[str]:
    what = f"relationship {one.name!r}"
    for column in (COUNTY, one.key):
        yield from _column_faults(one.table, column, what, nullable=False)
    for column in one.columns:
        yield from _column_faults(one.table, column, what)
    for table in (declared.table, *(other.table for other in declared.other_tables)):
        yield from _column_faults(table, one.of, what, nullable=False)
    if one.term:
        yield from _column_faults(one.table, TERM[0], f"the term of {what}", nullable=False)
        yield from _column_faults(one.table, TERM[1], f"the term of {what}")
    elif set(TERM) & set(_columns(one.table).keys()):
        yield f"{what}: table {one.table.__tablename__} has a term that does not count"


def _column_faults(model: Model, column: str, what: str, *, nullable: bool = True) -> Iterator[str]:
    found = _columns(model).get(column)
    if found is None:
        yield f"{what}: table {model.__tablename__} has no column {column!r}"
    elif not nullable and found.nullable:
        yield f"{what}: column {column!r} of table {model.__tablename__} must be NOT NULL"
    elif found.type.__visit_name__.upper() not in COMPARED:
        yield f"{what}: column {column!r} of table {model.__tablename__} is of a type that no decision compares"


def gather(found: Iterable[tuple[Room, ResourceDeclaration]]) -> Mapping[str, Resource]:
    """Resources by name. Raises UnsoundResources with every fault of all of them."""
    made: dict[str, Resource] = {}
    faults: list[str] = []
    for room, declared in found:
        if declared.name in made:
            faults.append(f"{room.path}/access_facts.py: another resource is called {declared.name!r} already")
            continue
        try:
            made[declared.name] = resource_of(declared, room.path)
        except UnsoundResources as unsound:
            faults += unsound.faults
    for one in made.values():
        for action, name in one.declared.taken_upon.items():
            faults += [
                f"{one.room}/access_facts.py: {one.name}: {fault}" for fault in _taken_upon(one, action, made.get(name))
            ]
    if faults:
        raise UnsoundResources(faults)
    return made


def _taken_upon(resource: Resource, action: str, other: Resource | None) -> Iterator[str]:
    if action not in resource.actions:
        yield f"{action!r} is none of its actions"
    if other is None:
        yield f"{action!r} is taken upon a resource that nobody declares"
    elif resource.relationships or not set(resource.columns) <= set(other.columns):
        yield f"{action!r} is taken upon {other.name}, which does not have all of its facts"


RESOURCES: Mapping[str, Resource] = gather((room, one) for room in rooms() for one in room.declared)


def columns(resource: str, alias: str, owner: str = "owner") -> Columns:
    """The resource's columns under a table alias, keyed by column name (`{"town_id": "t.town_id", "id": "t.id" …}`).

    `id` and `county_id` are always there, and whatever else relationships are reached through. `owner` is the alias of
    the row that this one is part of.
    """
    found = RESOURCES[resource]
    names = {COUNTY, "id", *found.columns.values(), *(one.of for one in found.relationships.values())}
    return {
        name: f"{owner}.{name.removeprefix(OF_OWNER)}" if name.startswith(OF_OWNER) else f"{alias}.{name}"
        for name in sorted(names)
    }
