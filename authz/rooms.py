"""Which rooms of the domain have something to say about access, and what they say.

A room declares the resources that the policy may speak of (`access_facts.py`), and mostly has policy rows of its own
(`policy.csv`), which say who may do what to them; both it names in its `kind.py` or `room.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from domain.foundation.basics.resource import ResourceDeclaration
from domain.foundation.kernel.rooms import modules
from domain.registry import ROOMS


@dataclass(frozen=True, slots=True)
class Room:
    """One folder: `package` is its name for Python (`domain.tenancy`), `path` for people (`domain/tenancy`).

    `declared`: its resources; none if it has policy rows alone. `policy`: the file of its policy rows, if it has some.
    """

    package: str
    declared: tuple[ResourceDeclaration, ...] = ()
    policy: Traversable | None = None

    @property
    def path(self) -> str:
        """The folder, as written in the repository."""
        return self.package.replace(".", "/")


@cache
def rooms() -> tuple[Room, ...]:
    """Every room that has to do with access, in the order of their folders."""
    found = []
    for room in ROOMS:
        if room.resources or room.policy:
            package = modules()[room.name].rpartition(".")[0]
            policy = None if room.policy is None else files(package).joinpath(room.policy)
            found.append(Room(package, room.resources, policy))
    return tuple(sorted(found, key=lambda one: one.package))
