"""Inputs that fit, and people of Haiyan who may send them: made from what a kind declares, for tests of every kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from authz.enforcer import load_policy
from domain.foundation.basics.commands import Command, Input, inputs_of
from tests.support.rows import fetch

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls
    from domain.foundation.kernel.rooms import Kind


def example_of(form: type, known: Mapping[str, Any]) -> dict[str, Any]:
    """An input with a value for everything that the command takes: what is known by name, else one that its type allows."""
    return {one.outside: known[one.name] if one.name in known else _example(one) for one in inputs_of(form)}


def _example(one: Input) -> Any:
    return [_value(one)] * max(one.takes.fewest, 1) if one.many else _value(one)


def _value(one: Input) -> Any:
    takes, now = one.takes, datetime.now(UTC)
    if one.record is not None:
        return example_of(one.type, {})
    if issubclass(one.type, Enum):
        return next(iter(one.type)).name
    if one.type is bool:
        return True
    if one.type is int:
        return "1.00" if takes.money else takes.least or 1
    if one.type is datetime:
        return (now + timedelta(days=1 if takes.to_come else -1)).isoformat()
    if one.type is date:
        return (now + timedelta(days=-1 if takes.past else 1)).date().isoformat()
    assert one.type is str, f"no example of {one.name} is known: a kind with such inputs needs a proof of its own"
    return "试验文字（虚构）"[: takes.longest]


Do = Callable[..., Awaitable[dict[str, Any]]]
"""Sends a command: `(who, mutation, what to show, **input)`; gives its payload, which is a success."""


async def every_command_of(kind: Kind, urls: DatabaseUrls, do: Do) -> None:
    """Each command of the kind in order, by somebody who may, in their own place, upon what the one before has made."""
    known: dict[str, Any] = {}
    for command in kind.commands:
        who, place = await somebody_who_may(urls, command)
        given = example_of(command.form, {"place_id": place} | known)
        if command.upon is not None:
            given[f"{command.upon.name}Id"] = known[command.upon.name]
        shown = command.shows.name
        row = (await do(who, command.outside, f"{shown} {{ id version }}", **given))[shown]
        known |= {shown: row["id"], "expected_version": row["version"]}


async def somebody_who_may(urls: DatabaseUrls, command: Command) -> tuple[str, str]:
    """The account of somebody of Haiyan whom a row of the policy lets do it, and the id of where they serve."""
    rows = [row.values for row in load_policy().rows]
    roles = [one[0] for one in rows if tuple(one[2:4]) == (command.resource, command.action) and one[-1] == "allow"]
    found = await fetch(
        urls,
        """SELECT c.username, o.id FROM credential c JOIN membership m USING (county_id, user_id)
           JOIN organisation o ON (o.county_id, o.id) = (m.county_id, m.organisation_id)
           WHERE m.role = ANY ($1) AND o.is_area ORDER BY c.username""",
        roles,
    )
    assert found, f"nobody of the sample place is {', '.join(roles)}"
    return str(found[0]["username"]), f"organisation:{found[0]['id']}"
