"""What can be read of a case, by field group (ACCESS §1), and how lists of cases are sorted, narrowed and counted."""

from __future__ import annotations

from domain.cases import computed, court_views, figure_views, off_road_views as off_road
from domain.cases.predicates import RETURNS_ALLOWED
from domain.kernel.ids import parse_global_id
from domain.reading.expressions import column, enum, identifier, label, refers_to
from domain.reading.view import (
    Computed,
    Condition,
    Expression,
    Field,
    Filter,
    Many,
    One,
    Ordering,
    Part,
    View,
)

NARRATIVE, IDENTITY, HISTORY, AGREEMENT, HANDLING = "narrative", "identity", "history", "agreement", "handling"


def organisation_key(value: str) -> object:
    """The key in an organisation's global id; None, which matches nothing, for any other id."""
    return parse_global_id(value, "organisation")


def organisation_is(name: str) -> Filter:
    """Cases whose column names this organisation."""
    return Filter(lambda t, v: f"{t}.{name} = {v}", "uuid", organisation_key)


def one_of(name: str, each: Condition | None = None) -> Filter:
    """Cases whose column is one of these codes."""
    return Filter(lambda t, v: f"{t}.{name} = ANY ({v})", "text[]", each=each)


def yes_or_no(condition: Expression) -> Filter:
    """Cases for which a condition holds, or does not."""
    return Filter(lambda t, v: f"({condition(t)}) = {v}", "boolean", holds=condition)


