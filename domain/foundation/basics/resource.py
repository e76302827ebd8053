"""How a room declares what access to its rows may depend on: plain data, from which authz derives both evaluators.

A declaration names columns of the room's own tables, by their models. What may be NULL, and of which type a column is,
the tables say themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

READ = "read"
CORE = "core"
ONLY_CORE = frozenset({CORE})

Model = Any
"""A mapped class: what counts of it is its table."""


@dataclass(frozen=True, slots=True)
class RelatedRows:
    """Rows of another table that relate people or organisations to the resource's row, in the same county.

    `key` is their column that names the resource's row by its column `of`; `columns` is what decisions may look at.
    `term`: they count from `valid_from` on and before `valid_until`, which are then among what decisions look at.
    `naming`: the column without which a row relates nobody (a party without account) and is not looked at; whatever
    asks about such a relationship must ask by it.
    """

    name: str
    table: Model
    key: str
    columns: tuple[str, ...]
    of: str = "id"
    term: bool = True
    naming: str | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """The row of another table that the resource's rows are part of: `key` names it, `facts` are columns of it."""

    table: Model
    key: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherTable:
    """Another table whose rows are of the same resource; `lacks` are the facts that it does not keep."""

    table: Model
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ResourceDeclaration:
    """Something that the policy speaks of.

    `actions`: what can be done to it, each with the field groups that policy rows may name. `columns`: fact -> column of
    the row; the county is a fact of every row and not said again. `key`: the column by which commands name the row,
    None where they name none.

    `changing` says whether facts of a row ever change: then it is locked before they are read for a command.
    `taken_upon`: of actions that make a row of this resource out of another's (an organisation becomes a committee), the
    resource whose row they name; it must have the same facts.
    `whole_story`: the field group that opens all that happened to a row. To whom it is closed, versions of the row count
    only what they are told of; a grant says so.
    """

    name: str
    table: Model
    actions: Mapping[str, frozenset[str]]
    columns: Mapping[str, str] = field(default_factory=dict)
    related: tuple[RelatedRows, ...] = ()
    whole: Whole | None = None
    other_tables: tuple[OtherTable, ...] = ()
    key: str | None = "id"
    changing: bool = True
    taken_upon: Mapping[str, str] = field(default_factory=dict)
    whole_story: str | None = None


def same_name(*names: str) -> dict[str, str]:
    """Facts that are called as their columns are."""
    return {name: name for name in names}


PLACE = same_name("town_id", "community_id", "grid_id")
"""The level columns of a row's place, by which areas are tested."""


def resource_in_place(name: str, table: Model, actions: Iterable[str], *groups: str) -> ResourceDeclaration:
    """Rows of a kind of work of which access asks no more than where they lie and who registered them.

    `actions`: those upon a row beside reading it; `groups`: the field groups that reading knows beside the core.
    """
    readable = {READ: frozenset({CORE, *groups})}
    columns = PLACE | same_name("registered_by")
    return ResourceDeclaration(name, table, readable | dict.fromkeys(actions, ONLY_CORE), columns)
