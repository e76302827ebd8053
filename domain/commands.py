"""Every command that there is, by its name outside, gathered from the tables of the contexts."""

from __future__ import annotations

from itertools import chain

from domain.cases import command_table as cases
from domain.committees import command_table as committees
from domain.court_linkage import command_table as court_linkage
from domain.deadlines import command_table as deadlines
from domain.joint_handling import command_table as joint_handling
from domain.judicial_confirmation import command_table as judicial_confirmation
from domain.kernel.commands import by_name
from domain.police_notice import command_table as police_notice
from domain.protection import command_table as protection

TABLES = (
    cases,
    judicial_confirmation,
    court_linkage,
    joint_handling,
    protection,
    police_notice,
    deadlines,
    committees,
)

COMMANDS = by_name(chain.from_iterable(table.COMMANDS for table in TABLES))
