"""Reporting duties open by themselves: when violence is suspected against somebody who cannot speak up alone."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import CaseAction
from domain.foundation.basics.calendar import WorkingCalendar
from domain.foundation.basics.ids import new_id
from domain.foundation.database.statements import Statement
from domain.foundation.outbox.service import record
from domain.law.deadlines.wiring import CaseEvent
from domain.law.report_duties.codes import DutyRecipient
from domain.law.report_duties.models import ReportDuty

# After these it may be known for the first time that somebody is in danger.
TELLING = frozenset({CaseAction.REGISTER, CaseAction.ENTRUST, CaseAction.PROTECT, CaseAction.RECORD_MEASURE})

# DV1 (反家庭暴力法 14): suspected violence against a person without full capacity, or with limited capacity.
# MIN1 (未成年人保护法 11): a minor harmed; police, civil affairs and education are told.
DUTIES: tuple[tuple[DutyRecipient, str, bool], ...] = (
    (DutyRecipient.POLICE, "DV1", False),
    (DutyRecipient.CIVIL_AFFAIRS, "MIN1", True),
    (DutyRecipient.EDUCATION, "MIN1", True),
)
"""Whom to tell, by which rule, and whether only for a minor."""

_IN_DANGER = Statement("""
SELECT coalesce(bool_or(p.minor), false) AS minor, coalesce(bool_or(p.minor OR p.disabled), false) AS vulnerable
FROM dispute_case c JOIN case_party p ON p.county_id = c.county_id AND p.case_id = c.id
WHERE c.county_id = :county AND c.id = :case AND c.violence_suspected
""")


async def react_to_case(session: AsyncSession, event: CaseEvent, _calendar: WorkingCalendar) -> None:
    """Open the duties that what happened brings; one that is there already stays as it is."""
    if event.action not in TELLING or not event.violence_suspected:
        return
    danger = await _IN_DANGER.first(session, county=event.county_id, case=event.case_id)
    for recipient, rule, only_minors in DUTIES:
        if danger["minor" if only_minors else "vulnerable"]:
            opened = await session.scalar(
                insert(ReportDuty)
                .values(
                    county_id=event.county_id,
                    id=new_id(),
                    case_id=event.case_id,
                    recipient=recipient.value,
                    rule=rule,
                    opened_at=event.at,
                )
                .on_conflict_do_nothing()
                .returning(ReportDuty.id)
            )
            if opened is not None:
                record(
                    session,
                    county_id=event.county_id,
                    topic="duty.opened",
                    subject_id=opened,
                    payload={"case": str(event.case_id), "recipient": recipient.value, "rule": rule},
                    at=event.at,
                )
