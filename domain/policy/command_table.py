"""The commands upon a county's own policy rows."""

from __future__ import annotations

from domain.foundation.basics.commands import Command, Subject, Told
from domain.policy import commands, service

REVISION = Subject("policy_revision", which="Which revision 规则变更")
TOLD = (
    Told("policy_revision_id", str, "The revision's id 规则变更编号"),
    Told("number", int, "Its number in the county 规则序号"),
)
GATE = "policy_rows"

COMMANDS = (
    Command(
        "policy", "propose", commands.ProposePolicy, service.propose, "Propose the county's policy rows 提出规则变更",
        tells=TOLD, gate=GATE,
    ),
    Command(
        "policy", "revert", commands.RevertPolicy, service.revert, "Propose earlier rows again 恢复规则",
        tells=TOLD, gate=GATE,
    ),
    Command(
        "policy", "approve", commands.ApprovePolicy, service.approve, "Agree as the second person 复核规则变更",
        upon=REVISION, tells=TOLD, gate=GATE,
    ),
    Command(
        "policy", "apply", commands.ApplyPolicy, service.apply, "Put the rows in force 启用规则变更",
        upon=REVISION, tells=TOLD, gate=GATE,
    ),
)  # fmt: skip
