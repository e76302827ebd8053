"""Tables of a case: the dispute itself, its parties, the people and organisations on it, and its timeline."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.codes.enums import (
    CaseAction,
    CaseScale,
    CaseSource,
    CaseStatus,
    NoteVisibility,
    ParticipantRelation,
    PartyKind,
    PartySide,
    RiskLevel,
    SessionForm,
    SettlementMode,
)
from domain.codes.models import DisputeType
from domain.disputes.exceptional_actions.codes import PauseReason
from domain.foundation.database.base import (
    TENANT,
    Base,
    county_key,
    instant,
    one_of,
    refers,
)
from domain.foundation.kernel.tables import (
    InPlace,
    InTerm,
    NumberCounter,
    Numbered,
    TenantRow,
    TimelineEntry,
    Versioned,
    number_constraint,
    place_references,
    term_check,
    timeline_constraints,
    version_check,
)

# Open cases by due date, for each scope in which such lists are asked for.
_OPEN = "status NOT IN ('closed', 'archived', 'declined')"
DUE = text("(coalesce(due_at, 'infinity'::timestamptz))")
OPEN_BY_DUE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("", (), _OPEN),
    ("_town", ("town_id",), _OPEN),
    ("_community", ("community_id",), _OPEN),
    ("_grid", ("grid_id",), _OPEN),
    ("_handler", ("handler_id",), _OPEN),
    ("_registered_by", ("registered_by",), _OPEN),
    ("_court", ("court_id",), f"{_OPEN} AND court_id IS NOT NULL"),
)


class Case(TenantRow, InPlace, Versioned, Numbered, Base):
    """A dispute (矛盾纠纷) from registration to the archive."""

    __tablename__ = "dispute_case"
    __table_args__ = (
        refers("organisation_id", "organisation"),
        *place_references(),
        refers("handler_id", "organisation"),
        refers("court_id", "organisation"),
        refers("registered_by", "app_user"),
        number_constraint(),
        CheckConstraint(one_of("status", CaseStatus), name="status"),
        CheckConstraint(one_of("source", CaseSource), name="source"),
        CheckConstraint(one_of("risk_level", RiskLevel), name="risk_level"),
        CheckConstraint(one_of("scale", CaseScale), name="scale"),
        CheckConstraint(one_of("settlement_mode", SettlementMode), name="settlement_mode"),
        version_check(),
        CheckConstraint("char_length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("people_count IS NULL OR people_count >= 1", name="people_count"),
        CheckConstraint("return_count >= 0 AND reopen_count >= 0", name="counts"),
        CheckConstraint(one_of("pause_reason", PauseReason), name="pause_reason"),
        CheckConstraint("(paused_at IS NULL) = (pause_reason IS NULL)", name="paused"),
        *(
            Index(f"ix_dispute_case__open{name}_due", "county_id", *columns, DUE, "id", postgresql_where=text(where))
            for name, columns, where in OPEN_BY_DUE
        ),
        Index("ix_dispute_case__status", "county_id", "status", "registered_at", "id"),
        Index("ix_dispute_case__handler_status", "county_id", "handler_id", "status", "registered_at", "id"),
        Index(
            "ix_dispute_case__court_status",
            "county_id",
            "court_id",
            "status",
            "registered_at",
            "id",
            postgresql_where=text("court_id IS NOT NULL"),
        ),
        Index("ix_dispute_case__registered", "county_id", "registered_at", "id"),
        Index("ix_dispute_case__town", "county_id", "town_id", "registered_at", "id"),
        Index("ix_dispute_case__town_status", "county_id", "town_id", "status", "registered_at", "id"),
        Index("ix_dispute_case__town_type", "county_id", "town_id", "type_code", "registered_at", "id"),
        Index("ix_dispute_case__community", "county_id", "community_id", "registered_at", "id"),
        Index("ix_dispute_case__grid", "county_id", "grid_id", "registered_at", "id"),
        Index("ix_dispute_case__organisation", "county_id", "organisation_id", "registered_at", "id"),
        Index("ix_dispute_case__handler", "county_id", "handler_id", "registered_at", "id"),
        Index(
            "ix_dispute_case__court",
            "county_id",
            "court_id",
            "registered_at",
            "id",
            postgresql_where=text("court_id IS NOT NULL"),
        ),
        Index("ix_dispute_case__registered_by", "county_id", "registered_by", "registered_at", "id"),
        Index(
            "ix_dispute_case__due",
            "county_id",
            "town_id",
            "due_at",
            "id",
            postgresql_where=text("concluded_at IS NULL AND due_at IS NOT NULL"),
        ),
        {"info": TENANT},
    )

    # The centre (or committee) that registered the case, gave it its number and answers for it.
    organisation_id: Mapped[UUID]
    type_code: Mapped[str] = mapped_column(Text, ForeignKey(DisputeType.code))
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    demands: Mapped[str | None] = mapped_column(Text)

    status: Mapped[str] = mapped_column(Text)
    risk_level: Mapped[str | None] = mapped_column(Text)
    scale: Mapped[str | None] = mapped_column(Text)
    people_count: Mapped[int | None]
    mass_incident: Mapped[bool] = mapped_column(server_default=text("false"))
    public_security: Mapped[bool] = mapped_column(server_default=text("false"))
    violence_suspected: Mapped[bool] = mapped_column(server_default=text("false"))
    minor_involved: Mapped[bool] = mapped_column(server_default=text("false"))
    # True while any party's address is protected: then the protection team alone reads addresses.
    address_protected: Mapped[bool] = mapped_column(server_default=text("false"))
    family_or_minor: Mapped[bool] = mapped_column(
        Computed("left(type_code, 2) = '01' OR minor_involved OR violence_suspected", persisted=True)
    )

    registered_by: Mapped[UUID]
    registered_at: Mapped[datetime] = instant()
    accepted_at: Mapped[datetime | None] = instant(nullable=True)
    rights_told_at: Mapped[datetime | None] = instant(nullable=True)
    declined_at: Mapped[datetime | None] = instant(nullable=True)
    decline_reason: Mapped[str | None] = mapped_column(Text)
    decline_guidance: Mapped[str | None] = mapped_column(Text)
    risk_assessed_at: Mapped[datetime | None] = instant(nullable=True)
    dispatched_at: Mapped[datetime | None] = instant(nullable=True)
    handler_id: Mapped[UUID | None]
    return_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    taken_on_at: Mapped[datetime | None] = instant(nullable=True)
    settled_at: Mapped[datetime | None] = instant(nullable=True)
    settlement_mode: Mapped[str | None] = mapped_column(Text)
    failed_at: Mapped[datetime | None] = instant(nullable=True)
    failure_reason: Mapped[str | None] = mapped_column(Text)
    fulfilled_at: Mapped[datetime | None] = instant(nullable=True)
    # Mediation ended, one way or the other: compared with due_at for the on-time rate.
    concluded_at: Mapped[datetime | None] = instant(nullable=True)
    due_at: Mapped[datetime | None] = instant(nullable=True)
    closed_at: Mapped[datetime | None] = instant(nullable=True)
    reopen_count: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    # The latest reopening: sessions and follow-ups before it belong to an earlier round.
    reopened_at: Mapped[datetime | None] = instant(nullable=True)
    # The latest return from an agreement that was not signed or not kept to mediation: another round as well.
    mediated_again_at: Mapped[datetime | None] = instant(nullable=True)
    # Set while mediation rests, and only then; earlier rests are rows of case_pause.
    paused_at: Mapped[datetime | None] = instant(nullable=True)
    pause_reason: Mapped[str | None] = mapped_column(Text)
    # When the parties consented that the court be given their case, and when it was.
    referral_consent_at: Mapped[datetime | None] = instant(nullable=True)
    referred_at: Mapped[datetime | None] = instant(nullable=True)
    # From then on nothing changes any more.
    archived_at: Mapped[datetime | None] = instant(nullable=True)
    # The court seized of the case, by entrustment, by referral or by an application for confirmation.
    court_id: Mapped[UUID | None]
    # True once an agreement is in effect: a court reads agreements, never drafts of them (CRT3).
    agreement_in_effect: Mapped[bool] = mapped_column(server_default=text("false"))


class CaseParty(TenantRow, Base):
    """A party (当事人): a natural person or an organisation, on one side."""

    __tablename__ = "case_party"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("user_id", "app_user"),
        CheckConstraint(one_of("side", PartySide), name="side"),
        CheckConstraint(one_of("kind", PartyKind), name="kind"),
        CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name"),
        CheckConstraint("address_protected OR NOT address_closed", name="address_closed"),
        Index("ix_case_party__case", "county_id", "case_id", "ordinal", "id"),
        Index("ix_case_party__user", "county_id", "user_id", "case_id", postgresql_where=text("user_id IS NOT NULL")),
        # The same person in other cases.
        Index(
            "ix_case_party__id_number",
            "county_id",
            "id_number",
            "case_id",
            postgresql_where=text("id_number IS NOT NULL"),
        ),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    side: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    id_number: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    minor: Mapped[bool] = mapped_column(server_default=text("false"))
    elderly: Mapped[bool] = mapped_column(server_default=text("false"))
    woman_at_risk: Mapped[bool] = mapped_column(server_default=text("false"))
    disabled: Mapped[bool] = mapped_column(server_default=text("false"))
    address_protected: Mapped[bool] = mapped_column(server_default=text("false"))
    # Closed to the party's own account too, which somebody else may have hold of: by the team that protects it.
    address_closed: Mapped[bool] = mapped_column(server_default=text("false"))
    # When the party (or a guardian) agreed that sensitive data be kept (PI1).
    consent_at: Mapped[datetime | None] = instant(nullable=True)
    user_id: Mapped[UUID | None]


class CaseParticipant(TenantRow, InTerm, Base):
    """An organisation on the case, for a term: lead, assisting, observing."""

    __tablename__ = "case_participant"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("organisation_id", "organisation"),
        CheckConstraint(one_of("relation", ParticipantRelation), name="relation"),
        term_check(),
        Index("ix_case_participant__case", "county_id", "case_id", "valid_from", "id"),
        Index("ix_case_participant__organisation", "county_id", "organisation_id", "case_id"),
        # Who leads has thousands, and sees them as the handler.
        Index(
            "ix_case_participant__assisting",
            "county_id",
            "organisation_id",
            "case_id",
            postgresql_where=text("relation <> 'lead'"),
        ),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    relation: Mapped[str] = mapped_column(Text)


class CaseMediator(TenantRow, InTerm, Base):
    """A mediator of the case, acting for an organisation, for a term."""

    __tablename__ = "case_mediator"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("user_id", "app_user"),
        refers("organisation_id", "organisation"),
        term_check(),
        Index("ix_case_mediator__case", "county_id", "case_id", "valid_from", "id"),
        Index("ix_case_mediator__user", "county_id", "user_id", "organisation_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    user_id: Mapped[UUID]
    organisation_id: Mapped[UUID]


class CaseProtector(InTerm, Base):
    """A named member of the team that protects a party: the only people who read a protected address."""

    __tablename__ = "case_protector"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("user_id", "app_user"),
        term_check(),
        {"info": TENANT},
    )

    county_id: Mapped[int] = county_key()
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)


class CaseSession(TenantRow, Base):
    """One mediation session and its record (笔录)."""

    __tablename__ = "case_session"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("recorded_by", "app_user"),
        refers("organisation_id", "organisation"),
        CheckConstraint(one_of("form", SessionForm), name="form"),
        CheckConstraint(one_of("visibility", NoteVisibility), name="visibility"),
        CheckConstraint(one_of("side", PartySide), name="side"),
        CheckConstraint("visibility <> 'side' OR side IS NOT NULL", name="for_side"),
        CheckConstraint("(visibility = 'organisation') = (organisation_id IS NOT NULL)", name="for_organisation"),
        CheckConstraint("form = 'separate' OR side IS NULL", name="separate"),
        UniqueConstraint("county_id", "case_id", "ordinal"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    form: Mapped[str] = mapped_column(Text)
    held_at: Mapped[datetime] = instant()
    place: Mapped[str | None] = mapped_column(Text)
    attendees: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = instant()
    # For whom the record is; with which side a separate session was held; which organisation alone reads it.
    visibility: Mapped[str] = mapped_column(Text, server_default=text("'mediators'"))
    side: Mapped[str | None] = mapped_column(Text)
    organisation_id: Mapped[UUID | None]


class CaseFollowUp(TenantRow, Base):
    """One visit after the case (回访)."""

    __tablename__ = "case_follow_up"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("visited_by", "app_user"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
        Index("ix_case_follow_up__case", "county_id", "case_id", "visited_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    visited_at: Mapped[datetime] = instant()
    visited_by: Mapped[UUID]
    record: Mapped[str] = mapped_column(Text)
    satisfaction: Mapped[int | None] = mapped_column(SmallInteger)
    relapse: Mapped[bool] = mapped_column(server_default=text("false"))


class CaseTimeline(TimelineEntry, Base):
    """What happened, in order."""

    __tablename__ = "case_timeline"
    __table_args__ = (
        *timeline_constraints("case_id", "dispute_case", CaseAction, CaseStatus),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]


class CaseNumberCounter(NumberCounter, Base):
    """The last number of a case that an organisation gave in a year."""

    __tablename__ = "case_number_counter"
    __table_args__ = (refers("organisation_id", "organisation"), {"info": TENANT})


class Agreement(TenantRow, Base):
    """What the sides agreed (调解协议); at most one a case is in force."""

    __tablename__ = "case_agreement"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        CheckConstraint("form IN ('written', 'oral')", name="form"),
        CheckConstraint("copies IS NULL OR copies >= 1", name="copies"),
        CheckConstraint("form = 'written' OR effective_at IS NOT NULL", name="oral_at_once"),
        Index(
            "uq_case_agreement__in_force",
            "county_id",
            "case_id",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_case_agreement__case", "county_id", "case_id", "reached_at", "id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    form: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    reached_at: Mapped[datetime] = instant()
    # AGR3/AGR4: when all had signed and the committee had sealed, or when an oral one was reached; until then a draft.
    effective_at: Mapped[datetime | None] = instant(nullable=True)
    parties_signed_at: Mapped[datetime | None] = instant(nullable=True)
    mediator_signed_at: Mapped[datetime | None] = instant(nullable=True)
    sealed_at: Mapped[datetime | None] = instant(nullable=True)
    copies: Mapped[int | None] = mapped_column(SmallInteger)
    # When the case was reopened or mediated again, or the draft was given up: from then on it is history.
    superseded_at: Mapped[datetime | None] = instant(nullable=True)


class Obligation(TenantRow, Base):
    """One thing owed under an agreement: who owes whom, what, how much, until when, and the proof that it was done."""

    __tablename__ = "case_obligation"
    __table_args__ = (
        refers("case_id", "dispute_case"),
        refers("agreement_id", "case_agreement"),
        refers("debtor_id", "case_party"),
        refers("creditor_id", "case_party"),
        CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount"),
        CheckConstraint("(fulfilled_at IS NULL) = (evidence IS NULL)", name="evidence"),
        UniqueConstraint("county_id", "agreement_id", "ordinal"),
        Index("ix_case_obligation__case", "county_id", "case_id"),
        {"info": TENANT},
    )

    case_id: Mapped[UUID]
    agreement_id: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    description: Mapped[str] = mapped_column(Text)
    debtor_id: Mapped[UUID | None]
    creditor_id: Mapped[UUID | None]
    # In fen (分), so that no amount is ever rounded.
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    due_on: Mapped[date | None]
    fulfilled_at: Mapped[datetime | None] = instant(nullable=True)
    evidence: Mapped[str | None] = mapped_column(Text)
