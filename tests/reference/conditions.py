"""How lists are narrowed and sorted, in plain Python over rows: the words in which tests/reference says it of each list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.reference.paging import Order
from tests.reference.rows import Row
from tests.reference.things import Asking, Thing

Test = Callable[[Asking, Row, Any], bool]


def key_in(value: str, prefix: str = "organisation") -> UUID | None:
    """The key in a global id; None, which nothing equals, in anything else."""
    head, _, tail = value.partition(":")
    try:
        return UUID(tail) if head == prefix else None
    except ValueError:
        return None


def names(column: str, prefix: str = "organisation") -> Test:
    """The column is the key in the id that is given."""
    return lambda _asking, row, value: row[column] is not None and row[column] == key_in(value, prefix)


def one_of(column: str) -> Test:
    """The column is one of the words of a closed set."""
    return lambda _asking, row, value: row[column] is not None and row[column].upper() in value


def in_place(_asking: Asking, row: Row, value: str) -> bool:
    """The row lies in the area, whatever its level."""
    key = key_in(value)
    return key is not None and key in (row["town_id"], row["community_id"], row["grid_id"])


def since(column: str) -> Test:
    """The moment is this one or later."""
    return lambda _asking, row, value: row[column] >= datetime.fromisoformat(value)


def before(column: str) -> Test:
    """The moment is before this one."""
    return lambda _asking, row, value: row[column] < datetime.fromisoformat(value)


def sorted_by(*columns: str, like: Any, last: Any = None) -> dict[str, tuple[Callable[[Row], Any], Any]]:
    """Orders by columns; what is null sorts as `last`."""

    def of(name: str) -> Callable[[Row], Any]:
        return lambda row: last if row[name] is None else row[name]

    return {name: (of(name), like) for name in columns}


@dataclass(frozen=True)
class Listed:
    """A root field that lists rows: of which table, how each is shown, by what it is narrowed and sorted.

    `found` gives the row as a thing, or None where the caller does not see it. `default` is the order of who asks for
    none: its name, and whether it descends. `guarded`: conditions that tell of a field group, by name. `moments`:
    conditions that are moments. `needed`: the group of its case without which a part is not listed at all;
    `telling`: conditions and orders that tell of it.
    """

    table: str
    found: Callable[[Asking, Row], Thing | None]
    tests: Mapping[str, Test]
    orders: Mapping[str, tuple[Callable[[Row], Any], Any]]
    default: tuple[str, bool]
    guarded: Mapping[str, str] = field(default_factory=dict)
    moments: frozenset[str] = frozenset()
    needed: str = "core"
    telling: frozenset[str] = frozenset()

    def order(self, given: Mapping[str, Any] | None) -> Order:
        """How the list is sorted for an `orderBy`."""
        name, descending = self.default
        if given is not None:
            name, descending = given["field"].lower(), given["direction"] == "DESC"
        return Order(name, *self.orders[name], descending=descending)

    def things(self, asking: Asking, given: Mapping[str, Any] | None) -> list[Thing]:
        """What the caller sees of it that meets every condition given and not null."""
        conditions = [(self.tests[name], value) for name, value in (given or {}).items() if value is not None]
        rows = [
            row for row in asking.rows.all(self.table) if all(test(asking, row, value) for test, value in conditions)
        ]
        return [one for one in (self.found(asking, row) for row in rows) if one is not None]
