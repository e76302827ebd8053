"""What each root field answers, and why it may be refused as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.registry import RULEBOOK
from tests.reference import lists
from tests.reference.case_fields import LISTS
from tests.reference.paging import faults, page
from tests.reference.people import runs
from tests.reference.rows import Row, label_rows
from tests.reference.standing_fields import PARTY_LISTS
from tests.reference.things import Asking, Thing, case, committee, composed, mediator, organisation, user
from tests.reference.told import shown_to

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
    "enforcement": ("enforcement_application", "EnforcementApplication"),
    "participant": ("case_participant", "Participant"),
    "casemediator": ("case_mediator", "CaseMediator"),
    "timeline": ("case_timeline", "TimelineEntry"),
    "extension": ("deadline_extension", "DeadlineExtension"),
    "deadlinestep": ("deadline_step", "DeadlineStepTaken"),
    "riskreport": ("risk_report", "RiskReport"),
    "riskreading": ("risk_reading", "RiskReading"),
    "respondent": ("joint_respondent", "JointRespondent"),
    "consent": ("confirmation_consent", "ConfirmationConsent"),
    "policeapplication": ("police_notice_application", "PoliceNoticeApplication"),
}
# The field group of its case under which a part is listed: who may not read it finds the part by no id either.
LISTED_UNDER = {
    **dict.fromkeys(("followup", "timeline", "recusal", "pause", "withdrawal", "extension"), "history"),
    **dict.fromkeys(("entrustment", "policenotice", "policeapplication"), "history"),
    **dict.fromkeys(("agreement", "obligation", "signature", "confirmation", "consent", "enforcement"), "agreement"),
    "breach": "agreement",
    **dict.fromkeys(("duty", "measure"), "identity"),
    "clue": "clue",
}
# The same of what is part of no case.
WHOLES: dict[str, tuple[str, Callable[[Asking, Any, int], Thing | None]]] = {
    "case": ("dispute_case", case),
    "organisation": ("organisation", organisation),
    "user": ("app_user", user),
    "committee": ("mediation_committee", committee),
    "mediator": ("mediator", mediator),
    "committeeterm": ("committee_term", lambda asking, key, _county: _of_committee(asking, "CommitteeTerm", key)),
    "committeemember": ("committee_member", lambda asking, key, _county: _of_committee(asking, "CommitteeMember", key)),
    "framework": ("framework", lambda asking, key, county: _public(asking, "Framework", key, county)),
    "frameworkmember": (
        "framework_member",
        lambda asking, key, county: _public(asking, "FrameworkMember", key, county),
    ),
    "membership": ("membership", lambda asking, key, _county: _membership(asking, key)),
    "calendarday": ("calendar_day", lambda asking, key, _county: _day(asking, key)),
    "code": ("code_label", lambda asking, key, _county: _word(asking, "Code", key)),
    "disputetype": (
        "dispute_type",
        lambda asking, key, _county: _word(asking, "DisputeType", key),
    ),
}
# The columns of keys that are no id of their own.
KEYS = {
    "deadlinestep": ("deadline_id", "step"),
    "riskreading": ("report_id", "level"),
    "frameworkmember": ("framework_id", "organisation_id"),
    "calendarday": ("county_id", "day"),
    "code": ("list", "code"),
    "disputetype": ("code",),
}
# Parts of a deadline.
OF_DEADLINES = {"deadlinestep", "extension"}
# Records with readers of their own.
READ_BY = {"note", "session"}
TYPES = {
    "case": {"Case"},
    "organisation": {"Area", "Partner"},
    "user": {"User"},
    "committee": {"MediationCommittee"},
    "mediator": {"Mediator"},
    "committeeterm": {"CommitteeTerm"},
    "committeemember": {"CommitteeMember"},
    "framework": {"Framework"},
    "frameworkmember": {"FrameworkMember"},
    "membership": {"Membership"},
    "calendarday": {"CalendarDay"},
    "code": {"Code"},
    "disputetype": {"DisputeType"},
    **{prefix: {type_} for prefix, (_, type_) in PARTS.items()},
}
MOST_IDS, MOST_DIMENSIONS = 100, 3
# Of what kind the ids of these conditions are; of all others, of an organisation.
KIND_OF_ID = {"caseId": "case", "committeeId": "committee"}


# Type -> the group under which it is listed.
OPENED = {type_: LISTED_UNDER.get(prefix, "core") for prefix, (_, type_) in PARTS.items()}


def id_of(prefix: str, row: Row) -> str:
    """The global id of a row."""
    return composed(prefix, row, *KEYS.get(prefix, ("id",)))


def _row(asking: Asking, prefix: str, key: Any) -> Row | None:
    """The row with this key, which is a UUID, or the text of a key of other columns."""
    table = (PARTS | WHOLES)[prefix][0]
    if prefix not in KEYS:
        return asking.rows.one(table, key)
    there = asking.rows.all(table) if table != "code_label" else label_rows()
    return next((row for row in there if id_of(prefix, row) == f"{prefix}:{key}"), None)


def _of_committee(asking: Asking, type_: str, key: UUID | None) -> Thing | None:
    row = asking.rows.one("committee_term" if type_ == "CommitteeTerm" else "committee_member", key)
    seen = row is not None and committee(asking, row["committee_id"], row["county_id"]) is not None
    return Thing(type_, row) if row is not None and seen else None


def _public(asking: Asking, type_: str, key: Any, county: int) -> Thing | None:
    """How a place is organised is open to all of its county."""
    row = _row(asking, type_.lower(), key)
    return Thing(type_, row) if row is not None and county in asking.access.actor.counties else None


def _word(asking: Asking, type_: str, key: Any) -> Thing | None:
    row = _row(asking, type_.lower(), key)
    return None if row is None else Thing(type_, row)


def _membership(asking: Asking, key: UUID | None) -> Thing | None:
    """The caller's own, while it runs."""
    row = asking.rows.one("membership", key)
    own = row is not None and row["user_id"] == asking.access.actor.user_id and runs(row, asking.now)
    return Thing("Membership", row) if row is not None and own else None


