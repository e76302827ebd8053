"""Haiyan shows every state: each value that a column may hold occurs in the sample, and each action was taken.

A value without a sample fails here. What the samples cannot show yet is listed with its reason.
"""

from __future__ import annotations

import re

import pytest
from sqlalchemy import CheckConstraint

from domain.codes.enums import AreaKind, CaseAction, CaseStatus, FrameworkTier, PartnerKind, RiskLevel, SettlementMode
from domain.committees.codes import DismissalGround
from domain.disputes.exceptional_actions.codes import PauseReason
from domain.foundation.database.urls import DatabaseUrls
from domain.registry import metadata
from tests.support.rows import fetch

_ONE_OF = re.compile(r"^(?:(\w+) IS NULL OR )?(\w+) IN \(([^)]*)\)$")

# What a column may hold and no sample shows, with the reason.
UNSHOWN: dict[tuple[str, str], frozenset[str]] = {
    # Settled outside mediation: figures from elsewhere.
    ("dispute_case", "settlement_mode"): frozenset(
        {SettlementMode.ARBITRATION, SettlementMode.RECONSIDERATION, SettlementMode.LITIGATION}
    ),
    # Two mediations rest now; case_pause has a rest for every reason.
    ("dispute_case", "pause_reason"): frozenset(PauseReason)
    - {PauseReason.APPRAISAL, PauseReason.AWAITING_OTHER_RESULT},
    # Nothing leads out of these but what needs a case of its own for nothing new.
    ("case_timeline", "from_status"): frozenset(
        {CaseStatus.ARCHIVED, CaseStatus.DECLINED, CaseStatus.REFERRED_TO_COURT}
    ),
    # A report of a lower level is one of a possible mass incident.
    ("risk_report", "risk_level"): frozenset(RiskLevel) - {RiskLevel.RED},
    # Two mediators were dismissed.
    ("mediator", "dismissal_ground"): frozenset({DismissalGround.INSULT, DismissalGround.LEAKING}),
    # Haiyan's own form, 1+6+N, has no such tiers and not every kind of institution.
    ("framework_member", "tier"): frozenset({FrameworkTier.ROTATING, FrameworkTier.ON_CALL}),
    ("organisation", "kind"): frozenset(
        {
            AreaKind.MICRO_GRID,
            PartnerKind.CHAMBER_OF_COMMERCE,
            PartnerKind.INDUSTRY_ASSOCIATION,
            PartnerKind.NOTARY_OFFICE,
            PartnerKind.PROPERTY_COMPANY,
            PartnerKind.SOCIAL_ORGANISATION,
            PartnerKind.UNIVERSITY,
        }
    ),
}
NOT_LOADED = frozenset({"case_figure_cell", "case_figure_change"})
# What is done on the running platform alone: tests/api/test_audit.py and tests/api/test_policy_changes.py do all of it.
NOT_LOADED |= {"audit_entry", "policy_row", "policy_step"}


def closed_sets() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every column of a tenant's table that holds one of a closed set, with the set."""
    found = []
    for table in metadata.sorted_tables:
        if "county_id" not in table.c or table.name in NOT_LOADED:
            continue
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint) and (match := _ONE_OF.match(str(constraint.sqltext))):
                column = match.group(2)
                values = tuple(value.strip().strip("'") for value in match.group(3).split(","))
                found.append((table.name, column, values))
    return found


SETS = sorted(closed_sets())


