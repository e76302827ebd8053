"""The commands of the register of committees and mediators."""

from __future__ import annotations

from domain.committees import commands, service
from domain.foundation.basics.commands import Command, Subject, Told

COMMITTEE = Subject(
    name="committee",
    which="Which committee 调委会",
    view="mediation_committee",
    type="MediationCommittee",
    changed="A committee was changed 调委会已变更",
    now="As it is now 调委会",
)
MEDIATOR = Subject(
    name="mediator",
    which="Which appointment 调解员",
    view="mediator",
    type="Mediator",
    changed="A mediator's appointment was changed 调解员任职已变更",
    now="As it is now 调解员",
)
ORGANISATION = Subject("organisation", which="Which organisation 单位")
AREA = Subject("area", which="Of which county, town or community 区域", kind="organisation")

COMMANDS = (
    Command(
        "committee",
        "register",
        commands.RegisterCommittee,
        service.register_committee,
        "Put a committee on the register 登记调委会",
        about="Put an organisation on the register as a mediation committee 登记调委会",
        upon=ORGANISATION,
        shows=COMMITTEE,
    ),
    Command(
        "committee",
        "elect",
        commands.ElectCommittee,
        service.elect,
        "Record an election 推选登记",
        about="Record an election: a new term, its members mediators 推选、换届",
        takes_about="Record an election: everybody elected that day 推选、换届",
        upon=COMMITTEE,
        shows=COMMITTEE,
    ),
    Command(
        "committee",
        "set",
        commands.SetCommitteeSize,
        service.set_size,
        "Set how many members committees have 规定委员人数",
        about="Say how many members the committees of an area have 规定委员人数",
        takes_about="Say how many members the committees of an area have (PMC1) 规定委员人数",
        name="committeeSetSize",
        upon=AREA,
        tells=(
            Told("fewest", int, "At least so many from the next election on 最少人数"),
            Told("most", int, "At most so many from the next election on 最多人数"),
        ),
    ),
    Command(
        "committee",
        "appoint",
        commands.AppointMediator,
        service.appoint,
        "Appoint a mediator 聘任",
        about="Record that a committee engaged a mediator 聘任调解员",
        name="mediatorAppoint",
        upon=COMMITTEE,
        shows=MEDIATOR,
    ),
    Command(
        "mediator",
        "dismiss",
        commands.DismissMediator,
        service.dismiss,
        "Dismiss a mediator 罢免解聘",
        about="Record a dismissal, with its ground and what it rests on 罢免、解聘调解员",
        takes_about="Record a dismissal (MED2): the mediator is named on no case any more 罢免、解聘调解员",
        upon=MEDIATOR,
        shows=MEDIATOR,
    ),
)
