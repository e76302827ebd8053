"""Loading a case for change, and looking up the organisations and people that a command names.

ORM objects live inside one command's transaction and nothing is loaded behind its back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.disputes.cases.facts import CaseFacts, facts_from, facts_sql
from domain.disputes.cases.models import (
    Agreement,
    Case,
    CaseMediator,
    CaseParticipant,
    CaseParty,
    Obligation,
)
from domain.foundation.basics.errors import NotFound
from domain.foundation.basics.grant import Grant
from domain.foundation.database.objects import columns_of, load_objects
from domain.foundation.database.statements import Statement
from domain.law.deadlines.calendar import SHARED
from domain.tenancy.locations import Place

# As long ago as a dispute is likely to be brought in twice.
DUPLICATE_WINDOW = timedelta(days=90)

_NOW = "valid_from <= :now AND (valid_until IS NULL OR valid_until > :now)"

# By the command's own clock, as reads by the request's.
_THEN = "CAST(:now AS timestamptz)"
_LOCK = Statement(f"""
SELECT {SHARED.format(county="t.county_id")}
FROM (SELECT county_id FROM dispute_case WHERE county_id = :county AND id = :case FOR UPDATE) t
""")


def _of_case(model: Any, rest: str = "") -> str:
    """An array of the model's rows that belong to the case `t`."""
    mine = "x.county_id = t.county_id AND x.case_id = t.id"
    return f"ARRAY(SELECT ROW({columns_of(model, 'x')}) FROM {model.__tablename__} x WHERE {mine} {rest})"


# A case has at most one agreement in force, and obligations of no other count.
_IN_FORCE = """AND EXISTS (SELECT FROM case_agreement a
  WHERE a.county_id = x.county_id AND a.id = x.agreement_id AND a.superseded_at IS NULL) ORDER BY x.ordinal"""


@cache
def _facts() -> Statement:
    """The facts alone; put together when they are first asked for, since every room has its part in them."""
    facts = facts_sql("t", _THEN)
    return Statement(
        f"SELECT CAST({facts} AS text) AS facts FROM dispute_case t WHERE t.county_id = :county AND t.id = :case"
    )


@cache
def _load() -> Statement:
    """The case with what belongs to it and its facts."""
    return Statement(f"""
SELECT {columns_of(Case, "t")},
  {_of_case(CaseParty, "ORDER BY x.ordinal, x.id")} AS _parties,
  {_of_case(CaseMediator, "AND x.valid_until IS NULL")} AS _mediators,
  {_of_case(CaseParticipant, "AND x.valid_until IS NULL")} AS _participants,
  {_of_case(Agreement, "AND x.superseded_at IS NULL")} AS _agreement,
  {_of_case(Obligation, _IN_FORCE)} AS _obligations,
  ARRAY(SELECT ROW(d.day, d.working) FROM calendar_day d WHERE d.county_id = t.county_id) AS _days,
  CAST({facts_sql("t", _THEN)} AS text) AS _facts
FROM dispute_case t WHERE t.county_id = :county AND t.id = :case
""")


SET_DUE = "UPDATE dispute_case SET due_at = :due WHERE county_id = :county AND id = :id"
_SET_DUE = Statement(SET_DUE)
_SESSIONS_HELD = Statement("SELECT count(*) AS held FROM case_session WHERE county_id = :county AND case_id = :case")

# A town's cases of the type are read along their index, the latest first; the parties of each in one go.
_ALIKE = {
    town_known: Statement(f"""
SELECT EXISTS (SELECT FROM dispute_type d WHERE d.code = :type) AS known, ARRAY(
  SELECT t.id FROM dispute_case t CROSS JOIN LATERAL (
    SELECT bool_or(p.id_number = ANY (CAST(:numbers AS text[])))
      OR bool_or(p.side <> 'third_party' AND p.name = ANY (CAST(:applicants AS text[])))
      AND bool_or(p.side <> 'third_party' AND p.name = ANY (CAST(:respondents AS text[]))) AS alike
    FROM case_party p WHERE p.county_id = t.county_id AND p.case_id = t.id
  ) parties
  WHERE t.county_id = :county AND {town} AND t.type_code = :type AND t.registered_at >= :since AND parties.alike
  ORDER BY t.registered_at DESC, t.id DESC LIMIT 20) AS duplicates
""")
    for town_known, town in ((True, "t.town_id = :town"), (False, "t.town_id IS NULL"))
}
_PROTECTED = Statement(f"""
WITH known AS (
  SELECT case_id, id_number, address_closed FROM case_party
  WHERE county_id = :county AND id_number = ANY (CAST(:numbers AS text[])) AND address_protected
)
SELECT ARRAY(SELECT DISTINCT id_number FROM known) AS hidden,
  ARRAY(SELECT DISTINCT id_number FROM known WHERE address_closed) AS closed, ARRAY(
  SELECT DISTINCT user_id FROM case_protector
  WHERE county_id = :county AND case_id = ANY (ARRAY(SELECT case_id FROM known)) AND {_NOW}) AS people
""")