def test_the_closed_sets_are_found() -> None:
    columns = {(table, column) for table, column, _ in SETS}
    assert columns >= {
        ("dispute_case", "status"),
        ("dispute_case", "source"),
        ("judicial_confirmation", "status"),
        ("judicial_confirmation", "basis"),
        ("judicial_confirmation", "withdrawal"),
        ("court_entrustment", "status"),
        ("court_entrustment", "return_reason"),
        ("joint_respondent", "status"),
        ("report_duty", "recipient"),
        ("protection_measure", "kind"),
        ("case_note", "visibility"),
        ("case_session", "visibility"),
        ("case_representative", "kind"),
        ("case_recusal", "relation"),
        ("case_pause", "reason"),
        ("case_breach", "remedy"),
        ("committee_member", "position"),
        ("mediator", "basis"),
        ("supervision", "level"),
        ("supervision", "cause"),
        ("risk_reading", "level"),
        ("agreement_signature", "method"),
        ("deadline", "kind"),
        ("deadline_step", "step"),
        ("visit", "finding_kind"),
        ("visit_timeline", "from_status"),
    }


@pytest.mark.parametrize(("table", "column", "values"), SETS, ids=[f"{table}.{column}" for table, column, _ in SETS])
async def test_every_value_has_a_sample(
    haiyan_urls: DatabaseUrls, table: str, column: str, values: tuple[str, ...]
) -> None:
    shown = {row[0] for row in await fetch(haiyan_urls, f"SELECT DISTINCT {column} FROM {table}")} - {None}
    assert set(values) - UNSHOWN.get((table, column), frozenset()) - shown == set()


async def test_every_action_was_taken(haiyan_urls: DatabaseUrls) -> None:
    shown = {row[0] for row in await fetch(haiyan_urls, "SELECT DISTINCT action FROM case_timeline")}
    assert set(CaseAction) - shown == set()


async def test_haiyan_has_a_case_of_every_source(haiyan_urls: DatabaseUrls) -> None:
    rows = await fetch(haiyan_urls, "SELECT source, status FROM dispute_case")
    assert {row["status"] for row in rows} == set(CaseStatus)


