"""Computed fields: the facts a statement left in its answer are replaced by what Python makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import orjson

from domain.foundation.query.selection import Selected
from domain.foundation.query.statement import Fill


def fill_in(answer: bytes, fills: Mapping[str, Fill]) -> bytes:
    """The answer with every marked place filled. Called only for plans that have computed fields."""
    return orjson.dumps(_walk(orjson.loads(answer), fills))


def _walk(value: Any, fills: Mapping[str, Fill]) -> Any:
    if isinstance(value, dict):
        # No name in GraphQL has such a sign, so no answer of a caller's own naming looks like this.
        if "$fill" in value:
            fill = fills[value["$fill"]]
            return project(fill.computed.fill(value["facts"]), fill.selected.below)
        return {key: _walk(item, fills) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, fills) for item in value]
    return value


def project(value: Any, below: Mapping[str, Sequence[Selected]]) -> Any:
    """A Python value as the answer's JSON: objects become what was selected of them, by their class's name."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return [project(item, below) for item in value]
    if not below:
        return value.name if isinstance(value, Enum) else value
    name = type(value).__name__
    selected = below[name] if name in below else next(iter(below.values()))
    type_name = name if name in below else next(iter(below))
    return {
        one.key: type_name if one.name == "__typename" else project(getattr(value, one.name), one.below)
        for one in selected
    }
