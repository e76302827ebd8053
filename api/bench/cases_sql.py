"""Statements that make the bench's cases, some thousands at a time: a draft of each, then its rows in every table.

What is skewed as in life: the first town has a sixth of the cases and the last a thirtieth; family and neighbours lead
the types; most cases are old and closed, the open ones are the newest; one in six is handled jointly; one in nine
reaches a court. Everybody is invented.
"""

# ruff: noqa: S608 - made of numbers and names in this file; nothing comes from outside

from __future__ import annotations

from api.bench.tenants_sql import MEDIATORS, TRIBUNALS, County

YEARS = 4
"""How far back the first case lies."""


def draft(county: County, total: int) -> str:
    """Into `draft`: what decides about cases $1 … $2 of `total`, registered up to $3, oldest first."""
    towns, communities, grids = county.towns, county.communities, county.grids
    return f"""
    CREATE TEMPORARY TABLE draft ON COMMIT DROP AS
    WITH drawn AS (
        SELECT n, 1 + floor({towns} * pg_temp.draw(n, 1) ^ 1.5)::int AS town,
               $3::timestamptz - interval '{YEARS} years' * (({total} - n + pg_temp.draw(n, 2)) / {total}::float8) ^ 1.2
                   AS registered_at,
               pg_temp.draw(n, 3) AS fate, pg_temp.draw(n, 4) AS pace, pg_temp.draw(n, 5) AS joint
        FROM generate_series($1::int, $2::int) n
    ), placed AS (
        SELECT *, town + {towns} * floor(pg_temp.draw(n, 6) * (({communities} - town) / {towns} + 1))::int AS community,
               extract(epoch FROM $3 - registered_at) / 86400 * (0.5 + pace) AS days
        FROM drawn
    )
    SELECT *, CASE WHEN pg_temp.draw(n, 7) < 0.9 THEN
                  community + {communities} * floor(pg_temp.draw(n, 8) * (({grids} - community) / {communities} + 1))::int
              END AS grid,
           -- How far it has come: 1 registered, 2 accepted (or declined), 3 with its handler, 4 concluded, 5 closed.
           CASE WHEN days < 0.5 THEN 1 WHEN days < 2 THEN 2 WHEN fate < 0.04 THEN 5 WHEN days < 20 THEN 3
                WHEN days < 45 THEN 4 WHEN pg_temp.draw(n, 9) < 0.03 THEN 4 ELSE 5 END AS stage,
           (fate < 0.04 AND days >= 0.5) AS declined, (fate >= 0.04 AND fate < 0.12) AS failed,
           (fate >= 0.12 AND fate < 0.17) AS referred, (fate >= 0.17 AND fate < 0.23) AS confirmed,
           least($3, registered_at + interval '1 day' * (8 * (0.5 + pace) + 20 * pg_temp.draw(n, 13))) AS concluded,
           1 + (pg_temp.draw(n, 10) * {MEDIATORS})::int % {MEDIATORS} AS mediator,
           (SELECT (array_agg(d.code ORDER BY d.code))[1 + floor(count(*) * pg_temp.draw(n, 11) ^ 1.8)::int]
            FROM dispute_type d WHERE length(d.code) = 4 AND d.mediable) AS type_code
    FROM placed"""


