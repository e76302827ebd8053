-- What api/graphql/operations/case_page.graphql asks for with four states, as a dispatcher, written by hand.
-- $1 states, $2 county, $3 the centre's town, $4 the centre, $5 the counties as an array's text.
SELECT (SELECT y.j FROM (
  WITH c AS MATERIALIZED (
    SELECT c.*, row_number() OVER () AS n FROM (
      SELECT DISTINCT ON (c.registered_at, c.id) c.* FROM (
        SELECT c.* FROM unnest($1::text[]) s(v) CROSS JOIN LATERAL (
          SELECT c.id, c.number, c.status, c.title, c.type_code, c.handler_id, c.registered_at, c.due_at, c.concluded_at
          FROM dispute_case c WHERE c.county_id = $2::int AND c.town_id = $3::uuid AND c.status = s.v
          ORDER BY c.registered_at DESC, c.id DESC LIMIT 21) c
        UNION ALL
        SELECT c.* FROM unnest($1::text[]) s(v) CROSS JOIN LATERAL (
          SELECT c.id, c.number, c.status, c.title, c.type_code, c.handler_id, c.registered_at, c.due_at, c.concluded_at
          FROM dispute_case c WHERE c.county_id = $2::int AND c.handler_id = $4::uuid AND c.status = s.v
          ORDER BY c.registered_at DESC, c.id DESC LIMIT 21) c
      ) c ORDER BY c.registered_at DESC, c.id DESC LIMIT 21) c)
  SELECT json_build_object('pageInfo', json_build_object('hasNextPage', (SELECT count(*) > 20 FROM c), 'endCursor',
      (SELECT translate(encode(convert_to(json_build_array('registered_at-', c.registered_at, c.id)::text, 'UTF8'), 'base64'), E'\n', '')
       FROM c WHERE n <= 20 ORDER BY n DESC LIMIT 1)),
    'nodes', (SELECT coalesce(json_agg(r), '[]') FROM (
      SELECT 'case:' || c.id AS id, c.number, upper(c.status) AS status,
        (SELECT l.label FROM code_label l WHERE l.list = 'case_status' AND l.code = c.status) AS "statusLabel", c.title,
        (SELECT row_to_json(d) FROM (SELECT d.label FROM dispute_type d WHERE d.code = c.type_code) d) AS type,
        (SELECT row_to_json(o) FROM (SELECT o.name FROM organisation o WHERE o.county_id = $2::int AND o.id = c.handler_id) o) AS handler,
        c.registered_at AS "registeredAt", c.due_at AS "dueAt",
        coalesce(c.due_at < coalesce(c.concluded_at, now()), FALSE) AS overdue,
        (SELECT json_build_object('nodes', coalesce(json_agg(p), '[]')) FROM (SELECT upper(p.side) AS side,
           CASE WHEN p.name IS NOT NULL THEN json_build_object('display', p.name, 'masked', FALSE) END AS name,
           CASE WHEN p.phone IS NOT NULL THEN json_build_object('display', p.phone, 'masked', FALSE) END AS phone
         FROM case_party p WHERE p.county_id = $2::int AND p.case_id = c.id ORDER BY p.ordinal, p.id LIMIT 4) p) AS parties,
        (SELECT json_build_object('nodes', coalesce(json_agg(
             json_build_object('action', upper(e.action), 'at', e.at, 'note', e.note) ORDER BY e.version), '[]')) FROM (
           SELECT e.action, e.at, e.note, e.version
           FROM case_timeline e WHERE e.county_id = $2::int AND e.case_id = c.id ORDER BY e.version DESC LIMIT 3) e) AS timeline
      FROM c WHERE n <= 20 ORDER BY n) r))
) y(j) WHERE s.v IS NOT NULL) AS j
FROM (SELECT set_config('app.counties', $5::text, true) AS v OFFSET 0) s
