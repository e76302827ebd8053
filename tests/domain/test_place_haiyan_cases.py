"""Haiyan's cases, made as the platform would have made them: timelines, times, numbers, deadlines, and no rule broken."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from domain.codes.enums import CaseAction, CaseStatus
from domain.disputes.cases.lifecycle import TRANSITIONS
from domain.foundation.basics.calendar import NATIONAL, china_date, end_of_day
from domain.foundation.database.urls import DatabaseUrls
from domain.law.deadlines.schedule import MEDIATION
from tests.domain.test_place_haiyan import CENTRE, OF_THE_CENTRE
from tests.support.rows import fetch, value


async def test_three_cases_of_2023_were_confirmed_for_wages_and_injury(haiyan_urls: DatabaseUrls) -> None:
    found = await fetch(
        haiyan_urls,
        f"""SELECT c.type_code, c.source, c.settled_at, c.court_id = j.court_id AS seized,
                   a.effective_at, j.applied_at, j.apply_by, j.decided_at, j.ruled_at, j.enforce_by, j.number
            FROM dispute_case AS c JOIN judicial_confirmation AS j ON j.case_id = c.id
            JOIN case_agreement AS a ON a.case_id = c.id
            WHERE c.organisation_id = {CENTRE} ORDER BY c.type_code""",
    )
    assert [row["type_code"] for row in found] == ["0303", "0701", "0701"]
    for row in found:
        assert row["source"] in {"court_entrusted", "on_application"}
        assert china_date(row["settled_at"]).year == 2023
        assert row["seized"]
        assert row["effective_at"] < row["applied_at"] < row["decided_at"] < row["ruled_at"]
        assert china_date(row["applied_at"]) <= row["apply_by"]
        assert row["ruled_at"] - row["decided_at"] <= timedelta(days=15)
        assert row["enforce_by"] > china_date(row["ruled_at"])
        assert row["number"]


async def test_what_a_court_entrusted_has_its_entrustment_and_nothing_else_has(haiyan_urls: DatabaseUrls) -> None:
    found = await fetch(
        haiyan_urls,
        """SELECT c.source, e.court_id = c.court_id AS seized, e.accept_by, e.accepted_at, e.mediate_by, c.concluded_at
           FROM dispute_case AS c LEFT JOIN court_entrustment AS e ON e.case_id = c.id""",
    )
    assert {row["source"] == "court_entrusted" for row in found if row["accept_by"] is not None} == {True}
    entrusted = [row for row in found if row["source"] == "court_entrusted"]
    assert all(row["seized"] for row in entrusted)
    for row in entrusted:
        if row["accepted_at"] is not None:
            assert china_date(row["accepted_at"]) <= row["accept_by"]
        if row["accepted_at"] is not None and row["concluded_at"] is not None:
            assert china_date(row["concluded_at"]) <= row["mediate_by"]


async def test_every_timeline_is_complete_and_follows_the_lifecycle(haiyan_urls: DatabaseUrls) -> None:
    entries = defaultdict(list)
    for row in await fetch(haiyan_urls, "SELECT * FROM case_timeline ORDER BY case_id, version"):
        entries[row["case_id"]].append(row)
    cases = await fetch(haiyan_urls, "SELECT * FROM dispute_case")
    assert {case["id"] for case in cases} == set(entries)
    for case in cases:
        timeline = entries[case["id"]]
        assert [row["version"] for row in timeline] == list(range(1, case["version"] + 1))
        status: CaseStatus | None = None
        for row in timeline:
            assert row["from_status"] == status
            assert TRANSITIONS.get((status, CaseAction(row["action"]))) == row["to_status"]
            status = CaseStatus(row["to_status"])
        assert status == case["status"]
        times = [row["at"] for row in timeline]
        assert times == sorted(set(times))
        assert times[-1] <= datetime.now(UTC)
        assert times[0] == case["registered_at"]


@pytest.mark.parametrize(
    ("column", "actions", "status"),
    [
        ("accepted_at", "accept accept_entrustment", "accepted"),
        ("declined_at", "decline return_entrustment", "declined"),
        ("risk_assessed_at", "assess_risk", None),
        ("dispatched_at", "dispatch", None),
        ("taken_on_at", "take_on", None),
        ("settled_at", "agree", None),
        ("failed_at", "fail withdraw", None),
        ("fulfilled_at", "fulfil", None),
        ("closed_at", "close", None),
        ("referred_at", "refer_to_court return_entrustment", "referred_to_court"),
        ("archived_at", "archive", None),
    ],
)
async def test_a_cases_times_are_those_of_its_timeline(
    haiyan_urls: DatabaseUrls, column: str, actions: str, status: str | None
) -> None:
    taken = ", ".join(f"'{action}'" for action in actions.split())
    led = "" if status is None else f"AND t.to_status = '{status}'"
    wrong = await value(
        haiyan_urls,
        f"""SELECT count(*) FROM dispute_case AS c WHERE c.{column} IS DISTINCT FROM
            (SELECT max(at) FROM case_timeline AS t WHERE t.case_id = c.id AND t.action IN ({taken}) {led}
               AND (t.action IN ('accept', 'decline') OR t.at > coalesce(c.reopened_at, '-infinity')))""",
    )
    assert wrong == 0


async def test_a_case_rests_since_its_last_pause_unless_it_went_on(haiyan_urls: DatabaseUrls) -> None:
    wrong = await value(
        haiyan_urls,
        """SELECT count(*) FROM dispute_case AS c WHERE c.paused_at IS DISTINCT FROM (
             SELECT max(p.at) FROM case_timeline AS p WHERE p.case_id = c.id AND p.action = 'pause' AND NOT EXISTS (
               SELECT FROM case_timeline AS r WHERE r.case_id = c.id AND r.version > p.version
                 AND r.action IN ('resume', 'withdraw')))""",
    )
    assert wrong == 0


# What the rules of DOMAIN §7 would have refused; each query counts the cases that break one.
BROKEN = {
    "CASE4: told before the first session": """
        dispute_case AS c JOIN case_session AS s ON s.case_id = c.id
        WHERE c.rights_told_at IS NULL OR s.held_at < c.rights_told_at""",
    "CASE9: no agreement without a record": """
        case_agreement AS a WHERE NOT EXISTS (SELECT FROM case_session AS s WHERE s.case_id = a.case_id)""",
    "sessions are as many as the timeline says": """
        dispute_case AS c
        WHERE (SELECT count(*) FROM case_session AS s WHERE s.case_id = c.id)
           <> (SELECT count(*) FROM case_timeline AS t WHERE t.case_id = c.id AND t.action = 'hold_session')""",
    "follow-ups are as many as the timeline says": """
        dispute_case AS c
        WHERE (SELECT count(*) FROM case_follow_up AS f WHERE f.case_id = c.id)
           <> (SELECT count(*) FROM case_timeline AS t WHERE t.case_id = c.id AND t.action = 'follow_up')""",
    "returns are as many as the timeline says, and at most two (DSP1)": """
        dispute_case AS c WHERE c.return_count > 2 OR c.return_count
           <> (SELECT count(*) FROM case_timeline AS t WHERE t.case_id = c.id AND t.action = 'return')""",
    "mediable types only": """
        dispute_case AS c JOIN dispute_type AS t ON t.code = c.type_code WHERE c.accepted_at IS NOT NULL
           AND NOT t.mediable""",
    "declined with guidance": """
        dispute_case WHERE declined_at IS NOT NULL AND (decline_reason IS NULL OR decline_guidance IS NULL)""",
    "assessed before it is dispatched": """
        dispute_case WHERE dispatched_at IS NOT NULL AND (risk_assessed_at IS NULL OR risk_level IS NULL
           OR scale IS NULL OR risk_assessed_at > dispatched_at)""",
    "who handles it serves the place": """
        dispute_case AS c WHERE c.handler_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM jurisdiction AS j JOIN organisation AS o ON o.id = j.area_id
           WHERE j.organisation_id = c.handler_id AND (j.area_id IN (c.town_id, c.community_id) OR o.kind = 'county'))""",
    "who takes part serves the place": """
        case_participant AS p JOIN dispute_case AS c ON c.id = p.case_id WHERE NOT EXISTS (
           SELECT FROM jurisdiction AS j JOIN organisation AS o ON o.id = j.area_id
           WHERE j.organisation_id = p.organisation_id
             AND (j.area_id IN (c.town_id, c.community_id) OR o.kind = 'county'))""",
    "the handler leads, alone": """
        dispute_case AS c WHERE c.handler_id IS NOT NULL AND c.dispatched_at IS NOT NULL AND 1 <> (
           SELECT count(*) FROM case_participant AS p WHERE p.case_id = c.id AND p.relation = 'lead'
              AND p.valid_until IS NULL AND p.organisation_id = c.handler_id)""",
    "who assisted left when it was closed": """
        dispute_case AS c JOIN case_participant AS p ON p.case_id = c.id
        WHERE p.relation <> 'lead' AND p.valid_from < c.closed_at
          AND (p.valid_until IS NULL OR p.valid_until > c.closed_at)""",
    "taken on by a mediator of the handler": """
        dispute_case AS c WHERE c.taken_on_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM case_mediator AS m JOIN membership AS s ON s.user_id = m.user_id
              AND s.organisation_id = m.organisation_id AND s.role IN ('mediator', 'invited_mediator', 'committee_director')
           WHERE m.case_id = c.id AND m.organisation_id = c.handler_id)""",
    "whoever acted held that role there": """
        case_timeline AS t WHERE t.actor_id IS NOT NULL AND NOT EXISTS (
           SELECT FROM membership AS m WHERE m.user_id = t.actor_id
           AND m.organisation_id = t.organisation_id AND m.role = t.role AND m.valid_from <= t.at)""",
    "AGR1: money is owed on paper": """
        case_agreement AS a JOIN case_obligation AS o ON o.agreement_id = a.id
        WHERE a.form = 'oral' AND o.amount_cents IS NOT NULL""",
    "AGR3, AGR5: signed, sealed, a copy for each and one to keep": """
        case_agreement AS a WHERE a.form = 'written' AND (a.parties_signed_at IS NULL OR a.mediator_signed_at IS NULL
           OR a.sealed_at IS NULL OR a.copies <= (SELECT count(*) FROM case_party AS p WHERE p.case_id = a.case_id))""",
    "AGR3: in effect with the last signature of everybody; AGR4: an oral one when it is reached": """
        case_agreement AS a WHERE a.effective_at IS DISTINCT FROM CASE WHEN a.form = 'oral' THEN a.reached_at
          WHEN EXISTS (SELECT FROM case_party AS p WHERE p.case_id = a.case_id AND NOT EXISTS (
                 SELECT FROM agreement_signature AS s WHERE s.agreement_id = a.id AND s.party_id = p.id))
            OR 2 <> (SELECT count(DISTINCT s.signer) FROM agreement_signature AS s
                     WHERE s.agreement_id = a.id AND s.signer <> 'party') THEN NULL
          ELSE (SELECT max(s.signed_at) FROM agreement_signature AS s WHERE s.agreement_id = a.id) END""",
    "CONF1, CONF4: both sides applied, and nothing is accepted without its material": """
        judicial_confirmation AS j WHERE 2 > (
            SELECT count(DISTINCT p.side) FROM confirmation_consent AS s JOIN case_party AS p ON p.id = s.party_id
            WHERE s.confirmation_id = j.id)
          OR j.status IN ('accepted', 'confirmed', 'rejected') AND 3 > (
            SELECT count(*) FROM confirmation_material AS m WHERE m.confirmation_id = j.id)""",
    "an agreement settles": """
        dispute_case AS c WHERE (c.settled_at IS NOT NULL) <> EXISTS (
           SELECT FROM case_agreement AS a WHERE a.case_id = c.id AND a.reached_at <= c.settled_at)
           OR (c.settled_at IS NULL) <> (c.settlement_mode IS NULL)
           OR c.concluded_at IS DISTINCT FROM coalesce(c.settled_at, c.failed_at)""",
    "AGR6: fulfilled with evidence, not otherwise": """
        dispute_case AS c JOIN case_obligation AS o ON o.case_id = c.id
        WHERE (c.fulfilled_at IS NULL) <> (o.fulfilled_at IS NULL) AND c.status <> 'performing'
           OR o.fulfilled_at > c.fulfilled_at""",
    "what is performing is half done, or was reported as not kept": """
        dispute_case AS c WHERE c.status = 'performing' AND NOT EXISTS (
           SELECT FROM case_obligation AS o WHERE o.case_id = c.id AND o.fulfilled_at IS NULL) OR c.status = 'performing'
        AND (SELECT count(o.fulfilled_at) FROM case_obligation AS o WHERE o.case_id = c.id)
          + (SELECT count(*) FROM case_breach AS b WHERE b.case_id = c.id) <> 1""",
    "reopened anew": """
        dispute_case AS c WHERE (c.reopen_count > 0) <> (c.reopened_at IS NOT NULL) OR c.status = 'accepted'
           AND (c.handler_id IS NOT NULL OR c.concluded_at IS NOT NULL OR EXISTS (
              SELECT FROM case_mediator AS m WHERE m.case_id = c.id AND m.valid_until IS NULL))""",
    "a referral has its court, which serves the place": """
        dispute_case AS c WHERE c.referred_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM jurisdiction AS j JOIN organisation AS o ON o.id = j.area_id
           WHERE j.organisation_id = c.court_id AND (j.area_id = c.town_id OR o.kind = 'county'))""",
    "FILE: archived with who they are and what they were told": """
        dispute_case AS c JOIN case_party AS p ON p.case_id = c.id WHERE c.status = 'archived'
           AND (c.rights_told_at IS NULL OR coalesce(p.id_number, p.phone, p.address) IS NULL)""",
    "every agreement says what is owed": """
        case_agreement AS a WHERE NOT EXISTS (SELECT FROM case_obligation AS o WHERE o.agreement_id = a.id)""",
    "FUP1: visited before it is closed": """
        dispute_case AS c WHERE c.status IN ('closed', 'archived') AND c.fulfilled_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM case_follow_up AS f WHERE f.case_id = c.id AND f.visited_at BETWEEN c.fulfilled_at AND c.closed_at)""",
    "two sides": """
        dispute_case AS c WHERE 2 <> (
           SELECT count(DISTINCT p.side) FROM case_party AS p WHERE p.case_id = c.id AND p.side <> 'third_party')""",
    "PI1: consent before sensitive data": """
        case_party WHERE id_number IS NOT NULL AND consent_at IS NULL""",
    "flags are those of the parties": """
        dispute_case AS c WHERE c.address_protected <> (
           SELECT bool_or(p.address_protected) FROM case_party AS p WHERE p.case_id = c.id)
        OR NOT c.minor_involved AND EXISTS (SELECT FROM case_party AS p WHERE p.case_id = c.id AND p.minor)""",
    "a protected address has a team": """
        dispute_case AS c WHERE c.address_protected AND NOT EXISTS (
           SELECT FROM case_protector AS p WHERE p.case_id = c.id)""",
    "the place is its centre's": """
        dispute_case AS c JOIN organisation AS o ON o.id = c.organisation_id WHERE c.town_id IS DISTINCT FROM o.town_id
           OR EXISTS (SELECT FROM organisation AS m WHERE m.id = c.community_id AND m.town_id <> c.town_id)""",
}


@pytest.mark.parametrize("rule", BROKEN)
async def test_no_sample_case_breaks_a_rule(haiyan_urls: DatabaseUrls, rule: str) -> None:
    assert await value(haiyan_urls, f"SELECT count(*) FROM {BROKEN[rule]}") == 0


async def test_due_dates_are_those_the_platform_would_set(haiyan_urls: DatabaseUrls) -> None:
    # A court's own time, and one that was extended or stopped, is what its deadline says.
    stretched = await fetch(
        haiyan_urls,
        """SELECT c.due_at, d.due_at AS ends FROM dispute_case AS c JOIN deadline AS d ON d.case_id = c.id
           WHERE d.kind = 'entrusted_mediation' AND d.closed_at IS NULL""",
    )
    assert stretched
    assert all(row["due_at"] == row["ends"] for row in stretched)
    for row in await fetch(
        haiyan_urls,
        """SELECT accepted_at, reopened_at, due_at, (SELECT max(t.at) FROM case_timeline AS t
             WHERE t.case_id = c.id AND t.action = 'mediate_again') AS again_at FROM dispute_case AS c
           WHERE NOT EXISTS (SELECT FROM court_entrustment AS e WHERE e.case_id = c.id)""",
    ):
        accepted = row["again_at"] or row["reopened_at"] or row["accepted_at"]
        due = accepted and end_of_day(MEDIATION.last_day(china_date(accepted), NATIONAL))
        assert row["due_at"] == due


async def test_numbers_run_without_gaps_in_the_order_of_registration(haiyan_urls: DatabaseUrls) -> None:
    cases = await fetch(
        haiyan_urls,
        """SELECT c.organisation_id, o.number_word, c.number_year, c.number_serial, c.number, c.registered_at
           FROM dispute_case AS c JOIN organisation AS o ON o.id = c.organisation_id
           ORDER BY c.registered_at, c.id""",
    )
    last: dict[tuple[object, int], int] = {}
    for row in cases:
        key = (row["organisation_id"], row["number_year"])
        last[key] = last.get(key, 0) + 1
        assert row["number_serial"] == last[key]
        assert china_date(row["registered_at"]).year == row["number_year"]
        assert row["number"] == f"({row['number_year']}){row['number_word']}字第{row['number_serial']:05d}号"
    counters = await fetch(haiyan_urls, "SELECT organisation_id, year, last FROM case_number_counter")
    assert {(row["organisation_id"], row["year"]): row["last"] for row in counters} == last


async def test_the_spread_shows_what_a_centre_meets(haiyan_urls: DatabaseUrls) -> None:
    reachable: set[CaseStatus | None] = {None}
    while further := {after for (before, _), after in TRANSITIONS.items() if before in reachable} - reachable:
        reachable |= further
    statuses = await fetch(haiyan_urls, "SELECT DISTINCT status FROM dispute_case")
    assert {row["status"] for row in statuses} == reachable - {None} == set(CaseStatus)
    # The centre's own figures leave no room for a referral: it is the neighbour's.
    statuses = await fetch(haiyan_urls, f"SELECT DISTINCT status {OF_THE_CENTRE}")
    assert {row["status"] for row in statuses} == set(CaseStatus) - {CaseStatus.REFERRED_TO_COURT}
    for exceptional in ("reopen_count > 0", "paused_at IS NOT NULL", "referred_at IS NOT NULL"):
        assert await value(haiyan_urls, f"SELECT count(*) FROM dispute_case WHERE {exceptional}") >= 1
    for column, least in {"source": 10, "type_code": 25, "risk_level": 4, "community_id": 25, "handler_id": 10}.items():
        assert await value(haiyan_urls, f"SELECT count(DISTINCT {column}) {OF_THE_CENTRE}") >= least
    for condition in (
        "public_security",
        "family_or_minor",
        "minor_involved",
        "violence_suspected",
        "mass_incident",
        "return_count > 0",
        "concluded_at > due_at",
        "concluded_at IS NULL AND due_at < now()",
    ):
        assert await value(haiyan_urls, f"SELECT count(*) {OF_THE_CENTRE} AND {condition}") >= 1


async def test_the_family_of_the_seed_is_protected_by_a_named_team(haiyan_urls: DatabaseUrls) -> None:
    (case,) = await fetch(haiyan_urls, f"SELECT * {OF_THE_CENTRE} AND title LIKE '庄某%'")
    assert china_date(case["registered_at"]).isoformat()[:7] == "2023-05"
    assert case["address_protected"]
    assert case["family_or_minor"]
    assert case["settled_at"]
    parties = await fetch(haiyan_urls, f"SELECT * FROM case_party WHERE case_id = '{case['id']}' ORDER BY ordinal")
    assert all("某" in party["name"] for party in parties)
    assert [party["address_protected"] for party in parties] == [True, True, False]
    assert parties[1]["disabled"]
    present = await fetch(
        haiyan_urls,
        "SELECT o.kind FROM case_participant AS p JOIN organisation AS o ON o.id = p.organisation_id"
        f" WHERE p.case_id = '{case['id']}'",
    )
    assert {row["kind"] for row in present} == {
        "brand_studio",
        "police_station",
        "womens_federation",
        "department",
        "mediation_committee",
    }
    team = await fetch(
        haiyan_urls,
        "SELECT m.role FROM case_protector AS p JOIN membership AS m ON m.user_id = p.user_id"
        f" WHERE p.case_id = '{case['id']}'",
    )
    roles = {row["role"] for row in team}
    assert {"police_liaison", "womens_federation_officer", "department_officer", "mediator"} <= roles
