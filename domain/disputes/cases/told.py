"""What the parties of a case are told of its course, and how they count its versions.

A party sees the same of every case, whether or not somebody in it is protected: were anything closed only there, that
it is closed would tell of the protection. So whatever is done among those who work a case (joint handling, supervision,
risk, protection, notes) is told to no party of any case, and versions that a party sees do not count it.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction, ParticipantRelation
from domain.foundation.database.statements import Statement

_A = CaseAction

INTERNAL = "internal"
"""The field group of what is done among those who work a case: open with the case to all but its parties."""

# Each changes something that the parties see of the case, the status first of all.
TOLD = frozenset({
    _A.REGISTER, _A.ENTRUST, _A.ACCEPT, _A.ACCEPT_ENTRUSTMENT, _A.DECLINE, _A.RETURN_ENTRUSTMENT, _A.DISPATCH, _A.RETURN,
    _A.TAKE_ON, _A.REPLACE_MEDIATOR, _A.DECLARE_RECUSAL, _A.ADD_REPRESENTATIVE, _A.EXTEND_DEADLINE, _A.PAUSE, _A.RESUME,
    _A.AGREE, _A.SIGN, _A.FAIL, _A.WITHDRAW, _A.MEDIATE_AGAIN, _A.APPLY_CONFIRMATION, _A.SUPPLY_MATERIAL,
    _A.ACCEPT_CONFIRMATION, _A.EXTEND_CONFIRMATION, _A.RULE_CONFIRMATION, _A.WITHDRAW_CONFIRMATION, _A.PERFORM, _A.BREACH,
    _A.APPLY_ENFORCEMENT, _A.FULFIL, _A.NOTIFY_POLICE, _A.ANSWER_POLICE_NOTICE, _A.REFER_TO_COURT, _A.CLOSE, _A.REOPEN,
    _A.ARCHIVE,
})  # fmt: skip
"""Actions of which the parties are told."""

UNTOLD = frozenset({
    _A.ASSESS_RISK, _A.ACKNOWLEDGE_RISK, _A.CALL, _A.RESPOND_TO_CALL, _A.CONCLUDE_CALL, _A.OPEN_SUPERVISION,
    _A.ANSWER_SUPERVISION, _A.CLOSE_SUPERVISION, _A.PROTECT, _A.RECORD_MEASURE, _A.FULFIL_DUTY, _A.SEND_CLUE,
    _A.ACKNOWLEDGE_CLUE, _A.FOLLOW_UP,
    # Whoever a note or a session is for finds it in its own list: that there is one tells the others of it.
    _A.ADD_NOTE, _A.HOLD_SESSION,
})  # fmt: skip
"""Actions of which they are not."""

_TOLD = ", ".join(f"'{action}'" for action in sorted(TOLD))


def is_told(t: str) -> str:
    """SQL: whether the parties are told of what an entry of the timeline records."""
    return f"{t}.action IN ({_TOLD})"


def version_told(t: str) -> str:
    """SQL: the version of a case as its parties count it, by what they were told."""
    return (
        "(SELECT count(*)::int FROM case_timeline e"
        f" WHERE e.county_id = {t}.county_id AND e.case_id = {t}.id AND {is_told('e')})"
    )


def entry_told(t: str) -> str:
    """SQL: the same of an entry of the timeline: of those that parties are told of, which it is."""
    return (
        "(SELECT count(*)::int FROM case_timeline e"
        f" WHERE e.county_id = {t}.county_id AND e.case_id = {t}.case_id AND e.version <= {t}.version"
        f" AND {is_told('e')})"
    )


def leads(t: str) -> str:
    """SQL: whether an organisation is on a case as its handler, whom the parties know."""
    return f"{t}.relation = '{ParticipantRelation.LEAD}'"


_VERSION_TOLD = Statement(
    f"SELECT {version_told('t')} AS version FROM dispute_case t WHERE t.county_id = :county AND t.id = :case"
)


async def count_told(session: AsyncSession, county_id: int, case_id: UUID) -> int:
    """The version of a case as its parties count it."""
    found = await _VERSION_TOLD.first(session, county=county_id, case=case_id)
    return int(found["version"])
