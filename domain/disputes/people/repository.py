"""Looking up who stands for whom, and what ties mediators to parties."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.disputes.cases.models import Case, CaseMediator, CaseParty
from domain.disputes.cases.repository import LoadedCase
from domain.disputes.people.codes import RecusalRelation
from domain.disputes.people.models import CaseRecusal, CaseRepresentative

# An interest is in one dispute; kinship and acquaintance go with the person into the next.
LASTING = (RecusalRelation.NEAR_RELATIVE, RecusalRelation.OTHER)


# The register of mediators is read by name: its context knows cases, not the other way round. Whoever was dismissed
# is out until appointed again; whoever is on the register without an appointment that runs, has served their time.
# Who was never on it (the invited mediators of courts) is judged by their membership alone.
_OUT_OF_OFFICE = text("""
SELECT m.user_id, bool_or(m.dismissed_at IS NOT NULL AND NOT EXISTS (
    SELECT FROM mediator AS n WHERE n.county_id = m.county_id AND n.user_id = m.user_id
    AND n.dismissed_at IS NULL AND n.recorded_at > m.dismissed_at)) AS dismissed,
  NOT bool_or(m.dismissed_at IS NULL AND (m.ends_on IS NULL OR m.ends_on >= :today)) AS expired
FROM mediator AS m WHERE m.county_id = :county AND m.user_id = ANY (:users)
GROUP BY m.user_id
""")


async def find_out_of_office(
    session: AsyncSession, case: Case, users: Collection[UUID], today: date
) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Of these users, those dismissed as mediators (MED2), and the others whose appointments have all ended (MED3)."""
    asked = {"county": case.county_id, "users": list(users), "today": today}
    found = (await session.execute(_OUT_OF_OFFICE, asked)).all()
    dismissed = frozenset(row.user_id for row in found if row.dismissed)
    return dismissed, frozenset(row.user_id for row in found if row.expired) - dismissed


async def find_representatives(session: AsyncSession, case: Case, now: datetime) -> Sequence[CaseRepresentative]:
    """Whose term on the case has not ended."""
    found = await session.scalars(
        select(CaseRepresentative).where(
            CaseRepresentative.county_id == case.county_id,
            CaseRepresentative.case_id == case.id,
            or_(CaseRepresentative.valid_until.is_(None), CaseRepresentative.valid_until > now),
        )
    )
    return found.all()


async def has_mediated(session: AsyncSession, case: Case, user_id: UUID) -> bool:
    """Whether the user is, or was, a mediator of the case (MED5)."""
    found = await session.scalar(
        select(CaseMediator.id)
        .where(
            CaseMediator.county_id == case.county_id, CaseMediator.case_id == case.id, CaseMediator.user_id == user_id
        )
        .limit(1)
    )
    return found is not None


async def find_recusals(session: AsyncSession, case: Case, mediator_id: UUID) -> Sequence[CaseRecusal]:
    """Every ground declared about a mediator in this case."""
    found = await session.scalars(
        select(CaseRecusal).where(
            CaseRecusal.county_id == case.county_id,
            CaseRecusal.case_id == case.id,
            CaseRecusal.mediator_id == mediator_id,
        )
    )
    return found.all()


def is_lifted(recusal: CaseRecusal) -> bool:
    """Whether a ground stands in nobody's way: dismissed, or both sides consented."""
    return recusal.dismissed_at is not None or (
        recusal.applicant_consent_at is not None and recusal.respondent_consent_at is not None
    )


async def find_parties_among(
    session: AsyncSession, loaded: LoadedCase, users: Collection[UUID], now: datetime
) -> frozenset[UUID]:
    """Of these users, those who are a party of the case or stand for one."""
    standing = {party.user_id for party in loaded.parties}
    standing |= {one.user_id for one in await find_representatives(session, loaded.case, now)}
    return frozenset(user for user in users if user in standing)


async def find_barred(session: AsyncSession, loaded: LoadedCase, users: Collection[UUID]) -> frozenset[UUID]:
    """Of these users, those with a ground of recusal: declared here, or lasting and declared in another case.

    In another case it counts if it ties them to a person who is a party here too, by identity number; what both sides
    consented to here, or what was dismissed here, about the same party lifts it.
    """
    case = loaded.case
    here = (
        await session.scalars(
            select(CaseRecusal).where(
                CaseRecusal.county_id == case.county_id,
                CaseRecusal.case_id == case.id,
                CaseRecusal.mediator_id.in_(users),
            )
        )
    ).all()
    found = {one.mediator_id for one in here if not is_lifted(one)}
    numbers = {party.id_number: party.id for party in loaded.parties if party.id_number is not None}
    elsewhere = aliased(CaseParty)
    tied = await session.execute(
        select(CaseRecusal.mediator_id, elsewhere.id_number)
        .join(elsewhere, and_(elsewhere.county_id == CaseRecusal.county_id, elsewhere.id == CaseRecusal.party_id))
        .where(
            CaseRecusal.county_id == case.county_id,
            CaseRecusal.case_id != case.id,
            CaseRecusal.mediator_id.in_(users),
            CaseRecusal.relation.in_(LASTING),
            CaseRecusal.dismissed_at.is_(None),
            elsewhere.id_number.in_(numbers),
        )
    )
    settled = {(one.mediator_id, one.party_id) for one in here if is_lifted(one)}
    found |= {row.mediator_id for row in tied if (row.mediator_id, numbers[row.id_number]) not in settled}
    return frozenset(found)
