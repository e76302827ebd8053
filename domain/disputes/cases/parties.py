"""Taking in the parties of a case: what they must have, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.codes.enums import PartyKind
from domain.disputes.cases.commands import NewParty
from domain.disputes.cases.models import CaseParty
from domain.disputes.cases.numbering import NewCase
from domain.disputes.cases.repository import ProtectedPeople
from domain.disputes.rules.inputs import RegisterRuleInput
from domain.foundation.basics import identity_number
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.ids import new_id
from domain.foundation.database.statements import add_later

ADULT = 18
# 个人信息保护法 31: below this age the guardian consents.
OWN_CONSENT = 14


@dataclass(frozen=True, slots=True, repr=False)
class CheckedParty:
    """A party that can be kept, with what its ID number tells."""

    given: NewParty
    name: str
    id_number: str | None
    phone: str | None
    address: str | None
    minor: bool
    under_own_consent: bool

    @property
    def lacks_consent(self) -> bool:
        """A person's ID number, or a minor's data of any kind, would be kept without the word of the party or guardian."""
        return self._sensitive and not (self.given.consented or self.given.guardian_consented)

    @property
    def lacks_guardian_consent(self) -> bool:
        """A party under 14 whose guardian has not consented."""
        return self.under_own_consent and not self.given.guardian_consented

    @property
    def _sensitive(self) -> bool:
        return self.given.kind is PartyKind.PERSON and (self.id_number is not None or self.minor)


def read_parties(parties: Sequence[NewParty], now: datetime) -> tuple[CheckedParty, ...]:
    """The parties of a checked registration, with what their numbers tell at that moment."""
    today = china_date(now)
    return tuple(_read(party, today) for party in parties)


def consent_of(parties: Sequence[CheckedParty]) -> RegisterRuleInput:
    """What PI1 asks of a registration."""
    return RegisterRuleInput(
        without_consent=sum(party.lacks_consent for party in parties),
        without_guardian_consent=sum(party.lacks_guardian_consent for party in parties),
    )


def add_party(
    session: AsyncSession, case: NewCase, party: CheckedParty, ordinal: int, elsewhere: ProtectedPeople
) -> None:
    """Keep a party of a new case, to be written with it. Who is protected elsewhere is here, whether or not it was asked."""
    given = party.given
    consented = given.consented or given.guardian_consented
    add_later(
        session,
        CaseParty,
        county_id=case.county_id,
        id=new_id(),
        case_id=case.id,
        ordinal=ordinal,
        side=given.side,
        kind=given.kind,
        name=party.name,
        id_number=party.id_number,
        phone=party.phone,
        address=party.address,
        minor=party.minor,
        elderly=given.elderly,
        woman_at_risk=given.woman_at_risk,
        disabled=given.disabled,
        address_protected=given.address_protected or party.id_number in elsewhere.hidden,
        address_closed=party.id_number in elsewhere.closed,
        consent_at=case.registered_at if consented else None,
        user_id=given.user_id,
    )


def _read(party: NewParty, today: date) -> CheckedParty:
    number = None if party.id_number is None else identity_number.normalise(party.id_number)
    born = None if number is None or party.kind is not PartyKind.PERSON else identity_number.birth_date(number)
    age = None if born is None else identity_number.age_on(born, today)
    return CheckedParty(
        given=party,
        name=party.name,
        id_number=number,
        phone=party.phone,
        address=party.address,
        # A flag is believed where no birth date says otherwise, and a birth date where the flag was forgotten.
        minor=party.minor if age is None else age < ADULT,
        under_own_consent=age is not None and age < OWN_CONSENT,
    )
