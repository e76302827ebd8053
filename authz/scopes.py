"""Scopes: how a row relates to one membership. Each is a pair: Python over facts, and the same as SQL over columns.

Policy rows only name them. Every pair but `any` stays within the membership's own county, or within the counties of
an area above counties; that is also what lets composite indexes beginning with the county serve the SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authz.facts import Subject
from authz.predicate import ALWAYS, Alternatives, Conjunction, Tied, column_equals
from authz.resources import Resource
from authz.shape import LEVEL_COLUMNS, NOW, USER, Held
from domain.codes.enums import ParticipantRelation
from domain.kernel.actor import Area, Membership


@dataclass(frozen=True, slots=True)
class Pair:
    """One definition in both forms, for every resource that has the facts it needs.

    `holds(subject, membership, row)` and the conjunctions that `fold(held, resource)` leaves must always agree.
    """

    needs: frozenset[str]
    holds: Callable[[Subject, Membership, Any], bool]
    fold: Callable[[Held, Resource], Alternatives]


@dataclass(frozen=True, slots=True)
class Named:
    """A scope or condition: its name, its meaning in a sentence, and its definitions, the first that fits counting."""

    name: str
    meaning: str
    pairs: tuple[Pair, ...]

    def pair_for(self, resource: Resource) -> Pair | None:
        """The definition for this resource; None if it lacks the facts."""
        return next((pair for pair in self.pairs if pair.needs <= resource.facts), None)


def registry(*entries: Named) -> Mapping[str, Named]:
    """Entries by name."""
    return {entry.name: entry for entry in entries}


def _at_home(held: Held, resource: Resource, *atoms: Any) -> Conjunction:
    """The atoms, within the membership's county."""
    return frozenset({column_equals(resource, "county_id", held.county), *atoms})


# self: the row is the user's own.


def _registered_or_party(subject: Subject, membership: Membership, row: Any) -> bool:
    user = subject.actor.user_id
    return bool(row.county_id == membership.county_id and (row.registered_by == user or user in row.party_users))


def _fold_registered_or_party(held: Held, resource: Resource) -> Alternatives:
    return frozenset(
        {
            _at_home(held, resource, column_equals(resource, "registered_by", USER)),
            _at_home(held, resource, Tied(resource.relations["party_users"], (("user_id", USER),))),
        }
    )


def _is_the_user(subject: Subject, membership: Membership, row: Any) -> bool:
    return bool(row.county_id == membership.county_id and row.user_id == subject.actor.user_id)


def _fold_is_the_user(held: Held, resource: Resource) -> Alternatives:
    return frozenset({_at_home(held, resource, column_equals(resource, "user_id", USER))})


# assigned, participating: a tie whose term is running.


