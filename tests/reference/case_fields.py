"""What each field of a case means, in plain Python over rows, and which field group it is of (ACCESS §1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.codes.enums import (
    AgreementForm,
    CaseAction,
    CaseStatus,
    ConfirmationStatus,
    EntrustmentStatus,
    SettlementMode,
)
from domain.disputes.cases.facts import CaseFacts
from domain.disputes.rules.asking import Occasion, available_actions
from tests.reference.paging import Order, page
from tests.reference.rows import Row
from tests.reference.things import (
    OPENED_BY,
    Asking,
    Resolver,
    Thing,
    column,
    global_id,
    organisation_at,
    part,
    part_within,
    user_at,
    within,
    word,
    word_label,
)
from tests.reference.told import SORTED_BY, version
from tests.reference.words import shown

Args = dict[str, Any]


def _by(column_name: str, like: Any) -> Order:
    return Order(column_name, lambda row: row[column_name], like)


# Field of a case -> table, type of its rows, order, and the field groups that open the whole list.
LISTS: dict[str, tuple[str, str, Order, str]] = {
    "parties": ("case_party", "Party", _by("ordinal", int), "core"),
    "participants": ("case_participant", "Participant", _by("valid_from", datetime), "core"),
    "mediators": ("case_mediator", "CaseMediator", _by("valid_from", datetime), "core"),
    "sessions": ("case_session", "Session", _by("ordinal", int), "core"),
    "notes": ("case_note", "Note", _by("recorded_at", datetime), "core"),
    "representatives": ("case_representative", "Representative", _by("valid_from", datetime), "core"),
    "recusals": ("case_recusal", "Recusal", _by("declared_at", datetime), "history"),
    "pauses": ("case_pause", "Pause", _by("paused_at", datetime), "history"),
    "withdrawals": ("case_withdrawal", "Withdrawal", _by("withdrawn_at", datetime), "history"),
    "breaches": ("case_breach", "Breach", _by("reported_at", datetime), "agreement"),
    "earlierAgreements": ("case_agreement", "Agreement", _by("reached_at", datetime), "agreement handling"),
    "followUps": ("case_follow_up", "FollowUp", _by("visited_at", datetime), "history"),
    "timeline": ("case_timeline", "TimelineEntry", _by("version", int), "history"),
}


# Of some lists, not every row: records have readers of their own, and an agreement is in force or it is earlier.
KEPT: dict[str, Callable[[Asking, Row], bool]] = {
    "sessions": lambda asking, row: asking.access.may("case_session", row, "core"),
    "notes": lambda asking, row: asking.access.may("case_note", row, "core"),
    "earlierAgreements": lambda _asking, row: row["superseded_at"] is not None,
}


def of_case(asking: Asking, table: str, case: Row) -> list[Row]:
    """The rows that belong to a case."""
    return asking.rows.of(table, "case_id", case["id"], case["county_id"])


def _list(name: str) -> Resolver:
    table, type_, order, groups = LISTS[name]

    def resolve(thing: Thing, asking: Asking, args: Args) -> Any:
        kept = KEPT.get(name, lambda _asking, _row: True)
        rows = [row for row in of_case(asking, table, thing.row) if kept(asking, row)]
        parts = [part_within(asking, type_, row, thing.row) for row in rows]
        sorts = SORTED_BY.get(name)
        by = order if sorts is None else replace(order, value=lambda row: sorts(asking, row, thing.row))
        return page([one for one in parts if one is not None], args, by, UUID)

    # Where no row can be there, neither is the list.
    opened: Resolver = resolve
    for group in {*groups.split(), OPENED_BY.get(type_, "core")} - {"core"}:
        opened = within(group, opened)
    return opened


def overdue(row: Row, now: datetime) -> bool:
    """Past due and not ended, or ended past due; while an appraisal is awaited the clock stands still."""
    stands = row["paused_at"] if row["pause_reason"] == "appraisal" else now
    return bool(row["due_at"] is not None and row["due_at"] < (row["concluded_at"] or stands))


def in_force(asking: Asking, case: Row) -> Row | None:
    """The agreement in force."""
    return next((row for row in of_case(asking, "case_agreement", case) if row["superseded_at"] is None), None)


def latest_application(asking: Asking, case: Row) -> Row | None:
    """The latest application for confirmation; of two at one moment the one with the greater id."""
    found = of_case(asking, "judicial_confirmation", case)
    return max(found, key=lambda row: (row["applied_at"], row["id"]), default=None)


def _agreement(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    return part(asking, "Agreement", in_force(asking, thing.row))


def _confirmation(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    return part(asking, "JudicialConfirmation", latest_application(asking, thing.row))


def _risk(thing: Thing, asking: Asking, _args: Args) -> dict[str, Any] | None:
    row = thing.row
    if row["risk_assessed_at"] is None:
        return None
    level, scale = row["risk_level"], row["scale"]
    return {
        "level": level and level.upper(),
        "levelLabel": asking.label("risk_level", level),
        "scale": scale and scale.upper(),
        "scaleLabel": asking.label("case_scale", scale),
        "peopleCount": row["people_count"],
        "massIncident": row["mass_incident"],
        "publicSecurity": row["public_security"],
        "assessedAt": shown(row["risk_assessed_at"]),
    }


def at_work_though_dismissed(asking: Asking, term: Row) -> bool:
    """Whether a mediator's term on a case runs on although they were dismissed, and not appointed again since (MED2)."""
    if term["valid_until"] is not None:
        return False
    appointed = asking.rows.of("mediator", "user_id", term["user_id"], term["county_id"])
    dismissed = [one["dismissed_at"] for one in appointed if one["dismissed_at"] is not None]
    again = [one["recorded_at"] for one in appointed if one["dismissed_at"] is None]
    return any(all(since <= moment for since in again) for moment in dismissed)


