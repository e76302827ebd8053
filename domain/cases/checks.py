"""Whether what somebody typed can be taken: texts, times, choices. Messages name the field, never what was in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.kernel.errors import InvalidInput

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
LONGEST_NOTE = 2_000
# Clocks of phones in the field are a little fast.
CLOCK_SKEW = timedelta(minutes=5)
# What lies beyond was mistyped; and the ends of the calendar are no days to the database, nor to sums of periods.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST_DAY = date(2199, 12, 31)


def required_text(value: str, field: str, label: str, longest: int = LONGEST_TEXT) -> str:
    """The text without space around it; InvalidInput if it is empty, too long or has control characters."""
    text = optional_text(value, field, label, longest)
    if text is None:
        raise InvalidInput(f"请填写{label}", field=field)
    return text


def optional_text(value: str | None, field: str, label: str, longest: int = LONGEST_TEXT) -> str | None:
    """As `required_text`, but None for nothing at all."""
    if value is None:
        return None
    text = unicodedata.normalize("NFC", value).strip()
    if len(text) > longest:
        raise InvalidInput(f"{label}不得超过{longest}个字", field=field)
    # PostgreSQL takes no NUL; lone surrogates are no text; of the other control characters only line ends are meant.
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\r\t" for sign in text):
        raise InvalidInput(f"{label}含有无法保存的字符", field=field)
    return text or None


def past(moment: datetime, now: datetime, field: str, label: str) -> datetime:
    """The moment; InvalidInput if it has no zone, or lies in the future or before anybody's memory."""
    if moment.tzinfo is None:
        raise InvalidInput(f"{label}应当带有时区", field=field)
    if moment < EARLIEST:
        raise InvalidInput(f"{label}不得早于{EARLIEST.year}年", field=field)
    if moment > now + CLOCK_SKEW:
        raise InvalidInput(f"{label}不得晚于当前时间", field=field)
    return moment


def past_if_given(moment: datetime | None, now: datetime, field: str, label: str) -> datetime | None:
    """As `past`, but None stays None."""
    return None if moment is None else past(moment, now, field, label)


def day_within_reach(day: date | None, field: str, label: str) -> date | None:
    """The day, past or to come; InvalidInput if it is out of any reasonable range. None stays None."""
    if day is not None and not EARLIEST.date() <= day <= LATEST_DAY:
        raise InvalidInput(f"{label}应在{EARLIEST.year}年至{LATEST_DAY.year}年之间", field=field)
    return day


def at_least(value: int | None, least: int, field: str, label: str, *, most: int = 2_147_483_647) -> int | None:
    """The number; InvalidInput if it is out of range. None stays None."""
    if value is not None and not least <= value <= most:
        raise InvalidInput(f"{label}应在{least}至{most}之间", field=field)
    return value


def distinct(values: Collection[Any], field: str, label: str) -> None:
    """InvalidInput if one is named twice."""
    if len(set(values)) != len(values):
        raise InvalidInput(f"{label}不得重复", field=field)
