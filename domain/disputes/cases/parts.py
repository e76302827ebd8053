"""What can be read of the rows that are part of a case: seen exactly when the case is, by the case's field groups."""

from __future__ import annotations

from decimal import Decimal

from domain.codes.enums import AgreementForm, CaseAction, CaseStatus, ParticipantRelation, PartyKind, PartySide, Role
from domain.disputes.agreements.missing_signatures import MissingSignature, missing, missing_facts
from domain.disputes.cases.told import INTERNAL, entry_told, is_told, leads
from domain.disputes.people.dismissed import AT_WORK_THOUGH_DISMISSED
from domain.foundation.query.expressions import (
    belongs_to,
    column,
    computed_field,
    enum,
    expression,
    mask_id_number,
    mask_name,
    mask_phone,
    masked_text,
    part_of,
    refers_to,
    seen_under,
    seen_with,
    to_many,
    to_one,
    to_page,
)
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.roots import CORE
from domain.foundation.query.view import View, by_name

IDENTITY, MASKED, ADDRESS, NOTES = "identity", "masked", "address", "notes"
HISTORY, AGREEMENT, HANDLING, MONEY = "history", "agreement", "handling", "money"

OF_CASE = belongs_to("case")
IN_ORDER = by_name(ordering("ordinal", "int"))
BY_TERM = by_name(ordering("valid_from", "timestamptz"))
ITS_CASE = to_one("case", "case", "Its case 所属案件")


def in_force(t: str) -> str:
    """SQL: whether an agreement is that of the present round; none comes after it."""
    return f"{t}.superseded_at IS NULL"


PARTY = View(
    name="party",
    description="A party to the dispute 当事人",
    table="case_party",
    owner=OF_CASE,
    seen=seen_under(CORE),
    # A party's own side reads its identity, and a party its own address, though the case's are closed to them.
    resource="party",
    own_groups=frozenset({IDENTITY, ADDRESS}),
    prefix="party",
    members=by_name(
        ITS_CASE,
        enum("side", PartySide, "Which side 当事方"),
        enum("kind", PartyKind, "Person or organisation 类型"),
        masked_text("name", "Name 姓名或名称", IDENTITY, mask_name, MASKED),
        masked_text("id_number", "Identity or credit code number 证件号码", IDENTITY, mask_id_number, MASKED),
        masked_text("phone", "Telephone 电话", IDENTITY, mask_phone, MASKED),
        masked_text("address", "Address; protected ones only for the protection team 住址", ADDRESS),
        column("minor", "A minor 是否未成年人", IDENTITY),
        column("elderly", "Elderly 是否老年人", IDENTITY),
        column("woman_at_risk", "A woman at risk 是否处境危险的妇女", IDENTITY),
        column("disabled", "Disabled 是否残疾人", IDENTITY),
        column("address_protected", "The address is protected 住址是否受保护", IDENTITY),
        column(
            "address_closed", "The address is closed to the party's own account too 住址是否对本人账号关闭", ADDRESS
        ),
        column("consent_at", "When consent to sensitive data was given (PI1) 同意处理敏感信息时间", IDENTITY),
        # The guardian whose word stands for that of a party under 14 (PI1).
        to_one(
            "consented_by",
            "representative",
            "The guardian who consented for a party under 14 (PI1) 代为同意的监护人",
            IDENTITY,
            join=lambda t, u: (
                f"{u}.county_id = {t}.county_id AND {u}.id = (SELECT n.id FROM case_representative n"
                f" WHERE n.county_id = {t}.county_id AND n.case_id = {t}.case_id AND n.party_id = {t}.id"
                " AND n.ward_consent_at IS NOT NULL ORDER BY n.ward_consent_at, n.id LIMIT 1)"
            ),
        ),
        to_page(
            "representatives",
            "representative",
            "Who stands for the party 监护人和代理人",
            join=part_of("party_id"),
        ),
        # The same person by number, in cases whose parties' identity the caller may read as well: else the list
        # itself would tell who is masked there.
        to_page(
            "other_cases",
            "case",
            "Other cases within reach in which the same person is a party, by identity number 同一当事人的其他案件",
            IDENTITY,
            join=lambda t, u: (
                f"{u}.county_id = {t}.county_id AND {u}.id <> {t}.case_id AND {u}.id IN (SELECT n.case_id"
                f" FROM case_party n WHERE n.county_id = {t}.county_id AND n.id_number = {t}.id_number)"
            ),
            needed=IDENTITY,
        ),
    ),
    orderings=IN_ORDER,
)

PARTICIPANT = View(
    name="participant",
    description="An organisation on the case 参与单位",
    table="case_participant",
    owner=OF_CASE,
    seen=seen_under(CORE, besides=INTERNAL, unless=leads),
    prefix="participant",
    members=by_name(
        to_one("organisation", "organisation", "Which organisation 单位"),
        enum("relation", ParticipantRelation, "Lead, assisting, observing 参与方式"),
        column("valid_from", "Since 开始时间"),
        column("valid_until", "Until 结束时间"),
    ),
    orderings=BY_TERM,
)

CASE_MEDIATOR = View(
    name="case_mediator",
    description="A mediator of the case 承办调解员",
    table="case_mediator",
    owner=OF_CASE,
    seen=seen_under(CORE),
    prefix="casemediator",
    members=by_name(
        to_one("user", "user", "The mediator 调解员"),
        to_one("organisation", "organisation", "Acting for 所属单位"),
        column("valid_from", "Since 开始时间"),
        column("valid_until", "Until 结束时间"),
        expression(
            "to_be_replaced",
            bool,
            "At work on it though dismissed: another is to be named (MED2) 是否应当更换",
            lambda t: AT_WORK_THOUGH_DISMISSED.format(m=t),
        ),
    ),
    orderings=BY_TERM,
)

