"""What can be read of clocks, supervision, risk reports, joint handling and protection."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from domain.foundation.basics.calendar import NATIONAL
from tests.reference.rows import Row
from tests.reference.standing_fields import HISTORY, IDENTITY, coded, columns, party_at
from tests.reference.things import (
    Asking,
    Resolver,
    Thing,
    column,
    composed_id,
    global_id,
    organisation_at,
    part_within,
    parts_of,
    the_case,
    user_at,
    within,
    word,
    word_label,
)
from tests.reference.words import CHINA, shown

Args = dict[str, Any]
ORDER_HOURS = {True: 24, False: 72}


def of_its_case(type_: str, table: str, *order: str, group: str = "core") -> Resolver:
    """Rows of a table that belong to a case, as a list in this order; never what is confidential."""
    return parts_of(type_, table, "case_id", *order, group=group)


def state(row: Row, now: datetime) -> str:
    """Where a deadline stands: what was recorded of it, else what the clock says."""
    if row["outcome"] is not None:
        return str(row["outcome"])
    if row["paused_at"] is not None:
        return "paused"
    if row["due_at"] < now:
        return "lapsed" if row["lapses"] else "overdue"
    return "warned" if row["warn_at"] <= now else "running"


def _remaining(thing: Thing, asking: Asking, _args: Args) -> int | None:
    row = thing.row
    if row["closed_at"] is not None:
        return None
    since, due = row["paused_at"] or asking.now, row["due_at"]
    if row["unit"] == "hours":
        return int((due - since) // timedelta(days=1))
    first, last = since.astimezone(CHINA).date(), due.astimezone(CHINA).date()
    if row["unit"] == "working_days":
        # A county works, or does not, on days that it has set for itself.
        own = asking.rows.of("calendar_day", "county_id", row["county_id"], row["county_id"])
        calendar = NATIONAL.with_overrides({one["day"]: one["working"] for one in own})
        return calendar.working_days_between(first, last)
    return int((last - first).days)


def _hours(thing: Thing, asking: Asking, _args: Args) -> int | None:
    row = thing.row
    if row["closed_at"] is not None:
        return None
    return int((row["due_at"] - (row["paused_at"] or asking.now)) // timedelta(hours=1))


def _late(thing: Thing, asking: Asking, _args: Args) -> bool:
    row = thing.row
    stopped = row["closed_at"] or row["paused_at"] or asking.now
    return not row["lapses"] and row["due_at"] < stopped


def _deadline(thing: Thing, asking: Asking, _args: Args) -> Thing | None:
    row = asking.rows.one("deadline", thing.row["deadline_id"], thing.row["county_id"])
    if row is None or row["confidential"] or thing.whole is None or row["case_id"] != thing.whole["id"]:
        return None
    return part_within(asking, "Deadline", row, thing.whole)


def _answer_due(thing: Thing, asking: Asking, _args: Args) -> Any:
    found = asking.rows.of("deadline", "subject_id", thing.row["id"], thing.row["county_id"])
    return shown(next((row["due_at"] for row in found if row["case_id"] == thing.row["case_id"]), None))


def _silent(thing: Thing, asking: Asking, _args: Args) -> bool:
    call = asking.rows.one("joint_call", thing.row["call_id"], thing.row["county_id"])
    over = call is not None and call["concluded_at"] is None and call["respond_by"] < asking.now
    return thing.row["status"] == "asked" and over


def _decide_by(thing: Thing, _asking: Asking, _args: Args) -> Any:
    row = thing.row
    if row["kind"] != "order_applied":
        return None
    return shown(row["taken_at"] + timedelta(hours=ORDER_HOURS[row["urgent"]]))


WATCH_OF_CASE: dict[str, Resolver] = {
    "deadlines": of_its_case("Deadline", "deadline", "due_at", "id"),
    "supervisions": of_its_case("Supervision", "supervision", "opened_at", "id"),
    "riskReports": of_its_case("RiskReport", "risk_report", "reported_at", "id"),
    "reportDuties": of_its_case("ReportDuty", "report_duty", "opened_at", "id", group=IDENTITY),
    "protectionMeasures": of_its_case("ProtectionMeasure", "protection_measure", "taken_at", "id", group=IDENTITY),
    "clueNotices": of_its_case("ClueNotice", "clue_notice", "sent_at", "id", group="clue"),
    "policeNotices": of_its_case("PoliceNotice", "police_notice", "sent_at", "id", group=HISTORY),
    "calls": of_its_case("JointCall", "joint_call", "called_at", "id"),
}

WATCH_FIELDS: dict[str, dict[str, Resolver]] = {
    "Deadline": {
        "id": global_id("deadline"),
        "case": the_case,
        **coded("kind", "deadline_kind"),
        "unit": word("unit"),
        "unitLabel": word_label("deadline_unit", "unit"),
        "due": column("due_at"),
        "state": lambda thing, asking, _args: state(thing.row, asking.now).upper(),
        "stateLabel": lambda thing, asking, _args: asking.label("deadline_state", state(thing.row, asking.now)),
        "remaining": _remaining,
        "remainingHours": _hours,
        "late": _late,
        **columns(
            "core",
            "rule",
            "source",
            "starts_at",
            "opened_at",
            "warn_at",
            "paused_at",
            "paused_days",
            "extensions",
            "extended_by",
            "closed_at",
        ),
        "steps": parts_of("DeadlineStepTaken", "deadline_step", "deadline_id", "at", "step"),
        "extensionRecords": parts_of(
            "DeadlineExtension", "deadline_extension", "deadline_id", "ordinal", "id", group=HISTORY
        ),
    },
    "DeadlineStepTaken": {
        "id": composed_id("deadlinestep", "deadline_id", "step"),
        **coded("step", "deadline_step"),
        "at": column("at"),
    },
    "DeadlineExtension": {
        "id": global_id("extension"),
        "recordedBy": user_at("recorded_by", HISTORY),
        **columns(HISTORY, "days", "consented", "due_before", "due_after", "recorded_at"),
        "reason": column("reason", "notes"),
    },
    "Supervision": {
        "id": global_id("supervision"),
        "case": the_case,
        **coded("cause", "supervision_cause"),
        "level": word("level"),
        "levelLabel": word_label("deadline_step", "level"),
        "deadline": _deadline,
        "answerDueAt": _answer_due,
        "openedBy": user_at("opened_by", HISTORY),
        "answeredBy": user_at("answered_by", HISTORY),
        "closedBy": user_at("closed_by", HISTORY),
        **columns("core", "opened_at", "answered_at", "closed_at"),
        **columns("supervision", "demand", "answer", "evidence"),
    },
    "RiskReport": {
        "id": global_id("riskreport"),
        "riskLevel": word("risk_level"),
        "riskLevelLabel": word_label("risk_level", "risk_level"),
        **columns("core", "mass_incident", "reported_at"),
        "readings": parts_of("RiskReading", "risk_reading", "report_id", "level"),
    },
    "RiskReading": {
        "id": composed_id("riskreading", "report_id", "level"),
        "level": word("level"),
        "levelLabel": word_label("leadership_level", "level"),
        "readAt": column("read_at"),
        "readBy": user_at("read_by", HISTORY),
    },
    "JointCall": {
        "id": global_id("call"),
        "case": the_case,
        "organisation": organisation_at("organisation_id"),
        "calledBy": user_at("called_by", HISTORY),
        **columns("call", "matter"),
        **columns("coordination", "conclusion"),
        **columns("core", "called_at", "respond_by", "concluded_at", "session_held_at"),
        "respondents": parts_of("JointRespondent", "joint_respondent", "call_id", "id"),
    },
    "JointRespondent": {
        "id": global_id("respondent"),
        "organisation": organisation_at("organisation_id"),
        **coded("status", "respondent_status"),
        "respondedAt": column("responded_at"),
        "respondedBy": user_at("responded_by", HISTORY),
        "reason": column("reason", "coordination"),
        "silent": _silent,
    },
    "ReportDuty": {
        "id": global_id("duty"),
        **coded("recipient", "duty_recipient", IDENTITY),
        **columns(IDENTITY, "rule", "opened_at", "fulfilled_at"),
    },
    "ProtectionMeasure": {
        "id": global_id("measure"),
        **coded("kind", "measure_kind", IDENTITY),
        "organisation": organisation_at("organisation_id", IDENTITY),
        **columns(IDENTITY, "number", "taken_at", "urgent", "valid_until"),
        "decideBy": within(IDENTITY, _decide_by),
    },
    "ClueNotice": {
        "id": global_id("clue"),
        "sender": organisation_at("sender_id", "clue"),
        "recipient": organisation_at("recipient_id", "clue"),
        **columns("clue", "clue", "sent_at", "acknowledged_at"),
    },
    "PoliceNotice": {
        "id": global_id("policenotice"),
        "sender": organisation_at("sender_id", HISTORY),
        "recipient": organisation_at("recipient_id", HISTORY),
        "applications": parts_of(
            "PoliceNoticeApplication", "police_notice_application", "notice_id", "applied_at", "id", group=HISTORY
        ),
        "sentBy": user_at("sent_by", HISTORY),
        "answeredBy": user_at("answered_by", HISTORY),
        **columns(HISTORY, "sent_at", "answered_at", "recognised"),
        **columns("narrative", "statement", "reason"),
    },
    "PoliceNoticeApplication": {
        "id": global_id("policeapplication"),
        "party": party_at("party_id", HISTORY),
        "recordedBy": user_at("recorded_by", HISTORY),
        **columns(HISTORY, "applied_at"),
    },
}
