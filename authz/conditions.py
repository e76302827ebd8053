"""Conditions: what else must be true of the row, beside its scope, for a policy row to count.

Pairs as in authz.scopes, tested on the same membership as the role and the scope. A condition in a deny row must name
exactly whom it shuts out.
"""

from __future__ import annotations

from typing import Any

from authz.facts import Subject
from authz.predicate import (
    ALWAYS,
    NEVER,
    Alternatives,
    Conjunction,
    Tied,
    both,
    column_equals,
    column_is_false,
    column_is_one_of,
    column_is_true,
)
from authz.resources import Resource
from authz.scopes import Named, Pair, registry
from authz.shape import NOW, USER, Held
from domain.codes.enums import NoteVisibility, Role
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


def _seized_of_agreement(subject: Subject, membership: Membership, row: Any) -> bool:
    return bool(row.agreement_in_effect) and _court_seized(subject, membership, row)


def _fold_seized_of_agreement(held: Held, resource: Resource) -> Alternatives:
    seized = column_equals(resource, "court_id", held.organisation)
    return frozenset({frozenset({seized, column_is_true(resource, "agreement_in_effect")})})


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


def _in_no_danger(_subject: Subject, _membership: Membership, row: Any) -> bool:
    return not row.address_protected and not row.violence_suspected


def _fold_in_no_danger(_held: Held, resource: Resource) -> Alternatives:
    return frozenset(
        {frozenset({column_is_false(resource, "address_protected"), column_is_false(resource, "violence_suspected")})}
    )


def _is_party(subject: Subject, _membership: Membership, row: Any) -> bool:
    return subject.actor.user_id in row.party_users


def _fold_is_party(_held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({Tied(resource.relations["party_users"], (("user_id", USER),))})})


def _awaits_mediator(subject: Subject, _membership: Membership, row: Any) -> bool:
    return not any(tie.holds_at(subject.now) for tie in row.mediators)


def _fold_awaits_mediator(_held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({Tied(resource.relations["mediators"], (), NOW, wanted=False)})})


def _same_county(_subject: Subject, membership: Membership, row: Any) -> bool:
    return bool(row.county_id == membership.county_id)


def _fold_same_county(held: Held, resource: Resource) -> Alternatives:
    return frozenset({frozenset({column_equals(resource, "county_id", held.county)})})


def _county_staff(_subject: Subject, membership: Membership, row: Any) -> bool:
    return bool(row.staff) and row.county_id == membership.county_id


def _fold_county_staff(held: Held, resource: Resource) -> Alternatives:
    in_county = column_equals(resource, "county_id", held.county)
    return frozenset({frozenset({in_county, column_is_true(resource, "staff")})})


