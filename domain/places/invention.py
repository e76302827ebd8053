"""Inventing what a sample place needs, the same every time: identifiers, names, ID numbers, telephone numbers.

Nothing here is random. Everything is derived from the place's name and a key, so that loading twice makes
the same rows, whatever the Python version. Nobody real is meant: see `id_number` and `phone`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from domain.foundation.basics.identity_number import check_digit

_T = TypeVar("_T")


class Invention:
    """Derives things from `root` (a place's name) and a key of any parts; different keys are independent."""

    def __init__(self, root: str) -> None:
        self.root = root

    def number(self, low: int, high: int, *key: object) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self._bits(key) % (high - low + 1)

    def pick(self, options: Sequence[_T], *key: object) -> _T:
        """One of the options."""
        return options[self._bits(key) % len(options)]

    def identifier(self, at: datetime, *key: object) -> UUID:
        """An id with the shape and the order in time of a UUIDv7, whose other 74 bits come from the key."""
        milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
        bits = self._bits(key)
        value = milliseconds << 80 | 7 << 76 | (bits >> 62 & 0xFFF) << 64 | 0b10 << 62 | bits & (1 << 62) - 1
        return UUID(int=value)

    def name(self, surnames: Sequence[str], first: Sequence[str], second: Sequence[str], *key: object) -> str:
        """A Chinese name of two or (mostly) three characters."""
        given = self.pick(first, *key, "first")
        if self.number(0, 5, *key, "length"):
            given += self.pick(second, *key, "second")
        return self.pick(surnames, *key, "surname") + given

    def phone(self, prefix: str, *key: object) -> str:
        """A mobile number of eleven digits under a prefix kept for samples."""
        room = 11 - len(prefix)
        return f"{prefix}{self.number(0, 10**room - 1, *key, 'phone'):0{room}d}"

    def _bits(self, key: tuple[object, ...]) -> int:
        text = "\x1f".join((self.root, *map(str, key)))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())


def id_number(district: str, birth: date, sequence: int) -> str:
    """Eighteen characters with the right check digit (GB 11643).

    A sample place gives a `district` that was never assigned (440799), so the number can be nobody's.
    """
    body = f"{district}{birth:%Y%m%d}{sequence:03d}"
    return body + check_digit(body)