def rows(county: County) -> list[str]:
    """From `draft` into each table, parents first."""
    c = county.id
    case_id = f"pg_temp.id({c}, 64, n)"
    centre, committee = f"pg_temp.id({c}, 20, town)", f"pg_temp.id({c}, 21, town)"
    court = (
        f"CASE WHEN pg_temp.draw(n, 12) < 0.6 THEN pg_temp.id({c}, 25, 1 + (town - 1) % {TRIBUNALS})"
        f" ELSE pg_temp.id({c}, 31, 1) END"
    )
    seized = "stage >= 4 AND (referred OR confirmed)"
    settled = "stage >= 4 AND NOT (declined OR failed OR referred)"
    dispatcher = f"pg_temp.id({c}, 40, town)"
    mediator = f"pg_temp.id({c}, 43, (town - 1) * {MEDIATORS} + mediator)"
    after = "registered_at + interval '1 hour' * {} * (0.5 + pace)".format
    return [
        f"""
        INSERT INTO dispute_case (county_id, id, organisation_id, town_id, community_id, grid_id, number, number_year,
            number_serial, type_code, source, title, facts, demands, status, version, risk_level, scale, people_count,
            public_security, minor_involved, violence_suspected, registered_by, registered_at, accepted_at,
            rights_told_at, declined_at, decline_reason, risk_assessed_at, dispatched_at, handler_id, taken_on_at,
            settled_at, settlement_mode, failed_at, failure_reason, concluded_at, due_at, closed_at, reopen_count,
            return_count, court_id)
        SELECT {c}, {case_id}, {centre}, pg_temp.id({c}, 2, town), pg_temp.id({c}, 3, community),
            pg_temp.id({c}, 4, grid),
            '(' || date_part('year', registered_at) || ')测' || town || '人调字第' || lpad(n::text, 5, '0') || '号',
            date_part('year', registered_at), n, type_code,
            (ARRAY['proactive', 'on_application', 'grid_event', 'hotline', 'police', 'petition', 'court_entrusted',
                   'sweep'])[1 + floor(8 * pg_temp.draw(n, 14) ^ 1.6)::int],
            '甲方与乙方的纠纷' || n || '（虚构）',
            repeat('双方因日常往来产生争议，经网格员走访了解情况，现申请调解（虚构）。', 3), '请求调解并给付款项（虚构）。',
            CASE WHEN stage = 1 THEN 'registered' WHEN declined AND stage < 5 THEN 'declined'
                 WHEN stage = 2 THEN 'accepted' WHEN stage = 3 AND pace < 0.3 THEN 'dispatched'
                 WHEN stage = 3 THEN 'handling' WHEN referred THEN 'referred_to_court' WHEN stage = 5 THEN 'closed'
                 WHEN failed THEN 'failed' WHEN pace < 0.5 THEN 'performing' ELSE 'agreed' END,
            CASE WHEN declined THEN least(stage, 3) ELSE stage END,
            (ARRAY['blue', 'yellow', 'orange', 'red'])[1 + floor(4 * pg_temp.draw(n, 15) ^ 3)::int], 'individual', 2,
            pg_temp.draw(n, 16) < 0.06, pg_temp.draw(n, 17) < 0.05, pg_temp.draw(n, 18) < 0.01,
            {dispatcher}, registered_at,
            CASE WHEN stage >= 2 AND NOT declined THEN {after(6)} END,
            CASE WHEN stage >= 2 AND NOT declined THEN {after(6)} END,
            CASE WHEN stage >= 2 AND declined THEN {after(6)} END, CASE WHEN stage >= 2 AND declined THEN '不属于受理范围' END,
            CASE WHEN stage >= 2 AND NOT declined THEN {after(7)} END,
            CASE WHEN stage >= 3 AND NOT declined THEN {after(20)} END,
            CASE WHEN stage >= 3 AND NOT declined THEN {committee} END,
            CASE WHEN stage >= 3 AND NOT declined AND pace >= 0.3 THEN {after(40)} END,
            CASE WHEN {settled} THEN concluded END, CASE WHEN {settled} THEN 'peoples_mediation' END,
            CASE WHEN stage >= 4 AND failed THEN concluded END, CASE WHEN stage >= 4 AND failed THEN '差距过大' END,
            CASE WHEN stage >= 4 AND NOT declined THEN concluded END,
            CASE WHEN stage >= 2 AND NOT declined THEN registered_at + interval '30 days' END,
            CASE WHEN stage = 5 THEN concluded + interval '10 days' END,
            (pg_temp.draw(n, 19) < 0.01)::int, (pg_temp.draw(n, 20) < 0.03)::int,
            CASE WHEN {seized} THEN {court} END
        FROM draft ORDER BY n""",
        f"""
        INSERT INTO case_party (county_id, id, case_id, ordinal, side, kind, name, id_number, phone, address, consent_at)
        SELECT {c}, pg_temp.id({c}, 65, n * 2 + o), {case_id}, o, CASE o WHEN 1 THEN 'applicant' ELSE 'respondent' END,
            'person', pg_temp.person(n * 2 + o), '110101199001' || lpad(((n * 2 + o) % 1000000)::text, 6, '0'),
            '138' || lpad(((n * 2 + o) % 100000000)::text, 8, '0'), '第' || community || '村' || (n % 300) || '号',
            registered_at
        FROM draft, generate_series(1, 2) o ORDER BY n, o""",
        f"""
        INSERT INTO case_timeline (county_id, id, case_id, version, action, from_status, to_status, at, actor_id,
            organisation_id, role, note)
        SELECT {c}, pg_temp.id({c}, 66, n * 8 + v), {case_id}, v,
            CASE v WHEN 1 THEN 'register' WHEN 2 THEN CASE WHEN declined THEN 'decline' ELSE 'accept' END
                   WHEN 3 THEN CASE WHEN declined THEN 'close' ELSE 'dispatch' END
                   WHEN 4 THEN CASE WHEN failed THEN 'fail' ELSE 'agree' END ELSE 'close' END,
            CASE v WHEN 1 THEN NULL WHEN 2 THEN 'registered' WHEN 3 THEN 'accepted' WHEN 4 THEN 'handling'
                   ELSE 'agreed' END,
            CASE v WHEN 1 THEN 'registered' WHEN 2 THEN CASE WHEN declined THEN 'declined' ELSE 'accepted' END
                   WHEN 3 THEN CASE WHEN declined THEN 'closed' ELSE 'dispatched' END
                   WHEN 4 THEN CASE WHEN failed THEN 'failed' ELSE 'agreed' END ELSE 'closed' END,
            CASE v WHEN 1 THEN registered_at WHEN 2 THEN {after(6)} WHEN 3 THEN {after(20)} WHEN 4 THEN concluded
                   ELSE concluded + interval '10 days' END,
            CASE WHEN v = 4 THEN {mediator} ELSE {dispatcher} END, CASE WHEN v = 4 THEN {committee} ELSE {centre} END,
            CASE WHEN v = 4 THEN 'mediator' ELSE 'centre_dispatcher' END,
            CASE WHEN v IN (2, 4) THEN '已与双方沟通（虚构）' END
        FROM draft, LATERAL generate_series(1, CASE WHEN declined THEN least(stage, 3) ELSE stage END) v ORDER BY n, v""",
        f"""
        INSERT INTO case_participant (county_id, id, case_id, organisation_id, relation, valid_from, valid_until)
        SELECT {c}, pg_temp.id({c}, 67, n * 4 + k), {case_id},
            CASE k WHEN 1 THEN {committee} ELSE pg_temp.id({c}, CASE WHEN joint < 0.08 THEN 22 ELSE 23 END, town) END,
            CASE k WHEN 1 THEN 'lead' ELSE 'assisting' END, {after(20)},
            CASE WHEN k = 2 AND stage = 5 THEN concluded + interval '10 days' END
        FROM draft, LATERAL generate_series(1, CASE WHEN joint < 0.16 THEN 2 ELSE 1 END) k
        WHERE stage >= 3 AND NOT declined ORDER BY n""",
        f"""
        INSERT INTO case_mediator (county_id, id, case_id, user_id, organisation_id, valid_from)
        SELECT {c}, pg_temp.id({c}, 68, n), {case_id}, {mediator}, {committee}, {after(40)}
        FROM draft WHERE stage >= 3 AND NOT declined AND pace >= 0.3 ORDER BY n""",
        f"""
        INSERT INTO case_agreement (county_id, id, case_id, form, content, reached_at, effective_at, parties_signed_at,
            mediator_signed_at, sealed_at, copies)
        SELECT {c}, pg_temp.id({c}, 69, n), {case_id}, 'written', '一、双方互谅互让；二、分期给付款项（虚构）。',
            concluded, concluded, concluded, concluded, concluded, 3
        FROM draft WHERE {settled} ORDER BY n""",
        f"""
        INSERT INTO case_obligation (county_id, id, case_id, agreement_id, ordinal, description, debtor_id, creditor_id,
            amount_cents, due_on)
        SELECT {c}, pg_temp.id({c}, 70, n * 2 + o), {case_id}, pg_temp.id({c}, 69, n), o, '第' || o || '期（虚构）',
            pg_temp.id({c}, 65, n * 2 + 2), pg_temp.id({c}, 65, n * 2 + 1), 100000 * (1 + n % 90), concluded::date + 30 * o
        FROM draft, generate_series(1, 2) o WHERE {settled} AND confirmed ORDER BY n""",
        f"""
        INSERT INTO judicial_confirmation (county_id, id, case_id, court_id, status, applied_at, applied_by, apply_by,
            decided_at, number, ruled_at, enforce_by)
        SELECT {c}, pg_temp.id({c}, 71, n), {case_id}, {court}, CASE WHEN stage = 4 THEN 'applied' ELSE 'confirmed' END,
            concluded + interval '1 day', {mediator}, concluded::date + 30,
            CASE WHEN stage = 5 THEN concluded + interval '3 days' END,
            CASE WHEN stage = 5 THEN '(测)诉前调确' || n || '号' END,
            CASE WHEN stage = 5 THEN concluded + interval '8 days' END,
            CASE WHEN stage = 5 THEN concluded::date + 730 END
        FROM draft WHERE {settled} AND confirmed ORDER BY n""",
    ]


def counters(county: County, total: int) -> str:
    """Where the numbers of each centre go on: the bench gives every case of the county another serial."""
    c = county.id
    return f"""
    INSERT INTO case_number_counter (county_id, organisation_id, year, last)
    SELECT {c}, pg_temp.id({c}, 20, t), y, {total}
    FROM generate_series(1, {county.towns}) t,
         generate_series(date_part('year', $1::timestamptz)::int - {YEARS}, date_part('year', $1::timestamptz)::int) y"""
