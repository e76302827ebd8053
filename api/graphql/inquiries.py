"""Root fields that no statement of a view answers: Python asks the database, under the caller's own policy."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from api.graphql.callers import StaleAccess
from authz.enforcer import Policies, Policy
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import DomainError
from domain.foundation.database.session import Engine, Session, unit_of_work
from domain.foundation.query.fill import project
from domain.foundation.query.run import Reader
from domain.foundation.query.selection import Given, Selected, Variables
from domain.foundation.query.statement import ReadRefused
from domain.tenancy.stamps import access_stamp


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Who asks, and what there is to answer with: one transaction, within the caller's counties."""

    actor: Actor
    policy: Policy
    policies: Policies
    session: Session
    reader: Reader
    clock: Clock


Answers = Callable[[Inquiry, Mapping[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A root field that is answered so. `cost`: in the points of limits."""

    answer: Answers
    cost: int


@dataclass(frozen=True, slots=True)
class Inquiries:
    """Answers such root fields for one process."""

    engine: Engine
    policies: Policies
    reader: Reader
    clock: Clock

    async def answer(self, asked: Asked, selected: Selected, variables: Variables, actor: Actor) -> bytes:
        """The answer as JSON. Raises StaleAccess where who may see what has changed, and ReadRefused for a refusal."""
        given = {
            _snake(name): one.source(variables) for name, one in selected.arguments.items() if isinstance(one, Given)
        }
        try:
            async with unit_of_work(self.engine, actor.counties) as session:
                inquiry = Inquiry(actor, self.policies.of(actor), self.policies, session, self.reader, self.clock)
                made = await asked.answer(inquiry, given)
                # Asked last, as of what was read: an answer under a policy that is no more is not given.
                if await access_stamp(session, actor.county_id) != actor.stamp:
                    raise StaleAccess
        except ReadRefused:
            raise
        except DomainError as refused:
            raise ReadRefused(refused.message, code=refused.code) from refused
        return orjson.dumps(project(made, selected.below))


def _snake(name: str) -> str:
    """An argument's name as Python writes it."""
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)
