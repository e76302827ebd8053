"""What of a case its parties are told: by the words of its timeline and its deadlines, said here once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.reference.rows import Row

if TYPE_CHECKING:
    from tests.reference.things import Asking, Thing

# Steps that are taken among those who work a case.
AMONG_THEMSELVES = frozenset(
    [
        "assess_risk",
        "acknowledge_risk",
        "call",
        "respond_to_call",
        "conclude_call",
        "open_supervision",
        "answer_supervision",
        "close_supervision",
        "protect",
        "record_measure",
        "fulfil_duty",
        "send_clue",
        "acknowledge_clue",
        "follow_up",
        "add_note",
        "hold_session",
    ]
)
# Periods that run for them.
OF_THEIR_OWN = frozenset(
    ["risk_report", "joint_response", "supervision_answer", "follow_up", "protection_order", "protection_validity"]
)
# Types of which a party is told no row.
KEPT = frozenset(
    [
        "JointCall",
        "JointRespondent",
        "Supervision",
        "RiskReport",
        "RiskReading",
        "ReportDuty",
        "ProtectionMeasure",
        "ClueNotice",
        "FollowUp",
        "DeadlineStepTaken",
    ]
)


def is_told(asking: Asking, type_: str, row: Row, case: Row) -> bool:
    """Whether the caller, who sees the case, is told of a part of it: parties of theirs, all others of every one."""
    return asking.access.may("dispute_case", case, "internal") or _parties_are(asking, type_, row)


def _parties_are(asking: Asking, type_: str, row: Row) -> bool:
    match type_:
        case "TimelineEntry":
            return row["action"] not in AMONG_THEMSELVES
        case "Participant":
            return bool(row["relation"] == "lead")
        case "Deadline":
            return row["kind"] not in OF_THEIR_OWN
        case "DeadlineExtension":
            deadline = asking.rows.one("deadline", row["deadline_id"])
            return deadline is not None and _parties_are(asking, "Deadline", deadline)
    return type_ not in KEPT


def _told_of(asking: Asking, case: Row) -> list[Row]:
    entries = asking.rows.of("case_timeline", "case_id", case["id"], case["county_id"])
    return [one for one in entries if _parties_are(asking, "TimelineEntry", one)]


def version(thing: Thing, asking: Asking, _args: dict[str, Any]) -> int:
    """A case's version, as the caller counts it."""
    if asking.access.may("dispute_case", thing.row, "internal"):
        return int(thing.row["version"])
    return len(_told_of(asking, thing.row))


def entry_version(asking: Asking, entry: Row, case: Row) -> int:
    """The same of an entry of its timeline."""
    if asking.access.may("dispute_case", case, "internal"):
        return int(entry["version"])
    return sum(one["version"] <= entry["version"] for one in _told_of(asking, case))


def ordinal(asking: Asking, session: Row, case: Row) -> int:
    """By what sessions are sorted: to parties their number would tell of sessions with the other side."""
    return int(session["ordinal"]) if asking.access.may("dispute_case", case, "internal") else 0


SORTED_BY: dict[str, Callable[[Asking, Row, Row], int]] = {"timeline": entry_version, "sessions": ordinal}
