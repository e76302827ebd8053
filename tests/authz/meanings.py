"""Every scope and condition, row by row by hand: one membership, one row of data, and whether the name holds of it.

The membership is always the same: of `ORGANISATION` in `COUNTY`, held by `ACTOR`, with the grid below it and the town
as its jurisdiction unless the row says otherwise. Every table has both sides of each of its boundaries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from authz.fuzzing.invented_rows import CaseRow, NoteRow, OrganisationRow, PartyRow, Tie, UserRow
from domain.foundation.basics.actor import Area, AreaLevel, Membership
from tests.authz.place import (
    ACTOR,
    AGES_AGO,
    COMMUNITY,
    COUNTY,
    IN_CITY,
    IN_COUNTY,
    IN_GRID,
    IN_TOWN,
    NOW,
    ORGANISATION,
    OTHER_COUNTY,
    OTHER_ORGANISATION,
    OTHER_TOWN,
    SOMEBODY,
    a_case,
    a_membership,
    an_id,
)

INSTANT = timedelta(microseconds=1)
MEMBER = a_membership("mediator", subtree=(IN_GRID,), jurisdiction=(IN_TOWN,))

Row = tuple[str, Any, bool] | tuple[str, Any, bool, Membership]
"""What the row shows, the row, whether the name holds, and another membership than the usual one."""


def _afar(row: CaseRow) -> CaseRow:
    return replace(row, county_id=OTHER_COUNTY)


def _member(**reach: Any) -> Membership:
    return a_membership("mediator", **reach)


def _terms(relationship: str, tie: Tie) -> list[Row]:
    """The four edges of a term."""
    return [
        ("the first instant", a_case(**{relationship: (replace(tie, valid_from=NOW),)}), True),
        ("before it began", a_case(**{relationship: (replace(tie, valid_from=NOW + INSTANT),)}), False),
        ("the last instant", a_case(**{relationship: (replace(tie, valid_until=NOW + INSTANT),)}), True),
        ("when it has ended", a_case(**{relationship: (replace(tie, valid_until=NOW),)}), False),
    ]


def _case_terms(relationship: str, tie: Tie) -> list[Row]:
    """The same within one county, which scopes ask for and conditions mostly do not."""
    there = a_case(**{relationship: (tie,)})
    return [*_terms(relationship, tie), ("in another county", _afar(there), False), ("nobody", a_case(), False)]


MEDIATES = Tie(ACTOR, ORGANISATION, AGES_AGO)
TAKES_PART = Tie(None, ORGANISATION, AGES_AGO, role="observing")
LEADS = replace(TAKES_PART, role="lead")
STANDS_FOR = Tie(ACTOR, None, AGES_AGO, role="applicant")
PROTECTS = Tie(ACTOR, None, AGES_AGO)
COLLEAGUE = Tie(None, ORGANISATION, AGES_AGO, role="resident")
SERVES = Tie(None, OTHER_ORGANISATION, AGES_AGO, role="mediator")


def _party(user: object = ACTOR, side: str = "applicant") -> dict[str, Any]:
    return {"party_users": frozenset({user}), "party_sides": frozenset({(user, side)})}


def _user(*members: Tie, **facts: Any) -> UserRow:
    return replace(UserRow(COUNTY, an_id("colleague"), members=members), **facts)


def _users(tie: Tie) -> list[Row]:
    return [
        ("the first instant", _user(replace(tie, valid_from=NOW)), True),
        ("before it began", _user(replace(tie, valid_from=NOW + INSTANT)), False),
        ("the last instant", _user(replace(tie, valid_until=NOW + INSTANT)), True),
        ("when it has ended", _user(replace(tie, valid_until=NOW)), False),
        ("one of two", _user(replace(tie, valid_until=NOW), tie), True),
        ("in another county", _user(tie, county_id=OTHER_COUNTY), False),
        ("nobody", _user(), False),
    ]


def _places(source: str) -> list[Row]:
    def reach(*areas: Area) -> Membership:
        return _member(**{source: areas})

    def area(level: AreaLevel, name: str) -> Area:
        return Area(level, an_id(name))

    elsewhere = a_case(town_id=OTHER_TOWN, community_id=an_id("far"), grid_id=an_id("farther"))
    community = Area(AreaLevel.COMMUNITY, COMMUNITY)
    return [
        ("in the town", a_case(), True, reach(IN_TOWN)),
        ("in the community", a_case(), True, reach(community)),
        ("in the grid", a_case(), True, reach(IN_GRID)),
        ("in another town", elsewhere, False, reach(IN_TOWN)),
        ("in another community of the town", a_case(community_id=an_id("far")), False, reach(community)),
        ("in another grid of the town", a_case(grid_id=an_id("farther")), False, reach(IN_GRID)),
        ("in one of two towns", elsewhere, True, reach(IN_TOWN, area(AreaLevel.TOWN, "other town"))),
        ("in neither of two towns", elsewhere, False, reach(IN_TOWN, area(AreaLevel.TOWN, "third town"))),
        ("in one of two grids", a_case(), True, reach(IN_GRID, area(AreaLevel.GRID, "farther"))),
        ("no place", a_case(town_id=None, community_id=None, grid_id=None), False, reach(IN_TOWN, community, IN_GRID)),
        ("no grid known", a_case(grid_id=None), False, reach(IN_GRID)),
        (
            "no grid known, in either of two",
            a_case(grid_id=None),
            False,
            reach(IN_GRID, area(AreaLevel.GRID, "farther")),
        ),
        ("no grid known, in the town", a_case(grid_id=None), True, reach(IN_TOWN)),
        ("the same town's number in another county", _afar(a_case()), False, reach(IN_TOWN)),
        ("in the county", elsewhere, True, reach(IN_COUNTY)),
        ("in the county, no place", a_case(town_id=None), True, reach(IN_COUNTY)),
        ("in another county", _afar(elsewhere), False, reach(IN_COUNTY)),
        ("in another county of the city", _afar(elsewhere), True, reach(IN_CITY)),
        ("in a county of no city", replace(elsewhere, county_id=1), False, reach(IN_CITY)),
        ("a city without counties", a_case(), False, reach(Area(AreaLevel.CITY, an_id("city"), ()))),
        ("no area", a_case(), False, reach()),
        ("by the other kind of area alone", a_case(), False, _other_kind(source)),
    ]


def _other_kind(source: str) -> Membership:
    return _member(**{"jurisdiction" if source == "subtree" else "subtree": (IN_TOWN,)})


SCOPES: Mapping[str, list[Row]] = {
    "self": [
        ("registered", a_case(registered_by=ACTOR), True),
        ("registered by another", a_case(), False),
        ("registered, in another county", _afar(a_case(registered_by=ACTOR)), False),
        ("a party", a_case(**_party()), True),
        ("another is a party", a_case(**_party(SOMEBODY)), False),
        ("a party, in another county", _afar(a_case(**_party())), False),
        ("stands for one alone", a_case(representatives=(STANDS_FOR,)), False),
        ("the user", UserRow(COUNTY, ACTOR), True),
        ("another user", UserRow(COUNTY, SOMEBODY), False),
        ("the user, in another county", UserRow(OTHER_COUNTY, ACTOR), False),
        ("the user's own party", PartyRow(COUNTY, "applicant", ACTOR), True),
        ("another's party", PartyRow(COUNTY, "applicant", SOMEBODY), False),
        ("a party without account", PartyRow(COUNTY, "applicant", None), False),
    ],
    "assigned": [
        *_case_terms("mediators", MEDIATES),
        ("for another organisation", a_case(mediators=(replace(MEDIATES, organisation_id=OTHER_ORGANISATION),)), False),
        ("a colleague is", a_case(mediators=(replace(MEDIATES, user_id=SOMEBODY),)), False),
        ("before, and now again", a_case(mediators=(replace(MEDIATES, valid_until=NOW), MEDIATES)), True),
        (
            "the user for another, another for the organisation",
            a_case(
                mediators=(
                    replace(MEDIATES, organisation_id=OTHER_ORGANISATION),
                    replace(MEDIATES, user_id=SOMEBODY),
                )
            ),
            False,
        ),
    ],
    "organisation": [
        ("itself", OrganisationRow(COUNTY, ORGANISATION), True),
        ("another", OrganisationRow(COUNTY, OTHER_ORGANISATION), False),
        ("its number in another county", OrganisationRow(OTHER_COUNTY, ORGANISATION), False),
        ("its case", a_case(organisation_id=ORGANISATION), True),
        ("a note for it", NoteRow.on(a_case(), "organisation", None, ORGANISATION), True),
        ("a note for no organisation", NoteRow.on(a_case(organisation_id=ORGANISATION), "everyone", None, None), False),
        *_users(COLLEAGUE),
        ("a member of another", _user(replace(COLLEAGUE, organisation_id=OTHER_ORGANISATION)), False),
    ],
    "subtree": _places("subtree"),
    "jurisdiction": _places("jurisdiction"),
    "participating": [
        *_case_terms("participants", TAKES_PART),
        ("leads", a_case(participants=(LEADS,)), True),
        ("another is", a_case(participants=(replace(TAKES_PART, organisation_id=OTHER_ORGANISATION),)), False),
    ],
    "assisting": [
        *_case_terms("participants", TAKES_PART),
        ("assists", a_case(participants=(replace(TAKES_PART, role="assisting"),)), True),
        ("leads", a_case(participants=(LEADS,)), False),
        ("led, and now assists", a_case(participants=(replace(LEADS, valid_until=NOW), TAKES_PART)), True),
        ("another assists", a_case(participants=(LEADS, replace(TAKES_PART, organisation_id=SOMEBODY))), False),
    ],
    "representing": [
        *_case_terms("representatives", STANDS_FOR),
        ("another does", a_case(representatives=(replace(STANDS_FOR, user_id=SOMEBODY),)), False),
        ("somebody without account does", a_case(representatives=(replace(STANDS_FOR, user_id=None),)), False),
        ("a party themselves", a_case(**_party()), False),
    ],
    "committee": [
        ("handles it", a_case(handler_id=ORGANISATION), True),
        ("another handles it", a_case(handler_id=OTHER_ORGANISATION), False),
        ("nobody handles it", a_case(handler_id=None), False),
        ("answers for it, handles it not", a_case(organisation_id=ORGANISATION), False),
        ("handles it, in another county", _afar(a_case(handler_id=ORGANISATION)), False),
    ],
    "any": [("here", a_case(), True), ("in another county", _afar(a_case()), True)],
}


def _flag(name: str) -> list[Row]:
    others = {"agreement_in_effect", "public_security", "minor_involved", "family_or_minor", "address_protected"}
    return [
        ("set", a_case(**{name: True}), True),
        ("not set", a_case(**dict.fromkeys(others - {name}, True)), False),
        ("unknown", a_case(**{name: None}), False),
        ("set, in another county", _afar(a_case(**{name: True})), True),
    ]


def _note(visibility: str, side: str | None = None, **facts: Any) -> NoteRow:
    return NoteRow.on(a_case(**facts), visibility, side, ORGANISATION if visibility == "organisation" else None)


def _for_side(tie: Tie) -> list[Row]:
    """On the row's side by standing for a party of it: the edges of the term."""
    return [
        ("stands from now on", _note("side", "applicant", representatives=(replace(tie, valid_from=NOW),)), True),
        ("stood until now", _note("side", "applicant", representatives=(replace(tie, valid_until=NOW),)), False),
    ]


