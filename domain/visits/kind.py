"""Visits (走访记录): who visited which household of a grid when, and what was found. The smallest kind of work."""

from domain.foundation.basics.commands import Command, Subject
from domain.foundation.basics.resource import CORE, ONLY_CORE, PLACE, READ, ResourceDeclaration, same_name
from domain.foundation.kernel.facts import contribution, own_columns
from domain.foundation.kernel.rooms import Kind
from domain.visits import commands, models, service
from domain.visits.models import Visit
from domain.visits.rules import RULES, VisitAction, VisitFacts
from domain.visits.views import HOUSEHOLD, VIEWS

VISIT = Subject(
    name="visit",
    which="Which visit 走访",
    view="visit",
    type="Visit",
    changed="A visit was changed 走访已变更",
    now="As it is now 走访",
    timeline="timeline",
)
_A = VisitAction

KIND = Kind(
    name="visits",
    subject="visit",
    models=(models,),
    views=VIEWS,
    commands=(
        Command(
            "visit",
            _A.RECORD,
            commands.RecordVisit,
            service.record,
            "Record a visit 登记走访",
            shows=VISIT,
            gate="in_place",
        ),
        Command(
            "visit",
            _A.CORRECT,
            commands.CorrectVisit,
            service.correct,
            "Correct a visit 更正走访",
            upon=VISIT,
            shows=VISIT,
        ),
    ),
    rules=RULES,
    facts=VisitFacts,
    contributes=(contribution("visit", own_columns(VisitFacts)),),
    resources=(
        ResourceDeclaration(
            name="visit",
            table=Visit,
            actions={READ: frozenset({CORE, HOUSEHOLD})} | dict.fromkeys(VisitAction, ONLY_CORE),
            columns=PLACE | same_name("registered_by"),
        ),
    ),
    policy="policy.csv",
)
