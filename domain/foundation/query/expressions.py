"""The words in which views are written: columns, closed sets with their labels, relations, masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from domain.codes.loader import list_of
from domain.foundation.query.members import (
    Computed,
    Expression,
    Field,
    Join,
    Masked,
    MemberArgument,
    Part,
    ToMany,
    ToOne,
)
from domain.foundation.query.roots import CORE
from domain.foundation.query.view import Owner, Seen, by_name

NOW = "$1::timestamptz"
"""The moment of the request, in an expression of a view: what a compiled statement binds first. One clock decides of
access and of what is read, and it is not the database's."""


def column(
    name: str,
    description: str,
    group: str = CORE,
    *,
    column: str | None = None,
    nullable: bool | None = None,
    otherwise: Expression | None = None,
) -> Field:
    """A column as it is, of the name of the member unless another is given; its type is the table's.

    `otherwise`: what is shown in its place to whom the field group is closed.
    """
    held = column or name
    return Field(
        name=name, description=description, group=group, nullable=nullable, column=held,
        sql=lambda t: f"{t}.{held}", otherwise=otherwise,
    )  # fmt: skip


def expression(
    name: str, type_: Any, description: str, sql: Expression, group: str = CORE, *, nullable: bool | None = None
) -> Field:
    """A scalar that SQL works out of the row."""
    return Field(name=name, type=type_, description=description, group=group, nullable=nullable, sql=sql)


def enum(
    name: str,
    values: type[StrEnum],
    description: str,
    group: str = CORE,
    *,
    label: str | None = None,
    column: str | None = None,
    sql: Expression | None = None,
    nullable: bool | None = None,
) -> tuple[Field, ...]:
    """A closed set's value as the API writes it, and beside it as `<name>_label` its Chinese word.

    `label` is the label's description where the usual one does not fit. `sql` gives the code where no column holds it.
    """
    held = column or (name if sql is None else None)
    code: Expression = sql or (lambda t: f"{t}.{held}")
    value = Field(
        name=name,
        type=values,
        description=description,
        group=group,
        nullable=nullable,
        column=held,
        sql=lambda t: f"upper({code(t)})",
    )
    listing = list_of(values)
    word = Field(
        name=f"{name}_label",
        type=str,
        description=label or _label_description(name, description),
        group=group,
        nullable=nullable,
        column=held,
        sql=lambda t: label_of(listing, code(t)),
    )
    return (value, word)


def _label_description(name: str, description: str) -> str:
    """The Chinese term is the description's last word."""
    return f"The {name.rpartition('_')[2]}'s Chinese word {description.rpartition(' ')[2]}名称"


def label_of(listing: str, value: str) -> str:
    """SQL for the Chinese label of a code."""
    return f"(SELECT l.label FROM code_label l WHERE l.list = '{listing}' AND l.code = {value})"


def masked_text(
    name: str, description: str, group: str, mask: Callable[[str], str] | None = None, partly: str | None = None
) -> Masked:
    """A protected text column: whole to `group`; its mask to those to whom `partly` is open (CORE: all); else hidden."""
    return Masked(
        name=name, description=description, group=group, sql=lambda t: f"{t}.{name}", mask=mask, partly=partly
    )


def to_one(
    name: str,
    view: str,
    description: str,
    group: str = CORE,
    *,
    by: str | None = None,
    join: Join | None = None,
    nullable: bool | None = None,
    besides: str = CORE,
) -> ToOne:
    """The row of another view whose id the column `by` holds: unless given, `<name>_id`, or `<name>` of who did it.

    `join` where the tie is another one; `besides`: a field group that must be open as well.
    """
    held = by or (name if name.endswith("_by") else f"{name}_id")
    tie = join or refers_to(held)
    return ToOne(
        name=name, description=description, group=group, nullable=nullable, view=view, join=tie, besides=besides
    )


def place() -> tuple[ToOne, ToOne, ToOne]:
    """Where the row lies."""
    return (
        to_one("town", "organisation", "Town 镇街"),
        to_one("community", "organisation", "Village or community 村社区"),
        to_one("grid", "organisation", "Grid 网格"),
    )


def to_part(name: str, view: str, description: str, group: str = CORE, *, latest: str | None = None) -> ToOne:
    """The one part that a row has of a view that belongs to its own; of several the last in the ordering `latest`."""
    return ToOne(name=name, description=description, group=group, view=view, latest=latest)


