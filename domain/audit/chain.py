"""The chain: what of an entry goes into its digest, and how each link follows from the one before. Plain hashing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from domain.audit.entries import COLUMNS

BEGINNING = bytes(32)
"""What stands before a county's first link."""

SEALED = ("transaction", *COLUMNS)
"""The columns of an entry that its digest covers: all of them."""


def digest_of(entry: Mapping[str, Any]) -> bytes:
    """The digest of an entry as the database gives it; `shown` as text."""
    return hashlib.sha256(orjson.dumps([_plain(entry[name]) for name in SEALED])).digest()


def link(before: bytes, digest: bytes) -> bytes:
    """The hash of a link."""
    return hashlib.sha256(before + digest).digest()


def _plain(value: Any) -> Any:
    # In one zone: which one a connection shows is its own affair.
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if value is None or isinstance(value, int) else str(value)


def cases_shown(shown: str) -> dict[str, str]:
    """Of what a reading showed, the cases by their keys, each with its field groups in order, spaces between."""
    found: dict[str, set[str]] = {}
    for _county, subject, groups in orjson.loads(shown):
        kind, _, key = subject.partition(":")
        if kind == "case":
            found.setdefault(key, set()).update(groups.split())
    return {key: " ".join(sorted(groups)) for key, groups in found.items()}