def _day(asking: Asking, key: Any) -> Thing | None:
    row = _row(asking, "calendarday", key)
    return Thing("CalendarDay", row) if row is not None and asking.access.sees("calendar_day", row) else None


def _of_an_earlier_agreement(asking: Asking, prefix: str, row: Row) -> bool:
    if prefix not in ("agreement", "obligation", "signature"):
        return False
    agreed = row if prefix == "agreement" else asking.rows.one("case_agreement", row["agreement_id"])
    return agreed is not None and agreed["superseded_at"] is not None


def _part_found(asking: Asking, prefix: str, key: Any) -> Thing | None:
    """A part of a case, unless it is withheld from the caller."""
    table, type_ = PARTS[prefix]
    row = _row(asking, prefix, key)
    if row is None:
        return None
    # What belongs to a deadline belongs to its case, and is as confidential.
    deadline = (
        asking.rows.one("deadline", row["deadline_id"]) if "deadline_id" in row and prefix in OF_DEADLINES else None
    )
    if row.get("confidential") or (deadline is not None and deadline["confidential"]):
        return None
    if prefix in READ_BY and not asking.access.may(table, row, "core"):
        return None
    whole = case(asking, (deadline or row)["case_id"], row["county_id"])
    if whole is None:
        return None
    groups = [
        LISTED_UNDER.get(prefix, "core"),
        *(["handling"] if _of_an_earlier_agreement(asking, prefix, row) else []),
    ]
    if not all(one == "core" or asking.access.may("dispute_case", whole.row, one) for one in groups):
        return None
    return Thing(type_, row, whole.row) if shown_to(asking, table, row, whole.row) else None


def by_id(asking: Asking, word: str) -> Thing | None:
    """Anything by its global id."""
    prefix = word.partition(":")[0]
    if prefix not in TYPES:
        return None
    key: Any = word.partition(":")[2] if prefix in KEYS else lists.key_in(word, prefix)
    if key is None:
        return None
    if prefix in PARTS:
        return _part_found(asking, prefix, key)
    row = _row(asking, prefix, key)
    return None if row is None else WHOLES[prefix][1](asking, key, row.get("county_id", 0))


