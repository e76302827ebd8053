"""Cursors: where a page ended, as an opaque word that holds its place however rows come and go."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.foundation.query.statement import ReadRefused, bindable

# Longer than any cursor of ours: what is sorted by is at most a line of text.
LONGEST_CURSOR = 8_000
BAD_CURSOR = "BAD_CURSOR"


def _text(value: Any) -> str:
    """A text that can be sent: JSON may hold halves of characters."""
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def _moment(value: Any) -> datetime:
    """A moment; for the end of time, where rows without a date sort, what asyncpg binds as infinity."""
    return datetime.max if value == "infinity" else datetime.fromisoformat(_text(value))  # noqa: DTZ901 - naive as asyncpg has it


def _day(value: Any) -> date:
    """A day; for the end of time, where rows without a day sort, what asyncpg binds as infinity."""
    return date.max if value == "infinity" else date.fromisoformat(_text(value))


def _id(value: Any) -> UUID:
    return UUID(_text(value))


def _number(value: Any) -> int:
    # True is a number to Python, and Infinity one to its JSON.
    if type(value) is not int:
        raise TypeError
    return value


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "timestamptz": _moment,
    "date": _day,
    "uuid": _id,
    "text": _text,
    "int": _number,
    "bigint": _number,
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

    Raises ReadRefused (BAD_CURSOR) where it is no cursor of ours, or one of a list sorted otherwise.
    """
    text = str(cursor)
    try:
        if len(text) > LONGEST_CURSOR:
            raise ValueError
        name, value, key = json.loads(base64.b64decode(text, validate=True))
    # What is nested without end is no cursor either.
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise _no_cursor() from error
    if name != (f"{order}-" if descending else order):
        raise ReadRefused("分页游标与当前排序方式不符", code=BAD_CURSOR)
    return [value, key]


def part(order: str, *, descending: bool, index: int, sql_type: str) -> Callable[[Any], Any]:
    """A converter from a cursor to one of its two parts, ready to be bound. Raises ReadRefused as `open_cursor` does."""
    parse = _PARSERS[sql_type]

    def convert(cursor: Any) -> Any:
        value = open_cursor(cursor, order, descending=descending)[index]
        try:
            return bindable(parse(value), sql_type)
        except (ValueError, TypeError, ReadRefused) as error:
            raise _no_cursor() from error

    return convert


def _no_cursor() -> ReadRefused:
    return ReadRefused("分页游标无效", code=BAD_CURSOR)