FOLLOW_UP = View(
    name="follow_up",
    description="A visit after the case 回访",
    table="case_follow_up",
    owner=OF_CASE,
    prefix="followup",
    seen=seen_under(HISTORY, besides=INTERNAL),
    members=by_name(
        ITS_CASE,
        column("visited_at", "When 回访时间", HISTORY),
        to_one("visited_by", "user", "By whom 回访人", HISTORY),
        column("record", "What was found 回访记录", NOTES),
        column("satisfaction", "From 1 to 5 满意度", HISTORY),
        column("relapse", "Whether the dispute came back 是否反复", HISTORY),
    ),
    orderings=by_name(ordering("visited_at", "timestamptz")),
)

TIMELINE_ENTRY = View(
    name="timeline_entry",
    description="What happened, one entry for each version 时间线",
    table="case_timeline",
    owner=OF_CASE,
    prefix="timeline",
    seen=seen_under(HISTORY, besides=INTERNAL, unless=is_told),
    members=by_name(
        column("version", "The case's version from then on 版本", INTERNAL, nullable=True, otherwise=entry_told),
        enum("action", CaseAction, "What was done 操作", HISTORY),
        enum("from_status", CaseStatus, "Status before 原状态", HISTORY),
        enum("to_status", CaseStatus, "Status after 新状态", HISTORY),
        column("at", "When 时间", HISTORY),
        # Who told the police of violence is kept, and shown to nobody (反家庭暴力法 14); who registered it, and by whom
        # the case is worked, to no party.
        to_one(
            "actor",
            "user",
            "Who; nobody where the clock did it by itself 操作人",
            INTERNAL,
            join=lambda t, u: f"{refers_to('actor_id')(t, u)} AND {t}.action <> 'fulfil_duty'",
        ),
        to_one(
            "organisation",
            "organisation",
            "For which organisation 操作单位",
            INTERNAL,
            join=lambda t, u: f"{refers_to('organisation_id')(t, u)} AND {t}.action <> 'fulfil_duty'",
        ),
        enum(
            "role",
            Role,
            "In which role 操作角色",
            INTERNAL,
            sql=lambda t: f"CASE WHEN {t}.action <> 'fulfil_duty' THEN {t}.role END",
        ),
        # What was said at the time may name people, and reasons that are nobody else's business.
        column("note", "What was said 备注", NOTES),
    ),
    orderings=by_name(ordering("version", "int", alone=True, otherwise=(INTERNAL, entry_told))),
)

AGREEMENT_VIEW = View(
    name="agreement",
    description="What the sides agreed 调解协议",
    table="case_agreement",
    owner=OF_CASE,
    prefix="agreement",
    # What a round before this one came to, or nearly, stays with those who handle the case (CRT3).
    seen=seen_under(AGREEMENT, besides=HANDLING, unless=in_force),
    members=by_name(
        ITS_CASE,
        enum("form", AgreementForm, "Written or oral 形式", AGREEMENT),
        column("content", "What was agreed 内容", AGREEMENT),
        column("reached_at", "When reached 达成时间", AGREEMENT),
        column("effective_at", "In effect since (AGR3, AGR4) 生效时间", AGREEMENT),
        column("parties_signed_at", "When all parties had signed 当事人签字时间", AGREEMENT),
        column("mediator_signed_at", "When the mediator signed 调解员签字时间", AGREEMENT),
        column("sealed_at", "When the committee sealed 盖章时间", AGREEMENT),
        column("copies", "Copies made (AGR5) 份数", AGREEMENT),
        to_many(
            "signatures",
            "agreement_signature",
            "Who signed, when and how 签署",
            AGREEMENT,
            join=part_of("agreement_id"),
        ),
        computed_field(
            "missing_signatures",
            list[MissingSignature],
            "Without whose signature it is not in effect yet (AGR3) 缺少的签署",
            missing_facts,
            missing,
            AGREEMENT,
        ),
        column("superseded_at", "No longer in force since the case was reopened 失效时间", AGREEMENT),
        to_many(
            "obligations",
            "obligation",
            "What is owed 履行事项",
            AGREEMENT,
            join=part_of("agreement_id"),
        ),
    ),
    orderings=by_name(ordering("reached_at", "timestamptz")),
)

OBLIGATION = View(
    name="obligation",
    description="One thing owed under an agreement 履行事项",
    table="case_obligation",
    owner=OF_CASE,
    prefix="obligation",
    seen=seen_with("agreement", "agreement_id"),
    members=by_name(
        column("description", "What is owed 内容", AGREEMENT),
        to_one("debtor", "party", "Who owes 义务人", AGREEMENT),
        to_one("creditor", "party", "To whom 权利人", AGREEMENT),
        # Yuan with two decimals, as text, so that no client rounds it.
        expression(
            "amount",
            Decimal,
            "In yuan 金额（元）",
            lambda t: f"to_char({t}.amount_cents / 100.0, 'FM999999999999990.00')",
            MONEY,
        ),
        column("due_on", "Due date 期限", AGREEMENT),
        column("fulfilled_at", "When done 履行时间", AGREEMENT),
        column("evidence", "Proof that it was done 履行凭证", AGREEMENT),
    ),
    orderings=IN_ORDER,
)

VIEWS = (PARTY, PARTICIPANT, CASE_MEDIATOR, FOLLOW_UP, TIMELINE_ENTRY, AGREEMENT_VIEW, OBLIGATION)
