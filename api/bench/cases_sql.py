"""Statements that make the bench's cases, some thousands at a time: a draft of each, then its rows in every table.

What is skewed as in life: the first town has a sixth of the cases and the last a thirtieth; family and neighbours lead
the types; most cases are old and closed, the open ones are the newest; one in six is handled jointly; one in nine
reaches a court. Everybody is invented.

A draft works out once what several tables need. Rows follow the draft's order, which is that of time, without a sort.
"""

# ruff: noqa: S608 - made of numbers and names in this file; nothing comes from outside

from __future__ import annotations

from api.bench.tenants_sql import MEDIATORS, TRIBUNALS, County

YEARS = 4
"""How far back the first case lies."""
TABLES = (
    "dispute_case",
    "case_timeline",
    "case_party",
    "case_participant",
    "case_agreement",
    "case_mediator",
    "case_obligation",
    "judicial_confirmation",
)
"""The tables that are filled here, largest first."""

_FACTS = "双方因日常往来产生争议，经网格员走访了解情况，现申请调解（虚构）。"
_STEPS = {
    # Step: action, status before it and status after it, of a case that is not declined.
    0: ("add_note", "handling", "handling"),
    1: ("register", None, "registered"),
    2: ("accept", "registered", "accepted"),
    3: ("dispatch", "accepted", "dispatched"),
    4: ("agree", "handling", "agreed"),
    5: ("close", "agreed", "closed"),
}
_OTHERWISE = {
    (2, "declined"): ("decline", "registered", "declined"),
    (3, "declined"): ("close", "declined", "closed"),
    (4, "failed"): ("fail", "handling", "failed"),
    (5, "failed"): ("close", "failed", "closed"),
}


def draft(county: County, total: int) -> str:
    """Into `draft`: what decides about cases $1 … $2 of `total`, registered up to $3, oldest first."""
    c, towns, communities, grids = county.id, county.towns, county.communities, county.grids
    return f"""
    CREATE TEMPORARY TABLE draft ON COMMIT DROP AS
    WITH kinds AS MATERIALIZED (
        SELECT array_agg(code ORDER BY code) AS codes, count(*)::int AS many
        FROM dispute_type WHERE length(code) = 4 AND mediable
    ), drawn AS (
        SELECT n, 1 + floor({towns} * pg_temp.draw(n, 1) ^ 1.5)::int AS town,
               $3::timestamptz - interval '{YEARS} years' * (({total} - n + pg_temp.draw(n, 2)) / {total}::float8) ^ 1.2
                   AS registered_at,
               pg_temp.draw(n, 3) AS fate, pg_temp.draw(n, 4) AS pace, pg_temp.draw(n, 5) AS joint
        FROM generate_series($1::bigint, $2::bigint) n
        OFFSET 0
    ), placed AS (
        SELECT *, town + {towns} * floor(pg_temp.draw(n, 6) * (({communities} - town) / {towns} + 1))::int AS community,
               extract(epoch FROM $3 - registered_at)::float8 / 86400 * (0.5 + pace) AS days,
               interval '1 hour' * (0.5 + pace) AS unit
        FROM drawn
        OFFSET 0
    ), staged AS (
        -- How far it has come: 1 registered, 2 accepted (or declined), 3 with its handler, 4 concluded, 5 closed.
        SELECT *, CASE WHEN days < 0.5 THEN 1 WHEN days < 2 THEN 2 WHEN fate < 0.04 THEN 5 WHEN days < 20 THEN 3
                       WHEN days < 45 THEN 4 WHEN pg_temp.draw(n, 9) < 0.03 THEN 4 ELSE 5 END AS stage,
               fate < 0.04 AND days >= 0.5 AS declined, fate >= 0.04 AND fate < 0.12 AS failed,
               fate >= 0.12 AND fate < 0.17 AS referred, fate >= 0.17 AND fate < 0.23 AS confirmed,
               pg_temp.draw(n, 21) < 0.2 AS noted,
               least($3, registered_at + interval '1 day' * (8 * (0.5 + pace) + 20 * pg_temp.draw(n, 13))) AS concluded
        FROM placed
        OFFSET 0
    )
    SELECT n, town, community, fate, pace, joint, stage, declined, failed, referred, confirmed, registered_at, concluded,
           noted AND stage >= 4 AND NOT declined AS noted,
           CASE WHEN declined THEN least(stage, 3) ELSE stage + (noted AND stage >= 4)::int END AS entries,
           stage >= 4 AND NOT (declined OR failed OR referred) AS settled,
           registered_at + 6 * unit AS accepted, registered_at + 20 * unit AS dispatched,
           least($3, registered_at + 40 * unit) AS taken_on, least($3, concluded + interval '10 days') AS closed,
           least($3, concluded + interval '1 day') AS applied,
           pg_temp.id({c}, 64, n) AS case_id, pg_temp.id({c}, 2, town) AS town_id,
           pg_temp.id({c}, 3, community) AS community_id,
           CASE WHEN pg_temp.draw(n, 7) < 0.9 THEN pg_temp.id({c}, 4, community + {communities}
                   * floor(pg_temp.draw(n, 8) * (({grids} - community) / {communities} + 1))::int) END AS grid_id,
           pg_temp.id({c}, 20, town) AS centre, pg_temp.id({c}, 21, town) AS committee,
           pg_temp.id({c}, 40, town) AS dispatcher,
           pg_temp.id({c}, 43, (town - 1) * {MEDIATORS} + 1 + floor(pg_temp.draw(n, 10) * {MEDIATORS})::int) AS mediator,
           CASE WHEN stage >= 4 AND (referred OR confirmed) THEN CASE WHEN pg_temp.draw(n, 12) < 0.6
               THEN pg_temp.id({c}, 25, 1 + (town - 1) % {TRIBUNALS}) ELSE pg_temp.id({c}, 31, 1) END END AS court,
           codes[1 + floor(many * pg_temp.draw(n, 11) ^ 1.8)::int] AS type_code
    FROM staged, kinds"""


