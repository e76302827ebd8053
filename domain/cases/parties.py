"""Taking in the parties of a case: what they must have, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.commands import NewParty
from domain.cases.given import RegisterGiven
from domain.cases.models import CaseParty, CaseProtector
from domain.cases.numbering import NewCase
from domain.codes.enums import PartyKind
from domain.database.statements import Rows, add_later
from domain.kernel import identity_number
from domain.kernel.calendar import china_date
from domain.kernel.ids import new_id

ADULT = 18
# 个人信息保护法 31: below this age the guardian consents.
OWN_CONSENT = 14

_PARTIES = Rows(
    CaseParty,
    "county_id",
    "id",
    "case_id",
    "ordinal",
    "side",
    "kind",
    "name",
    "id_number",
    "phone",
    "address",
    "minor",
    "elderly",
    "woman_at_risk",
    "disabled",
    "address_protected",
    "consent_at",
    "user_id",
)
PROTECTORS = Rows(CaseProtector, "county_id", "case_id", "user_id", "valid_from")


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


def consent_of(parties: Sequence[CheckedParty]) -> RegisterGiven:
    """What PI1 asks of a registration."""
    return RegisterGiven(
        without_consent=sum(party.lacks_consent for party in parties),
        without_guardian_consent=sum(party.lacks_guardian_consent for party in parties),
    )


def add_party(session: AsyncSession, case: NewCase, party: CheckedParty, ordinal: int, *, protected: bool) -> None:
    """Keep a party of a new case, to be written with it. `protected`: its address is, whether or not this was asked."""
    given = party.given
    consented = given.consented or given.guardian_consented
    add_later(
        session,
        _PARTIES,
        (
            case.county_id,
            new_id(),
            case.id,
            ordinal,
            given.side,
            given.kind,
            party.name,
            party.id_number,
            party.phone,
            party.address,
            party.minor,
            given.elderly,
            given.woman_at_risk,
            given.disabled,
            given.address_protected or protected,
            case.registered_at if consented else None,
            given.user_id,
        ),
    )


def _read(party: NewParty, today: date) -> CheckedParty:
    number = None if party.id_number is None else identity_number.normalised(party.id_number)
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
