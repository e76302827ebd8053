"""What a decision may look at: the facts of one row, and who asks."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from cachetools import LRUCache

from authz.resources import COUNTY, OF_OWNER, RESOURCES, Resource
from authz.shape import MembershipShape, NumberedMembership, canonical, values_of
from domain.foundation.basics.actor import Actor, Membership
from domain.foundation.basics.ids import new_id
from domain.foundation.kernel.workflow import Place


class Row(Protocol):
    """The facts of one row: its columns by name, and the rows that each relationship has for it, by their columns.

    Columns of the whole that the row is part of have `owner.` before them.
    """

    @property
    def county_id(self) -> int: ...
    @property
    def columns(self) -> Mapping[str, Any]: ...
    @property
    def related(self) -> Mapping[str, Sequence[Mapping[str, Any]]]: ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Facts:
    """The facts of a row, or of one that is to be made. Ids, flags and terms only: no personal data, printed or kept."""

    resource: Resource
    columns: Mapping[str, Any]
    related: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def county_id(self) -> int:
        """The county that the row never leaves."""
        found: int = self.columns[COUNTY]
        return found

    def __repr__(self) -> str:
        return f"Facts({self.resource.name} {self.columns.get('id')})"

    def fact(self, name: str) -> Any:
        """A fact that is a column, by the name that the resource gives it; None if it has no such fact."""
        column = self.resource.columns.get(name)
        return None if column is None else self.columns[column]

    def taken_as(self, resource: Resource) -> Facts:
        """The same facts as another resource names them: of a row that would be made of this one."""
        own = self.resource.columns
        return Facts(resource, {column: self.columns[own[fact]] for fact, column in resource.columns.items()})

    def part(self, resource: Resource, own: Mapping[str, Any]) -> Facts:
        """The facts of a part of this row: its own, by name, and what the whole tells of it."""
        told = {
            column: self.columns[column.removeprefix(OF_OWNER)]
            for column in resource.columns.values()
            if column.startswith(OF_OWNER)
        }
        columns = _own_columns(resource, {COUNTY: self.county_id, **own}, key=None)
        return Facts(resource, columns | told, {name: self.related[name] for name in resource.relationships})


def new_facts(name: str, /, **facts: Any) -> Facts:
    """The facts of a row that is to be made, by their names: related to nobody, no flag set that is not given.

    Raises ValueError for a fact that the resource does not have, or one that must be known and is not given.
    """
    resource = RESOURCES[name]
    columns = _own_columns(resource, facts, key=resource.declared.key)
    return Facts(resource, columns, dict.fromkeys(resource.relationships, ()))


def facts_in_county(name: str, county_id: int) -> Facts:
    """The facts of a row that is to be made, of which no more counts than whose it is."""
    key = RESOURCES[name].declared.key
    return new_facts(name, county_id=county_id, **({} if key is None else {key: new_id()}))


def facts_in_place(name: str, actor: Actor, place: Place, **more: Any) -> Facts:
    """The facts of a row that somebody registers in a place: with an id of its own, and what else is given."""
    return new_facts(
        name,
        county_id=actor.county_id,
        id=new_id(),
        registered_by=actor.user_id,
        town_id=place.town_id,
        community_id=place.community_id,
        grid_id=place.grid_id,
        **more,
    )


def _own_columns(resource: Resource, given: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """Columns of the row itself, by the facts given; with a key of None, of a row that has none yet."""
    own = {fact: column for fact, column in resource.columns.items() if not column.startswith(OF_OWNER)}
    if unknown := given.keys() - own.keys():
        message = f"{resource.name} has no such facts: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    found = {column: given.get(fact) for fact, column in own.items()}
    for column in resource.never_null & found.keys():
        if found[column] is None and (key is not None or column != resource.declared.key):
            if resource.column_of(column).type.python_type is not bool:
                message = f"of {resource.name} the column {column} must be known"
                raise ValueError(message)
            found[column] = False
    return found


@dataclass(frozen=True, slots=True)
class Asking:
    """One membership of whoever asks, as atoms are asked of it: its shape, and the values of its paths.

    `kept` is for what others work out of the shape; it is the same for all memberships of one shape.
    """

    membership: Membership
    numbered: NumberedMembership
    kept: dict[Any, Any]
    values: Mapping[str, Any]


@lru_cache(4096)
def _of_shape(shape: MembershipShape) -> tuple[NumberedMembership, dict[Any, Any]]:
    """A membership as if its holder had no other: one decision tries them one by one."""
    return NumberedMembership(shape, 0, shared_county=True), {}


# By identity, which is quick; an entry holds its actor, so that no other can have the same.
_KNOWN: LRUCache[int, tuple[Actor, tuple[Asking, ...]]] = LRUCache(10_000)
_LOCK = threading.Lock()


def _asking(actor: Actor) -> tuple[Asking, ...]:
    """Every membership of an actor, in canonical order, with all values but the moment."""
    with _LOCK:
        found = _KNOWN.get(id(actor))
    if found is None or found[0] is not actor:
        made = tuple(
            Asking(one, *_of_shape(MembershipShape.of(one)), {**values_of(one, 0), "user": actor.user_id})
            for one in canonical(actor.memberships)
        )
        found = (actor, made)
        with _LOCK:
            _KNOWN[id(actor)] = found
    return found[1]


class Subject:
    """Who asks, and when. Prints as the user's id alone, so that no log line can carry a name.

    `memberships` are those that count at that moment, in canonical order.
    """

    __slots__ = ("_acting", "actor", "memberships", "now")

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.now = now
        self.memberships = tuple(
            Asking(one.membership, one.numbered, one.kept, {**one.values, "now": now})
            for one in _asking(actor)
            if (until := one.membership.valid_until) is None or now < until
        )
        self._acting: Subject | None = None

    def counting(self, *, to_allow: bool) -> Subject:
        """Whose memberships count: all of them to deny; to allow, where the caller acts as one of them, that one alone."""
        if self.actor.acting is None or not to_allow:
            return self
        if self._acting is None:
            self._acting = copy(self)
            self._acting.memberships = tuple(one for one in self.memberships if one.membership.id == self.actor.acting)
        return self._acting

    def __repr__(self) -> str:
        return f"Subject({self.actor.user_id})"
