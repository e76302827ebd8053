"""What can be read of who stands where in a case: notes and session records by their own readers, representatives, recusals.

For whom a note or a session's record is: whoever reads it may know with whom they share it.

A note is seen by those who see its case and whom policy gives that note (resource `note`); a representative's identity
is open with the case's, and to their own side (resource `party`).
"""

from __future__ import annotations

from domain.codes.enums import NoteVisibility, PartySide, SessionForm
from domain.disputes.cases.parts import ITS_CASE, OF_CASE
from domain.disputes.cases.told import INTERNAL
from domain.disputes.people.codes import RecusalRelation, RepresentativeKind
from domain.foundation.query.expressions import (
    column,
    enum,
    mask_id_number,
    mask_name,
    mask_phone,
    masked_text,
    seen_under,
    to_one,
)
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.roots import CORE
from domain.foundation.query.view import View, by_name

IDENTITY, MASKED, HISTORY, HANDLING = "identity", "masked", "history", "handling"


NOTE = View(
    name="note",
    description="What somebody wrote on a case, seen only by those whom it is for 备注",
    table="case_note",
    owner=OF_CASE,
    seen=seen_under(CORE),
    resource="note",
    sensitive=frozenset({CORE}),
    prefix="note",
    members=by_name(
        ITS_CASE,
        enum("visibility", NoteVisibility, "For whom it is 可见范围"),
        enum("side", PartySide, "For which side 对哪一方可见", label="The side's Chinese word 当事方名称"),
        to_one("organisation", "organisation", "Which organisation alone reads it 仅限单位"),
        column("content", "What was written 内容"),
        to_one("recorded_by", "user", "Who wrote it 记录人"),
        column("recorded_at", "When written 记录时间"),
    ),
    orderings=by_name(ordering("recorded_at", "timestamptz")),
)

SESSION = View(
    name="session",
    description="A mediation session and its record 调解会",
    table="case_session",
    owner=OF_CASE,
    seen=seen_under(CORE),
    resource="note",
    sensitive=frozenset({CORE}),
    prefix="session",
    members=by_name(
        ITS_CASE,
        enum("visibility", NoteVisibility, "For whom the record is 可见范围"),
        enum(
            "side",
            PartySide,
            "With which side, of a separate session 与哪一方",
            label="The side's Chinese word 当事方名称",
        ),
        to_one("organisation", "organisation", "Which organisation alone reads it 仅限单位"),
        # It counts those that were held apart with the other side.
        column("ordinal", "Which one, from 1 第几次", INTERNAL),
        enum("form", SessionForm, "Joint or separate 形式", nullable=True),
        column("held_at", "When held 时间", nullable=True),
        column("place", "Where 地点"),
        column("attendees", "Who attended 参加人员", nullable=True),
        column("record", "The record 笔录", nullable=True),
        to_one("recorded_by", "user", "Who recorded 记录人"),
        column("recorded_at", "When recorded 记录时间", nullable=True),
    ),
    # Ids are in the order in which sessions are recorded.
    orderings=by_name(ordering("ordinal", "int", otherwise=(INTERNAL, lambda _t: "0::int"))),
)

REPRESENTATIVE = View(
    name="representative",
    description="Somebody who stands for a party: guardian, agent, representative of a group 监护人、代理人、代表人",
    table="case_representative",
    owner=OF_CASE,
    seen=seen_under(CORE),
    resource="party",
    own_groups=frozenset({IDENTITY}),
    prefix="representative",
    members=by_name(
        ITS_CASE,
        to_one("party", "party", "For whom 被代表的当事人"),
        enum("side", PartySide, "On which side 当事方"),
        enum("kind", RepresentativeKind, "By what right 代表身份"),
        masked_text("name", "Name 姓名", IDENTITY, mask_name, MASKED),
        masked_text("id_number", "Identity number 身份证号码", IDENTITY, mask_id_number, MASKED),
        masked_text("phone", "Telephone 电话", IDENTITY, mask_phone, MASKED),
        column("authority", "By what paper, and how far 代理权限", IDENTITY),
        column("valid_from", "Since 开始时间"),
        column("valid_until", "Until 结束时间"),
        column("consent_at", "When they consented to their own data being kept (PI1) 本人同意时间", IDENTITY),
        column("ward_consent_at", "When a guardian consented for the ward (PI1) 代被监护人同意时间", IDENTITY),
    ),
    orderings=by_name(ordering("valid_from", "timestamptz")),
)

RECUSAL = View(
    name="recusal",
    description="A ground on which a mediator may not mediate the case (RECUSAL) 回避事由",
    table="case_recusal",
    owner=OF_CASE,
    prefix="recusal",
    seen=seen_under(HISTORY),
    members=by_name(
        ITS_CASE,
        to_one("mediator", "user", "Which mediator 调解员", HISTORY),
        to_one("party", "party", "Tied to which party 相关当事人", HISTORY),
        enum("relation", RecusalRelation, "How 关系", HISTORY),
        column("reason", "In words 说明", HANDLING),
        to_one("declared_by", "user", "Who declared it 申报人", HISTORY),
        column("declared_at", "When declared 申报时间", HISTORY),
        column("applicant_consent_at", "When the applicants consented all the same 申请人同意时间", HISTORY),
        column("respondent_consent_at", "When the respondents consented 被申请人同意时间", HISTORY),
        column("dismissed_at", "When found not to hold 驳回时间", HISTORY),
        to_one("dismissed_by", "user", "Who found so 驳回人", HISTORY),
    ),
    orderings=by_name(ordering("declared_at", "timestamptz")),
)

VIEWS = (NOTE, SESSION, REPRESENTATIVE, RECUSAL)