def _assigned(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.county_id == membership.county_id and any(
        tie.user_id == subject.actor.user_id
        and tie.organisation_id == membership.organisation_id
        and tie.holds_at(subject.now)
        for tie in row.mediators
    )


def _fold_assigned(held: Held, resource: Resource) -> Alternatives:
    tied = Tied(resource.relations["mediators"], (("user_id", USER), ("organisation_id", held.organisation)), NOW)
    return frozenset({_at_home(held, resource, tied)})


def _participating(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.county_id == membership.county_id and any(
        tie.organisation_id == membership.organisation_id and tie.holds_at(subject.now) for tie in row.participants
    )


def _fold_participating(held: Held, resource: Resource) -> Alternatives:
    tied = Tied(resource.relations["participants"], (("organisation_id", held.organisation),), NOW)
    return frozenset({_at_home(held, resource, tied)})


def _assisting(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.county_id == membership.county_id and any(
        tie.organisation_id == membership.organisation_id
        and tie.role != ParticipantRelation.LEAD
        and tie.holds_at(subject.now)
        for tie in row.participants
    )


def _fold_assisting(held: Held, resource: Resource) -> Alternatives:
    # As the index of those who do not lead has it: of cases that it leads an organisation has thousands.
    leads = ("relation", ParticipantRelation.LEAD.value)
    tied = Tied(resource.relations["participants"], (("organisation_id", held.organisation),), NOW, other_than=leads)
    return frozenset({_at_home(held, resource, tied)})


# representing: the user stands for a party of the case now.


def _represents(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.county_id == membership.county_id and any(
        tie.user_id == subject.actor.user_id and tie.holds_at(subject.now) for tie in row.representatives
    )


def _fold_represents(held: Held, resource: Resource) -> Alternatives:
    tied = Tied(resource.relations["representatives"], (("user_id", USER),), NOW)
    return frozenset({_at_home(held, resource, tied)})


# organisation, committee: a column names the membership's organisation, or the user of the row belongs to it.


def _column_is_organisation(fact: str) -> Pair:
    def holds(_subject: Subject, membership: Membership, row: Any) -> bool:
        return bool(row.county_id == membership.county_id and getattr(row, fact) == membership.organisation_id)

    def fold(held: Held, resource: Resource) -> Alternatives:
        return frozenset({_at_home(held, resource, column_equals(resource, fact, held.organisation))})

    return Pair(frozenset({"county_id", fact}), holds, fold)


def _colleague(subject: Subject, membership: Membership, row: Any) -> bool:
    return row.county_id == membership.county_id and any(
        tie.organisation_id == membership.organisation_id and tie.holds_at(subject.now) for tie in row.members
    )


def _fold_colleague(held: Held, resource: Resource) -> Alternatives:
    tied = Tied(resource.relations["members"], (("organisation_id", held.organisation),), NOW)
    return frozenset({_at_home(held, resource, tied)})


# subtree, jurisdiction: the row's place lies in an area, tested by equality on the area's level column.


def _covers(area: Area, membership: Membership, row: Any) -> bool:
    column = LEVEL_COLUMNS[area.level]
    if column == "county_id":
        return row.county_id in area.counties
    return bool(row.county_id == membership.county_id and getattr(row, column) == area.id)


def _place_in(source: str) -> Pair:
    def holds(_subject: Subject, membership: Membership, row: Any) -> bool:
        return any(_covers(area, membership, row) for area in getattr(membership, source))

    def fold(held: Held, resource: Resource) -> Alternatives:
        return frozenset(
            frozenset({column_equals(resource, column, value)})
            if column == "county_id"
            else _at_home(held, resource, column_equals(resource, column, value))
            for column, value in held.areas(source)
        )

    return Pair(frozenset({"county_id", "town_id", "community_id", "grid_id"}), holds, fold)


SCOPES = registry(
    Named(
        "self",
        "registered by the user, or the user is a party; of a user: the user",
        (
            Pair(frozenset({"registered_by", "party_users"}), _registered_or_party, _fold_registered_or_party),
            Pair(frozenset({"county_id", "user_id"}), _is_the_user, _fold_is_the_user),
        ),
    ),
    Named(
        "assigned",
        "a mediator of the case now, for the membership's organisation",
        (Pair(frozenset({"county_id", "mediators"}), _assigned, _fold_assigned),),
    ),
    Named(
        "organisation",
        "the row belongs to the membership's organisation, is it, or is a current member of it",
        (
            _column_is_organisation("organisation_id"),
            Pair(frozenset({"county_id", "members"}), _colleague, _fold_colleague),
        ),
    ),
    Named("subtree", "the row's place lies below the membership's organisation", (_place_in("subtree"),)),
    Named("jurisdiction", "the row's place lies in the area the organisation serves", (_place_in("jurisdiction"),)),
    Named(
        "participating",
        "the membership's organisation is on the case now",
        (Pair(frozenset({"county_id", "participants"}), _participating, _fold_participating),),
    ),
    Named(
        "assisting",
        "the membership's organisation is on the case now, and does not lead",
        (Pair(frozenset({"county_id", "participants"}), _assisting, _fold_assisting),),
    ),
    Named(
        "representing",
        "the user stands for a party of the case now: guardian, agent, representative of a group",
        (Pair(frozenset({"county_id", "representatives"}), _represents, _fold_represents),),
    ),
    Named("committee", "the membership's organisation handles the case", (_column_is_organisation("handler_id"),)),
    Named(
        "any",
        "every row",
        (Pair(frozenset(), lambda _subject, _membership, _row: True, lambda _held, _resource: ALWAYS),),
    ),
)
