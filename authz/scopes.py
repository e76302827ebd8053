"""Scopes: how a row relates to one membership. Policy rows only name them.

Every scope but `any` stays within the membership's own county, or within the counties of an area above counties; that
is also what lets composite indexes beginning with the county serve the SQL.
"""

from __future__ import annotations

from authz.atoms import Atom, equals, related
from authz.names import Definition, Meaning, Name, by_name, meaning
from authz.predicate import ALWAYS, Alternatives, all_of, any_of
from authz.resources import Resource
from authz.shape import NOW, USER, NumberedMembership
from domain.codes.enums import ParticipantRelation


def at_home(member: NumberedMembership, resource: Resource, *atoms: Atom) -> Alternatives:
    """The atoms, within the membership's county."""
    return all_of(equals(resource, "county_id", member.county), *atoms)


# self: the row is the user's own.


def _registered(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource, equals(resource, "registered_by", USER))


def _registered_or_party(member: NumberedMembership, resource: Resource) -> Alternatives:
    return any_of(
        _registered(member, resource),
        at_home(member, resource, related(resource, "parties", user_id=USER)),
    )


def _is_the_user(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource, equals(resource, "user_id", USER))


# assigned, participating, assisting, representing: somebody is on the case, for a term that is running.


def _assigned(member: NumberedMembership, resource: Resource) -> Alternatives:
    acting = related(resource, "mediators", user_id=USER, organisation_id=member.organisation, now=NOW)
    return at_home(member, resource, acting)


def _participating(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource, related(resource, "participants", organisation_id=member.organisation, now=NOW))


def _assisting(member: NumberedMembership, resource: Resource) -> Alternatives:
    # As the index of those who do not lead has it: of cases that it leads an organisation has thousands.
    leads = ("relation", ParticipantRelation.LEAD.value)
    assists = related(resource, "participants", organisation_id=member.organisation, now=NOW, other_than=leads)
    return at_home(member, resource, assists)


def _representing(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource, related(resource, "representatives", user_id=USER, now=NOW))


# organisation, committee: a column names the membership's organisation, or the user of the row belongs to it.


def _organisation_in(fact: str) -> Meaning:
    def define(member: NumberedMembership, resource: Resource) -> Alternatives:
        return at_home(member, resource, equals(resource, fact, member.organisation))

    return meaning(define, fact)


def _colleague(member: NumberedMembership, resource: Resource) -> Alternatives:
    return at_home(member, resource, related(resource, "members", organisation_id=member.organisation, now=NOW))


# subtree, jurisdiction: the row's place lies in an area, tested by equality on the area's level column.


def _place_in(source: str) -> Definition:
    def define(member: NumberedMembership, resource: Resource) -> Alternatives:
        return any_of(
            *(
                # A county, or what is above it, is where the row must be, wherever the membership is.
                all_of(equals(resource, column, value))
                if column == "county_id"
                else at_home(member, resource, equals(resource, column, value))
                for column, value in member.areas(source)
            )
        )

    return define


_LEVELS = ("town_id", "community_id", "grid_id")

SCOPES = by_name(
    Name(
        "self",
        "registered by the user, or the user is a party of it; of a user: the user",
        (
            meaning(_registered_or_party, "registered_by", "parties"),
            meaning(_registered, "registered_by"),
            meaning(_is_the_user, "user_id"),
        ),
    ),
    Name(
        "assigned",
        "a mediator of the case now, for the membership's organisation",
        (meaning(_assigned, "mediators"),),
    ),
    Name(
        "organisation",
        "the row belongs to the membership's organisation, is it, or is a current member of it",
        (_organisation_in("organisation_id"), meaning(_colleague, "members")),
    ),
    Name(
        "subtree",
        "the row's place lies below the membership's organisation",
        (meaning(_place_in("subtree"), *_LEVELS),),
    ),
    Name(
        "jurisdiction",
        "the row's place lies in the area the organisation serves",
        (meaning(_place_in("jurisdiction"), *_LEVELS),),
    ),
    Name(
        "participating",
        "the membership's organisation is on the case now",
        (meaning(_participating, "participants"),),
    ),
    Name(
        "assisting",
        "the membership's organisation is on the case now, and does not lead",
        (meaning(_assisting, "participants"),),
    ),
    Name(
        "representing",
        "the user stands for a party of the case now: guardian, agent, representative of a group",
        (meaning(_representing, "representatives"),),
    ),
    Name("committee", "the membership's organisation handles the case", (_organisation_in("handler_id"),)),
    Name("any", "every row", (meaning(lambda _member, _resource: ALWAYS),)),
)
