"""Which rooms of the domain have something to say about access, and what they say.

A room is a folder with an `access_facts.py`, whose `RESOURCES` declare what the policy may speak of, and mostly with a
`policy.csv`, whose rows say who may do what to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from importlib.resources.abc import Traversable

from domain.kernel.resource import ResourceDeclaration

FACTS, POLICY = "access_facts.py", "policy.csv"
_TOP = "domain"
# Areas of the domain lie in it, and rooms in these.
_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Room:
    """One folder: `package` is its name for Python (`domain.cases`), `path` for people (`domain/cases`)."""

    package: str
    folder: Traversable

    @property
    def path(self) -> str:
        """The folder, as written in the repository."""
        return self.package.replace(".", "/")

    @property
    def declared(self) -> tuple[ResourceDeclaration, ...]:
        """The resources that the room declares; none if it has policy rows alone."""
        if not self.folder.joinpath(FACTS).is_file():
            return ()
        found: tuple[ResourceDeclaration, ...] = import_module(f"{self.package}.access_facts").RESOURCES
        return found

    @property
    def policy(self) -> Traversable:
        """The file of its policy rows, which need not exist."""
        return self.folder.joinpath(POLICY)


@cache
def rooms() -> tuple[Room, ...]:
    """Every room, in the order of their names."""
    return tuple(_found(_TOP, resources.files(_TOP), _DEPTH))


def _found(package: str, folder: Traversable, depth: int) -> Iterator[Room]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if not one.is_dir() or one.name.startswith(("_", ".")):
            continue
        name = f"{package}.{one.name}"
        if one.joinpath(FACTS).is_file() or one.joinpath(POLICY).is_file():
            yield Room(name, one)
        if depth > 1:
            yield from _found(name, one, depth - 1)
