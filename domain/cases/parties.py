"""Taking in the parties of a case: what they must have, and what follows from it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.cases.checks import optional_text, required_text
from domain.cases.commands import NewParty
from domain.cases.models import CaseParty, CaseProtector
from domain.cases.numbering import NewCase
from domain.cases.rule_inputs import RegisterRuleInput
from domain.codes.enums import PartyKind, PartySide
from domain.database.statements import Rows, add_later
from domain.kernel import identity_number
from domain.kernel.calendar import china_date
from domain.kernel.errors import InvalidInput
from domain.kernel.ids import new_id

MOST_PARTIES = 500
ADULT = 18
# 个人信息保护法 31: below this age the guardian consents.
OWN_CONSENT = 14

# Mobile and fixed lines, with extension; service numbers; and numbers abroad, for which only the shape is known.
_PHONE = re.compile(
    r"(?:\+?86)?1[3-9]\d{9}|0\d{2,3}\d{7,8}(?:(?:转|x|#)\d{1,6})?|[48]00\d{7}|[2-9]\d{6,7}|1\d{4}|\+\d{6,15}",
    re.ASCII,
)
_UNIFIED_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)


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


def check_parties(parties: Sequence[NewParty], now: datetime) -> tuple[CheckedParty, ...]:
    """Check them all; InvalidInput names the first field that cannot be taken, as `parties.1.phone`.

    There must be an applicant and a respondent. Whether consent is there is a rule's matter (`consent_of`).
    """
    if len(parties) > MOST_PARTIES:
        raise InvalidInput(f"当事人不得超过{MOST_PARTIES}个", field="parties")
    sides = {party.side for party in parties}
    for side, label in ((PartySide.APPLICANT, "申请人"), (PartySide.RESPONDENT, "被申请人")):
        if side not in sides:
            raise InvalidInput(f"至少应有一名{label}", field="parties")
    today = china_date(now)
    checked = tuple(_check(party, f"parties.{index}", today) for index, party in enumerate(parties))
    numbers = [party.id_number for party in checked if party.id_number is not None]
    if len(set(numbers)) != len(numbers):
        raise InvalidInput("同一证件号码不得登记为多名当事人", field="parties")
    return checked


def consent_of(parties: Sequence[CheckedParty]) -> RegisterRuleInput:
    """What PI1 asks of a registration."""
    return RegisterRuleInput(
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


def _check(party: NewParty, field: str, today: date) -> CheckedParty:
    person = party.kind is PartyKind.PERSON
    if not person and (party.minor or party.elderly or party.woman_at_risk or party.disabled):
        raise InvalidInput("单位当事人不得标注自然人特征", field=field)
    number = optional_text(party.id_number, f"{field}.idNumber", "证件号码", 30)
    born: date | None = None
    if number is not None:
        number = identity_number.normalised(number)
        if person:
            if not identity_number.is_valid(number):
                raise InvalidInput("身份证号码格式或校验码不正确", field=f"{field}.idNumber")
            born = identity_number.birth_date(number)
            if born is not None and born > today:
                raise InvalidInput("身份证号码中的出生日期晚于今天", field=f"{field}.idNumber")
        elif _UNIFIED_CODE.fullmatch(number) is None:
            raise InvalidInput("统一社会信用代码应为18位", field=f"{field}.idNumber")
    age = None if born is None else identity_number.age_on(born, today)
    return CheckedParty(
        given=party,
        name=required_text(party.name, f"{field}.name", "当事人姓名或名称", 100),
        id_number=number,
        phone=checked_phone(party.phone, f"{field}.phone"),
        address=optional_text(party.address, f"{field}.address", "地址", 300),
        # A flag is believed where no birth date says otherwise, and a birth date where the flag was forgotten.
        minor=party.minor if age is None else age < ADULT,
        under_own_consent=age is not None and age < OWN_CONSENT,
    )


def checked_phone(value: str | None, field: str) -> str | None:
    """The number as it was written; InvalidInput if it has the shape of none."""
    phone = optional_text(value, field, "电话号码", 40)
    if phone is None:
        return None
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", phone))
    if _PHONE.fullmatch(digits) is None:
        raise InvalidInput("电话号码格式不正确", field=field)
    return phone
