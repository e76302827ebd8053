"""Conditions: what else must be true of the row, beside its scope, for a policy row to count.

Pairs as in authz.scopes, tested on the same membership as the role and the scope. A condition in a deny row must name
exactly whom it shuts out.
"""

from __future__ import annotations

from typing import Any

from authz.facts import Resource, Subject
from authz.predicate import ALWAYS, NEVER, Alternatives, Tied, column_equals, column_is_true
from authz.scopes import Named, Pair, registry
from authz.shape import NOW, USER, Held
from domain.codes.enums import Role
from domain.kernel.actor import Membership


def _flag(fact: str) -> Pair:
    """The row's flag is set."""
    return Pair(
        frozenset({fact}),
        lambda _subject, _membership, row: bool(getattr(row, fact)),
        lambda _held, resource: frozenset({frozenset({column_is_true(resource, fact)})}),
    )


def _court_seized(_subject: Subject, membership: Membership, row: Any) -> bool:
    return bool(row.court_id == membership.organisation_id)


def _fold_court_seized(held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({column_equals(resource, "court_id", held.organisation)})})


def _protects(subject: Subject, _membership: Membership, row: Any) -> bool:
    return any(tie.user_id == subject.actor.user_id and tie.holds_at(subject.now) for tie in row.protectors)


def _protector(resource: Resource, *, wanted: bool) -> Tied:
    return Tied(resource.relations["protectors"], (("user_id", USER),), NOW, wanted=wanted)


def _outside_team(subject: Subject, membership: Membership, row: Any) -> bool:
    return bool(row.address_protected) and not _protects(subject, membership, row)


def _fold_outside_team(_held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({column_is_true(resource, "address_protected"), _protector(resource, wanted=False)})})


def _fold_protects(_held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({_protector(resource, wanted=True)})})


def _awaits_mediator(subject: Subject, _membership: Membership, row: Any) -> bool:
    return not any(tie.holds_at(subject.now) for tie in row.mediators)


def _fold_awaits_mediator(_held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({Tied(resource.relations["mediators"], (), NOW, wanted=False)})})


def _same_county(_subject: Subject, membership: Membership, row: Any) -> bool:
    return bool(row.county_id == membership.county_id)


def _fold_same_county(held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({column_equals(resource, "county_id", held.county)})})


def _county_staff(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.county_id == membership.county_id and any(
        tie.role != Role.RESIDENT and tie.holds_at(subject.now) for tie in row.members
    )


def _fold_county_staff(held: Held, resource: Resource) -> Alternatives:
    serves = Tied(resource.relations["members"], (), NOW, other_than=("role", Role.RESIDENT.value))
    return frozenset({frozenset({column_equals(resource, "county_id", held.county), serves})})


CONDITIONS = registry(
    Named(
        "always",
        "nothing more",
        (Pair(frozenset(), lambda _subject, _membership, _row: True, lambda _held, _resource: ALWAYS),),
    ),
    Named(
        "court_seized",
        "referred to the membership's court, or an application for confirmation lies there",
        (Pair(frozenset({"court_id"}), _court_seized, _fold_court_seized),),
    ),
    Named("family_or_minor", "a family matter, a minor in it, or violence suspected", (_flag("family_or_minor"),)),
    Named("minor_involved", "a minor is in it", (_flag("minor_involved"),)),
    Named("public_security", "touches public security", (_flag("public_security"),)),
    Named(
        "outside_protection_team",
        "an address is protected and the user is not of the team that protects it",
        (Pair(frozenset({"address_protected", "protectors"}), _outside_team, _fold_outside_team),),
    ),
    Named(
        "protection_team",
        "the user is now of the team that protects a party",
        (Pair(frozenset({"protectors"}), _protects, _fold_protects),),
    ),
    Named(
        "awaiting_mediator",
        "no mediator is at work on the case",
        (Pair(frozenset({"mediators"}), _awaits_mediator, _fold_awaits_mediator),),
    ),
    Named(
        "same_county",
        "the row is of the membership's county",
        (Pair(frozenset({"county_id"}), _same_county, _fold_same_county),),
    ),
    Named(
        "county_staff",
        "the user of the row now serves in the membership's county, other than as a resident",
        (Pair(frozenset({"county_id", "members"}), _county_staff, _fold_county_staff),),
    ),
    Named(
        "break_glass",
        "opened by break-glass for this case: no such opening can exist yet, so it holds for nobody",
        (Pair(frozenset(), lambda _subject, _membership, _row: False, lambda _held, _resource: NEVER),),
    ),
)