def facts_of(asking: Asking, row: Row) -> CaseFacts:
    """What rules need to know of a case."""

    def count(table: str, test: Callable[[Row], bool] = lambda _row: True) -> int:
        return sum(test(one) for one in of_case(asking, table, row))

    agreement = in_force(asking, row)
    obligations = [
        one
        for one in of_case(asking, "case_obligation", row)
        if agreement is not None and one["agreement_id"] == agreement["id"]
    ]
    notices = [
        one
        for one in of_case(asking, "police_notice", row)
        if agreement is not None and one["agreement_id"] == agreement["id"]
    ]
    application = latest_application(asking, row)
    entrustment = next(iter(of_case(asking, "court_entrustment", row)), None)
    supplied = set()
    if application is not None:
        supplied = {
            one["kind"] for one in of_case(asking, "confirmation_material", row)
            if one["confirmation_id"] == application["id"]
        }  # fmt: skip
    needed = {"agreement", "mediation_proof", "identity_and_contact"}
    if application is not None and application["concerns_title"]:
        needed.add("title_proof")
    days = [one["due_on"] for one in obligations if one["due_on"] is not None]
    rounds = [one for one in (row["reopened_at"], row["mediated_again_at"]) if one is not None]
    begun = max(rounds, default=datetime.min.replace(tzinfo=UTC))
    guarded = {
        one["party_id"]
        for one in of_case(asking, "case_representative", row)
        if one["kind"] == "guardian" and (one["valid_until"] is None or one["valid_until"] > asking.now)
    }
    barred = {
        one["mediator_id"]
        for one in of_case(asking, "case_recusal", row)
        if one["dismissed_at"] is None and (one["applicant_consent_at"] is None or one["respondent_consent_at"] is None)
    }
    owed = lambda one: one["fulfilled_at"] is None  # noqa: E731
    return CaseFacts(
        status=CaseStatus(row["status"]),
        version=row["version"],
        type_mediable=asking.rows.dispute_types[row["type_code"]]["mediable"],
        mass_incident=row["mass_incident"],
        public_security=row["public_security"],
        accepted_at=row["accepted_at"],
        rights_told_at=row["rights_told_at"],
        risk_assessed_at=row["risk_assessed_at"],
        due_at=row["due_at"],
        handler_id=row["handler_id"],
        return_count=row["return_count"],
        parties=count("case_party"),
        parties_unidentified=count(
            "case_party", lambda one: one["id_number"] is None and one["phone"] is None and one["address"] is None
        ),
        minors_without_guardian=count("case_party", lambda one: one["minor"] and one["id"] not in guarded),
        mediators=count("case_mediator", lambda one: one["valid_until"] is None),
        mediators_barred=count("case_mediator", lambda one: one["valid_until"] is None and one["user_id"] in barred),
        mediators_dismissed=count("case_mediator", lambda one: at_work_though_dismissed(asking, one)),
        sessions=count("case_session", lambda one: one["recorded_at"] >= begun),
        follow_ups=count("case_follow_up", lambda one: one["visited_at"] >= begun),
        agreement_form=AgreementForm(agreement["form"]) if agreement else None,
        agreement_effective_at=agreement["effective_at"] if agreement else None,
        obligations=len(obligations),
        obligations_open=sum(owed(one) for one in obligations),
        breaches_open=sum(
            one["obligation_id"] in {owing["id"] for owing in obligations if owed(owing)}
            for one in of_case(asking, "case_breach", row)
        ),
        last_obligation_due_on=max(days, default=None),
        confirmation_status=ConfirmationStatus(application["status"]) if application else None,
        confirmation_court_id=application["court_id"] if application else None,
        confirmation_rule_by=application["rule_by"] if application else None,
        confirmation_extended=application is not None and application["extended_at"] is not None,
        confirmation_material_due_on=application["material_due_on"] if application else None,
        confirmation_material_complete=application is not None and needed <= supplied,
        entrustment_status=EntrustmentStatus(entrustment["status"]) if entrustment else None,
        entrustment_accept_by=entrustment["accept_by"] if entrustment else None,
        enforce_by=application["enforce_by"] if application else None,
        paused_at=row["paused_at"],
        calls_open=count("joint_call", lambda one: one["concluded_at"] is None),
        duties_to_police=count("report_duty", lambda one: owed(one) and one["rule"] == "DV1"),
        duties_for_minors=count("report_duty", lambda one: owed(one) and one["rule"] == "MIN1"),
        clues_waiting=count("clue_notice", lambda one: one["acknowledged_at"] is None),
        supervisions_unanswered=count(
            "supervision", lambda one: one["closed_at"] is None and one["answered_at"] is None
        ),
        supervisions_answered=count(
            "supervision", lambda one: one["closed_at"] is None and one["answered_at"] is not None
        ),
        risk_readings_owed=count("risk_reading", lambda one: one["read_at"] is None),
        settlement_mode=SettlementMode(row["settlement_mode"]) if row["settlement_mode"] else None,
        police_notices=len(notices),
        police_notices_waiting=sum(one["answered_at"] is None for one in notices),
    )


