"""What can be read: views, declared beside the tables, from which the compiler makes statements and the API its schema.

A view says nothing of GraphQL and nothing of people. It names what can be read of one row of a table, the field group
that policy must grant for each, how to reach other views, and where reads begin; each of it once, with its description.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from domain.foundation.query.lists import (
    Dimension,
    Filter,
    Measure,
    Ordering,
    Rollup,
)
from domain.foundation.query.members import (
    Expression,
    Join,
    Member,
    ToMany,
    ToOne,
)
from domain.foundation.query.node_ids import Identity, id_member
from domain.foundation.query.roots import CORE, Figures, Listing, Lookup, Own, Root


class Named(Protocol):
    """Anything that is declared under a name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def by_name(*declared: T | Iterable[T]) -> dict[str, T]:
    """Declarations in order, by their names. Some helpers make two of them: a value and its label."""
    found: dict[str, T] = {}
    for one in declared:
        for each in one if isinstance(one, tuple) else (one,):
            if each.name in found:
                message = f"{each.name} is declared twice"
                raise ValueError(message)
            found[each.name] = each
    return found


@dataclass(frozen=True, slots=True)
class Owner:
    """A view whose rows are part of another view's row: seen only when that row is, by that row's field groups.

    `join` ties a part to its whole, `parts` a whole to its parts (see `belongs_to`).
    """

    view: str
    join: Join
    parts: Join | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Which parts of a whole are seen, by whichever way they are reached: in a list, by their ids, through another part.

    `under`: the field group of the whole without which none is. `besides`: another that is needed as well, `unless`
    this holds of the part. `only`: parts of which this does not hold nobody sees. `part`: another part of the same whole
    that each belongs to, as that one reaches them: they are seen only where it is.
    """

    under: str = CORE
    besides: str | None = None
    unless: Expression = lambda _t: "FALSE"
    only: Expression | None = None
    part: tuple[str, Join] | None = None


@dataclass(frozen=True, slots=True)
class Concrete:
    """One of several types that the rows of a view are of: the rows for which `holds` does, with members of its own."""

    description: str
    holds: Expression
    members: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One readable resource.

    `type_name` is the name of its rows' type, by default the view's own in capitals; `description` what the schema
    says of it. `resource` names it in the policy; None with `open_because` for what anybody signed in may read. A part
    of another view's row (`owner`) says which of them are `seen`. It may have a resource too: then policy also decides
    which of the parts are seen, and each of `own_groups` is open where either the whole's row or the part's own opens it.
    `sensitive` are field groups of which every reading is recorded, of the row and of its parts: see `Row.reveal`.
    `prefix` begins its global ids, which its rows then have as `id`; None for rows that are no Node. `identity` names
    the columns of which such an id is made, where it is not `key` alone.
    `tenant` is False for reference tables, which have no county.
    `types` are the concrete types of a view whose rows are of several; what none of them names, they share.
    `roots` are the fields of the query that begin here, by name. `default_order` is an ordering and whether it descends:
    by default the first one, and it does not.
    """

    name: str
    description: str
    table: str
    members: Mapping[str, Member]
    type_name: str = ""
    resource: str | None = None
    owner: Owner | None = None
    seen: Seen | None = None
    own_groups: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    open_because: str | None = None
    prefix: str | None = None
    tenant: bool = True
    key: str = "id"
    key_type: str = "uuid"
    identity: Identity = ()
    roots: Mapping[str, Root] = field(default_factory=dict)
    orderings: Mapping[str, Ordering] = field(default_factory=dict)
    default_order: tuple[str, bool] = ("", False)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    # What measures are made of: a condition upon a row each. The first holds for every row.
    counts: Mapping[str, Expression] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    rollup: Rollup | None = None
    types: Mapping[str, Concrete] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a view of which nobody said who may read it, and add what follows from the rest."""
        decided = self.resource is not None or self.owner is not None
        if decided is (self.open_because is not None):
            message = f"view {self.name}: either resource, owner or both must be given, or open_because"
            raise ValueError(message)
        if (self.owner is None) is not (self.seen is None):
            message = f"view {self.name}: a part, and nothing else, says which of them are seen (seen=)"
            raise ValueError(message)
        begun = [name for name, root in self.roots.items() if not isinstance(root, Listing | Lookup)]
        if self.owner is not None and begun:
            message = (
                f"view {self.name}: of parts there are lists and look-ups, which bring their whole; not {begun[0]}"
            )
            raise ValueError(message)
        if self.own_groups and (self.resource is None or self.owner is None):
            message = f"view {self.name}: own groups are for a part that has a resource of its own"
            raise ValueError(message)
        if not self.type_name:
            object.__setattr__(self, "type_name", "".join(word.capitalize() for word in self.name.split("_")))
        if not self.default_order[0]:
            object.__setattr__(self, "default_order", (next(iter(self.orderings), "id"), False))
        if not self.identity:
            object.__setattr__(self, "identity", ((self.key, self.key_type),))
        if self.prefix is not None:
            members = {"id": id_member(self.prefix, self.identity), **self.members}
            object.__setattr__(self, "members", members)

    @property
    def listing(self) -> Listing | None:
        """The root field that lists its rows, if there is one."""
        return next((root for root in self.roots.values() if isinstance(root, Listing)), None)

    @property
    def of_caller(self) -> bool:
        """Whether of its rows, which are users, the caller's own is the only one that is ever read."""
        return any(isinstance(root, Own) for root in self.roots.values())

    @property
    def noun(self) -> str:
        """The word that begins the names of the types about its lists and figures, such as Case in CaseFilter."""
        return (self.listing.noun if self.listing is not None else "") or self.type_name

    @property
    def key_type_name(self) -> str:
        """The name of the type of a group's keys in its figures."""
        named = (root.key_type for root in self.roots.values() if isinstance(root, Figures))
        return next(named, "") or f"{self.noun}FigureKey"


