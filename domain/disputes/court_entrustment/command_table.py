"""The commands of a court's entrustment."""

from __future__ import annotations

from domain.codes.enums import CaseAction
from domain.disputes.cases.command_table import case_command
from domain.disputes.court_entrustment import commands, service
from domain.foundation.basics.commands import Subject

_A = CaseAction
COURT = Subject("court", which="The caller's court 委派法院", kind="organisation")

COMMANDS = (
    case_command(
        _A.ENTRUST,
        commands.EntrustCase,
        service.entrust,
        "Entrust a dispute 委派调解",
        about="Entrust a dispute to a mediating organisation before it is filed 委派调解",
        takes_about="Entrust a dispute before it is filed 委派调解",
        name="courtEntrust",
        upon=COURT,
        gate="court",
    ),
    case_command(
        _A.ACCEPT_ENTRUSTMENT, commands.AcceptEntrustment, service.accept_entrustment, "Accept an entrustment 接受委派"
    ),
    case_command(
        _A.RETURN_ENTRUSTMENT,
        commands.ReturnEntrustment,
        service.return_entrustment,
        "Give an entrustment back 退回委派",
        about="Give an entrustment back to the court 退回委派",
    ),
)
