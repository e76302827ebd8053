"""The register of a random place, and the days its counties have set; by no means only what the commands could have made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.committees.codes import CommitteePosition, DismissalGround, MediatorBasis
from tests.reference.words import CHINA

if TYPE_CHECKING:
    from tests.reference.world import World

Row = dict[str, Any]

NAMES = ("赵一（虚构）", "钱二（虚构）", "孙三（虚构）", "周五")
LEVELS = ("town_id", "community_id", "grid_id")
NUMBERS = ("440781199001011234", "11010", "44")


def invent(world: World, county: int) -> None:
    """Committees of some partners with their terms, members and mediators; how large they may be; days set."""
    for place in [one for one in world.partners[county] if one["kind"] in ("mediation_committee", "law_firm")]:
        if world.chance(0.85):
            _committee(world, county, place)
    _sizes(world, county)
    _days(world, county)


def _day(world: World) -> date:
    """A day near or far, often yesterday, today or tomorrow in China."""
    today = world.now.astimezone(CHINA).date()
    return today + timedelta(days=world.pick.choice([-900, -400, -1, -1, 0, 0, 1, 1, 30, 400]))


def _committee(world: World, county: int, place: Row) -> None:
    pick, maybe = world.pick, world.maybe
    committee = world.add(
        "mediation_committee", county_id=county, id=place["id"], **{level: place[level] for level in LEVELS},
        elected_on=None, term_ends_on=None, version=pick.randrange(1, 5), registered_at=world.a_time(),
        registered_by=maybe(pick.choice(world.users[county])["id"]),
    )  # fmt: skip
    elected = _day(world) - timedelta(days=1200)
    for _ in range(pick.choice([0, 1, 1, 2])):
        ends = max(elected + timedelta(days=1), pick.choice([elected + timedelta(days=1095), _day(world)]))
        committee |= {"elected_on": elected, "term_ends_on": ends}
        _term(world, committee, elected, ends)
        elected += timedelta(days=pick.choice([1, 400, 1095]))
    # Its latest election may be one of which nothing is told.
    if committee["elected_on"] is not None and world.chance(0.1):
        committee["elected_on"] += timedelta(days=1)
        committee["term_ends_on"] += timedelta(days=2)
    for _ in range(pick.choice([0, 1, 3, 6])):
        _mediator(world, committee)


def _term(world: World, committee: Row, elected: date, ends: date) -> None:
    pick, maybe, county = world.pick, world.maybe, committee["county_id"]
    of = {"county_id": county, "committee_id": committee["id"]}
    term = world.add(
        "committee_term", **of, id=world.an_id(), elected_on=elected, ends_on=ends,
        ended_on=maybe(ends - timedelta(days=pick.choice([0, 1, 90])), 0.3), fewest=pick.choice([3, 5]),
        most=pick.choice([5, 9]), recorded_at=world.a_time(), recorded_by=maybe(pick.choice(world.users[county])["id"]),
    )  # fmt: skip
    chosen = pick.sample(world.users[county], min(pick.choice([0, 1, 3, 5]), len(world.users[county])))
    for place, user in enumerate(chosen):
        world.add(
            "committee_member", **of, id=world.an_id(), term_id=term["id"], ordinal=place // 2, user_id=user["id"],
            name=pick.choice(NAMES), position=pick.choice(list(CommitteePosition)), woman=world.chance(0.5),
            left_on=maybe(_day(world), 0.3),
        )  # fmt: skip


def _mediator(world: World, committee: Row) -> None:
    pick, maybe, county = world.pick, world.maybe, committee["county_id"]
    somebody = lambda: pick.choice(world.users[county])["id"]  # noqa: E731
    consent, dismissed = maybe(world.a_time(), 0.7), maybe(world.a_time(), 0.35)
    world.add(
        "mediator", county_id=county, id=world.an_id(), committee_id=committee["id"], user_id=somebody(),
        **{level: committee[level] for level in LEVELS}, name=pick.choice(NAMES), basis=pick.choice(list(MediatorBasis)),
        full_time=world.chance(0.5), gold_medal=world.chance(0.3), birth_date=date(1970, 1, 2),
        id_number=None if consent is None else maybe(pick.choice(NUMBERS)),
        phone=maybe(pick.choice(["13812345678", "5551234"])), consent_at=consent, appointed_on=_day(world),
        ends_on=maybe(_day(world)), version=pick.randrange(1, 4),
        # Now and then appointed again at the very moment of the dismissal.
        recorded_at=pick.choice([world.a_time(), *(one["dismissed_at"] for one in _dismissed(world))]),
        recorded_by=maybe(somebody()), dismissed_at=dismissed, dismissed_by=dismissed and maybe(somebody()),
        dismissal_ground=dismissed and pick.choice(list(DismissalGround)), dismissal_evidence=dismissed and "虚构依据",
    )  # fmt: skip


def _dismissed(world: World) -> list[Row]:
    return [one for one in world.tables.get("mediator", ()) if one["dismissed_at"] is not None][:2]


def _sizes(world: World, county: int) -> None:
    """Bounds that areas have set: of the county, of towns, of communities in them."""
    for kind, areas in world.areas[county].items():
        for area in areas if kind in ("city", "county", "town", "community", "grid") else ():
            if world.chance(0.4):
                fewest = world.pick.choice([3, 4, 5])
                world.add(
                    "committee_size", county_id=county, area_id=area["id"], **{level: area[level] for level in LEVELS},
                    fewest=fewest, most=fewest + world.pick.choice([0, 2, 4]), source=f"虚构文件{kind}",
                    set_by=world.pick.choice(world.users[county])["id"], set_at=world.a_time(),
                )  # fmt: skip


def _days(world: World, county: int) -> None:
    """Days set of this year and of others; some just ahead, where deadlines run."""
    today = world.now.astimezone(CHINA).date()
    for shift in sorted(world.pick.sample([*range(-20, 25), -300, 300], 12)):
        world.add(
            "calendar_day", county_id=county, day=today + timedelta(days=shift), working=world.chance(0.5), reason="虚构",
            set_by=world.pick.choice(world.users[county])["id"], set_at=world.a_time(),
        )  # fmt: skip
