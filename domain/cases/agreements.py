"""Taking in an agreement (调解协议) and the obligations under it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.cases.checks import (
    LONGEST_NOTE,
    at_least,
    day_within_reach,
    optional_text,
    past,
    past_if_given,
    required_text,
)
from domain.cases.commands import AgreeCase, NewObligation
from domain.cases.models import Agreement, Obligation
from domain.cases.rule_inputs import AgreeRuleInput
from domain.cases.signing import Effect
from domain.codes.enums import AgreementForm
from domain.kernel.calendar import china_date
from domain.kernel.errors import InvalidInput
from domain.kernel.ids import new_id

MOST_OBLIGATIONS = 200
MOST_COPIES = 1_000


@dataclass(frozen=True, slots=True)
class CheckedAgreement:
    """What of an agreement can be kept; a written one's times may still be missing, which is a rule's matter."""

    content: str | None
    reached_at: datetime
    parties_signed_at: datetime | None
    mediator_signed_at: datetime | None
    sealed_at: datetime | None
    copies: int | None
    descriptions: Sequence[str]


def check_agreement(command: AgreeCase, party_ids: Collection[UUID], now: datetime) -> CheckedAgreement:
    """Check texts, times and amounts; InvalidInput names the first field that cannot be taken."""
    written = command.form is AgreementForm.WRITTEN
    content = optional_text(command.content, "content", "协议内容")
    if written and content is None:
        raise InvalidInput("请填写协议内容", field="content")
    if len(command.obligations) > MOST_OBLIGATIONS:
        raise InvalidInput(f"协议义务不得超过{MOST_OBLIGATIONS}项", field="obligations")
    reached_at = past(command.reached_at, now, "reachedAt", "达成协议时间")
    return CheckedAgreement(
        content=content,
        reached_at=reached_at,
        parties_signed_at=_signed(command.parties_signed_at, reached_at, now, "partiesSignedAt", "当事人签名时间"),
        mediator_signed_at=_signed(command.mediator_signed_at, reached_at, now, "mediatorSignedAt", "调解员签名时间"),
        sealed_at=_signed(command.sealed_at, reached_at, now, "sealedAt", "盖章时间"),
        copies=at_least(command.copies, 1, "copies", "份数", most=MOST_COPIES),
        descriptions=[
            _check_obligation(obligation, party_ids, china_date(reached_at), f"obligations.{index}")
            for index, obligation in enumerate(command.obligations)
        ],
    )


def agreement_rule_input(command: AgreeCase, checked: CheckedAgreement) -> AgreeRuleInput:
    """What the rules of agreements ask for."""
    return AgreeRuleInput(
        form=command.form,
        all_consented=command.all_consented,
        written_down=checked.content is not None,
        names_amounts=any(obligation.amount_cents is not None for obligation in command.obligations),
        written_requested=command.written_requested,
        all_signed=checked.parties_signed_at is not None,
        mediator_signed=checked.mediator_signed_at is not None,
        sealed=checked.sealed_at is not None,
        copies=checked.copies,
    )


def effective_at(form: AgreementForm, checked: CheckedAgreement) -> datetime | None:
    """When it takes effect: an oral one when reached (AGR4), a written one with its last signature or seal (AGR3).

    None for a written draft that nobody has signed yet.
    """
    if form is AgreementForm.ORAL:
        return checked.reached_at
    return Effect(checked.parties_signed_at, checked.mediator_signed_at, checked.sealed_at).since(checked.reached_at)


def agreement_rows(
    command: AgreeCase, checked: CheckedAgreement, *, county_id: int, case_id: UUID
) -> tuple[Agreement, list[Obligation]]:
    """The rows to be kept: the agreement first, then what is owed under it."""
    written = command.form is AgreementForm.WRITTEN
    agreement = Agreement(
        county_id=county_id,
        id=new_id(),
        case_id=case_id,
        form=command.form,
        content=checked.content,
        reached_at=checked.reached_at,
        effective_at=effective_at(command.form, checked),
        parties_signed_at=checked.parties_signed_at if written else None,
        mediator_signed_at=checked.mediator_signed_at if written else None,
        sealed_at=checked.sealed_at if written else None,
        copies=checked.copies if written else None,
    )
    obligations = [
        Obligation(
            county_id=county_id,
            id=new_id(),
            case_id=case_id,
            agreement_id=agreement.id,
            ordinal=ordinal,
            description=description,
            debtor_id=obligation.debtor_id,
            creditor_id=obligation.creditor_id,
            amount_cents=obligation.amount_cents,
            due_on=obligation.due_on,
        )
        for ordinal, (obligation, description) in enumerate(
            zip(command.obligations, checked.descriptions, strict=True), start=1
        )
    ]
    return agreement, obligations


def _signed(moment: datetime | None, reached_at: datetime, now: datetime, field: str, label: str) -> datetime | None:
    """Nobody signs what is not agreed yet."""
    signed_at = past_if_given(moment, now, field, label)
    if signed_at is not None and signed_at < reached_at:
        raise InvalidInput(f"{label}不得早于达成协议时间", field=field)
    return signed_at


def _check_obligation(obligation: NewObligation, party_ids: Collection[UUID], agreed_on: date, field: str) -> str:
    for end, name in (("debtorId", obligation.debtor_id), ("creditorId", obligation.creditor_id)):
        if name is not None and name not in party_ids:
            raise InvalidInput("义务人、权利人应为本案当事人", field=f"{field}.{end}")
    if obligation.debtor_id is not None and obligation.debtor_id == obligation.creditor_id:
        raise InvalidInput("义务人与权利人不得相同", field=f"{field}.creditorId")
    # Up to ten thousand billion yuan: far within what the column holds.
    at_least(obligation.amount_cents, 1, f"{field}.amount", "金额", most=10**15)
    due_on = day_within_reach(obligation.due_on, f"{field}.dueOn", "履行期限")
    if due_on is not None and due_on < agreed_on:
        raise InvalidInput("履行期限不得早于达成协议之日", field=f"{field}.dueOn")
    return required_text(obligation.description, f"{field}.description", "义务内容", LONGEST_NOTE)
