"""Object types, from views: each view's rows, the parts of them, and what computed members give."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import domain.registry  # noqa: F401 - the tables, which say the types of columns
from api.graphql.derived.made import (
    PAGING,
    Shown,
    annotation_of,
    arguments_of,
    bare,
    fill_class,
)
from api.graphql.fields import Connection, MaskedText, Node
from domain.foundation.query.members import (
    Computed,
    Field,
    Masked,
    Member,
    Part,
    ToMany,
    ToOne,
    dataclass_in,
    first_line,
    shown_fields,
)
from domain.foundation.query.tables import nullable, type_of
from domain.foundation.query.view import Catalogue, View
from domain.registry import CATALOGUE


class _Types:
    """The types of one catalogue: first every class, so that they can refer to each other, then what is in them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.by_name: dict[str, type] = {}
        self._catalogue = catalogue
        for view in catalogue:
            self._begin(view)
        for view in catalogue:
            self._finish(view)

    def _begin(self, view: View) -> None:
        base = (Node,) if view.prefix is not None else ()
        self._new(view.type_name, *base, __view__=view.name)

    def _new(self, name: str, *bases: type, **attributes: Any) -> type:
        if name in self.by_name:
            message = f"two types are called {name}"
            raise ValueError(message)
        self.by_name[name] = bare(name, *bases, **attributes)
        return self.by_name[name]

    def _finish(self, view: View) -> None:
        shown = {name: self._show(view, member) for name, member in view.members.items() if name != "id"}
        own = {name for concrete in view.types.values() for name in concrete.members}
        row = self.by_name[view.type_name]
        shared = {name: one for name, one in shown.items() if name not in own}
        fill_class(row, view.description, shared, interface=bool(view.types))
        for name, concrete in view.types.items():
            own_fields = {member: one for member, one in shown.items() if member in concrete.members}
            fill_class(self._new(name, row, __view__=view.name), concrete.description, own_fields)

    def _show(self, view: View, member: Member) -> Shown:
        annotation = self._annotation(view, member)
        if nullable(view, member):
            annotation = annotation | None
        heard: tuple[Any, ...] = PAGING if isinstance(member, ToMany) and member.paged else ()
        if isinstance(member, Computed):
            heard = arguments_of(member.takes)
        return Shown(annotation, member.description, heard)

    def _annotation(self, view: View, member: Member) -> Any:
        match member:
            case Field():
                return annotation_of(type_of(view, member))
            case Computed():
                return annotation_of(member.type, lambda hint: self._result(hint, member.type_name))
            case Masked():
                return MaskedText
            case Part():
                inner = {name: self._show(view, one) for name, one in member.members.items()}
                return fill_class(self._new(member.type_name), member.about, inner)
            case ToOne():
                return self._row(member.view)
            case ToMany():
                row: Any = self._row(member.view)
                return Connection[row] if member.paged else list[row]

    def _row(self, view: str) -> type:
        return self.by_name[self._catalogue[view].type_name]

    def _result(self, hint: Any, name: str = "") -> type:
        """The type of a dataclass that a computed member gives, described by the first line of its docstring."""
        result: Any = dataclass_in(hint)
        name = name or result.__name__
        if name not in self.by_name:
            made = self._new(name, __of__=hint)
            shown = {
                one.name: Shown(annotation_of(one.type, self._result), one.description) for one in shown_fields(hint)
            }
            fill_class(made, first_line(result), shown)
        elif getattr(self.by_name[name], "__of__", None) != hint:
            message = f"two types are called {name}: give one of them a type_name"
            raise ValueError(message)
        return self.by_name[name]


@cache
def object_types() -> Mapping[str, type]:
    """Every object type and interface that follows from a view, by its GraphQL name, in the order of the alphabet."""
    made = _Types(CATALOGUE).by_name
    return {name: made[name] for name in sorted(made)}


def type_named(name: str) -> Any:
    """The type of that GraphQL name. Raises LookupError where no view makes one."""
    if name not in object_types():
        message = f"no view makes a type {name}"
        raise LookupError(message)
    return object_types()[name]