def to_many(
    name: str,
    view: str,
    description: str,
    group: str = CORE,
    *,
    join: Join | None = None,
    order: str | None = None,
    descending: bool = False,
    nullable: bool | None = None,
) -> ToMany:
    """The rows of another view that belong to this one, or that `join` ties to it, as a list."""
    return ToMany(
        name=name, description=description, group=group, nullable=nullable,
        view=view, join=join, order=order, descending=descending,
    )  # fmt: skip


def to_page(
    name: str,
    view: str,
    description: str,
    group: str = CORE,
    *,
    join: Join | None = None,
    order: str | None = None,
    descending: bool = False,
    needed: str = CORE,
    nullable: bool | None = None,
) -> ToMany:
    """The same as a connection, through which callers page. `needed`: a group without which a row is not shown."""
    return ToMany(
        name=name, description=description, group=group, nullable=nullable,
        view=view, join=join, order=order, descending=descending, needed=needed, paged=True,
    )  # fmt: skip


def computed_field(
    name: str,
    type_: Any,
    description: str,
    facts: Callable[[str, Callable[[str, str], str]], str],
    fill: Callable[[Any], Any],
    group: str = CORE,
    *,
    type_name: str = "",
    takes: tuple[MemberArgument, ...] = (),
    narrow: Callable[[Mapping[str, Any]], Computed] | None = None,
    nullable: bool | None = None,
) -> Computed:
    """A value that Python makes of `facts`: a scalar, an object of a dataclass, or a list of such.

    `type_name` where the schema calls the dataclass otherwise. `takes`, `narrow`: what it can be asked with.
    """
    return Computed(
        name=name, description=description, group=group, nullable=nullable,
        type=type_, type_name=type_name, facts=facts, fill=fill, takes=takes, narrow=narrow,
    )  # fmt: skip


def part(
    name: str,
    type_name: str,
    description: str,
    *members: Field | tuple[Field, ...],
    about: str,
    present: Expression,
    group: str = CORE,
) -> Part:
    """Some scalars of the row as an object of their own, null where `present` does not hold."""
    return Part(
        name=name, description=description, group=group, nullable=True,
        type_name=type_name, about=about, members=by_name(*members), present=present,
    )  # fmt: skip


def same_county(mine: str, theirs: str) -> Join:
    """A tie within the county: this row's column equals the other's."""
    return lambda t, u: f"{u}.county_id = {t}.county_id AND {u}.{theirs} = {t}.{mine}"


def refers_to(name: str) -> Join:
    """A tie to the row whose id a column holds."""
    return same_county(name, "id")


def part_of(name: str) -> Join:
    """A tie to the rows that hold this row's id in a column."""
    return same_county("id", name)


def belongs_to(view: str, by: str | None = None) -> Owner:
    """Rows that are part of another view's row: the one whose id the column `by` holds, `<view>_id` unless given."""
    held = by or f"{view}_id"
    return Owner(view, same_county(held, "id"), same_county("id", held))


def seen_under(
    group: str, *, besides: str | None = None, unless: Expression | None = None, only: Expression | None = None
) -> Seen:
    """Parts are seen, by whichever way, with this field group of their whole: with CORE, whenever the whole is.

    `besides`: another that is needed as well, `unless` this holds of the part. `only`: of the rows these alone, by anybody.
    """
    return Seen(group, besides, unless or (lambda _t: "FALSE"), only)


def seen_with(part: str, by: str, *, under: str = CORE, besides: str | None = None) -> Seen:
    """Parts are seen where the part of that view is whose id the column `by` holds, and with these field groups."""
    return Seen(under, besides, part=(part, part_of(by)))


def mask_name(value: str) -> str:
    """张三丰 as 张**: the first character, and as many stars as make its length, at most four."""
    return f"left({value}, 1) || repeat('*', least(greatest(char_length({value}) - 1, 1), 4))"


def mask_phone(value: str) -> str:
    """13812345678 as 138****5678; anything shorter than eleven digits is all stars, and nothing is nothing."""
    shown = f"left({value}, 3) || '****' || right({value}, 4)"
    return f"CASE WHEN char_length({value}) >= 11 THEN {shown} WHEN {value} IS NOT NULL THEN '****' END"


def mask_id_number(value: str) -> str:
    """An ID number as its province and city, and stars: nothing of the birth date or the serial."""
    return f"left({value}, 4) || repeat('*', greatest(char_length({value}) - 4, 1))"
