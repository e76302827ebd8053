"""Closed sets as GraphQL enums: the domain's own classes, and what a view can be sorted and grouped by."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import strawberry

from domain.codes.loader import words
from domain.foundation.query.expressions import list_of
from domain.foundation.query.members import first_line

Values = TypeVar("Values", bound=StrEnum)
DEFINITION = "__strawberry_definition__"


@cache
def _words() -> Mapping[tuple[str, str], str]:
    return words()


def closed_set(values: type[Values]) -> type[Values]:
    """The domain's own class, made known to the schema once: Strawberry keeps its definition on the class itself.

    Its description is the first line of its docstring; each value's words come from labels.csv, or words.csv.
    """
    if DEFINITION not in values.__dict__:
        listing = list_of(values)
        _define(values, first_line(values), {one: _words().get((listing, one.value)) for one in values})
    return values


def choice(name: str, description: str, values: Mapping[str, str]) -> type[StrEnum]:
    """An enum of a view's names, each with its description: its orderings, its dimensions."""
    made = StrEnum(name, {value.upper(): value for value in values})  # type: ignore[misc]
    _define(made, description, {one: values[one.value] for one in made})
    return made


def _define(values: type[StrEnum], description: str, said: Mapping[Any, str | None]) -> None:
    strawberry.enum(values, description=description)
    for one, member in zip(values.__dict__[DEFINITION].values, values, strict=True):
        one.description = said[member]


class OrderDirection(StrEnum):
    """Which way to sort 排序方向"""

    ASC = "asc"
    DESC = "desc"