_OTHER_SIDE = replace(STANDS_FOR, role="respondent")

CONDITIONS: Mapping[str, list[Row]] = {
    "always": [("a case", a_case(), True), ("in another county", _afar(a_case()), True)],
    "court_seized": [
        ("by the membership's court", a_case(court_id=ORGANISATION), True),
        ("by another court", a_case(court_id=OTHER_ORGANISATION), False),
        ("by no court", a_case(court_id=None), False),
    ],
    "seized_of_agreement": [
        ("in effect", a_case(court_id=ORGANISATION, agreement_in_effect=True), True),
        ("a draft", a_case(court_id=ORGANISATION), False),
        ("in effect, by another court", a_case(court_id=OTHER_ORGANISATION, agreement_in_effect=True), False),
        ("in effect, by no court", a_case(agreement_in_effect=True), False),
        ("unknown", a_case(court_id=ORGANISATION, agreement_in_effect=None), False),
    ],
    "agreement_in_effect": _flag("agreement_in_effect"),
    "family_or_minor": _flag("family_or_minor"),
    "minor_involved": _flag("minor_involved"),
    "public_security": _flag("public_security"),
    "outside_protection_team": [
        ("protected, of no team", a_case(address_protected=True), True),
        ("protected, of the team", a_case(address_protected=True, protectors=(PROTECTS,)), False),
        ("from now on", a_case(address_protected=True, protectors=(replace(PROTECTS, valid_from=NOW),)), False),
        ("until now", a_case(address_protected=True, protectors=(replace(PROTECTS, valid_until=NOW),)), True),
        ("others are", a_case(address_protected=True, protectors=(replace(PROTECTS, user_id=SOMEBODY),)), True),
        ("not protected", a_case(), False),
        ("not known whether", a_case(address_protected=None), False),
    ],
    "protection_team": [
        *_terms("protectors", PROTECTS),
        ("another is", a_case(protectors=(replace(PROTECTS, user_id=SOMEBODY),)), False),
        ("nobody is", a_case(address_protected=True), False),
    ],
    "a_party": [
        ("a party", a_case(**_party()), True),
        ("on the other side", a_case(**_party(side="respondent")), True),
        ("another is", a_case(**_party(SOMEBODY)), False),
        ("stands for one", a_case(representatives=(STANDS_FOR,)), False),
        ("registered it", a_case(registered_by=ACTOR), False),
    ],
    "concerned": [
        ("a party", a_case(**_party()), True),
        ("another is", a_case(**_party(SOMEBODY)), False),
        *_terms("representatives", STANDS_FOR),
        ("another stands for one", a_case(representatives=(replace(STANDS_FOR, user_id=SOMEBODY),)), False),
    ],
    "awaiting_mediator": [
        ("nobody", a_case(), True),
        ("the user", a_case(mediators=(MEDIATES,)), False),
        ("somebody", a_case(mediators=(replace(MEDIATES, user_id=SOMEBODY),)), False),
        ("somebody from now on", a_case(mediators=(replace(MEDIATES, user_id=SOMEBODY, valid_from=NOW),)), False),
        ("somebody until now", a_case(mediators=(replace(MEDIATES, user_id=SOMEBODY, valid_until=NOW),)), True),
        ("somebody soon", a_case(mediators=(replace(MEDIATES, user_id=SOMEBODY, valid_from=NOW + INSTANT),)), True),
    ],
    "same_county": [("here", a_case(), True), ("there", _afar(a_case()), False)],
    "county_staff": [
        ("staff", _user(staff=True), True),
        ("not staff", _user(SERVES), False),
        ("staff afar", _user(staff=True, county_id=OTHER_COUNTY), False),
        ("not known whether", _user(staff=None), False),
    ],
    "serving_in_county": [
        *_users(SERVES),
        ("as a resident", _user(replace(SERVES, role="resident")), False),
        ("as a resident, and otherwise", _user(replace(SERVES, role="resident"), SERVES), True),
        ("in no known role", _user(replace(SERVES, role=None)), False),
    ],
    "for_everyone": [
        ("for everyone", _note("everyone"), True),
        *((f"for {one}", _note(one, "applicant"), False) for one in ("side", "mediators", "organisation")),
    ],
    "for_handlers": [
        *((f"for {one}", _note(one, "applicant"), True) for one in ("everyone", "side", "mediators")),
        ("for an organisation", _note("organisation"), False),
    ],
    "for_one_organisation": [
        ("for an organisation", _note("organisation"), True),
        *((f"for {one}", _note(one, "applicant"), False) for one in ("everyone", "side", "mediators")),
    ],
    "own_side": [
        ("a party of the side", _note("side", "applicant", **_party()), True),
        ("a party of the other side", _note("side", "respondent", **_party()), False),
        ("of the side, but for the mediators", _note("mediators", "applicant", **_party()), False),
        ("of the side, but for everyone", _note("everyone", "applicant", **_party()), False),
        ("for no side known", _note("side", None, **_party()), False),
        *_for_side(STANDS_FOR),
        ("stands for the other side", _note("side", "applicant", representatives=(_OTHER_SIDE,)), False),
        ("nobody", _note("side", "applicant"), False),
        (
            "a row of the side",
            replace(PartyRow(COUNTY, "applicant"), party_sides=frozenset({(ACTOR, "applicant")})),
            True,
        ),
        (
            "a row of the other",
            replace(PartyRow(COUNTY, "respondent"), party_sides=frozenset({(ACTOR, "applicant")})),
            False,
        ),
        ("a row of the side, for which they stand", PartyRow(COUNTY, "applicant", representatives=(STANDS_FOR,)), True),
    ],
    "opposing": [
        ("for the other side", _note("side", "respondent", **_party()), True),
        ("for one's own", _note("side", "applicant", **_party()), False),
        ("for everyone", _note("everyone", **_party()), False),
        ("for the mediators", _note("mediators", **_party()), True),
        ("for an organisation", _note("organisation", **_party()), True),
        ("for the mediators, of no side", _note("mediators"), False),
        ("for the other side, of no side", _note("side", "respondent"), False),
        ("by standing for the other", _note("side", "respondent", representatives=(STANDS_FOR,)), True),
        (
            "by having stood",
            _note("side", "respondent", representatives=(replace(STANDS_FOR, valid_until=NOW),)),
            False,
        ),
        ("on both sides", _note("side", "respondent", representatives=(_OTHER_SIDE,), **_party()), False),
        ("for the mediators, by standing", _note("mediators", representatives=(STANDS_FOR,)), True),
    ],
    "closed_address": [
        ("closed", PartyRow(COUNTY, "applicant", address_closed=True), True),
        ("not", PartyRow(COUNTY, "applicant"), False),
    ],
    "break_glass": [("a case", a_case(), False), ("one's own", a_case(registered_by=ACTOR), False)],
}
# Names that hold of everything, or of nothing.
ONE_SIDED = {"any", "always", "break_glass"}
