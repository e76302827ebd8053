-- What api/cases/operations/figures.graphql asks for, as a county's administrator, written by hand.
-- $1 from, $2 until, $3 county, $4 the counties as an array's text.
SELECT (SELECT y.j FROM (
  WITH f AS MATERIALIZED (
    SELECT c.town_id, left(c.type_code, 2) AS type, count(*) AS n, count(c.settled_at) AS settled,
      count(*) FILTER (WHERE c.reopen_count > 0) AS reopened,
      count(*) FILTER (WHERE c.concluded_at <= c.due_at) AS on_time,
      count(*) FILTER (WHERE c.concluded_at IS NOT NULL AND c.due_at IS NOT NULL) AS timed
    FROM dispute_case c
    WHERE c.county_id = $3::int AND c.registered_at >= $1::timestamptz AND c.registered_at < $2::timestamptz
    GROUP BY 1, 2)
  SELECT json_build_object(
    'total', (SELECT json_build_object('broughtIn', sum(n), 'settled', sum(settled),
        'settlementRate', sum(settled)::float8 / nullif(sum(n), 0)::float8, 'reopened', sum(reopened),
        'onTimeRate', sum(on_time)::float8 / nullif(sum(timed), 0)::float8) FROM f),
    'groups', (SELECT json_agg(row_to_json(r)) FROM (
        SELECT concat_ws('/', f.town_id, f.type) AS key, json_build_array(
            json_build_object('dimension', 'TOWN', 'value', f.town_id, 'label', o.name),
            json_build_object('dimension', 'TYPE_GROUP', 'value', f.type, 'label', d.label)) AS keys,
          f.n AS "broughtIn", f.settled, f.settled::float8 / nullif(f.n, 0) AS "settlementRate", f.reopened,
          f.on_time::float8 / nullif(f.timed, 0) AS "onTimeRate"
        FROM f JOIN organisation o ON o.county_id = $3::int AND o.id = f.town_id JOIN dispute_type d ON d.code = f.type
        ORDER BY f.town_id::text, f.type) r))
) y(j) WHERE s.v IS NOT NULL) AS j
FROM (SELECT set_config('app.counties', $4::text, true) AS v OFFSET 0) s
