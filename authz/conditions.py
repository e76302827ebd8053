"""Conditions: what else must be true of the row, beside its scope, for a policy row to count.

As authz.scopes, and tested on the same membership as the role and the scope. A condition in a deny row must name
exactly whom it shuts out.
"""

from __future__ import annotations

from authz.atoms import Related, equals, is_one_of, is_true, related
from authz.names import Definition, Meaning, Name, by_name, meaning
from authz.predicate import ALWAYS, NEVER, Alternatives, all_of, any_of, combine
from authz.resources import Resource
from authz.scopes import SCOPES, at_home
from authz.shape import NOW, USER, NumberedMembership
from domain.codes.enums import NoteVisibility, Role


def _flag(fact: str) -> Meaning:
    """The row's flag is set."""

    def define(_member: NumberedMembership, resource: Resource) -> Alternatives:
        return all_of(is_true(resource, fact))

    return meaning(define, fact)


def _court_seized(member: NumberedMembership, resource: Resource) -> Alternatives:
    return all_of(equals(resource, "court_id", member.organisation))


def _seized_of_agreement(member: NumberedMembership, resource: Resource) -> Alternatives:
    return combine(_court_seized(member, resource), all_of(is_true(resource, "agreement_in_effect")))


def _protects(resource: Resource, *, wanted: bool) -> Related:
    return related(resource, "protectors", user_id=USER, now=NOW, wanted=wanted)


def _outside_protection_team(_member: NumberedMembership, resource: Resource) -> Alternatives:
    return all_of(is_true(resource, "address_protected"), _protects(resource, wanted=False))


def _protection_team(_member: NumberedMembership, resource: Resource) -> Alternatives:
    return all_of(_protects(resource, wanted=True))


def _a_party(_member: NumberedMembership, resource: Resource) -> Alternatives:
    return all_of(related(resource, "parties", user_id=USER))


def _awaiting_mediator(_member: NumberedMembership, resource: Resource) -> Alternatives:
    return all_of(related(resource, "mediators", now=NOW, wanted=False))


def _same_county(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource)


def _county_staff(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource, is_true(resource, "staff"))


def _serving_in_county(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource, related(resource, "members", now=NOW, other_than=("role", Role.RESIDENT.value)))


# For whom a note or a session's record is.


def _visible_to(*visibilities: NoteVisibility) -> Definition:
    """It is for one of these."""
    words = tuple(one.value for one in visibilities)
    return lambda _member, resource: all_of(is_one_of(resource, "visibility", *words))


def _on_side(resource: Resource, *, same: tuple[str, ...] = (), wanted: bool = True) -> tuple[Related, Related]:
    """The two ways to be on a side of the case, or on the row's own side of it (`same`): as a party, or for one now."""
    return (
        related(resource, "parties", user_id=USER, same=same, wanted=wanted),
        related(resource, "representatives", user_id=USER, now=NOW, same=same, wanted=wanted),
    )


_OWN = ("side",)
_FOR_SIDE = (NoteVisibility.SIDE.value,)
_BEHIND_DOORS = (NoteVisibility.MEDIATORS.value, NoteVisibility.ORGANISATION.value)


def _concerned(_member: NumberedMembership, resource: Resource) -> Alternatives:
    return any_of(*(all_of(one) for one in _on_side(resource)))


def _on_own_side(_member: NumberedMembership, resource: Resource) -> Alternatives:
    return any_of(*(all_of(one) for one in _on_side(resource, same=_OWN)))


def _for_own_side(member: NumberedMembership, resource: Resource) -> Alternatives:
    return combine(all_of(is_one_of(resource, "visibility", *_FOR_SIDE)), _on_own_side(member, resource))


def _opposing(member: NumberedMembership, resource: Resource) -> Alternatives:
    behind_doors = all_of(is_one_of(resource, "visibility", *_BEHIND_DOORS))
    for_side = is_one_of(resource, "visibility", *_FOR_SIDE)
    other_side = all_of(for_side, *_on_side(resource, same=_OWN, wanted=False))
    return combine(_concerned(member, resource), any_of(behind_doors, other_side))


