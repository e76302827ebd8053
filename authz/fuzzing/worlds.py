"""Random worlds: two counties under a city with organisations, people, cases and all that ties them, written to a database.

Everything hangs on one seed. Terms begin and end before, exactly at, and after the moment of asking; places, handlers
and courts are missing as often as not; people serve in several organisations, also of the other county.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from authz.conditions import CONDITIONS
from authz.facts import Row
from authz.fuzzing.invented_rows import (
    NOW,
    CalendarRow,
    CaseRow,
    CommitteeRow,
    MediatorRow,
    NoteRow,
    OrganisationRow,
    PartyRow,
    PlacedRow,
    Tie,
    UserRow,
)
from authz.policy_file import ANYONE
from authz.resources import RESOURCES
from authz.scopes import SCOPES
from domain.codes.enums import PartySide, Role
from domain.foundation.basics.actor import (
    Actor,
    Area,
    AreaLevel,
    Membership,
)

SIDES = [side.value for side in PartySide]
ROLES = [*(role.value for role in Role), ANYONE]
PLACED_FACTS = frozenset({"county_id", "id", "registered_by", "town_id", "community_id", "grid_id"})
PLACED = tuple(name for name, one in RESOURCES.items() if one.facts == PLACED_FACTS and not one.relationships)
"""Resources of kinds of work whose rows depend on no more than where they lie and who registered them."""
MOMENTS = [timedelta(days=-9), timedelta(seconds=-1), timedelta(0), timedelta(microseconds=1), timedelta(days=9)]


RELATIONS = ("lead", "assisting", "observing")


@dataclass
class World:
    """One world. Rows carry the facts as they were invented, not as anybody loaded them."""

    seed: int
    counties: tuple[int, ...] = ()
    areas: dict[int, dict[AreaLevel, list[UUID]]] = field(default_factory=dict)
    organisations: list[OrganisationRow] = field(default_factory=list)
    users: list[UserRow] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    # With their ids, and those of the cases that they are part of.
    notes: list[tuple[UUID, UUID, NoteRow]] = field(default_factory=list)
    parties: list[tuple[UUID, UUID, PartyRow]] = field(default_factory=list)
    committees: list[CommitteeRow] = field(default_factory=list)
    mediators: list[tuple[UUID, MediatorRow]] = field(default_factory=list)
    # Of each county a revision of its policy, which only its county tells apart.
    revisions: list[tuple[UUID, CalendarRow]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pick = random.Random(self.seed)
        base = 100_000 + 10 * self.seed
        self.counties = (base + 1, base + 2)
        for county in self.counties:
            self._invent_county(county)
        for county in self.counties:
            self._invent_register(county)
        self.revisions = [(uuid5(UUID(int=county), "policy"), CalendarRow(county)) for county in self.counties]

    def an_id(self) -> UUID:
        return UUID(int=self.pick.getrandbits(128), version=4)

    def maybe(self, value: Any, odds: float = 0.6) -> Any:
        return value if self.pick.random() < odds else None

    def a_tie(self, user: UUID | None, organisation: UUID | None, role: str | None = None) -> Tie:
        start = NOW + self.pick.choice(MOMENTS[:4])
        end = self.maybe(NOW + self.pick.choice(MOMENTS))
        if end is not None and (end < start or (role is not None and end == start)):
            end = None  # The database takes no term that ends before it begins, and no empty membership.
        return Tie(user, organisation, start, end, role)

    def a_stand(self, user: UUID, side: str) -> Tie:
        """A user who stands for a party of that side."""
        return replace(self.a_tie(user, None), role=side)

    def of(self, county: int, rows: list[Any]) -> list[Any]:
        return [row for row in rows if row.county_id == county]

    def _invent_county(self, county: int) -> None:
        self.areas[county] = {AreaLevel.TOWN: [], AreaLevel.COMMUNITY: [], AreaLevel.GRID: []}
        for _ in range(2):
            town = self._area(county, AreaLevel.TOWN, ())
            for _ in range(2):
                community = self._area(county, AreaLevel.COMMUNITY, (town,))
                for _ in range(2):
                    self._area(county, AreaLevel.GRID, (town, community))
        for _ in range(4):
            self.organisations.append(OrganisationRow(county, self.an_id(), **self._somewhere(county)))
        organisations = [row.organisation_id for row in self.of(county, self.organisations)]
        for _ in range(5):
            members = tuple(
                self.a_tie(None, organisation, self.pick.choice(["resident", "mediator"]))
                for organisation in self.pick.sample(organisations[-5:], self.pick.choice([0, 1, 1, 2]))
            )
            staff = any(one.role != "resident" for one in members)
            self.users.append(UserRow(county, self.an_id(), staff, members))
        for _ in range(26):
            case = self._case(county, organisations[-5:])
            self.cases.append(case)
            self.parties += [(self.an_id(), case.id, self._party(case, *who)) for who in self._everybody_in(case)]
            for _ in range(self.pick.choice([0, 1, 2])):
                self.notes.append((self.an_id(), case.id, self._note(case, organisations[-5:])))

    def _invent_register(self, county: int) -> None:
        """Every organisation of no area is a committee, and each user a mediator of two of them."""
        for row in self.of(county, self.organisations)[-4:]:
            self.committees.append(CommitteeRow(county, row.organisation_id, **self._somewhere(county)))
        committees = self.of(county, self.committees)
        for user in self.of(county, self.users):
            for one in self.pick.sample(committees, 2):
                place = {name: getattr(one, name) for name in ("town_id", "community_id", "grid_id")}
                self.mediators.append((self.an_id(), MediatorRow(county, one.organisation_id, user.user_id, **place)))

    def _area(self, county: int, level: AreaLevel, above: tuple[UUID, ...]) -> UUID:
        key = self.an_id()
        self.areas[county][level].append(key)
        chain = (*above, key, None, None)
        self.organisations.append(OrganisationRow(county, key, *chain[:3]))
        return key

    def _somewhere(self, county: int) -> dict[str, UUID | None]:
        """The level columns of a random place, known as far down as chance will have it."""
        places = [row for row in self.organisations if row.county_id == county and row.town_id is not None]
        if self.pick.random() < 0.2 or not places:
            return {"town_id": None, "community_id": None, "grid_id": None}
        place = self.pick.choice(places)
        return {"town_id": place.town_id, "community_id": place.community_id, "grid_id": place.grid_id}

    def _case(self, county: int, organisations: list[UUID]) -> CaseRow:
        users = [row.user_id for row in self.of(county, self.users)]
        choose = self.pick.choice

        def flag() -> bool:
            return self.pick.random() < 0.4

        def few() -> range:
            return range(choose([0, 0, 1, 2]))

        minor, violence = flag(), flag()
        sides = frozenset((choose(users), choose(SIDES)) for _ in few())
        return CaseRow(
            county_id=county,
            id=self.an_id(),
            organisation_id=choose(organisations),
            registered_by=choose(users),
            **self._somewhere(county),
            handler_id=self.maybe(choose(organisations)),
            court_id=self.maybe(choose(organisations)),
            agreement_in_effect=flag(),
            public_security=flag(),
            minor_involved=minor,
            family_or_minor=minor or violence or flag(),
            address_protected=flag(),
            party_users=frozenset(user for user, _ in sides),
            party_sides=sides,
            participants=tuple(replace(self.a_tie(None, choose(organisations)), role=choose(RELATIONS)) for _ in few()),
            mediators=tuple(self.a_tie(choose(users), choose(organisations)) for _ in few()),
            protectors=tuple(self.a_tie(user, None) for user in {choose(users) for _ in few()}),
            representatives=tuple(self.a_stand(choose(users), choose(SIDES)) for _ in few()),
        )

    def _everybody_in(self, case: CaseRow) -> list[tuple[UUID | None, str]]:
        """The parties of a case, with and without an account."""
        return [*sorted(case.party_sides), (None, self.pick.choice(SIDES))]

    def _party(self, case: CaseRow, user: UUID | None, side: str) -> PartyRow:
        return PartyRow(
            county_id=case.county_id,
            side=side,
            user_id=user,
            address_closed=self.pick.random() < 0.4,
            representatives=case.representatives,
            party_sides=case.party_sides,
        )

    def _note(self, case: CaseRow, organisations: list[UUID]) -> NoteRow:
        visibility = self.pick.choice(["everyone", "side", "side", "mediators", "organisation"])
        side = self.pick.choice(SIDES) if visibility == "side" else None
        organisation = self.pick.choice(organisations) if visibility == "organisation" else None
        return NoteRow.on(case, visibility, side, organisation)

    def an_actor(self) -> Actor:
        """A user of the world with up to four memberships; each in ten belongs to the other county."""
        user = self.pick.choice(self.users)
        memberships = tuple(self._membership(user.county_id) for _ in range(self.pick.choice([0, 1, 1, 2, 3, 4])))
        return Actor(user.user_id, user.county_id, "tester", "测试员（虚构）", memberships, self.counties, stamp=1)

    def a_twin(self, actor: Actor) -> Actor:
        """Another user of the county with like memberships: other organisations, other areas, in another order."""

        def other(area: Area, county: int) -> Area:
            known = self.areas[county].get(area.level)
            return replace(area, id=self.pick.choice(known)) if known else area

        def like(one: Membership) -> Membership:
            organisations = [row.organisation_id for row in self.of(one.county_id, self.organisations)][-5:]
            return replace(
                one,
                id=self.an_id(),
                organisation_id=self.pick.choice(organisations),
                subtree=tuple(other(area, one.county_id) for area in one.subtree),
                jurisdiction=tuple(other(area, one.county_id) for area in one.jurisdiction),
            )

        user = self.pick.choice(self.of(actor.county_id, self.users)).user_id
        members = self.pick.sample(actor.memberships, len(actor.memberships))
        return replace(actor, user_id=user, memberships=tuple(like(one) for one in members))

    def _membership(self, home: int) -> Membership:
        county = home if self.pick.random() < 0.9 else self.pick.choice(self.counties)
        organisations = [row.organisation_id for row in self.of(county, self.organisations)][-5:]
        return Membership(
            id=self.an_id(),
            county_id=county,
            role=self.pick.choice(ROLES[:-1]),
            organisation_id=self.pick.choice(organisations),
            organisation_kind="department",
            subtree=self._reach(county),
            jurisdiction=self._reach(county),
        )

    def _reach(self, county: int) -> tuple[Area, ...]:
        def area() -> Area:
            level = self.pick.choice(list(AreaLevel))
            if level is AreaLevel.CITY:
                return Area(level, self.an_id(), self.counties)
            if level is AreaLevel.COUNTY:
                return Area(level, self.an_id(), self.pick.choice([(county,), (county,), ()]))
            return Area(level, self.pick.choice(self.areas[county][level]))

        return tuple(area() for _ in range(self.pick.choice([0, 1, 1, 2, 4])))

    def a_policy(self, rows: int) -> str:
        """A random policy that can be loaded, with denials and with rows of one county alone."""
        lines = {self._policy_row() for _ in range(rows)}
        order = self.pick.sample(ROLES[:-1], 8)
        lines |= {f"g, {order[n]}, {order[self.pick.randrange(n)]}" for n in range(1, 8)}
        return "\n".join(sorted(lines))

    def _policy_row(self) -> str:
        choose = self.pick.choice
        resource = RESOURCES[
            choose(
                [
                    "case",
                    "case",
                    "case",
                    "organisation",
                    "user",
                    "note",
                    "note",
                    "party",
                    "committee",
                    "mediator",
                    "policy",
                    *PLACED,
                ]
            )
        ]
        action = choose(["read", "read", *sorted(resource.actions)])
        group = choose(["*", *sorted(resource.actions[action])])
        scope = choose([name for name in SCOPES if SCOPES[name].meaning_for(resource)])
        fitting = [name for name in CONDITIONS if CONDITIONS[name].meaning_for(resource)]
        condition = choose([*fitting, "always"])
        domain = choose(["*", "*", "*", str(choose(self.counties))])
        effect = choose(["allow", "allow", "allow", "deny"])
        return f"p, {choose(ROLES)}, {domain}, {resource.name}, {action}, {group}, {scope}, {condition}, {effect}"

    def rows(self, resource: str) -> list[tuple[UUID, Row]]:
        """(id, facts) of every row of a resource."""
        if resource == "case":
            return [(row.id, row) for row in self.cases]
        if resource == "note":
            return [(key, row) for key, _, row in self.notes]
        if resource == "party":
            return [(key, row) for key, _, row in self.parties]
        if resource == "user":
            return [(row.user_id, row) for row in self.users]
        if resource == "committee":
            return [(row.organisation_id, row) for row in self.committees]
        if resource == "mediator":
            return list(self.mediators)
        if resource == "policy":
            return list(self.revisions)
        if resource in PLACED:
            return [(uuid5(row.id, resource), _placed(row)) for row in self.cases]
        if resource == "calendar":
            return [(row.organisation_id, CalendarRow(row.county_id)) for row in self.organisations]
        return [(row.organisation_id, row) for row in self.organisations]


def _placed(row: CaseRow) -> PlacedRow:
    return PlacedRow(row.county_id, row.registered_by, row.town_id, row.community_id, row.grid_id)
