-- Indexes that the plans in this folder stand on and no migration makes yet. When one does, this file goes.

-- Whether a user serves in the county is asked for every name shown; without this each asking reads all memberships.
CREATE INDEX IF NOT EXISTS ix_membership__user ON membership (county_id, user_id, valid_from, valid_until);

-- Lists of some states, newest or oldest first, for each scope that such lists are asked for.
CREATE INDEX IF NOT EXISTS ix_dispute_case__status ON dispute_case (county_id, status, registered_at, id);
CREATE INDEX IF NOT EXISTS ix_dispute_case__handler_status ON dispute_case (county_id, handler_id, status, registered_at, id);
CREATE INDEX IF NOT EXISTS ix_dispute_case__court_status ON dispute_case (county_id, court_id, status, registered_at, id)
    WHERE court_id IS NOT NULL;

-- Open cases by due date, for each scope: without the narrow ones the planner would walk the county's.
CREATE INDEX IF NOT EXISTS ix_dispute_case__open_due
    ON dispute_case (county_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
    WHERE status NOT IN ('closed', 'archived', 'declined');
CREATE INDEX IF NOT EXISTS ix_dispute_case__open_town_due
    ON dispute_case (county_id, town_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
    WHERE status NOT IN ('closed', 'archived', 'declined');
CREATE INDEX IF NOT EXISTS ix_dispute_case__open_community_due
    ON dispute_case (county_id, community_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
    WHERE status NOT IN ('closed', 'archived', 'declined');
CREATE INDEX IF NOT EXISTS ix_dispute_case__open_grid_due
    ON dispute_case (county_id, grid_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
    WHERE status NOT IN ('closed', 'archived', 'declined');
CREATE INDEX IF NOT EXISTS ix_dispute_case__open_handler_due
    ON dispute_case (county_id, handler_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
    WHERE status NOT IN ('closed', 'archived', 'declined');
CREATE INDEX IF NOT EXISTS ix_dispute_case__open_registered_by_due
    ON dispute_case (county_id, registered_by, (coalesce(due_at, 'infinity'::timestamptz)), id)
    WHERE status NOT IN ('closed', 'archived', 'declined');
CREATE INDEX IF NOT EXISTS ix_dispute_case__open_court_due
    ON dispute_case (county_id, court_id, (coalesce(due_at, 'infinity'::timestamptz)), id)
    WHERE status NOT IN ('closed', 'archived', 'declined') AND court_id IS NOT NULL;

-- A type's word is looked up for each row of a list; from the table, the planner would read all types each time.
CREATE UNIQUE INDEX IF NOT EXISTS uq_dispute_type__code_label ON dispute_type (code) INCLUDE (label, mediable, parent_code);
