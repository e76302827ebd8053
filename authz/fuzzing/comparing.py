"""Casbin's `enforce` and the compiled SQL, asked every question of a policy over every row of an invented world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from authz.enforcer import Policy
from authz.facts import Row
from authz.fuzzing.invented_rows import NOW
from authz.fuzzing.worlds import PLACED, World
from authz.reach import RoleAccess, actor_values, signature_of
from authz.resources import RESOURCES, columns
from domain.foundation.basics.actor import Actor
from domain.foundation.query.access import ActorValue

Question = tuple[str, str, str]
Truth = Callable[[Actor, Question, Row], bool]
"""What a third party says of a question."""
# Differences that are told one by one; of more the number says enough.
MOST_TOLD = 20

_PART = "{table} t JOIN dispute_case owner ON owner.county_id = t.county_id AND owner.id = t.case_id"
# Resource -> what its rows are read from; notes and session records are two tables of one resource.
TABLES = {
    "case": ["dispute_case t"],
    "organisation": ["organisation t"],
    "user": ["app_user t"],
    "note": [_PART.format(table="case_note"), _PART.format(table="case_session")],
    "party": [_PART.format(table="case_party")],
    # Its days have no id, and its only fact is whose they are: any row of the county stands for one.
    "calendar": ["organisation t"],
    "committee": ["mediation_committee t"],
    "mediator": ["mediator t"],
    "policy": ["policy_revision t"],
} | {name: [f"{RESOURCES[name].declared.table.__tablename__} t"] for name in PLACED}


@dataclass
class Tally:
    """What was compared, and where the two evaluators differed from each other or from the truth."""

    checks: int = 0
    allowed: int = 0
    differences: int = 0
    untrue: int = 0
    told: list[str] = field(default_factory=list)


class Values:
    """Binds the caller's values for one statement."""

    def __init__(self, given: Any) -> None:
        self._given = given
        self._numbers: dict[str, int] = {}
        self.bound: list[Any] = []

    def __call__(self, value: ActorValue) -> str:
        if value.path not in self._numbers:
            self.bound.append(self._given[value.path])
            self._numbers[value.path] = len(self.bound)
        return f"${self._numbers[value.path]}"


async def compare(
    connection: Any,
    world: World,
    policy: Policy,
    actor: Actor,
    tally: Tally,
    *,
    truth: Truth | None = None,
    access: RoleAccess | None = None,
) -> RoleAccess:
    """Ask every question, over every row of the world. Row-level security does not bind the administrator's connection.

    `truth`: what a third party says. `access`: what was compiled for another caller of the same shape.
    """
    # Not access_of: what is compiled here must not be left to others.
    access = access or RoleAccess(policy, signature_of(policy, actor))
    for name, table in ((name, table) for name, tables in TABLES.items() for table in tables):
        questions = [(act, group) for act, groups in RESOURCES[name].actions.items() for group in sorted(groups)]
        answers = await _answers(connection, world, access, actor, name, table)
        rows = world.rows(name)
        if set(answers) != {key for key, _ in rows}:
            message = f"the rows of {table} are not those of the world"
            raise AssertionError(message)
        for key, row in rows:
            masks, keeps = answers[key][: len(questions)], answers[key][len(questions) :]
            for question, mask, keep in zip(questions, masks, keeps, strict=True):
                decided = policy.enforce(actor, str(row.county_id), name, *question, row, NOW)
                tally.checks += 1
                tally.allowed += decided
                # Exactly true or false: NULL is neither.
                if mask is not decided or keep is not decided:
                    tally.differences += 1
                    if len(tally.told) < MOST_TOLD:
                        tally.told.append(
                            f"seed {world.seed}: {name} {' '.join(question)} of {key}: enforce {decided}, SQL {mask}/{keep}"
                        )
                if truth is not None:
                    tally.untrue += decided is not truth(actor, (name, *question), row)
    return access


async def _answers(
    connection: Any, world: World, access: RoleAccess, actor: Actor, name: str, table: str
) -> Mapping[UUID, list[Any]]:
    """By the id of each row, for each question: what is selected beside a row, then whether a WHERE clause keeps it."""
    questions = [(act, group) for act, groups in RESOURCES[name].actions.items() for group in sorted(groups)]
    bind, names = Values(actor_values(actor, NOW)), columns(name, "t")
    masks = [access.predicate(name, *question).sql(names, bind) for question in questions]
    filters = [access.predicate(name, *question).where_sql(names, bind) for question in questions]
    kept = [f"exists (select 1 where {text})" for text in filters]
    counties = f"t.county_id in ({', '.join(map(str, world.counties))})"
    found = await connection.fetch(f"select t.id, {', '.join(masks + kept)} from {table} where {counties}", *bind.bound)
    return {one[0]: list(one)[1:] for one in found}
