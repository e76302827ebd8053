"""Identifiers: UUIDv7 within, opaque global ids (`case:0192…`) without."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

from uuid_utils.compat import uuid7

GlobalId = NewType("GlobalId", str)
"""What the API shows as a row's id."""


def new_id() -> UUID:
    """A fresh UUIDv7: unique, and ordered by time so that indexes grow at their end."""
    return uuid7()


def global_id(prefix: str, identifier: UUID) -> GlobalId:
    """The id the API shows for a row: its resource and its key."""
    return GlobalId(f"{prefix}:{identifier}")


def parse_global_id(value: str, prefix: str) -> UUID | None:
    """The key in a global id of that resource; None for anything else, which is then simply not found."""
    head, separator, tail = value.partition(":")
    if head != prefix or not separator:
        return None
    try:
        return UUID(tail)
    except ValueError:
        return None
