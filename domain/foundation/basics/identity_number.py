"""Citizen identity numbers (公民身份号码, GB 11643): their check digit and the birth date in them.

A number is never refused for its district code: districts are abolished and renamed, and people keep their numbers.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EARLIEST_YEAR = 1850


def normalise(text: str) -> str:
    """The number as it is kept, however it was typed: no spaces, plain digits, a capital X."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character that belongs to seventeen digits (ISO 7064, MOD 11-2)."""
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_seventeen, strict=True)) % 11]


def is_valid(number: str) -> bool:
    """Whether a normalised number has the shape, a birth date that exists, and its right check digit."""
    return (
        _SHAPE.fullmatch(number) is not None
        and birth_date(number) is not None
        and check_digit(number[:17]) == number[17]
    )


def birth_date(number: str) -> date | None:
    """The birth date in a number of the right shape; None if there is no such day."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= _EARLIEST_YEAR else None


def age_on(born: date, day: date) -> int:
    """Full years of life (周岁) on `day`; one is a year older from the birthday itself."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
