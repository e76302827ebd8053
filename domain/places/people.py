"""From the files of a place to its people: those the files name, and the grid workers who are invented.

Nobody is real. Every row says so in its `sample` column, which the API shows beside the name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.codes.enums import Role
from domain.places.invention import Invention
from domain.places.rows import Rows
from domain.places.specification import CountySpec, MembershipSpec, PersonSpec, Place, PlaceError, WorkforceSpec
from domain.places.tenants import Node, Tenants

GRID_ROLES = (Role.GRID_LEADER, Role.GRID_WORKER)


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the place with the id the row has."""

    id: UUID
    county_id: int
    name: str
    memberships: tuple[MembershipSpec, ...]
    username: str | None


@dataclass(frozen=True, slots=True)
class Acting:
    """A person in one of its memberships: who did something, as what, for whom."""

    person: Person
    role: Role
    organisation: Node


class People:
    """The people of a place by key, the invented ones included.

    Raises PlaceError when keys or usernames repeat, or when a grid names more people than it has.
    """

    def __init__(self, place: Place, inventions: Invention, tenants: Tenants) -> None:
        self._place = place
        self._inventions = inventions
        self._tenants = tenants
        self._people: dict[str, Person] = {}
        self._by_organisation: dict[str, list[Person]] = {}
        for spec in place.people:
            self._remember(spec)
        for workforce in place.workforce:
            for spec in self._workers(workforce):
                self._remember(spec)
        names = [person.username for person in self._people.values() if person.username]
        if len(names) != len(set(names)):
            raise PlaceError(f"{place.name}: two people have the same username")

    def __getitem__(self, key: str) -> Person:
        try:
            return self._people[key]
        except KeyError:
            raise PlaceError(f"{self._place.name}: there is no person {key!r}") from None

    def accounts(self) -> list[Person]:
        """Those who can sign in."""
        return [person for person in self._people.values() if person.username]

    def acting(self, key: str, roles: Sequence[Role], organisation: str | None = None) -> Acting:
        """The person in a membership with the first of the roles held (in that organisation, when one is named)."""
        person = self[key]
        for role in roles:
            for held in person.memberships:
                if held.role is role and organisation in {None, held.organisation}:
                    return Acting(person, role, self._tenants[held.organisation])
        raise PlaceError(f"{self._place.name}: {key} is none of {', '.join(roles)} in {organisation or 'any place'}")

    def member(self, organisation: str, roles: Collection[Role]) -> Acting | None:
        """The first person who holds one of the roles in an organisation."""
        for person in self._by_organisation.get(organisation, []):
            for held in person.memberships:
                if held.organisation == organisation and held.role in roles:
                    return Acting(person, held.role, self._tenants[organisation])
        return None

    def add_rows(self, rows: Rows) -> None:
        """Add the users and memberships of one county cell."""
        county = next(county for county in self._place.counties if county.id == rows.county_id)
        for person in self._people.values():
            if person.county_id == rows.county_id:
                self._add_person(rows, person, county)

    def _add_person(self, rows: Rows, person: Person, county: CountySpec) -> None:
        rows.add(
            "app_user",
            id=person.id,
            display_name=person.name,
            phone=self._inventions.phone(county.phone_prefix, person.id),
            sample=True,
            active=True,
        )
        for held in person.memberships:
            organisation = self._tenants[held.organisation]
            if organisation.county_id != person.county_id:
                raise PlaceError(f"{self._place.name}: {person.name} belongs to an organisation of another county")
            rows.add(
                "membership",
                id=self._inventions.identifier(self._place.opened, "membership", person.id, held.role, organisation.id),
                user_id=person.id,
                organisation_id=organisation.id,
                role=held.role,
                full_time=held.full_time,
                valid_from=self._place.opened,
                valid_until=None,
            )

    def _remember(self, spec: PersonSpec) -> None:
        if spec.key in self._people:
            raise PlaceError(f"{self._place.name}: two people have the key {spec.key!r}")
        person = Person(
            id=self._inventions.identifier(self._place.opened, "user", spec.key),
            county_id=spec.county,
            name=spec.name,
            memberships=spec.memberships,
            username=spec.username,
        )
        self._people[spec.key] = person
        for held in spec.memberships:
            self._by_organisation.setdefault(held.organisation, []).append(person)

    def _workers(self, workforce: WorkforceSpec) -> Iterator[PersonSpec]:
        """Invent those of a grid whom the files do not name, so that each kind comes to the number they give."""
        grid = self._tenants[workforce.grid]
        named = [
            (held.role, held.full_time)
            for person in self._by_organisation.get(workforce.grid, [])
            for held in person.memberships
            if held.organisation == workforce.grid and held.role in GRID_ROLES
        ]
        leaders = sum(role is Role.GRID_LEADER for role, _ in named)
        full_time = sum(role is Role.GRID_WORKER and bool(term) for role, term in named)
        part_time = len(named) - leaders - full_time
        kinds = (
            (Role.GRID_LEADER, True, workforce.leaders - leaders),
            (Role.GRID_WORKER, True, workforce.full_time - full_time),
            (Role.GRID_WORKER, False, workforce.part_time - part_time),
        )
        for role, is_full_time, missing in kinds:
            if missing < 0:
                raise PlaceError(
                    f"{self._place.name}: more people are named in {workforce.grid} than workforce.csv has"
                )
            for ordinal in range(missing):
                key = f"{workforce.grid}/{role}/{'full' if is_full_time else 'part'}/{ordinal}"
                words = self._place.names
                yield PersonSpec(
                    county=grid.county_id,
                    key=key,
                    name=self._inventions.name(words.surnames, words.first, words.second, key),
                    memberships=(MembershipSpec(role, workforce.grid, is_full_time),),
                )