def action_word(action: CaseAction) -> str:
    """An action as one of all kinds of work; what a court entrusts begins a case and is not called for one."""
    return "COURT_ENTRUST" if action is CaseAction.ENTRUST else f"CASE_{action.name}"


def _available_actions(thing: Thing, asking: Asking, args: Args) -> list[dict[str, Any]]:
    permitted = {action: asking.access.may("dispute_case", thing.row, "core", action.value) for action in CaseAction}
    found = available_actions(facts_of(asking, thing.row), permitted, Occasion(asking.now))
    return [
        {
            "action": action_word(one.action),
            "label": asking.label("case_action", one.action.value),
            "labelEn": asking.rows.labels_en["case_action", one.action.value],
            "allowed": one.allowed,
            "blockedBy": [
                {"kind": blocker.kind.name, "code": blocker.code, "message": blocker.message, "source": blocker.source}
                for blocker in one.blocked_by
                # Who may not act learns no rule that stands in the way.
                if permitted[one.action] or blocker.kind.name == "PERMISSION"
            ],
        }
        for one in found
        if args.get("allowed") in (None, one.allowed)
        if args.get("only") is None or action_word(one.action) in args["only"]
    ]


def _access(thing: Thing, asking: Asking, _args: Args) -> list[dict[str, Any]]:
    def of(group: str) -> tuple[str, str | None]:
        may = lambda name: asking.access.may("dispute_case", thing.row, name)  # noqa: E731
        if may(group):
            return "FULL", None
        if group == "identity" and may("masked"):
            return "PARTIAL", "当事人身份信息已脱敏"
        if group == "address" and thing.row["address_protected"] and may("identity"):
            return "HIDDEN", "当事人住址受保护，仅保护小组成员可见"
        return "HIDDEN", "您的角色无权查看此类信息"

    groups = (
        "core", "internal", "narrative", "identity", "address", "notes", "call", "coordination", "handling", "supervision", "clue",
        "agreement", "money", "history",
    )  # fmt: skip
    return [
        {"group": group, "level": of(group)[0], "reason": of(group)[1], "breakGlassAvailable": False}
        for group in groups
    ]


_MOMENTS = (
    "registered_at", "accepted_at", "declined_at", "dispatched_at", "taken_on_at", "settled_at", "failed_at",
    "fulfilled_at", "concluded_at", "closed_at", "due_at", "reopened_at", "mediated_again_at", "paused_at", "referred_at",
    "archived_at",
)  # fmt: skip


def camel(name: str) -> str:
    """snake_case as the schema writes it."""
    head, *rest = name.split("_")
    return head + "".join(word_.capitalize() for word_ in rest)


CASE: dict[str, Resolver] = {
    "id": global_id("case"),
    "number": column("number"),
    "status": word("status"),
    "statusLabel": word_label("case_status", "status"),
    "version": version,
    "type": lambda thing, asking, _args: Thing("DisputeType", asking.rows.dispute_types[thing.row["type_code"]]),
    "source": word("source"),
    "sourceLabel": word_label("case_source", "source"),
    **{
        name: organisation_at(f"{name}_id")
        for name in ("organisation", "town", "community", "grid", "handler", "court")
    },
    "risk": within("internal", _risk),
    **{camel(name): column(name) for name in _MOMENTS},
    "overdue": lambda thing, asking, _args: overdue(thing.row, asking.now),
    "settlementMode": word("settlement_mode"),
    "settlementModeLabel": word_label("settlement_mode", "settlement_mode"),
    "returnCount": column("return_count"),
    "reopenCount": column("reopen_count"),
    **{
        camel(name): column(name, "narrative")
        for name in ("title", "facts", "demands", "decline_reason", "decline_guidance")
    },
    "failureReason": column("failure_reason", "notes"),
    "addressProtected": column("address_protected", "identity"),
    "registeredBy": within("internal", user_at("registered_by", "history")),
    **{name: _list(name) for name in LISTS},
    "agreement": within("agreement", _agreement),
    "confirmation": within("agreement", _confirmation),
    "availableActions": _available_actions,
    "access": _access,
}
