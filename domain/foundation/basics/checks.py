"""Whether what somebody typed can be taken: texts, times, numbers. Messages name the field, never what was in it.

`field` is the path of the field in the input, such as `parties.0.name`; `label` its Chinese word in the message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.errors import InvalidInput

LONGEST_TITLE = 200
# Texts this short are names, titles, places, numbers: one line each.
LONGEST_LINE = 300
LONGEST_TEXT = 10_000
LONGEST_NOTE = 2_000
LONGEST_NUMBER = 100
# Clocks of phones in the field are a little fast.
CLOCK_SKEW = timedelta(minutes=5)
# What happened in the field is entered at the desk, the day after at the latest.
ENTERED_LATE = timedelta(days=1)
# What lies beyond was mistyped; and the ends of the calendar are no days to the database, nor to sums of periods.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
EARLIEST_DAY = EARLIEST.date()
LATEST_DAY = date(2199, 12, 31)
LATEST = datetime(LATEST_DAY.year + 1, 1, 1, tzinfo=UTC)
LARGEST_INT = 2_147_483_647
NO_ZONE = "NO_ZONE"
# Signs that nobody sees and that come along when numbers and names are copied: they would make two names of one, and
# the directional ones can show a reader another text than is kept. Joiners stay: scripts and emoji need them.
_UNSEEN = dict.fromkeys(
    (0xAD, 0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
# Nothing but these is no text: formats, spaces, line ends.
_BLANK = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
# What masks are made of, also as Chinese keyboards write it. No name, number or address has one.
_STARS = re.compile("[*\uff0a\ufe61\u2217]")
_LINE_ENDS = re.compile(r"\s*[\n\r\t\u2028\u2029]\s*")


def required_text(value: str, field: str, label: str, longest: int = LONGEST_TEXT) -> str:
    """The text without space around it; InvalidInput if nothing can be seen of it, it is too long or has control characters.

    Invisible signs are left out. One that may be no longer than LONGEST_LINE is one line.
    """
    text = optional_text(value, field, label, longest)
    if text is None:
        raise InvalidInput(f"请填写{label}", f"{field} must be given", field=field, fault="REQUIRED")
    return text


def optional_text(value: str | None, field: str, label: str, longest: int = LONGEST_TEXT) -> str | None:
    """As `required_text`, but None for nothing at all."""
    if value is None:
        return None
    text = unicodedata.normalize("NFC", value).translate(_UNSEEN).strip()
    if longest <= LONGEST_LINE:
        text = _LINE_ENDS.sub(" ", text)
    if len(text) > longest:
        english = f"{field} may have at most {longest} characters"
        raise InvalidInput(f"{label}不得超过{longest}个字", english, field=field, fault="TOO_LONG")
    # Most texts are this; what is printable has neither of what is looked for below, sign by sign.
    if text and text.isprintable():
        return text
    # PostgreSQL takes no NUL; lone surrogates are no text; of the other control characters only line ends are meant.
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\r\t" for sign in text):
        english = f"{field} has characters that cannot be kept"
        raise InvalidInput(f"{label}含有无法保存的字符", english, field=field, fault="BAD_CHARACTERS")
    return text if any(unicodedata.category(sign) not in _BLANK for sign in text) else None


def matching(value: str, whole: re.Pattern[str], field: str, label: str) -> str:
    """The code; InvalidInput if it does not have the shape of one."""
    if whole.fullmatch(value) is None:
        raise InvalidInput(f"{label}格式不正确", f"{field} is malformed", field=field, fault="MALFORMED")
    return value


def unmasked(value: str, field: str, label: str) -> str:
    """The protected text; InvalidInput if it is masked, as 张** and 138****5678: whoever reads no more cannot write it."""
    if _STARS.search(value):
        english = f"{field} is masked: give it in full, or leave it as it is"
        raise InvalidInput(f"{label}含有遮掩符号，请填写完整内容", english, field=field, fault="MASKED")
    return value


def past(moment: datetime, now: datetime, field: str, label: str) -> datetime:
    """The moment; InvalidInput if it has no zone, or lies in the future or before anybody's memory."""
    _require_zone(moment, field, label)
    if moment < EARLIEST:
        english = f"{field} may not be before {EARLIEST.year}"
        raise InvalidInput(f"{label}不得早于{EARLIEST.year}年", english, field=field, fault="TOO_EARLY")
    if moment > now + CLOCK_SKEW:
        raise InvalidInput(
            f"{label}不得晚于当前时间", f"{field} may not lie in the future", field=field, fault="TOO_LATE"
        )
    return moment


def to_come(moment: datetime, now: datetime, field: str, label: str) -> datetime:
    """The moment; InvalidInput if it has no zone, is not to come or is out of any reasonable range."""
    _require_zone(moment, field, label)
    if moment <= now:
        raise InvalidInput(f"{label}应晚于当前时间", f"{field} must lie in the future", field=field, fault="TOO_EARLY")
    if moment >= LATEST:
        english = f"{field} may not be after {LATEST_DAY.year}"
        raise InvalidInput(f"{label}不得晚于{LATEST_DAY.year}年", english, field=field, fault="TOO_LATE")
    return moment


def not_before(moment: datetime | None, start: datetime | None, field: str, label: str) -> None:
    """InvalidInput if it was more than a day before what it follows: what happens around it is entered with delay."""
    if moment is not None and start is not None and moment < start - ENTERED_LATE:
        day = china_date(start).isoformat()
        english = f"{field} is out of order: not before {day}"
        raise InvalidInput(f"{label}不合先后顺序，不得早于{day}", english, field=field, fault="TOO_EARLY")


def within_days(day: date, least: date, most: date, field: str, label: str) -> date:
    """The day; InvalidInput if it is out of the range, both ends of which are in it."""
    if not least <= day <= most:
        english = f"{field} must lie between {least.isoformat()} and {most.isoformat()}"
        raise InvalidInput(f"{label}应在{least.year}年至{most.year}年之间", english, field=field, fault="OUT_OF_RANGE")
    return day


def past_day(day: date, today: date, field: str, label: str) -> date:
    """The day; InvalidInput if it is to come or before anybody's memory."""
    if not EARLIEST_DAY <= day <= today:
        english = f"{field} must lie between {EARLIEST.year} and today"
        raise InvalidInput(f"{label}应在{EARLIEST.year}年至今之间", english, field=field, fault="OUT_OF_RANGE")
    return day


def within(value: int, least: int, most: int, field: str, label: str) -> int:
    """The number; InvalidInput if it is out of the range, both ends of which are in it."""
    if not least <= value <= most:
        english = f"{field} must be from {least} to {most}"
        raise InvalidInput(f"{label}应在{least}至{most}之间", english, field=field, fault="OUT_OF_RANGE")
    return value


def distinct(values: Collection[Any], field: str, label: str) -> None:
    """InvalidInput if one is named twice."""
    if len(set(values)) != len(values):
        raise InvalidInput(f"{label}不得重复", f"{field} may not name one twice", field=field, fault="REPEATED")


def _require_zone(moment: datetime, field: str, label: str) -> None:
    if moment.tzinfo is None:
        raise InvalidInput(f"{label}应当带有时区", f"{field} must have a time zone", field=field, fault=NO_ZONE)
