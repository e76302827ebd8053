"""The lifecycle of a kind of work: which action leads from which status to which, as one table that a lawyer can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)

Transition = tuple[S | None, A, S]
"""From which status (None: there is nothing yet), by which action, to which status."""


def begins(action: A, to: S) -> tuple[Transition[S, A], ...]:
    """The action that something begins with, and its first status."""
    return ((None, action, to),)


def leads(action: A, *, to: S, out_of: Iterable[S]) -> tuple[Transition[S, A], ...]:
    """An action that leads out of each of these statuses to one."""
    return tuple((status, action, to) for status in out_of)


def stays(*actions: A, within: Iterable[S]) -> tuple[Transition[S, A], ...]:
    """Actions that are open in these statuses and change none of them."""
    statuses = tuple(within)
    return tuple((status, action, status) for action in actions for status in statuses)


class Lifecycle(Generic[S, A]):
    """Every transition of a kind; what is in no row of the table is not open."""

    def __init__(self, actions: type[A], *rows: tuple[Transition[S, A], ...]) -> None:
        """Put rows of `begins`, `leads` and `stays` together; ValueError for a pair that stands twice."""
        self.actions = actions
        found: dict[tuple[S | None, A], S] = {}
        for status, action, to in (transition for row in rows for transition in row):
            if (status, action) in found:
                message = f"{action} out of {status} stands twice in the lifecycle"
                raise ValueError(message)
            found[status, action] = to
        self.transitions: Mapping[tuple[S | None, A], S] = MappingProxyType(found)

    def status_after(self, status: S | None, action: A) -> S | None:
        """The status that `action` leads to from `status` (None: nothing yet); None if it is not open there."""
        return self.transitions.get((status, action))

    def actions_open_in(self, status: S | None) -> tuple[A, ...]:
        """The actions that the lifecycle allows in `status`, in the order of the enum. Rules may still forbid one."""
        return tuple(action for action in self.actions if (status, action) in self.transitions)

    @property
    def beginnings(self) -> frozenset[A]:
        """The actions that something begins with."""
        return frozenset(action for status, action in self.transitions if status is None)
