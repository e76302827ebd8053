"""What each root field answers, and why it may be refused as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.registry import RULEBOOK
from tests.reference import lists
from tests.reference.case_fields import LISTS
from tests.reference.conditions import Listed, key_in
from tests.reference.kinds import KINDS
from tests.reference.paging import faults, page
from tests.reference.people import runs
from tests.reference.rows import Row, label_rows
from tests.reference.standing_fields import PARTY_LISTS
from tests.reference.things import Asking, Thing, case, committee, composed, mediator, organisation, part_within, user
from tests.reference.work import BY_VERSION

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
    **{
        prefix: (table, lambda asking, key, _county, find=find: find(asking, key))  # type: ignore[misc]
        for work in KINDS
        for prefix, table, find in (
            (work.subject, work.subject, work.one),
            (f"{work.subject}timeline", work.timeline, work.entry),
        )
    },
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
    **{work.subject: {work.type} for work in KINDS},
    **{f"{work.subject}timeline": {f"{work.type}TimelineEntry"} for work in KINDS},
    **{prefix: {type_} for prefix, (_, type_) in PARTS.items()},
}
MOST_IDS, MOST_DIMENSIONS = 100, 3
# Of what kind the ids of these conditions are; of all others, of an organisation.
KIND_OF_ID = {"caseId": "case", "committeeId": "committee", "registeredById": "user"}


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


def _part_found(asking: Asking, prefix: str, key: Any) -> Thing | None:
    """A part of a case, unless it is withheld from the caller."""
    table, type_ = PARTS[prefix]
    row = _row(asking, prefix, key)
    if row is None or (prefix in READ_BY and not asking.access.may(table, row, "core")):
        return None
    # What belongs to a deadline belongs to its case.
    of = asking.rows.one("deadline", row["deadline_id"]) if prefix in OF_DEADLINES else row
    whole = None if of is None else case(asking, of["case_id"], row["county_id"])
    return None if whole is None else part_within(asking, type_, row, whole.row)


def by_id(asking: Asking, word: str) -> Thing | None:
    """Anything by its global id."""
    prefix = word.partition(":")[0]
    if prefix not in TYPES:
        return None
    key: Any = word.partition(":")[2] if prefix in KEYS else key_in(word, prefix)
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


def _figures(name: str) -> Callable[[Asking, Args], Any]:
    """Counts of everything that the caller sees."""
    figured = lists.FIGURED[name]

    def answer(asking: Asking, args: Args) -> Any:
        found = lists.LISTED[figured.listed].things(asking, args.get("filter"))
        return figured.answer(asking, [one.row for one in found], args.get("groupBy"), args.get("filter"))

    return answer


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
    "calendarDays": _calendar,
    "node": lambda asking, args: by_id(asking, args["id"]),
    "nodes": lambda asking, args: [by_id(asking, word) for word in args["ids"]],
    "rules": lambda _asking, _args: [Thing("Rule", {"rule": rule}) for rule in RULEBOOK],
    **{work.subject: _one(work.subject) for work in KINDS},
    **{name: _list(name) for name in lists.LISTED},
    **{name: _figures(name) for name in lists.FIGURED},
    "codes": _codes,
    "disputeTypes": lambda asking, _args: [Thing("DisputeType", row) for row in asking.rows.dispute_types.values()],
}


def usable(listed: Listed, condition: str, value: Any) -> bool:
    """Whether a condition's value means anything: no text can hold a zero, and a moment needs its zone."""
    if condition in listed.moments and value is not None:
        return datetime.fromisoformat(value).tzinfo is not None
    return condition.endswith("Id") or "\0" not in (value if isinstance(value, (str, list)) else "")


def refusals(asking: Asking, name: str, args: Args, *, rows_wanted: bool) -> set[str]:
    """Why a root field cannot be answered as asked, as codes; from its own arguments alone."""
    found: set[str] = set()
    figured = lists.FIGURED.get(name)
    listed = lists.LISTED.get(name if figured is None else figured.listed)
    if listed is not None:
        for condition, value in (args.get("filter") or {}).items():
            if value is not None and condition.endswith("Id"):
                found |= set() if key_in(value, KIND_OF_ID.get(condition, "organisation")) else {"BAD_ID"}
            if not usable(listed, condition, value):
                found.add("BAD_USER_INPUT")
            if (
                value is not None
                and condition in listed.guarded
                and not asking.access.always(listed.guarded[condition])
            ):
                found.add("FORBIDDEN_FIELD")
        told = {condition for condition, value in (args.get("filter") or {}).items() if value is not None}
        told.add(listed.order(args.get("orderBy")).name)
        if told & listed.telling and asking.access.never(listed.needed):
            found.add("FORBIDDEN_FIELD")
        if figured is None:
            found |= faults(args, listed.order(args.get("orderBy")), UUID, rows_wanted=rows_wanted)
    for dimension in args.get("groupBy") or ():
        guarded = lists.GUARDED_DIMENSIONS.get(dimension) if name == "caseFigures" else None
        if guarded is not None and not asking.access.always(guarded):
            found.add("FORBIDDEN_FIELD")
    if figured is not None and len(set(args.get("groupBy") or ())) > MOST_DIMENSIONS:
        found.add("TOO_MANY_DIMENSIONS")
    if name == "nodes" and len(args["ids"]) > MOST_IDS:
        found.add("PAGE_SIZE")
    return found


def nested_refusals(parent: str, name: str, args: Args, *, rows_wanted: bool) -> set[str]:
    """The same for a page within a row of a kind of work, or within a party."""
    order = BY_VERSION if parent in TIMELINES else PARTY_LISTS[name] if parent == "Party" else LISTS[name][2]
    return faults(args, order, UUID, rows_wanted=rows_wanted)


# Type -> its fields that are pages.
TIMELINES = {work.type: frozenset({"timeline"}) for work in KINDS}
PAGES = {"Case": frozenset(LISTS), "Party": frozenset(PARTY_LISTS), **TIMELINES}
