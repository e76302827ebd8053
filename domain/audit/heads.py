"""The heads of the chains, kept apart from the database: a file that is only added to, a line for each head that was seen.

Whoever cuts a chain's end, or makes it anew, must also change this file, which can lie on another machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a county's chain, as it was at a moment."""

    county_id: int
    position: int
    hash: bytes
    at: datetime

    def __str__(self) -> str:
        return f"{self.county_id} {self.position} {self.hash.hex()} {self.at.isoformat()}"


def keep(path: Path, head: Head) -> None:
    """Add a head to the file; returns when it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{head}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def kept(path: Path, county_id: int) -> dict[int, bytes]:
    """The hashes of a county's heads by position; empty where there is no file. ValueError for a line that is none."""
    if not path.exists():
        return {}
    found: dict[int, bytes] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        match line.split():
            case [county, position, hashed, _at]:
                if int(county) == county_id:
                    found[int(position)] = bytes.fromhex(hashed)
            case _:
                message = f"{path}: line {number} is no head"
                raise ValueError(message)
    return found
