"""Mediators who were dismissed and still stand on a case (MED2), as SQL: for a rule, and for whoever reads the case."""

# The register is read by name: its room knows cases, not the other way round.
AT_WORK_THOUGH_DISMISSED = """({m}.valid_until IS NULL AND EXISTS (
    SELECT FROM mediator AS d WHERE d.county_id = {m}.county_id AND d.user_id = {m}.user_id AND d.dismissed_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM mediator AS n WHERE n.county_id = d.county_id AND n.user_id = d.user_id
      AND n.dismissed_at IS NULL AND n.recorded_at > d.dismissed_at)))"""
"""Template of a condition on the row of case_mediator aliased `m`: its term runs, though they were dismissed and not
appointed again since."""
