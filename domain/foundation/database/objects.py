"""Rows that a statement brought, as objects of the session: what changes on them is written as if it had loaded them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict
from sqlalchemy.orm.util import identity_key

Model = TypeVar("Model")


def columns_of(model: Any, alias: str) -> str:
    """Every column of a model's table, for a SELECT or a ROW, in the order in which `loaded` takes them."""
    return ", ".join(f"{alias}.{name}" for name in _names(model))


def load_objects(session: AsyncSession, model: type[Model], rows: Iterable[Sequence[Any]]) -> list[Model]:
    """An object for each row; one that the session has already is given as it is, as any query of its own would."""
    names = _names(model)
    key = [names.index(column.name) for column in cast("Any", model).__table__.primary_key]
    found = []
    for row in rows:
        there = session.sync_session.identity_map.get(identity_key(model, tuple(row[index] for index in key)))
        if there is None:
            there = model()
            # Attributes are called as their columns; set past the session, which would take them for changes.
            instance_dict(there).update(zip(names, row, strict=True))
            make_transient_to_detached(there)
            session.add(there)
        found.append(there)
    return found


def _names(model: Any) -> list[str]:
    return [column.name for column in model.__table__.columns]
