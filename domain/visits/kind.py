"""Visits (走访记录): who visited which household of a grid when, and what was found. The smallest kind of work."""

from domain.foundation.basics.commands import Subject
from domain.foundation.basics.resource import resource_in_place
from domain.foundation.kernel.commands import changes_row, makes_row
from domain.foundation.kernel.facts import WorkFacts
from domain.foundation.kernel.rooms import Kind
from domain.foundation.kernel.workflow import Workflow
from domain.visits import models
from domain.visits.commands import CorrectVisit, RecordVisit
from domain.visits.models import Visit, VisitTimeline
from domain.visits.rules import RULES, VisitAction
from domain.visits.views import HOUSEHOLD, VIEWS

_A = VisitAction
VISIT = Subject.of_kind("visit", "走访")
TOPICS = {_A.RECORD: "visit.recorded", _A.CORRECT: "visit.corrected"}
VISITS = Workflow("visit", Visit, TOPICS, "走访记录", (VisitTimeline, "visit_id"))

KIND = Kind(
    name="visits",
    subject="visit",
    models=(models,),
    views=VIEWS,
    commands=(
        makes_row(VISITS, VISIT, _A.RECORD, RecordVisit, "Record a visit 登记走访"),
        changes_row(VISITS, VISIT, _A.CORRECT, CorrectVisit, "Correct a visit 更正走访"),
    ),
    rules=RULES,
    facts=WorkFacts,
    resources=(resource_in_place("visit", Visit, VisitAction, HOUSEHOLD),),
    policy="policy.csv",
)
