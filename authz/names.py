"""The names that policy rows use: a scope or a condition, its meaning in a sentence, and its one definition in atoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from authz.predicate import Alternatives
from authz.resources import Resource
from authz.shape import NumberedMembership

Definition = Callable[[NumberedMembership, Resource], Alternatives]
"""What a name comes to for a membership and a resource; both evaluators take it from here."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A definition, and the facts that a resource must have for it."""

    needs: frozenset[str]
    define: Definition


@dataclass(frozen=True, slots=True)
class Name:
    """A scope or condition. Of its meanings the first counts whose facts the resource has."""

    name: str
    sentence: str
    meanings: tuple[Meaning, ...]

    def meaning_for(self, resource: Resource) -> Meaning | None:
        """What it means of this resource; None if the resource lacks the facts."""
        return next((one for one in self.meanings if one.needs <= resource.facts), None)


def meaning(define: Definition, *needs: str) -> Meaning:
    """A definition with the facts that it needs. The county is a fact of every row."""
    return Meaning(frozenset(needs), define)


def by_name(*entries: Name) -> Mapping[str, Name]:
    """Entries by name."""
    return {entry.name: entry for entry in entries}
