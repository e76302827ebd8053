"""What the policy means, said a second time: in plain Python over plain rows, by hand, from the sentences beside the names.

Takes nothing from authz but rows of text: no atoms, no shapes, no Casbin, no role closure. What both evaluators take
from one definition could be wrong in both alike; here it would differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from domain.foundation.basics.actor import (
    Actor,
    Area,
    AreaLevel,
    Membership,
)

Truth = Callable[[Actor, Membership, Any, datetime], bool]


def _running(tie: Any, now: datetime) -> bool:
    return bool(tie.valid_from <= now) and not (tie.valid_until is not None and tie.valid_until <= now)


def _at_home(member: Membership, row: Any) -> bool:
    return bool(member.county_id == row.county_id)


def _self(actor: Actor, member: Membership, row: Any, _now: datetime) -> bool:
    if not _at_home(member, row):
        return False
    if hasattr(row, "registered_by"):
        return row.registered_by == actor.user_id or actor.user_id in row.party_users
    return bool(row.user_id == actor.user_id)


def _assigned(actor: Actor, member: Membership, row: Any, now: datetime) -> bool:
    return _at_home(member, row) and any(
        (tie.user_id, tie.organisation_id) == (actor.user_id, member.organisation_id) and _running(tie, now)
        for tie in row.mediators
    )


def _participating(_actor: Actor, member: Membership, row: Any, now: datetime) -> bool:
    return _at_home(member, row) and any(
        tie.organisation_id == member.organisation_id and _running(tie, now) for tie in row.participants
    )


def _assisting(_actor: Actor, member: Membership, row: Any, now: datetime) -> bool:
    return _at_home(member, row) and any(
        tie.organisation_id == member.organisation_id and tie.role != "lead" and _running(tie, now)
        for tie in row.participants
    )


def _representing(actor: Actor, member: Membership, row: Any, now: datetime) -> bool:
    return _at_home(member, row) and any(
        tie.user_id == actor.user_id and _running(tie, now) for tie in row.representatives
    )


def _organisation(_actor: Actor, member: Membership, row: Any, now: datetime) -> bool:
    if not _at_home(member, row):
        return False
    if hasattr(row, "members"):
        return any(tie.organisation_id == member.organisation_id and _running(tie, now) for tie in row.members)
    return bool(row.organisation_id == member.organisation_id)


def _handles(_actor: Actor, member: Membership, row: Any, _now: datetime) -> bool:
    return _at_home(member, row) and row.handler_id == member.organisation_id


def _in_area(area: Area, member: Membership, row: Any) -> bool:
    if area.level in (AreaLevel.CITY, AreaLevel.COUNTY):
        return row.county_id in area.counties
    place = {AreaLevel.TOWN: row.town_id, AreaLevel.COMMUNITY: row.community_id, AreaLevel.GRID: row.grid_id}
    return _at_home(member, row) and place[area.level] == area.id


SCOPES: Mapping[str, Truth] = {
    "self": _self,
    "assigned": _assigned,
    "organisation": _organisation,
    "subtree": lambda _actor, member, row, _now: any(_in_area(area, member, row) for area in member.subtree),
    "jurisdiction": lambda _actor, member, row, _now: any(_in_area(area, member, row) for area in member.jurisdiction),
    "participating": _participating,
    "assisting": _assisting,
    "representing": _representing,
    "committee": _handles,
    "any": lambda _actor, _member, _row, _now: True,
}


def _flag(name: str) -> Truth:
    return lambda _actor, _member, row, _now: bool(getattr(row, name))


def _of_the_team(actor: Actor, row: Any, now: datetime) -> bool:
    return any(tie.user_id == actor.user_id and _running(tie, now) for tie in row.protectors)


def _sides(actor: Actor, row: Any, now: datetime) -> set[str | None]:
    """The sides on which the user is a party, or stands for one."""
    found: set[str | None] = {side for user, side in row.party_sides if user == actor.user_id}
    return found | {tie.role for tie in row.representatives if tie.user_id == actor.user_id and _running(tie, now)}


def _own_side(actor: Actor, _member: Membership, row: Any, now: datetime) -> bool:
    if hasattr(row, "visibility") and row.visibility != "side":
        return False
    return row.side is not None and row.side in _sides(actor, row, now)


def _opposing(actor: Actor, _member: Membership, row: Any, now: datetime) -> bool:
    sides = _sides(actor, row, now)
    if not sides or row.visibility == "everyone":
        return False
    return not (row.visibility == "side" and row.side in sides)


def _serving(_actor: Actor, member: Membership, row: Any, now: datetime) -> bool:
    return _at_home(member, row) and any(
        tie.role not in (None, "resident") and _running(tie, now) for tie in row.members
    )


CONDITIONS: Mapping[str, Truth] = {
    "always": lambda _actor, _member, _row, _now: True,
    "court_seized": lambda _actor, member, row, _now: row.court_id == member.organisation_id,
    "seized_of_agreement": lambda _actor, member, row, _now: (
        row.court_id == member.organisation_id and row.agreement_in_effect
    ),
    **{name: _flag(name) for name in ("agreement_in_effect", "family_or_minor", "minor_involved", "public_security")},
    "outside_protection_team": lambda actor, _member, row, now: (
        row.address_protected and not _of_the_team(actor, row, now)
    ),
    "protection_team": lambda actor, _member, row, now: _of_the_team(actor, row, now),
    "a_party": lambda actor, _member, row, _now: actor.user_id in {user for user, _ in row.party_sides},
    "concerned": lambda actor, _member, row, now: bool(_sides(actor, row, now)),
    "awaiting_mediator": lambda _actor, _member, row, now: not [tie for tie in row.mediators if _running(tie, now)],
    "same_county": lambda _actor, member, row, _now: _at_home(member, row),
    "county_staff": lambda _actor, member, row, _now: _at_home(member, row) and row.staff,
    "serving_in_county": _serving,
    "for_everyone": lambda _actor, _member, row, _now: row.visibility == "everyone",
    "for_handlers": lambda _actor, _member, row, _now: row.visibility in ("everyone", "side", "mediators"),
    "for_one_organisation": lambda _actor, _member, row, _now: row.visibility == "organisation",
    "own_side": _own_side,
    "opposing": _opposing,
    "closed_address": _flag("address_closed"),
    "break_glass": lambda _actor, _member, _row, _now: False,
}


def holds(scope: str, condition: str, actor: Actor, member: Membership, row: Any, now: datetime) -> bool:
    """Whether a scope and a condition are both so, of one membership."""
    return bool(SCOPES[scope](actor, member, row, now) and CONDITIONS[condition](actor, member, row, now))


class StatedPolicy:
    """A policy as its text says it, and nobody else."""

    def __init__(self, text: str) -> None:
        lines = [[cell.strip() for cell in line.split(",")] for line in text.splitlines()]
        self._rows: dict[tuple[str, str], list[list[str]]] = {}
        self._parents: dict[str, set[str]] = {}
        self._roles: dict[str, set[str]] = {}
        for kind, *cells in lines:
            if kind == "p":
                self._rows.setdefault((cells[2], cells[3]), []).append(cells)
            elif kind == "g":
                self._parents.setdefault(cells[0], set()).add(cells[1])

    def roles(self, role: str) -> set[str]:
        """The role and all that it inherits."""
        if role not in self._roles:
            found, new = {"anyone"}, {role}
            while new:
                found |= new
                new = set().union(*(self._parents.get(one, set()) for one in new)) - found
            self._roles[role] = found
        return self._roles[role]

    def allows(self, actor: Actor, question: tuple[str, str, str], row: Any, now: datetime) -> bool:
        """Whether some row of the policy allows it and none denies it."""
        resource, action, group = question
        members = [one for one in actor.memberships if one.valid_until is None or now < one.valid_until]
        effects = {
            effect
            for role, domain, _, _, groups, scope, condition, effect in self._rows.get((resource, action), ())
            if groups in ("*", group) and domain in ("*", str(row.county_id))
            for member in members
            if effect == "deny" or actor.acting in (None, member.id)
            if role in self.roles(member.role) and holds(scope, condition, actor, member, row, now)
        }
        return effects == {"allow"}
