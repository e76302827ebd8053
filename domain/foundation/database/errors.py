"""Errors of the database, made fit to be logged: values are personal data."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError

# serialization_failure, deadlock_detected, lock_not_available: nothing was done, and a repeat may succeed.
_RETRYABLE = frozenset({"40001", "40P01", "55P03"})

# Connection exceptions, admin_shutdown and its like, system errors, internal errors: of a COMMIT they leave open what became
# of it. Any other error is the database's own word that nothing was kept.
_LEAVES_OPEN = ("08", "57P", "58", "XX")

# PostgreSQL shows the failing row or key below the message, asyncpg a parameter it cannot encode within it.
_VALUES = re.compile(r"(?:\n(?:DETAIL|CONTEXT|HINT):|(?<=query argument \$)\d+:).*", re.DOTALL)


class OutcomeUnknown(Exception):  # noqa: N818 - said of the transaction
    """The connection was lost while a transaction was committed: whether it was, cannot be told from here."""


def leaves_open(error: Exception) -> bool:
    """Whether a COMMIT that failed with this may have been carried out all the same."""
    state = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    return state is None or state.startswith(_LEAVES_OPEN)


def is_retryable(error: BaseException) -> bool:
    """Whether the database gave up a transaction that may succeed when run again from its beginning."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return getattr(origin, "sqlstate", None) in _RETRYABLE


def without_values(error: BaseException | None) -> None:
    """Cut the values from an error and from those it came from, before anybody can log it."""
    while error is not None:
        error.args = tuple(_VALUES.sub("", part) if isinstance(part, str) else part for part in error.args)
        if getattr(error, "detail", None) is not None and not isinstance(error, DBAPIError):
            error.detail = None  # type: ignore[attr-defined]
        error = getattr(error, "orig", None) or error.__cause__
