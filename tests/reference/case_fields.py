"""What each field of a case means, in plain Python over rows, and which field group it is of (ACCESS §1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.cases.facts import CaseFacts
from domain.cases.rule_tests import Occasion
from domain.cases.rules import available_actions
from domain.codes.enums import AgreementForm, CaseAction, CaseStatus, ConfirmationStatus
from tests.reference.paging import Order, page
from tests.reference.rows import Row
from tests.reference.things import (
    Asking,
    Resolver,
    Thing,
    column,
    global_id,
    organisation_at,
    part,
    user_at,
    within,
    word,
    word_label,
)
from tests.reference.words import shown

Args = dict[str, Any]


def _by(column_name: str, like: Any) -> Order:
    return Order(column_name, lambda row: row[column_name], like)


# Field of a case -> table, type of its rows, order, and field group of the whole list.
LISTS: dict[str, tuple[str, str, Order, str]] = {
    "parties": ("case_party", "Party", _by("ordinal", int), "core"),
    "participants": ("case_participant", "Participant", _by("valid_from", datetime), "core"),
    "mediators": ("case_mediator", "CaseMediator", _by("valid_from", datetime), "core"),
    "sessions": ("case_session", "Session", _by("ordinal", int), "notes"),
    "followUps": ("case_follow_up", "FollowUp", _by("visited_at", datetime), "history"),
    "timeline": ("case_timeline", "TimelineEntry", _by("version", int), "history"),
}


def of_case(asking: Asking, table: str, case: Row) -> list[Row]:
    """The rows that belong to a case."""
    return asking.rows.of(table, "case_id", case["id"], case["county_id"])


def _list(name: str) -> Resolver:
    table, type_, order, group = LISTS[name]

    def resolve(thing: Thing, asking: Asking, args: Args) -> Any:
        found = [Thing(type_, row, thing.row) for row in of_case(asking, table, thing.row)]
        return page(found, args, order, UUID)

    return resolve if group == "core" else within(group, resolve)


def overdue(row: Row, now: datetime) -> bool:
    """Past due and not ended, or ended past due."""
    return bool(row["due_at"] is not None and row["due_at"] < (row["concluded_at"] or now))


def latest_application(asking: Asking, case: Row) -> Row | None:
    """The latest application for confirmation; of two at one moment the one with the greater id."""
    found = of_case(asking, "judicial_confirmation", case)
    return max(found, key=lambda row: (row["applied_at"], row["id"]), default=None)


def _agreement(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    found = of_case(asking, "case_agreement", thing.row)
    return part(asking, "Agreement", found[0] if found else None)


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


def facts_of(asking: Asking, row: Row) -> CaseFacts:
    """What rules need to know of a case."""
    agreements = of_case(asking, "case_agreement", row)
    obligations = of_case(asking, "case_obligation", row)
    application = latest_application(asking, row)
    days = [one["due_on"] for one in obligations if one["due_on"] is not None]
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
        parties=len(of_case(asking, "case_party", row)),
        parties_unidentified=sum(
            one["id_number"] is None and one["phone"] is None and one["address"] is None
            for one in of_case(asking, "case_party", row)
        ),
        minors_without_guardian=sum(one["minor"] for one in of_case(asking, "case_party", row)),
        mediators=sum(one["valid_until"] is None for one in of_case(asking, "case_mediator", row)),
        sessions=len(of_case(asking, "case_session", row)),
        follow_ups=len(of_case(asking, "case_follow_up", row)),
        agreement_form=AgreementForm(agreements[0]["form"]) if agreements else None,
        agreement_effective_at=agreements[0]["effective_at"] if agreements else None,
        obligations=len(obligations),
        obligations_open=sum(one["fulfilled_at"] is None for one in obligations),
        last_obligation_due_on=max(days, default=None),
        confirmation_status=ConfirmationStatus(application["status"]) if application else None,
        confirmation_court_id=application["court_id"] if application else None,
    )


def _available_actions(thing: Thing, asking: Asking, _args: Args) -> list[dict[str, Any]]:
    permitted = {action: asking.access.may("dispute_case", thing.row, "core", action.value) for action in CaseAction}
    found = available_actions(facts_of(asking, thing.row), permitted, Occasion(asking.now))
    return [
        {
            "action": one.action.name,
            "allowed": one.allowed,
            "blockedBy": [
                {"kind": blocker.kind.name, "code": blocker.code, "message": blocker.message, "source": blocker.source}
                for blocker in one.blocked_by
                # Who may not act learns no rule that stands in the way.
                if permitted[one.action] or blocker.kind.name == "PERMISSION"
            ],
        }
        for one in found
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

    groups = ("core", "narrative", "identity", "address", "notes", "agreement", "money", "history")
    return [
        {"group": group, "level": of(group)[0], "reason": of(group)[1], "breakGlassAvailable": False}
        for group in groups
    ]


_MOMENTS = (
    "registered_at", "accepted_at", "declined_at", "dispatched_at", "taken_on_at", "settled_at", "failed_at",
    "fulfilled_at", "concluded_at", "closed_at", "due_at",
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
    "version": column("version"),
    "type": lambda thing, asking, _args: Thing("DisputeType", asking.rows.dispute_types[thing.row["type_code"]]),
    "source": word("source"),
    "sourceLabel": word_label("case_source", "source"),
    **{
        name: organisation_at(f"{name}_id")
        for name in ("organisation", "town", "community", "grid", "handler", "court")
    },
    "risk": _risk,
    **{camel(name): column(name) for name in _MOMENTS},
    "overdue": lambda thing, asking, _args: overdue(thing.row, asking.now),
    "settlementMode": word("settlement_mode"),
    "returnCount": column("return_count"),
    "reopenCount": column("reopen_count"),
    **{
        camel(name): column(name, "narrative")
        for name in ("title", "facts", "demands", "decline_reason", "decline_guidance")
    },
    "failureReason": column("failure_reason", "notes"),
    "addressProtected": column("address_protected", "identity"),
    "registeredBy": user_at("registered_by", "history"),
    **{name: _list(name) for name in LISTS},
    "agreement": within("agreement", _agreement),
    "confirmation": within("agreement", _confirmation),
    "availableActions": _available_actions,
    "access": _access,
}