def tie_of(target: View, member: ToOne | ToMany) -> Join:
    """How a relation reaches the rows of its view: by its own join, or as the whole reaches its parts."""
    tie = member.join or (target.owner.parts if target.owner is not None else None)
    assert tie is not None, "the catalogue has seen to it"
    return tie


def order_of(target: View, member: ToMany) -> tuple[str, bool]:
    """The ordering of a relation's rows, and whether it descends: the relation's own, or that of their view."""
    return target.default_order if member.order is None else (member.order, member.descending)


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
                if not isinstance(member, ToOne | ToMany):
                    continue
                self._check(view, name, member.view)
                target = self._views[member.view]
                order = order_of(target, member)[0] if isinstance(member, ToMany) else member.latest
                if order is not None and order not in target.orderings:
                    message = f"{view.name}.{name}: {member.view} has no ordering {order}"
                    raise ValueError(message)
                if member.join is None and (target.owner is None or target.owner.view != view.name):
                    message = f"{view.name}.{name}: {member.view} does not belong to it, so it needs a join"
                    raise ValueError(message)
                if isinstance(member, ToMany) and target.owner is not None and not self.shares_whole(view, target):
                    message = f"{view.name}.{name}: a list of {member.view} begins at its whole, or at a part of that"
                    raise ValueError(message)
            self._check_seen(view)

    def _check(self, view: View, name: str, target: str) -> None:
        if target not in self._views:
            message = f"{view.name}.{name}: there is no view {target}"
            raise ValueError(message)

    def _check_seen(self, view: View) -> None:
        """Refuse a part that is seen with what is no part of the same whole, or with itself."""
        met, one = {view.name}, view
        while one.seen is not None and one.seen.part is not None:
            name = one.seen.part[0]
            self._check(view, "seen", name)
            one = self._views[name]
            if name in met or one.owner is None or not self.shares_whole(view, one):
                message = f"{view.name}.seen: {name} is no other part of the same whole"
                raise ValueError(message)
            met.add(name)

    def shares_whole(self, one: View, part: View) -> bool:
        """Whether a view's rows are the whole that a part's belong to, or parts of it as well."""
        assert part.owner is not None
        return (one.name if one.owner is None else one.owner.view) == part.owner.view

    def needed_for(self, view: View) -> tuple[str, ...]:
        """The field groups of the whole without which none of its parts of this view is seen."""
        found: dict[str, None] = {}
        seen = view.seen
        while seen is not None:
            found[seen.under] = None
            seen = None if seen.part is None else self._views[seen.part[0]].seen
        return tuple(group for group in found if group != CORE)

    def needed_for_some(self, view: View) -> tuple[str, ...]:
        """The field groups without which some of them are not."""
        found: dict[str, None] = {}
        seen = view.seen
        while seen is not None:
            if seen.besides is not None:
                found[seen.besides] = None
            seen = None if seen.part is None else self._views[seen.part[0]].seen
        return tuple(found)

    def __getitem__(self, name: str) -> View:
        return self._views[name]

    def __iter__(self) -> Iterator[View]:
        return iter(self._views.values())

    def by_prefix(self, prefix: str) -> View | None:
        """The view whose global ids begin with this word."""
        return next((view for view in self._views.values() if view.prefix == prefix), None)
