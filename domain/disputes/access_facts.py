"""What access to a case depends on, and to what people write and say of themselves in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.codes.enums import CaseAction, NoteVisibility, PartySide
from domain.disputes.cases.models import (
    Case,
    CaseMediator,
    CaseParticipant,
    CaseParty,
    CaseProtector,
    CaseSession,
)
from domain.disputes.people.models import CaseNote, CaseRepresentative
from domain.foundation.basics.grant import Grant
from domain.foundation.basics.resource import (
    CORE,
    ONLY_CORE,
    PLACE,
    READ,
    OtherTable,
    RelatedRows,
    ResourceDeclaration,
    Whole,
    same_name,
)

# `clue`: of harm, for whoever is told of it. `call`: what others are called for; `coordination`: what calls came to;
# `supervision`: what is demanded and answered. `handling`: drafts, and why somebody was recused. Of what those who work
# a case write to one another a court is given nothing (CRT3) but what it is itself called for, and no party reads it.
# `internal`: that any of this is done, by whom and when, with risk and protection: open with the case to all who work
# it, and to no party (domain/disputes/cases/told.py).
CASE_GROUPS = frozenset(
    {
        CORE,
        "internal",
        "narrative",
        "identity",
        "masked",
        "address",
        "notes",
        "call",
        "coordination",
        "handling",
        "supervision",
        "clue",
        "agreement",
        "money",
        "history",
    }
)


def _related_rows(of: str) -> dict[str, RelatedRows]:
    """Who is on a case, for rows whose column `of` names the case."""
    return {
        one.name: one
        for one in (
            RelatedRows("parties", CaseParty, "case_id", ("user_id", "side"), of, term=False, naming="user_id"),
            RelatedRows("representatives", CaseRepresentative, "case_id", ("user_id", "side"), of, naming="user_id"),
            RelatedRows("participants", CaseParticipant, "case_id", ("organisation_id", "relation"), of),
            RelatedRows("mediators", CaseMediator, "case_id", ("user_id", "organisation_id"), of),
            RelatedRows("protectors", CaseProtector, "case_id", ("user_id",), of),
        )
    }


_OF_CASE, _OF_PART = _related_rows("id"), _related_rows("case_id")

CASE = ResourceDeclaration(
    name="case",
    table=Case,
    whole_story="internal",
    actions={READ: CASE_GROUPS} | {action.value: ONLY_CORE for action in CaseAction},
    columns=PLACE
    | same_name(
        "organisation_id",
        "registered_by",
        "handler_id",
        "court_id",
        "agreement_in_effect",
        "public_security",
        "minor_involved",
        "family_or_minor",
        "address_protected",
    ),
    related=tuple(_OF_CASE.values()),
)

# For whom a note or a session's record is. `side`: the side that it is for or, of a separate session's record, with
# which it was held; `organisation_id`: the one organisation that it is for. Of the case's own facts those by which its
# notes' readers are told; the centre that answers for it is not among them.
NOTE = ResourceDeclaration(
    name="note",
    table=CaseNote,
    other_tables=(OtherTable(CaseSession),),
    actions={READ: ONLY_CORE},
    columns=same_name("visibility", "side", "organisation_id"),
    whole=Whole(Case, "case_id", ("registered_by", *PLACE, "handler_id", "public_security", "family_or_minor")),
    related=tuple(_OF_PART[name] for name in ("parties", "representatives", "participants", "mediators")),
)

# A party, or somebody who stands for one, whose address is not kept. `address_closed`: by the team that protects it, to
# the party's own account.
PARTY = ResourceDeclaration(
    name="party",
    table=CaseParty,
    other_tables=(OtherTable(CaseRepresentative, lacks=frozenset({"address_closed"})),),
    actions={READ: frozenset({CORE, "identity", "address"})},
    columns=same_name("side", "user_id", "address_closed"),
    related=tuple(_OF_PART[name] for name in ("parties", "representatives")),
)

RESOURCES = (CASE, NOTE, PARTY)


def note_readers(visibility: NoteVisibility, side: PartySide | None) -> Callable[[Grant], Mapping[str, Any]]:
    """The own facts of a note for these readers: one for an organisation alone is for the writer's."""

    def facts(grant: Grant) -> Mapping[str, Any]:
        alone = grant.membership.organisation_id if visibility is NoteVisibility.ORGANISATION else None
        return {"visibility": visibility.value, "side": side, "organisation_id": alone}

    return facts
