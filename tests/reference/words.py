"""How the API writes things: global ids, moments, masks, cursors. Written from what it promises, not from how it does it."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

CHINA = timezone(timedelta(hours=8))
# Sort after every moment and every day; written as PostgreSQL writes them.
INFINITY = datetime.max.replace(tzinfo=CHINA)
LAST_DAY = date.max


def shown(value: Any) -> Any:
    """A value as JSON: moments in China's time without idle zeros, days, enum words as they are."""
    if value is INFINITY or value is LAST_DAY:
        return "infinity"
    if isinstance(value, datetime):
        moment = value.astimezone(CHINA)
        fraction = f".{moment.microsecond:06d}".rstrip("0").rstrip(".")
        return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}+08:00"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def cursor(order: str, *, descending: bool, value: Any, key: Any) -> str:
    """The place of a row in a list sorted so."""
    name = order + "-" * descending
    text = json.dumps([name, shown(value), shown(key)], ensure_ascii=False)
    return base64.b64encode(text.encode()).decode()


def place_of(word: str, order: str, *, descending: bool, like: Any, key_like: Any) -> tuple[Any, Any]:
    """The sort value and key in a cursor. Raises ValueError for anything that is none of a list sorted so."""
    found = json.loads(base64.b64decode(word, validate=True))
    if not isinstance(found, list) or len(found) != 3 or found[0] != order + "-" * descending:
        raise ValueError
    return _as(found[1], like), _as(found[2], key_like)


def _as(value: Any, like: Any) -> Any:
    if like in (datetime, date) and value == "infinity":
        return INFINITY if like is datetime else LAST_DAY
    if like in (datetime, date, UUID):
        if not isinstance(value, str):
            raise ValueError
        return UUID(value) if like is UUID else like.fromisoformat(value)
    return like(value)


def enum_word(value: str | None) -> str | None:
    """A closed set's value as the schema spells it."""
    return None if value is None else str(value).upper()


def masked_name(value: str) -> str:
    """The first character, and a star for each further one: at least one, at most four."""
    return value[0] + "*" * min(max(len(value) - 1, 1), 4)


def masked_phone(value: str) -> str:
    """138****5678; four stars for what is shorter than a mobile number."""
    return value[:3] + "****" + value[-4:] if len(value) >= 11 else "****"


def masked_id_number(value: str) -> str:
    """The first four digits, and a star for each further one, at least one."""
    return value[:4] + "*" * max(len(value) - 4, 1)


def yuan(cents: int | None) -> str | None:
    """An amount with two decimals."""
    return None if cents is None else f"{cents // 100}.{cents % 100:02d}"


def share(part: int, whole: int) -> float | int | None:
    """A rate, null of nothing; whole numbers without a decimal point, as PostgreSQL writes them."""
    if whole == 0:
        return None
    found = part / whole
    return int(found) if found == int(found) else found
