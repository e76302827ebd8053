"""Cursors: where a page ended, as an opaque word that holds its place however rows come and go."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.foundation.query.statement import ReadRefused


def _moment(value: str) -> datetime:
    """A moment; for the end of time, where rows without a date sort, what asyncpg binds as infinity."""
    return datetime.max if value == "infinity" else datetime.fromisoformat(value)  # noqa: DTZ901 - naive as asyncpg has it


def _day(value: str) -> date:
    """A day; for the end of time, where rows without a day sort, what asyncpg binds as infinity."""
    return date.max if value == "infinity" else date.fromisoformat(value)


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "timestamptz": _moment,
    "date": _day,
    "uuid": UUID,
    "text": str,
    "int": int,
    "bigint": int,
}


def cursor_sql(order: str, *, descending: bool, value: str, key: str) -> str:
    """SQL for the cursor of a row: its ordering, its sort value and its key, in URL-safe words without line ends."""
    name = f"{order}-" if descending else order
    packed = f"convert_to(json_build_array('{name}', {value}, {key})::text, 'UTF8')"
    return f"translate(encode({packed}, 'base64'), E'\\n', '')"


def cursor_behind(order: str, value: int) -> str:
    """The cursor behind every row whose sort value is this one, in an ascending order."""
    return base64.b64encode(json.dumps([order, value, str(UUID(int=(1 << 128) - 1))]).encode()).decode()


def open_cursor(cursor: Any, order: str, *, descending: bool) -> list[Any]:
    """The sort value and key within a cursor.

    Raises ReadRefused where it is no cursor of ours, or one of a list sorted otherwise.
    """
    try:
        name, value, key = json.loads(base64.b64decode(str(cursor), validate=True))
    except (binascii.Error, ValueError, TypeError) as error:
        raise ReadRefused("分页游标无效", code="CURSOR") from error
    if name != (f"{order}-" if descending else order):
        raise ReadRefused("分页游标与当前排序方式不符", code="CURSOR")
    return [value, key]


def part(order: str, *, descending: bool, index: int, sql_type: str) -> Callable[[Any], Any]:
    """A converter from a cursor to one of its two parts, ready to be bound. Raises ReadRefused as `opened` does."""
    parse = _PARSERS[sql_type]

    def convert(cursor: Any) -> Any:
        try:
            return parse(open_cursor(cursor, order, descending=descending)[index])
        except (ValueError, TypeError) as error:
            raise ReadRefused("分页游标无效", code="CURSOR") from error

    return convert
