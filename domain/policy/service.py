"""A county's own policy rows: proposed, agreed to by a second person, put in force by a system administrator.

What rows may say is decided by whoever evaluates them, who hands the judgement in (`faults_of`): here nobody knows more
of a row than its words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.foundation.basics.checking import takes_checked
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.errors import Fault, Forbidden, InvalidInput, NotFound
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.ids import global_id, new_id
from domain.foundation.kernel.workflow import announce, check_grant
from domain.policy import changes
from domain.policy.changes import Revision, Row
from domain.policy.codes import PolicyStepKind
from domain.policy.commands import ApplyPolicy, ApprovePolicy, ProposePolicy, RevertPolicy
from domain.policy.models import PolicyRevision, PolicyRow, PolicyStep

FaultsOf = Callable[[str, Row], Sequence[str]]
"""What is wrong with a row that somebody of this role proposes, a Chinese sentence each."""
APPROVE, APPLY = PolicyStepKind


@dataclass(frozen=True, slots=True)
class Change:
    """What a command tells of the revision that it made or moved."""

    id: UUID
    number: int

    @property
    def policy_revision_id(self) -> str:
        """Its global id."""
        return global_id("policy_revision", self.id)


@takes_checked
async def propose(
    session: AsyncSession, grant: Grant, command: ProposePolicy, *, clock: Clock, faults_of: FaultsOf
) -> Change:
    """Keep what somebody proposes; nothing is in force by that.

    Raises InvalidInput for rows that a county, or whoever proposes them, may not have, or where another
    revision is in force than they are based on.
    """
    check_grant(grant, "propose")
    return await _propose(session, grant, [one.values for one in command.rows], command, clock, faults_of)


@takes_checked
async def revert(
    session: AsyncSession, grant: Grant, command: RevertPolicy, *, clock: Clock, faults_of: FaultsOf
) -> Change:
    """Propose the rows of an earlier revision again. Raises as `propose`, and InvalidInput for one that there is not."""
    check_grant(grant, "revert")
    rows: Sequence[Row] = ()
    if command.number:
        found = await changes.revision_of_number(session, grant.county_id, command.number)
        if found is None or APPLY not in found.steps:
            raise InvalidInput("没有启用过该序号的规则", "no such revision was ever in force", field="number")
        rows = found.rows
    return await _propose(session, grant, rows, command, clock, faults_of, command.number)


@takes_checked
async def approve(
    session: AsyncSession,
    grant: Grant,
    command: ApprovePolicy,  # noqa: ARG001 - says nothing besides the revision
    *,
    clock: Clock,
    faults_of: FaultsOf,
) -> Change:
    """Agree to a revision as the second person. Raises Forbidden for whoever proposed it."""
    check_grant(grant, "approve")
    found = await _open(session, grant)
    if found.proposed_by == grant.actor.user_id:
        raise Forbidden("提出人不能复核自己提出的规则变更", code="SECOND_PERSON")
    if APPROVE in found.steps:
        raise InvalidInput("该规则变更已经复核", "approved already", field="policyRevisionId", code="ALREADY_DONE")
    _judge(found, faults_of)
    return _step(session, grant, found, APPROVE, clock, None)


@takes_checked
async def apply(
    session: AsyncSession,
    grant: Grant,
    command: ApplyPolicy,  # noqa: ARG001 - says nothing besides the revision
    *,
    clock: Clock,
    faults_of: FaultsOf,
) -> Change:
    """Put a revision in force, from the next request on.

    Raises Forbidden until a second person agreed to it, and for that person; InvalidInput for rows that are not sound any
    more, or where another revision is in force than they were based on. The old one then stays.
    """
    check_grant(grant, "apply")
    found = await _open(session, grant)
    agreed = found.steps.get(APPROVE)
    if agreed is None or agreed.by in {grant.actor.user_id, found.proposed_by}:
        raise Forbidden("规则变更须经提出人、启用人以外的第二人复核同意后启用", code="SECOND_PERSON")
    _judge(found, faults_of)
    number, times = await changes.in_force(session, grant.county_id)
    if number != found.based_on:
        raise _stale(number, "policyRevisionId")
    return _step(session, grant, found, APPLY, clock, times + 1)


async def _propose(
    session: AsyncSession,
    grant: Grant,
    rows: Sequence[Row],
    command: ProposePolicy | RevertPolicy,
    clock: Clock,
    faults_of: FaultsOf,
    restores: int | None = None,
) -> Change:
    role, now = grant.membership.role, clock()
    faults = [
        Fault(f"rows.{index}", fault, fault, "POLICY_ROW")
        for index, row in enumerate(rows)
        for fault in [*faults_of(role, row), *(["与前面的规则重复"] if row in rows[:index] else [])]
    ]
    if faults:
        raise InvalidInput.of(faults)
    await changes.lock(session, grant.county_id)
    number, _ = await changes.in_force(session, grant.county_id)
    if number != command.replaces:
        raise _stale(number, "replaces")
    made = PolicyRevision(
        county_id=grant.county_id,
        id=new_id(),
        number=await changes.next_number(session, grant.county_id),
        based_on=number,
        restores=restores,
        reason=command.reason,
        proposed_at=now,
        proposed_by=grant.actor.user_id,
        proposed_as=role,
    )
    session.add(made)
    await session.flush()
    names = ("role", "resource", "action", "field_group", "scope", "condition", "effect")
    for ordinal, row in enumerate(rows, start=1):
        said = dict(zip(names, row, strict=True))
        session.add(PolicyRow(county_id=grant.county_id, id=new_id(), revision_id=made.id, ordinal=ordinal, **said))
    announce(session, grant, "policy.proposed", now)
    await session.flush()
    return Change(made.id, made.number)


async def _open(session: AsyncSession, grant: Grant) -> Revision:
    """The revision that the grant is upon, with the county's changes to oneself. Raises InvalidInput for one in force."""
    await changes.lock(session, grant.county_id)
    found = await changes.revision(session, grant.county_id, grant.subject_id)
    if found is None:
        raise NotFound
    if APPLY in found.steps:
        raise InvalidInput("该规则变更已经启用", "applied already", field="policyRevisionId", code="ALREADY_DONE")
    return found


def _stale(number: int | None, field: str) -> InvalidInput:
    now = "平台规则" if number is None else f"第{number}号"
    return InvalidInput(
        f"现行规则已是{now}，请在其基础上重新提出",
        "another revision is in force than it is based on",
        field=field,
        code="STALE_VERSION",
    )


def _judge(found: Revision, faults_of: FaultsOf) -> None:
    faults = [
        Fault("policyRevisionId", f"第{index}条：{fault}", f"row {index}: {fault}", "POLICY_ROW")
        for index, row in enumerate(found.rows, start=1)
        for fault in faults_of(found.proposed_as, row)
    ]
    if faults:
        raise InvalidInput.of(faults)


def _step(
    session: AsyncSession, grant: Grant, found: Revision, kind: PolicyStepKind, clock: Clock, in_force: int | None
) -> Change:
    now = clock()
    session.add(
        PolicyStep(
            county_id=grant.county_id,
            id=new_id(),
            revision_id=found.id,
            step=kind.value,
            in_force=in_force,
            taken_at=now,
            taken_by=grant.actor.user_id,
        )
    )
    announce(session, grant, f"policy.{'approved' if kind is APPROVE else 'applied'}", now)
    return Change(found.id, found.number)
