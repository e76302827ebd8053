"""What a mutation has at hand: the caller, the gate, one transaction; and what becomes of refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, is_dataclass
from enum import Enum
from typing import Any
from uuid import UUID

import orjson

from api.graphql.callers import StaleAccess
from authz.enforcer import Policies
from authz.gate import Gate
from domain.audit.writer import AuditWriter
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import DomainError
from domain.foundation.database.session import (
    Engine,
    OutcomeUnknown,
    Session,
    is_retryable,
    trial,
    unit_of_work,
)
from domain.foundation.idempotency import service as idempotency
from domain.tenancy.stamps import access_stamp

# A transaction that the database gave up (a deadlock, a lock not had in time) is repeated so often.
REPEATS = 3


@dataclass(frozen=True, slots=True)
class History:
    """The entries of a row's timeline with a version above this one, oldest first. `member`: the timeline's name."""

    member: str
    after: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A row that a payload shows: read back through the compiled path when the caller selected it.

    With `member`, only the row's member of the same name as the payload's field is shown; with `history`, only those
    entries of its timeline.
    """

    view: str
    id: str
    member: bool = False
    history: History | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A command that changed something: the id of what it changed, and what else its payload tells."""

    subject_id: UUID
    told: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that changed nothing: why, and upon which row, if its kind tells what may be done instead."""

    error: DomainError
    upon: Reference | None


Change = Callable[[Session, Gate], Awaitable[Done]]


@dataclass(frozen=True, slots=True)
class Context:
    """One request's commands."""

    actor: Actor
    engine: Engine
    policies: Policies
    clock: Clock
    audit: AuditWriter

    async def perform(
        self,
        mutation: str,
        key: str | None,
        given: Any,
        change: Change,
        upon: Reference | None = None,
        *,
        dry_run: bool = False,
    ) -> Done | Refusal:
        """Run one command in one transaction: all of it, or, when it is refused or fails, none of it.

        With an idempotency key, a repeat within 24 hours is answered with what the first did, and does nothing.
        `change` asks `require_fresh` before it changes anything. `given` is the whole input, whose digest tells a repeat
        from another request under the same key.
        With `dry_run` it is judged to the end and then undone; the key is neither looked at nor used up.
        Raises StaleAccess, and OutcomeUnknown where the connection was lost in the commit and a repeat by the key, which
        is harmless, could not find out either.
        """
        unknown: OutcomeUnknown | None = None
        for attempt in range(REPEATS):
            try:
                return await (self._try(change) if dry_run else self._change_once(mutation, key, given, change))
            except DomainError as error:
                return Refusal(error, upon)
            except OutcomeUnknown as error:
                if attempt == REPEATS - 1 or key is None:
                    raise
                unknown = error
            except Exception as error:
                if attempt < REPEATS - 1 and is_retryable(error):
                    continue
                if unknown is not None:
                    raise unknown from error
                raise
        raise AssertionError  # the last attempt returns or raises

    async def _change_once(self, mutation: str, key: str | None, given: Any, change: Change) -> Done:
        async with unit_of_work(self.engine, self.actor.counties) as session:
            if key is None:
                return await change(session, self._gate())
            digest = digest_of(mutation, given)
            earlier = await idempotency.claim(
                session, self.actor, key=key, mutation=mutation, request_digest=digest, now=self.clock()
            )
            if earlier is not None:
                await self.require_fresh(session)
                return Done(UUID(earlier.outcome["case"]), dict(earlier.outcome["told"]))
            done = await change(session, self._gate())
            outcome = {"case": str(done.subject_id), "told": done.told}
            await idempotency.remember(session, self.actor, key=key, outcome=outcome)
            return done

    async def _try(self, change: Change) -> Done:
        async with trial(self.engine, self.actor.counties) as session:
            return await change(session, self._gate())

    async def require_fresh(self, session: Session) -> None:
        """Raise ActorStale if who may do what has changed since the actor was read.

        Asked in the command's own transaction when the gate has answered, and so has waited for whatever it locks: a
        role that was revoked meanwhile does nothing more.
        """
        if await access_stamp(session, self.actor.county_id) != self.actor.stamp:
            raise StaleAccess

    def _gate(self) -> Gate:
        return Gate(self.policies.of(self.actor), self.actor, self.clock)


def digest_of(mutation: str, given: Any) -> bytes:
    """A digest of a request's input, the same for the same input."""
    packed = orjson.dumps([mutation, _plain(given)], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(packed).digest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
