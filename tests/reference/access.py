"""What somebody may see, by Casbin's own `enforce` over facts taken from plain rows; no SQL, nothing folded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar
from uuid import UUID

from authz.enforcer import Policy
from authz.fuzzing.invented_rows import (
    CalendarRow,
    CaseRow,
    CommitteeRow,
    MediatorRow,
    NoteRow,
    OrganisationRow,
    PartyRow,
    PlacedRow,
    Tie,
    UserRow,
)
from domain.foundation.basics.actor import Actor, Area, Membership
from tests.reference.rows import WORK, Row, Rows

PLACE = ("town_id", "community_id", "grid_id")
COPIED = (
    "county_id", "id", "organisation_id", "registered_by", *PLACE, "handler_id", "court_id", "public_security",
    "minor_involved", "family_or_minor", "address_protected", "agreement_in_effect",
)  # fmt: skip
RESOURCE_OF = {
    "dispute_case": "case",
    "organisation": "organisation",
    "app_user": "user",
    "case_party": "party",
    "case_representative": "party",
    "case_note": "note",
    "case_session": "note",
    "mediation_committee": "committee",
    "mediator": "mediator",
    "calendar_day": "calendar",
    **{subject: subject for subject in WORK},
}


class Access:
    """One caller's access. Every question is put to Casbin once and its answer kept."""

    def __init__(self, rows: Rows, policy: Policy, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self._rows = rows
        self._policy = policy
        self._now = now
        self._facts: dict[tuple[Any, ...], Any] = {}
        self._known: dict[tuple[Any, ...], bool] = {}
        self._shape = Shape(policy, actor, now)

    def may(self, table: str, row: Row, group: str, action: str = "read") -> bool:
        """Whether this may be done to the row, in this field group."""
        # A committee has the id of its organisation; a day has none.
        of = (table, row["county_id"], row.get("id"))
        question = (*of, action, group)
        found = self._known.get(question)
        if found is None:
            facts = self._facts.get(of)
            if facts is None:
                facts = self._facts[of] = _FACTS[table](self._rows, row)
            found = self._known[question] = self._policy.enforce(
                self.actor, str(row["county_id"]), RESOURCE_OF[table], action, group, facts, self._now
            )
        return found

    def sees(self, table: str, row: Row) -> bool:
        """Whether the row is there at all for the caller. Row-level security keeps counties apart before the policy is asked."""
        return row["county_id"] in self.actor.counties and self.may(table, row, "core")

    def always(self, group: str) -> bool:
        """Whether a case that the caller sees cannot but have this group open."""
        return self._shape.always(group)

    def never(self, group: str) -> bool:
        """Whether no case whatever has this group open to the caller."""
        return self._shape.never(group)

    def never_of_a_party(self, group: str) -> bool:
        """Whether no party whatever has it open to the caller, not even one of the caller's own side."""
        return self._shape.never(group) and self._shape.never_of_a_party(group)


def _tie(row: Row) -> Tie:
    return Tie(
        row.get("user_id"),
        row.get("organisation_id"),
        row["valid_from"],
        row["valid_until"],
        row.get("role") or row.get("relation"),
    )


def _case(rows: Rows, row: Row) -> CaseRow:
    def ties(table: str) -> tuple[Tie, ...]:
        return tuple(_tie(one) for one in rows.of(table, "case_id", row["id"], row["county_id"]))

    return CaseRow(
        **{name: row[name] for name in COPIED},
        party_users=frozenset(
            one["user_id"] for one in rows.of("case_party", "case_id", row["id"], row["county_id"]) if one["user_id"]
        ),
        participants=ties("case_participant"),
        mediators=ties("case_mediator"),
        protectors=ties("case_protector"),
        party_sides=_sides(rows, row["county_id"], row["id"]),
        representatives=_standing(rows, row["county_id"], row["id"]),
    )


def _standing(rows: Rows, county_id: int, case_id: UUID) -> tuple[Tie, ...]:
    """Accounts that stand for a party, each with the side as its role."""
    found = rows.of("case_representative", "case_id", case_id, county_id)
    return tuple(
        Tie(one["user_id"], None, one["valid_from"], one["valid_until"], one["side"]) for one in found if one["user_id"]
    )


def _sides(rows: Rows, county_id: int, case_id: UUID) -> frozenset[tuple[UUID, str]]:
    parties = rows.of("case_party", "case_id", case_id, county_id)
    return frozenset((one["user_id"], one["side"]) for one in parties if one["user_id"])


def _party(rows: Rows, row: Row) -> PartyRow:
    county, case = row["county_id"], row["case_id"]
    return PartyRow(
        county,
        row["side"],
        row["user_id"],
        row.get("address_closed", False),
        representatives=_standing(rows, county, case),
        party_sides=_sides(rows, county, case),
    )


def _note(rows: Rows, row: Row) -> NoteRow:
    case = rows.one("dispute_case", row["case_id"])
    assert case is not None
    whole = _case(rows, case)
    return NoteRow(
        county_id=row["county_id"],
        visibility=row["visibility"],
        registered_by=case["registered_by"],
        side=row["side"],
        organisation_id=row["organisation_id"],
        **{name: case[name] for name in (*PLACE, "handler_id", "public_security", "family_or_minor")},
        party_users=whole.party_users,
        party_sides=whole.party_sides,
        participants=whole.participants,
        mediators=whole.mediators,
        representatives=whole.representatives,
    )


def _organisation(_rows: Rows, row: Row) -> OrganisationRow:
    return OrganisationRow(row["county_id"], row["id"], *(row[name] for name in PLACE))


def _user(rows: Rows, row: Row) -> UserRow:
    members = rows.of("membership", "user_id", row["id"], row["county_id"])
    return UserRow(row["county_id"], row["id"], row["staff"], tuple(_tie(one) for one in members))


def _committee(_rows: Rows, row: Row) -> CommitteeRow:
    return CommitteeRow(row["county_id"], row["id"], *(row[name] for name in PLACE))


def _mediator(_rows: Rows, row: Row) -> MediatorRow:
    return MediatorRow(row["county_id"], row["committee_id"], row["user_id"], *(row[name] for name in PLACE))


def _placed(_rows: Rows, row: Row) -> PlacedRow:
    """Of a row of a kind of work no more counts than where it lies and who registered it."""
    return PlacedRow(row["county_id"], row["registered_by"], *(row[name] for name in PLACE))


def _calendar(_rows: Rows, row: Row) -> CalendarRow:
    return CalendarRow(row["county_id"])


_FACTS: dict[str, Any] = {
    "dispute_case": _case,
    "organisation": _organisation,
    "app_user": _user,
    "case_party": _party,
    "case_representative": _party,
    "case_note": _note,
    "case_session": _note,
    "mediation_committee": _committee,
    "mediator": _mediator,
    "calendar_day": _calendar,
    **dict.fromkeys(WORK, _placed),
}

_numbers = count(1)


def _fresh() -> UUID:
    return UUID(int=next(_numbers))


class Shape:
    """What holds for everybody whose memberships are of one shape, whichever organisations and areas they are in.

    Refusing a filter must not depend on rows, or the refusal would tell of them; and it does not depend on whether one
    membership happens to lie within another. So the caller is replaced by a stranger with the same kinds of memberships,
    and Casbin is asked about imagined cases that each have no more than one tie to the stranger and one mark.
    What is found is kept for all of one shape.
    """

    _known: ClassVar[dict[Any, bool]] = {}

    def __init__(self, policy: Policy, actor: Actor, now: datetime) -> None:
        self._policy = policy
        self._now = now
        self._actor = replace(actor, memberships=tuple(_elsewhere(one) for one in actor.memberships))
        self._cases: list[CaseRow] | None = None
        self._key = (policy.version, tuple(sorted(map(_kind, actor.memberships))))

    def always(self, group: str) -> bool:
        return not self.never(group) and self._kept(
            "always", group, lambda: all(self._may(case, group) for case in self._imagined() if self._may(case, "core"))
        )

    def never(self, group: str) -> bool:
        return self._kept("never", group, lambda: not any(self._may(case, group) for case in self._imagined()))

    def never_of_a_party(self, group: str) -> bool:
        user = self._actor.user_id
        own = PartyRow(self._actor.county_id, "applicant", user, party_sides=frozenset({(user, "applicant")}))
        standing = (Tie(user, None, self._now - timedelta(days=1), role="applicant"),)
        imagined = (own, replace(own, user_id=None, party_sides=frozenset(), representatives=standing))
        return self._kept(
            "never of a party",
            group,
            lambda: (
                not any(
                    self._policy.enforce(self._actor, str(row.county_id), "party", "read", group, row, self._now)
                    for row in imagined
                )
            ),
        )

    def _kept(self, what: str, group: str, ask: Callable[[], bool]) -> bool:
        key = (*self._key, what, group)
        if key not in self._known:
            self._known[key] = ask()
        return self._known[key]

    def _may(self, case: CaseRow, group: str) -> bool:
        return self._policy.enforce(self._actor, str(case.county_id), "case", "read", group, case, self._now)

    def _imagined(self) -> list[CaseRow]:
        if self._cases is None:
            nobody = CaseRow(self._actor.county_id, _fresh(), _fresh(), _fresh())
            self._cases = [
                replace(nobody, **tie, **mark)
                for tie in self._ties()
                for mark in self._marks()
                if not tie.keys() & mark.keys()
            ]
        return self._cases

    def _ties(self) -> list[dict[str, Any]]:
        user = self._actor.user_id
        since = self._now - timedelta(days=1)
        found: list[dict[str, Any]] = [{}, {"registered_by": user}, {"party_users": frozenset({user})}]
        found += [{"representatives": (Tie(user, None, since, role="applicant"),)}]
        for one in self._actor.memberships:
            found += [
                {"organisation_id": one.organisation_id},
                {"handler_id": one.organisation_id},
                {"participants": (Tie(None, one.organisation_id, since),)},
                {"mediators": (Tie(user, one.organisation_id, since),)},
            ]
            for area in (*one.subtree, *one.jurisdiction):
                found += [{"county_id": number} for number in area.counties]
                found += [] if area.counties else [{f"{area.level}_id": area.id}]
        return found

    def _marks(self) -> list[dict[str, Any]]:
        flags = ("public_security", "minor_involved", "family_or_minor", "address_protected")
        found: list[dict[str, Any]] = [{}, *({flag: True} for flag in flags)]
        found += [{"court_id": one.organisation_id} for one in self._actor.memberships]
        found += [{"court_id": one.organisation_id, "agreement_in_effect": True} for one in self._actor.memberships]
        found += [{"protectors": (Tie(self._actor.user_id, None, self._now),)}]
        found += [{"mediators": (Tie(_fresh(), _fresh(), self._now),)}]
        return found


def _kind(one: Membership) -> tuple[str, tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    """A membership's role and the levels of its areas."""
    below, served = (
        tuple(sorted((area.level.value, len(area.counties)) for area in areas))
        for areas in (one.subtree, one.jurisdiction)
    )
    return one.role, below, served


def _elsewhere(one: Membership) -> Membership:
    """The same membership in another organisation with other areas, none of which lies in another."""

    def other(area: Area) -> Area:
        return replace(area, id=_fresh(), counties=tuple(-next(_numbers) for _ in area.counties))

    return replace(
        one,
        organisation_id=_fresh(),
        subtree=tuple(other(area) for area in one.subtree),
        jurisdiction=tuple(other(area) for area in one.jurisdiction),
    )
