"""Running one command of a mutation: through the gate, by its service, in one transaction; and making its payload."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import strawberry

from api.cases import inputs, payloads
from api.context import Change, Context, Done, Reference, Refusal, case_reference
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused, refused
from authz.gate import Gate
from domain.codes.enums import CaseAction
from domain.database.session import Session
from domain.kernel.errors import DomainError

Info = strawberry.Info[Any, Any]
Service = Callable[..., Awaitable[Any]]
Success = TypeVar("Success", bound=payloads.CaseChanged)


async def change(
    info: Info, given: inputs.CaseChange, action: CaseAction, service: Service, success: type[Success]
) -> Success | RuleRefused | Forbidden | NotFound | InvalidInput:
    """Run one action upon a case: through the gate, by the service, in one transaction; and make its payload."""
    context = cast("Context", info.context)

    async def work(session: Session, gate: Gate) -> Done:
        grant = await gate.require(session, "case", action, given.key)
        done = await service(session, grant, given.command(), clock=context.clock)  # type: ignore[attr-defined]
        return Done(done.id, {})

    return await perform(context, info.field_name, given, work, success)


async def perform(
    context: Context, name: str, given: inputs.Change, work: Change, success: type[Success]
) -> Success | RuleRefused | Forbidden | NotFound | InvalidInput:
    """Run a command and make its payload, or the problem that stands in its place."""
    try:
        case_id = given.key if isinstance(given, inputs.CaseChange) else None
    except DomainError as error:
        return refused(Refusal(error, None), given.client_mutation_id)
    outcome = await context.perform(name, given.idempotency_key, given, work, case_id)
    if isinstance(outcome, Refusal):
        return refused(outcome, given.client_mutation_id)
    told = {name: [Reference("case", id_) for id_ in ids] for name, ids in outcome.told.items()}
    return success(
        case=cast("Any", case_reference(outcome.case_id)), client_mutation_id=given.client_mutation_id, **told
    )
