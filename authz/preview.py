"""What another policy would change: for a role, how many cases of which kind its holders would gain or lose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from authz.enforcer import Policy
from authz.policy_file import PolicyRow
from authz.reach import access_of, actor_values
from authz.resources import CORE, READ, RESOURCES, columns
from domain.foundation.basics.actor import Actor
from domain.foundation.database.statements import Statement
from domain.foundation.query.access import ActorValue

CASE = "case"
SAMPLES = 3
Question = tuple[str, str]
"""Action and field group, of a case."""


@dataclass(frozen=True, slots=True)
class KindChange:
    """Of one kind of dispute (its code and its word): how many cases some holder gains, how many some holder loses."""

    kind: str
    label: str
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """What changes of one question for the holders of one role, with cases that the one who asks sees."""

    action: str
    field_group: str
    kinds: tuple[KindChange, ...]
    gained: tuple[UUID, ...]
    lost: tuple[UUID, ...]


def changed_rows(before: Policy, after: Policy) -> frozenset[PolicyRow]:
    """Rows that stand in one of them alone."""
    return frozenset(before.rows) ^ frozenset(after.rows)


def concerned_roles(policy: Policy, rows: Sequence[PolicyRow] | frozenset[PolicyRow]) -> tuple[str, ...]:
    """The roles that rows speak of, with those that inherit them."""
    named = {row.role for row in rows}
    return tuple(sorted(role for role, held in policy.closure.items() if held & named))


def concerned_questions(rows: Sequence[PolicyRow] | frozenset[PolicyRow]) -> tuple[Question, ...]:
    """What rows decide of cases; whoever loses the core loses the rest with it, which is not said again."""
    actions = RESOURCES[CASE].actions
    return tuple(
        sorted(
            {
                (str(row.act), group)
                for row in rows
                if row.obj == CASE
                for group in (actions[row.act] if row.fg == "*" else [row.fg])
            }
        )
    )


class _Binder:
    """Names the values of several callers in one statement."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._given: dict[str, Any] = {}
        self._prefix = ""

    def of(self, actor: Actor, now: datetime) -> _Binder:
        """From here on, this caller's."""
        self._prefix = f"a{len(self.values)}_"
        self._given = dict(actor_values(actor, now))
        return self

    def __call__(self, value: ActorValue) -> str:
        name = self._prefix + value.path.replace(".", "_")
        self.values[name] = self._given[value.path]
        return f"CAST(:{name} AS {value.sql_type})"


def _may(policy: Policy, actor: Actor, question: Question, binder: _Binder) -> str:
    """SQL: the caller may, of a case `t`: what they do not see they may do nothing with. Never NULL."""
    access, names = access_of(policy, actor), columns(CASE, "t")
    asked = dict.fromkeys([(READ, CORE), question])
    return " AND ".join(access.predicate(CASE, *one).sql(names, binder) for one in asked)


async def compare_cases(
    session: AsyncSession,
    policies: tuple[Policy, Policy],
    holders: Sequence[Actor],
    asker: tuple[Policy, Actor],
    question: Question,
    county: int,
    now: datetime,
) -> QuestionChange:
    """What the second policy changes for these holders together: counted in the database, over the county's cases."""
    before, after = policies
    binder = _Binder()
    binder.values |= {"county": county, "samples": SAMPLES}
    gains, losses = [], []
    for holder in holders:
        binder.of(holder, now)
        had, has = (_may(policy, holder, question, binder) for policy in (before, after))
        gains.append(f"(({has}) AND NOT ({had}))")
        losses.append(f"(({had}) AND NOT ({has}))")
    binder.of(asker[1], now)
    seen = _may(asker[0], asker[1], (READ, CORE), binder)
    sql = f"""
    WITH changed AS MATERIALIZED (
      SELECT t.id, left(t.type_code, 2) AS kind, ({" OR ".join(gains)}) AS gained, ({" OR ".join(losses)}) AS lost, ({seen}) AS seen
      FROM dispute_case t WHERE t.county_id = CAST(:county AS int))
    SELECT c.kind, coalesce((SELECT d.label FROM dispute_type d WHERE d.code = c.kind), c.kind) AS label,
      count(*) FILTER (WHERE c.gained) AS gained, count(*) FILTER (WHERE c.lost) AS lost,
      (array_agg(c.id ORDER BY c.id) FILTER (WHERE c.gained AND c.seen))[1:CAST(:samples AS int)] AS gained_samples,
      (array_agg(c.id ORDER BY c.id) FILTER (WHERE c.lost AND c.seen))[1:CAST(:samples AS int)] AS lost_samples
    FROM changed c WHERE c.gained OR c.lost GROUP BY c.kind ORDER BY c.kind
    """
    rows = await Statement(sql).rows(session, **binder.values)
    kinds = tuple(KindChange(one["kind"], one["label"], one["gained"], one["lost"]) for one in rows)
    gained, lost = (tuple(_first(rows, f"{name}_samples")) for name in ("gained", "lost"))
    return QuestionChange(*question, kinds=kinds, gained=gained, lost=lost)


def _first(rows: Sequence[Any], name: str) -> Iterator[UUID]:
    found = [one for row in rows for one in row[name] or ()]
    yield from found[:SAMPLES]