CASE = View(
    name="case",
    table="dispute_case",
    resource="case",
    prefix="case",
    members={
        "id": identifier("case"),
        "number": column("number"),
        "status": enum("status"),
        "status_label": label("case_status", "status"),
        "version": column("version"),
        "type": One("dispute_type", lambda t, u: f"{u}.code = {t}.type_code"),
        "source": enum("source"),
        "source_label": label("case_source", "source"),
        "organisation": One("organisation", refers_to("organisation_id")),
        "town": One("organisation", refers_to("town_id")),
        "community": One("organisation", refers_to("community_id")),
        "grid": One("organisation", refers_to("grid_id")),
        "handler": One("organisation", refers_to("handler_id")),
        "court": One("organisation", refers_to("court_id")),
        "risk": Part(
            {
                "level": enum("risk_level"),
                "level_label": label("risk_level", "risk_level"),
                "scale": enum("scale"),
                "scale_label": label("case_scale", "scale"),
                "people_count": column("people_count"),
                "mass_incident": column("mass_incident"),
                "public_security": column("public_security"),
                "assessed_at": column("risk_assessed_at"),
            },
            present=lambda t: f"{t}.risk_assessed_at IS NOT NULL",
        ),
        "registered_at": column("registered_at"),
        "accepted_at": column("accepted_at"),
        "declined_at": column("declined_at"),
        "dispatched_at": column("dispatched_at"),
        "taken_on_at": column("taken_on_at"),
        "settled_at": column("settled_at"),
        "failed_at": column("failed_at"),
        "fulfilled_at": column("fulfilled_at"),
        "concluded_at": column("concluded_at"),
        "closed_at": column("closed_at"),
        "due_at": column("due_at"),
        "overdue": Field(off_road.overdue),
        "settlement_mode": enum("settlement_mode"),
        "return_count": column("return_count"),
        "reopen_count": column("reopen_count"),
        "reopened_at": column("reopened_at"),
        "mediated_again_at": column("mediated_again_at"),
        "dispatch_binding": Field(off_road.binding_after(RETURNS_ALLOWED)),
        "paused": Field(lambda t: f"({t}.paused_at IS NOT NULL)"),
        "paused_at": column("paused_at"),
        "pause_reason": enum("pause_reason"),
        "pause_reason_label": label("pause_reason", "pause_reason"),
        "referred_at": column("referred_at"),
        "referral_consent_at": column("referral_consent_at", HISTORY),
        "archived_at": column("archived_at"),
        "breached": Field(off_road.breached, AGREEMENT),
        "breaches": Many("breach", computed.of_case, order="reported_at", group=AGREEMENT),
        "pauses": Many("pause", computed.of_case, order="paused_at", group=HISTORY),
        "withdrawals": Many("withdrawal", computed.of_case, order="withdrawn_at", group=HISTORY),
        "title": column("title", NARRATIVE),
        "facts": column("facts", NARRATIVE),
        "demands": column("demands", NARRATIVE),
        "decline_reason": column("decline_reason", NARRATIVE),
        "decline_guidance": column("decline_guidance", NARRATIVE),
        # CRT3: why it failed tells what was conceded; it stays with those who mediated.
        "failure_reason": column("failure_reason", "notes"),
        "address_protected": column("address_protected", IDENTITY),
        "registered_by": One("user", refers_to("registered_by"), HISTORY),
        "parties": Many("party", computed.of_case, order="ordinal"),
        "participants": Many("participant", computed.of_case, order="valid_from"),
        "mediators": Many("case_mediator", computed.of_case, order="valid_from"),
        "sessions": Many("session", computed.of_case, order="ordinal"),
        "notes": Many("note", computed.of_case, order="recorded_at"),
        "representatives": Many("representative", computed.of_case, order="valid_from"),
        "recusals": Many("recusal", computed.of_case, order="declared_at", group=HISTORY),
        "follow_ups": Many("follow_up", computed.of_case, order="visited_at", group=HISTORY),
        "timeline": Many("timeline_entry", computed.of_case, order="version", group=HISTORY),
        "agreement": One(
            "agreement", lambda t, u: f"{computed.of_case(t, u)} AND {u}.superseded_at IS NULL", AGREEMENT
        ),
        "earlier_agreements": Many(
            "agreement",
            lambda t, u: f"{computed.of_case(t, u)} AND {u}.superseded_at IS NOT NULL",
            order="reached_at",
            # CRT3: drafts that came to nothing are among them.
            group=HANDLING,
        ),
        "confirmation": One(
            "judicial_confirmation",
            computed.of_case,
            AGREEMENT,
            latest="applied_at",
        ),
        "report_duties": Many("report_duty", computed.of_case, order="opened_at", group=IDENTITY),
        "protection_measures": Many("protection_measure", computed.of_case, order="taken_at", group=IDENTITY),
        "clue_notices": Many("clue_notice", computed.of_case, order="sent_at", group="clue"),
        "police_notices": Many("police_notice", computed.of_case, order="sent_at", group=HISTORY),
        "calls": Many("joint_call", computed.of_case, order="called_at"),
        "entrustment": One("court_entrustment", computed.of_case, HISTORY),
        "hand_over": One("hand_over", court_views.handed_over, HISTORY),
        "escalation_path": Many("escalation_step", court_views.on_the_way_up, order="level"),
        "deadlines": Many("deadline", computed.deadlines_of, order="due_at"),
        "supervisions": Many("supervision", computed.of_case, order="opened_at"),
        "risk_reports": Many("risk_report", computed.of_case, order="reported_at"),
        "available_actions": Computed(computed.action_facts, computed.actions, computed.ActionAvailability),
        "access": Computed(computed.access_facts, computed.access, computed.GroupAccess),
    },
    orderings={
        "registered_at": Ordering(lambda t: f"{t}.registered_at", "timestamptz"),
        "number": Ordering(lambda t: f"{t}.number", "text"),
        # A case without a due date sorts after all that have one.
        "due_at": Ordering(lambda t: f"coalesce({t}.due_at, 'infinity')", "timestamptz"),
        "id": Ordering(lambda t: f"{t}.id", "uuid"),
    },
    default_order=("registered_at", True),
    filters={
        # Few cases are in any state but the last: a list of those is read from the indexes sorted below each state.
        "status": one_of("status", lambda t, v: f"{t}.status = {v}"),
        "source": one_of("source"),
        "risk_level": one_of("risk_level"),
        "type_codes": one_of("type_code"),
        "type_group": Filter(lambda t, v: f"left({t}.type_code, 2) = ANY ({v})", "text[]"),
        "organisation_id": organisation_is("organisation_id"),
        "handler_id": organisation_is("handler_id"),
        "court_id": organisation_is("court_id"),
        "place_id": Filter(
            lambda t, v: f"({t}.town_id = {v} OR {t}.community_id = {v} OR {t}.grid_id = {v})", "uuid", organisation_key
        ),
        "number": Filter(lambda t, v: f"{t}.number = {v}", "text"),
        "registered_from": Filter(lambda t, v: f"{t}.registered_at >= {v}", "timestamptz"),
        "registered_until": Filter(lambda t, v: f"{t}.registered_at < {v}", "timestamptz"),
        "settled": yes_or_no(lambda t: f"{t}.settled_at IS NOT NULL"),
        "open": yes_or_no(lambda t: f"{t}.status NOT IN ('closed', 'archived', 'declined')"),
        "overdue": yes_or_no(off_road.overdue),
        "paused": yes_or_no(lambda t: f"{t}.paused_at IS NOT NULL"),
        "reopened": yes_or_no(lambda t: f"{t}.reopen_count > 0"),
        "breached": Filter(lambda t, v: f"({off_road.breached(t)}) = {v}", "boolean", group=AGREEMENT),
        "title_contains": Filter(lambda t, v: f"strpos({t}.title, {v}) > 0", "text", group=NARRATIVE),
        "party_name": Filter(
            lambda t, v: (
                "EXISTS (SELECT FROM case_party q"
                f" WHERE q.county_id = {t}.county_id AND q.case_id = {t}.id AND q.name = {v})"
            ),
            "text",
            group=IDENTITY,
        ),
    },
    dimensions=figure_views.DIMENSIONS,
    counts=figure_views.COUNTS,
    measures=figure_views.MEASURES,
    rollup=figure_views.ROLLUP,
)