# What no single column says.
SHOWN = {
    "a group with five representatives": """
        SELECT FROM case_representative WHERE kind = 'group_representative' GROUP BY case_id, side HAVING count(*) = 5""",
    "a guardian who consented for the ward": "SELECT FROM case_representative WHERE ward_consent_at IS NOT NULL",
    "a recusal to which both sides consented": """
        SELECT FROM case_recusal WHERE applicant_consent_at IS NOT NULL AND respondent_consent_at IS NOT NULL""",
    "a recusal that was dismissed": "SELECT FROM case_recusal WHERE dismissed_at IS NOT NULL",
    "a mediator who was replaced": """
        SELECT FROM case_mediator AS m JOIN case_recusal AS r ON (r.case_id, r.mediator_id) = (m.case_id, m.user_id)
        WHERE m.valid_until IS NOT NULL""",
    "a call that was concluded after a joint session": "SELECT FROM joint_call WHERE session_held_at IS NOT NULL",
    "an unanswered call that is supervised": """
        SELECT FROM joint_respondent AS a JOIN deadline AS d ON d.subject_id = a.id
        JOIN supervision AS s ON s.deadline_id = d.id WHERE a.status = 'asked'""",
    "a duty to report that was done": "SELECT FROM report_duty WHERE fulfilled_at IS NOT NULL",
    "a duty to report that is owed": "SELECT FROM report_duty WHERE fulfilled_at IS NULL",
    "an urgent order": "SELECT FROM protection_measure WHERE kind = 'order_issued' AND urgent",
    "an order that was not urgent": "SELECT FROM protection_measure WHERE kind = 'order_issued' AND NOT urgent",
    "a clue that was acknowledged": "SELECT FROM clue_notice WHERE acknowledged_at IS NOT NULL",
    "a clue that waits": "SELECT FROM clue_notice WHERE acknowledged_at IS NULL",
    "a committee that was elected again": """
        SELECT FROM committee_term GROUP BY committee_id HAVING count(*) > 1""",
    "a term of three years and one of five": """
        SELECT FROM (SELECT DISTINCT date_part('year', age(ends_on, elected_on)) AS years FROM committee_term) AS t
        HAVING array_agg(years ORDER BY years) = ARRAY[3, 5]::float8[]""",
    "a place that narrows its committees": "SELECT FROM committee_size WHERE most < 9",
    "a mediator who was dismissed, with what it rests on": """
        SELECT FROM mediator WHERE dismissed_at IS NOT NULL AND dismissal_evidence IS NOT NULL""",
    "a case under way whose mediator was dismissed": """
        SELECT FROM supervision AS s JOIN dispute_case AS c ON c.id = s.case_id
        WHERE s.cause = 'mediator_dismissed' AND s.closed_at IS NULL AND c.status = 'handling'""",
    "a notice to the police that waits": "SELECT FROM police_notice WHERE answered_at IS NULL",
    "a notice to which the police agreed": "SELECT FROM police_notice WHERE recognised",
    "a notice to which the police did not agree": "SELECT FROM police_notice WHERE NOT recognised",
    "an entrustment that failed and went back": """
        SELECT FROM court_entrustment AS e JOIN dispute_case AS c ON c.id = e.case_id
        WHERE e.status = 'returned' AND c.status = 'referred_to_court'""",
    "an application that lacks material": """
        SELECT FROM judicial_confirmation AS j WHERE j.status = 'applied' AND j.material_due_on IS NOT NULL AND 3 >
        (SELECT count(*) FROM confirmation_material AS m WHERE m.confirmation_id = j.id)""",
    "a ruling put off": "SELECT FROM judicial_confirmation WHERE extended_at IS NOT NULL",
    "a written agreement signed by one after the other": """
        SELECT FROM agreement_signature AS s JOIN case_agreement AS a ON a.id = s.agreement_id
        GROUP BY a.id HAVING count(DISTINCT s.signed_at) > 2""",
    "an oral agreement": "SELECT FROM case_agreement WHERE form = 'oral'",
    "an instalment that was paid, with proof, and one that is owed": """
        SELECT FROM case_obligation GROUP BY agreement_id HAVING count(*) > count(evidence) AND count(evidence) > 0""",
    "a rest that is over": "SELECT FROM case_pause WHERE resumed_at IS NOT NULL",
    "a rest that lasts": "SELECT FROM case_pause WHERE resumed_at IS NULL",
    "a risk report that was read": "SELECT FROM risk_reading WHERE read_at IS NOT NULL",
    "a risk report that nobody has read": "SELECT FROM risk_reading WHERE read_at IS NULL",
    "a deadline that stands still": "SELECT FROM deadline WHERE paused_at IS NOT NULL AND closed_at IS NULL",
    "a deadline that was extended": "SELECT FROM deadline WHERE extensions > 0",
    "a supervision that was closed": "SELECT FROM supervision WHERE closed_at IS NOT NULL",
    "visits in three grids, in the next town and in the next county": """
        SELECT FROM visit HAVING count(DISTINCT grid_id) >= 3 AND count(DISTINCT town_id) >= 3
        AND count(DISTINCT county_id) = 2""",
    "a visit corrected by its visitor, and again by the grid's leader": """
        SELECT FROM visit_timeline WHERE action = 'correct' GROUP BY visit_id
        HAVING array_agg(role ORDER BY version) = ARRAY['building_head', 'grid_leader']""",
    "a visit that met nobody, and one of which nobody counted": """
        SELECT FROM visit HAVING bool_or(people_met = 0) AND bool_or(people_met IS NULL)""",
    "a household named by who lives there, and nothing more": """
        SELECT FROM visit WHERE household LIKE '%家（虚构）' AND finding IS NULL""",
    "a case that was reopened": "SELECT FROM dispute_case WHERE reopen_count > 0",
    "one side's note, and the other's, in the same case": """
        SELECT FROM case_note WHERE visibility = 'side' GROUP BY case_id HAVING count(DISTINCT side) = 2""",
}


@pytest.mark.parametrize("what", SHOWN)
async def test_the_sample_shows(haiyan_urls: DatabaseUrls, what: str) -> None:
    assert await fetch(haiyan_urls, SHOWN[what])
