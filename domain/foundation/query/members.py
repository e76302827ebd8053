"""The members of a view: what of a row can be read, each declared once with all that is known of it.

From a member follow its SQL, the field group that policy must grant, and everything that the schema shows of it: its
name, its type, whether it may be null, its description. An expression is a function from a row's alias to SQL text;
it holds no values. Values always arrive as bound parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from domain.foundation.query.roots import CORE

Expression = Callable[[str], str]
"""Row alias -> SQL over that row."""

Join = Callable[[str, str], str]
"""(alias of this row, alias of the other) -> SQL that ties them, with `county_id` where both have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What every member says of itself: its name, and a description in English that ends with the Chinese term.

    `group` other than core makes it null for callers to whom policy does not grant the group. `nullable` is given only
    where the truth is another than what follows from the member (see `may_be_null`).
    """

    name: str
    description: str
    group: str = CORE
    nullable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Described):
    """One scalar: a Python type, a closed set, or a list of either. None: the type of the table's `column`.

    `otherwise` is what is shown in its place, not null, to whom its field group is closed.
    """

    sql: Expression
    otherwise: Expression | None = None
    type: Any = None
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked(Described):
    """A protected text, answered as { display, masked, reason }.

    In full where `group` is granted; as `mask` of the value where `partly` is; else nothing but that it is hidden,
    so that not even an absent value can be told from a hidden one.
    """

    sql: Expression
    mask: Callable[[str], str] | None = None
    partly: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToOne(Described):
    """The one row of another view that belongs to this one, or null: absent and out of reach look alike.

    Without a `join` it is the one of which this row is the owner.
    `latest` names an ordering of that view: of several rows that belong, the last one in it.
    `besides`: a field group that must be open as well.
    """

    view: str
    join: Join | None = None
    latest: str | None = None
    besides: str = CORE


@dataclass(frozen=True, slots=True, kw_only=True)
class ToMany(Described):
    """Rows of another view that belong to this one, in `order` (an ordering of that view), or else in that view's own.

    Without a `join` they are those of which this row is the owner. As a list it is cut at `cap`; `paged`, the caller's arguments page through it. `needed`: only rows on which the
    caller may read this field group, for a relation that would tell of it.
    """

    view: str
    join: Join | None = None
    order: str | None = None
    descending: bool = False
    paged: bool = False
    cap: int = 500
    needed: str = CORE


class MemberArgument(NamedTuple):
    """What a computed member can be asked with: a name, a type, and what the schema says of it. It may be left out."""

    name: str
    type: Any
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed(Described):
    """A member that needs Python: `facts` is SQL for what it needs, fetched in the same statement and only when selected.

    `facts(alias, may)` where `may(action, group)` is the compiled policy predicate over that row.
    `fill(facts)` makes the value: of the scalar type `type`, an object of that dataclass, or a list of such, which the
    schema calls by its class's name, or `type_name`.
    `takes`: what it can be asked with, and `narrow(given)` is the member for what was given. What is given shapes the
    statement, so each is a flag or of a closed set, or a list of such.
    """

    facts: Callable[[str, Callable[[str, str], str]], str]
    fill: Callable[[Any], Any]
    type: Any
    type_name: str = ""
    takes: tuple[MemberArgument, ...] = ()
    narrow: Callable[[Mapping[str, Any]], Computed] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Described):
    """Some scalars of the same row under one name, or null where `present` does not hold.

    `type_name` and `about` are the name and the description of the type that they make up.
    """

    type_name: str
    about: str
    members: Mapping[str, Field]
    present: Expression = lambda _t: "TRUE"


Member = Field | Masked | Part | ToOne | ToMany | Computed

SHOWN = "shown"


def shows(description: str, type_: Any = None) -> Any:
    """What the schema says of one field of a dataclass that a computed member gives; `type_` where it is not the hint."""
    return field(metadata={SHOWN: (description, type_)})


class ShownField(NamedTuple):
    """One field of what a computed member gives: its name, its type, what the schema says of it."""

    name: str
    type: Any
    description: str


def dataclass_in(hint: Any) -> type | None:
    """The dataclass that a hint is of, also where it is of something: `Availability[CaseAction]`."""
    found = get_origin(hint) or hint
    return found if isinstance(found, type) and is_dataclass(found) else None


def shown_fields(hint: Any) -> list[ShownField]:
    """The fields of a dataclass, what it is of written in."""
    class_ = dataclass_in(hint)
    assert class_ is not None
    of = dict(zip(getattr(class_, "__parameters__", ()), get_args(hint), strict=False))
    hints = get_type_hints(class_)
    found = []
    for one in fields(class_):
        description, type_ = one.metadata.get(SHOWN, ("", None))
        found.append(ShownField(one.name, type_ or of.get(hints[one.name], hints[one.name]), description))
    return found


def first_line(class_: type) -> str:
    """The first line of a class's docstring: what the schema says of a closed set, and of a computed member's type."""
    return (class_.__doc__ or "").partition("\n")[0]


def may_be_null(member: Member, column_may: bool) -> bool:
    """Whether a member may be null: behind a field group, where its column may be, and where it leads to one row."""
    if member.nullable is not None:
        return member.nullable
    # A mask is shown to everybody; of an absent value there is none.
    if isinstance(member, Field) and member.otherwise is not None:
        return column_may
    return member.group != CORE or isinstance(member, ToOne | Masked) or column_may
