"""A mapping that forgets: what was asked for lately stays, the rest goes, and a look costs next to nothing."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most so many values by their keys, in two generations.

    When the younger is full it becomes the older, and the older is forgotten; what is asked for in the older moves
    into the younger. So whatever is asked for at least once in `size / 2` new keys stays. An exact order of use, which
    libraries keep, costs each look ten times as much: here every request makes several.
    """

    __slots__ = ("_half", "_old", "_young")

    def __init__(self, size: int) -> None:
        """`size`: how many values at most, two or more."""
        self._half = max(1, size // 2)
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The value, or None."""
        found = self._young.get(key)
        # Looked up once: another thread may make the older generation another one meanwhile.
        if found is None and (found := self._old.get(key)) is not None:
            self[key] = found
        return found

    def __setitem__(self, key: K, value: V) -> None:
        """Keep a value, which is not None."""
        if len(self._young) >= self._half and key not in self._young:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def pop(self, key: K) -> None:
        """Forget one, if it is there."""
        self._young.pop(key, None)
        self._old.pop(key, None)

    def __len__(self) -> int:
        """How many are kept; one that has moved counts once."""
        return len(self._young.keys() | self._old.keys())