def _serving_in_county(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.county_id == membership.county_id and any(
        tie.role != Role.RESIDENT and tie.holds_at(subject.now) for tie in row.members
    )


def _fold_serving_in_county(held: Held, resource: Resource) -> Alternatives:
    serves = Tied(resource.relations["members"], (), NOW, other_than=("role", Role.RESIDENT.value))
    return frozenset({frozenset({column_equals(resource, "county_id", held.county), serves})})


# For whom a note or a session's record is.


def _visible_to(*visibilities: NoteVisibility) -> Pair:
    """It is for one of these."""
    words = tuple(one.value for one in visibilities)
    return Pair(
        frozenset({"visibility"}),
        lambda _subject, _membership, row: row.visibility in words,
        lambda _held, resource: frozenset({frozenset({column_is_one_of(resource, "visibility", *words)})}),
    )


def _stands(subject: Subject, row: Any, side: str | None = None) -> bool:
    """The user is a party, or stands for one now; on that side, if one is given."""
    user, now = subject.actor.user_id, subject.now
    return any(one == user and side in (None, of) for one, of in row.party_sides) or any(
        tie.user_id == user and tie.holds_at(now) and side in (None, tie.role) for tie in row.representatives
    )


def _standing(resource: Resource, *, same: tuple[str, ...] = (), wanted: bool = True) -> tuple[Tied, Tied]:
    """The two ways to stand on a case, or on the row's side of it, as atoms."""
    user = (("user_id", USER),)
    return (
        Tied(resource.relations["party_sides"], user, wanted=wanted, same=same),
        Tied(resource.relations["representatives"], user, NOW, wanted=wanted, same=same),
    )


def _concerned(subject: Subject, _membership: Membership, row: Any) -> bool:
    return _stands(subject, row)


def _fold_concerned(_held: Held, resource: Resource) -> Alternatives:
    return frozenset(frozenset({one}) for one in _standing(resource))


def _on_own_side(subject: Subject, _membership: Membership, row: Any) -> bool:
    return row.side is not None and _stands(subject, row, row.side)


def _fold_on_own_side(_held: Held, resource: Resource) -> Alternatives:
    return frozenset(frozenset({one}) for one in _standing(resource, same=("side",)))


def _for_own_side(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.visibility == NoteVisibility.SIDE and _on_own_side(subject, membership, row)


def _fold_for_own_side(_held: Held, resource: Resource) -> Alternatives:
    for_side = column_is_one_of(resource, "visibility", NoteVisibility.SIDE.value)
    return frozenset(frozenset({for_side, one}) for one in _standing(resource, same=("side",)))


_BEHIND_DOORS = (NoteVisibility.MEDIATORS.value, NoteVisibility.ORGANISATION.value)


def _opposing(subject: Subject, membership: Membership, row: Any) -> bool:
    if row.visibility == NoteVisibility.EVERYONE or not _stands(subject, row):
        return False
    return row.visibility in _BEHIND_DOORS or not _on_own_side(subject, membership, row)


def _fold_opposing(_held: Held, resource: Resource) -> Alternatives:
    behind_doors: Conjunction = frozenset({column_is_one_of(resource, "visibility", *_BEHIND_DOORS)})
    for_side = column_is_one_of(resource, "visibility", NoteVisibility.SIDE.value)
    other_side: Conjunction = frozenset({for_side, *_standing(resource, same=("side",), wanted=False)})
    return both(frozenset(frozenset({one}) for one in _standing(resource)), frozenset({behind_doors, other_side}))


CONDITIONS = registry(
    Named(
        "always",
        "nothing more",
        (Pair(frozenset(), lambda _subject, _membership, _row: True, lambda _held, _resource: ALWAYS),),
    ),
    Named(
        "court_seized",
        "entrusted by or referred to the membership's court, or an application for confirmation lies there",
        (Pair(frozenset({"court_id"}), _court_seized, _fold_court_seized),),
    ),
    Named(
        "seized_of_agreement",
        "as court_seized, and an agreement is in effect: drafts never reach a court",
        (Pair(frozenset({"court_id", "agreement_in_effect"}), _seized_of_agreement, _fold_seized_of_agreement),),
    ),
    Named("agreement_in_effect", "an agreement is in effect", (_flag("agreement_in_effect"),)),
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
        "in_no_danger",
        "no address is protected and no violence suspected: what is done about it is not told to the parties",
        (Pair(frozenset({"address_protected", "violence_suspected"}), _in_no_danger, _fold_in_no_danger),),
    ),
    Named(
        "a_party",
        "the user is a party of the case by their own account",
        (Pair(frozenset({"party_users"}), _is_party, _fold_is_party),),
    ),
    Named(
        "concerned",
        "the user is a party of the case, or now stands for one, in whatever office they serve",
        (Pair(frozenset({"party_sides", "representatives"}), _concerned, _fold_concerned),),
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
        "the user of the row serves or has served in the membership's county, other than as a resident",
        (Pair(frozenset({"county_id", "staff"}), _county_staff, _fold_county_staff),),
    ),
    Named(
        "serving_in_county",
        "the user of the row now serves in the membership's county, other than as a resident",
        (Pair(frozenset({"county_id", "members"}), _serving_in_county, _fold_serving_in_county),),
    ),
    Named("for_everyone", "a note for everyone on the case", (_visible_to(NoteVisibility.EVERYONE),)),
    Named(
        "for_handlers",
        "a note that those who handle the case read: for everyone, for a side, for the mediators",
        (_visible_to(NoteVisibility.EVERYONE, NoteVisibility.SIDE, NoteVisibility.MEDIATORS),),
    ),
    Named("for_one_organisation", "a note for one organisation alone", (_visible_to(NoteVisibility.ORGANISATION),)),
    Named(
        "own_side",
        "the user is, or stands for, a party of the side that the note is for, or that the row is of",
        (
            Pair(
                frozenset({"visibility", "side", "party_sides", "representatives"}), _for_own_side, _fold_for_own_side
            ),
            Pair(frozenset({"side", "party_sides", "representatives"}), _on_own_side, _fold_on_own_side),
        ),
    ),
    Named(
        "opposing",
        "the user is, or stands for, a party, and the note is for another side, the mediators or an organisation",
        (Pair(frozenset({"visibility", "side", "party_sides", "representatives"}), _opposing, _fold_opposing),),
    ),
    Named("protected_address", "the party's address is protected", (_flag("address_protected"),)),
    Named(
        "break_glass",
        "opened by break-glass for this case: no such opening can exist yet, so it holds for nobody",
        (Pair(frozenset(), lambda _subject, _membership, _row: False, lambda _held, _resource: NEVER),),
    ),
)
