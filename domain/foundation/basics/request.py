"""Which request is being answered: the number that its answer, the server's log and the audit log have in common."""

from __future__ import annotations

from contextvars import ContextVar

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""None outside a request: in the worker, in an operator's tool."""
