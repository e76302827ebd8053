"""A small random place to compare two implementations of reading on: two counties below a city, written row by row.

Everything hangs on one seed. Whatever may be null is null as often as not; names, times and orders repeat, so that ties
are broken; terms begin and end before, at and after the moment of asking. Everybody in it is invented.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.reference import world_cases, world_register
from tests.reference.kinds import KINDS

Row = dict[str, Any]

CITY, FIRST, SECOND = 440700, 440781, 440785

LONG_AGO, YESTERDAY, SOON = timedelta(days=-400), timedelta(days=-3), timedelta(days=3)
AT_ONCE, JUST_AFTER = timedelta(0), timedelta(microseconds=1)

# Kind of partner, where it sits, what it serves, and the roles that people hold there.
PARTNERS = (
    ("governance_centre", "county", (), ("centre_dispatcher", "centre_director")),
    ("governance_centre", "town", (), ("centre_dispatcher", "centre_director", "integration")),
    ("court", "county", ("county",), ("court_liaison", "judge")),
    ("tribunal", "town", ("town", "other_town"), ("court_liaison", "judge")),
    ("procuratorate", "county", ("county",), ("procuratorate_liaison",)),
    ("police_bureau", "county", ("county",), ("police_liaison",)),
    ("police_station", "town", ("town",), ("police_liaison", "grid_leader")),
    ("justice_office", "town", ("town", "community"), ("justice_officer",)),
    ("womens_federation", "county", ("county",), ("womens_federation_officer",)),
    ("petition_office", "county", ("county",), ("petition_officer", "auditor")),
    ("department", "town", ("grid", "community"), ("department_officer",)),
    ("mediation_committee", "town", ("town",), ("mediator", "committee_director", "invited_mediator")),
    ("mediation_committee", "community", ("community",), ("mediator", "committee_director")),
    ("law_firm", "town", (), ("legal_counsel", "mediator")),
    ("service_station", "community", ("community",), ("integration", "grid_worker")),
)
AREA_ROLES = {
    "county": ("county_admin", "system_admin", "auditor"),
    "town": ("town_admin", "building_head"),
    "community": ("grid_leader", "resident", "building_head"),
    "grid": ("grid_worker", "resident"),
    "micro_grid": ("building_head",),
}
WORDS = ("海棠", "云川", "石桥", "竹林", "清水")


class World:
    """The rows of the place by table, in the order in which they can be written, and who has an account in it.

    `now` is the moment of asking; `usernames` are the accounts.
    """

    def __init__(self, seed: int, now: datetime) -> None:
        self.now = now
        self.pick = random.Random(seed)
        self.tables: dict[str, list[Row]] = {}
        self.areas: dict[int, dict[str, list[Row]]] = {}
        self.partners: dict[int, list[Row]] = {}
        self.users: dict[int, list[Row]] = {}
        self.usernames: list[str] = []
        self._places: dict[UUID, tuple[str, ...]] = {}
        self._counties()
        for county in (CITY, FIRST, SECOND):
            self._invent_partners(county)
            self._invent_frameworks(county)
            self._invent_people(county)
            world_register.invent(self, county)
        for county, cases in ((CITY, 3), (FIRST, 40), (SECOND, 22)):
            world_cases.invent(self, county, cases)
            for work in KINDS:
                work.invent(self, county)

    def add(self, table: str, **row: Any) -> Row:
        """One more row of a table."""
        self.tables.setdefault(table, []).append(row)
        return row

    def an_id(self) -> UUID:
        """A random identifier."""
        return UUID(int=self.pick.getrandbits(128), version=4)

    def maybe(self, value: Any, odds: float = 0.6) -> Any:
        """The value, or null."""
        return value if self.pick.random() < odds else None

    def chance(self, odds: float) -> bool:
        """True that often."""
        return self.pick.random() < odds

    def a_time(self) -> datetime:
        """A past moment, up to four years back; often one that others have too, or the turn of a month in China."""
        day = self.now.replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(
            days=self.pick.randrange(2, 1400)
        )
        shift = self.pick.choice([0, 0, 0, 1, -1, 500_000, 120_000, 3_600_000_000 * 7])
        if self.chance(0.2):
            day = day.replace(day=1) - timedelta(days=1) if self.chance(0.8) else day.replace(day=1, month=1)
        return day + timedelta(microseconds=shift)

    def a_term(self, *, early: Sequence[timedelta], late: Sequence[timedelta]) -> tuple[datetime, datetime | None]:
        """A term that begins at one of `early` from now and ends, if at all, at one of `late`."""
        start = self.now + self.pick.choice(early)
        end = self.maybe(self.now + self.pick.choice(late), 0.5)
        return start, end if end is None or end > start else None

    def _counties(self) -> None:
        self.add("county", id=CITY, parent_id=None, level="city", name="虚构市", division_code="440700000000")
        for county, name in ((FIRST, "虚构县"), (SECOND, "邻县")):
            self.add("county", id=county, parent_id=CITY, level="county", name=name, division_code=f"{county}000000")
        self.areas[CITY] = {"city": [self._area(CITY, "city", None, 0)]}
        for county in (FIRST, SECOND):
            top = self._area(county, "county", None, 0)
            self.areas[county] = {"county": [top], "town": [], "community": [], "grid": [], "micro_grid": []}
            for town in (self._area(county, "town", top, n) for n in (1, 2)):
                for community in (self._area(county, "community", town, n) for n in (1, 2)):
                    for grid in (self._area(county, "grid", community, n) for n in (1, 2)):
                        if self.chance(0.3):
                            self._area(county, "micro_grid", grid, 1)

    def _area(self, county: int, kind: str, above: Row | None, number: int) -> Row:
        """An area below another; its code extends the one above."""
        base = "" if above is None else above["division_code"]
        code = {
            "city": f"{county}000000",
            "county": f"{county}000000",
            "town": f"{base[:6]}{number:03d}000",
            "community": f"{base[:9]}{number:03d}",
        }.get(kind, f"{base}{number:02d}")
        row = self._organisation(county, kind, above, division_code=code, virtual=self.chance(0.2), is_area=True)
        if kind in ("town", "community", "grid"):
            row[f"{kind}_id"] = row["id"]
        if county in self.areas:
            self.areas[county].setdefault(kind, []).append(row)
        return row

    def _organisation(self, county: int, kind: str, place: Row | None, **more: Any) -> Row:
        levels = ("town_id", "community_id", "grid_id")
        ended = self.chance(0.08)
        row = {
            "county_id": county,
            "id": self.an_id(),
            "kind": kind,
            # Few names for many: lists by name have ties.
            "name": self.pick.choice(WORDS) + self.pick.choice(["", kind.replace("_", " ")]),
            "short_name": self.maybe("简称"),
            "division_code": None,
            "virtual": False,
            "parent_id": None if place is None else place["id"],
            "home_id": None,
            **{level: None if place is None else place[level] for level in levels},
            "number_word": None,
            "phone": self.maybe(self.pick.choice(["0750-5551234", "12345", "13800000001"])),
            "valid_from": self.now + self.pick.choice([LONG_AGO, YESTERDAY, timedelta(days=-1500)]),
            "valid_until": self.now + self.pick.choice([AT_ONCE, timedelta(days=-2)])
            if ended
            else self.maybe(self.now + SOON, 0.2),
            **more,
        }
        return self.add("organisation", **row)

    def _invent_partners(self, county: int) -> None:
        self.partners[county] = []
        areas = self.areas[county]
        for kind, home, served, roles in PARTNERS:
            sits = areas["city"][0] if county == CITY else self.pick.choice(areas[home])
            partner = self._organisation(county, kind, sits, is_area=False, home_id=sits["id"])
            above = [one for one in self.partners[county] if one["kind"] == "court"]
            partner["parent_id"] = above[0]["id"] if kind == "tribunal" and above else None
            self.partners[county].append(partner)
            self._places[partner["id"]] = roles
            levels = ("city",) if county == CITY and served else () if county == CITY else served
            chosen = {self.pick.choice(areas[level.removeprefix("other_")])["id"] for level in levels}
            for area in sorted(chosen, key=str):
                self.add("jurisdiction", county_id=county, organisation_id=partner["id"], area_id=area)

    def _invent_frameworks(self, county: int) -> None:
        for kind, areas in self.areas[county].items():
            for area in areas if kind in ("county", "town") else ():
                for name in ("1+6+N", "9+X")[: self.pick.randrange(3)]:
                    key = self.an_id()
                    self.add("framework", county_id=county, id=key, area_id=area["id"], name=name, description="虚构")
                    for place, member in enumerate(self.pick.sample(self.partners[county], 4)):
                        tier = self.pick.choice(["core", "resident", "rotating", "on_call", "wider"])
                        self.add(
                            "framework_member", county_id=county, framework_id=key, organisation_id=member["id"],
                            tier=tier, ordinal=place // 2,
                        )  # fmt: skip

    def _invent_people(self, county: int) -> None:
        self.users[county] = []
        offices = [(partner, role) for partner in self.partners[county] for role in self._places[partner["id"]]]
        offices += [
            (area, role)
            for kind, found in self.areas[county].items()
            for area in found
            for role in AREA_ROLES.get(kind, ())
        ]
        if county == CITY:
            offices += [(self.areas[CITY]["city"][0], role) for role in ("city_admin", "auditor")]
        self.pick.shuffle(offices)
        seen: set[str] = set()
        for organisation, role in offices:
            # Each role to itself, now and then twice, and not everywhere; the rest in company.
            if (role not in seen and (county == FIRST or self.chance(0.5))) or self.chance(0.05):
                seen.add(role)
                self._member(self._user(county), organisation, role)
        for _ in range(0 if county == CITY else 9):
            user = self._user(county)
            for organisation, role in self.pick.sample(offices, self.pick.choice([2, 2, 3, 4])):
                self._member(user, organisation, role)

    def _user(self, county: int) -> Row:
        user = self.add(
            "app_user", county_id=county, id=self.an_id(), display_name=self.pick.choice(["赵一", "钱二", "孙三"]) + "（虚构）",
            phone=self.maybe(self.pick.choice(["13800000001", "5551234"])), sample=self.chance(0.5), active=True,
        )  # fmt: skip
        self.users[county].append(user)
        name = f"user{len(self.usernames)}"
        self.add("credential", username=name, county_id=county, user_id=user["id"], password_hash="none")
        self.usernames.append(name)
        return user

    def _member(self, user: Row, organisation: Row, role: str) -> None:
        start, end = self.a_term(
            early=[LONG_AGO] * 10 + [YESTERDAY, YESTERDAY, AT_ONCE, SOON],
            late=[timedelta(days=-2), AT_ONCE] + [SOON] * 14,
        )
        if role in ("city_admin", "county_admin"):
            start, end = self.now + LONG_AGO, None
        self.add(
            "membership", county_id=user["county_id"], id=self.an_id(), user_id=user["id"],
            organisation_id=organisation["id"], role=role, full_time=self.maybe(self.chance(0.5)),
            valid_from=start, valid_until=end,
        )  # fmt: skip
