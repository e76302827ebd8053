"""The cases of a random place, with all that belongs to them; by no means only what the commands could have made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.codes.enums import (
    CaseAction,
    CaseScale,
    CaseSource,
    CaseStatus,
    ConfirmationStatus,
    RiskLevel,
    SettlementMode,
)
from tests.reference.world_law import Law

if TYPE_CHECKING:
    from tests.reference.world import World

Row = dict[str, Any]

TYPES = ("0101", "0102", "02", "0201", "0704", "1301", "1601")
NAMES = ("李小四（虚构）", "王五", "欧阳六七八", "佚")
ID_NUMBERS = ("440781199001011234", "11010", "9144", "44")
TEXTS = ("排水纠纷", '彩礼 "返还" \\ 之争', "欠薪", "100%_噪音\n扰民")
TERM_STARTS = (
    timedelta(days=-400),
    timedelta(days=-90),
    timedelta(days=-3),
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(days=9),
)
TERM_ENDS = (
    timedelta(days=-2),
    timedelta(microseconds=-1),
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(days=20),
    timedelta(days=90),
)


def invent(world: World, county: int, number: int) -> None:
    """So many cases of a county."""
    for serial in range(number):
        case = _case(world, county, serial)
        parties = [_party(world, case, n) for n in range(world.pick.choice([0, 1, 2, 2, 3, 5]))]
        case["address_protected"] = world.chance(0.3)
        _people(world, case)
        _records(world, case)
        if world.chance(0.75):
            _agreement(world, case, parties)
        if world.chance(0.5):
            _confirmations(world, case)
        Law(world, case, parties).invent()


def _place(world: World, county: int) -> dict[str, Any]:
    """Where it happened, as far down as is known."""
    levels = ("town_id", "community_id", "grid_id")
    if world.chance(0.15) or "town" not in world.areas[county]:
        return dict.fromkeys(levels)
    kind = world.pick.choice(["town", "community", "grid", "grid"])
    area = world.pick.choice(world.areas[county][kind])
    return {level: area[level] for level in levels}


def _case(world: World, county: int, serial: int) -> Row:
    pick, maybe = world.pick, world.maybe
    registered = world.a_time()
    concluded = maybe(registered + timedelta(days=pick.randrange(0, 40)), 0.5)
    due = maybe(
        pick.choice([registered + timedelta(days=30), world.now + timedelta(days=5), world.now - timedelta(days=5)])
    )
    if due is not None and abs(due - world.now) < timedelta(days=1):
        due += timedelta(days=3)
    if concluded is not None and due is not None and world.chance(0.3):
        due = concluded  # to the moment: in time

    def later(odds: float = 0.5) -> Any:
        shift = timedelta(seconds=pick.randrange(0, 90 * 86_400), microseconds=pick.choice([0, 0, 7]))
        return maybe(registered + shift, odds)

    return world.add(
        "dispute_case",
        county_id=county,
        id=world.an_id(),
        organisation_id=pick.choice(world.partners[county])["id"],
        **_place(world, county),
        number=f"(2026)虚人调字第{county}{serial:05d}号" if world.chance(0.9) else "旧号",
        number_year=2026,
        number_serial=serial + 1,
        type_code=pick.choice(TYPES),
        source=pick.choice(list(CaseSource)),
        title=pick.choice(TEXTS),
        facts=pick.choice(TEXTS) + "（虚构）",
        demands=maybe("道歉"),
        status=pick.choice(list(CaseStatus)),
        version=pick.randrange(1, 20),
        risk_level=maybe(pick.choice(list(RiskLevel))),
        scale=maybe(pick.choice(list(CaseScale))),
        people_count=maybe(pick.randrange(1, 900)),
        mass_incident=world.chance(0.3),
        public_security=world.chance(0.4),
        violence_suspected=world.chance(0.2),
        minor_involved=world.chance(0.3),
        registered_by=pick.choice(world.users[county])["id"],
        registered_at=registered,
        accepted_at=later(),
        rights_told_at=later(),
        declined_at=later(0.2),
        decline_reason=maybe("不属调解范围"),
        decline_guidance=maybe("可申请仲裁"),
        risk_assessed_at=later(),
        dispatched_at=later(),
        handler_id=maybe(pick.choice(world.partners[county])["id"]),
        return_count=pick.choice([0, 0, 1, 2, 3]),
        taken_on_at=later(),
        settled_at=later(),
        settlement_mode=maybe(pick.choice(list(SettlementMode))),
        failed_at=later(),
        failure_reason=maybe("分歧过大"),
        fulfilled_at=later(),
        concluded_at=concluded,
        due_at=due,
        closed_at=later(),
        reopen_count=pick.choice([0, 0, 0, 1]),
        mediated_again_at=later(0.2),
        court_id=maybe(
            pick.choice([one for one in world.partners[county] if one["kind"] in ("court", "tribunal")])["id"]
        ),
    )


def _party(world: World, case: Row, ordinal: int) -> Row:
    pick, maybe = world.pick, world.maybe
    return world.add(
        "case_party",
        county_id=case["county_id"],
        id=world.an_id(),
        case_id=case["id"],
        # Two of one ordinal now and then.
        ordinal=ordinal - ordinal % 2 if world.chance(0.3) else ordinal,
        side=pick.choice(["applicant", "respondent", "third_party"]),
        kind=pick.choice(["person", "organisation"]),
        name=pick.choice(NAMES),
        id_number=maybe(pick.choice(ID_NUMBERS)),
        phone=maybe(pick.choice(["13812345678", "5551234"])),
        address=maybe("虚构路1号"),
        **{flag: world.chance(0.3) for flag in ("minor", "elderly", "woman_at_risk", "disabled", "address_protected")},
        consent_at=maybe(world.a_time()),
        user_id=maybe(pick.choice(world.users[case["county_id"]])["id"], 0.3),
    )


def _people(world: World, case: Row) -> None:
    county, pick = case["county_id"], world.pick
    key = {"county_id": county, "case_id": case["id"]}
    for _ in range(pick.choice([0, 2, 3, 5])):
        start, end = world.a_term(early=TERM_STARTS, late=TERM_ENDS)
        organisation = pick.choice(world.partners[county])["id"]
        relation = pick.choice(["lead", "assisting", "observing"])
        world.add(
            "case_participant",
            **key,
            id=world.an_id(),
            organisation_id=organisation,
            relation=relation,
            valid_from=start,
            valid_until=end,
        )
    for _ in range(pick.choice([0, 1, 1, 2])):
        start, end = world.a_term(early=TERM_STARTS, late=TERM_ENDS)
        # As often as not somebody acts for the organisation that they belong to.
        member = pick.choice([one for one in world.tables["membership"] if one["county_id"] == county])
        organisation = member["organisation_id"] if world.chance(0.8) else pick.choice(world.partners[county])["id"]
        world.add(
            "case_mediator",
            **key,
            id=world.an_id(),
            user_id=member["user_id"],
            organisation_id=organisation,
            valid_from=start,
            valid_until=end,
        )
    for user in pick.sample(
        world.users[county], pick.choice([0, 0, 1, 1] if len(world.users[county]) == 1 else [0, 0, 1, 6])
    ):
        start, end = world.a_term(early=TERM_STARTS, late=TERM_ENDS)
        world.add("case_protector", **key, user_id=user["id"], valid_from=start, valid_until=end)


def _records(world: World, case: Row) -> None:
    county, pick, maybe = case["county_id"], world.pick, world.maybe
    key = {"county_id": county, "case_id": case["id"]}
    somebody = lambda: pick.choice(world.users[county])["id"]  # noqa: E731
    for ordinal in range(1, pick.choice([1, 2, 3, 5])):
        world.add(
            "case_session", **key, id=world.an_id(), ordinal=ordinal, form=pick.choice(["joint", "separate"]),
            held_at=world.a_time(), place=maybe("服务站"), attendees="双方（虚构）", record=pick.choice(TEXTS),
            recorded_by=somebody(), recorded_at=world.a_time(),
        )  # fmt: skip
    visited = world.a_time()
    for _ in range(pick.choice([0, 1, 2])):
        visited = visited if world.chance(0.3) else world.a_time()
        world.add(
            "case_follow_up", **key, id=world.an_id(), visited_at=visited, visited_by=somebody(),
            record=pick.choice(TEXTS), satisfaction=maybe(pick.randrange(1, 6)), relapse=world.chance(0.3),
        )  # fmt: skip
    status = None
    for version in range(1, pick.choice([2, 3, 5, 7])):
        after = pick.choice(list(CaseStatus))
        world.add(
            "case_timeline", **key, id=world.an_id(), version=version, action=pick.choice(list(CaseAction)),
            from_status=status, to_status=after, at=world.a_time(), actor_id=somebody(),
            organisation_id=pick.choice(world.partners[county])["id"],
            role=pick.choice(["mediator", "centre_dispatcher", "grid_worker"]), note=maybe(pick.choice(TEXTS)),
        )  # fmt: skip
        status = after


def _agreement(world: World, case: Row, parties: list[Row]) -> None:
    pick, maybe = world.pick, world.maybe
    key = {"county_id": case["county_id"], "case_id": case["id"]}
    # Well before or well after the last day to apply for confirmation.
    effective = world.now - timedelta(days=pick.choice([5, 12, 60, 300]))
    # Earlier ones lie behind; at most one is in force.
    earlier = [world.an_id() for _ in range(pick.choice([0, 1, 1, 2]))]
    for key_of_earlier in earlier:
        before = effective - timedelta(days=pick.choice([9, 9, 40]))
        world.add(
            "case_agreement", **key, id=key_of_earlier, form="written", content="旧协议", reached_at=before,
            effective_at=maybe(before), parties_signed_at=maybe(before), mediator_signed_at=None, sealed_at=None,
            copies=None, superseded_at=effective,
        )  # fmt: skip
    agreement = world.an_id()
    world.add(
        "case_agreement", **key, id=agreement, superseded_at=None, form="written" if (draft := world.chance(0.3)) else pick.choice(["written", "oral"]), content=pick.choice(TEXTS),
        reached_at=effective, effective_at=None if draft else effective, parties_signed_at=maybe(effective),
        mediator_signed_at=maybe(effective), sealed_at=maybe(effective), copies=maybe(pick.randrange(1, 9)),
    )  # fmt: skip
    # Somebody else's parties too: the database does not forbid it, and they must not be seen from here.
    everybody = [one for one in world.tables.get("case_party", ()) if one["county_id"] == case["county_id"]]

    def someone() -> Any:
        found = everybody if world.chance(0.2) or not parties else parties
        return maybe(pick.choice(found)["id"]) if found else None

    for ordinal in range(pick.choice([0, 2, 3, 5])):
        done = maybe(world.a_time(), 0.5)
        world.add(
            "case_obligation", **key, id=world.an_id(), agreement_id=pick.choice([agreement, *earlier]), ordinal=ordinal,
            description=pick.choice(TEXTS), debtor_id=someone(), creditor_id=someone(),
            amount_cents=maybe(odds=0.8, value=pick.choice([1, 10, 100, 123_456, 98_765_432_100])),
            due_on=maybe(world.a_time().date() + timedelta(days=pick.randrange(0, 2000))),
            fulfilled_at=done, evidence=None if done is None else "收条",
        )  # fmt: skip


def _confirmations(world: World, case: Row) -> None:
    pick, maybe = world.pick, world.maybe
    courts = [one for one in world.partners[case["county_id"]] if one["kind"] in ("court", "tribunal")]
    applied = world.a_time()
    # At most one may be open; several may lie behind it, two of them of one moment.
    closed = [ConfirmationStatus.REFUSED, ConfirmationStatus.REJECTED, ConfirmationStatus.WITHDRAWN]
    for index in range(pick.choice([1, 1, 2, 3])):
        status = pick.choice(list(ConfirmationStatus)) if index == 0 else pick.choice(closed)
        world.add(
            "judicial_confirmation", county_id=case["county_id"], id=world.an_id(), case_id=case["id"],
            court_id=pick.choice(courts)["id"], status=status, applied_at=applied,
            applied_by=pick.choice(world.users[case["county_id"]])["id"], apply_by=applied.date() + timedelta(days=30),
            decided_at=maybe(applied), number=maybe("（2026）虚0781诉前调确1号"), ground=maybe("outside_jurisdiction"),
            ruled_at=maybe(applied), enforce_by=maybe(applied.date()),
        )  # fmt: skip
        applied = applied if world.chance(0.4) else world.a_time()
