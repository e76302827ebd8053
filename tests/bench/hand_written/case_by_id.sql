-- What api/graphql/operations/case_by_id.graphql asks for, as a dispatcher, written by hand.
-- $1 case, $2 county, $3 the centre's town, $4 the centre, $5 the counties as an array's text.
-- Left out of what the compiled statement proves: that every person named serves or served in the county.
SELECT (SELECT y.j FROM (
  SELECT row_to_json(r) FROM (
    SELECT 'case:' || c.id AS id, c.number, upper(c.status) AS status,
      (SELECT l.label FROM code_label l WHERE l.list = 'case_status' AND l.code = c.status) AS "statusLabel",
      c.version, c.title, c.facts,
      (SELECT row_to_json(d) FROM (SELECT d.code, d.label FROM dispute_type d WHERE d.code = c.type_code) d) AS type,
      (SELECT row_to_json(o) FROM (SELECT 'organisation:' || o.id AS id, o.name FROM organisation o
         WHERE o.county_id = $2::int AND o.id = c.organisation_id) o) AS organisation,
      (SELECT row_to_json(o) FROM (SELECT 'organisation:' || o.id AS id, o.name FROM organisation o
         WHERE o.county_id = $2::int AND o.id = c.handler_id) o) AS handler,
      CASE WHEN c.risk_assessed_at IS NOT NULL THEN (SELECT row_to_json(k) FROM (SELECT upper(c.risk_level) AS level,
        (SELECT l.label FROM code_label l WHERE l.list = 'risk_level' AND l.code = c.risk_level) AS "levelLabel") k) END AS risk,
      c.registered_at AS "registeredAt", c.due_at AS "dueAt",
      coalesce(c.due_at < coalesce(c.concluded_at, now()), FALSE) AS overdue,
      (SELECT json_build_object('nodes', coalesce(json_agg(json_build_object('user', json_build_object('displayName', u.display_name))
         ORDER BY m.valid_from, m.id), '[]')) FROM case_mediator m JOIN app_user u ON u.county_id = $2::int AND u.id = m.user_id
       WHERE m.county_id = $2::int AND m.case_id = c.id) AS mediators,
      (SELECT json_build_object('nodes', coalesce(json_agg(p), '[]')) FROM (
         SELECT 'party:' || p.id AS id, upper(p.side) AS side,
           CASE WHEN p.name IS NOT NULL THEN json_build_object('display', p.name, 'masked', FALSE) END AS name,
           CASE WHEN p.id_number IS NOT NULL THEN json_build_object('display', p.id_number, 'masked', FALSE) END AS "idNumber",
           CASE WHEN p.phone IS NOT NULL THEN json_build_object('display', p.phone, 'masked', FALSE) END AS phone,
           CASE WHEN c.address_protected THEN json_build_object('display', NULL, 'masked', TRUE)
                WHEN p.address IS NOT NULL THEN json_build_object('display', p.address, 'masked', FALSE) END AS address
         FROM case_party p WHERE p.county_id = $2::int AND p.case_id = c.id ORDER BY p.ordinal, p.id LIMIT 20) p) AS parties,
      (SELECT json_build_object('nodes', coalesce(json_agg(e ORDER BY e.version), '[]')) FROM (
         SELECT e.version, upper(e.action) AS action,
           (SELECT l.label FROM code_label l WHERE l.list = 'case_action' AND l.code = e.action) AS "actionLabel", e.at,
           (SELECT row_to_json(u) FROM (SELECT u.display_name AS "displayName" FROM app_user u
              WHERE u.county_id = $2::int AND u.id = e.actor_id) u) AS actor
         FROM case_timeline e WHERE e.county_id = $2::int AND e.case_id = c.id ORDER BY e.version DESC LIMIT 5) e) AS timeline
    FROM dispute_case c
    WHERE c.county_id = $2::int AND c.id = $1::uuid AND (c.town_id = $3::uuid OR c.handler_id = $4::uuid)) r
) y(j) WHERE s.v IS NOT NULL) AS j
FROM (SELECT set_config('app.counties', $5::text, true) AS v OFFSET 0) s
