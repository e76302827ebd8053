"""What somebody's numbers must be like: of a person, of an organisation, of a telephone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from domain.foundation.basics import identity_number
from domain.foundation.basics.errors import Fault

# Mobile and fixed lines, with extension; service numbers; and numbers abroad, for which only the shape is known.
_PHONE = re.compile(
    r"(?:\+?86)?1[3-9]\d{9}|0\d{2,3}\d{7,8}(?:(?:转|x|#)\d{1,6})?|[48]00\d{7}|[2-9]\d{6,7}|1\d{4}|\+\d{6,15}",
    re.ASCII,
)
_UNIFIED_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)


def number_faults(number: str, today: date, *, person: bool) -> Iterator[Fault]:
    """What is wrong with an identity number or, of an organisation, a credit code."""
    found = identity_number.normalise(number)
    if not person:
        if _UNIFIED_CODE.fullmatch(found) is None:
            yield Fault(
                "idNumber", "统一社会信用代码应为18位", "idNumber is no credit code of 18 characters", "MALFORMED"
            )
        return
    if not identity_number.is_valid(found):
        yield Fault("idNumber", "身份证号码格式或校验码不正确", "idNumber is no identity number", "MALFORMED")
        return
    born = identity_number.birth_date(found)
    if born is not None and born > today:
        yield Fault("idNumber", "身份证号码中的出生日期晚于今天", "idNumber is of somebody not born yet", "TOO_LATE")


def phone_faults(phone: str) -> Iterator[Fault]:
    """What is wrong with a telephone number."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", phone))
    if _PHONE.fullmatch(digits) is None:
        yield Fault("phone", "电话号码格式不正确", "phone is no telephone number", "MALFORMED")
