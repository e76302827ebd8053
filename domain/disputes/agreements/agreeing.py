"""Taking in an agreement (调解协议) and the obligations under it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain.codes.enums import AgreementForm
from domain.disputes.agreements.signing import Effect
from domain.disputes.cases.commands import AgreeCase
from domain.disputes.cases.models import Agreement, Obligation
from domain.disputes.rules.inputs import AgreeRuleInput
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.ids import new_id


def check_obliged(command: AgreeCase, party_ids: Collection[UUID]) -> None:
    """Raise InvalidInput for somebody who owes, or is owed to, and is no party of the case."""
    for index, obligation in enumerate(command.obligations):
        for end, name in (("debtorId", obligation.debtor_id), ("creditorId", obligation.creditor_id)):
            if name is not None and name not in party_ids:
                raise InvalidInput(
                    "义务人、权利人应为本案当事人",
                    "debtor and creditor must be parties of the case",
                    field=f"obligations.{index}.{end}",
                )


def agreement_rule_input(command: AgreeCase) -> AgreeRuleInput:
    """What the rules of agreements ask for."""
    return AgreeRuleInput(
        form=command.form,
        all_consented=command.all_consented,
        written_down=bool(command.content),
        names_amounts=any(obligation.amount_cents is not None for obligation in command.obligations),
        written_requested=command.written_requested,
        all_signed=command.parties_signed_at is not None,
        mediator_signed=command.mediator_signed_at is not None,
        sealed=command.sealed_at is not None,
        copies=command.copies,
    )


def effective_at(command: AgreeCase) -> datetime | None:
    """When it takes effect: an oral one when reached (AGR4), a written one with its last signature or seal (AGR3).

    None for a written draft that nobody has signed yet.
    """
    if command.form is AgreementForm.ORAL:
        return command.reached_at
    return Effect(command.parties_signed_at, command.mediator_signed_at, command.sealed_at).since(command.reached_at)


def agreement_rows(command: AgreeCase, *, county_id: int, case_id: UUID) -> tuple[Agreement, list[Obligation]]:
    """The rows to be kept: the agreement first, then what is owed under it."""
    written = command.form is AgreementForm.WRITTEN
    agreement = Agreement(
        county_id=county_id,
        id=new_id(),
        case_id=case_id,
        form=command.form,
        content=command.content or None,
        reached_at=command.reached_at,
        effective_at=effective_at(command),
        parties_signed_at=command.parties_signed_at if written else None,
        mediator_signed_at=command.mediator_signed_at if written else None,
        sealed_at=command.sealed_at if written else None,
        copies=command.copies if written else None,
    )
    obligations = [
        Obligation(
            county_id=county_id,
            id=new_id(),
            case_id=case_id,
            agreement_id=agreement.id,
            ordinal=ordinal,
            description=obligation.description,
            debtor_id=obligation.debtor_id,
            creditor_id=obligation.creditor_id,
            amount_cents=obligation.amount_cents,
            due_on=obligation.due_on,
        )
        for ordinal, obligation in enumerate(command.obligations, start=1)
    ]
    return agreement, obligations