_SIDES = ("parties", "representatives")

CONDITIONS = by_name(
    Name("always", "nothing more", (meaning(lambda _member, _resource: ALWAYS),)),
    Name(
        "court_seized",
        "entrusted by or referred to the membership's court, or an application for confirmation lies there",
        (meaning(_court_seized, "court_id"),),
    ),
    Name(
        "seized_of_agreement",
        "as court_seized, and an agreement is in effect: drafts never reach a court",
        (meaning(_seized_of_agreement, "court_id", "agreement_in_effect"),),
    ),
    Name("agreement_in_effect", "an agreement is in effect", (_flag("agreement_in_effect"),)),
    Name("family_or_minor", "a family matter, a minor in it, or violence suspected", (_flag("family_or_minor"),)),
    Name("minor_involved", "a minor is in it", (_flag("minor_involved"),)),
    Name("public_security", "touches public security", (_flag("public_security"),)),
    Name(
        "outside_protection_team",
        "an address is protected and the user is not of the team that protects it",
        (meaning(_outside_protection_team, "address_protected", "protectors"),),
    ),
    Name(
        "protection_team",
        "the user is now of the team that protects a party",
        (meaning(_protection_team, "protectors"),),
    ),
    Name("a_party", "the user is a party of the case by their own account", (meaning(_a_party, "parties"),)),
    Name(
        "concerned",
        "the user is a party of the case, or now stands for one, in whatever office they serve",
        (meaning(_concerned, *_SIDES),),
    ),
    Name("awaiting_mediator", "no mediator is at work on the case", (meaning(_awaiting_mediator, "mediators"),)),
    Name("same_county", "the row is of the membership's county", (meaning(_same_county),)),
    Name(
        "county_staff",
        "the user of the row serves or has served in the membership's county, other than as a resident",
        (meaning(_county_staff, "staff"),),
    ),
    Name(
        "serving_in_county",
        "the user of the row now serves in the membership's county, other than as a resident",
        (meaning(_serving_in_county, "members"),),
    ),
    Name(
        "for_everyone",
        "a note for everyone on the case",
        (meaning(_visible_to(NoteVisibility.EVERYONE), "visibility"),),
    ),
    Name(
        "for_handlers",
        "a note that those who handle the case read: for everyone, for a side, for the mediators",
        (meaning(_visible_to(NoteVisibility.EVERYONE, NoteVisibility.SIDE, NoteVisibility.MEDIATORS), "visibility"),),
    ),
    Name(
        "for_one_organisation",
        "a note for one organisation alone",
        (meaning(_visible_to(NoteVisibility.ORGANISATION), "visibility"),),
    ),
    Name(
        "own_side",
        "the user is, or stands for, a party of the side that the note is for, or that the row is of",
        (
            meaning(_for_own_side, "visibility", "side", *_SIDES),
            meaning(_on_own_side, "side", *_SIDES),
        ),
    ),
    Name(
        "opposing",
        "the user is, or stands for, a party, and the note is for another side, the mediators or an organisation",
        (meaning(_opposing, "visibility", "side", *_SIDES),),
    ),
    Name(
        "closed_address",
        "the party's address is closed to the party's own account, by the team that protects it",
        (_flag("address_closed"),),
    ),
    Name(
        "break_glass",
        "opened by break-glass for this case: no such opening can exist yet, so it holds for nobody",
        (meaning(lambda _member, _resource: NEVER),),
    ),
)


def grounds_of(scope: str, condition: str, member: NumberedMembership, resource: Resource) -> Alternatives:
    """What a scope and a condition of these names come to together; never, where the resource lacks their facts."""
    where, what = SCOPES[scope].meaning_for(resource), CONDITIONS[condition].meaning_for(resource)
    if where is None or what is None:
        return NEVER
    return combine(where.define(member, resource), what.define(member, resource))
