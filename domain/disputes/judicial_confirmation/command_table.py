"""The commands of judicial confirmation and of enforcement, each upon a case."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.cases.command_table import case_command
from domain.disputes.judicial_confirmation import commands, service

_A = CaseAction

COMMANDS = (
    case_command(
        _A.APPLY_CONFIRMATION,
        commands.ApplyConfirmation,
        service.apply_confirmation,
        "Apply for judicial confirmation 申请司法确认",
        takes_about="Apply to a court to confirm the agreement 申请司法确认",
    ),
    case_command(
        _A.SUPPLY_MATERIAL,
        commands.SupplyMaterial,
        service.supply_material,
        "Supply material that was missing 补充材料",
        about="Supply material for a confirmation 补充材料",
        takes_about="Supply material that was missing 补充材料",
    ),
    case_command(
        _A.ACCEPT_CONFIRMATION,
        commands.AcceptConfirmation,
        service.accept_confirmation,
        "Accept or refuse an application for confirmation 受理司法确认",
        takes_about="Accept or refuse an application for confirmation 受理司法确认申请",
    ),
    case_command(
        _A.EXTEND_CONFIRMATION,
        commands.ExtendConfirmation,
        service.extend_confirmation,
        "Take ten days more to rule 延长审查期限",
        about="Take ten days more to rule on a confirmation 延长审查期限",
        takes_about="Take ten days more to rule 延长审查期限",
    ),
    case_command(
        _A.WITHDRAW_CONFIRMATION,
        commands.WithdrawConfirmation,
        service.withdraw_confirmation,
        "End the application before the ruling 撤回司法确认申请",
        about="End an application for confirmation before the ruling 撤回司法确认申请",
        takes_about="End the application before the ruling 撤回司法确认申请",
    ),
    case_command(
        _A.RULE_CONFIRMATION,
        commands.RuleConfirmation,
        service.rule_confirmation,
        "Rule on an application for confirmation 司法确认裁定",
        takes_about="Rule on an application for confirmation 裁定",
    ),
    case_command(
        _A.APPLY_ENFORCEMENT,
        commands.ApplyEnforcement,
        service.apply_enforcement,
        "Apply for enforcement 申请执行",
        about="Apply for enforcement of a confirmed agreement that was not kept 申请执行",
    ),
)