def rows(county: County) -> list[str]:
    """From `draft` into each table, parents first. One list of statements, long as there are columns."""
    c = county.id
    of_this, accepted = "stage >= 3 AND NOT declined", "stage >= 2 AND NOT declined"
    return [
        f"""
        INSERT INTO dispute_case (county_id, id, organisation_id, town_id, community_id, grid_id, number, number_year,
            number_serial, type_code, source, title, facts, demands, status, version, risk_level, scale, people_count,
            public_security, minor_involved, violence_suspected, registered_by, registered_at, accepted_at,
            rights_told_at, declined_at, decline_reason, risk_assessed_at, dispatched_at, handler_id, taken_on_at,
            settled_at, settlement_mode, failed_at, failure_reason, concluded_at, due_at, closed_at, reopen_count,
            return_count, court_id, agreement_in_effect)
        SELECT {c}, case_id, centre, town_id, community_id, grid_id,
            '(' || year || ')测' || town || '人调字第' || lpad(n::text, 5, '0') || '号', year, n, type_code,
            ('{{proactive,on_application,grid_event,hotline,police,petition,court_entrusted,sweep}}'::text[])
                [1 + floor(8 * pg_temp.draw(n, 14) ^ 1.6)::int],
            '甲方与乙方的纠纷' || n || '（虚构）', '{_FACTS}', '请求调解并给付款项（虚构）。',
            CASE WHEN stage = 1 THEN 'registered' WHEN declined AND stage < 5 THEN 'declined'
                 WHEN stage = 2 THEN 'accepted' WHEN stage = 3 AND pace < 0.3 THEN 'dispatched'
                 WHEN stage = 3 THEN 'handling' WHEN referred THEN 'referred_to_court' WHEN stage = 5 THEN 'closed'
                 WHEN failed THEN 'failed' WHEN pace < 0.5 THEN 'performing' ELSE 'agreed' END,
            entries,
            ('{{blue,yellow,orange,red}}'::text[])[1 + floor(4 * pg_temp.draw(n, 15) ^ 3)::int], 'individual', 2,
            pg_temp.draw(n, 16) < 0.06, pg_temp.draw(n, 17) < 0.05, pg_temp.draw(n, 18) < 0.01,
            dispatcher, registered_at,
            CASE WHEN {accepted} THEN accepted END, CASE WHEN {accepted} THEN accepted END,
            CASE WHEN stage >= 2 AND declined THEN accepted END, CASE WHEN stage >= 2 AND declined THEN '不属于受理范围' END,
            CASE WHEN {accepted} THEN accepted END,
            CASE WHEN {of_this} THEN dispatched END, CASE WHEN {of_this} THEN committee END,
            CASE WHEN {of_this} AND pace >= 0.3 THEN taken_on END,
            CASE WHEN settled THEN concluded END, CASE WHEN settled THEN 'peoples_mediation' END,
            CASE WHEN stage >= 4 AND failed THEN concluded END, CASE WHEN stage >= 4 AND failed THEN '差距过大' END,
            CASE WHEN stage >= 4 AND NOT declined THEN concluded END,
            CASE WHEN {accepted} THEN registered_at + interval '30 days' END,
            CASE WHEN stage = 5 THEN closed END,
            (pg_temp.draw(n, 19) < 0.01)::int, (pg_temp.draw(n, 20) < 0.03)::int, court, settled
        FROM (SELECT *, extract(year FROM registered_at)::int AS year FROM draft OFFSET 0) draft""",
        f"""
        INSERT INTO case_party (county_id, id, case_id, ordinal, side, kind, name, id_number, phone, address, consent_at)
        SELECT {c}, pg_temp.id({c}, 65, m), case_id, o, CASE o WHEN 1 THEN 'applicant' ELSE 'respondent' END, 'person',
            pg_temp.person(m), '110101199001' || lpad((m % 1000000)::text, 6, '0'),
            '138' || lpad((m % 100000000)::text, 8, '0'), '第' || community || '村' || (n % 300) || '号', registered_at
        FROM (SELECT n, case_id, community, registered_at, o, n * 2 + o AS m
              FROM (SELECT n, case_id, community, registered_at, generate_series(1, 2) AS o FROM draft) d OFFSET 0) d""",
        f"""
        INSERT INTO case_timeline (county_id, id, case_id, version, action, from_status, to_status, at, actor_id,
            organisation_id, role, note)
        SELECT {c}, pg_temp.id({c}, 66, n * 8 + v), case_id, v, {_step(0)}, {_step(1)}, {_step(2)},
            CASE step WHEN 1 THEN registered_at WHEN 2 THEN accepted WHEN 3 THEN dispatched WHEN 5 THEN closed
                      ELSE concluded END,
            CASE WHEN step IN (0, 4) THEN mediator ELSE dispatcher END,
            CASE WHEN step IN (0, 4) THEN committee ELSE centre END,
            CASE WHEN step IN (0, 4) THEN 'mediator' ELSE 'centre_dispatcher' END,
            CASE WHEN step IN (0, 2, 4) THEN '已与双方沟通（虚构）' END
        FROM (SELECT *, CASE WHEN noted AND v = 4 THEN 0 WHEN noted AND v > 4 THEN v - 1 ELSE v END AS step
              FROM (SELECT n, case_id, registered_at, accepted, dispatched, concluded, closed, mediator, dispatcher,
                           committee, centre, declined, failed, noted, generate_series(1, entries) AS v
                    FROM draft) d OFFSET 0) d""",
        f"""
        INSERT INTO case_participant (county_id, id, case_id, organisation_id, relation, valid_from, valid_until)
        SELECT {c}, pg_temp.id({c}, 67, n * 4 + k), case_id,
            CASE k WHEN 1 THEN committee ELSE pg_temp.id({c}, CASE WHEN joint < 0.08 THEN 22 ELSE 23 END, town) END,
            CASE k WHEN 1 THEN 'lead' ELSE 'assisting' END, dispatched, CASE WHEN k = 2 AND stage = 5 THEN closed END
        FROM (SELECT n, case_id, town, committee, joint, stage, dispatched, closed,
                     generate_series(1, CASE WHEN joint < 0.16 THEN 2 ELSE 1 END) AS k
              FROM draft WHERE {of_this}) d""",
        f"""
        INSERT INTO case_mediator (county_id, id, case_id, user_id, organisation_id, valid_from)
        SELECT {c}, pg_temp.id({c}, 68, n), case_id, mediator, committee, taken_on
        FROM draft WHERE {of_this} AND pace >= 0.3""",
        f"""
        INSERT INTO case_agreement (county_id, id, case_id, form, content, reached_at, effective_at, parties_signed_at,
            mediator_signed_at, sealed_at, copies)
        SELECT {c}, pg_temp.id({c}, 69, n), case_id, 'written', '一、双方互谅互让；二、分期给付款项（虚构）。',
            concluded, concluded, concluded, concluded, concluded, 3
        FROM draft WHERE settled""",
        f"""
        INSERT INTO case_obligation (county_id, id, case_id, agreement_id, ordinal, description, debtor_id, creditor_id,
            amount_cents, due_on)
        SELECT {c}, pg_temp.id({c}, 70, n * 2 + o), case_id, pg_temp.id({c}, 69, n), o, '第' || o || '期（虚构）',
            pg_temp.id({c}, 65, n * 2 + 2), pg_temp.id({c}, 65, n * 2 + 1), 100000 * (1 + n % 90), concluded::date + 30 * o
        FROM (SELECT n, case_id, concluded, generate_series(1, 2) AS o FROM draft WHERE settled AND confirmed) d""",
        f"""
        INSERT INTO judicial_confirmation (county_id, id, case_id, court_id, status, applied_at, applied_by, apply_by,
            decided_at, number, ruled_at, enforce_by)
        SELECT {c}, pg_temp.id({c}, 71, n), case_id, court, CASE WHEN stage = 4 THEN 'applied' ELSE 'confirmed' END,
            applied, mediator, concluded::date + 30,
            CASE WHEN stage = 5 THEN concluded + interval '3 days' END,
            CASE WHEN stage = 5 THEN '(测)诉前调确' || n || '号' END,
            CASE WHEN stage = 5 THEN concluded + interval '8 days' END,
            CASE WHEN stage = 5 THEN concluded::date + 730 END
        FROM draft WHERE settled AND confirmed""",
    ]


def _step(part: int) -> str:
    """Action (0), status before (1) or after (2) of a timeline entry's step, as an expression."""

    def word(value: str | None) -> str:
        return "NULL" if value is None else f"'{value}'"

    whens = []
    for step, told in _STEPS.items():
        others = "".join(
            f" WHEN {fate} THEN {word(other[part])}" for (at, fate), other in _OTHERWISE.items() if at == step
        )
        text = f"CASE{others} ELSE {word(told[part])} END" if others else word(told[part])
        whens.append(f"WHEN {step} THEN {text}")
    return f"CASE step {' '.join(whens)} END"


def counters(county: County, total: int) -> str:
    """Where the numbers of each centre go on: the bench gives every case of the county another serial."""
    c = county.id
    return f"""
    INSERT INTO case_number_counter (county_id, organisation_id, year, last)
    SELECT {c}, pg_temp.id({c}, 20, t), y, {total}
    FROM generate_series(1, {county.towns}) t,
         generate_series(date_part('year', $1::timestamptz)::int - {YEARS}, date_part('year', $1::timestamptz)::int) y"""
