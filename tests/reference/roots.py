"""What each root field answers, and why it may be refused as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.registry import RULEBOOK
from tests.reference import lists
from tests.reference.case_fields import LISTS
from tests.reference.paging import Order, faults, page
from tests.reference.rows import label_rows
from tests.reference.standing_fields import PARTY_LISTS
from tests.reference.things import Asking, Thing, case, may, organisation, part, user

Args = dict[str, Any]

# Prefix of a global id -> how to find such a thing, and the type it has.
PARTS = {
    "party": ("case_party", "Party"),
    "session": ("case_session", "Session"),
    "followup": ("case_follow_up", "FollowUp"),
    "agreement": ("case_agreement", "Agreement"),
    "obligation": ("case_obligation", "Obligation"),
    "confirmation": ("judicial_confirmation", "JudicialConfirmation"),
    "note": ("case_note", "Note"),
    "representative": ("case_representative", "Representative"),
    "recusal": ("case_recusal", "Recusal"),
    "pause": ("case_pause", "Pause"),
    "withdrawal": ("case_withdrawal", "Withdrawal"),
    "breach": ("case_breach", "Breach"),
    "signature": ("agreement_signature", "AgreementSignature"),
    "entrustment": ("court_entrustment", "CourtEntrustment"),
    "call": ("joint_call", "JointCall"),
    "duty": ("report_duty", "ReportDuty"),
    "measure": ("protection_measure", "ProtectionMeasure"),
    "clue": ("clue_notice", "ClueNotice"),
    "policenotice": ("police_notice", "PoliceNotice"),
    "deadline": ("deadline", "Deadline"),
    "supervision": ("supervision", "Supervision"),
}
# Root lists of parts of cases: table, type, order, and the field group of their case that the whole list needs.
PART_LISTS: dict[str, tuple[str, str, Order, str]] = {
    "deadlines": ("deadline", "Deadline", Order("due_at", lambda row: row["due_at"], datetime), "core"),
    "supervisions": (
        "supervision", "Supervision", Order("opened_at", lambda row: row["opened_at"], datetime, descending=True), "core"
    ),
    "confirmations": (
        "judicial_confirmation",
        "JudicialConfirmation",
        Order("applied_at", lambda row: row["applied_at"], datetime, descending=True),
        "agreement",
    ),
}  # fmt: skip
# Records with readers of their own.
READ_BY = {"note", "session"}
TYPES = {
    "case": {"Case"},
    "organisation": {"Area", "Partner"},
    "user": {"User"},
    **{prefix: {type_} for prefix, (_, type_) in PARTS.items()},
}
MOST_IDS, MOST_DIMENSIONS = 100, 3


def by_id(asking: Asking, word: str) -> Thing | None:
    """Anything by its global id."""
    prefix = word.partition(":")[0]
    if prefix not in TYPES or (key := lists.key_in(word, prefix)) is None:
        return None
    if prefix in PARTS:
        table, type_ = PARTS[prefix]
        row = asking.rows.one(table, key)
        hidden = row is not None and (
            row.get("confidential") or (prefix in READ_BY and not asking.access.may(table, row, "core"))
        )
        return None if hidden else part(asking, type_, row)
    table, find = {
        "case": ("dispute_case", case), "organisation": ("organisation", organisation), "user": ("app_user", user)
    }[prefix]  # fmt: skip
    row = asking.rows.one(table, key)
    return None if row is None else find(asking, key, row["county_id"])


def _one(prefix: str) -> Callable[[Asking, Args], Any]:
    return lambda asking, args: by_id(asking, args["id"]) if args["id"].partition(":")[0] == prefix else None


def _viewer(asking: Asking, _args: Args) -> Thing | None:
    row = asking.rows.one("app_user", asking.access.actor.user_id)
    return None if row is None else Thing("Viewer", row)


def _cases(asking: Asking, args: Args) -> Any:
    found = lists.narrowed(asking, "dispute_case", lists.CASE_TESTS, args.get("filter"))
    return page([Thing("Case", row, row) for row in found], args, lists.case_order(args.get("orderBy")), UUID)


def _figures(asking: Asking, args: Args) -> Any:
    found = lists.narrowed(asking, "dispute_case", lists.CASE_TESTS, args.get("filter"))
    return lists.figures(asking, found, args.get("groupBy"))


def _organisations(asking: Asking, args: Args) -> Any:
    found = lists.narrowed(asking, "organisation", lists.ORGANISATION_TESTS, args.get("filter"))
    things = [Thing("Area" if row["is_area"] else "Partner", row) for row in found]
    return page(things, args, lists.organisation_order(args.get("orderBy")), UUID)


def _of_cases(name: str) -> Callable[[Asking, Args], Any]:
    """Parts of all cases that the caller sees, as one list; of those alone whose case opens the group to them."""
    table, type_, order, group = PART_LISTS[name]

    def resolve(asking: Asking, args: Args) -> Any:
        found = [part(asking, type_, row) for row in asking.rows.all(table) if not row.get("confidential")]
        return page([one for one in found if one is not None and may(one, asking, group)], args, order, UUID)

    return resolve


def _codes(_asking: Asking, args: Args) -> list[Thing]:
    found = [row for row in label_rows() if row["list"] == args["list"].lower()]
    return [Thing("Code", row) for row in sorted(found, key=lambda row: (int(row["ordinal"]), row["code"]))]


ROOTS: dict[str, Callable[[Asking, Args], Any]] = {
    "viewer": _viewer,
    "case": _one("case"),
    "organisation": _one("organisation"),
    "cases": _cases,
    "caseFigures": _figures,
    "organisations": _organisations,
    "node": lambda asking, args: by_id(asking, args["id"]),
    "nodes": lambda asking, args: [by_id(asking, word) for word in args["ids"]],
    "rules": lambda _asking, _args: [Thing("Rule", {"rule": rule}) for rule in RULEBOOK],
    **{name: _of_cases(name) for name in PART_LISTS},
    "codes": _codes,
    "disputeTypes": lambda asking, _args: [Thing("DisputeType", row) for row in asking.rows.dispute_types.values()],
}


def usable(condition: str, value: Any) -> bool:
    """Whether a condition's value means anything: no text can hold a zero, and a moment needs its zone."""
    if condition in ("registeredFrom", "registeredUntil") and value is not None:
        return datetime.fromisoformat(value).tzinfo is not None
    return condition.endswith("Id") or "\0" not in (value if isinstance(value, (str, list)) else "")


