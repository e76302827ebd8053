"""What a caller selected, free of GraphQL: fields, their arguments, and what is selected below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.foundation.basics.errors import DomainError

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A scalar argument: its value in the request being compiled, and how to find it in any other request.

    Only a value's presence may shape a statement, unless the plan's key holds the value itself. `fixed`: it stands in the
    document, and is the same in every request.
    """

    value: Any
    source: Callable[[Variables], Any]
    fixed: bool = False


Argument = Given | Mapping[str, "Argument"] | list["Argument"] | None
"""A scalar, an input object, a list of input objects, or an explicit null. (Lists of scalars are one Given.)"""


@dataclass(frozen=True, slots=True)
class Selected:
    """One field of the answer: under which key, which member, with what below, by concrete type name."""

    key: str
    name: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    below: Mapping[str, tuple[Selected, ...]] = field(default_factory=dict)
    # Why a root field cannot be answered as it was asked; nothing else of it is then known.
    refused: DomainError | None = None

    def only(self) -> tuple[Selected, ...]:
        """What is selected below a field whose type is one object type."""
        (selected,) = self.below.values()
        return selected

    def child(self, type_name: str) -> tuple[Selected, ...]:
        """What is selected below for rows of that type."""
        return self.below.get(type_name, ())
