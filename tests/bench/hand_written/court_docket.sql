-- What api/graphql/operations/court_docket.graphql asks for, as the county court's liaison, written by hand.
-- $1 county, $2 the court, $3 the counties as an array's text.
SELECT (SELECT y.j FROM (
  WITH c AS MATERIALIZED (
    SELECT c.*, row_number() OVER () AS n FROM (
      SELECT c.id, c.number, c.status, c.title, c.registered_at FROM dispute_case c
      WHERE c.county_id = $1::int AND c.court_id = $2::uuid ORDER BY c.registered_at DESC, c.id DESC LIMIT 21) c)
  SELECT json_build_object('pageInfo', json_build_object('hasNextPage', (SELECT count(*) > 20 FROM c), 'endCursor',
      (SELECT translate(encode(convert_to(json_build_array('registered_at-', c.registered_at, c.id)::text, 'UTF8'), 'base64'), E'\n', '')
       FROM c WHERE n <= 20 ORDER BY n DESC LIMIT 1)),
    'nodes', (SELECT coalesce(json_agg(r), '[]') FROM (
      SELECT 'case:' || c.id AS id, c.number, upper(c.status) AS status, c.title,
        (SELECT row_to_json(k) FROM (SELECT upper(k.status) AS status,
           (SELECT l.label FROM code_label l WHERE l.list = 'confirmation_status' AND l.code = k.status) AS "statusLabel",
           k.applied_at AS "appliedAt", k.number,
           (SELECT row_to_json(o) FROM (SELECT o.name FROM organisation o WHERE o.county_id = $1::int AND o.id = k.court_id) o) AS court
         FROM judicial_confirmation k WHERE k.county_id = $1::int AND k.case_id = c.id
         ORDER BY k.applied_at DESC, k.id DESC LIMIT 1) k) AS confirmation,
        (SELECT row_to_json(a) FROM (SELECT a.content, a.effective_at AS "effectiveAt",
           (SELECT coalesce(json_agg(b), '[]') FROM (SELECT b.description,
              to_char(b.amount_cents / 100.0, 'FM999999999999990.00') AS amount, b.due_on AS "dueOn"
            FROM case_obligation b WHERE b.county_id = $1::int AND b.agreement_id = a.id ORDER BY b.ordinal LIMIT 500) b) AS obligations
         FROM case_agreement a WHERE a.county_id = $1::int AND a.case_id = c.id) a) AS agreement,
        (SELECT json_build_object('nodes', coalesce(json_agg(p), '[]')) FROM (SELECT upper(p.side) AS side,
           CASE WHEN p.name IS NOT NULL THEN json_build_object('display', p.name) END AS name
         FROM case_party p WHERE p.county_id = $1::int AND p.case_id = c.id ORDER BY p.ordinal, p.id LIMIT 20) p) AS parties
      FROM c WHERE n <= 20 ORDER BY n) r))
) y(j) WHERE s.v IS NOT NULL) AS j
FROM (SELECT set_config('app.counties', $3::text, true) AS v OFFSET 0) s