def refusals(asking: Asking, name: str, args: Args, *, rows_wanted: bool) -> set[str]:
    """Why a root field cannot be answered as asked, as codes; from its own arguments alone."""
    found: set[str] = set()
    if any(not usable(condition, value) for condition, value in (args.get("filter") or {}).items()):
        found.add("BAD_USER_INPUT")
    if name in ("cases", "caseFigures"):
        for condition, value in (args.get("filter") or {}).items():
            if value is not None and condition in lists.GUARDED and not asking.access.always(lists.GUARDED[condition]):
                found.add("FORBIDDEN_FIELD")
    if name == "cases":
        found |= faults(args, lists.case_order(args.get("orderBy")), UUID, rows_wanted=rows_wanted)
    if name == "organisations":
        found |= faults(args, lists.organisation_order(args.get("orderBy")), UUID, rows_wanted=rows_wanted)
    if name in PART_LISTS:
        found |= faults(args, PART_LISTS[name][2], UUID, rows_wanted=rows_wanted)
    if name == "caseFigures" and len(set(args.get("groupBy") or ())) > MOST_DIMENSIONS:
        found.add("TOO_MANY_DIMENSIONS")
    if name == "nodes" and len(args["ids"]) > MOST_IDS:
        found.add("PAGE_SIZE")
    return found


def nested_refusals(parent: str, name: str, args: Args, *, rows_wanted: bool) -> set[str]:
    """The same for a page within a case, or within a party."""
    order = PARTY_LISTS[name] if parent == "Party" else LISTS[name][2]
    return faults(args, order, UUID, rows_wanted=rows_wanted)


# Type -> its fields that are pages.
PAGES = {"Case": frozenset(LISTS), "Party": frozenset(PARTY_LISTS)}
