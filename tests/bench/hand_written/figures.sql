-- What api/graphql/operations/figures.graphql asks for, as a county's administrator, written by hand over the cells.
-- $1 from, $2 until, $3 county, $4 the counties as an array's text.
SELECT (SELECT y.j FROM (
  WITH e AS MATERIALIZED (
    -- Whole days [first, beyond); at each end the shorter side of the ragged day, added or taken off.
    SELECT CASE WHEN s.take THEN s.day ELSE s.day + 1 END AS first, CASE WHEN u.take THEN u.day + 1 ELSE u.day END AS beyond,
      CASE WHEN s.take THEN -1 ELSE 1 END AS sign1, CASE WHEN s.take THEN s.start ELSE $1::timestamptz END AS low1,
      CASE WHEN s.take THEN $1::timestamptz ELSE s.next END AS high1,
      CASE WHEN u.take THEN -1 ELSE 1 END AS sign2, CASE WHEN u.take THEN $2::timestamptz ELSE u.start END AS low2,
      CASE WHEN u.take THEN u.next ELSE $2::timestamptz END AS high2
    FROM (SELECT d.day, d.start, d.start + interval '1 day' AS next,
            $1::timestamptz - d.start <= least(d.start + interval '1 day', now()) - $1::timestamptz AS take
          FROM (SELECT ($1::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS day,
            date_trunc('day', $1::timestamptz, 'Asia/Shanghai') AS start) d) s,
      (SELECT d.day, d.start, d.start + interval '1 day' AS next,
            $2::timestamptz - d.start > least(d.start + interval '1 day', now()) - $2::timestamptz AS take
          FROM (SELECT ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS day,
            date_trunc('day', $2::timestamptz, 'Asia/Shanghai') AS start) d) u),
  p AS MATERIALIZED (
    SELECT v.* FROM e, LATERAL (
      SELECT figure_period('ten_days', figure_period('ten_days', e.first - 1) + 11) AS t1, figure_period('ten_days', e.beyond) AS t2,
        figure_period('month', figure_period('month', e.first - 1) + 31) AS m1, figure_period('month', e.beyond) AS m2) b,
      LATERAL (VALUES ('month', b.m1, b.m2),
        ('ten_days', b.t1, least(b.m1, b.t2)), ('ten_days', greatest(b.m2, least(b.m1, b.t2)), b.t2),
        ('day', e.first, least(b.t1, e.beyond)), ('day', greatest(b.t2, least(b.t1, e.beyond)), e.beyond)) v(period, first, beyond)),
  f AS MATERIALIZED (
    SELECT town_id, type, sum(n) AS n, sum(settled) AS settled, sum(reopened) AS reopened, sum(on_time) AS on_time, sum(timed) AS timed
    FROM (
      SELECT c.town_id, c.type_group AS type, c.cases AS n, c.settled, c.reopened, c.on_time, c.timed
      FROM p JOIN case_figure_cell c ON c.county_id = $3::int AND c.breakdown = 'type' AND c.period = p.period
        AND c.starts_on >= p.first AND c.starts_on < p.beyond
      UNION ALL
      SELECT c.town_id, left(c.type_code, 2), c.cases, c.settled, c.reopened, c.on_time, c.timed
      FROM e, case_figure_change c WHERE c.county_id = $3::int AND c.starts_on >= e.first AND c.starts_on < e.beyond
      UNION ALL
      SELECT c.town_id, left(c.type_code, 2), s.sign, CASE WHEN c.settled_at IS NOT NULL THEN s.sign ELSE 0 END,
        CASE WHEN c.reopen_count > 0 THEN s.sign ELSE 0 END, CASE WHEN c.concluded_at <= c.due_at THEN s.sign ELSE 0 END,
        CASE WHEN c.concluded_at IS NOT NULL AND c.due_at IS NOT NULL THEN s.sign ELSE 0 END
      FROM e, LATERAL (VALUES (e.sign1, e.low1, e.high1), (e.sign2, e.low2, e.high2)) s(sign, low, high)
      JOIN dispute_case c ON c.county_id = $3::int AND c.registered_at >= s.low AND c.registered_at < s.high) k
    GROUP BY town_id, type HAVING sum(n) > 0)
  SELECT json_build_object(
    'total', (SELECT json_build_object('broughtIn', sum(n), 'settled', sum(settled),
        'settlementRate', sum(settled)::float8 / nullif(sum(n), 0)::float8, 'reopened', sum(reopened),
        'onTimeRate', sum(on_time)::float8 / nullif(sum(timed), 0)::float8) FROM f),
    'groups', (SELECT json_agg(row_to_json(r)) FROM (
        SELECT concat_ws('/', f.town_id, f.type) AS key, json_build_array(
            json_build_object('dimension', 'TOWN', 'value', f.town_id, 'label', o.name),
            json_build_object('dimension', 'TYPE_GROUP', 'value', f.type, 'label', d.label)) AS keys,
          f.n AS "broughtIn", f.settled, f.settled::float8 / nullif(f.n, 0)::float8 AS "settlementRate", f.reopened,
          f.on_time::float8 / nullif(f.timed, 0)::float8 AS "onTimeRate"
        FROM f JOIN organisation o ON o.county_id = $3::int AND o.id = f.town_id JOIN dispute_type d ON d.code = f.type
        ORDER BY f.town_id::text, f.type) r))
) y(j) WHERE s.v IS NOT NULL) AS j
FROM (SELECT set_config('app.counties', $4::text, true) AS v OFFSET 0) s