def _one(prefix: str) -> Callable[[Asking, Args], Any]:
    return lambda asking, args: by_id(asking, args["id"]) if args["id"].partition(":")[0] == prefix else None


def _viewer(asking: Asking, _args: Args) -> Thing | None:
    row = asking.rows.one("app_user", asking.access.actor.user_id)
    return None if row is None else Thing("Viewer", row)


def _figures(asking: Asking, args: Args) -> Any:
    found = lists.LISTED["cases"].things(asking, args.get("filter"))
    return lists.figures(asking, [one.row for one in found], args.get("groupBy"), args.get("filter"))


def _list(name: str) -> Callable[[Asking, Args], Any]:
    """A page of everything that the caller sees."""
    listed = lists.LISTED[name]
    return lambda asking, args: page(
        listed.things(asking, args.get("filter")), args, listed.order(args.get("orderBy")), UUID
    )


def _calendar(asking: Asking, args: Args) -> list[Thing]:
    days = [row for row in asking.rows.all("calendar_day") if row["day"].year == args["year"]]
    days = [row for row in days if asking.access.sees("calendar_day", row)]
    return [Thing("CalendarDay", row) for row in sorted(days, key=lambda row: (row["day"], row["county_id"]))]


def _codes(_asking: Asking, args: Args) -> list[Thing]:
    found = [row for row in label_rows() if row["list"] == args["list"].lower()]
    return [Thing("Code", row) for row in sorted(found, key=lambda row: (int(row["ordinal"]), row["code"]))]


ROOTS: dict[str, Callable[[Asking, Args], Any]] = {
    "viewer": _viewer,
    "case": _one("case"),
    "organisation": _one("organisation"),
    "caseFigures": _figures,
    "calendarDays": _calendar,
    "node": lambda asking, args: by_id(asking, args["id"]),
    "nodes": lambda asking, args: [by_id(asking, word) for word in args["ids"]],
    "rules": lambda _asking, _args: [Thing("Rule", {"rule": rule}) for rule in RULEBOOK],
    **{name: _list(name) for name in lists.LISTED},
    "codes": _codes,
    "disputeTypes": lambda asking, _args: [Thing("DisputeType", row) for row in asking.rows.dispute_types.values()],
}


def usable(listed: lists.Listed, condition: str, value: Any) -> bool:
    """Whether a condition's value means anything: no text can hold a zero, and a moment needs its zone."""
    if condition in listed.moments and value is not None:
        return datetime.fromisoformat(value).tzinfo is not None
    return condition.endswith("Id") or "\0" not in (value if isinstance(value, (str, list)) else "")


def refusals(asking: Asking, name: str, args: Args, *, rows_wanted: bool) -> set[str]:
    """Why a root field cannot be answered as asked, as codes; from its own arguments alone."""
    found: set[str] = set()
    listed = lists.LISTED.get("cases" if name == "caseFigures" else name)
    if listed is not None:
        for condition, value in (args.get("filter") or {}).items():
            if value is not None and condition.endswith("Id"):
                found |= set() if lists.key_in(value, KIND_OF_ID.get(condition, "organisation")) else {"BAD_ID"}
            if not usable(listed, condition, value):
                found.add("BAD_USER_INPUT")
            if (
                value is not None
                and condition in listed.guarded
                and not asking.access.always(listed.guarded[condition])
            ):
                found.add("FORBIDDEN_FIELD")
        if name != "caseFigures":
            found |= faults(args, listed.order(args.get("orderBy")), UUID, rows_wanted=rows_wanted)
    for dimension in (args.get("groupBy") or ()) if name == "caseFigures" else ():
        if dimension in lists.GUARDED_DIMENSIONS and not asking.access.always(lists.GUARDED_DIMENSIONS[dimension]):
            found.add("FORBIDDEN_FIELD")
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