@dataclass(slots=True)
class LoadedCase:
    """A case and what belongs to it, locked until the transaction ends; `facts` as they were when it was loaded.

    `mediators` and `participants` are those whose term has not been ended; agreement and obligations are in force.
    `days` are those of which the county itself says whether they are worked.
    """

    case: Case
    facts: CaseFacts
    parties: Sequence[CaseParty]
    mediators: Sequence[CaseMediator]
    participants: Sequence[CaseParticipant]
    agreement: Agreement | None
    obligations: Sequence[Obligation]
    days: Mapping[date, bool]


async def load_for_change(session: AsyncSession, grant: Grant, now: datetime) -> LoadedCase:
    """Load the case that the grant is for, under lock. NotFound if there is none in the transaction's counties.

    From then on no day of the county's calendar changes either, until the transaction ends.
    """
    key = {"county": grant.county_id, "case": grant.subject_id}
    # The gate holds the lock already; taking it again costs little and needs no trust. What belongs to the case is
    # read in a statement that begins when the lock is held.
    if await _LOCK.first(session, **key) is None:
        raise NotFound
    (row,) = await _load().rows(session, **key, now=now)
    (case,) = load_objects(session, Case, [tuple(row.values())[: len(Case.__table__.columns)]])
    agreements = load_objects(session, Agreement, row["_agreement"])
    return LoadedCase(
        case,
        facts_from(json.loads(row["_facts"])),
        load_objects(session, CaseParty, row["_parties"]),
        load_objects(session, CaseMediator, row["_mediators"]),
        load_objects(session, CaseParticipant, row["_participants"]),
        agreements[0] if agreements else None,
        load_objects(session, Obligation, row["_obligations"]),
        dict(row["_days"]),
    )


async def facts_of(session: AsyncSession, county_id: int, case_id: UUID, now: datetime) -> CaseFacts:
    """What rules know of the case, by the very expression that reads use. NotFound if there is none."""
    found = await _facts().first(session, county=county_id, case=case_id, now=now)
    if found is None:
        raise NotFound
    return facts_from(json.loads(found["facts"]))


async def set_due(session: AsyncSession, county_id: int, case_id: UUID, due_at: datetime) -> None:
    """Let a case that is no object of the session show when its mediation is due."""
    await _SET_DUE.rows(session, county=county_id, id=case_id, due=due_at)


async def count_sessions(session: AsyncSession, case: Case) -> int:
    """How many sessions the case has had in all its rounds."""
    found = await _SESSIONS_HELD.first(session, county=case.county_id, case=case.id)
    return int(found["held"])


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a new dispute is compared with others by: persons by ID number, and the names on its two sides."""

    type_code: str
    id_numbers: Sequence[str]
    applicants: Sequence[str]
    respondents: Sequence[str]


async def find_type_and_duplicates(
    session: AsyncSession, place: Place, like: Likeness, now: datetime
) -> tuple[bool, tuple[UUID, ...]]:
    """Whether there is such a type of dispute; and cases that may be about the same one, newest first, at most 20.

    Those of the last 90 days in the same town and of the same type that share a person: an ID number, or a name from
    either side, for the other side may have brought the dispute in first.
    """
    found = await _ALIKE[place.town_id is not None].first(
        session,
        county=place.county_id,
        town=place.town_id,
        type=like.type_code,
        since=now - DUPLICATE_WINDOW,
        numbers=list(like.id_numbers),
        applicants=list(like.applicants),
        respondents=list(like.respondents),
    )
    return found["known"], tuple(found["duplicates"])


@dataclass(frozen=True, slots=True)
class ProtectedPeople:
    """Who of some people is protected in a case of the county, by identity number, and who protects them there now.

    `closed`: of the hidden those whose address is closed to their own account too.
    """

    hidden: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    protectors: frozenset[UUID] = frozenset()


async def find_protected(
    session: AsyncSession, county_id: int, id_numbers: Sequence[str], now: datetime
) -> ProtectedPeople:
    """Which of these people have a protected address in some case of the county."""
    if not id_numbers:
        return ProtectedPeople()
    found = await _PROTECTED.first(session, county=county_id, numbers=list(id_numbers), now=now)
    return ProtectedPeople(*(frozenset(found[name]) for name in ("hidden", "closed", "people")))
